"""What the office keeps in order: figures frozen for those above, a form of its own, and who stands in for a secretary away."""

from datetime import date

from django.core.files.base import ContentFile

from branches import actions as branch_actions
from branches.models import Organization
from branches.scope import standing_of
from branches.states import Post
from chuangxian import blanks
from chuangxian.uploads import accept
from reports import actions, catalogue, papers
from reports.demo.awarding import Awarding
from schedule.models import Semester

BEFORE_ANNIVERSARY = date(2011, 6, 15)
NEW_FORM_ON = date(2011, 3, 7)
FORM = "pledge-member"
AWAY_FROM, AWAY_UNTIL = date(2011, 6, 16), date(2011, 6, 30)


class Office(Awarding):
    """The office sends figures, and can still say a year later what it sent; forms change, and so do people."""

    def begin_office(self, on: date) -> None:
        """Put the days on the script: figures for every semester that begins from now on, and the rest."""
        semesters = list(Semester.objects.in_plan().filter(starts_on__gte=on).order_by("starts_on"))
        for semester in semesters:
            self.at(semester.reporting_until, self.count, semester, f"{semester}期末上报")
        now = next(one for one in semesters if one.starts_on <= BEFORE_ANNIVERSARY <= one.reporting_until)
        self.at(BEFORE_ANNIVERSARY, self.count, now, "建党90周年前情况上报")
        self.at(NEW_FORM_ON, self.bring_form)
        self.at(AWAY_FROM, self.stand_in)

    def count(self, semester: Semester, purpose: str, on: date) -> None:
        """The whole general branch, as it stands that day."""
        place = Organization.objects.get(pk=self.general.pk)
        asked = catalogue.Asked(standing_of(self.ganshi, on), on, place, semester)
        actions.take_snapshot(
            organization=place,
            semester=semester,
            purpose=purpose,
            figures=catalogue.figures_of(asked),
            by=self.ganshi,
            on=on,
        )

    def bring_form(self, on: date) -> None:
        """The level above wants the members' pledges in a form of its own."""
        form = papers.form_of(FORM)
        assert form is not None
        content = blanks.starter("docx", "共产党员公开承诺书（2011年式样）", form.shape)
        template = actions.add_template(
            form=form.key,
            organization=self.general,
            file=accept(ContentFile(content, name="公开承诺书2011年式样.docx")),
            note="按上级 2011 年的式样",
            by=self.ganshi,
            on=on,
        )
        actions.use_template(template=template, by=self.ganshi, on=on)

    def stand_in(self, on: date) -> None:
        """A secretary is away for training, and a member of the branch stands in."""
        branch = self.branches[1]
        held = branch.posts.own().filter(post=Post.SECRETARY).current(on).get()
        others = [one for one in self.members if self.branch_of[one.pk] == branch and one.pk != held.member_id]
        branch_actions.delegate(
            assignment=held,
            member=next(one for one in others if one.user_id is not None),
            starts_on=AWAY_FROM,
            ends_on=AWAY_UNTIL,
            reason="外出培训",
            by=self.secretary(branch, on),
            on=on,
        )
