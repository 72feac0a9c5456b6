"""党建品牌: the list and its ledger, writing one, its activities, its page."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import log
from accounts.models import LogEntry
from awards.actions import brands as actions
from awards.forms.brands import ActivityFilter, BrandFilter, BrandForm, NewBrandForm, numbers_in
from awards.models import PartyBrand
from awards.queries import brands as queries
from awards.rules import brands as rules
from awards.scope.posts import BrandQuerySet
from awards.sheets import brands as sheets
from awards.workflow.brands import BRAND, offers
from branches.middleware import Request
from branches.models import Organization
from chuangxian import clock
from chuangxian.downloads import workbook
from chuangxian.drafts import saved_elsewhere, typed_in, unchecked
from chuangxian.edits import Conflict, version_read
from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Overtaken
from schedule.models import Activity
from schedule.views.typed import data_of, kept, left_in, thrown_away

ACTIVITIES_SHOWN = 20


def narrowed(request: Request) -> tuple[BrandFilter, BrandQuerySet]:
    """Return the filter, and what of the person's scope it leaves."""
    standing, on = request.standing, request.on
    places = Organization.objects.visible_to(standing, on).within(*standing.known_roots()).pledging()
    form = BrandFilter(request.GET, organizations=places)
    return form, form.narrow(PartyBrand.objects.visible_to(standing, on))


@require_safe
def brand_list(request: Request) -> HttpResponse:
    """The brands one may read about."""
    standing, on = request.standing, request.on
    form, brands = narrowed(request)
    page = Paginator(queries.for_lists(brands, on), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "may_add": rules.may_keep_somewhere(standing, on),
        "may_export": rules.may_see_ledger(standing, on),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "awards/brand_list.html", context)


@require_safe
def brand_export(request: Request) -> FileResponse:
    """党建品牌台账 of what the list shows, of the organisations whose internal records are open."""
    standing, on = request.standing, request.on
    require(rules.may_see_ledger(standing, on))
    brands = narrowed(request)[1].within(*standing.reading_paths())
    log.record(
        verb="export",
        label="导出党建品牌台账",
        note=request.GET.urlencode(),
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=on,
    )
    options = {"heading": ["党建品牌台账"], "as_of": on, "landscape": True}
    parts = [(sheets.BRANDS, sheets.brand_lines(brands, on), options)]
    return workbook(f"党建品牌台账_{on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())


# ---- writing one ----


@require_http_methods(["GET", "HEAD", "POST"])
def brand_add(request: Request) -> HttpResponse:
    """Write a brand down."""
    standing, on = request.standing, request.on
    require(rules.may_keep_somewhere(standing, on))
    if "forget" in request.POST:
        return thrown_away(request, actions.NEW_FORM)
    left = left_in(request, actions.NEW_FORM)
    places, carriers = queries.places_for(standing, on), queries.carriers_for(on)
    form = NewBrandForm(data_of(request, left), organizations=places, carriers=carriers)
    if left is not None:
        unchecked(form)
    if request.method == "POST" and form.is_valid():
        place = form.cleaned_data["organization"]
        try:
            brand = actions.draft(organization=place, text=form.text(), by=request.user, on=on)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "品牌已存为草稿。选好品牌活动，核对以后再发布。")
            return redirect(brand)
    context = {"form": form, "kept": left, "is_new": True, "autosave_url": reverse("awards:brand_add_autosave")}
    return render(request, "awards/brand_form.html", context, status=422 if form.errors else 200)


@require_POST
def brand_add_autosave(request: Request) -> JsonResponse:
    """Keep what is being typed about a new brand."""
    require(rules.may_keep_somewhere(request.standing, request.on))
    return kept(request, actions.NEW_FORM)


@require_http_methods(["GET", "HEAD", "POST"])
def brand_edit(request: Request, pk: int) -> HttpResponse:
    """Change a brand's words. Who saves on an older reading sees both texts."""
    brand = visible_brand(request, pk)
    require(rules.may_edit(brand, request.standing, request.on))
    key = actions.edit_form(brand)
    if "forget" in request.POST:
        return thrown_away(request, key)
    left = left_in(request, key)
    carriers = queries.carriers_for(request.on, brand)
    form = BrandForm(data_of(request, left), instance=visible_brand(request, pk), carriers=carriers)
    if left is not None:
        unchecked(form)
    if request.method == "POST":
        version = version_read(request.POST.get("version"))
        if version != brand.version:
            return _collided(request, pk)
        if form.is_valid():
            try:
                actions.change(brand=brand, text=form.text(), version=version, by=request.user, on=request.on)
            except Conflict:
                return _collided(request, pk)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, "品牌已修改。")
                return redirect("awards:brand_detail", pk)
    context = {
        "form": form,
        "brand": visible_brand(request, pk),
        "kept": left,
        "autosave_url": reverse("awards:brand_autosave", args=[pk]),
    }
    return render(request, "awards/brand_form.html", context, status=422 if form.errors else 200)


