"""典型事迹: the list, one story with its pictures, its moves and the person's answer, and what everybody may read."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from awards.actions import stories as actions
from awards.forms.stories import AnswerForm, ConsentForm, StoryFilter
from awards.models import ModelStory, StoryPicture
from awards.queries import honours as queries
from awards.rules import honours as rules
from awards.workflow.stories import STORY
from branches.middleware import Request
from branches.models import Organization
from chuangxian import uploads
from chuangxian.edits import Conflict, version_read
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken

CARDS = 12
CHANGED = "这篇事迹刚刚有人改过，请看过现在的内容，再办一次。"
ANSWERS = ("ask", "agree", "decline", "note")


@require_safe
def story_list(request: Request) -> HttpResponse:
    """The stories one may read, drafts of one's organisations among them."""
    standing, on = request.standing, request.on
    stories = ModelStory.objects.visible_to(standing, on)
    form = StoryFilter(request.GET, organizations=Organization.objects.visible_to(standing, on))
    narrowed = form.narrow(stories, standing, on).order_by("-published_on", "-pk")
    page = Paginator(queries.story_lines(narrowed), settings.PAGE_SIZE // 2).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "may_write": rules.may_write_somewhere(standing, on),
        "to_agree": stories.to_agree(standing, on).count(),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "awards/story_list.html", context)


# ---- one story ----


def visible_story(request: Request, pk: int) -> ModelStory:
    """Return a story the person may read; 404 outside his scope."""
    stories = ModelStory.objects.visible_to(request.standing, request.on)
    story: ModelStory = get_object_or_404(queries.story_for_work(stories), pk=pk)
    return story


@require_safe
def story_detail(request: Request, pk: int) -> HttpResponse:
    """The story as it will be read, and what may be done with it."""
    return _detail(request, pk)


def _detail(request: Request, pk: int, *, status: int = 200, **tried: Any) -> HttpResponse:
    story, standing, on = visible_story(request, pk), request.standing, request.on
    is_inside = standing.may_read(story.path)
    context = {
        "story": story,
        "pictures": story.evidence.all(),
        "offers": STORY.available(story, by=standing, on=on),
        "is_inside": is_inside,
        "may_edit": rules.may_edit(story, standing, on),
        "may_ask": rules.may_ask(story, standing, on),
        "may_note": rules.may_note_consent(story, standing, on),
        "may_answer": rules.may_answer(story, standing, on),
        "may_decline": rules.may_decline(story, standing, on),
        "honour": story.honour if is_inside or rules.is_about(story, standing, on) else story.shown_honour,
        "answer_form": AnswerForm(),
        "consent_form": ConsentForm(initial={"agreed_on": on}),
        "history": queries.history_of(story) if is_inside else None,
        **tried,
    }
    return render(request, "awards/story_detail.html", context, status=status)


@require_POST
def story_move(request: Request, pk: int) -> HttpResponse:
    """Publish, take down, leave off or begin anew."""
    story = visible_story(request, pk)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    if verb not in STORY.moves:
        return HttpResponseBadRequest("没有这个操作。")
    version = version_read(request.POST.get("version"))
    try:
        actions.move_story(story=story, verb=verb, note=note, version=version, by=request.user, on=request.on)
    except Overtaken as overtaken:
        return _detail(request, pk, status=409, tried=verb, note=note, error=overtaken.reason)
    except Refused as refused:
        if not STORY.verdict(story, verb, by=request.standing, on=request.on):
            raise
        return _detail(request, pk, status=422, tried=verb, note=note, error=refused.reason)
    messages.success(request, f"已{STORY.moves[verb].label}。")
    return redirect("awards:story_detail", pk)


@require_POST
def story_answer(request: Request, pk: int) -> HttpResponse:
    """``verb``: ask (the person is asked), agree or decline (he answers), note (on what day one without an account agreed)."""
    story = visible_story(request, pk)
    verb = request.POST.get("verb", "")
    if verb not in ANSWERS:
        return HttpResponseBadRequest("没有这个操作。")
    given: dict[str, Any] = {
        "story": story,
        "version": version_read(request.POST.get("version")) or 0,
        "by": request.user,
        "on": request.on,
    }
    answer, consent = AnswerForm(request.POST), ConsentForm(request.POST)
    try:
        if verb == "ask":
            actions.ask_consent(**given)
            said = "已经请本人看，等他答复。"
        elif verb == "agree":
            actions.agree(**given)
            said = "谢谢，已记下您同意公开。"
        elif verb == "decline":
            if not answer.is_valid():
                return _detail(request, pk, status=422, answer_form=answer)
            actions.decline(**given, note=answer.cleaned_data["note"])
            said = "已记下您不同意公开，撰写人会收到您的意见。"
        else:
            if not consent.is_valid():
                return _detail(request, pk, status=422, consent_form=consent)
            actions.note_consent(**given, agreed_on=consent.cleaned_data["agreed_on"])
            said = "已登记本人同意公开。"
    except Conflict:
        answer.is_valid()
        return _detail(request, pk, status=409, answer_form=answer, consent_form=consent, conflict=CHANGED)
    except ValidationError as error:
        consent.add_error(None, error)
        return _detail(request, pk, status=422, consent_form=consent)
    messages.success(request, said)
    return redirect("awards:story_detail", pk)


@require_safe
def story_picture(request: Request, pk: int) -> HttpResponseBase:
    """Give out a picture to whoever may read its story."""
    picture: StoryPicture = get_object_or_404(StoryPicture.objects.visible_to(request.standing, request.on), pk=pk)
    return uploads.serve(picture.file, name=picture.name, content_type=picture.content_type)


# ---- for everybody ----


@login_not_required
@require_safe
def public_stories(request: Request) -> HttpResponse:
    """The published stories, the latest first, for everybody."""
    shown = ModelStory.objects.public(request.on)
    organizations = Organization.objects.filter(pk__in=shown.order_by().values("organization"))
    form = StoryFilter(request.GET, public=True, organizations=organizations)
    stories = queries.story_lines(form.narrow(shown, None, request.on)).order_by("-published_on", "-pk")
    context = {
        "form": form,
        "page": Paginator(stories, CARDS).get_page(request.GET.get("page")),
        "filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "awards/public_stories.html", context)


@login_not_required
@require_safe
def public_story(request: Request, pk: int) -> HttpResponse:
    """One published story, as everybody reads it."""
    stories = ModelStory.objects.public(request.on)
    story: ModelStory = get_object_or_404(queries.story_for_work(stories), pk=pk)
    return render(request, "awards/public_story.html", {"story": story, "pictures": story.evidence.all()})


@login_not_required
@require_safe
def public_picture(request: Request, pk: int) -> HttpResponseBase:
    """Give out a picture of a published story."""
    picture: StoryPicture = get_object_or_404(StoryPicture.objects.public(request.on), pk=pk)
    return uploads.serve(picture.file, name=picture.name, content_type=picture.content_type)
