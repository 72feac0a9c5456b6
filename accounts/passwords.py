"""Passwords: initial ones, and which ones are too easy here."""

import secrets

from django.conf import settings
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError

# no 0/o, 1/l/i: an initial password is read out or copied from paper
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def initial_password() -> str:
    """Return three groups of four, such as ``k7mp-x2qd-9hws``: 59 bits, easy to read over the telephone."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


class MinimumLength(MinimumLengthValidator):
    """Django's, whose sentence has no Chinese."""

    def get_error_message(self) -> str:
        """Return the refusal."""
        return f"密码太短，至少要有 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        """Return the rule as one line for the form."""
        return f"至少 {self.min_length} 个字符；可以用一句自己记得住的话，中文、空格都可以。"


class UnlikeOneself(UserAttributeSimilarityValidator):
    """Django's, in the words of these pages."""

    def get_error_message(self) -> str:
        """Return the refusal; Django puts in which of the person's data it is."""
        return "密码与您的 %(verbose_name)s 太相似。"

    def get_help_text(self) -> str:
        """Return the rule as one line for the form."""
        return "不要与您的用户名、姓名或邮箱相似。"


class NotCommon(CommonPasswordValidator):
    """Django's, in the words of these pages."""

    def get_help_text(self) -> str:
        """Return the rule as one line for the form."""
        return "不要用大家常用的密码。"


class NotOnlyDigits(NumericPasswordValidator):
    """Django's, in the words of these pages."""

    def get_help_text(self) -> str:
        """Return the rule as one line for the form."""
        return "不要全是数字。"


class LocalWords:
    """Refuse passwords built on a word that everybody here would try first."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError when little is left of the password without the local words."""
        rest = password.casefold()
        for word in settings.PASSWORD_LOCAL_WORDS:
            rest = rest.replace(word, "")
        if len(rest) < settings.PASSWORD_MIN_LENGTH / 2 and rest != password.casefold():
            raise ValidationError("密码主要由本单位常用的词组成，太容易被猜到。", code="password_local_word")

    def get_help_text(self) -> str:
        """Return the rule as one line for the form."""
        return "不要用单位、活动名称的拼音或简称作为密码。"
