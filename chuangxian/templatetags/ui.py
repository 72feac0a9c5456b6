"""Tags and filters of the look. Only what a template cannot say by itself; docs/look.md shows each one in use."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chuangxian.workflow import Offer

register = template.Library()

DASH = "—"
TONES = ("neutral", "plain", "wait", "info", "good", "bad", "late", "honour")
HINT_TONES = ("plain", "info", "warn", "matters", "honour")


# ---- filters: dates, numbers, nothing ----


def _day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def cn_date(value: date | datetime | None) -> str:
    """Return 2011年6月20日, or a dash for nothing."""
    if not value:
        return DASH
    day = _day(value)
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def cn_short_date(value: date | datetime | None) -> str:
    """Return 6月20日, for places where the year is plain."""
    if not value:
        return DASH
    day = _day(value)
    return f"{day.month}月{day.day}日"


@register.filter
def cn_datetime(value: datetime | None) -> str:
    """Return 2011年6月20日 10:32 in local time."""
    if not value:
        return DASH
    at = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{cn_date(at)} {at:%H:%M}"


@register.filter
def cn_precise(value: date | None, precision: str = "day") -> str:
    """Return a date as exactly as it is known: ``day`` 2010年7月21日, ``ten_days`` 2010年7月下旬, ``month`` 2010年7月, ``year`` 2010年."""
    if not value:
        return DASH
    if precision == "year":
        return f"{value.year}年"
    if precision == "month":
        return f"{value.year}年{value.month}月"
    if precision == "ten_days":
        return f"{value.year}年{value.month}月{'上旬' if value.day <= 10 else '中旬' if value.day <= 20 else '下旬'}"
    return cn_date(value)


@register.filter
def percent(value: float | Decimal | None, digits: int = 1) -> str:
    """Return a ratio from 0 to 1 as 86.4%. Rounding never reaches 0% or 100% by itself: only nothing and everything read so."""
    if value is None:
        return DASH
    exact = Decimal(str(value)) * 100
    step = Decimal(1).scaleb(-digits)
    shown = exact.quantize(step, ROUND_HALF_UP)
    if shown == 100 and exact < 100:
        shown = exact.quantize(step, ROUND_DOWN)
    if shown == 0 and exact > 0:
        shown = step
    return f"{shown:.0f}%" if exact in (0, 100) else f"{shown}%"


@register.filter
def share(numerator: int | None, denominator: int | None) -> str:
    """Return ``43|share:62`` as 69.4%, a dash where there is nothing to divide by."""
    return percent(Decimal(numerator) / Decimal(denominator)) if numerator is not None and denominator else DASH


@register.filter
def dash(value: object) -> object:
    """Return a dash for nothing; 0 is something."""
    return DASH if value is None or value == "" else value


# ---- small marks ----


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw one of the icons in static/vendor/bootstrap-icons/names.txt; with ``label`` it is read aloud."""
    href = f"{static('vendor/bootstrap-icons/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.simple_tag
