"""A table that comes back."""

from django import forms

from chuangxian import uploads


class TableUploadForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label="改好的文件",
        widget=forms.FileInput(attrs={"accept": f".xlsx,{uploads.TYPES['xlsx']}"}),
        help_text="Excel 工作簿（.xlsx），不超过 10 MB、10000 行",
        error_messages={"required": "请选择要上传的文件。"},
    )
