"""Swaps of turns: asking a colleague, and his answer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from branches.middleware import Request
from chuangxian.edits import version_read
from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Overtaken
from schedule.actions import swaps as actions
from schedule.forms.study import SwapForm
from schedule.models import TurnSwap
from schedule.queries import study as queries
from schedule.rules import study as rules
from schedule.views.study import session_page, visible_session
from schedule.workflow.study import FOLLOWING, SWAP

ANSWERS = frozenset(SWAP.moves) - FOLLOWING


@require_http_methods(["GET", "HEAD", "POST"])
def swap_ask(request: Request, pk: int) -> HttpResponse:
    """Ask a colleague to change places."""
    session, on = visible_session(request, pk), request.on
    require(rules.may_ask_swap(session, request.standing, on))
    form = SwapForm(request.POST or None, turns=queries.turns_to_swap(session, on))
    if request.method == "POST" and form.is_valid():
        try:
            swap = actions.ask(mine=session, **form.cleaned_data, by=request.user, on=on)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"已问{swap.asked_of}，等他答复；同意以后才会调换。")
            return redirect(session)
    context = {"session": session, "form": form}
    return render(request, "schedule/swap_ask.html", context, status=422 if form.errors else 200)


@require_POST
def swap_answer(request: Request, pk: int) -> HttpResponse:
    """Agree, decline or take back: ``verb``, the ``version`` that was read, and a ``note``. A refusal gives the note back."""
    swaps = queries.swaps_for_work(TurnSwap.objects.visible_to(request.standing, request.on))
    swap: TurnSwap = get_object_or_404(swaps, pk=pk)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    if verb not in ANSWERS:
        return HttpResponseBadRequest("没有这个操作。")
    version = version_read(request.POST.get("version"))
    page = swap.mine_id if verb == "withdraw" else swap.other_id
    try:
        actions.answer(swap=swap, verb=verb, note=note, version=version, by=request.user, on=request.on)
    except Refused as refused:
        status = 409 if isinstance(refused, Overtaken) else 403
        return session_page(request, page, status=status, tried=verb, note=note, error=refused.reason, about=pk)
    messages.success(request, f"{SWAP.moves[verb].label}，已办理。")
    return redirect("schedule:session_detail", page)
