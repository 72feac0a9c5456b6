"""The form loses nothing: not by an error, a collision, a closed window or a sign-in that has run out."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Typed
from chuangxian import clock
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.states import State
from tests.conftest import Cast
from tests.pledges import build
from tests.pledges.pages import item_rows

LONG = "到农村初中听评课不少于四十节"


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(build.SUBMITTED):
        yield


@pytest.fixture
def pledge(cast: Cast, cycle: PledgeCycle) -> Pledge:
    return build.draft(cycle, cast.dangyuan1)


@pytest.fixture
def member(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.dangyuan1)
    return client


def edit_url(pledge: Pledge) -> str:
    return reverse("pledges:pledge_edit", args=[pledge.pk])


def typed(pledge: Pledge, *rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """What the browser posts: the pledge's one item first, changed by the first row."""
    first, *more = rows or ({},)
    item = PledgeItem.objects.get(pledge=pledge)
    kept = {"id": item.pk, "content": item.content}
    return {"version": pledge.version, "slogan": ""} | item_rows(kept | first, *more, initial=1) | fields


def shown(response: Any) -> str:
    text: str = response.content.decode()
    return text


# ---- errors ----


def test_what_was_written_while_the_pledge_was_handed_in_elsewhere_comes_back(member: Client, pledge: Pledge) -> None:
    data = typed(pledge, {}, {"content": LONG, "measure": "每周一天"}, slogan="研究为本", submit="1")
    assert member.get(edit_url(pledge)).status_code == 200
    member.post(edit_url(pledge), typed(pledge, submit="1"))
    response = member.post(edit_url(pledge), data)
    text = shown(response)
    assert response.status_code == 403 and "没有保存：" in text and "请先撤回" in text
    assert all(word in text for word in (LONG, "每周一天", "研究为本")) and "提交审诺</button>" not in text
    assert not PledgeItem.objects.filter(content=LONG).exists()


def test_a_date_outside_the_cycle_is_an_error_and_everything_typed_comes_back(member: Client, pledge: Pledge) -> None:
    data = typed(pledge, {"due_on": "2012-01-01"}, {"content": LONG, "measure": "每周一天"}, slogan="研究为本")
    response = member.post(edit_url(pledge), data)
    assert response.status_code == 422
    text = shown(response)
    assert "完成时限要在 2011-01-01 到 2011-12-20 之间" in text and "第 1 项，完成时限" in text
    assert all(word in text for word in (LONG, "每周一天", "研究为本", 'value="2012-01-01"'))
    assert build.again(pledge).slogan == ""


def test_an_item_without_content_is_an_error_unless_it_is_left_out(member: Client, pledge: Pledge) -> None:
    response = member.post(edit_url(pledge), typed(pledge, {}, {"measure": "每周一天"}))
    assert response.status_code == 422 and "请写承诺内容" in shown(response)
    response = member.post(edit_url(pledge), typed(pledge, {}, {"measure": "每周一天", "DELETE": "on"}, slogan="好"))
    assert response.status_code == 302 and build.again(pledge).slogan == "好"


def test_an_empty_extra_row_is_no_item(member: Client, pledge: Pledge) -> None:
    member.post(edit_url(pledge), typed(pledge, {}, {"due_on": ""}))
    assert pledge.items.count() == 1


def test_a_member_or_standard_from_elsewhere_is_refused(member: Client, pledge: Pledge) -> None:
    foreign = build.Standard.objects.get(key="five_goods_one")  # the organisations' own
    response = member.post(edit_url(pledge), typed(pledge, {"standard": foreign.pk}))
    assert response.status_code == 422 and "不在可用的选项中" in shown(response)
    assert PledgeItem.objects.get(pledge=pledge).standard is None


def test_more_rows_come_without_script_and_nothing_is_saved_or_complained_of(member: Client, pledge: Pledge) -> None:
    data = typed(pledge, {"content": "", "due_on": "坏"}, {"content": LONG}) | {"add_row": "1"}
    text = shown(member.post(edit_url(pledge), data))
    assert 'name="items-3-content"' in text and LONG in text and "处需要修改" not in text
    assert PledgeItem.objects.get(pledge=pledge).content == build.CONTENT


def test_a_pledge_saved_and_not_ready_says_why_and_stays_a_draft(member: Client, pledge: Pledge) -> None:
    data = typed(pledge, {"DELETE": "on"}) | {"submit": "1"}
    text = shown(member.post(edit_url(pledge), data, follow=True))
    assert "内容已保存。还没有填写承诺事项" in text and build.again(pledge).state == State.DRAFT


def test_hints_stand_beside_the_item_they_speak_of(member: Client, pledge: Pledge) -> None:
    member.post(edit_url(pledge), typed(pledge, {"content": "努力提高教学质量"}))
    assert "说的是态度" in shown(member.get(edit_url(pledge)))


# ---- autosave ----


def autosave(client: Client, pledge: Pledge, **fields: Any) -> Any:
    return client.post(reverse("pledges:pledge_autosave", args=[pledge.pk]), typed(pledge, **fields))


def test_what_was_typed_is_offered_when_the_form_is_opened_again(member: Client, pledge: Pledge) -> None:
    answer = autosave(member, pledge, slogan="写到一半的主题")
    assert answer.status_code == 200 and len(answer.json()["saved_at"]) == 5
    text = shown(member.get(edit_url(pledge)))
    assert 'value="写到一半的主题"' in text and "这里是您上次没有保存的内容" in text and "2011年2月14日" in text
    assert "写到一半的主题" not in shown(member.get(edit_url(pledge) + "?saved=1"))
    assert build.again(pledge).slogan == ""


