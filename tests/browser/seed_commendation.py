"""A unit of its own in the midst of commending, for browsers on 20 June 2011: `python -m tests.browser.seed_commendation` prints its numbers as JSON.

Three rounds: one with ten places and eleven recommended, one whose notice hangs for the fourth working day, one whose notice is over with
an objection that nobody has answered.
"""

import json
import sys
from datetime import date
from typing import Any

import django

django.setup()

from awards.models import AwardRound, Nomination, PublicNotice  # noqa: E402
from awards.parts import CategoryText, RuleText  # noqa: E402
from awards.states import RuleKind  # noqa: E402
from branches.models import Organization  # noqa: E402
from branches.states import Post  # noqa: E402
from chuangxian import clock  # noqa: E402
from tests import build  # noqa: E402
from tests.awards import build_deciding as deciding  # noqa: E402
from tests.awards import build_nominations as recommending  # noqa: E402
from tests.awards import build_notices as posting  # noqa: E402
from tests.awards import build_rounds as rounds  # noqa: E402
from tests.browser.seed import PASSWORD  # noqa: E402

NAMES = ["白露", "曹静", "丁宁", "方圆", "高远", "韩松", "黄河", "金秋", "康乐", "林海", "梅雪"]
PROBATIONARY = "欧阳春"
DAYS = {"nominate_by": date(2011, 6, 21), "decide_by": date(2011, 6, 30), "deeds_least": 20, "deeds_most": 200}
BEGAN = date(2011, 6, 1)
TODAY = date(2011, 6, 20)


def fill() -> dict[str, Any]:
    """Found the unit and take it to where the tests begin."""
    committee = Organization.objects.get(name="市教育局党工委")
    unit = build.organization("general_branch", committee, "评选试点党总支")
    branch = build.branch(unit, "试点党支部")
    office = build.user("pingxuan", "评选干事", password=PASSWORD)
    build.appoint(office, unit, Post.OFFICE_STAFF)
    writer = build.user("tuijian", "推荐干事", password=PASSWORD)
    build.appoint(writer, branch, Post.OFFICE_STAFF)
    members = [build.member(branch, name) for name in NAMES]
    build.member(branch, PROBATIONARY, member_type="probationary")

    def announced(name: str) -> AwardRound:
        texts = rounds.places(10)
        rule = [RuleText(RuleKind.FULL_MEMBER)]
        texts = [
            CategoryText(**{**vars(text), "rules": rule if text.key == rounds.OUTSTANDING else ()}) for text in texts
        ]
        return rounds.announced(unit, office, name=name, categories=texts, on=BEGAN, **DAYS)

    def recommended(round_: AwardRound, number: int) -> Nomination:
        return recommending.recommended(
            rounds.category(round_), branch, members[number], writer, on=BEGAN, voted_on=BEGAN
        )

    full = announced("名额试点评选")
    of_full = [recommended(full, number) for number in range(11)]
    for one in of_full[:10]:
        deciding.moved(one, "preselect", by=office, on=TODAY)
    found: dict[str, Any] = {"full": full.pk, "category": rounds.category(full).pk, "eleventh": of_full[10].pk}
    for key, day in (("hanging", date(2011, 6, 14)), ("over", date(2011, 6, 10))):
        round_ = announced({"hanging": "公示试点评选", "over": "异议试点评选"}[key])
        one = deciding.audited(recommended(round_, 0), by=office)
        notice: PublicNotice = posting.posted(round_, office, on=day)
        found |= {key: one.pk, f"{key}_notice": notice.pk}
        if key == "over":
            found["objection"] = posting.objection(notice, one, on=date(2011, 6, 16)).pk
    return found


if __name__ == "__main__":
    with clock.standing_on(TODAY):
        sys.stdout.write(json.dumps(fill()))
