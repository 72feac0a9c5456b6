"""Whom and what others look up to: honours given by others, stories, model posts and brands; and the summing up at the end."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from accounts.models import User
from awards.actions import brands, honours, posts
from awards.actions import stories as telling
from awards.actions import summaries as summing_up
from awards.models import Honour, ModelPost, ModelStory, PartyBrand, Summary
from awards.parts import OUTSTANDING
from awards.queries.brands import carriers_for, choosable
from awards.states import PostState
from branches.models import Member, Organization
from branches.states import Post, Sex
from chuangxian.uploads import Accepted, accept
from reports.demo import deeds
from reports.demo.living import Living
from schedule.models import Campaign

Nominee = Member | Organization

TOLD_OF_2010, TOLD_OF_2011 = 23, 27  # by place in the roster
POSTS_APPLIED, POSTS_REVIEWED, POSTS_GRANTED = date(2010, 10, 11), date(2010, 10, 28), date(2010, 12, 6)
POSTS_ASSESSED = (date(2011, 12, 5), date(2012, 12, 3))
REVOKED_POST = 43
NEW_POSTS_GRANTED, NEW_POSTS_ASSESSED = date(2011, 7, 1), date(2012, 6, 25)
BRAND_WRITTEN, BRANCH_BRAND_WRITTEN = date(2011, 3, 7), date(2011, 4, 11)
BRAND_ACTIVITIES = 12

SUMMED_UP, EDITED, FINAL = date(2012, 12, 17), date(2012, 12, 20), date(2012, 12, 28)


class Examples(Living):
    """From the first application for a model post to the last summary."""

    def __init__(self) -> None:
        super().__init__()
        for honour in deeds.OTHERS:
            self.at(date(*honour["entered"]), self.enter_others, honour)
        self.at(date(2011, 3, 1), self.tell, deeds.TELLINGS[0], TOLD_OF_2010, 0)
        self.at(date(2011, 7, 4), self.tell, deeds.TELLINGS[1], TOLD_OF_2011, 1)
        self.at(date(2012, 7, 4), self.tell_of_2012)
        for number, place in enumerate(deeds.POSTS):
            self.at(POSTS_APPLIED + timedelta(days=number), self.apply_for_post, place, *deeds.POSTS[place])
        self.at(POSTS_REVIEWED, self.review_posts)
        self.at(POSTS_GRANTED, self.grant_posts)
        self.at(date(2011, 6, 8), self.apply_for_post, *deeds.REVIEWED_POST)
        self.at(date(2011, 6, 15), self.review_posts)
        self.at(date(2011, 6, 16), self.apply_for_post, *deeds.WAITING_POST)
        self.at(date(2011, 6, 23), self.review_posts)
        self.at(NEW_POSTS_GRANTED, self.grant_posts)
        for day in (*POSTS_ASSESSED, NEW_POSTS_ASSESSED):
            self.at(day, self.assess_posts)
        self.at(BRAND_WRITTEN, self.write_brand)
        self.at(BRANCH_BRAND_WRITTEN, self.write_branch_brand)
        self.at(date(2011, 12, 20), self.add_to_brands)
        self.at(date(2012, 12, 10), self.add_to_brands)
        self.at(SUMMED_UP, self.sum_up)

    # ---- who ----

    def head(self, on: date) -> User:
        """The general branch's secretary."""
        return self.secretary(self.general, on)

    def person(self, place: int) -> Member:
        """Whoever stands at that place of the roster."""
        return self.members[place - 1]

    def writer(self, branch: Organization, nominee: Nominee | None, on: date) -> User:
        """Who writes for a branch: its secretary, the organisation commissioner where it is about the secretary."""
        secretary = self.secretary(branch, on)
        if nominee is None or secretary.member != nominee:
            return secretary
        held = branch.posts.filter(post=Post.ORGANIZATION_COMMISSIONER).current(on)
        user = held.select_related("member__user").first()
        return user.member.user if user is not None and user.member.user is not None else secretary

    # ---- honours given by others, and stories ----

    def enter_others(self, honour: dict[str, object], on: date) -> None:
        """The office enters what somebody else commended, with its document."""
        place, awarded_on = honour["place"], honour["awarded_on"]
        assert isinstance(place, int) and isinstance(awarded_on, tuple)
        fields = {name: value for name, value in honour.items() if name not in ("entered", "place", "awarded_on")}
        honours.enter_honour(
            place=self.general,
            member=self.person(place),
            fields={**fields, "awarded_on": date(*awarded_on)},
            by=self.ganshi,
            on=on,
        )

    def tell_of_2012(self, on: date) -> None:
        """One of those commended in 2012 is told of."""
        honour = Honour.objects.filter(year=2012, key=OUTSTANDING, nomination__isnull=False).order_by("number").first()
        assert honour is not None and honour.member is not None  # commended a week ago
        self.tell(deeds.TELLINGS[2], self.place_of[honour.member.pk], 2, on)

    def tell(self, told: deeds.Telling, place: int, picture: int, on: date) -> None:
        """His branch writes the story and asks him; he agrees some days later."""
        member = self.person(place)
        branch = self.branch_of[member.pk]
        assert branch is not None  # who is told of belongs somewhere
        words = {"name": member.name, "ta": pronoun(member), "subject": subject_of(member)}
        entry = telling.Entry(
            member=member,
            honour=Honour.objects.filter(member=member).order_by("-awarded_on").first(),
            title=told.title,
            lead=told.lead.format(**words),
            text=told.text.format(**words),
            pictures=[("picture", drawing(picture), told.caption)],
        )
        by = self.writer(branch, member, on)
        story = telling.write_story(place=branch, entry=entry, by=by, on=on)
        telling.ask_consent(story=story, version=story.version, by=by, on=on)
        self.at(on + timedelta(days=3), self.agree_to_story, story.pk)

    def agree_to_story(self, number: int, on: date) -> None:
        """The person agrees, and the branch publishes it."""
        story = ModelStory.objects.select_related("member__user", "organization").get(pk=number)
        assert story.member is not None and story.member.user is not None  # he was asked
        telling.agree(story=story, version=story.version, by=story.member.user, on=on)
        by = self.secretary(story.organization, on)
        telling.move_story(story=story, verb="publish", version=story.version, by=by, on=on)

    # ---- 党员示范岗 ----

    def apply_for_post(self, place: int, name: str, duty: str, promise: str, on: date) -> None:
        """A member applies himself."""
        member = self.person(place)
        assert member.user is not None  # none of them is retired
        posts.apply(member=member, name=name, duty=duty, promise=promise, by=member.user, on=on)

    def review_posts(self, on: date) -> None:
        """The branches pass on what has waited for some days."""
        self.move_posts(PostState.APPLIED, "review", deeds.POST_REVIEWED, self.reviewer, on)

    def grant_posts(self, on: date) -> None:
        """The general branch gives the plates."""
        self.move_posts(PostState.REVIEWED, "grant", deeds.POST_GRANTED, self.granter, on)

    def granter(self, post: ModelPost, on: date) -> User:
        """The general branch's secretary."""
        return self.head(on)

    def reviewer(self, post: ModelPost, on: date) -> User:
        """The branch's secretary."""
        return self.secretary(post.organization, on)

    @staticmethod
    def move_posts(state: str, verb: str, note: str, who: Callable[[ModelPost, date], User], on: date) -> None:
        """One move for every post that stands in a state."""
        for post in ModelPost.objects.filter(state=state).select_related("organization", "member").order_by("pk"):
            posts.act(post=post, verb=verb, note=note, version=post.version, by=who(post, on), on=on)

    def assess_posts(self, on: date) -> None:
        """Plates that are due within the month are looked at again; one was not lived up to."""
        due = ModelPost.objects.held().filter(assess_by__lte=on + timedelta(days=31))
        for number, post in enumerate(due.select_related("organization", "member").order_by("pk")):
            kept = self.place_of[post.member_id] != REVOKED_POST
            text = deeds.POST_KEPT[number % len(deeds.POST_KEPT)] if kept else deeds.POST_REVOKED
            posts.assess(post=post, held_on=on, kept=kept, text=text, version=post.version, by=self.head(on), on=on)

    # ---- 党建品牌 ----

    def write_brand(self, on: date) -> None:
        """The office writes the general branch's brand, the secretary publishes it."""
        self.brand(self.general, deeds.GENERAL_BRAND, 4, self.ganshi, self.head(on), on)

    def write_branch_brand(self, on: date) -> None:
        """A branch has one of its own."""
        by = self.secretary(self.branches[0], on)
        self.brand(self.branches[0], deeds.BRANCH_BRAND, 2, by, by, on)

    def brand(
        self, place: Organization, fields: dict[str, str], carriers: int, by: User, publisher: User, on: date
    ) -> None:
        """A brand, with the activities held so far."""
        text = brands.Text(fields, list(carriers_for(on)[:carriers]))
        brand = brands.draft(organization=place, text=text, by=by, on=on)
        self.choose_activities(brand, by, on)
        brand = PartyBrand.objects.select_related("organization").get(pk=brand.pk)
        brands.act(brand=brand, verb="publish", version=brand.version, by=publisher, on=on)

    def add_to_brands(self, on: date) -> None:
        """At the end of a year the latest activities are chosen, too."""
        for brand in PartyBrand.objects.select_related("organization").order_by("pk"):
            own = brand.organization_id == self.general.pk
            self.choose_activities(brand, self.ganshi if own else self.secretary(brand.organization, on), on)

    @staticmethod
    def choose_activities(brand: PartyBrand, by: User, on: date) -> None:
        """The latest of those that may be chosen."""
        shown = list(choosable(brand, on).values_list("pk", flat=True)[:BRAND_ACTIVITIES])
        brands.choose_activities(brand=brand, shown=shown, chosen=shown, version=brand.version, by=by, on=on)

    # ---- 工作总结 ----

    def sum_up(self, on: date) -> None:
        """In the last month the general branch and one branch sum up what the records say."""
        campaign = Campaign.objects.get()
        for place, by in ((self.general, self.ganshi), (self.branches[0], self.secretary(self.branches[0], on))):
            summary = summing_up.begin(
                organization=place,
                campaign=campaign,
                title=f"{place}开展创先争优活动工作总结",
                first=campaign.starts_on,
                last=date(2012, 12, 31),
                by=by,
                on=on,
            )
            self.at(EDITED, self.edit_summary, summary.pk, by)
            self.at(FINAL, self.finish_summary, summary.pk, by)

    def edit_summary(self, number: int, by: User, on: date) -> None:
        """The records' sentences get an opening, and what comes next is written."""
        summary = self.summary(number)
        sections = list(summary.sections.all())
        key = "general" if summary.organization_id == self.general.pk else "branch"
        texts = {sections[0].key: deeds.OPENING + sections[0].text, sections[-1].key: deeds.AHEAD[key]}
        summing_up.save_text(summary=summary, title=summary.title, texts=texts, version=summary.version, by=by, on=on)

    def finish_summary(self, number: int, by: User, on: date) -> None:
        """Gathered a last time, what was edited kept; then it is final."""
        summary = self.summary(number)
        summing_up.gather_again(summary=summary, version=summary.version, by=by, on=on)
        summary = self.summary(number)
        leader = self.secretary(summary.organization, on)
        summing_up.act(summary=summary, verb="finalise", version=summary.version, by=leader, on=on)

    @staticmethod
    def summary(number: int) -> Summary:
        """Read it as it stands now."""
        found: Summary = Summary.objects.select_related("organization", "campaign").get(pk=number)
        return found


