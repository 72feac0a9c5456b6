"""A text that is too long is told by how much, in plain words."""

from django import forms


class Words(forms.Form):
    said = forms.CharField(max_length=10, widget=forms.Textarea)


def test_a_text_too_long_is_told_its_length() -> None:
    form = Words({"said": "一二三四五\r\n六七八九"})
    assert form.errors["said"] == ["最多 10 个字（换行算两个），现在有 11 个，请删短一些。"]
