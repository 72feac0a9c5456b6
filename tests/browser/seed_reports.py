"""A unit of its own with more settled items than a page waits for: `python -m tests.browser.seed_reports NUMBER`."""

import sys
from datetime import date

import django

django.setup()

from branches.models import Organization  # noqa: E402
from branches.states import Post  # noqa: E402
from chuangxian import clock  # noqa: E402
from schedule.models import ActionItem  # noqa: E402
from tests import build  # noqa: E402
from tests.browser.seed import PASSWORD  # noqa: E402
from tests.schedule import items  # noqa: E402


def fill(number: int) -> None:
    """Found the unit; one item is raised and seen closed by people, the others are copies of it: so many need not be lived through."""
    committee = Organization.objects.get(name="市教育局党工委")
    unit = build.organization("general_branch", committee, "台账试点党总支")
    branch = build.branch(unit, "台账试点党支部")
    office = build.user("taizhang", "台账干事", password=PASSWORD)
    build.appoint(office, unit, Post.OFFICE_STAFF)
    leader = build.member(unit, "方书记")
    build.appoint(leader, unit, Post.SECRETARY)
    member = build.member(branch, "方圆")
    one = items.verified(items.item(branch, member), by=build.account(member), verifier=build.account(leader))
    kept = {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields if not field.primary_key}
    ActionItem.objects.bulk_create([ActionItem(**kept) for _ in range(number - 1)], batch_size=500)


if __name__ == "__main__":
    with clock.standing_on(date(2011, 6, 20)):
        fill(int(sys.argv[1]))