def test_rows_typed_and_not_saved_come_back_too_without_complaints(member: Client, pledge: Pledge) -> None:
    data = typed(pledge, {}, {"content": LONG, "due_on": ""})
    member.post(reverse("pledges:pledge_autosave", args=[pledge.pk]), data)
    text = shown(member.get(edit_url(pledge)))
    assert LONG in text and "处需要修改" not in text


def test_a_draft_is_its_writers_alone_and_can_be_thrown_away(cast: Cast, member: Client, pledge: Pledge) -> None:
    autosave(member, pledge, slogan="只给自己看")
    member.post(reverse("pledges:draft_discard", args=[pledge.pk]))
    assert not Typed.objects.exists()
    autosave(member, pledge, slogan="只给自己看")
    secretary = Client()
    secretary.force_login(cast.shuji1)
    assert secretary.get(edit_url(pledge)).status_code == 404
    assert autosave(secretary, pledge).status_code == 404


def test_a_saved_form_is_offered_no_draft(member: Client, pledge: Pledge) -> None:
    autosave(member, pledge, slogan="旧")
    member.post(edit_url(pledge), typed(pledge, slogan="新"))
    text = shown(member.get(edit_url(pledge)))
    assert "没有保存的内容" not in text and 'value="新"' in text


def test_autosave_says_when_somebody_else_has_saved_and_when_the_sign_in_is_over(
    member: Client, pledge: Pledge
) -> None:
    Pledge.objects.filter(pk=pledge.pk).update(version=pledge.version + 1)
    assert autosave(member, pledge).status_code == 409
    assert autosave(Client(), pledge).status_code == 401
    assert not Typed.objects.exists()


# ---- two at once ----


def test_a_collision_shows_both_texts_and_mine_can_be_saved_on_purpose(member: Client, pledge: Pledge) -> None:
    mine = typed(pledge, {"content": "我写的内容在这里"}, slogan="我的主题")
    member.post(edit_url(pledge), typed(pledge, {"content": "他写的内容在那里"}, slogan="他的主题"))
    response = member.post(edit_url(pledge), mine)
    text = shown(response)
    assert response.status_code == 409
    assert all(word in text for word in ("我写的内容在这里", "他写的内容在那里", "我的主题", "他的主题"))
    assert PledgeItem.objects.get(pledge=pledge).content == "他写的内容在那里"
    member.post(edit_url(pledge), mine | {"version": build.again(pledge).version})
    assert PledgeItem.objects.get(pledge=pledge).content == "我写的内容在这里"


def test_the_text_of_a_collision_is_found_again_later(member: Client, pledge: Pledge) -> None:
    mine = typed(pledge, slogan="我的主题")
    Pledge.objects.filter(pk=pledge.pk).update(version=pledge.version + 1)
    member.post(edit_url(pledge), mine)
    assert 'value="我的主题"' in shown(member.get(edit_url(pledge)))


# ---- a sign-in that has run out ----


def test_a_form_posted_after_the_session_ended_is_there_again_after_signing_in(cast: Cast, pledge: Pledge) -> None:
    cast.dangyuan1.set_password("chang-zhou-2011")
    cast.dangyuan1.save()
    browser = Client()
    response = browser.post(edit_url(pledge), typed(pledge, {"content": LONG}, slogan="没有丢"))
    text = shown(response)
    assert response.status_code == 401 and LONG in text and "没有丢" in text and "重新登录" in text
    sign_in = f"{reverse('accounts:sign_in')}?next={edit_url(pledge)}"
    assert sign_in in text.replace("&amp;", "&")
    response = browser.post(
        sign_in, {"username": "dangyuan1", "password": "chang-zhou-2011", "next": edit_url(pledge)}, follow=True
    )
    text = shown(response)
    assert LONG in text and 'value="没有丢"' in text and "没有保存的内容" in text


def test_the_expired_page_tells_nothing_of_a_pledge_and_takes_no_mountains(cast: Cast, pledge: Pledge) -> None:
    browser = Client()
    assert build.CONTENT not in shown(browser.post(edit_url(pledge), {"slogan": "试探"}))
    assert browser.post(edit_url(pledge).replace(str(pledge.pk), "999999"), {"slogan": "试探"}).status_code == 401
    text = shown(browser.post(edit_url(pledge), {"slogan": "长" * 100_001}))
    assert "没能替您存下" in text and "长长长" in text
    assert not browser.session.get(f"parked-pledge-{pledge.pk}", {}).get("slogan", [""])[0].startswith("长长")


def test_what_was_parked_is_not_given_to_somebody_else(cast: Cast, pledge: Pledge) -> None:
    browser = Client()
    browser.post(edit_url(pledge), typed(pledge, slogan="别人看不到"))
    browser.force_login(cast.dangyuan2)
    assert browser.get(edit_url(pledge)).status_code == 404
    assert not Typed.objects.exists()


def test_an_anonymous_reader_is_sent_to_sign_in(pledge: Pledge) -> None:
    response = Client().get(edit_url(pledge))
    assert response.status_code == 302 and response.url.startswith(reverse("accounts:sign_in"))  # type: ignore[attr-defined]
