"""How a notice and its mail can stand."""

from django.db import models


class MailState(models.TextChoices):
    """ready → claimed → sending → sent; every other state says why it went no further."""

    READY = "ready", "等待发送"
    CLAIMED = "claimed", "已领取"
    SENDING = "sending", "正在发送"
    SENT = "sent", "已发送"
    UNKNOWN = "unknown", "结果不明"
    FAILED = "failed", "发送失败"
    SKIPPED = "skipped", "已跳过"
    CANCELLED = "cancelled", "已取消"


UNDER_WAY = (MailState.READY, MailState.CLAIMED, MailState.SENDING)
RESENDABLE = (MailState.FAILED, MailState.UNKNOWN)


class Skip(models.TextChoices):
    """Why a notice is kept in the ledger without having been told to anybody."""

    NONE = "", "未跳过"
    MISSED = "missed", "停机期间已过"
    NO_ACCOUNT = "no_account", "无账号"
    DISABLED = "disabled", "账号已停用"
    GONE = "gone", "已不在册"
    HISTORY = "history", "补录的历史"


class Policy(models.TextChoices):
    """What happens to a mail whose sender died, or lost the connection, between sending and hearing the answer."""

    RESEND = "resend", "再发一次"
    HOLD = "hold", "留待人工决定"


class Outcome(models.TextChoices):
    """One word for a line of the ledger, out of notice and mail together; computed, never stored."""

    TOLD = "told", "已送达"
    WAITING = "waiting", "等待发送"
    FAILED = "failed", "发送失败"
    UNKNOWN = "unknown", "结果不明"
    SKIPPED = "skipped", "已跳过"
    CANCELLED = "cancelled", "已取消"


class Error(models.TextChoices):
    """What went wrong with a mail, as classes that decide what follows."""

    NONE = "", ""
    CONNECTION = "connection", "连不上邮件服务器"
    TEMPORARY = "temporary", "邮件服务器暂时拒绝"
    REFUSED = "refused", "邮件服务器拒收"
    RECIPIENT = "recipient", "收件地址无效"
    INTERRUPTED = "interrupted", "发送中断，结果不明"
    BROKEN = "broken", "程序出错"
    BOUNCED = "bounced", "此地址曾被退信"
    CLOSED = "closed", "事项已办结"
    UNREACHABLE = "unreachable", "本人已停用、转出或不再负责"
    SNOOZED = "snoozed", "本人选了稍后提醒"


# the same of a message to a group, where the words above speak of mail servers
SAID_OF_GROUPS = {
    Error.CONNECTION: "连不上群机器人",
    Error.TEMPORARY: "群机器人暂时不收",
    Error.REFUSED: "群机器人不收",
    Error.UNREACHABLE: "群已停用",
}
