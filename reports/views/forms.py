"""表样: the forms the office lays out itself. Which names there are, handing a form in, trying it, putting it into force; and filling it."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import log
from accounts.models import LogEntry, User
from branches.middleware import Request
from branches.models import Organization
from chuangxian import blanks, uploads
from chuangxian.verdicts import require
from reports import actions, papers, rules
from reports.archive.listing import fit
from reports.forms import TemplateForm
from reports.models import OfficeTemplate
from reports.papers import filling
from reports.queries.templates import in_force_for, log_of
from reports.scope import office_paths


def _form(key: str) -> papers.Form:
    """Return a form; 404 when there is none of that key."""
    form = papers.form_of(key)
    if form is None:
        raise Http404
    return form


def _visible(request: Request) -> Any:
    found = OfficeTemplate.objects.visible_to(request.standing, request.on)
    return found.select_related("organization", "by", "put_in_force_by")


def _sent(content: bytes, kind: str, name: str) -> HttpResponseBase:
    return uploads.serve(BytesIO(content), name=f"{fit(name)}.{kind}", content_type=uploads.TYPES[kind])


def _log(request: Request, label: str, obj: Any = None, note: str = "") -> None:
    category = LogEntry.Category.EXPORT
    log.record(verb="export", label=label, obj=obj, note=note, category=category, by=request.user, on=request.on)


# ---- the forms ----


@require_safe
def form_list(request: Request) -> HttpResponse:
    """Every form that can be replaced, and what stands in its place."""
    require(rules.may_keep_forms(request.standing))
    used: dict[str, list[OfficeTemplate]] = {}
    for template in _visible(request).in_force():
        used.setdefault(template.form, []).append(template)
    rows = [(form, used.get(form.key, [])) for form in papers.FORMS]
    return render(request, "reports/form_list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def form_detail(request: Request, key: str) -> HttpResponse:
    """The names a form may use, its versions, and handing in a new one; a wrong file comes back with everything wrong in it."""
    require(rules.may_keep_forms(request.standing))
    form = _form(key)
    places = Organization.objects.visible_to(request.standing, request.on).within(*office_paths(request.standing))
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    upload = TemplateForm(*given, shape=form.shape, organizations=places.existing(request.on).order_by("path"))
    if given and upload.is_valid():
        template = actions.add_template(form=form.key, **upload.cleaned_data, by=request.user, on=request.on)
        messages.success(request, "表样通过了检查，已经保存。请先下载试填的样子看一看，再启用。")
        return redirect(template)
    page = Paginator(_visible(request).filter(form=form.key), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "upload": upload, "page": page, "acts": request.past_day is None}
    return render(request, "reports/form_detail.html", context, status=422 if given else 200)


@require_safe
def form_start(request: Request, key: str, kind: str) -> HttpResponseBase:
    """A form to begin with, every name in it."""
    require(rules.may_keep_forms(request.standing))
    form = _form(key)
    if kind not in ("xlsx", "docx"):
        raise Http404
    _log(request, "下载起步表样", note=form.title)
    return _sent(blanks.starter(kind, form.title, form.shape), kind, f"{form.title}_起步表样")


# ---- one version ----


def _version(request: Request, pk: int) -> tuple[OfficeTemplate, papers.Form]:
    """Return a version of an office one serves, with its form; 404 for another's."""
    template: OfficeTemplate = get_object_or_404(_visible(request), pk=pk)
    return template, _form(template.form)


@require_safe
def form_version(request: Request, pk: int) -> HttpResponse:
    """What it is, what somebody should look at, how it looks filled in, and what may be done."""
    template, form = _version(request, pk)
    context = {
        "template": template,
        "form": form,
        "troubles": filling.warnings_of(template, form),
        "may_use": rules.may_use(template, request.standing),
        "may_retire": rules.may_retire(template, request.standing),
        "history": log_of(template),
        "acts": request.past_day is None,
    }
    return render(request, "reports/form_version.html", context)


@require_safe
def form_version_file(request: Request, pk: int) -> HttpResponseBase:
    """The file as it was handed in, to be changed and handed in again."""
    template, form = _version(request, pk)
    content = filling.content_of(template)
    _log(request, "下载表样", template)
    return _sent(content, template.kind, f"{form.title}_表样第{template.number}版")


@require_safe
def form_version_example(request: Request, pk: int) -> HttpResponseBase:
    """It filled in with made-up examples."""
    template, form = _version(request, pk)
    content = filling.filled(template, form, form.shape.examples())
    _log(request, "下载表样试填", template)
    return _sent(content, template.kind, f"{form.title}_试填")


@require_POST
def form_version_use(request: Request, pk: int) -> HttpResponse:
    """Put it into force."""
    template, form = _version(request, pk)
    by = request.user
    assert isinstance(by, User)
    actions.use_template(template=template, by=by, on=request.on)
    messages.success(request, f"已启用，{template.organization}的{form.title}从现在起用这一版。")
    return redirect(template)


@require_POST
def form_version_retire(request: Request, pk: int) -> HttpResponse:
    """Take it out of use."""
    template, form = _version(request, pk)
    by = request.user
    assert isinstance(by, User)
    actions.retire_template(template=template, by=by, on=request.on)
    messages.success(request, f"已停用。{form.title}改用上一级的表样；上一级也没有的，用系统自带的。")
    return redirect(template)


# ---- filled in ----


@require_safe
def form_filled(request: Request, key: str, pk: int) -> HttpResponseBase:
    """A record in the form of its own office, with what the reader may read of it; noted in the log."""
    paper = next((one for one in papers.PAPERS if one.key == key), None)
    record = paper.find(request.standing, request.on, pk) if paper else None
    template = in_force_for(key, paper.place(record)) if paper and record is not None else None
    if paper is None or template is None:
        raise Http404
    content = filling.filled(template, paper, paper.values(record, request.standing, request.on))
    _log(request, f"按表样导出{paper.title}", record, note=str(template))
    return _sent(content, template.kind, f"{paper.title}_{record}")
