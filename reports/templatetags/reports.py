"""How a day that is coming is said."""

from datetime import date

from django import template
from django.utils.safestring import SafeString

from chuangxian.templatetags.ui import badge, cn_short_date

register = template.Library()
SOON_DAYS = 7


@register.simple_tag
def due(day: date, on: date) -> SafeString | str:
    """Say how far a due day is: 已过 3 天, 今天到期, 还有 5 天, else the day itself."""
    left = (day - on).days
    if left < 0:
        return badge(f"已过 {-left} 天", "late")
    if left == 0:
        return badge("今天到期", "wait")
    if left <= SOON_DAYS:
        return badge(f"还有 {left} 天", "wait")
    return f"{cn_short_date(day)}前"
