"""The invented general branch lives from July 2010 to 20 June 2011 through the portal's own actions: the demo's data, and one long test."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.test import Client

from accounts.models import LogEntry, User
from awards.actions import deciding, notices
from awards.models import (
    AwardRound,
    Honour,
    ModelPost,
    ModelStory,
    Nomination,
    Objection,
    PartyBrand,
    PublicNotice,
    Summary,
)
from awards.queries.eligibility import bars_of
from awards.states import (
    BrandState,
    Level,
    NominationState,
    NoticeState,
    ObjectionState,
    PostState,
    RoundState,
    RuleKind,
    StoryState,
    SummaryState,
)
from branches.models import Member, Organization, PostAssignment
from branches.states import Kind, MemberType, Post
from chuangxian import clock
from chuangxian.verdicts import Refused
from pledges.models import Pledge, PledgeItem
from pledges.states import Outcome, State
from reports.demo.cast import ACCOUNTS, PASSWORD
from reports.demo.story import Story
from reports.models import OfficeTemplate, Snapshot
from reports.papers import form_of
from reports.papers.filling import filled
from reports.queries import snapshots as queries
from reports.replay import replay
from reviews.models import CommentRound, LeaderComment, SelfReview
from reviews.queries.coverage import board, missing_in
from reviews.states import CommentState
from schedule.models import (
    ActionItem,
    Activity,
    Assignment,
    Campaign,
    Carrier,
    Mail,
    Meeting,
    Notice,
    StudySession,
    Task,
    TurnSwap,
)
from schedule.states.items import ItemState, MeetingKind
from schedule.states.notices import MailState
from schedule.states.study import SessionState, SwapState
from schedule.states.tasks import TaskState
from tests.reports import sources

PLAN = Path(__file__).parent.parent / "schedule/plans/changzhou-2010.toml"
TODAY, LAST_DAY = date(2011, 6, 20), date(2012, 12, 31)


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: Any) -> Iterator[Story]:
    """The portal as it stands on 20 June 2011: lived once for all tests of the module, and taken back after them."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.standing_on(TODAY):
        call_command("load_plan", str(PLAN), verbosity=0)
        yield replay(until=TODAY)
        transaction.set_rollback(True)


pytestmark = pytest.mark.usefixtures("lived", "db")


def states_of(year: int) -> Counter[str]:
    return Counter(Pledge.objects.filter(cycle__year=year).values_list("state", flat=True))


def test_five_branches_and_sixty_two_members_came_in_by_the_roster() -> None:
    assert Organization.objects.get(name="常州市教育教研室党总支").children.count() == 5
    assert Counter(Member.objects.values_list("member_type", flat=True)) == {
        MemberType.FULL: 48,
        MemberType.RETIRED: 12,
        MemberType.PROBATIONARY: 2,
    }


def test_2010_is_over_and_2011_stands_in_every_state() -> None:
    assert set(states_of(2010)) == {State.ARCHIVED}
    assert {State.DRAFT, State.SUBMITTED, State.RETURNED, State.APPROVED, State.PUBLISHED, State.SUPERSEDED} == set(
        states_of(2011)
    )
    assert states_of(2011)[State.PUBLISHED] >= 50


def test_every_pledge_came_there_by_somebody_elses_word() -> None:
    for pledge in (
        Pledge.objects.filter(approved_on__isnull=False).select_related("member__user").prefetch_related("reviews")
    ):
        readers = {review.reviewer_id for review in pledge.reviews.all()}
        assert readers
        assert pledge.member is None or pledge.member.user_id not in readers


def test_some_promises_are_overdue_and_some_were_honestly_not_kept() -> None:
    outcomes = Counter(PledgeItem.objects.filter(pledge__cycle__year=2010).values_list("outcome", flat=True))
    assert outcomes[Outcome.FULFILLED] > outcomes[Outcome.UNFULFILLED] > 0
    overdue = PledgeItem.objects.filter(pledge__state=State.PUBLISHED, due_on__lt=TODAY, outcome="")
    assert 0 < overdue.count() < 30
    assert PledgeItem.objects.filter(carried_from__isnull=False).exists()


