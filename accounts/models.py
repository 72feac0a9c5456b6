"""Who signs in, and who did what."""

from typing import Any, ClassVar, NoReturn

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models

from chuangxian import clock


class UserManager(BaseUserManager["User"]):
    """Creates accounts."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account; without a password nobody can sign in to it until one is set."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create a system administrator; Django's ``createsuperuser`` calls it."""
        return self.create_user(username, password, is_staff=True, **fields)


class User(AbstractBaseUser):
    """Somebody who signs in. A Party member without an account is normal, and so is an account without a member (office staff).

    ``is_staff`` marks the system administrator, who keeps accounts and has no right to content.
    """

    username = models.CharField(
        "用户名",
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "这个用户名已经有人用了。"},
    )
    display_name = models.CharField("姓名", max_length=40)
    email = models.EmailField("电子邮箱", blank=True)
    email_bounced_at = models.DateTimeField("退信时间", null=True, blank=True)
    is_active = models.BooleanField("可以登录", default=True)
    is_staff = models.BooleanField("系统管理员", default=False)
    must_change_password = models.BooleanField("须修改初始密码", default=False)
    password_expires_at = models.DateTimeField("初始密码失效时间", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", default=clock.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        """Return the name as people say it."""
        return self.display_name

    def get_short_name(self) -> str:
        """Return the name as people say it."""
        return self.display_name

    @property
    def is_superuser(self) -> bool:
        """Django's libraries ask; there are no superusers here, because a shortcut past every rule is a hole in every rule."""
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Answer Django's own admin: the administrator may look at what is registered there, and change nothing."""
        return self.is_active and self.is_staff and perm.rpartition(".")[2].startswith("view_")

    def has_module_perms(self, app_label: str) -> bool:
        """Answer Django's own admin: show the administrator every registered app."""
        return self.is_active and self.is_staff


class FailedSignIn(models.Model):
    """One wrong password from one address, kept for an hour: who tries many accounts from one place is slowed down by it."""

    address = models.CharField(max_length=45)
    at = models.DateTimeField(default=clock.wall)

    class Meta:
        verbose_name = verbose_name_plural = "登录失败"
        indexes = [models.Index(fields=["address", "at"], name="failed_sign_in_address")]

    def __str__(self) -> str:
        return self.address


class AppendOnly(Exception):
    """Somebody tried to change or remove what is kept for ever."""


class LogQuerySet(models.QuerySet["LogEntry"]):
    """Reads the log; the bulk doors are shut."""

    def of(self, obj: models.Model) -> "LogQuerySet":
        """Entries about one record, oldest first."""
        return self.filter(target_type=obj._meta.label_lower, target_id=str(obj.pk)).order_by("pk")

    def update(self, **fields: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly("日志只能追加，不能修改。")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AppendOnly("日志只能追加，不能删除。")


class LogEntry(models.Model):
    """One line of who decided what. Triggers in the database refuse every change and removal, ours and others'.

    Names are copied, so a line still reads right after a person or record is renamed.
    """

    class Category(models.TextChoices):
        DECISION = "decision", "办理"
        CHANGE = "change", "修改"
        IMPORT = "import", "导入"
        EXPORT = "export", "导出"
        REVEAL = "reveal", "查看敏感信息"
        ACCOUNT = "account", "账号"

    at = models.DateTimeField("时间", default=clock.now, db_index=True)
    on = models.DateField("活动日")
    category = models.CharField("类别", max_length=10, choices=Category, default=Category.DECISION)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=60)
    verb = models.CharField("动作代码", max_length=60)
    label = models.CharField("动作", max_length=60)
    target_type = models.CharField("对象类型", max_length=60, blank=True)
    target_id = models.CharField("对象编号", max_length=40, blank=True)
    target_name = models.CharField("对象", max_length=200, blank=True)
    note = models.TextField("意见", blank=True)
    changes = models.JSONField("变更", default=dict, blank=True)

    objects: ClassVar[models.Manager["LogEntry"]] = LogQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日志"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["target_type", "target_id", "id"], name="log_target")]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.label} {self.target_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append; refuse to change."""
        if not self._state.adding:
            raise AppendOnly("日志只能追加，不能修改。")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly("日志只能追加，不能删除。")


class Typed(models.Model):
    """What somebody typed and has not saved: the form as the browser sent it, one row for each person and record.

    ``record`` and ``number`` are those of a `drafts.FormKey`. ``typed`` maps a field's name to its values; it is never checked, only shown
    again to the same person.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="填写人")
    record = models.CharField(max_length=40)
    number = models.BigIntegerField()
    typed = models.JSONField("内容")
    saved_at = models.DateTimeField("保存时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "未保存的内容"
        constraints = [models.UniqueConstraint(fields=["user", "record", "number"], name="typed_once_a_form")]

    def __str__(self) -> str:
        return f"{self.record} {self.number}（{self.user}）"
