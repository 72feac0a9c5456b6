"""A round commended in one act, and its certificates: on paper one by one or all together, and as a file."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts import log
from accounts.models import LogEntry
from awards.actions import honours as actions
from awards.forms.honours import CommendForm
from awards.models import AwardRound, Honour
from awards.queries import honours as queries
from awards.rules import honours as rules
from awards.rules.rounds import runs
from awards.sheets.certificates import FontMissing, certificates_pdf
from awards.views.honours import visible_honour
from awards.workflow.rounds import ROUND
from branches.middleware import Request
from chuangxian.edits import tried, version_read
from chuangxian.verdicts import Refused, require


def visible_round(request: Request, pk: int) -> AwardRound:
    """Return a round the person knows and runs; 404 outside his scope."""
    rounds = AwardRound.objects.visible_to(request.standing, request.on)
    round_: AwardRound = get_object_or_404(rounds.select_related("organization", "campaign"), pk=pk)
    require(runs(round_, request.standing, request.on))
    return round_


@require_http_methods(["GET", "HEAD", "POST"])
def round_commend(request: Request, pk: int) -> HttpResponse:
    """What the commendation will do, whom it honours, and the button; or what stands against it."""
    round_ = visible_round(request, pk)
    verdict = ROUND.verdict(round_, "commend", by=request.standing, on=request.on)
    form = CommendForm(
        request.POST if request.method == "POST" else None,
        round_=round_,
        on=request.on,
        initial={"awarded_on": round_.commend_on},
    )
    status = 200
    if request.method == "POST":
        version = version_read(request.POST.get("version"))
        status = tried(
            form,
            lambda: actions.commend(
                round_=round_, **form.cleaned_data, version=version, by=request.user, on=request.on
            ),
        )
        if not status:
            messages.success(request, "已表彰，都列入了光荣榜，证书可以打印了。")
            return redirect("awards:round_certificates", pk)
    context = {
        "round": visible_round(request, pk),
        "verdict": verdict,
        "nominations": queries.decided_in(round_),
        "honours": queries.certificates_in(round_),
        "form": form,
    }
    return render(request, "awards/round_commend.html", context, status=status)


@require_safe
def round_certificates(request: Request, pk: int) -> HttpResponse:
    """All certificates of a round in one print."""
    round_ = visible_round(request, pk)
    honours = _honours(round_)
    context = {
        "certificates": [queries.certificate_of(honour) for honour in honours],
        "back_url": reverse("awards:honour_list") + f"?year={round_.year}&level={round_.level}",
        "pdf_url": reverse("awards:round_certificates_pdf", args=[pk]),
    }
    return render(request, "awards/certificate.html", context)


@require_safe
def round_certificates_pdf(request: Request, pk: int) -> HttpResponse:
    """All certificates of a round as one file."""
    round_ = visible_round(request, pk)
    return _file(request, _honours(round_), f"荣誉证书_{round_.name}", reverse("awards:round_certificates", args=[pk]))


def _honours(round_: AwardRound) -> list[Honour]:
    honours = queries.certificates_in(round_)
    if not honours:
        raise Refused("这一批还没有表彰，没有证书可以打印。")
    return honours


@require_safe
def honour_certificate(request: Request, pk: int) -> HttpResponse:
    """One certificate on A4."""
    honour = visible_honour(request, pk)
    require(rules.may_have_certificate(honour, request.standing, request.on))
    context = {
        "certificates": [queries.certificate_of(honour)],
        "back_url": honour.get_absolute_url(),
        "pdf_url": reverse("awards:honour_certificate_pdf", args=[pk]),
    }
    return render(request, "awards/certificate.html", context)


@require_safe
def honour_certificate_pdf(request: Request, pk: int) -> HttpResponse:
    """One certificate as a file."""
    honour = visible_honour(request, pk)
    require(rules.may_have_certificate(honour, request.standing, request.on))
    name = f"荣誉证书_{honour.holder}_{honour.number}"
    return _file(request, [honour], name, reverse("awards:honour_certificate", args=[pk]))


def _file(request: Request, honours: Sequence[Honour], name: str, print_url: str) -> HttpResponse:
    """Send the file; where no font can write it, go to the page that prints, with the sentence."""
    try:
        body = certificates_pdf([queries.certificate_of(honour) for honour in honours], name)
    except FontMissing as missing:
        context = {"sentence": missing.sentence, "print_url": print_url}
        return render(request, "awards/certificate_missing.html", context)
    log.record(
        verb="export",
        label="下载荣誉证书",
        obj=honours[0] if len(honours) == 1 else None,
        note=name,
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=request.on,
    )
    disposition = content_disposition_header(True, f"{name}.pdf") or "attachment"
    return HttpResponse(body, content_type="application/pdf", headers={"Content-Disposition": disposition})