def badge(label: object, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """Show a state in a word. ``tone`` is one of TONES: late is overdue, honour is for honours only."""
    if tone not in TONES:
        raise ValueError(f"badge: unknown tone {tone!r}, use one of {', '.join(TONES)}")
    return format_html('<span class="tag tag-{}">{}{}</span>', tone, icon(icon_name) if icon_name else "", label)


@register.simple_tag
def person(who: Any, note: object = "", url: str = "") -> SafeString:
    """Show a person with the surname's mark. ``who`` is a member, a user or plain text; ``note`` a branch or a post."""
    name = str(getattr(who, "display_name", "") or getattr(who, "name", "") or who or DASH)
    shown = format_html('<a href="{}">{}</a>', url, name) if url else format_html("<span>{}</span>", name)
    tail = format_html('<span class="person-note">{}</span>', note) if note else ""
    return format_html(
        '<span class="person"><span class="person-mark" aria-hidden="true">{}</span>{}{}</span>', name[:1], shown, tail
    )


@register.simple_tag
def meter(value: int, total: int, label: str, tone: str = "") -> SafeString:
    """Show a bar with 43/62 beside it. ``label`` is read aloud; ``tone`` "" (green: done), "matters" (red) or "calm"."""
    return format_html(
        '<span class="meter"><progress class="bar{}" value="{}" max="{}" aria-label="{}"></progress>'
        '<span class="meter-text">{}/{}</span></span>',
        f" bar-{tone}" if tone else "",
        value,
        total or 1,
        label,
        value,
        total,
    )


# ---- lists ----


def _with(request: HttpRequest, **changes: str | None) -> str:
    query = request.GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None:
            query[key] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def sort_header(context: Context, label: str, key: str, css: str = "", name: str = "sort") -> SafeString:
    """Head a sortable column: ``?sort=key``, a second click ``?sort=-key``. Keeps the filters, leaves the page number."""
    request: HttpRequest = context["request"]
    current = request.GET.get(name, "")
    down = current == key
    state = "ascending" if down else "descending" if current == f"-{key}" else "none"
    url = _with(request, **{name: f"-{key}" if down else key, "page": None})
    mark = {"ascending": "chevron-up", "descending": "chevron-down", "none": "chevron-down"}[state]
    arrow = format_html('<span class="{}">{}</span>', "icon-idle" if state == "none" else "", icon(mark))
    return format_html(
        '<th scope="col" class="{}" aria-sort="{}"><a class="sort" href="{}">{}{}</a></th>',
        css,
        state,
        url,
        label,
        arrow,
    )


@register.inclusion_tag("components/_pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """Page through a list; shows nothing when there is one page only."""
    request: HttpRequest = context["request"]

    def url(number: int) -> str:
        return _with(request, **{name: str(number)})

    numbers = [
        {
            "number": n,
            "url": url(n) if isinstance(n, int) else "",
            "far": isinstance(n, int) and abs(n - page.number) > 1,
        }
        for n in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    ]
    return {
        "page": page,
        "numbers": numbers,
        "previous": url(page.number - 1) if page.has_previous() else "",
        "next": url(page.number + 1) if page.has_next() else "",
    }


@register.inclusion_tag("components/_filter_bar.html", takes_context=True)
def filter_bar(context: Context, form: BaseForm, reset: str = "", button: str = "筛选") -> dict[str, Any]:
    """Show a GET form above a list, its fields side by side. ``reset`` is where 清除 leads, the same page by default."""
    request: HttpRequest = context["request"]
    keep = [(key, value) for key, value in request.GET.items() if key == "sort"]
    active = any(request.GET.get(form.add_prefix(field)) for field in form.fields)
    return {"form": form, "reset": reset or request.path, "button": button, "keep": keep, "active": active}


# ---- figures ----


@register.inclusion_tag("components/_figure.html")
def figure(
    label: str,
    value: int | str | None,
    total: int | None = None,
    unit: str = "",
    note: str = "",
    url: str = "",
    tone: str = "",
) -> dict[str, Any]:
    """Show one number. With ``total`` it reads 43/62 with its percentage and bar. ``tone``: "" | "matters" | "honour"."""
    return {"label": label, "value": value, "total": total, "unit": unit, "note": note, "url": url, "tone": tone}


@register.inclusion_tag("components/_chart.html")
def chart(key: str, title: str, data: Mapping[str, Any], unit: str = "") -> dict[str, Any]:
    """Draw a chart with its table beneath.

    ``data`` = {"type": "bar" | "line" | "doughnut" | "radar", "labels": [...], "series": [{"label", "values", "tone"?}], "stacked"?,
    "sideways"?}. A value may be None. A radar has "words", the words of the levels 1, 2, …, which then stand for the numbers
    everywhere, or "most", the end of its axes; bars may have one too.
    """
    words = data.get("words")

    def said(value: Any) -> Any:
        if value is None:
            return DASH
        return words[value - 1] if words else value

    rows = [
        {"label": label, "values": [said(one["values"][place]) for one in data["series"]]}
        for place, label in enumerate(data["labels"])
    ]
    return {"key": key, "title": title, "data": {**data, "unit": unit}, "rows": rows, "unit": unit, "words": words}


# ---- work on a record ----


@register.inclusion_tag("components/_moves.html", takes_context=True)
def move_buttons(
    context: Context,
    offers: Sequence[Offer],
    url: str,
    version: int | None = None,
    tried: str = "",
    note: str = "",
    error: str = "",
    prefix: str = "move",
) -> dict[str, Any]:
    """Show what may be done now: buttons for allowed moves, disabled ones with their sentence.

    Each button posts ``verb``, ``version`` and ``note`` to ``url``. After a refused try give ``tried`` (the verb), ``note`` (what was
    typed) and ``error`` back, so that nothing typed is lost.
    """
    return {
        "allowed": [offer for offer in offers if offer.verdict],
        "refused": [offer for offer in offers if not offer.verdict],
        "url": url,
        "version": version,
        "tried": tried,
        "note": note,
        "error": error,
        "prefix": prefix,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/_history.html")
def history(entries: Sequence[Any], empty: str = "还没有记录。") -> dict[str, Any]:
    """Show the log of a record, newest first: log entries, or anything with .label .actor_name .on .note and .at (when entered)."""
    rows = [
        {"label": one.label, "by": one.actor_name, "on": one.on, "note": one.note, "entered_at": one.at}
        for one in entries
    ]
    return {"entries": rows, "empty": empty}


@register.inclusion_tag("components/_files.html")
def file_list(files: Sequence[Any], empty: str = "") -> dict[str, Any]:
    """List attachments with .name .url .size (bytes) and, when known, .note."""
    return {"files": files, "empty": empty}


@register.inclusion_tag("components/_compare.html")
def compare(fields: Sequence[Mapping[str, Any]], left: str = "我的内容", right: str = "现在的内容") -> dict[str, Any]:
    """Put two texts side by side; fields are mappings with label, mine, theirs. Differing fields are marked."""
    rows = [{**field, "differs": str(field["mine"] or "") != str(field["theirs"] or "")} for field in fields]
    return {"fields": rows, "left": left, "right": right}


@register.inclusion_tag("components/_form_errors.html")
def form_errors(*forms: BaseForm) -> dict[str, Any]:
    """Say above a form what has to be corrected, each line leading to its field."""
    count = sum(len(errors) for form in forms for errors in form.errors.values())
    return {"forms": [form for form in forms if form.errors], "count": count}


# ---- boxes around content ----


@register.simple_block_tag
def panel(content: SafeString, title: str = "", tone: str = "", flush: bool = False, aside: str = "") -> SafeString:
    """Frame content in a white box with a heading. ``flush`` lets a table reach its edges; ``tone`` "matters" or "honour"; ``aside`` text at the right."""
    context = {"content": content, "title": title, "tone": tone, "flush": flush, "aside": aside}
    return render_to_string("components/_panel.html", context)


@register.simple_block_tag
def hint(content: SafeString, title: str = "", tone: str = "plain") -> SafeString:
    """Set a remark beside the work. ``tone``: plain, info, warn, matters, honour."""
    if tone not in HINT_TONES:
        raise ValueError(f"hint: unknown tone {tone!r}, use one of {', '.join(HINT_TONES)}")
    return render_to_string("components/_hint.html", {"content": content, "title": title, "tone": tone})
