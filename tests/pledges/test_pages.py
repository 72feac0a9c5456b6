"""Every page opens for whom it is meant, and costs the same number of queries with 3 rows and with 300."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from branches.models import Member, Membership
from chuangxian import clock
from pledges.actions import fulfilling, writing
from pledges.actions.fulfilling import Account
from pledges.models import FulfilmentEntry, Pledge, PledgeCycle, PledgeItem
from pledges.states import State
from tests import build as people
from tests.conftest import Cast
from tests.pledges import build
from tests.pledges.build import DAY_OF, ON


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def many(cycle: PledgeCycle, cast: Cast, number: int, state: str) -> None:
    """So many pledges of as many members of branch one, each with two items and an entry."""
    already = Member.objects.count()
    members = Member.objects.bulk_create(
        Member(name=f"众人{already + n}", sort_key=f"{already + n:06}", sex="male") for n in range(number)
    )
    Membership.objects.bulk_create(
        Membership(member=member, organization=cast.one, path=cast.one.path, starts_on=people.DAY) for member in members
    )
    last = {State.SUBMITTED: 2, State.APPROVED: 3}.get(State(state), 4)
    days = dict(list(DAY_OF.items())[:last])
    pledges = Pledge.objects.bulk_create(
        Pledge(
            cycle=cycle,
            subject_kind="member",
            organization=cast.one,
            path=cast.one.path,
            member=member,
            reviewing=cast.one,
            state=state,
            author=cast.dangyuan2,
            **days,
        )
        for member in members
    )
    items = PledgeItem.objects.bulk_create(
        PledgeItem(
            pledge=pledge,
            place=place,
            content=f"听评课不少于{pledge.pk}节，写出报告",
            due_on=build.date(2011, 6, place),
        )
        for pledge in pledges
        for place in (1, 2)
    )
    FulfilmentEntry.objects.bulk_create(
        FulfilmentEntry(item=item, on=ON, text="做了", by=cast.dangyuan2) for item in items[::2]
    )


LISTS: list[tuple[str, str, str]] = [
    ("pledge_list", "zongzhi", State.PUBLISHED),
    ("pledge_list", "dangyuan1", State.PUBLISHED),
    ("pledge_wall", "dangyuan1", State.PUBLISHED),
    ("review_list", "shuji1", State.SUBMITTED),
    ("publish_list", "shuji1", State.APPROVED),
    ("pledge_coverage", "zongzhi", State.PUBLISHED),
    ("pledge_start", "ganshi", State.PUBLISHED),
    ("cycle_list", "ganshi", State.PUBLISHED),
]


@pytest.mark.parametrize(("view", "who", "state"), LISTS)
def test_a_list_costs_the_same_with_three_rows_and_with_three_hundred(
    cast: Cast, cycle: PledgeCycle, view: str, who: str, state: str
) -> None:
    user, url = (getattr(cast, who) if who else None), reverse(f"pledges:{view}")

    def queries() -> int:
        client = signed_in(user)
        client.get(url)  # the first page of a session also writes the session
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    many(cycle, cast, 3, state)
    few = queries()
    many(cycle, cast, 297, state)
    assert queries() == few <= 30


def test_a_pledge_page_costs_the_same_with_one_item_and_with_twenty(cast: Cast, cycle: PledgeCycle) -> None:
    small = build.published(cycle, cast.dangyuan1, cast.shuji1)
    large = build.published(cycle, cast.dangyuan2, cast.shuji2, items=[build.text(f"第{n}件") for n in range(20)])
    for pledge, by in [(small, cast.dangyuan1), (large, cast.dangyuan2)]:
        for item in build.again(pledge).items.all():
            fulfilling.enter(item=item, day=ON, text="做了", by=by, on=ON)
    for view, names in [
        ("pledge_detail", True),
        ("wall_pledge", False),
        ("pledge_report", True),
        ("pledge_print", True),
    ]:
        counts = []
        for pledge, user in [(small, cast.dangyuan1), (large, cast.dangyuan2)]:
            client, url = signed_in(user if names else None), reverse(f"pledges:{view}", args=[pledge.pk])
            client.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counts.append(len(captured))
        assert counts[0] == counts[1], view


def test_the_form_costs_the_same_with_one_item_and_with_twenty(cast: Cast, cycle: PledgeCycle) -> None:
    small = build.draft(cycle, cast.dangyuan1)
    large = build.draft(cycle, cast.dangyuan2, items=[build.text(f"第{n}件") for n in range(20)])
    counts = []
    for pledge, user in [(small, cast.dangyuan1), (large, cast.dangyuan2)]:
        client, url = signed_in(user), reverse("pledges:pledge_edit", args=[pledge.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


# ---- reading a pile ----


def post(client: Client, view: str, data: dict[str, Any]) -> str:
    text: str = client.post(reverse(f"pledges:{view}"), data, follow=True).content.decode()
    return text


def test_a_secretary_approves_the_ticked_ones_and_hears_why_the_others_were_not(cast: Cast, cycle: PledgeCycle) -> None:
    good = build.submitted(cycle, cast.dangyuan1)
    changed = build.submitted(cycle, people.account(people.member(cast.one, "改过的")))
    unticked = build.submitted(cycle, cast.zongzhi)
    read = {f"version-{p.pk}": p.version for p in (good, changed)}
    Pledge.objects.filter(pk=changed.pk).update(version=changed.version + 1)
    client = signed_in(cast.shuji1)
    text = post(client, "review_list", {"pledge": [good.pk, changed.pk], "note": "同意", **read})
    assert "已定诺 1 份" in text and "改过的2011年承诺书没有办成：有人先一步处理了这份材料" in text
    assert [build.again(p).state for p in (good, changed, unticked)] == ["approved", "submitted", "submitted"]
    assert build.again(good).reviews.get().opinion == "同意"
    assert "还没有勾选任何一份" in post(client, "review_list", {"note": "同意"})


def test_what_is_not_in_the_pile_cannot_be_ticked_into_it(cast: Cast, cycle: PledgeCycle) -> None:
    own, foreign = build.submitted(cycle, cast.shuji1), build.submitted(cycle, cast.dangyuan2)
    for pledge in (own, foreign):
        post(signed_in(cast.shuji1), "review_list", {"pledge": [pledge.pk], f"version-{pledge.pk}": pledge.version})
        assert build.again(pledge).state == State.SUBMITTED


def test_reading_walks_from_one_to_the_next_and_on_after_a_decision(cast: Cast, cycle: PledgeCycle) -> None:
    users = [people.account(people.member(cast.one, name)) for name in ("安一", "毕二", "曹三")]
    one, two, three = (build.submitted(cycle, user) for user in users)
    client = signed_in(cast.shuji1)
    page = client.get(reverse("pledges:review_read", args=[two.pk]))
    assert (page.context["before"], page.context["after"], page.context["count"]) == (one.pk, three.pk, 3)
    act = reverse("pledges:pledge_act", args=[one.pk]) + "?then=review"
    response = client.post(act, {"verb": "approve", "version": one.version, "note": ""})
    assert response.url == reverse("pledges:review_read", args=[two.pk])  # type: ignore[attr-defined]
    assert signed_in(cast.shuji2).get(reverse("pledges:review_read", args=[two.pk])).status_code == 404


def test_ones_own_pledge_among_those_to_review_is_refused_with_the_reason(cast: Cast, cycle: PledgeCycle) -> None:
    own = build.submitted(cycle, cast.shuji1)
    response = signed_in(cast.shuji1).get(reverse("pledges:review_read", args=[own.pk]))
    assert response.status_code == 403
    assert "不能审自己的承诺，也不能审自己填写或提交的承诺。" in response.content.decode()


def test_a_branch_publishes_its_members_pledges_together(cast: Cast, cycle: PledgeCycle) -> None:
    mine = [build.approved(cycle, cast.dangyuan1, cast.shuji1), build.approved(cycle, cast.shuji1, cast.zongzhi)]
    other = build.approved(cycle, cast.dangyuan2, cast.shuji2)
    chosen = [pledge.pk for pledge in (*mine, other)]
    assert "已公布" not in post(signed_in(cast.shuji1), "publish_list", {"pledge": chosen})
    assert "已公布 2 份" in post(signed_in(cast.shuji1), "publish_list", {"pledge": chosen[:2]})
    assert [build.again(p).state for p in (*mine, other)] == ["published", "published", "approved"]


# ---- moves through the page ----


def act(user: User, pledge: Pledge, **data: Any) -> Any:
    return signed_in(user).post(reverse("pledges:pledge_act", args=[pledge.pk]), {"version": pledge.version, **data})


def test_a_refused_move_gives_the_sentence_and_the_note_back(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.dangyuan1)
    response = act(cast.shuji1, pledge, verb="return", note="  ")
    assert response.status_code == 403 and "退回修改必须写明退回意见" in response.content.decode()
    response = act(cast.zongzhi, pledge, verb="return", note="我写了很长的意见")
    text = response.content.decode()
    assert response.status_code == 403 and "由承诺人所在组织的书记" in text and "我写了很长的意见" in text
    response = act(cast.shuji1, pledge, verb="return", note="我写了很长的意见", version=pledge.version - 1)
    assert response.status_code == 409 and "我写了很长的意见" in response.content.decode()
    assert build.again(pledge).state == State.SUBMITTED


@pytest.mark.parametrize(
    "verb", ["supersede", "archive", "expire", "report", "appraise", "record_approval", "nonsense", ""]
)
def test_only_moves_that_are_buttons_can_be_posted(cast: Cast, cycle: PledgeCycle, verb: str) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1)
    assert act(cast.shuji1, pledge, verb=verb).status_code == 400
    assert build.again(pledge).state == State.PUBLISHED


def test_nobody_acts_on_what_he_does_not_see(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.dangyuan1)
    for user in (cast.stranger, cast.guanli, cast.dangyuan2, cast.shuji2):
        assert act(user, pledge, verb="approve").status_code == 404


def test_a_draft_thrown_away_leads_back_to_the_list_or_stays_readable_to_its_author(
    cast: Cast, cycle: PledgeCycle
) -> None:
    pledge = build.draft(cycle, cast.dangyuan1)
    response = act(cast.dangyuan1, pledge, verb="lapse", note="重写")
    assert response.url == reverse("pledges:pledge_detail", args=[pledge.pk])


def test_approval_from_above_is_registered_on_its_page(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.zongzhi, organization=cast.general)
    url = reverse("pledges:pledge_record", args=[pledge.pk])
    client = signed_in(cast.ganshi)
    data = {"document": "常教党〔2011〕3号", "document_on": "2011-06-21", "note": "", "version": pledge.version}
    assert "批复日期不能晚于今天" in client.post(url, data).content.decode()
    assert client.post(url, data | {"document_on": "2011-03-01"}).status_code == 302
    assert "常教党〔2011〕3号" in client.get(reverse("pledges:pledge_print", args=[pledge.pk])).content.decode()


def test_a_revision_is_begun_with_its_reason(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1)
    url = reverse("pledges:pledge_revise", args=[pledge.pk])
    client = signed_in(cast.dangyuan1)
    assert client.post(url, {"reason": ""}).status_code == 200
    response = client.post(url, {"reason": "工作调整"})
    edition = Pledge.objects.get(edition=2)
    assert response.url == reverse("pledges:pledge_edit", args=[edition.pk])  # type: ignore[attr-defined]
    page = client.get(response.url).content.decode()  # type: ignore[attr-defined]
    assert "工作调整" in page and "这是修订稿" in page


# ---- beginning, the empty portal, paper ----


def test_everybody_finds_what_he_may_begin(cast: Cast, cycle: PledgeCycle) -> None:
    people.member(cast.two, "无账号")

    def options(user: User) -> set[str]:
        context = signed_in(user).get(reverse("pledges:pledge_start")).context
        return {f"{option.label} {option.note}" for option in [*context["own"], *context["others"]]}

    assert options(cast.dangyuan1) == {"党员甲 本人"}
    assert options(cast.shuji1) == {"书记一 本人", "第一党支部 党组织"}
    assert options(cast.zongzhi) == {"总支书记 本人", "教研室党总支 党组织"}
    assert options(cast.ganshi) == {"无账号 代为登记"}
    assert options(cast.stranger) == options(cast.guanli) == set()
    build.draft(cycle, cast.dangyuan1)
    assert options(cast.dangyuan1) == set()
    client = signed_in(cast.dangyuan1)
    refused = client.post(reverse("pledges:pledge_start"), {"subject": f"{cycle.pk}-m{cast.member2.pk}"})
    assert refused.status_code == 403 and Pledge.objects.count() == 1


PAGES: list[Callable[[], str]] = [
    lambda name=name: reverse(f"pledges:{name}")  # type: ignore[misc]
    for name in (
        "pledge_list",
        "pledge_start",
        "review_list",
        "publish_list",
        "pledge_coverage",
        "cycle_list",
        "pledge_wall",
    )
]


@pytest.mark.parametrize("url", PAGES)
def test_every_list_opens_while_there_is_nothing(cast: Cast, url: Callable[[], str]) -> None:
    assert signed_in(cast.zongzhi).get(url()).status_code == 200


def test_the_paper_names_person_items_opinion_and_days(cast: Cast, cycle: PledgeCycle) -> None:
    items = [build.text("听评课不少于40节", target="有评课记录", measure="每周一天")]
    pledge = build.submitted(cycle, cast.dangyuan1, items=items)
    draft = signed_in(cast.dangyuan1).get(reverse("pledges:pledge_print", args=[pledge.pk])).content.decode()
    assert "未定稿" in draft
    writing.act(pledge=pledge, verb="approve", note="同意，望抓紧", version=None, by=cast.shuji1, on=build.APPROVED)
    text = signed_in(cast.dangyuan1).get(reverse("pledges:pledge_print", args=[pledge.pk])).content.decode()
    for word in (
        "共产党员公开承诺书",
        "党员甲",
        "听评课不少于40节",
        "有评课记录",
        "每周一天",
        "同意，望抓紧",
        "2011年2月14日",
        "2011年2月20日",
    ):
        assert word in text
    assert "未定稿" not in text
    branch = build.submitted(cycle, cast.shuji1, organization=cast.one)
    assert (
        "党组织公开承诺书"
        in signed_in(cast.shuji1).get(reverse("pledges:pledge_print", args=[branch.pk])).content.decode()
    )


def test_an_explained_outcome_is_there_for_everybody(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1)
    account = Account("unfulfilled", "抽调外出半年")
    fulfilling.enter(item=pledge.items.get(), day=ON, text="说明", account=account, by=cast.dangyuan1, on=ON)
    for client, view in [(Client(), "wall_pledge"), (signed_in(cast.dangyuan2), "pledge_detail")]:
        assert "抽调外出半年" in client.get(reverse(f"pledges:{view}", args=[pledge.pk])).content.decode()


def test_on_paper_a_reader_who_wrote_nothing_finds_room_to_write(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.approved(cycle, cast.dangyuan1, cast.shuji1)
    text = signed_in(cast.dangyuan1).get(reverse("pledges:pledge_print", args=[pledge.pk])).content.decode()
    assert "支部意见" in text and "同意。" not in text
