"""Honours: the roll inside and for everybody, its table and its paper, one honour, entering, correcting and revoking."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import log
from accounts.models import LogEntry
from awards.actions import honours as actions
from awards.forms.honours import HonourChangeForm, HonourEntryForm, RevokeForm, RollFilter
from awards.models import AwardRound, Honour, ModelStory
from awards.queries import honours as queries
from awards.rules import honours as rules
from awards.scope.honours import HonourQuerySet
from awards.sheets import honours as sheets
from branches.middleware import Request
from branches.models import Organization
from chuangxian import clock
from chuangxian.downloads import workbook
from chuangxian.drafts import typed_in
from chuangxian.edits import Conflict, tried, version_read
from chuangxian.verdicts import require
from schedule.queries.activities import candidates_for

PRINTED_MOST = 3000


def narrowed(request: Request) -> tuple[RollFilter, HonourQuerySet]:
    """Return the filter, and what of the person's scope it leaves."""
    standing, on = request.standing, request.on
    known = Honour.objects.visible_to(standing, on).filter(awarded_on__lte=on)
    form = RollFilter(
        request.GET,
        years=queries.years_of(known),
        titles=queries.titles_of(known),
        organizations=Organization.objects.visible_to(standing, on),
    )
    return form, form.narrow(known, on)


@require_safe
def honour_list(request: Request) -> HttpResponse:
    """光荣榜: the honours of the trees one knows, the latest year first."""
    standing, on = request.standing, request.on
    form, honours = narrowed(request)
    page = Paginator(queries.for_lists(honours), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "may_enter": rules.may_keep_somewhere(standing, on),
        "may_export": rules.may_take_roll(standing, on),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "awards/honour_list.html", context)


@require_safe
def honour_export(request: Request) -> FileResponse:
    """光荣榜 of what the list shows, as a workbook."""
    require(rules.may_take_roll(request.standing, request.on))
    _, honours = narrowed(request)
    note, on = request.GET.urlencode(), request.on
    log.record(verb="export", label="导出光荣榜", note=note, category=LogEntry.Category.EXPORT, by=request.user, on=on)
    options = {"heading": ["光荣榜"], "groups": sheets.ROLL_GROUPS, "as_of": on, "landscape": True}
    parts = [(sheets.ROLL, sheets.roll_lines(honours), options)]
    return workbook(f"光荣榜_{on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())


@require_safe
def honour_print(request: Request) -> HttpResponse:
    """光荣榜 of what the list shows, on A4."""
    require(rules.may_take_roll(request.standing, request.on))
    _, honours = narrowed(request)
    rows = list(queries.for_lists(honours)[:PRINTED_MOST])
    context = {
        "groups": queries.groups_of(rows),
        "number": len(rows),
        "on": request.on,
        "back_url": reverse("awards:honour_list"),
    }
    return render(request, "awards/honour_print.html", context)


@login_not_required
@require_safe
def public_honours(request: Request) -> HttpResponse:
    """光荣榜 for everybody: name, organisation, title and citation; nothing else of a person."""
    on = request.on
    shown = Honour.objects.public(on)
    form = RollFilter(
        request.GET,
        public=True,
        years=queries.years_of(shown),
        titles=queries.titles_of(shown),
        organizations=Organization.objects.filter(pk__in=shown.order_by().values("organization")),
    )
    page = Paginator(queries.for_lists(form.narrow(shown, on)), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "groups": queries.groups_of(list(page.object_list)),
        "stories": ModelStory.objects.public(on).exists(),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "awards/public_honours.html", context)


# ---- one honour ----


def visible_honour(request: Request, pk: int) -> Honour:
    """Return an honour the person knows; 404 outside his scope."""
    honours = Honour.objects.visible_to(request.standing, request.on)
    honour: Honour = get_object_or_404(queries.for_work(honours), pk=pk)
    return honour


@require_safe
def honour_detail(request: Request, pk: int) -> HttpResponse:
    """One honour: what for, by whom, and what may be done with it."""
    honour, standing, on = visible_honour(request, pk), request.standing, request.on
    context = {
        "honour": honour,
        "is_own": standing.member is not None and standing.member.pk == honour.member_id,
        "may_change": rules.may_change(honour, standing, on),
        "may_show": rules.may_show(honour, standing, on),
        "may_print": rules.may_have_certificate(honour, standing, on),
        "no_certificate": rules.has_certificate(honour),
        "may_read_reason": rules.may_read_reason(honour, standing, on),
        "may_write": rules.stands(honour) and rules.may_write(honour.organization, standing, on),
        "stories": list(ModelStory.objects.visible_to(standing, on).filter(honour=honour)),
        "history": queries.history_of(honour) if standing.may_read(honour.path) else None,
    }
    return render(request, "awards/honour_detail.html", context)


@require_safe
def honour_add(request: Request) -> HttpResponse:
    """Choose whose honour it is; who keeps only one organisation is led straight to its page."""
    standing, on = request.standing, request.on
    require(rules.may_keep_somewhere(standing, on))
    places = list(Organization.objects.visible_to(standing, on).within(*standing.managing_paths()).existing(on))
    if len(places) == 1:
        return redirect("awards:honour_record", places[0].pk)
    return render(request, "awards/honour_add.html", {"places": places})


@require_http_methods(["GET", "HEAD", "POST"])
def honour_record(request: Request, pk: int) -> HttpResponse:
    """Enter an honour of the organisation, or of a member below it, with its document."""
    standing, on = request.standing, request.on
    place: Organization = get_object_or_404(Organization.objects.visible_to(standing, on).existing(on), pk=pk)
    require(rules.may_keep(place, standing, on))
    form = HonourEntryForm(
        request.POST if request.method == "POST" else None,
        place=place,
        candidates=candidates_for(place, {on}),
        categories=_categories(request),
        on=on,
        initial={"year": on.year},
    )
    status = 200
    if request.method == "POST":
        made: list[Honour] = []

        def enter() -> None:
            fields = form.columns()
            made.append(actions.enter_honour(place=place, member=form.member, fields=fields, by=request.user, on=on))

        status = tried(form, enter)
        if not status:
            messages.success(request, "荣誉已登记到光荣榜。")
            return redirect(made[0])
    return render(request, "awards/honour_form.html", {"form": form, "place": place}, status=status)


def _categories(request: Request) -> list[tuple[str, str]]:
    return queries.categories_of(AwardRound.objects.visible_to(request.standing, request.on))


@require_http_methods(["GET", "HEAD", "POST"])
def honour_edit(request: Request, pk: int) -> HttpResponse:
    """Correct an honour. Who saves on an older reading sees both texts."""
    honour = visible_honour(request, pk)
    require(rules.may_change(honour, request.standing, request.on))
    version = version_read(request.POST.get("version"))
    form = HonourChangeForm(request.POST or None, instance=honour, categories=_categories(request))
    status = 200
    if request.method == "POST":
        if version != honour.version:
            return _collided(request, pk)
        if form.is_valid():
            try:
                # the form has written into its own copy; the action speaks of what lies in the database
                actions.change_honour(
                    honour=visible_honour(request, pk),
                    fields=form.columns(),
                    version=version,
                    by=request.user,
                    on=request.on,
                )
            except Conflict:
                return _collided(request, pk)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, "已修改。")
                return redirect("awards:honour_detail", pk)
        status = 422
    context = {"form": form, "honour": visible_honour(request, pk), "version": honour.version}
    return render(request, "awards/honour_form.html", context, status=status)


