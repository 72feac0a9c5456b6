"""党员示范岗: the list and its ledger, the application, one post, its assessment, its plate."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import log
from accounts.models import LogEntry
from awards.actions import posts as actions
from awards.forms.posts import AssessForm, NewPostForm, PostFilter, PostForm
from awards.models import ModelPost
from awards.queries import posts as queries
from awards.queries.waiting import posts_to_decide
from awards.rules import posts as rules
from awards.scope.posts import ModelPostQuerySet
from awards.sheets import posts as sheets
from awards.workflow.posts import POST, WITH_A_PAGE, offers
from branches.middleware import Request
from branches.models import Organization
from chuangxian import clock
from chuangxian.downloads import workbook
from chuangxian.drafts import typed_in
from chuangxian.edits import Conflict, tried, version_read
from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Overtaken

BUTTONS = frozenset(POST.moves) - WITH_A_PAGE


def narrowed(request: Request) -> tuple[PostFilter, ModelPostQuerySet]:
    """Return the filter, and what of the person's scope it leaves."""
    standing, on = request.standing, request.on
    places = Organization.objects.visible_to(standing, on).within(*standing.known_roots()).pledging()
    form = PostFilter(request.GET, organizations=places)
    return form, form.narrow(ModelPost.objects.visible_to(standing, on), standing, on)


@require_safe
def post_list(request: Request) -> HttpResponse:
    """The model posts one may read about, branch by branch; above them what waits for the person."""
    standing, on = request.standing, request.on
    form, posts = narrowed(request)
    page = Paginator(queries.for_work(posts), settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "waiting": posts_to_decide(standing, on),
        "mine": queries.latest_of(standing),
        "may_apply": rules.may_apply_somewhere(standing, on),
        "may_export": rules.may_see_ledger(standing, on),
        "filtered": any(request.GET.get(name) for name in form.fields),
        "on": on,
    }
    return render(request, "awards/post_list.html", context)


@require_safe
def post_export(request: Request) -> FileResponse:
    """示范岗台账 of what the list shows, of the organisations whose internal records are open."""
    standing, on = request.standing, request.on
    require(rules.may_see_ledger(standing, on))
    posts = narrowed(request)[1].within(*standing.reading_paths())
    log.record(
        verb="export",
        label="导出示范岗台账",
        note=request.GET.urlencode(),
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=on,
    )
    options = {"heading": ["党员示范岗台账"], "groups": sheets.POST_GROUPS, "as_of": on, "landscape": True}
    parts = [(sheets.POSTS, sheets.post_lines(posts, on), options)]
    return workbook(f"示范岗台账_{on:%Y%m%d}.xlsx", parts, who=str(request.user), at=clock.now())


@require_safe
def post_plates(request: Request) -> HttpResponse:
    """The plates of what the list shows and hangs, all in one print."""
    standing = request.standing
    require(rules.may_see_ledger(standing, request.on))
    posts = narrowed(request)[1].within(*standing.reading_paths()).held()
    return _plates(request, list(queries.for_work(posts)), reverse("awards:post_list"))


@require_safe
def post_print(request: Request, pk: int) -> HttpResponse:
    """桌牌: name, post and duty on half a sheet, twice, to be folded."""
    post = visible_post(request, pk)
    require(rules.has_plate(post, request.standing, request.on))
    return _plates(request, [post], post.get_absolute_url())


def _plates(request: Request, posts: list[ModelPost], back_url: str) -> HttpResponse:
    return render(request, "awards/post_print.html", {"posts": posts, "back_url": back_url})


# ---- the application ----


@require_http_methods(["GET", "HEAD", "POST"])
def post_add(request: Request) -> HttpResponse:
    """Apply for oneself, or for a member of a branch one leads."""
    standing, on = request.standing, request.on
    require(rules.may_apply_somewhere(standing, on))
    members = queries.applicants_for(standing, on)
    initial = {"member": standing.member} if standing.member is not None else {}
    form = NewPostForm(request.POST if request.method == "POST" else None, members=members, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            post = actions.apply(**form.cleaned_data, by=request.user, on=on)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "申请已提交，等支部委员会评议。评议以前还可以修改。")
            return redirect(post)
    return render(request, "awards/post_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: Request, pk: int) -> HttpResponse:
    """Change the words of an application. Who saves on an older reading sees both texts."""
    post = visible_post(request, pk)
    require(rules.may_edit(post, request.standing, request.on))
    form = PostForm(request.POST if request.method == "POST" else None, instance=visible_post(request, pk))
    if request.method == "POST":
        version = version_read(request.POST.get("version"))
        if version != post.version:
            return _collided(request, pk)
        if form.is_valid():
            try:
                actions.change(post=post, **form.cleaned_data, version=version, by=request.user, on=request.on)
            except Conflict:
                return _collided(request, pk)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, "申请已修改。")
                return redirect("awards:post_detail", pk)
    context = {"form": form, "post": post}
    return render(request, "awards/post_form.html", context, status=422 if form.errors else 200)


