"""Fields that forms of several apps have: a day with the browser's own calendar, and attachments made harmless."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from chuangxian import uploads


def day_input() -> forms.DateInput:
    """A date field that browsers fill with their own calendar."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ManyFiles(forms.ClearableFileInput):
    """A file field that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Attachments, each checked and made harmless: cleans to a list of `uploads.Accepted`."""

    def __init__(self, **options: Any) -> None:
        told = f"照片、文档都可以，一次最多 {settings.UPLOAD_FILES_PER_ENTRY} 个；只有登录后有权查看的人才看得到。"
        given: dict[str, Any] = {
            "required": False,
            "widget": ManyFiles(attrs={"accept": uploads.ACCEPT}),
            "help_text": told,
        }
        super().__init__(**(given | options))

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each file; the first refusal names it."""
        given = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(given) > settings.UPLOAD_FILES_PER_ENTRY:
            raise ValidationError(f"一次最多上传 {settings.UPLOAD_FILES_PER_ENTRY} 个文件。")
        accepted, refused = [], []
        for file in given:
            try:
                accepted.append(uploads.accept(file, max_bytes=settings.UPLOAD_MAX_BYTES))
            except uploads.BadUpload as error:
                refused.append(error.sentence)
        if refused:
            raise ValidationError([*refused, "其余文件也没有保存，请重新选择。"])
        return accepted
