"""Who sees self and others on one page. Rules ask no database."""

from datetime import date

from branches.models import Member, Organization
from branches.scope import Viewer, standing_of
from chuangxian.verdicts import YES, Verdict, no


def may_see_organization(organization: Organization, by: Viewer, on: date) -> Verdict:
    """An organisation's: those who belong to it, and where its internal records are open."""
    me = standing_of(by, on)
    if me.may_read(organization.path) or organization.pk in (me.home_id, me.branch_id):
        return YES
    return no("党组织的对照一览由本组织的党员、班子成员、上级和办公室查看。")


def may_see_member(member: Member, home: Organization | None, by: Viewer, on: date) -> Verdict:
    """A member's: himself, and the committees and the office where he belongs (``home``). Nobody beside him."""
    me = standing_of(by, on)
    if me.member is not None and me.member.pk == member.pk:
        return YES
    if home is not None and me.may_read(home.path):
        return YES
    return no("党员的对照一览只给本人、所在党组织的班子成员、上级和办公室看。")
