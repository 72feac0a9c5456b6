"""Who sees which pledges, what waits for whom, and what the public sees."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from branches.scope import standing_of
from chuangxian import clock
from pledges.actions import fulfilling, writing
from pledges.actions.fulfilling import Account
from pledges.models import Pledge, PledgeCycle
from pledges.queries.waiting import waiting_lines
from tests import build as people
from tests.conftest import Cast
from tests.pledges import build
from tests.pledges.build import ON


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sees(user: User) -> set[str]:
    return {f"{pledge.subject} {pledge.state}" for pledge in Pledge.objects.visible_to(user, ON)}


def test_everybody_sees_his_own_the_published_ones_and_where_he_reads_what_was_handed_in(
    cast: Cast, cycle: PledgeCycle
) -> None:
    build.draft(cycle, cast.dangyuan1)
    build.submitted(cycle, cast.dangyuan2)
    build.published(cycle, cast.shuji2, cast.zongzhi, publisher=cast.shuji2)
    build.draft(cycle, cast.shuji1, organization=cast.one)
    retired = people.member(cast.two, "老同志", member_type="retired")
    build.draft(cycle, cast.ganshi, member=retired)

    shown = "书记二 published"
    assert sees(cast.dangyuan1) == {shown, "党员甲 draft"}
    assert sees(cast.dangyuan2) == {shown, "党员乙 submitted"}
    assert sees(cast.shuji1) == {shown, "第一党支部 draft"}
    assert sees(cast.shuji2) == {shown, "党员乙 submitted"}
    assert sees(cast.zongzhi) == {shown, "党员乙 submitted", "第一党支部 draft"}
    assert sees(cast.ganshi) == {shown, "党员乙 submitted", "第一党支部 draft", "老同志 draft"}
    assert sees(cast.stranger) == sees(cast.guanli) == set()


def test_a_pledge_withdrawn_or_thrown_away_is_its_authors_again(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.dangyuan1)
    assert sees(cast.shuji1) == {"党员甲 submitted"}
    writing.act(pledge=pledge, verb="withdraw", version=None, by=cast.dangyuan1, on=ON)
    assert sees(cast.shuji1) == set()
    writing.act(pledge=build.again(pledge), verb="lapse", version=None, by=cast.dangyuan1, on=ON)
    assert sees(cast.shuji1) == set() and sees(cast.dangyuan1) == {"党员甲 lapsed"}


def test_nothing_is_on_the_wall_before_its_day(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1)
    assert list(Pledge.objects.public(build.PUBLISHED)) == [pledge]
    assert not Pledge.objects.public(date(2011, 2, 27)).exists()
    assert not Pledge.objects.visible_to(cast.dangyuan2, date(2011, 2, 27)).exists()


@pytest.mark.parametrize(
    ("who", "keys"),
    [
        ("dangyuan1", {"to_write": 1}),
        ("shuji1", {"to_review": 1, "to_publish": 1, "to_appraise": 1}),
        ("zongzhi", {"to_review": 1, "to_record": 1}),
        ("ganshi", {"to_record": 1}),
        ("stranger", {}),
        ("guanli", {}),
    ],
)
def test_what_waits_for_whom(cast: Cast, cycle: PledgeCycle, who: str, keys: dict[str, int]) -> None:
    build.draft(cycle, cast.dangyuan1)
    others = [people.account(people.member(cast.one, f"党员{n}")) for n in "丙丁戊"]
    build.submitted(cycle, others[0])
    build.approved(cycle, others[1], cast.shuji1)
    done = build.published(cycle, others[2], cast.shuji1)
    told = {done.items.get().pk: Account("fulfilled")}
    fulfilling.report(pledge=done, accounts=told, summary="", version=done.version, by=others[2], on=ON)
    build.submitted(cycle, cast.shuji2)
    build.submitted(cycle, cast.zongzhi, organization=cast.general)

    user = getattr(cast, who)
    lines = waiting_lines(standing_of(user, ON), ON)
    assert {line.key: line.count for line in lines} == keys
    assert Pledge.objects.waiting_for(user, ON).count() == sum(keys.values())


def test_a_report_waits_once_the_year_of_fulfilment_is_over(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1)
    assert not Pledge.objects.to_report(cast.dangyuan1, date(2011, 12, 19)).exists()
    assert list(Pledge.objects.to_report(cast.dangyuan1, cycle.ends_on)) == [pledge]


# ---- pages ----


def test_outside_scope_there_is_nothing_and_inside_it_a_sentence(cast: Cast, cycle: PledgeCycle) -> None:
    draft = build.draft(cycle, cast.dangyuan1)
    published = build.published(cycle, cast.dangyuan2, cast.shuji2)
    for name in ("pledge_detail", "pledge_edit", "pledge_print", "pledge_report", "pledge_revise"):
        assert signed_in(cast.shuji1).get(reverse(f"pledges:{name}", args=[draft.pk])).status_code == 404
        assert signed_in(cast.stranger).get(reverse(f"pledges:{name}", args=[published.pk])).status_code == 404
    for name in ("pledge_edit", "pledge_report", "pledge_revise", "pledge_record", "pledge_appraise"):
        response = signed_in(cast.shuji1).get(reverse(f"pledges:{name}", args=[published.pk]))
        assert response.status_code == 403 and 'class="reason"' in response.content.decode()


def test_opinions_and_history_are_not_shown_to_colleagues(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.dangyuan1)
    writing.act(pledge=pledge, verb="return", note="写得太空", version=None, by=cast.shuji1, on=ON)
    for verb, by in [("submit", cast.dangyuan1), ("approve", cast.shuji1), ("publish", cast.shuji1)]:
        writing.act(pledge=build.again(pledge), verb=verb, version=None, by=by, on=ON)
    page = reverse("pledges:pledge_detail", args=[pledge.pk])
    for user in (cast.dangyuan1, cast.shuji1, cast.zongzhi, cast.ganshi):
        assert "写得太空" in signed_in(user).get(page).content.decode()
    colleague = people.account(people.member(cast.one, "同事"))
    for user in (colleague, cast.dangyuan2):
        text = signed_in(user).get(page).content.decode()
        assert build.CONTENT in text and "写得太空" not in text and "办理经过" not in text


def test_hints_are_shown_to_author_and_reviewer_only(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.submitted(cycle, cast.dangyuan1, items=[build.text("努力提高教学质量")])
    page = reverse("pledges:pledge_detail", args=[pledge.pk])
    for user, expected in [(cast.dangyuan1, True), (cast.shuji1, True), (cast.zongzhi, False), (cast.ganshi, False)]:
        assert ("说的是态度" in signed_in(user).get(page).content.decode()) is expected


# ---- the wall ----


def test_the_wall_shows_names_branches_posts_progress_and_nothing_else_of_a_person(
    cast: Cast, cycle: PledgeCycle
) -> None:
    member = people.member(
        cast.one, "公开人", unit_post="数学教研员", born_on=date(1970, 3, 4), email="secret@example.com"
    )
    user = people.account(member, "gongkai")
    items = [build.text("甲事", due_on=date(2011, 6, 1)), build.text("乙事", due_on=date(2011, 6, 10))]
    pledge = build.published(cycle, user, cast.shuji1, items=items)
    one, _ = pledge.items.all()
    fulfilling.enter(item=one, day=ON, text="公开的进展", account=Account("excused", "学校停课"), by=user, on=ON)
    for page in (reverse("pledges:pledge_wall"), reverse("pledges:wall_pledge", args=[pledge.pk])):
        text = Client().get(page).content.decode()
        assert all(word in text for word in ("公开人", "第一党支部", "数学教研员", "因客观原因未兑现", "已过时限"))
        assert not any(word in text for word in ("secret@example.com", "1970", "gongkai", "审诺意见"))
    text = Client().get(reverse("pledges:wall_pledge", args=[pledge.pk])).content.decode()
    assert "学校停课" in text and "公开的进展" in text and "记一笔" not in text


def test_the_wall_shows_only_what_has_been_published(cast: Cast, cycle: PledgeCycle) -> None:
    hidden = [build.draft(cycle, cast.dangyuan1), build.approved(cycle, cast.dangyuan2, cast.shuji2)]
    text = Client().get(reverse("pledges:pledge_wall")).content.decode()
    assert "党员甲" not in text and "党员乙" not in text
    for pledge in hidden:
        assert Client().get(reverse("pledges:wall_pledge", args=[pledge.pk])).status_code == 404


def test_an_old_edition_stays_readable_beside_the_new_one(cast: Cast, cycle: PledgeCycle) -> None:
    old = build.published(cycle, cast.dangyuan1, cast.shuji1, items=[build.text("旧的文字")])
    edition = build.again(writing.revise(pledge=old, reason="工作调整了", by=cast.dangyuan1, on=ON))
    item = edition.items.get()
    new = build.ItemText({"content": "新的文字"}, pk=item.pk)
    writing.save_text(pledge=edition, items=[new], version=edition.version, by=cast.dangyuan1, on=ON)
    for verb, by in [("submit", cast.dangyuan1), ("approve", cast.shuji1), ("publish", cast.shuji1)]:
        writing.act(pledge=build.again(edition), verb=verb, version=None, by=by, on=ON)
    wall = Client().get(reverse("pledges:pledge_wall")).content.decode()
    assert "新的文字" in wall and "旧的文字" not in wall
    page = Client().get(reverse("pledges:wall_pledge", args=[old.pk])).content.decode()
    assert "旧的文字" in page and "这是旧的一版" in page
    page = Client().get(reverse("pledges:wall_pledge", args=[edition.pk])).content.decode()
    assert "工作调整了" in page and reverse("pledges:wall_pledge", args=[old.pk]) in page


def test_evidence_and_corrections_stay_inside(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1)
    told = {pledge.items.get().pk: Account("fulfilled")}
    fulfilling.report(pledge=pledge, accounts=told, summary="", version=pledge.version, by=cast.dangyuan1, on=ON)
    pledge = build.again(pledge)
    found = {pledge.items.get().pk: "partly"}
    fulfilling.appraise(pledge=pledge, outcomes=found, opinion="差两节", version=pledge.version, by=cast.shuji1, on=ON)
    page = reverse("pledges:wall_pledge", args=[pledge.pk])
    for client in (Client(), signed_in(cast.shuji1)):
        text = client.get(page).content.decode()
        assert "基本兑现" in text and "本人所述" not in text and "差两节" not in text
    inside = signed_in(cast.shuji1).get(reverse("pledges:pledge_detail", args=[pledge.pk])).content.decode()
    assert "本人所述" in inside and "差两节" in inside


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"党员甲", "党员乙", "第一党支部"}),
        ("?organization={two}", {"党员乙"}),
        ("?subject_kind=organization", {"第一党支部"}),
        ("?standard={standard}", {"党员甲"}),
        ("?state=reported", {"党员甲"}),
        ("?q=研讨", {"党员乙"}),
        ("?q=党员甲", {"党员甲"}),
        ("?cycle=", {"党员甲", "党员乙", "第一党支部", "书记二"}),
    ],
)
def test_the_wall_is_narrowed_by_branch_standard_progress_and_words(
    cast: Cast, cycle: PledgeCycle, query: str, expected: set[str]
) -> None:
    standard = build.Standard.objects.get(key="five_takes_the_lead_one")
    mine = build.published(cycle, cast.dangyuan1, cast.shuji1, items=[build.text(standard=standard)])
    told = {mine.items.get().pk: Account("fulfilled")}
    fulfilling.report(pledge=mine, accounts=told, summary="", version=mine.version, by=cast.dangyuan1, on=ON)
    build.published(cycle, cast.dangyuan2, cast.shuji2, items=[build.text("组织研讨两次")])
    build.published(cycle, cast.shuji1, cast.zongzhi, publisher=cast.shuji1, organization=cast.one)
    before = build.cycle(cast.general, 2010)
    old = [build.text(due_on=date(2010, 12, 1))]
    build.published(before, cast.shuji2, cast.zongzhi, publisher=cast.shuji2, items=old)

    url = reverse("pledges:pledge_wall") + query.format(two=cast.two.pk, standard=standard.pk)
    found = {str(pledge.subject) for pledge, _ in signed_in(cast.stranger).get(url).context["cards"]}
    assert found == expected


def test_nonsense_in_a_filter_narrows_nothing_and_breaks_nothing(cast: Cast, cycle: PledgeCycle) -> None:
    build.published(cycle, cast.dangyuan1, cast.shuji1)
    for query in ("?cycle=x", "?organization=999999", "?state=nope", "?standard=-1", "?page=zzz", "?q=" + "长" * 80):
        assert Client().get(reverse("pledges:pledge_wall") + query).status_code == 200
        assert signed_in(cast.shuji1).get(reverse("pledges:pledge_list") + query + "&waiting=nope").status_code == 200


def test_visitors_share_one_rendering_until_anything_changes(
    cast: Cast, cycle: PledgeCycle, django_assert_num_queries: Any
) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1)
    url = reverse("pledges:pledge_wall")
    first = Client().get(url).content
    with django_assert_num_queries(1):
        assert Client().get(url).content == first
    fulfilling.enter(item=pledge.items.get(), day=ON, text="做了", by=cast.dangyuan1, on=ON)
    assert "践诺记录 1 条" in Client().get(url).content.decode()
    assert "党员甲</" in signed_in(cast.dangyuan1).get(url).content.decode()
    assert "退出" not in Client().get(url).content.decode()