def test_reminders_reached_people_once_each() -> None:
    notices = Notice.objects.values_list("letter", "target_type", "target_id", "member_id", "user_id", "slot")
    assert len(notices) == len(set(notices)) > 500
    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.SENT}


def test_every_branch_studied_in_turn_every_two_weeks_of_the_term() -> None:
    for branch in Organization.objects.filter(kind=Kind.BRANCH):
        held = StudySession.objects.filter(organization=branch).held()
        for semester in ("2010-autumn", "2011-spring"):
            days = sorted(held.filter(semester__key=semester).values_list("on", flat=True))
            assert len(days) >= 8
            # a day moved for a holiday may leave more than fourteen days on one side of it
            assert max((later - day).days for day, later in pairwise(days)) <= 21
        turns = Counter(held.values_list("lecturer", flat=True))
        members = branch.memberships.count()
        assert max(turns.values()) <= -(-held.count() // members) + 1


def test_one_session_waits_to_be_written_down_and_two_changed_places() -> None:
    assert StudySession.objects.filter(state=SessionState.PLANNED, on__lt=TODAY).exists()
    swap = TurnSwap.objects.get()
    assert swap.state == SwapState.AGREED
    assert (swap.mine.lecturer, swap.other.lecturer) == (swap.asked_of, swap.asked_by)


def test_the_tasks_of_the_plan_reached_everybody_and_most_were_done() -> None:
    planned = Task.objects.filter(phase_task__isnull=False)
    assert planned.count() >= 5
    states = Counter(Assignment.objects.values_list("state", flat=True))
    assert states[TaskState.DONE] > states[TaskState.TODO] > 0


def test_activities_fill_all_four_carriers_and_meetings_their_quarters() -> None:
    assert set(Activity.objects.values_list("carrier__key", flat=True)) == set(
        Carrier.objects.values_list("key", flat=True)
    )
    assert Meeting.objects.filter(kind=MeetingKind.BRANCH_ASSEMBLY, resolutions__isnull=False).count() >= 15


def test_nothing_was_decided_without_a_line_in_the_log() -> None:
    for verb, state in (("approve", "approved_on"), ("publish", "published_on"), ("appraise", "appraised_on")):
        logged = set(
            LogEntry.objects.filter(verb=verb, target_type="pledges.pledge").values_list("target_id", flat=True)
        )
        done = Pledge.objects.filter(**{f"{state}__isnull": False})
        if verb == "approve":
            done = done.filter(external_document="")
        assert {str(pk) for pk in done.values_list("pk", flat=True)} == logged


def test_the_notice_is_over_and_an_objection_still_holds_the_confirmation_up() -> None:
    notice = PublicNotice.objects.get()
    assert (notice.state, notice.posted_on, notice.ends_on) == (
        NoticeState.POSTED,
        date(2011, 6, 10),
        date(2011, 6, 17),
    )
    assert Counter(Objection.objects.values_list("state", flat=True)) == {
        ObjectionState.ANSWERED: 1,
        ObjectionState.RECEIVED: 1,
    }
    held_up = Nomination.objects.get(state=NominationState.OBJECTED)
    zongzhi = User.objects.get(username="zongzhi")
    with pytest.raises(Refused) as refused:
        deciding.act(nomination=held_up, verb="decide", version=held_up.version, by=zongzhi, on=TODAY)
    assert "现在是“有异议”" in refused.value.reason
    with pytest.raises(Refused, match="还有 1 件异议没有答复，不能结束公示。"):
        notices.act(
            notice=notice, verb="close", version=notice.version, by=User.objects.get(username="ganshi"), on=TODAY
        )


def test_every_deed_is_long_enough_and_no_two_are_alike() -> None:
    deeds = Nomination.objects.exclude(deeds="").values_list("deeds", flat=True)
    assert len(deeds) >= 8
    assert all(800 <= len("".join(one.split())) <= 2000 for one in deeds)
    paragraphs = Counter(line for one in deeds for line in one.split("\n"))
    assert max(paragraphs.values()) == 1
    assert not any("{" in one for one in deeds)


def test_a_branch_met_a_rule_and_recommended_somebody_else() -> None:
    taken_back = Nomination.objects.get(state=NominationState.WITHDRAWN)
    told = LogEntry.objects.of(taken_back).get(verb="withdraw")
    assert "承诺兑现率是" in told.note
    other = Nomination.objects.filter(category=taken_back.category, nominator=taken_back.nominator).running().get()
    assert other.member != taken_back.member


def test_posts_and_brands_stand_as_examples_and_an_application_waits_at_every_desk() -> None:
    assert Counter(ModelPost.objects.values_list("state", flat=True)) == {
        PostState.GRANTED: 5,
        PostState.REVIEWED: 1,
        PostState.APPLIED: 1,
    }
    brands = PartyBrand.objects.filter(state=BrandState.PUBLISHED, activities__isnull=False).distinct()
    assert set(brands.values_list("name", flat=True)) == {"强素质、树形象", "课桌边的教研"}


def test_the_office_froze_the_figures_it_sent() -> None:
    sent = list(Snapshot.objects.order_by("on"))
    assert [one.purpose for one in sent] == ["2010—2011学年第一学期期末上报", "建党90周年前情况上报"]
    january, june = sent
    changes = {one.label: one for one in queries.compared(january, june)}
    assert not any(one.counts_otherwise for one in changes.values())
    assert sum(one.change not in ("", "不变") for one in changes.values()) > 10


def test_a_form_of_the_office_is_in_force_and_somebody_stands_in_for_a_secretary() -> None:
    template = OfficeTemplate.objects.in_force().get()
    form = form_of(template.form)
    assert form is not None and filled(template, form, form.shape.examples())[:2] == b"PK"
    acting = PostAssignment.objects.exclude(acting_for=None).current(TODAY).get()
    assert acting.post == Post.SECRETARY and acting.acting_for is not None and acting.acting_for.runs_on(TODAY)


def test_everybody_on_the_sign_in_page_can_sign_in() -> None:
    for account in ACCOUNTS:
        user = User.objects.get(username=account.username)
        assert user.check_password(PASSWORD)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get("/").status_code == 200


# ---- and on to the end ----


@pytest.fixture(scope="module")
def lived_to_the_end(lived: Story) -> None:
    """The rest of the campaign, after the tests of 20 June 2011: the last semester, the last round, the last pledges."""
    with clock.standing_on(LAST_DAY):
        replay(until=date(2013, 3, 1), story=lived)


@pytest.mark.usefixtures("lived_to_the_end")
def test_the_story_ends_with_the_campaign_whatever_day_it_is(lived: Story) -> None:
    assert lived.lived_until == LAST_DAY


@pytest.mark.usefixtures("lived_to_the_end")
class TestTheEndOf2012:
    """These stand last in the file: they find the portal a year and a half later."""

    def test_every_round_ended_with_everybody_covered_or_a_reason(self) -> None:
        assert CommentRound.objects.count() == 5
        for round_ in CommentRound.objects.select_related("organization", "semester"):
            assert round_.closed_on is not None, round_
            explained = set(round_.gaps.values_list("duty", "member_id"))
            missing = {
                (one.duty, one.subject.member.pk)
                for one in missing_in(round_, on=round_.closed_on)
                if one.subject.member
            }
            assert missing <= explained, round_

    def test_nobody_accepted_his_own_nor_struck_off_his_own(self) -> None:
        verified = ActionItem.objects.filter(state=ItemState.VERIFIED)
        assert verified.count() > 200
        assert not verified.filter(verified_by=F("responsible__user")).exists()
        assert not SelfReview.objects.filter(opinions__reviewer=F("member__user")).exists()
        assert not LeaderComment.objects.filter(commentator=F("member")).exists()

    def test_comments_were_signed_for_and_problems_put_right(self) -> None:
        given = LeaderComment.objects.given()
        assert given.count() > 250
        assert not given.filter(problems__isnull=True, direction="").exists()
        assert given.filter(state=CommentState.ISSUED).count() <= given.count() // 20
        assert given.filter(state__in=[CommentState.VERIFIED, CommentState.CLOSED]).exists()

    def test_the_board_counts_six_semesters(self) -> None:
        general = Organization.objects.get(name="常州市教育教研室党总支")
        campaign = Campaign.objects.get()
        found = board(general, campaign, paths=[general.path], on=LAST_DAY)
        asked = [[count.asked for _, count in term.totals] for term in found.terms]
        assert len(asked) == 6 and all(row[1] and row[2] for row in asked[1:])

    def test_the_pledges_of_all_three_years_are_put_away(self) -> None:
        for year in (2010, 2011, 2012):
            assert set(states_of(year)) <= {State.ARCHIVED, State.SUPERSEDED, State.LAPSED}, year

    def test_both_commendations_are_announced_and_the_roll_is_filled(self) -> None:
        assert dict(AwardRound.objects.values_list("commended_on", "state")) == {
            date(2011, 6, 30): RoundState.COMMENDED,
            date(2012, 6, 28): RoundState.COMMENDED,
        }
        ours = Honour.objects.filter(nomination__isnull=False)
        assert Counter(ours.values_list("year", flat=True)) == {2011: 8, 2012: 8}
        assert not ours.filter(citation="").exists()
        assert set(Nomination.objects.values_list("state", flat=True)) == {
            NominationState.COMMENDED,
            NominationState.REJECTED,
            NominationState.WITHDRAWN,
        }
        given = Honour.objects.filter(nomination__isnull=True)
        assert set(given.values_list("level", flat=True)) == {Level.EDUCATION_COMMITTEE, Level.CITY}
        assert not given.filter(document="").exists()

    def test_nobody_was_commended_twice_in_the_same_category(self) -> None:
        ours = Honour.objects.filter(nomination__isnull=False)
        holders = Counter(ours.filter(member__isnull=True).values_list("key", "organization"))
        holders += Counter(ours.filter(member__isnull=False).values_list("key", "member"))
        assert max(holders.values()) == 1

    def test_the_rule_of_2012_barred_those_of_2011(self) -> None:
        second = AwardRound.objects.get(year=2012)
        for category in second.categories.all():
            before = Honour.objects.filter(year=2011, key=category.key, nomination__isnull=False)
            found = bars_of(category, [one.holder for one in before], on=second.nominate_by)
            for bars in found.values():
                assert RuleKind.NOT_COMMENDED_SINCE in {bar.rule.kind for bar in bars}
        told = LogEntry.objects.filter(verb="withdraw", target_type="awards.nomination", on__year=2012)
        assert any("2010-04-01 以来受过同级同类表彰的不再推荐" in one.note for one in told)

    def test_certificates_are_numbered_once_each(self) -> None:
        for year in (2011, 2012):
            numbers = list(Honour.objects.filter(year=year, number__gt="").values_list("number", flat=True))
            assert sorted(numbers) == [f"{year}-总支-{number:04}" for number in range(1, 9)]

    def test_nobody_decided_about_himself(self) -> None:
        decided = ("preselect", "audit", "post", "decide", "reject", "hold_decision", "hear_opinion")
        for nomination in Nomination.objects.filter(member__user__isnull=False).select_related("member"):
            entries = LogEntry.objects.of(nomination).filter(verb__in=decided)
            assert nomination.member is not None
            assert not entries.filter(actor=nomination.member.user_id).exists(), nomination
        head = User.objects.get(username="zongzhi")
        assert Nomination.objects.filter(member__user=head, state=NominationState.COMMENDED).exists()

    def test_models_agreed_to_their_stories_and_everybody_reads_them(self) -> None:
        stories = ModelStory.objects.filter(state=StoryState.PUBLISHED).prefetch_related("evidence")
        published = sorted(one.published_on for one in stories if one.published_on is not None)
        assert [(day.year, day.month) for day in published] == [(2011, 3), (2011, 7), (2012, 7)]
        for story in stories:
            assert story.agreed_on is not None and story.published_on is not None
            assert story.agreed_on <= story.published_on
            assert len(story.evidence.all()) == 1

    def test_a_plate_was_taken_away_and_the_others_were_looked_at_again(self) -> None:
        assert Counter(ModelPost.objects.values_list("state", flat=True)) == {
            PostState.REASSESSED: 6,
            PostState.REVOKED: 1,
        }
        assert not ModelPost.objects.held().filter(assess_by__lt=LAST_DAY).exists()

    def test_the_summaries_are_final(self) -> None:
        summaries = Summary.objects.all()
        assert len(summaries) == 2
        for summary in summaries:
            assert summary.state == SummaryState.FINAL
            assert not summary.sections.filter(text="").exists()
            assert sum(len(one.text) for one in summary.sections.all()) > 1500

    def test_the_archive_is_whole_and_its_sums_are_right(self, tmp_path: Path) -> None:
        archive = sources.archive_on("ganshi", LAST_DAY)
        folder = sources.unpacked(archive, tmp_path)
        check = ["sha256sum", "--check", "--strict", "--quiet", sources.MANIFEST]
        assert subprocess.run(check, cwd=folder, capture_output=True, check=False).returncode == 0
        files = {f"{path.relative_to(folder)}" for path in folder.rglob("*") if path.is_file()}
        told = {cell for row in sources.listed(folder, "档案目录") for cell in row}
        assert files - {sources.INDEX, sources.MANIFEST} <= told
        for name, due in sources.documents_due(LAST_DAY).items():
            assert sum(path.startswith(name) for path in files) == due > 0, name
        tables = {path.stem.partition(" ")[2]: path for path in (folder / "01 台账").iterdir()}
        for name, (column, due) in sources.rows_due(LAST_DAY).items():
            assert sources.filled(tables[name], column) == due > 0, name

    def test_the_archive_lacks_what_was_not_done_and_nothing_else(self) -> None:
        missing = sources.archive_on("ganshi", LAST_DAY).missing
        meetings = [one for one in missing if one.folder == "02 会议记录"]
        # nobody of the story holds lessons or writes down committee meetings; before July 2010 nobody was there
        others = [one for one in meetings if one.title not in ("党课", "支部委员会")]
        assert {one.title for one in others} <= {"支部党员大会"}
        assert all(one.when.startswith("2010年") for one in others)
        assert all(
            StudySession.objects.filter(state=SessionState.PLANNED, on=one.when).exists()
            for one in missing
            if one.folder == "03 学习记录"
        )
        assert not [one for one in missing if one.title.endswith("的点评") and not one.reason]

    @pytest.mark.parametrize("deleted", ["meeting", "comment"])
    def test_a_record_deleted_from_the_source_is_named_as_missing(self, deleted: str) -> None:
        before = Counter(sources.lacking(sources.archive_on("ganshi", LAST_DAY)))
        if deleted == "meeting":
            spring = (date(2011, 3, 1), date(2011, 5, 31))
            meeting = Meeting.objects.filter(kind=MeetingKind.BRANCH_ASSEMBLY, held_on__range=spring).earliest("pk")
            gone = [
                (
                    "支部党员大会",
                    f"{meeting.organization}",
                    f"2011年第{'一' if meeting.held_on.month == 3 else '二'}季度",
                )
            ]
            meeting.delete()
        else:
            finished = LeaderComment.objects.filter(state__in=[CommentState.VERIFIED, CommentState.CLOSED])
            comment = finished.filter(member__isnull=False).earliest("pk")
            gone = [(f"{comment.member}的点评", f"{comment.organization}", comment.round.semester.short_label)]
            comment.delete()
        after = Counter(sources.lacking(sources.archive_on("ganshi", LAST_DAY)))
        assert list((after - before).elements()) == gone and not before - after
