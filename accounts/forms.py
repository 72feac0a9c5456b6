"""Forms of signing in and of keeping accounts."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError

from accounts.models import User
from chuangxian import clock
from chuangxian.verdicts import Verdict


class SignInForm(AuthenticationForm):
    """User name and password. Unknown name, wrong password and disabled account are answered alike."""

    error_messages = {
        "invalid_login": "用户名或密码不正确，请检查后再试（密码区分大小写）。",
        "inactive": "用户名或密码不正确，请检查后再试（密码区分大小写）。",
        "expired": "初始密码已经过期，请向系统管理员申请新的初始密码。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "用户名"
        self.fields["password"].label = "密码"

    def confirm_login_allowed(self, user: User) -> None:
        """Refuse an initial password whose time is over; only who knows it learns that."""
        super().confirm_login_allowed(user)
        if user.must_change_password and user.password_expires_at and user.password_expires_at < clock.wall():
            raise ValidationError(self.error_messages["expired"], code="expired")


class OwnPasswordForm(PasswordChangeForm):
    """The present password once, the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "现在的密码"
        self.fields["new_password2"].label = "再输入一次新密码"
        self.fields["new_password2"].help_text = ""

    def clean_new_password1(self) -> str:
        """Refuse the password one has already: an initial one would stay in use."""
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError("新密码不能与现在的密码相同。", code="same")
        return password


class AccountForm(forms.ModelForm):
    """A new account."""

    class Meta:
        model = User
        fields = ["username", "display_name", "email", "is_staff"]
        help_texts = {
            "username": "登录用，例如姓名拼音；开通后不能更改。",
            "is_staff": "只管理账号，看不到党员名册和承诺内容。",
        }


class AccountChangeForm(forms.ModelForm):
    """What may be corrected later."""

    class Meta:
        model = User
        fields = ["display_name", "email", "is_staff"]
        help_texts = {"is_staff": AccountForm.Meta.help_texts["is_staff"]}

    def keep_administrator_unless(self, may_dismiss: Verdict) -> None:
        """Fix the administrator's tick where the rule does not let it be taken away, and say why."""
        if not may_dismiss:
            self.fields["is_staff"].disabled = True
            self.fields["is_staff"].help_text = may_dismiss.reason


class AccountFilterForm(forms.Form):
    """Narrow the list of accounts."""

    words = forms.CharField(label="用户名或姓名", max_length=50, required=False)
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[
            ("", "全部"),
            ("active", "可以登录"),
            ("disabled", "已停用"),
            ("initial", "未改初始密码"),
            ("administrator", "系统管理员"),
        ],
    )


class ReasonForm(forms.Form):
    """A few words why."""

    note = forms.CharField(label="原因（选填）", max_length=200, required=False)
