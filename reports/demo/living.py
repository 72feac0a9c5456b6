"""The plan's daily life: study in turn, tasks, meetings, and what the four carriers are filled with; each entered by the person who would."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.core.files.base import ContentFile

from accounts.models import User
from branches.models import Organization
from chuangxian.uploads import Accepted, accept
from reports.demo import topics
from reports.demo.evaluating import Evaluating
from reports.demo.reviewing import NEWCOMER
from schedule.actions import activities, assignments, attendance, meetings, study, study_plans, swaps, tasks
from schedule.models import Assignment, Attendance, Semester, StudyPlan, StudySession, TurnSwap
from schedule.queries import study as study_queries
from schedule.queries.activities import contents_of
from schedule.queries.attendance import lines_of
from schedule.queries.days import regular_workdays
from schedule.queries.study_filling import filling
from schedule.queries.tasks import for_work
from schedule.rules.tasks import may_report
from schedule.states.activities import Role
from schedule.states.items import MeetingKind
from schedule.states.study import Presence, SessionState

FIRST_TERM = "2010-autumn"
LAST_DAY = date(2012, 12, 31)
# on 20 June 2011 a newcomer finds one session not yet written down; a month before, two changed places
NEWCOMERS_SPRING = date(2011, 2, 14)
NOT_RECORDED = date(2011, 6, 13)
SWAP_ASKED = date(2011, 5, 20)
MEETING_MONTHS = (3, 6, 9, 12)


class Living(Evaluating):
    """From the first study plan to the last session of 2012."""

    def __init__(self) -> None:
        super().__init__()
        self.chance = Random(1978)  # of its own, so that the rest of the story stays what it is
        self.had: dict[int, set[int]] = {}
        self.deeds: dict[int, int] = {}

    def begin_living(self, on: date) -> None:
        """Put the terms on the script, once the plan and the people are there."""
        for semester in Semester.objects.in_plan().filter(starts_on__lte=LAST_DAY).order_by("starts_on"):
            if semester.starts_on > date(2010, 8, 1):
                self.at(semester.starts_on, self.begin_term, semester)
        self.at(date(2010, 9, 10), self.do_tasks)
        self.at(SWAP_ASKED, self.swap)

    # ---- a term ----

    def begin_term(self, semester: Semester, on: date) -> None:
        """Every branch plans its study; the office sets what it asks for; meetings and activities follow in their months."""
        for number, branch in enumerate(self.branches):
            days = [
                day
                for day in regular_workdays(on + timedelta(days=2), on + timedelta(days=21))
                if day.weekday() == number % 5
            ]
            plan = study_plans.make_plan(
                organization=branch,
                semester=semester,
                starts_on=days[0],
                interval_days=14,
                starts_at=None,
                place="二楼会议室",
                hours=Decimal("2"),
                by=self.secretary(branch, on),
                on=on,
            )
            self.fill(plan, branch, on)
        self.set_tasks(semester, on)
        month = on.replace(day=1)
        while month <= min(semester.ends_on, LAST_DAY):
            for number, branch in enumerate(self.branches):
                day, later = regular_workdays(month + timedelta(days=9 + 3 * number), month + timedelta(days=40))[:2]
                if semester.starts_on < day <= min(semester.ends_on, LAST_DAY):
                    self.at(day, self.act, branch)
                    if month.month in MEETING_MONTHS:
                        self.at(later, self.meet, branch)
            month = (month + timedelta(days=32)).replace(day=1)

    def fill(self, plan: StudyPlan, branch: Organization, on: date) -> None:
        """Fill the term and live through its sessions."""
        by = self.secretary(branch, on)
        study_plans.fill(plan=plan, seen=filling(plan, on).mark, by=by, on=on)
        for session in StudySession.objects.filter(plan=plan, on__lte=LAST_DAY):
            self.at(session.on - timedelta(days=4), self.prepare, session.pk)
            self.at(session.on, self.study, session.pk)

    # ---- study ----

    def session(self, number: int) -> StudySession:
        """Fetch a session as its page does."""
        found: StudySession = study_queries.with_papers(StudySession.objects.all()).get(pk=number)
        return found

    def prepare(self, number: int, on: date) -> None:
        """The lecturer, or the secretary for one without an account, writes the topic down some days before."""
        session = self.session(number)
        if session.state != SessionState.PLANNED or session.lecturer is None:
            return
        topic, materials = self.next_topic(session.organization_id, on)
        by = session.lecturer.user or self.secretary(session.organization, on)
        study.prepare(
            session=session, version=session.version, documents=(), topic=topic, materials=materials, by=by, on=on
        )

    def next_topic(self, branch: int, on: date) -> tuple[str, str]:
        """Return the first topic the branch has not had since it went through them all; what is new goes first."""
        had = self.had.setdefault(branch, set())
        open_ones = [number for number, (*_, since) in enumerate(topics.STUDY) if since <= on]
        if had.issuperset(open_ones):
            had.clear()
        left = [number for number in open_ones if number not in had]
        chosen = max(left, key=lambda number: (topics.STUDY[number][2], -number))
        had.add(chosen)
        topic, materials, _ = topics.STUDY[chosen]
        return topic, materials

    def swap(self, on: date) -> None:
        """A lecturer who will be away asks a colleague to change places, and he agrees the day after."""
        ahead = StudySession.objects.standing().filter(on__gt=on, lecturer__user__isnull=False).order_by("on", "pk")
        for session in ahead.select_related("lecturer__user"):
            other = study_queries.turns_to_swap(session, on).filter(lecturer__user__isnull=False).first()
            if session.lecturer is not None and session.lecturer.user is not None and other is not None:
                mine = self.session(session.pk)
                asked = swaps.ask(mine=mine, other=other, reason="那天要外出命题", by=session.lecturer.user, on=on)
                self.at(on + timedelta(days=1), self.agree, asked.pk)
                return

    def agree(self, number: int, on: date) -> None:
        """The colleague agrees."""
        swap = study_queries.swaps_for_work(TurnSwap.objects.all()).get(pk=number)
        swaps.answer(swap=swap, verb="agree", version=swap.version, by=swap.asked_of.user, on=on)

    def study(self, number: int, on: date) -> None:
        """They meet; who came is written into the list, what was said into the record."""
        session = self.session(number)
        if session.state != SessionState.PLANNED:
            return
        secretary = self.secretary(session.organization, on)
        said = {
            line.member.pk: self.presence(session, line.member.pk) for line in lines_of(session) if line.row is None
        }
        attendance.record_list(session=session, said=said, by=secretary, on=on)
        if not NOT_RECORDED <= on <= NOT_RECORDED + timedelta(days=2):
            session = self.session(number)
            study.record_session(
                session=session,
                version=session.version,
                day=on,
                documents=session.documents.all(),
                discussion=self.chance.choice(topics.DISCUSSIONS),
                by=secretary,
                on=on,
            )
        self.at(on + timedelta(days=3), self.write_notes, number)
        for days in (8, 22):
            self.at(on + timedelta(days=days), self.make_up, number)

    def presence(self, session: StudySession, member: int) -> attendance.Said:
        """Most come; the lecturer always."""
        drawn = self.chance.random()
        if drawn > 0.11 or session.lecturer_id == member:
            return attendance.Said(Presence.PRESENT, "")
        if drawn > 0.03:
            return attendance.Said(Presence.ABSENT, self.chance.choice(topics.LEAVE_REASONS))
        return attendance.Said(Presence.ABSENT, "")

    def write_notes(self, number: int, on: date) -> None:
        """Two of those who were there write down what they learned."""
        rows = Attendance.objects.filter(session=number, status=Presence.PRESENT, member__user__isnull=False)
        for row in self.chance.sample(list(rows.select_related("session", "member__user")), k=min(2, len(rows))):
            text = self.chance.choice(topics.NOTES)
            assert row.member.user is not None  # filtered above
            attendance.write_notes(row=row, notes=text, version=row.version, by=row.member.user, on=on)

    def make_up(self, number: int, on: date) -> None:
        """Of those who were not there most make it up."""
        rows = Attendance.objects.filter(session=number, status=Presence.ABSENT, member__user__isnull=False)
        for row in rows.select_related("session__semester", "member__user"):
            assert row.member.user is not None  # filtered above
            if self.chance.random() < 0.7:
                attendance.make_up(
                    row=row,
                    day=on,
                    how=topics.MADE_UP,
                    notes=self.chance.choice(topics.NOTES),
                    version=row.version,
                    by=row.member.user,
                    on=on,
                )

    # ---- tasks ----

    def set_tasks(self, semester: Semester, on: date) -> None:
        """The office asks for three things a term."""
        for number, (title, target, evidence) in enumerate(topics.TASKS):
            tasks.set_task(
                organization=self.general,
                title=title,
                target=target,
                evidence_needed=evidence,
                opens_on=on,
                due_on=semester.ends_on - timedelta(days=28 * number),
                by=self.ganshi,
                on=on,
            )

    def do_tasks(self, on: date) -> None:
        """Once a week people see to what they were asked for; a few put it off."""
        for assignment in for_work(Assignment.objects.workable().filter(task__opens_on__lte=on)):
            if assignment.member and self.place_of[assignment.member.pk] == NEWCOMER and on >= NEWCOMERS_SPRING:
                continue
            by = assignment.member.user if assignment.member else self.secretary_or_none(assignment.organization, on)
            if by is None or self.chance.random() < 0.55 or not may_report(assignment, by, on):
                continue
            files = [self.proof(assignment.task.title)] if assignment.task.evidence_needed else []
            assignments.report_done(
                assignment=assignment,
                result="已按要求完成，有记录可查。",
                done_on=on,
                files=files,
                version=assignment.version,
                by=by,
                on=on,
            )
        self.at(on + timedelta(days=7), self.do_tasks)

    def secretary_or_none(self, place: Organization, on: date) -> User | None:
        """The secretary's account; the organisations above the unit have none."""
        return self.secretary(place, on) if place.pk == self.general.pk or place in self.branches else None

    @staticmethod
    def proof(title: str) -> Accepted:
        """Return a small paper that shows it was done."""
        return accept(ContentFile(f"{title}\n\n（演示材料，内容为虚构。）\n".encode(), name="完成情况.txt"))

    # ---- meetings and activities ----

    def meet(self, branch: Organization, on: date) -> None:
        """The branch assembly of the quarter, with its resolution."""
        due = len([member for member in self.members if self.branch_of[member.pk] == branch])
        present = due - self.chance.randint(0, 2)
        text = topics.RESOLUTION.format(year=on.year if on.month < 12 else on.year + 1)
        meetings.record_meeting(
            organization=branch,
            kind=MeetingKind.BRANCH_ASSEMBLY,
            title=f"{on.year}年第{(on.month - 1) // 3 + 1}季度支部党员大会",
            held_on=on,
            place="二楼会议室",
            host=str(self.secretary(branch, on)),
            due_count=due,
            present_count=present,
            minutes="通报本季度承诺事项进展和学习情况；讨论下季度安排；表决。",
            resolutions=[
                {"text": text, "voters_due": due, "votes_for": present - 1, "votes_against": 0, "abstained": 1}
            ],
            by=self.secretary(branch, on),
            on=on,
        )

    def act(self, branch: Organization, on: date) -> None:
        """One activity a month and branch, of the four carriers in turn."""
        turn = self.deeds.get(branch.pk, 2 * len(self.deeds))
        self.deeds[branch.pk] = turn + 3  # every branch does all of them, no two branches the same at once
        deed = topics.DEEDS[turn % len(topics.DEEDS)]
        content = {one.item.key: one for one in contents_of(on) if one.item is not None}[deed.item]
        own = [member for member in self.members if self.branch_of[member.pk] == branch]
        those = self.chance.sample(own, k=min(len(own), self.chance.randint(3, 6)))
        roles = dict.fromkeys((member.pk for member in those), str(Role.PARTICIPANT))
        roles[those[0].pk] = Role.ORGANIZER
        activities.record_activity(
            organization=branch,
            entry=activities.Entry(
                content=content,
                fields={
                    "title": deed.title.format(subject=self.chance.choice(topics.SUBJECTS)),
                    "starts_on": on,
                    "ends_on": on,
                    "place": self.chance.choice(topics.SCHOOLS) if deed.schools else "教研室",
                    "text": "",
                    "result": deed.result,
                    "hours": Decimal(deed.hours),
                    "served": deed.served or None,
                    "is_public": bool(deed.schools),
                },
                participants=roles,
                schools=self.chance.sample(topics.SCHOOLS, k=deed.schools),
            ),
            by=self.secretary(branch, on),
            on=on,
        )
