"""What a leader has typed and not saved: kept while he writes, parked when his sign-in has run out, laid beside the text of another."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts import drafts
from chuangxian.drafts import Typed, number, park, parked, saved_at, saved_elsewhere, sign_in_over, typed_in, typed_rows
from chuangxian.verdicts import require
from reviews.actions import comments as actions
from reviews.actions.comments import NAMED
from reviews.forms.comments import PREFIX
from reviews.models import LeaderComment
from reviews.queries.comment_pile import Line
from reviews.rules import comments as rules
from reviews.views import Request
from reviews.views.comment_desk import Desk, desk_at, form_at, line_at, mine_at

ORDERS = ("issue", "save", "walk", "add_row")
# what may be parked of a post without a sign-in
FIELDS = "|".join(["version", "meeting_title", *actions.FIELDS, *NAMED, rf"{PREFIX}-.+"])


def typed_on_sheet(data: QueryDict) -> Typed:
    """Return what was typed, without the buttons of the form."""
    return {key: values for key, values in typed_in(data).items() if key not in ORDERS}


# ---- while one writes ----


@login_not_required
@require_POST
def comment_autosave(request: Request, pk: int, subject: str) -> JsonResponse:
    """Keep what is being typed. 401 when the sign-in has run out, 409 when the sheet has been saved elsewhere meanwhile."""
    if not request.user.is_authenticated:
        return sign_in_over()
    at = desk_at(request, pk)
    require(at.runs)
    line = line_at(at, subject)
    comment = mine_at(at, line)
    if comment is not None:
        require(rules.may_edit(comment, request.standing, request.on))
    if number(request.POST.get("version")) != (comment.version if comment is not None else 0):
        return saved_elsewhere("这张点评表已在别处修改。")
    kept = drafts.keep(form=form_at(at, line), typed=typed_on_sheet(request.POST), by=request.user)
    return saved_at(kept.saved_at)


@require_POST
def comment_forget(request: Request, pk: int, subject: str) -> HttpResponse:
    """Throw away what was typed and not saved."""
    at = desk_at(request, pk)
    line = line_at(at, subject)
    drafts.forget(form=form_at(at, line), by=request.user)
    messages.info(request, "已放弃没有保存的内容，下面是上次保存的。")
    return redirect(at.url(line))


# ---- two at once ----


def both_texts(data: QueryDict, comment: LeaderComment | None) -> list[dict[str, Any]]:
    """Return my text beside the one that lies in the database."""
    theirs = {name: getattr(comment, name, "") for name in ("held_on", "achievements", "direction")}
    rows: list[dict[str, Any]] = [
        {"label": label, "mine": data.get(name, ""), "theirs": str(theirs[name] or "")}
        for name, label in (("held_on", "点评日期"), ("achievements", "主要成绩"), ("direction", "努力方向"))
    ]
    mine = _problems_in(data)
    stands = [_told({"text": p.text, "due_on": str(p.due_on)}) for p in comment.problems.all()] if comment else []
    for row in range(max(len(mine), len(stands))):
        rows.append(
            {
                "label": f"第 {row + 1} 个问题",
                "mine": _told(mine[row]) if row < len(mine) else "",
                "theirs": stands[row] if row < len(stands) else "",
            }
        )
    return rows


def _problems_in(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the problems as typed, whatever state they are in."""
    return [fields for fields in typed_rows(data, PREFIX, 100) if fields.get("text")]


def _told(fields: Mapping[str, str]) -> str:
    return fields["text"] + (f"\n时限：{fields['due_on']}" if fields.get("due_on") else "")


# ---- a sign-in that has run out ----


def _name(pk: int, subject: str) -> str:
    return f"comment-{pk}-{subject[:40]}"


def taken_in(at: Desk, line: Line) -> None:
    """Keep with its sheet what was parked before signing in."""
    left = parked(at.request, _name(at.round.pk, line.target.address))
    if left is not None:
        drafts.keep(form=form_at(at, line), typed=left, by=at.request.user)


def signed_out(request: Request, pk: int, subject: str) -> HttpResponse:
    """Keep what was posted in the anonymous session, which survives signing in, and show it; nothing of the subject itself."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    kept = park(request, _name(pk, subject), typed_in(request.POST, only=FIELDS))
    context = {
        "sign_in_url": f"{reverse('accounts:sign_in')}?{urlencode({'next': request.get_full_path()})}",
        "achievements": request.POST.get("achievements", ""),
        "direction": request.POST.get("direction", ""),
        "problems": [_told(fields) for fields in _problems_in(request.POST)],
        "kept": kept,
    }
    return render(request, "reviews/comment_expired.html", context, status=401)