ANY = "学科"  # who looks after none works for all


def pronoun(member: Member) -> str:
    """Return how a text calls him."""
    return "她" if member.sex == Sex.FEMALE else "他"


def subject_of(member: Member) -> str:
    """Return the subject a member looks after; for one without, the word for any."""
    return member.unit_post.removesuffix("教研员") if member.unit_post.endswith("教研员") else ANY


def drawing(number: int) -> Accepted:
    """Return a small picture of simple shapes: hills, a sun, a house or a table."""
    sky, hill, near, sun = PALETTES[number % len(PALETTES)]
    picture = Image.new("RGB", (960, 600), sky)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((700 - 120 * number, 70, 820 - 120 * number, 190), fill=sun)
    draw.polygon([(0, 420), (260, 220), (520, 430), (760, 260), (960, 400), (960, 600), (0, 600)], fill=hill)
    draw.rectangle((0, 460, 960, 600), fill=near)
    if number == 2:
        draw.rectangle((300, 430, 660, 455), fill="#8a5a33")
        for left in (320, 620):
            draw.rectangle((left, 455, left + 20, 560), fill="#6e4526")
        for left in (360, 450, 540):
            draw.rectangle((left, 408, left + 60, 430), fill="#fdf8ec", outline="#b9a77c", width=3)
    else:
        draw.rectangle((160, 330, 400, 500), fill="#f6efe0")
        draw.polygon([(140, 335), (280, 240), (420, 335)], fill="#9c2f2a")
        draw.rectangle((255, 410, 305, 500), fill="#7c4a2a")
        for left in (185, 335):
            draw.rectangle((left, 370, left + 40, 410), fill="#9fc4d8")
    stored = BytesIO()
    picture.save(stored, "PNG", optimize=True)
    return accept(ContentFile(stored.getvalue(), name=f"图{number + 1}.png"))


PALETTES = (
    ("#cfe3ee", "#7fa48a", "#b7c98f", "#f2c14e"),
    ("#f3dcc3", "#a68a6d", "#c9b48a", "#e4572e"),
    ("#dcebd9", "#6f9b7a", "#a9c48b", "#f4d35e"),
)
