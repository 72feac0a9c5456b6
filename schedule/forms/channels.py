"""Forms of groups' robots. Address and secret are asked for once; afterwards they are only replaced."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from branches.models import Organization
from schedule import letters, robots
from schedule.models import WebhookChannel
from schedule.queries.channels import STATES
from schedule.states.channels import Flavour


class ChannelForm(forms.Form):
    """What a robot is told, and where it is."""

    name = forms.CharField(
        label="群名称",
        max_length=60,
        help_text="给自己看的，比如“第一支部工作群”。",
        error_messages={"required": "请写群名称。"},
    )
    flavour = forms.ChoiceField(label="机器人", choices=Flavour.choices)
    url = forms.CharField(
        label="机器人地址",
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
        help_text="在群里添加机器人后得到的 Webhook 地址，整条复制过来。保存以后不再显示，谁有它谁就能往群里发消息。",
        error_messages={"required": "请填机器人地址。"},
    )
    secret = forms.CharField(
        label="签名密钥",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="钉钉、飞书机器人选了“加签”或“签名校验”的填这里；用关键词验证的，关键词请设“创先争优”。企业微信不用填。",
    )
    letters = forms.MultipleChoiceField(
        label="发到群里的通知",
        widget=forms.CheckboxSelectMultiple,
        help_text="群里只看得到标题、期限和链接。涉及个人的通知不往群里发，所以不在这里。"
        "学习、三会一课、任务是哪个党组织的，就只发到那个党组织自己的群。",
        error_messages={"required": "请至少选一种。"},
    )
    is_active = forms.BooleanField(label="启用", required=False, initial=True)

    def __init__(self, *args: Any, channel: WebhookChannel | None = None, **kwargs: Any) -> None:
        self.channel = channel
        if channel is not None:
            names = ("name", "flavour", "letters", "is_active")
            kwargs["initial"] = {name: getattr(channel, name) for name in names}
        super().__init__(*args, **kwargs)
        offered = self.fields["letters"]
        assert isinstance(offered, forms.MultipleChoiceField)
        offered.choices = [(letter.kind, letter.label) for letter in letters.for_groups()]
        if channel is not None:
            self.fields["url"].required = False
            self.fields["url"].help_text = f"现在的是 {robots.masked(channel.url)}，不改就留空。"
            if channel.secret:
                self.fields["secret"].help_text = "已经填过，不显示。不改就留空。"
                self.fields["forget"] = forms.BooleanField(label="不再签名，去掉现在的密钥", required=False)
                self.order_fields(["name", "flavour", "url", "secret", "forget", "letters", "is_active"])

    def clean(self) -> dict[str, Any]:
        """Refuse an address nobody may be called at, and a secret where there is none."""
        said = super().clean() or {}
        flavour = said.get("flavour")
        url = said.get("url", "").strip() or (self.channel.url if self.channel else "")
        if flavour and url and (wrong := robots.what_is_wrong(flavour, url)):
            self.add_error("url", wrong)
        if flavour == Flavour.WECOM and said.get("secret"):
            self.add_error("secret", "企业微信的机器人不签名，请把这一格留空。")
        if said.get("secret") and said.get("forget"):
            self.add_error("forget", "填了新密钥，就不用再勾这一项。")
        return said

    @property
    def chosen(self) -> dict[str, Any]:
        """What is to be written; a secret left alone is not among it."""
        said = dict(self.cleaned_data)
        forget = said.pop("forget", False) or said["flavour"] == Flavour.WECOM
        for name in ("url", "secret"):
            said[name] = said[name].strip()
            if self.channel is not None and not said[name]:
                del said[name]
        if forget and self.channel is not None:
            said["secret"] = ""
        return said


class NewChannelForm(ChannelForm):
    """A new one: of which organisation's group."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label="党组织",
        empty_label=None,
        help_text="只把与这个党组织的人有关的通知发到群里。",
    )
    field_order = ["organization", "name", "flavour", "url", "secret", "letters", "is_active"]

    def __init__(self, *args: Any, organizations: "QuerySet[Organization]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organization = self.fields["organization"]
        assert isinstance(organization, forms.ModelChoiceField)
        organization.queryset = organizations


class DeliveryFilter(forms.Form):
    """Narrow the log of messages; what cannot be read is left out."""

    channel = forms.ChoiceField(label="群机器人", required=False)
    state = forms.ChoiceField(
        label="结果", required=False, choices=[("", "全部结果"), *((key, label) for key, (label, _) in STATES.items())]
    )

    def __init__(self, *args: Any, channels: "QuerySet[WebhookChannel]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel = self.fields["channel"]
        assert isinstance(channel, forms.ChoiceField)
        channel.choices = [("", "全部"), *((str(one.pk), f"{one}（{one.organization}）") for one in channels)]

    @property
    def chosen(self) -> dict[str, str]:
        """What was filled in and can be used."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
