"""May I? Each answer is yes, or no with a sentence."""

from datetime import date, timedelta

from branches import queries
from branches.models import Member, Organization, PostAssignment, RosterImport
from branches.scope import Viewer, standing_of
from branches.states import DELEGABLE, LEADERS, Kind, Post
from chuangxian.imports import ImportState
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger

KEEPERS = "党总支的创先争优办公室工作人员和党总支书记、副书记"


def _keeps(path: str, by: Viewer, on: date, what: str) -> Verdict:
    if standing_of(by, on).manages(path):
        return YES
    return stranger(f"{what}由{KEEPERS}办理，只限本单位范围内。")


# ---- organisations ----


def may_found(parent: Organization, by: Viewer, on: date) -> Verdict:
    """Found an organisation under ``parent``."""
    return first_no(
        _keeps(parent.path, by, on, "设立党组织"),
        no("党小组之下不能再设党组织。") if parent.kind == Kind.GROUP else YES,
    )


def may_change_organization(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Change name, duty and dates."""
    return _keeps(organization.path, by, on, "修改党组织信息")


def may_see_history(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Read who decided what here."""
    if standing_of(by, on).may_read(organization.path):
        return YES
    return stranger("办理记录只对本党组织的班子成员、上级和办公室开放。")


def may_see_roster(organization: Organization, by: Viewer, on: date) -> Verdict:
    """See the names of the members."""
    if any(organization.path.startswith(path) for path in standing_of(by, on).roster_paths()):
        return YES
    return stranger("党员名册只对本支部党员、上级班子和办公室开放。")


def may_export_roster(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Take the roster out with birthdays and mail addresses."""
    if standing_of(by, on).may_read(organization.path):
        return YES
    return stranger("导出名册只限本党组织的班子成员、上级和办公室。")


def may_import_roster(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Take a roster file in for the organisation and all below it."""
    return first_no(
        _keeps(organization.path, by, on, "导入名册"),
        no("党小组不单独导入名册，请在党支部或党总支导入。") if organization.kind == Kind.GROUP else YES,
    )


# ---- members ----


def may_enroll(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Take up a member in the organisation."""
    return first_no(
        _keeps(organization.path, by, on, "编入党员"),
        YES if organization.kind in (Kind.BRANCH, Kind.GROUP) else no("党员编入党支部或党小组，请先进入相应的党支部。"),
        no("这个党组织已经撤销。") if organization.dissolved_on and organization.dissolved_on <= on else YES,
    )


def _path_of(member: Member, on: date) -> str:
    home = queries.home_of(member, on)
    return home.path if home else ""


def may_see_personal(member: Member, by: Viewer, on: date) -> Verdict:
    """See birthday, mail address and dates of Party life: oneself, the committees of the member's line, the office."""
    standing = standing_of(by, on)
    path = _path_of(member, on)
    if _is_self(member, by, on) or (path and standing.may_read(path)):
        return YES
    return stranger("个人信息只对本人、所在党组织及上级的班子成员和办公室开放。")


def _is_self(member: Member, by: Viewer, on: date) -> bool:
    own = standing_of(by, on).member
    return own is not None and own.pk == member.pk


def editable_fields(member: Member, by: Viewer, on: date) -> frozenset[str]:
    """Return the fields this person may change: all for the keepers of the roster, the address for the branch secretary."""
    standing = standing_of(by, on)
    path = _path_of(member, on)
    if path and standing.manages(path):
        return ALL_FIELDS
    return CONTACT_FIELDS if path and standing.leads(path) else frozenset()


CONTACT_FIELDS = frozenset({"email"})
ALL_FIELDS = frozenset(
    {"name", "sex", "born", "ethnicity", "education", "joined", "confirmed", "member_type", "unit_post", "email"}
)


def may_change_member(member: Member, by: Viewer, on: date) -> Verdict:
    """Change anything of a member's data."""
    if editable_fields(member, by, on):
        return YES
    return stranger(f"党员信息由{KEEPERS}修改，党支部书记可以修改本支部党员的联系方式。")


def may_transfer(member: Member, by: Viewer, on: date) -> Verdict:
    """Move a member to another organisation, or out."""
    home = queries.home_of(member, on)
    if home is None:
        return stranger("这名党员没有党籍隶属。")
    return first_no(
        _keeps(home.path, by, on, "组织关系转接"),
        YES if home.ends_on is None else no(f"{member}的组织关系已于 {home.ends_on:%Y-%m-%d} 转出。"),
        no("不能办理自己的组织关系，请由其他工作人员办理。") if _is_self(member, by, on) else YES,
    )


def may_return(member: Member, by: Viewer, on: date) -> Verdict:
    """Take up again somebody who left."""
    home = queries.home_of(member, on)
    if home is None:
        return stranger("这名党员没有党籍隶属。")
    return first_no(
        _keeps(home.path, by, on, "重新编入"),
        no(f"{member}仍在{home.organization}。") if home.ends_on is None or home.ends_on >= on else YES,
    )


def may_open_account(member: Member, by: Viewer, on: date) -> Verdict:
    """Open an account for a member."""
    home = queries.home_of(member, on)
    if home is None:
        return stranger("这名党员没有党籍隶属。")
    return first_no(
        _keeps(home.path, by, on, "开通账号"),
        no(f"{member}已经有账号。") if member.user_id is not None else YES,
        YES if home.ends_on is None or home.ends_on >= on else no(f"{member}的组织关系已经转出。"),
    )


# ---- posts ----


def may_appoint(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Register any post here."""
    return first_no(
        _keeps(organization.path, by, on, "任职"),
        no("这个党组织已经撤销。") if organization.dissolved_on and organization.dissolved_on <= on else YES,
    )


def may_give_post(organization: Organization, post: str, by: Viewer, on: date) -> Verdict:
    """Register this post here: nobody hands out what stands as high as his own.

    The office registers what the committees decide, so it enters every Party post, but other office staff only below its own level;
    leaders appoint everything below them, and at their own level all but leaders.
    """
    standing = standing_of(by, on)
    leads_here = standing.holds_at(LEADERS, organization.pk)
    above = [
        seat
        for seat in standing.seats
        if organization.path.startswith(seat.path) and seat.organization_id != organization.pk
    ]
    from_above = any(seat.post in LEADERS | {Post.OFFICE_STAFF} for seat in above)
    verdict = may_appoint(organization, by, on)
    if not verdict or from_above:
        return verdict
    if post == Post.OFFICE_STAFF:
        return YES if leads_here else no("本级办公室工作人员由本级书记、副书记任命。")
    if post in LEADERS and not standing.holds_at({Post.OFFICE_STAFF}, organization.pk):
        return no("本级书记、副书记由上级任命，由办公室工作人员登记。")
    return YES


def is_for_oneself(holder: Member | object, by: Viewer, on: date) -> Verdict:
    """Nobody appoints or dismisses himself."""
    standing = standing_of(by, on)
    if holder == standing.user or (standing.member is not None and holder == standing.member):
        return no("不能办理自己的任职，请由其他工作人员办理。")
    return YES


def may_end_post(assignment: PostAssignment, by: Viewer, on: date) -> Verdict:
    """End a term: the same people who could give it, never one's own. That somebody remains is asked when it is done."""
    return first_no(
        may_give_post(assignment.organization, assignment.post, by, on),
        is_for_oneself(assignment.holder, by, on),
        no("这一任职已经结束。") if assignment.ends_on is not None and assignment.ends_on < on else YES,
        no("代理到期自动结束，要提前结束请收回代理。") if assignment.acting_for_id is not None else YES,
    )


# ---- standing in for somebody ----

ACTING_DAYS_MOST = 184  # half a year, the longest of them


def may_delegate(assignment: PostAssignment, by: Viewer, on: date) -> Verdict:
    """Let somebody stand in for the holder: the holder himself, and whoever could give the post."""
    standing = standing_of(by, on)
    if assignment.acting_for_id is not None:
        return stranger("代理的职务不能再委托给别人。")
    if assignment.post not in DELEGABLE:
        return stranger("办公室工作人员由书记、副书记另行任命，不办理代理。")
    if not assignment.runs_on(on):
        return no("这一任职现在不在任期内。")
    if standing.member is not None and standing.member.pk == assignment.member_id:
        return YES
    verdict = may_give_post(assignment.organization, assignment.post, by, on)
    return verdict if verdict else stranger("代理由任职的人自己委托，或者由能任命这一职务的人登记。")


def may_end_acting(acting: PostAssignment, by: Viewer, on: date) -> Verdict:
    """Take it back: who could lend it; and whoever stands in may give it up."""
    standing = standing_of(by, on)
    if acting.acting_for is None:
        return stranger("这不是代理的职务。")
    if acting.ends_on is not None and acting.ends_on < on:
        return no("这次代理已经结束。")
    if standing.member is not None and standing.member.pk == acting.member_id:
        return YES
    return may_delegate(acting.acting_for, by, on)


def can_act_for(assignment: PostAssignment, member: Member, on: date) -> Verdict:
    """Stand in for the holder: another member from the organisation's tree, who can sign in and does not hold the post anyway."""
    return first_no(
        no("不能代理自己。") if member.pk == assignment.member_id else YES,
        no(f"{member}没有账号，不能登录代理。请先开通账号。") if member.user_id is None else YES,
        YES
        if queries.belongs(member, assignment.organization, on)
        else no(f"{member}不属于{assignment.organization}。"),
        no(f"{member}已经担任这一职务。") if queries.holds_post_of(member, assignment, on) else YES,
    )


def acting_begins_well(assignment: PostAssignment, starts_on: date, on: date) -> Verdict:
    """From today on, inside the holder's term."""
    return first_no(
        no("代理从今天或者以后起算，不能补办以前的。") if starts_on < on else YES,
        YES if starts_on >= assignment.starts_on else no("代理不能早于本人任职的日期。"),
    )


def acting_ends_well(assignment: PostAssignment, starts_on: date, ends_on: date) -> Verdict:
    """Not before it begins, half a year at most, inside the holder's term."""
    term = assignment.ends_on
    return first_no(
        no("代理的最后一天不能早于第一天。") if ends_on < starts_on else YES,
        no(f"代理一次最长 {ACTING_DAYS_MOST} 天；更久的，请重新任命。")
        if ends_on - starts_on >= timedelta(days=ACTING_DAYS_MOST)
        else YES,
        no(f"本人的任期到 {term:%Y-%m-%d} 为止，代理不能更晚。") if term is not None and ends_on > term else YES,
    )


# ---- roster files ----


def may_undo_roster(roster: RosterImport, by: Viewer, on: date) -> Verdict:
    """Take an import back; whether anything depends on it is asked when it is done."""
    return first_no(
        _keeps(roster.path, by, on, "撤销导入"),
        YES if roster.state == ImportState.COMMITTED else no("这份名册没有导入，或已经撤销。"),
    )
