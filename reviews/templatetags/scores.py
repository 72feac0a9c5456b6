"""Points in words."""

from decimal import Decimal

from django import template
from django.template.defaultfilters import floatformat

register = template.Library()


@register.filter
def apart(difference: Decimal | None) -> str:
    """Say how far others' points lie from one's own; nothing until both are given."""
    if difference is None:
        return ""
    if not difference:
        return "与自查一致"
    return f"比自查{'高' if difference > 0 else '低'} {floatformat(abs(difference))} 分"
