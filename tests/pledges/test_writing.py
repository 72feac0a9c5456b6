"""Writing: begin, save, carry over, revise; editions and their order."""

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import drafts
from accounts.models import LogEntry, Typed
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from pledges.actions import fulfilling, writing
from pledges.actions.fulfilling import Account
from pledges.actions.writing import ItemText
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.queries import reading
from pledges.states import State
from tests import build as people
from tests.conftest import Cast
from tests.pledges import build
from tests.pledges.build import DRAFTED, ON


def contents(pledge: Pledge) -> list[str]:
    return list(PledgeItem.objects.filter(pledge=pledge).values_list("content", flat=True))


def save(pledge: Pledge, *items: ItemText, by: object, slogan: str = "", version: int | None = None) -> None:
    given = pledge.version if version is None else version
    writing.save_text(pledge=pledge, items=items, version=given, by=by, on=ON, slogan=slogan)  # type: ignore[arg-type]


# ---- beginning ----


def test_a_member_begins_his_own_and_nobody_elses(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = writing.begin(cycle=cycle, member=cast.member1, organization=cast.one, by=cast.dangyuan1, on=DRAFTED)
    assert (pledge.state, pledge.edition, pledge.author) == (State.DRAFT, 1, cast.dangyuan1)
    with pytest.raises(Refused, match="由本人填写"):
        writing.begin(cycle=cycle, member=cast.member2, organization=cast.two, by=cast.dangyuan1, on=DRAFTED)


def test_the_office_registers_for_a_member_without_an_account_and_the_log_says_so(
    cast: Cast, cycle: PledgeCycle
) -> None:
    retired = people.member(cast.one, "老同志", member_type="retired")
    pledge = build.submitted(cycle, cast.ganshi, member=retired)
    entry = LogEntry.objects.of(pledge)[0]
    assert (entry.label, entry.actor_name) == ("代为登记承诺", "干事")
    with pytest.raises(Refused, match="由本人填写"):
        writing.begin(cycle=cycle, member=cast.member1, organization=cast.one, by=cast.ganshi, on=DRAFTED)


def test_an_organisations_pledge_is_begun_by_its_leaders(cast: Cast, cycle: PledgeCycle) -> None:
    assert not build.draft(cycle, cast.shuji1, organization=cast.one).is_personal
    for user in (cast.dangyuan1, cast.shuji1, cast.zongzhi, cast.ganshi):
        with pytest.raises(Refused):
            writing.begin(cycle=cycle, organization=cast.two, by=user, on=DRAFTED)


def test_there_is_one_pledge_a_cycle_unless_the_first_was_thrown_away(cast: Cast, cycle: PledgeCycle) -> None:
    first = build.draft(cycle, cast.dangyuan1)
    with pytest.raises(Overtaken, match="已经有一份"):
        build.draft(cycle, cast.dangyuan1)
    writing.act(pledge=first, verb="lapse", version=None, by=cast.dangyuan1, on=ON)
    assert build.draft(cycle, cast.dangyuan1).edition == 1


@pytest.mark.parametrize("state", [State.DRAFT, State.PUBLISHED])
def test_the_database_itself_refuses_two_in_work_and_two_in_force(cast: Cast, cycle: PledgeCycle, state: str) -> None:
    build.draft(cycle, cast.dangyuan1)
    Pledge.objects.update(state=state)
    twin = Pledge.objects.get()
    twin.pk, twin.edition = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_of_two_who_begin_at_once_one_is_told(racing: None, cast: Cast, cycle: PledgeCycle) -> None:
    told, barrier = [], Barrier(2)

    def begin() -> None:
        barrier.wait()
        try:
            writing.begin(cycle=cycle, organization=cast.one, by=cast.shuji1, on=DRAFTED)
        except Overtaken as overtaken:
            told.append(overtaken.reason)
        finally:
            connection.close()

    threads = [Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Pledge.objects.count() == 1 and len(told) == 1


# ---- saving ----


def test_items_are_kept_changed_added_removed_and_put_in_order(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.draft(cycle, cast.dangyuan1, items=[build.text("甲"), build.text("乙"), build.text("丙")])
    one, _, three = PledgeItem.objects.filter(pledge=pledge)
    changed = ItemText({**build.text("丙改").fields}, pk=three.pk)
    save(pledge, changed, build.text("丁"), ItemText({}, pk=one.pk), by=cast.dangyuan1, slogan="研究为本")
    assert contents(pledge) == ["丙改", "丁", "甲"]
    assert [item.place for item in PledgeItem.objects.filter(pledge=pledge)] == [1, 2, 3]
    assert build.again(pledge).slogan == "研究为本"
    assert [line.label for line in LogEntry.objects.of(pledge)][-1] == "修改承诺"


def test_the_second_of_two_savers_learns_of_the_first_and_nothing_is_half_saved(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.draft(cycle, cast.dangyuan1)
    mine, theirs = build.again(pledge), build.again(pledge)
    save(theirs, build.text("他的"), by=cast.dangyuan1, slogan="他的主题")
    with pytest.raises(Conflict) as caught:
        save(mine, build.text("我的"), by=cast.dangyuan1, slogan="我的主题")
    assert caught.value.mine["slogan"] == "我的主题"
    assert contents(pledge) == ["他的"] and build.again(pledge).slogan == "他的主题"


def test_an_item_of_another_pledge_cannot_be_changed_through_mine(cast: Cast, cycle: PledgeCycle) -> None:
    mine, other = build.draft(cycle, cast.dangyuan1), build.draft(cycle, cast.dangyuan2)
    with pytest.raises(Conflict):
        save(mine, ItemText(build.text("偷改").fields, pk=other.items.get().pk), by=cast.dangyuan1)
    assert contents(other) == [build.CONTENT] and contents(mine) == [build.CONTENT]


@pytest.mark.parametrize("verb", ["submit", "approve", "publish"])
def test_text_that_is_handed_in_approved_or_published_is_not_edited_in_place(
    cast: Cast, cycle: PledgeCycle, verb: str
) -> None:
    pledge = build.draft(cycle, cast.dangyuan1)
    steps = {"submit": cast.dangyuan1, "approve": cast.shuji1, "publish": cast.shuji1}
    for step, by in steps.items():
        writing.act(pledge=pledge, verb=step, version=None, by=by, on=ON)
        pledge = build.again(pledge)
        if step == verb:
            break
    with pytest.raises(Refused):
        save(pledge, build.text("偷改"), by=cast.dangyuan1)
    assert contents(pledge) == [build.CONTENT]


def test_of_many_who_save_at_once_one_wins_and_the_others_texts_are_whole_in_their_hands(
    racing: None, cast: Cast, cycle: PledgeCycle
) -> None:
    pledge = build.draft(cycle, cast.dangyuan1)
    saved, lost, barrier = [], [], Barrier(6)

    def write(word: str) -> None:
        mine = build.again(pledge)
        barrier.wait()
        try:
            save(mine, build.text(f"{word}一"), build.text(f"{word}二"), by=cast.dangyuan1, slogan=word)
            saved.append(word)
        except Conflict as conflict:
            lost.append(conflict.mine["slogan"])
        finally:
            connection.close()

    threads = [Thread(target=write, args=(word,)) for word in "甲乙丙丁戊己"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = saved
    assert sorted([winner, *lost]) == sorted("甲乙丙丁戊己")
    assert contents(pledge) == [f"{winner}一", f"{winner}二"] and build.again(pledge).slogan == winner


# ---- carrying over ----


def test_what_last_year_left_open_comes_over_in_one_act_and_only_once(cast: Cast, cycle: PledgeCycle) -> None:
    before = build.cycle(cast.general, 2010)
    due = build.date(2010, 12, 1)
    old = build.published(
        before,
        cast.dangyuan1,
        cast.shuji1,
        items=[build.text(t, due_on=due) for t in ("兑现了的", "做了一半的", "没说的")],
    )
    done, half, _ = old.items.all()
    accounts = {done.pk: Account("fulfilled"), half.pk: Account("partly", "还差一半")}
    fulfilling.account_for(pledge=old, accounts=accounts, summary="", version=old.version, by=cast.dangyuan1, on=ON)

    pledge = build.draft(cycle, cast.dangyuan1, items=[build.text("新的")])
    assert writing.carry_over(pledge=pledge, version=pledge.version, by=cast.dangyuan1, on=ON) == 2
    pledge = build.again(pledge)
    assert [(i.content, i.due_on, i.carried_from_id is not None) for i in pledge.items.all()] == [
        ("新的", build.date(2011, 6, 30), False),
        ("做了一半的", cycle.ends_on, True),
        ("没说的", cycle.ends_on, True),
    ]
    with pytest.raises(Refused, match="没有需要结转"):
        writing.carry_over(pledge=pledge, version=pledge.version, by=cast.dangyuan1, on=ON)


def test_carrying_over_into_a_text_somebody_else_has_changed_is_a_conflict(cast: Cast, cycle: PledgeCycle) -> None:
    before = build.cycle(cast.general, 2010)
    build.published(before, cast.dangyuan1, cast.shuji1, items=[build.text(due_on=build.date(2010, 12, 1))])
    pledge = build.draft(cycle, cast.dangyuan1)
    with pytest.raises(Conflict):
        writing.carry_over(pledge=pledge, version=pledge.version - 1, by=cast.dangyuan1, on=ON)
    assert contents(pledge) == [build.CONTENT]


# ---- editions ----


def test_a_revision_goes_through_review_and_takes_the_old_ones_place_on_publication(
    cast: Cast, cycle: PledgeCycle
) -> None:
    old = build.published(cycle, cast.dangyuan1, cast.shuji1, items=[build.text("甲"), build.text("乙")])
    kept, dropped = old.items.all()
    fulfilling.enter(item=kept, day=ON, text="做了", account=Account("fulfilled"), by=cast.dangyuan1, on=ON)
    fulfilling.enter(item=build.again(old).items.all()[1], day=ON, text="也做了", by=cast.dangyuan1, on=ON)

    edition = writing.revise(pledge=build.again(old), reason="工作调整", by=cast.dangyuan1, on=ON)
    edition = build.again(edition)
    assert (edition.edition, edition.state, edition.revision_reason) == (2, State.DRAFT, "工作调整")
    first, _ = edition.items.all()
    save(edition, ItemText({}, pk=first.pk), build.text("丙"), by=cast.dangyuan1)
    for verb, by in [("submit", cast.dangyuan1), ("approve", cast.shuji1), ("publish", cast.shuji1)]:
        assert build.again(old).state == State.PUBLISHED
        writing.act(pledge=build.again(edition), verb=verb, version=None, by=by, on=ON)

    old, edition = build.again(old), build.again(edition)
    assert (old.state, old.superseded_on, edition.state) == (State.SUPERSEDED, ON, State.PUBLISHED)
    assert contents(old) == ["甲", "乙"] and contents(edition) == ["甲", "丙"]
    # what was kept word for word keeps its progress, what was dropped keeps it where it was
    assert [(i.outcome, i.entries.count()) for i in edition.items.all()] == [("fulfilled", 1), ("", 0)]
    assert [i.entries.count() for i in old.items.all()] == [0, 1]
    assert list(Pledge.objects.public(ON)) == [edition]
    assert list(Pledge.objects.public(build.date(2011, 6, 19))) == [old]
    assert [e.edition for e in reading.editions_of(old)] == [2, 1]


def test_an_item_whose_wording_changed_does_not_inherit_the_outcome(cast: Cast, cycle: PledgeCycle) -> None:
    old = build.published(cycle, cast.dangyuan1, cast.shuji1)
    fulfilling.enter(
        item=build.only_item(old), day=ON, text="做了", account=Account("fulfilled"), by=cast.dangyuan1, on=ON
    )
    edition = build.again(writing.revise(pledge=build.again(old), reason="加码", by=cast.dangyuan1, on=ON))
    item = edition.items.get()
    save(edition, ItemText({"content": "听评课不少于60节"}, pk=item.pk), by=cast.dangyuan1)
    for verb, by in [("submit", cast.dangyuan1), ("approve", cast.shuji1), ("publish", cast.shuji1)]:
        writing.act(pledge=build.again(edition), verb=verb, version=None, by=by, on=ON)
    item.refresh_from_db()
    assert (item.outcome, item.entries.count()) == ("", 1)


def test_a_revision_needs_a_reason_and_there_is_one_at_a_time(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1)
    with pytest.raises(Refused, match="为什么修订"):
        writing.revise(pledge=pledge, reason=" ", by=cast.dangyuan1, on=ON)
    writing.revise(pledge=pledge, reason="工作调整", by=cast.dangyuan1, on=ON)
    with pytest.raises(Overtaken, match="正在修订"):
        writing.revise(pledge=pledge, reason="再改", by=cast.dangyuan1, on=ON)


def test_nobody_reports_while_a_revision_is_in_work(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.published(cycle, cast.dangyuan1, cast.shuji1)
    edition = writing.revise(pledge=pledge, reason="工作调整", by=cast.dangyuan1, on=ON)
    account = {pledge.items.get().pk: Account("fulfilled")}
    with pytest.raises(Refused, match="正在修订新版"):
        fulfilling.report(pledge=pledge, accounts=account, summary="", version=pledge.version, by=cast.dangyuan1, on=ON)
    writing.act(pledge=build.again(edition), verb="lapse", version=None, by=cast.dangyuan1, on=ON)
    fulfilling.report(
        pledge=build.again(pledge), accounts=account, summary="", version=pledge.version, by=cast.dangyuan1, on=ON
    )
    assert build.again(pledge).state == State.REPORTED


# ---- what was typed and not saved ----


def test_saving_forgets_what_was_typed_before(cast: Cast, cycle: PledgeCycle) -> None:
    pledge = build.draft(cycle, cast.dangyuan1)
    for word in ("一", "二"):
        drafts.keep(form=writing.form_of(pledge), typed={"slogan": [word]}, by=cast.dangyuan1)
    assert [draft.typed for draft in Typed.objects.all()] == [{"slogan": ["二"]}]
    save(pledge, build.text(), by=cast.dangyuan1)
    assert not Typed.objects.exists()
