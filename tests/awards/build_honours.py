"""Builders of honours and stories: each makes one real thing through the product's own actions; a round stands ready to be commended."""

from datetime import date
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from awards.actions import honours as actions
from awards.actions import stories
from awards.models import AwardCategory, AwardRound, Honour, ModelStory, Nomination
from awards.queries import honours as queries
from awards.states import NominationState, RoundState
from branches.models import Member, Organization
from chuangxian import uploads
from tests.pledges.build import campaign

ON = date(2011, 6, 20)
AWARDED = date(2011, 6, 18)
TEXT = "他三十年守着一间实验室。\n\n带出了二十名骨干教师。"


def round_of(organization: Organization, on: date = AWARDED, **fields: Any) -> AwardRound:
    """An announced round whose commendation is on that day, with a category for members and one for organisations."""
    dates = dict.fromkeys(("nominate_by", "decide_by", "commend_on"), on)
    given = {"name": "2011年“七一”表彰", "year": 2011, "level": "general_branch", "evidence_from": date(2010, 7, 1)}
    made = AwardRound.objects.create(
        organization=organization,
        campaign=campaign(),
        state=RoundState.ANNOUNCED,
        announced_on=on,
        **(given | dates | fields),
    )
    AwardCategory.objects.create(round=made, place=1, key="branch", title="先进党支部", nominee_kind="organization")
    AwardCategory.objects.create(round=made, place=2, key="member", title="优秀共产党员")
    return made


def decided(
    round_: AwardRound, nominee: Member | Organization, by: User, state: str = NominationState.DECIDED
) -> Nomination:
    """A nomination that has come as far as the decision; how it came there is tried elsewhere."""
    of: dict[str, Any] = {"organization": nominee} if isinstance(nominee, Organization) else {"member": nominee}
    place = nominee if isinstance(nominee, Organization) else home_of(nominee)
    category = round_.categories.get(key="branch" if "organization" in of else "member")
    return Nomination.objects.create(
        round=round_, category=category, nominator=place, author=by, state=state, decided_on=AWARDED, **of
    )


def home_of(member: Member) -> Organization:
    """Where he belongs."""
    found: Organization = member.memberships.select_related("organization").get(ends_on=None).organization
    return found


def commended(round_: AwardRound, by: User, on: date = ON, **fields: Any) -> list[Honour]:
    """The round commended."""
    fresh = AwardRound.objects.select_related("organization", "campaign").get(pk=round_.pk)
    return actions.commend(round_=fresh, awarded_on=fields.pop("awarded_on", round_.commend_on), by=by, on=on, **fields)


def given(**fields: Any) -> dict[str, Any]:
    """What is entered of an honour given by somebody else."""
    return {
        "title": "优秀共产党员",
        "level": "city",
        "key": "",
        "year": 2011,
        "awarded_on": AWARDED,
        "awarded_by": "市教育工委",
        "document": "常教工委〔2011〕18号",
        "citation": "扎根教研，成绩突出。",
        "is_public": True,
    } | fields


def honour(place: Organization, by: User, member: Member | None = None, on: date = ON, **fields: Any) -> Honour:
    """An honour entered by hand."""
    made = actions.enter_honour(place=place, member=member, fields=given(**fields), by=by, on=on)
    return again(made)


def again(made: Honour) -> Honour:
    """The honour as it stands in the database, fetched as the views fetch it."""
    found: Honour = queries.for_work(Honour.objects.all()).get(pk=made.pk)
    return found


def picture(name: str = "现场.jpg", colour: tuple[int, int, int] = (180, 30, 30)) -> SimpleUploadedFile:
    """A photo as a browser sends it."""
    out = BytesIO()
    Image.new("RGB", (64, 40), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def accepted() -> uploads.Accepted:
    """The photo as the form has checked it."""
    return uploads.accept(picture())


def entry(member: Member | None = None, **fields: Any) -> stories.Entry:
    """A story as the form gives it."""
    words: dict[str, Any] = {"title": "守着一间实验室", "lead": "三十年如一日。", "text": TEXT, "honour": None}
    return stories.Entry(member=member, **(words | fields))


def story(place: Organization, by: User, member: Member | None = None, on: date = ON, **fields: Any) -> ModelStory:
    """A story in draft."""
    return anew(stories.write_story(place=place, entry=entry(member, **fields), by=by, on=on))


def anew(made: ModelStory) -> ModelStory:
    """The story as it stands in the database, fetched as the views fetch it."""
    found: ModelStory = queries.story_for_work(ModelStory.objects.all()).get(pk=made.pk)
    return found


def asked(made: ModelStory, by: User, on: date = ON) -> ModelStory:
    """The person asked."""
    stories.ask_consent(story=made, version=made.version, by=by, on=on)
    return anew(made)


def agreed(made: ModelStory, by: User, on: date = ON) -> ModelStory:
    """The person asked, and agreed."""
    made = asked(made, by, on)
    assert made.member is not None and made.member.user is not None
    stories.agree(story=made, version=made.version, by=made.member.user, on=on)
    return anew(made)


def moved(made: ModelStory, verb: str, by: User, on: date = ON, note: str = "") -> ModelStory:
    """The story moved on."""
    stories.move_story(story=made, verb=verb, note=note, version=made.version, by=by, on=on)
    return anew(made)


def published(place: Organization, by: User, member: Member | None = None, on: date = ON, **fields: Any) -> ModelStory:
    """A story everybody reads."""
    made = story(place, by, member, on, **fields)
    return moved(agreed(made, by, on) if member is not None else made, "publish", by, on)


def typed(**fields: Any) -> dict[str, Any]:
    """What the form of a story posts."""
    return {"subject": "organization", "honour": "", "title": "守着一间实验室", "lead": "", "text": TEXT} | fields


def typed_honour(**fields: Any) -> dict[str, Any]:
    """What the form of an honour posts."""
    data = {name: f"{value}" for name, value in given().items() if name != "is_public"}
    return data | {"nominee": "organization", "is_public": "on"} | fields