def _collided(request: Request, pk: int) -> HttpResponse:
    post = visible_post(request, pk)
    mine, theirs = PostForm(request.POST), PostForm(instance=post)
    context = {
        "heading": "有人先一步修改了这份申请",
        "fields": [
            {"label": theirs.fields[name].label, "mine": mine[name].value(), "theirs": theirs[name].value()}
            for name in actions.COLUMNS
        ],
        "typed": [
            (name, value) for name, values in typed_in(request.POST).items() for value in values if name != "version"
        ],
        "version": post.version,
        "url": reverse("awards:post_edit", args=[pk]),
    }
    return render(request, "schedule/text_conflict.html", context, status=409)


# ---- one post ----


def visible_post(request: Request, pk: int) -> ModelPost:
    """Return a post the person may read about, with its assessments; 404 outside his scope."""
    posts = queries.with_assessments(ModelPost.objects.visible_to(request.standing, request.on))
    post: ModelPost = get_object_or_404(posts, pk=pk)
    return post


@require_safe
def post_detail(request: Request, pk: int) -> HttpResponse:
    """The post, what became of it, and what may be done now."""
    return _detail(request, pk)


def _detail(request: Request, pk: int, *, status: int = 200, **tried: Any) -> HttpResponse:
    standing, on = request.standing, request.on
    post = visible_post(request, pk)
    follows = bool(rules.may_follow(post, standing, on))
    context = {
        "post": post,
        "offers": offers(post, by=standing, on=on),
        "may_edit": rules.may_edit(post, standing, on),
        "may_assess": rules.may_assess(post, standing, on),
        "has_plate": rules.has_plate(post, standing, on),
        "follows": follows,
        "history": queries.history_of(post) if follows else None,
        "is_overdue": post.is_overdue(on),
        "on": on,
        **tried,
    }
    return render(request, "awards/post_detail.html", context, status=status)


@require_POST
def post_move(request: Request, pk: int) -> HttpResponse:
    """Make a move: ``verb``, the ``version`` that was read, and a ``note``. A refusal gives the note back."""
    post = visible_post(request, pk)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    if verb not in BUTTONS:
        return HttpResponseBadRequest("没有这个操作。")
    version = version_read(request.POST.get("version"))
    try:
        actions.act(post=post, verb=verb, note=note, version=version, by=request.user, on=request.on)
    except Overtaken as overtaken:
        return _detail(request, pk, status=409, tried=verb, note=note, error=overtaken.reason)
    except Refused as refused:
        return _detail(request, pk, status=403, tried=verb, note=note, error=refused.reason)
    messages.success(request, f"{post}：{POST.moves[verb].label}，已办理。")
    return redirect(post)


@require_http_methods(["GET", "HEAD", "POST"])
def post_assess(request: Request, pk: int) -> HttpResponse:
    """复评: keep the plate until a day, or take it away."""
    post = visible_post(request, pk)
    require(rules.may_assess(post, request.standing, request.on))
    form = AssessForm(request.POST if request.method == "POST" else None, post=post, on=request.on)
    status = 200
    if request.method == "POST":
        status = tried(
            form,
            lambda: actions.assess(
                post=post,
                **form.cleaned_data,
                version=version_read(request.POST.get("version")),
                by=request.user,
                on=request.on,
            ),
        )
        if not status:
            messages.success(request, "复评已登记。" if form.cleaned_data["kept"] else "已撤牌，不再对外公开。")
            return redirect("awards:post_detail", pk)
    context = {"form": form, "post": visible_post(request, pk)}
    return render(request, "awards/post_assess.html", context, status=status)
