"""Writing an activity down and correcting it: one page, kept while one writes."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.middleware import Request
from branches.models import Organization
from chuangxian.drafts import saved_elsewhere, typed_in, unchecked
from chuangxian.edits import Conflict, version_read
from chuangxian.verdicts import require
from schedule.actions import activities as actions
from schedule.forms.activities import ActivityForm, defaults_by_key
from schedule.models import Activity, Meeting
from schedule.queries import activities as queries
from schedule.rules import activities as rules
from schedule.views.activities import visible_activity
from schedule.views.typed import data_of, kept, left_in, thrown_away

MEETINGS_BACK = timedelta(days=400)  # as far back as one chooses a meeting from
COMPARED = ("title", "content", "starts_on", "ends_on", "place", "text", "result", "hours", "served", "meeting")


@require_safe
def activity_add(request: Request) -> HttpResponse:
    """Choose whose activity it was; who has only one organisation to choose is led straight to its page."""
    standing, on = request.standing, request.on
    require(rules.may_record_somewhere(standing, on))
    places = list(Organization.objects.visible_to(standing, on).within(*standing.reading_paths()).existing(on))
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    if len(places) == 1:
        return redirect(reverse("schedule:activity_record", args=[places[0].pk]) + query)
    return render(request, "schedule/activity_add.html", {"places": places, "query": query})


def _place(request: Request, pk: int) -> Organization:
    known = Organization.objects.visible_to(request.standing, request.on).existing(request.on)
    place: Organization = get_object_or_404(known, pk=pk)
    require(rules.may_record(place, request.standing, request.on))
    return place


@require_http_methods(["GET", "HEAD", "POST"])
def activity_record(request: Request, pk: int) -> HttpResponse:
    """Write an activity of the organisation down."""
    place = _place(request, pk)
    if "forget" in request.POST:
        return thrown_away(request, actions.new_form(place))
    left = left_in(request, actions.new_form(place))
    form = _form(request, place, data_of(request, left))
    if left is not None:
        unchecked(form)
    if request.method == "POST" and form.is_valid():
        try:
            activity = actions.record_activity(organization=place, entry=form.entry(), by=request.user, on=request.on)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "活动记录已保存。学时、台账、载体统计和对照检查里都会算上它。")
            return redirect(activity)
    autosave_url = reverse("schedule:activity_record_autosave", args=[pk])
    return _page(request, form, place, {"kept": left, "is_new": True, "autosave_url": autosave_url})


@require_POST
def activity_record_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed about a new activity."""
    return kept(request, actions.new_form(_place(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
def activity_edit(request: Request, pk: int) -> HttpResponse:
    """Correct what was written down. Who saves on an older reading sees both texts."""
    activity = visible_activity(request, pk)
    require(rules.may_change(activity, request.standing, request.on))
    version = version_read(request.POST.get("version"))
    if "forget" in request.POST:
        return thrown_away(request, actions.edit_form(activity))
    left = left_in(request, actions.edit_form(activity))
    form = _form(request, activity.organization, data_of(request, left), activity)
    if left is not None:
        unchecked(form)
    if request.method == "POST":
        if version != activity.version:
            return _collided(request, pk)
        if form.is_valid():
            try:
                # the form has written into its own copy; the action speaks of what lies in the database
                actions.change_activity(
                    activity=visible_activity(request, pk),
                    entry=form.entry(),
                    version=version,
                    by=request.user,
                    on=request.on,
                )
            except Conflict:
                return _collided(request, pk)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, "活动记录已修改。")
                return redirect("schedule:activity_detail", pk)
    context = {
        "activity": visible_activity(request, pk),
        "version": activity.version,
        "kept": left,
        "autosave_url": reverse("schedule:activity_autosave", args=[pk]),
    }
    return _page(request, form, activity.organization, context)


@require_POST
def activity_autosave(request: Request, pk: int) -> JsonResponse:
    """Keep what is being typed; 409 when somebody else has corrected the record meanwhile."""
    activity = visible_activity(request, pk)
    require(rules.may_change(activity, request.standing, request.on))
    if version_read(request.POST.get("version")) != activity.version:
        return saved_elsewhere("他人已修改这条活动记录。")
    return kept(request, actions.edit_form(activity))


def _form(
    request: Request, place: Organization, data: QueryDict | None, activity: Activity | None = None
) -> ActivityForm:
    on = request.on
    contents = queries.contents_of(on)
    there: Iterable[int] = [one.member_id for one in activity.participants.all()] if activity is not None else ()
    meetings = Meeting.objects.visible_to(request.standing, on).filter(held_on__lte=on, held_on__gt=on - MEETINGS_BACK)
    here = Q(path__startswith=place.path) | Q(path__in=[place.path[:end] for end in range(4, len(place.path), 4)])
    return ActivityForm(
        data,
        request.FILES or None,
        instance=activity,
        contents=contents,
        candidates=queries.candidates_for(place, {on, *_days(data, activity)}, but=there),
        standards=queries.standards_of_plan(on),
        meetings=meetings.filter(here) | _its_meeting(request, activity),
        on=on,
        initial={} if activity is not None else _proposed(request, contents),
    )


def _its_meeting(request: Request, activity: Activity | None) -> "QuerySet[Meeting]":
    """The meeting that is named already, however long ago it was."""
    named = [] if activity is None or activity.meeting_id is None else [activity.meeting_id]
    meetings: QuerySet[Meeting] = Meeting.objects.visible_to(request.standing, request.on).filter(pk__in=named)
    return meetings


def _days(data: QueryDict | None, activity: Activity | None) -> list[date]:
    """Return the days of the activity as far as they are known: who belonged then may have taken part."""
    found = [] if activity is None else [activity.starts_on, activity.ends_on]
    for text in (data.get("starts_on", ""), data.get("ends_on", "")) if data is not None else ():
        try:
            day = parse_date(text)
        except ValueError:
            continue
        found += [day] if day is not None else []
    return found


def _proposed(request: Request, contents: Iterable[queries.Content]) -> dict[str, Any]:
    """What a link proposes: a content of the plan, with the standards its carrier supports."""
    chosen = next((one for one in contents if one.key == request.GET.get("at")), None)
    proposed: dict[str, Any] = {"starts_on": request.on, "hours": None}
    if chosen is not None:
        proposed |= {"content": chosen.key, "standards": queries.supported_by_default([chosen])[chosen.carrier.pk]}
    return proposed


def _page(request: Request, form: ActivityForm, place: Organization, context: dict[str, Any]) -> HttpResponse:
    contents = list(form.contents.values())
    context |= {
        "form": form,
        "place": place,
        "schools": queries.schools_known(place, request.on),
        "defaults": defaults_by_key(contents, queries.supported_by_default(contents)),
    }
    return render(request, "schedule/activity_form.html", context, status=422 if form.errors else 200)


def _collided(request: Request, pk: int) -> HttpResponse:
    activity = visible_activity(request, pk)
    mine = _form(request, activity.organization, request.POST, activity)
    theirs = _form(request, activity.organization, None, visible_activity(request, pk))
    fields: list[dict[str, object]] = [
        {"label": theirs.fields[name].label, "mine": _chosen(mine, name), "theirs": _chosen(theirs, name)}
        for name in COMPARED
    ]
    fields += [
        {"label": "参加人员", "mine": _people(mine), "theirs": _people(theirs)},
        {"label": "服务的学校", "mine": mine["schools"].value(), "theirs": theirs["schools"].value()},
        {"label": "支撑的标准", "mine": _standards(mine), "theirs": _standards(theirs)},
    ]
    context = {
        "heading": "有人先一步修改了这条活动记录",
        "fields": fields,
        "typed": [
            (name, value) for name, values in typed_in(request.POST).items() for value in values if name != "version"
        ],
        "version": activity.version,
        "url": reverse("schedule:activity_edit", args=[pk]),
    }
    return render(request, "schedule/text_conflict.html", context, status=409)


def _chosen(form: ActivityForm, name: str) -> str:
    """Return a value as people read it."""
    value = form[name].value()
    field: Any = form.fields[name]
    flat: dict[str, str] = {}
    for key, label in getattr(field, "choices", ()):
        flat |= {str(one): text for one, text in label} if isinstance(label, list) else {str(key): label}
    return str(flat.get(str(value), "" if value is None else value)).strip()


def _people(form: ActivityForm) -> str:
    roles = dict(form.role_choices)
    return "、".join(
        f"{one.member.name}（{roles[role]}）" for _, lines in form.people for one, ticked, role in lines if ticked
    )


def _standards(form: ActivityForm) -> str:
    return "、".join(one.title for _, lines in form.standard_groups for one, ticked in lines if ticked)
