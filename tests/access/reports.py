"""The first page, ledgers, the log, and looking at a past day."""

import hashlib
from datetime import date
from typing import Any

from django.core.files.base import ContentFile

from chuangxian import blanks
from reports import papers
from reports.models import OfficeTemplate, ReportRun, Snapshot
from reports.states import TemplateState
from schedule.models import Meeting
from tests.access.cells import Row, everybody, only
from tests.conftest import Cast

LOG = only(200, "zongzhi", "ganshi", "guanli")
LEADERS = ("shuji1", "shuji2", "zongzhi", "ganshi")
READERS = ("shuji1", "zongzhi", "ganshi")
TAKEN = frozenset({"accounts_logentry"})


def a_table(cast: Cast) -> dict[str, Any]:
    """The ledger of pledges."""
    return {"key": "pledges"}


def frozen(cast: Cast) -> dict[str, Any]:
    """Figures of the first branch, taken by its secretary."""
    figures = [{"part": "基本情况", "label": "党员", "value": "2名", "definition": "在册的党员", "count": 2, "url": ""}]
    on = date(2011, 6, 1)
    return {"pk": Snapshot.objects.create(organization=cast.one, figures=figures, by=cast.shuji1, on=on).pk}


def ordered(state: str) -> Any:
    """An order of shuji1's."""

    def make(cast: Cast) -> dict[str, Any]:
        on = date(2011, 6, 20)
        fields = {"report": "pledges", "title": "承诺台账", "organization": cast.one, "as_of": on, "on": on}
        return {"pk": ReportRun.objects.create(**fields, by=cast.shuji1, state=state).pk}

    return make


def form_of_the_office(state: str, form: str = "pledge-member") -> Any:
    """A form of the general branch's office, the one to begin with."""

    def make(cast: Cast) -> dict[str, Any]:
        found = papers.form_of(form)
        assert found is not None
        content = blanks.starter("xlsx", found.title, found.shape)
        given = {
            "name": "表样.xlsx",
            "kind": "xlsx",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        template = OfficeTemplate(
            form=form, organization=cast.general, number=1, state=state, by=cast.ganshi, on=date(2011, 6, 1), **given
        )
        template.file.save("", ContentFile(content), save=False)
        template.save()
        return {"pk": template.pk}

    return make


def minutes_in_its_form(cast: Cast) -> dict[str, Any]:
    """The minutes of the first branch's committee, whose form the office replaced."""
    form_of_the_office(TemplateState.IN_FORCE, "meeting")(cast)
    meeting = Meeting.objects.create(
        organization=cast.one, kind="branch_committee", title="支委会", held_on=date(2011, 6, 1)
    )
    return {"key": "meeting", "pk": meeting.pk}


def a_table_in_its_form(cast: Cast) -> dict[str, Any]:
    """The ledger of meetings, whose form the office replaced."""
    form_of_the_office(TemplateState.IN_FORCE, "ledger-meetings")(cast)
    return {"key": "meetings"}


ROWS = [
    Row(url="reports:dashboard", get=everybody(200)),
    Row(url="reports:ledger_list", get=only(200, *LEADERS)),
    Row(url="reports:overview", get=only(200, *LEADERS)),
    Row(url="reports:overview_print", get=only(200, *LEADERS)),
    Row(url="reports:archive", get=only(200, *LEADERS)),
    Row(url="reports:archive_download", get=only(200, *LEADERS), writes=TAKEN),
    Row(url="reports:ledger_detail", args=a_table, get=only(200, *LEADERS)),
    # an export writes the line that says so
    Row(url="reports:ledger_export", args=a_table, get=only(200, *LEADERS), writes=TAKEN),
    Row(url="reports:ledger_order", args=a_table, post=only(302, *LEADERS)),
    Row(url="reports:ledger_run", args=ordered("queued"), get=only(200, "shuji1", others=404)),
    Row(url="reports:ledger_run_progress", args=ordered("running"), get=only(200, "shuji1", others=404)),
    Row(url="reports:ledger_run_cancel", args=ordered("queued"), post=only(302, "shuji1", others=404)),
    Row(url="reports:ledger_run_file", case="尚未生成", args=ordered("queued"), get=only(404, others=404)),
    Row(url="reports:ledger_own", args=a_table_in_its_form, get=only(200, *LEADERS), writes=TAKEN),
    Row(url="reports:form_list", get=only(200, "ganshi")),
    Row(
        url="reports:form_detail",
        args=lambda cast: {"key": "comment"},
        get=only(200, "ganshi"),
        post=only(422, "ganshi"),
    ),
    Row(
        url="reports:form_start",
        args=lambda cast: {"key": "comment", "kind": "docx"},
        get=only(200, "ganshi"),
        writes=TAKEN,
    ),
    Row(url="reports:form_version", args=form_of_the_office("draft"), get=only(200, "ganshi", others=404)),
    Row(
        url="reports:form_version_file",
        args=form_of_the_office("draft"),
        get=only(200, "ganshi", others=404),
        writes=TAKEN,
    ),
    Row(
        url="reports:form_version_example",
        args=form_of_the_office("draft"),
        get=only(200, "ganshi", others=404),
        writes=TAKEN,
    ),
    Row(url="reports:form_version_use", args=form_of_the_office("draft"), post=only(302, "ganshi", others=404)),
    Row(url="reports:form_version_retire", args=form_of_the_office("in_force"), post=only(302, "ganshi", others=404)),
    Row(url="reports:form_filled", args=minutes_in_its_form, get=only(200, *READERS, others=404), writes=TAKEN),
    Row(url="reports:snapshot_list", get=only(200, *LEADERS)),
    # posting nothing brings the form back
    Row(url="reports:snapshot_add", get=only(200, *LEADERS), post=only(200, *LEADERS)),
    Row(url="reports:snapshot_detail", args=frozen, get=only(200, *READERS, others=404)),
    Row(url="reports:snapshot_export", args=frozen, get=only(200, *READERS, others=404), writes=TAKEN),
    Row(url="reports:snapshot_print", args=frozen, get=only(200, *READERS, others=404)),
    Row(
        url="reports:snapshot_void",
        args=frozen,
        get=only(200, "shuji1", others=404, zongzhi=403, ganshi=403),
        post=only(200, "shuji1", others=404, zongzhi=403, ganshi=403),
    ),
    Row(url="reports:log_list", get=LOG),
    # an export writes the line that says so
    Row(url="reports:log_export", get=LOG, writes=frozenset({"accounts_logentry"})),
    Row(url="reports:burden", get=only(200, *LEADERS)),
    Row(url="reports:burden_export", get=only(200, *LEADERS), writes=frozenset({"accounts_logentry"})),
    Row(
        url="reports:past_day",
        get=only(200, *LEADERS),
        post=only(200, *LEADERS),
        data=lambda cast, kwargs: {"day": "1999-01-01"},
    ),
    Row(url="reports:past_day_leave", post=only(302, *LEADERS, others=302)),
]
