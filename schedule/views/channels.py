"""群机器人: the robots of the groups one keeps, trying one out, and what became of their messages."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.middleware import Request
from chuangxian.edits import Conflict, version_read
from chuangxian.verdicts import Verdict, require
from schedule import letters, robots
from schedule.actions import channels as actions
from schedule.forms.channels import ChannelForm, DeliveryFilter, NewChannelForm
from schedule.models import WebhookChannel, WebhookDelivery
from schedule.queries import channels as queries
from schedule.rules import channels as rules
from schedule.states.notices import SAID_OF_GROUPS, Error, MailState

TONES = {
    MailState.SENT: "good",
    MailState.FAILED: "bad",
    MailState.UNKNOWN: "bad",
    MailState.CANCELLED: "plain",
    MailState.SKIPPED: "neutral",
}


def said_of(error: str) -> str:
    """Say an error of a message to a group."""
    return SAID_OF_GROUPS.get(Error(error), Error(error).label) if error in Error.values else error


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A robot in the list."""

    channel: WebhookChannel
    address: str
    letters: list[str]


@require_safe
def channel_list(request: Request) -> HttpResponse:
    """The robots one keeps."""
    require(rules.may_keep_some(request.standing))
    lines = []
    for channel in queries.kept_by(request.standing):
        known = [letter.label for kind in channel.letters if (letter := letters.find(kind))]
        lines.append(ChannelLine(channel, robots.masked(channel.url), known))
    return render(request, "schedule/channel_list.html", {"lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
def channel_add(request: Request) -> HttpResponse:
    """Set up a robot."""
    require(rules.may_keep_some(request.standing))
    organizations = queries.organizations_kept(request.standing, request.on)
    form = NewChannelForm(request.POST or None, organizations=organizations)
    if request.method == "POST" and form.is_valid():
        try:
            channel = actions.add(**form.chosen, by=request.user, on=request.on)
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        else:
            messages.success(request, f"“{channel.name}”已设好。请点“发一条测试消息”看看群里收不收得到。")
            return redirect("schedule:channel_list")
    return _form(request, form, None)


def _form(request: Request, form: ChannelForm, channel: WebhookChannel | None, status: int = 0) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "channel": channel}
    status = status or (422 if request.method == "POST" else 200)
    return render(request, "schedule/channel_form.html", context, status=status)


def _visible(request: Request, pk: int) -> WebhookChannel:
    known = WebhookChannel.objects.visible_to(request.standing, request.on)
    channel: WebhookChannel = get_object_or_404(known.select_related("organization"), pk=pk)
    return channel


@require_http_methods(["GET", "HEAD", "POST"])
def channel_edit(request: Request, pk: int) -> HttpResponse:
    """Change a robot, switch it off or on."""
    channel = _visible(request, pk)
    require(rules.may_keep(channel, request.standing))
    form = ChannelForm(request.POST or None, channel=channel)
    if request.method == "POST" and form.is_valid():
        version = version_read(request.POST.get("version")) or 0
        try:
            actions.change(
                channel=_visible(request, pk), version=version, by=request.user, on=request.on, **form.chosen
            )
        except Conflict:
            form.add_error(None, "您填写期间有人改过这个群机器人。您填的还在，请核对后再存一次。")
            return _form(request, form, _visible(request, pk), 409)
        messages.success(request, f"“{form.cleaned_data['name']}”已保存。")
        return redirect("schedule:channel_list")
    return _form(request, form, channel)


@require_POST
def channel_test(request: Request, pk: int) -> HttpResponse:
    """Say one line to the group now."""
    channel = _visible(request, pk)
    require(rules.may_keep(channel, request.standing))
    trouble = actions.try_out(channel=channel, by=request.user, on=request.on)
    if trouble is None:
        messages.success(request, f"测试消息已发到“{channel.name}”，请到群里看一看。")
    else:
        messages.error(request, f"没有发到“{channel.name}”：{said_of(trouble.error)}（{trouble.text}）。")
    return redirect("schedule:channel_list")


# ---- what became of their messages ----


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A message in the log."""

    delivery: WebhookDelivery
    label: str
    tone: str
    error: str
    resend: Verdict


@require_safe
def delivery_list(request: Request) -> HttpResponse:
    """What went to the groups, waits, failed; with a button for those that did not arrive."""
    require(rules.may_keep_some(request.standing))
    form = DeliveryFilter(request.GET, channels=queries.kept_by(request.standing))
    rows = queries.deliveries(request.standing, **form.chosen)
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [_line(row, request) for row in page]
    return render(request, "schedule/delivery_list.html", {"form": form, "page": page, "lines": lines})


def _line(row: WebhookDelivery, request: Request) -> DeliveryLine:
    letter = letters.find(row.letter)
    tone = TONES.get(MailState(row.state), "wait")
    verdict = rules.may_resend(row, request.standing)
    return DeliveryLine(row, letter.label if letter else row.letter, tone, said_of(row.error), verdict)


@require_POST
def delivery_resend(request: Request, pk: int) -> HttpResponse:
    """Send a message that did not arrive again."""
    row: WebhookDelivery = get_object_or_404(queries.deliveries(request.standing), pk=pk)
    require(rules.may_resend(row, request.standing))
    actions.resend(delivery=row, by=request.user, on=request.on)
    messages.success(request, f"已重新排队发到“{row.channel.name}”，一般一分钟内发出。")
    return redirect("schedule:delivery_list")