@require_POST
def brand_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed; 409 when somebody else has changed the brand meanwhile."""
    brand = visible_brand(request, pk)
    require(rules.may_edit(brand, request.standing, request.on))
    if version_read(request.POST.get("version")) != brand.version:
        return saved_elsewhere("他人已修改这个品牌。")
    return kept(request, actions.edit_form(brand))


def _collided(request: Request, pk: int) -> HttpResponse:
    brand = visible_brand(request, pk)
    carriers = queries.carriers_for(request.on, brand)
    mine = BrandForm(request.POST, carriers=carriers)
    theirs = BrandForm(instance=brand, carriers=carriers)
    ticked = {str(pk) for pk in mine["carriers"].value() or ()}
    fields = [
        {"label": theirs.fields[name].label, "mine": mine[name].value(), "theirs": theirs[name].value()}
        for name in actions.COLUMNS
    ]
    fields.append(
        {
            "label": "活动载体",
            "mine": "、".join(one.title for one in carriers if str(one.pk) in ticked),
            "theirs": "、".join(one.title for one in brand.carriers.all()),
        }
    )
    context = {
        "heading": "有人先一步修改了这个品牌",
        "fields": fields,
        "typed": [
            (name, value) for name, values in typed_in(request.POST).items() for value in values if name != "version"
        ],
        "version": brand.version,
        "url": reverse("awards:brand_edit", args=[pk]),
    }
    return render(request, "schedule/text_conflict.html", context, status=409)


# ---- its activities ----


@require_http_methods(["GET", "HEAD", "POST"])
def brand_activities(request: Request, pk: int) -> HttpResponse:
    """Choose a brand's activities from the organisation's own, a page at a time: what is not on the page stays as it is."""
    brand = visible_brand(request, pk)
    require(rules.may_edit(brand, request.standing, request.on))
    error, picked = "", set()
    if request.method == "POST":
        picked = numbers_in(request.POST.getlist("picked"))
        try:
            number = actions.choose_activities(
                brand=brand,
                shown=numbers_in(request.POST.getlist("shown")),
                chosen=picked,
                version=version_read(request.POST.get("version")) or 0,
                by=request.user,
                on=request.on,
            )
        except Conflict:
            error = "这个品牌刚刚有人改过。您勾选的还在，核对以后请再保存一次。"
        else:
            messages.success(request, f"已保存，品牌活动现在共 {number} 次。")
            return redirect(request.get_full_path())
    form = ActivityFilter(request.GET, carriers=queries.carriers_for(request.on, brand), brand=brand)
    rows = form.narrow(queries.choosable(brand, request.on), request.on)
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    chosen = set(brand.activities.filter(pk__in=[one.pk for one in page]).values_list("pk", flat=True))
    context = {
        "brand": visible_brand(request, pk),
        "form": form,
        "page": page,
        "ticked": picked if error else chosen,
        "error": error,
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "awards/brand_activities.html", context, status=409 if error else 200)


# ---- one brand ----


def visible_brand(request: Request, pk: int) -> PartyBrand:
    """Return a brand the person may read about; 404 outside his scope."""
    brands = queries.for_work(PartyBrand.objects.visible_to(request.standing, request.on))
    brand: PartyBrand = get_object_or_404(brands, pk=pk)
    return brand


@require_safe
def brand_detail(request: Request, pk: int) -> HttpResponse:
    """What the brand is, what carries it, and what may be done now."""
    return _detail(request, pk)


def _detail(request: Request, pk: int, *, status: int = 200, **tried: Any) -> HttpResponse:
    standing, on = request.standing, request.on
    brand = visible_brand(request, pk)
    page = Paginator(queries.activities_of(brand, on), ACTIVITIES_SHOWN).get_page(request.GET.get("page"))
    shown = [one.pk for one in page]
    context = {
        "brand": brand,
        "offers": offers(brand, by=standing, on=on),
        "may_edit": rules.may_edit(brand, standing, on),
        "carried": queries.carried_by(brand, on),
        "page": page,
        "readable": set(Activity.objects.visible_to(standing, on).filter(pk__in=shown).values_list("pk", flat=True)),
        "history": queries.history_of(brand) if rules.may_follow(brand, standing, on) else None,
        **tried,
    }
    return render(request, "awards/brand_detail.html", context, status=status)


@require_POST
def brand_move(request: Request, pk: int) -> HttpResponse:
    """Make a move: ``verb``, the ``version`` that was read, and a ``note``. A refusal gives the note back."""
    brand = visible_brand(request, pk)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    if verb not in BRAND.moves:
        return HttpResponseBadRequest("没有这个操作。")
    version = version_read(request.POST.get("version"))
    try:
        actions.act(brand=brand, verb=verb, note=note, version=version, by=request.user, on=request.on)
    except Overtaken as overtaken:
        return _detail(request, pk, status=409, tried=verb, note=note, error=overtaken.reason)
    except Refused as refused:
        return _detail(request, pk, status=403, tried=verb, note=note, error=refused.reason)
    messages.success(request, f"{brand}：{BRAND.moves[verb].label}，已办理。")
    return redirect(brand)
