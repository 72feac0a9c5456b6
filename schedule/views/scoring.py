"""Whether the campaign keeps scores, and what its bands are called."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from branches.middleware import Request
from chuangxian.edits import Conflict, version_read
from chuangxian.verdicts import require
from schedule.actions import scoring as actions
from schedule.forms.scoring import ScoringForm
from schedule.queries.plan import current_campaign
from schedule.queries.scoring import kept_scheme
from schedule.rules import indicators as rules


@require_http_methods(["GET", "HEAD", "POST"])
def scoring_edit(request: Request) -> HttpResponse:
    """Switch scoring on or off; put the bands in other words."""
    require(rules.may_keep_scoring(request.standing, request.on))
    campaign = current_campaign(request.on)
    if campaign is None:
        return render(request, "schedule/plan_missing.html")
    scheme = kept_scheme(campaign)
    form = ScoringForm(request.POST or None, scheme=scheme)
    status, now = 422 if form.errors else 200, None
    if form.is_valid():
        try:
            decided = actions.decide(
                campaign=campaign,
                enabled=form.cleaned_data["enabled"],
                bands=form.cleaned_data["bands"],
                version=version_read(request.POST.get("version")) or 0,
                by=request.user,
                on=request.on,
            )
        except Conflict:
            status, now = 409, kept_scheme(campaign)
        else:
            messages.success(request, "已保存，计分已打开。" if decided.enabled else "已保存，现在不计分。")
            return redirect("schedule:indicator_list")
    context = {
        "form": form,
        "campaign": campaign,
        "scheme": scheme,
        "now": now,
        "version": scheme.version if now is not None else request.POST.get("version") or scheme.version,
    }
    return render(request, "schedule/scoring_form.html", context, status=status)
