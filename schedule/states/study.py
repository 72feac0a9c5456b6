"""How a study session, a person's attendance and a swap of turns can stand."""

from django.db import models


class SessionState(models.TextChoices):
    """A session is planned, then held and recorded, or falls away. Whether its day has passed is the calendar's to say."""

    PLANNED = "planned", "待举行"
    HELD = "held", "已举行"
    CANCELLED = "cancelled", "已取消"


SESSION_TONES = {
    SessionState.PLANNED: "info",
    SessionState.HELD: "good",
    SessionState.CANCELLED: "plain",
}


class Presence(models.TextChoices):
    """出勤. Without a row nothing has been said of the person yet."""

    ASKED = "asked", "请假待批"
    LEAVE = "leave", "请假"
    REFUSED = "refused", "请假未准"
    PRESENT = "present", "出席"
    ABSENT = "absent", "缺席"
    MADE_UP = "made_up", "已补学"


PRESENCE_TONES = {
    Presence.ASKED: "wait",
    Presence.LEAVE: "neutral",
    Presence.REFUSED: "bad",
    Presence.PRESENT: "good",
    Presence.ABSENT: "bad",
    Presence.MADE_UP: "info",
}
# these learned what the session taught
ATTENDED = (Presence.PRESENT, Presence.MADE_UP)
# these still owe it
OWING = (Presence.LEAVE, Presence.ABSENT)
# what the list of a session can say of a person; the others say how it came to that
SAID = (Presence.PRESENT, Presence.LEAVE, Presence.ABSENT)


class SignedBy(models.TextChoices):
    """How it is known that somebody was there."""

    CODE = "code", "扫码签到"
    LIST = "list", "主持人登记"


class SwapState(models.TextChoices):
    """A swap of turns needs both."""

    ASKED = "asked", "等待对方同意"
    AGREED = "agreed", "已换"
    DECLINED = "declined", "对方未同意"
    WITHDRAWN = "withdrawn", "已收回"
