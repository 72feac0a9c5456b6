"""Codes to make, slips to revoke, raters to draw."""

import re
from collections import defaultdict
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from reviews.models import RaterCategory
from reviews.tally.draw import SEPARATOR

BATCH_MOST = 5_000
NAMES_MOST = 5_000
NAME_MOST = 40
REASON_MOST = 200
LABEL = re.compile(r"第[1-9]\d{0,3}批")


class BatchForm(forms.Form):
    """How many slips; ``label`` names the batch this page would make, and serves once."""

    label = forms.RegexField(LABEL, widget=forms.HiddenInput)
    size = forms.IntegerField(label="张数", min_value=1, max_value=BATCH_MOST)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="理由", max_length=REASON_MOST, widget=forms.Textarea(attrs={"rows": 2}))


class SlipForm(forms.Form):
    """The slip somebody holds in his hand."""

    code = forms.CharField(
        label="评议码",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text="照纸条输入，大小写、横线都不要紧；也可以用扫码枪扫二维码。",
    )


class SlipRevokeForm(SlipForm, ReasonForm):
    """The slip and why it is revoked."""


class DrawForm(forms.Form):
    """A list of names, how many of them, and a text nobody could know before."""

    category = forms.ModelChoiceField(RaterCategory.objects.none(), label="评议人类别", empty_label=None)
    names = forms.CharField(
        label="名单",
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=NAMES_MOST * (NAME_MOST + 2),
        help_text="一行一个姓名。重名的加上单位或者工号，好分得清。",
    )
    wanted = forms.IntegerField(label="抽取人数", min_value=1, max_value=NAMES_MOST)
    seed = forms.CharField(
        label="种子",
        required=False,
        max_length=64,
        help_text="贴好名单以后，请在场的见证人当场定一个事先谁也不知道的数，例如掷十次骰子的点数，或者当天公布的开奖号码。"
        "不填就由系统随机生成。",
    )

    def __init__(self, *args: Any, categories: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]

    def clean_names(self) -> list[str]:
        """One name a line; who stands twice is named."""
        names = [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]
        lines: dict[str, list[int]] = defaultdict(list)
        for line, name in enumerate(names, 1):
            lines[name].append(line)
        twice = [f"{name}（第 {'、'.join(map(str, at))} 个）" for name, at in lines.items() if len(at) > 1]
        if twice:
            raise ValidationError(f"名单里有重名：{'；'.join(twice[:10])}。是同一个人请删去，不是请加上单位或者工号。")
        wrong = [name for name in names if len(name) > NAME_MOST or SEPARATOR in name or not name.isprintable()]
        if wrong:
            raise ValidationError(f"“{wrong[0][:NAME_MOST]}”太长，或者有竖线、看不见的符号。")
        if len(names) > NAMES_MOST:
            raise ValidationError(f"名单最多 {NAMES_MOST} 人。")
        return names

    def clean_seed(self) -> str:
        """The seed as it is printed and typed again by whoever checks."""
        seed: str = self.cleaned_data["seed"].strip()
        if SEPARATOR in seed or not seed.isprintable():
            raise ValidationError("种子里不能有竖线和看不见的符号。")
        return seed

    def clean(self) -> dict[str, Any]:
        """There are enough names."""
        cleaned = super().clean() or {}
        names, wanted = cleaned.get("names"), cleaned.get("wanted")
        if names and wanted and wanted > len(names):
            self.add_error("wanted", f"名单上只有 {len(names)} 人。")
        return cleaned
