"""Who may read across the rooms."""

from accounts.models import User
from branches.models import Organization
from branches.scope import Standing
from branches.states import LEADERS
from chuangxian.verdicts import YES, Verdict, no, stranger
from reports.models import OfficeTemplate, ReportRun, Snapshot
from reports.states import TemplateState

UNDER_WAY_MOST = 3


def leads_unit(standing: Standing) -> bool:
    """Answer whether he leads a general branch or what stands above the branches."""
    return any(seat.post in LEADERS and seat.path == seat.unit_path for seat in standing.seats)


def may_read_log(standing: Standing) -> Verdict:
    """The campaign office and the general branch's leaders all of it, the administrator what concerns accounts."""
    if standing.is_office or leads_unit(standing) or standing.is_administrator:
        return YES
    return stranger("操作日志由创先争优办公室和党总支书记、副书记查看。")


def reads_account_lines_only(standing: Standing) -> bool:
    """Answer whether only the lines about accounts are open to him."""
    return not (standing.is_office or leads_unit(standing))


def may_look_back(standing: Standing) -> Verdict:
    """Leaders and the office may look at the portal as it stood on a past day."""
    if standing.is_leader or standing.is_office:
        return YES
    return stranger("查看过去某一天的情况，由党组织书记、副书记和创先争优办公室使用。")


def may_see_ledgers(standing: Standing) -> Verdict:
    """Whoever reads internal records somewhere finds the tables of them in one place."""
    if standing.reading_paths():
        return YES
    return no("台账和报表由支部委员会、党总支和创先争优办公室使用；您自己的承诺书可以在承诺页面打印。")


def may_see_burden(standing: Standing) -> Verdict:
    """Whoever asks something of others sees what it adds up to."""
    if standing.reading_paths():
        return YES
    return no("填报负担由支部委员会、党总支和创先争优办公室查看。")


def may_order(by: User) -> Verdict:
    """So many workbooks at once for one person, so that the others' come too."""
    if ReportRun.objects.filter(by=by).under_way().count() < UNDER_WAY_MOST:
        return YES
    return no(f"您已经有 {UNDER_WAY_MOST} 份表在生成，请等其中一份完成，或者取消一份。")


def still_reads(organization: Organization | None, standing: Standing) -> Verdict:
    """Whoever ordered a table must still read what stands in it when it is made and when it is fetched."""
    paths = standing.reading_paths()
    if organization is None:
        return YES if paths else stranger("您现在不再查看内部记录，这份表不能下载。")
    if any(organization.path.startswith(path) for path in paths):
        return YES
    return stranger(f"您现在不再查看{organization}的内部记录，这份表不能下载。")


def may_take_snapshots(standing: Standing) -> Verdict:
    """Whoever reads internal records somewhere may have their figures frozen."""
    if standing.reading_paths():
        return YES
    return no("统计由支部委员会、党总支和创先争优办公室使用。")


def may_take_snapshot(organization: Organization, standing: Standing) -> Verdict:
    """Of organisations whose internal records he reads."""
    if standing.may_read(organization.path):
        return YES
    return stranger(f"{organization}的内部记录您看不到，不能统计。")


def may_void(snapshot: Snapshot, standing: Standing) -> Verdict:
    """Whoever took it, once; it stays readable with the reason."""
    if snapshot.voided_on is not None:
        return no("这份统计已经作废。")
    if standing.user.pk == snapshot.by_id:
        return YES
    return no("统计由取这份数字的人作废。")


def may_keep_forms(standing: Standing) -> Verdict:
    """The campaign office lays out the forms of its organisations."""
    if standing.is_office:
        return YES
    return no("表样由创先争优办公室维护；用本单位表样填好的表，可以在打印页面下载。")


def may_keep_form(organization: Organization, standing: Standing) -> Verdict:
    """For the organisations its office serves."""
    if standing.administers(organization.path):
        return YES
    return stranger(f"{organization}的表样由它的创先争优办公室维护。")


def may_use(template: OfficeTemplate, standing: Standing) -> Verdict:
    """Put a version into force, for the first time or again."""
    if template.state == TemplateState.IN_FORCE:
        return no("这一版已经在使用。")
    return may_keep_form(template.organization, standing)


def may_retire(template: OfficeTemplate, standing: Standing) -> Verdict:
    """Take a version out of use, or lay a new one aside."""
    if template.state == TemplateState.RETIRED:
        return no("这一版已经停用。")
    return may_keep_form(template.organization, standing)