def _collided(request: Request, pk: int) -> HttpResponse:
    categories = _categories(request)
    mine = HonourChangeForm(request.POST, instance=visible_honour(request, pk), categories=categories)
    theirs = HonourChangeForm(None, instance=visible_honour(request, pk), categories=categories)
    context = {
        "heading": "有人先一步修改了这项荣誉",
        "fields": [
            {"label": field.label, "mine": _read(mine, name), "theirs": _read(theirs, name)}
            for name, field in theirs.fields.items()
        ],
        "typed": [(name, one) for name, many in typed_in(request.POST).items() for one in many if name != "version"],
        "version": theirs.instance.version,
        "url": reverse("awards:honour_edit", args=[pk]),
    }
    return render(request, "schedule/text_conflict.html", context, status=409)


def _read(form: HonourChangeForm, name: str) -> str:
    """Return a value as people read it."""
    value, field = form[name].value(), form.fields[name]
    if name == "is_public":
        return "公开" if value else "不公开"
    chosen: dict[str, str] = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return chosen.get(str(value), "" if value is None else str(value))


@require_POST
def honour_show(request: Request, pk: int) -> HttpResponse:
    """Put it on the public roll (``shown=1``), or take it off."""
    honour = visible_honour(request, pk)
    is_public = request.POST.get("shown") == "1"
    try:
        actions.show_honour(
            honour=honour,
            is_public=is_public,
            version=version_read(request.POST.get("version")) or 0,
            by=request.user,
            on=request.on,
        )
    except Conflict:
        messages.error(request, "这项荣誉刚刚有人改过，请看过现在的内容再选。")
    else:
        messages.success(request, "已列入公开的光荣榜。" if is_public else "已不列入公开的光荣榜，只在单位内部看得到。")
    return redirect("awards:honour_detail", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def honour_revoke(request: Request, pk: int) -> HttpResponse:
    """Take an honour back, with the reason."""
    honour = visible_honour(request, pk)
    require(rules.may_change(honour, request.standing, request.on))
    form, status = RevokeForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        version = version_read(request.POST.get("version")) or 0
        status = tried(
            form,
            lambda: actions.revoke_honour(
                honour=honour, **form.cleaned_data, version=version, by=request.user, on=request.on
            ),
        )
        if not status:
            messages.success(request, "荣誉已撤销，不再列入光荣榜，证书同时作废。")
            return redirect("awards:honour_detail", pk)
    context = {
        "honour": visible_honour(request, pk),
        "form": form,
        "stories": queries.stories_praising(honour, request.on),
    }
    return render(request, "awards/honour_revoke.html", context, status=status)
