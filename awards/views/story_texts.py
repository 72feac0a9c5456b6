"""Writing a story and changing it: one page, kept while one writes."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from awards.actions import stories as actions
from awards.forms.stories import StoryForm
from awards.models import Honour, ModelStory
from awards.queries import honours as queries
from awards.rules import honours as rules
from awards.views.stories import visible_story
from branches.middleware import Request
from branches.models import Organization
from chuangxian.drafts import number, saved_elsewhere, typed_in, unchecked
from chuangxian.edits import Conflict, version_read
from chuangxian.verdicts import require
from schedule.queries.activities import candidates_for
from schedule.views.typed import data_of, kept, left_in, thrown_away

COMPARED = ("subject", "honour", "title", "lead", "text")


@require_safe
def story_add(request: Request) -> HttpResponse:
    """Choose whose story it will be; who has only one organisation to choose is led straight to its page."""
    standing, on = request.standing, request.on
    require(rules.may_write_somewhere(standing, on))
    places = list(Organization.objects.visible_to(standing, on).within(*standing.reading_paths()).existing(on))
    if len(places) == 1:
        return redirect("awards:story_write", places[0].pk)
    return render(request, "awards/story_add.html", {"places": places})


def _place(request: Request, pk: int) -> Organization:
    known = Organization.objects.visible_to(request.standing, request.on).existing(request.on)
    place: Organization = get_object_or_404(known, pk=pk)
    require(rules.may_write(place, request.standing, request.on))
    return place


@require_http_methods(["GET", "HEAD", "POST"])
def story_write(request: Request, pk: int) -> HttpResponse:
    """Write a story of the organisation or of one of its members."""
    place = _place(request, pk)
    if "forget" in request.POST:
        return thrown_away(request, actions.new_form(place))
    left = left_in(request, actions.new_form(place))
    form = _form(request, place, data_of(request, left))
    if left is not None:
        unchecked(form)
    if request.method == "POST" and form.is_valid():
        try:
            story = actions.write_story(place=place, entry=form.entry(), by=request.user, on=request.on)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "草稿已保存。写个人的，发布之前要征得本人同意。")
            return redirect(story)
    context = {"kept": left, "is_new": True, "autosave_url": reverse("awards:story_write_autosave", args=[pk])}
    return _page(request, form, place, context)


@require_POST
def story_write_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed about a new story."""
    return kept(request, actions.new_form(_place(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
def story_edit(request: Request, pk: int) -> HttpResponse:
    """Change a draft. Who saves on an older reading sees both texts."""
    story = visible_story(request, pk)
    require(rules.may_edit(story, request.standing, request.on))
    version = version_read(request.POST.get("version"))
    if "forget" in request.POST:
        return thrown_away(request, actions.edit_form(story))
    left = left_in(request, actions.edit_form(story))
    form = _form(request, story.organization, data_of(request, left), story)
    if left is not None:
        unchecked(form)
    if request.method == "POST":
        if version != story.version:
            return _collided(request, pk)
        if form.is_valid():
            asked = story.asked_on or story.agreed_on
            try:
                # the form has written into its own copy; the action speaks of what lies in the database
                changed = visible_story(request, pk)
                actions.change_story(story=changed, entry=form.entry(), version=version, by=request.user, on=request.on)
            except Conflict:
                return _collided(request, pk)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                again = asked and not (changed.asked_on or changed.agreed_on)
                messages.success(request, "已保存。内容有改动，请重新征求本人意见。" if again else "已保存。")
                return redirect("awards:story_detail", pk)
    context = {
        "story": visible_story(request, pk),
        "version": story.version,
        "kept": left,
        "autosave_url": reverse("awards:story_autosave", args=[pk]),
    }
    return _page(request, form, story.organization, context)


@require_POST
def story_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed; 409 when somebody else has changed the story meanwhile."""
    story = visible_story(request, pk)
    require(rules.may_edit(story, request.standing, request.on))
    if version_read(request.POST.get("version")) != story.version:
        return saved_elsewhere("他人已修改这篇事迹。")
    return kept(request, actions.edit_form(story))


def _form(request: Request, place: Organization, data: QueryDict | None, story: ModelStory | None = None) -> StoryForm:
    there = [story.member_id] if story is not None and story.member_id is not None else []
    return StoryForm(
        data,
        request.FILES or None,
        instance=story,
        place=place,
        candidates=candidates_for(place, {request.on}, but=there),
        honours=queries.honours_to_tell(place, request.on),
        initial={} if story is not None else _proposed(request, place),
    )


def _proposed(request: Request, place: Organization) -> dict[str, Any]:
    """What a link proposes: an honour of the roll, with whoever holds it."""
    wanted = number(request.GET.get("honour"))
    honours = Honour.objects.visible_to(request.standing, request.on).within(place.path)
    honour = honours.filter(pk=wanted).first() if wanted is not None else None
    if honour is None:
        return {}
    return {"honour": honour.pk, "subject": "organization" if honour.member_id is None else str(honour.member_id)}


def _page(request: Request, form: StoryForm, place: Organization, context: dict[str, Any]) -> HttpResponse:
    context |= {"form": form, "place": place}
    return render(request, "awards/story_form.html", context, status=422 if form.errors else 200)


def _collided(request: Request, pk: int) -> HttpResponse:
    story = visible_story(request, pk)
    mine = _form(request, story.organization, request.POST, story)
    theirs = _form(request, story.organization, None, visible_story(request, pk))
    typed = typed_in(request.POST, r"(?!photo|caption\d|drop|version).*").items()
    context = {
        "heading": "有人先一步修改了这篇事迹",
        "fields": [
            {"label": theirs.fields[name].label, "mine": _read(mine, name), "theirs": _read(theirs, name)}
            for name in COMPARED
        ],
        "typed": [(name, value) for name, values in typed for value in values],
        "version": story.version,
        "url": reverse("awards:story_edit", args=[pk]),
    }
    return render(request, "schedule/text_conflict.html", context, status=409)


def _read(form: StoryForm, name: str) -> str:
    """Return a value as people read it."""
    value, field = form[name].value(), form.fields[name]
    flat: dict[str, str] = {}
    for key, label in getattr(field, "choices", ()):
        flat |= {str(one): str(text) for one, text in label} if isinstance(label, list) else {str(key): str(label)}
    return flat.get(str(value), "" if value is None else str(value)).strip()
