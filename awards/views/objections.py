"""Objections as those who decide find them: the list, one of them, the answer, and what is taken down from letters and visits."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from awards import numbers
from awards.actions import objections as actions
from awards.forms.notices import AnswerForm, ObjectionFilter, TakeDownForm
from awards.models import Objection, PublicNotice
from awards.queries import objections as queries
from awards.queries.notices import entries_of
from awards.rules import notices as rules
from awards.views.notices import visible_notice
from branches.middleware import Request
from chuangxian.drafts import unchecked
from chuangxian.edits import tried, version_read
from chuangxian.verdicts import require
from schedule.views.typed import data_of, kept, left_in, thrown_away


@require_safe
def objection_list(request: Request) -> HttpResponse:
    """The objections the person may look into, those waiting first, each with the day by which it is answered."""
    standing, on = request.standing, request.on
    require(rules.may_see_objections(standing, on))
    visible = Objection.objects.visible_to(standing, on)
    notices = PublicNotice.objects.visible_to(standing, on).filter(pk__in=visible.order_by().values("notice"))
    form = ObjectionFilter(request.GET, notices=notices)
    page = Paginator(queries.with_everything(form.narrow(visible)), settings.PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    days = queries.answer_days(one.received_on for one in page)
    context = {
        "form": form,
        "page": page,
        "rows": [(one, days[one.received_on]) for one in page],
        "on": on,
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "awards/objection_list.html", context)


def visible_objection(request: Request, pk: int) -> Objection:
    """Return an objection the person may look into; 404 outside his scope."""
    objections = Objection.objects.visible_to(request.standing, request.on)
    objection: Objection = get_object_or_404(queries.with_everything(objections), pk=pk)
    return objection


@require_safe
def objection_detail(request: Request, pk: int) -> HttpResponse:
    """What was said, by when it is answered, and the answer."""
    objection = visible_objection(request, pk)
    context = {
        "objection": objection,
        "answer_by": queries.answer_days([objection.received_on])[objection.received_on],
        "waits": bool(rules.is_waiting(objection)),
        "history": queries.history_of(objection),
        "on": request.on,
    }
    return render(request, "awards/objection_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def objection_answer(request: Request, pk: int) -> HttpResponse:
    """Write down what was found out, and answer."""
    objection = visible_objection(request, pk)
    require(rules.is_waiting(objection))
    key = actions.answer_form(objection)
    if "forget" in request.POST:
        return thrown_away(request, key)
    left = left_in(request, key)
    form = AnswerForm(data_of(request, left), consequences=queries.consequences_for(objection))
    if left is not None:
        unchecked(form)
    status = 200
    if request.method == "POST":
        status = tried(
            form,
            lambda: actions.answer(
                objection=objection,
                version=version_read(request.POST.get("version")),
                by=request.user,
                on=request.on,
                **form.cleaned_data,
            ),
        )
        if not status:
            messages.success(request, "异议已答复。提出的人凭查询号可以看到结论和答复。")
            return redirect("awards:objection_detail", pk)
    context = {
        "objection": visible_objection(request, pk),
        "form": form,
        "kept": left,
        "version": request.POST.get("version", objection.version),
        "autosave_url": reverse("awards:objection_autosave", args=[pk]),
    }
    return render(request, "awards/objection_answer.html", context, status=status)


@require_POST
def objection_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed about an objection."""
    objection = visible_objection(request, pk)
    require(rules.is_waiting(objection))
    return kept(request, actions.answer_form(objection))


@require_http_methods(["GET", "HEAD", "POST"])
def objection_add(request: Request, pk: int) -> HttpResponse:
    """Take down what came by letter, telephone or visit; the number is shown once, on the answer itself."""
    notice = visible_notice(request, pk)
    require(rules.may_take_down(notice, request.standing, request.on))
    form = TakeDownForm(request.POST if request.method == "POST" else None, entries=entries_of(notice), on=request.on)
    status = 200
    if request.method == "POST":
        given: list[str] = []
        status = tried(
            form,
            lambda: given.append(actions.take_down(notice=notice, by=request.user, on=request.on, **form.values())),
        )
        if not status:
            context = {"notice": notice, "number": numbers.shown(given[0])}
            return render(request, "awards/objection_taken.html", context)
    return render(request, "awards/objection_add.html", {"notice": notice, "form": form}, status=status)
