"""The walk from sheet to sheet, what becomes of words in trouble, and what the lists cost."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import LogEntry, Typed, User
from branches.models import Member, Membership
from branches.states import Kind, Post
from chuangxian import clock
from reviews.actions import comments as actions
from reviews.models import CommentProblem, CommentRound, LeaderComment
from reviews.states import CommentState, Publicity
from schedule.models import ActionItem, Meeting
from tests import build as people
from tests.conftest import Cast
from tests.reviews import comments as build
from tests.reviews.build import ended, semester
from tests.reviews.comments import ON, round_of


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


@pytest.fixture
def round_(cast: Cast) -> CommentRound:
    return round_of(cast.general)


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def words(*problems: str, version: int = 0, **fields: Any) -> dict[str, Any]:
    """A sheet as a browser posts it."""
    data: dict[str, Any] = {
        "version": version,
        "form": "individual",
        "held_on": "2011-06-20",
        "meeting": "",
        "meeting_title": "",
        "achievements": "",
        "direction": "",
        "publicity": "branch",
        "problems-TOTAL_FORMS": len(problems),
        "problems-INITIAL_FORMS": 0,
        "problems-MIN_NUM_FORMS": 0,
        "problems-MAX_NUM_FORMS": 20,
    }
    for number, text in enumerate(problems):
        start = f"problems-{number}-"
        data |= {f"{start}text": text, f"{start}standard": "", f"{start}due_on": "2011-09-30", f"{start}id": ""}
    return data | fields


def sheet(round_: CommentRound, subject: str, view: str = "comment_write") -> str:
    return reverse(f"reviews:{view}", args=[round_.pk, subject])


def on_member(round_: CommentRound, cast: Cast, view: str = "comment_write") -> str:
    return sheet(round_, f"member-{cast.member1.pk}", view)


# ---- the walk ----


def test_a_leader_walks_through_thirty_subjects_in_an_evening(cast: Cast, round_: CommentRound) -> None:
    already = 2  # 党员甲 and 总支书记 belong to the branch, too
    for number in range(30 - already):
        people.member(cast.one, f"众人{number:02}")
    client = signed_in(cast.shuji1)
    pile = client.get(reverse("reviews:comment_pile", args=[round_.pk]))
    assert len(pile.context["pile"].duty) == 30
    url, seen = pile.context["next_url"], []
    for number in range(30):
        page = client.get(url)
        assert (page.context["place"], page.context["count"]) == (number + 1, 30)
        assert page.context["pile"].done == number
        assert f"已点评 {number}" in page.content.decode()
        seen.append(str(page.context["target"]))
        url = client.post(url, words(f"{seen[-1]}的问题", issue="1")).url  # type: ignore[attr-defined]
    assert url == reverse("reviews:comment_pile", args=[round_.pk])
    assert "全部点评到了" in client.get(url).content.decode()
    assert len(set(seen)) == 30
    given = LeaderComment.objects.filter(state=CommentState.ISSUED)
    assert {str(comment.member) for comment in given} == set(seen)
    assert ActionItem.objects.count() == 30
    assert {item.problem for item in ActionItem.objects.all()} == {f"{name}的问题" for name in seen}


def test_the_script_hears_where_to_go_and_goes_itself(cast: Cast, round_: CommentRound) -> None:
    client, url = signed_in(cast.shuji1), on_member(round_, cast)
    response = client.post(url, words("问题", issue="1"), headers={"X-Requested-With": "walk"})
    assert response.status_code == 200
    assert response.json()["next"].startswith(f"/reviews/rounds/{round_.pk}/write/")


def test_walking_on_keeps_what_was_typed_with_its_sheet(cast: Cast, round_: CommentRound) -> None:
    people.member(cast.one, "安一")
    client = signed_in(cast.shuji1)
    first = client.get(reverse("reviews:comment_pile", args=[round_.pk])).context["rows"][0][1]
    second = client.post(first, words("写了一半的问题", achievements="半句话", walk="after")).url  # type: ignore[attr-defined]
    assert second != first and LeaderComment.objects.count() == 0
    assert client.post(second, words(walk="before")).url == first  # type: ignore[attr-defined]
    page = client.get(first)
    text = page.content.decode()
    assert page.context["restored"] and "半句话" in text and "写了一半的问题" in text
    assert Typed.objects.count() == 1, "an empty sheet leaves nothing behind"
    client.post(f"{first}forget/")
    assert "半句话" not in client.get(first).content.decode()


def test_the_next_sheet_begins_like_the_last_and_the_meeting_is_recorded_once(cast: Cast, round_: CommentRound) -> None:
    people.member(cast.one, "安一")
    client = signed_in(cast.shuji1)
    url = client.get(reverse("reviews:comment_pile", args=[round_.pk])).context["next_url"]
    first = words("问题", form="meeting", meeting_title="六月点评会", publicity="private", issue="1")
    url = client.post(url, first).url  # type: ignore[attr-defined]
    meeting = Meeting.objects.get()
    assert (meeting.title, meeting.held_on, meeting.organization) == ("六月点评会", ON, cast.one)
    shown = client.get(url).context["form"]
    assert shown["form"].value() == "meeting" and shown["publicity"].value() == "private"
    assert shown["meeting"].value() == str(meeting.pk)
    client.post(url, words("问题", form="meeting", meeting=meeting.pk, issue="1"))
    again = words("问题", form="meeting", meeting_title="六月点评会", save="1")
    client.post(client.get(reverse("reviews:comment_pile", args=[round_.pk])).context["next_url"], again)
    assert Meeting.objects.count() == 1
    assert meeting.comments.count() == 3


def test_a_group_leader_comments_but_records_no_meeting(cast: Cast, round_: CommentRound) -> None:
    group = people.organization(Kind.GROUP, cast.one, "第一党小组")
    leader, member = people.member(group, "组长丁"), people.member(group, "组员")
    people.appoint(leader, group, Post.GROUP_LEADER)
    client, url = signed_in(people.account(leader)), sheet(round_, f"member-{member.pk}")
    refused = client.post(url, words("问题", meeting_title="组会", direction="我写的话", save="1"))
    assert refused.status_code == 422
    assert "会议由本组织的委员会" in refused.content.decode() and "我写的话" in refused.content.decode()
    assert client.post(url, words("问题", issue="1")).status_code == 302
    assert LeaderComment.objects.get().commentator_post == "第一党小组组长"


def test_the_office_walks_for_a_leader_and_for_somebody_above(cast: Cast, round_: CommentRound) -> None:
    client = signed_in(cast.ganshi)
    page = client.get(reverse("reviews:comment_register", args=[round_.pk]))
    urls = {str(leader): url for leader, _, url in page.context["rows"]}
    assert list(urls) == ["总支书记", "书记一", "书记二"]
    pile = client.get(urls["书记二"])
    following = client.post(pile.context["next_url"], words("问题", issue="1")).url  # type: ignore[attr-defined]
    assert following == urls["书记二"]
    comment = LeaderComment.objects.get()
    assert (comment.commentator, comment.author) == (cast.shuji2.member, cast.ganshi)
    assert LogEntry.objects.filter(verb="begin_comment_for", actor=cast.ganshi).exists()
    above = client.get(page.context["above_url"]).context["next_url"]
    assert client.post(above, words("问题", issue="1")).status_code == 422, "somebody above the unit is named"
    client.post(above, words("问题", commentator_name="局领导", commentator_post="党工委副书记", issue="1"))
    outside = LeaderComment.objects.get(commentator=None)
    assert (outside.commentator_name, outside.organization) == ("局领导", cast.general)


def test_beside_the_form_lies_what_is_known_of_the_subject(cast: Cast, round_: CommentRound) -> None:
    earlier = round_of(cast.general, semester("2010-autumn", date(2010, 9, 1), date(2011, 1, 22)))
    comment = build.issued(earlier, "member", cast.member1, cast.shuji1, build.problem("去年的老问题"))
    page = signed_in(cast.shuji1).get(on_member(round_, cast))
    dossier = page.context["dossier"]
    assert dossier.last == comment and [line.problem.text for line in dossier.problems] == ["去年的老问题"]
    assert [item.problem for item in dossier.items] == ["去年的老问题"]
    assert "没有可以看的承诺书" in page.content.decode()


# ---- words in trouble ----


def test_bad_input_comes_back_with_everything_typed(cast: Cast, round_: CommentRound) -> None:
    client, url = signed_in(cast.shuji1), on_member(round_, cast)
    typed = words("问题一", held_on="2010-01-01", direction="原话", issue="1") | {"problems-0-due_on": "明天"}
    response = client.post(url, typed)
    text = response.content.decode()
    assert response.status_code == 422
    assert "点评日期要在 2011-05-03 到 2011-06-20 之间。" in text and "日期请写成 2011-09-30 的样子。" in text
    assert "原话" in text and "问题一" in text and "明天" in text
    slip = client.post(url, typed | {"held_on": "2011-06-20", "problems-0-due_on": "2111-09-30"})
    assert slip.status_code == 422 and "请看看年份有没有写错" in slip.content.decode()
    assert LeaderComment.objects.count() == 0


def test_a_row_that_says_nothing_is_no_problem_whatever_day_was_offered_in_it(cast: Cast, round_: CommentRound) -> None:
    client, url = signed_in(cast.shuji1), on_member(round_, cast)
    response = client.post(url, words("问题一", "", direction="原话") | {"problems-1-due_on": "2011-07-03"})
    assert response.status_code == 302
    assert [problem.text for problem in LeaderComment.objects.get().problems.all()] == ["问题一"]


def test_all_praise_is_saved_but_not_given_and_the_page_says_why(cast: Cast, round_: CommentRound) -> None:
    client, url = signed_in(cast.shuji1), on_member(round_, cast)
    response = client.post(url, words(achievements="样样都好", issue="1"), follow=True)
    text = response.content.decode()
    assert response.redirect_chain == [(url, 302)]
    assert "还没有发出。点评不能只讲成绩" in text and "样样都好" in text
    assert LeaderComment.objects.get().state == CommentState.DRAFT


def test_a_collision_shows_both_texts_and_keeps_mine(cast: Cast, round_: CommentRound) -> None:
    comment = build.draft(round_, "member", cast.member1, cast.shuji1, build.problem("先写的问题"))
    client, url = signed_in(cast.shuji1), on_member(round_, cast)
    response = client.post(url, words("后写的问题", version=comment.version - 1, direction="后写的话", save="1"))
    text = response.content.decode()
    assert response.status_code == 409
    assert all(part in text for part in ("先写的问题", "后写的问题", "后写的话", "把建议写到每一节课上"))
    assert Typed.objects.get().typed["direction"] == ["后写的话"]
    mine = dict(response.context["typed"])
    client.post(url, {**mine, "version": response.context["version"], "save": "1"})
    assert build.again(comment).direction == "后写的话"
    assert [p.text for p in build.again(comment).problems.all()] == ["后写的问题"]


def test_a_form_sent_again_because_the_answer_got_lost_is_no_collision(cast: Cast, round_: CommentRound) -> None:
    client, url = signed_in(cast.shuji1), on_member(round_, cast)
    data = words("问题", direction="方向", issue="1")
    first, second = client.post(url, data), client.post(url, data)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url  # type: ignore[attr-defined]
    assert LeaderComment.objects.count() == ActionItem.objects.count() == 1
    assert client.post(url, data | {"direction": "别的话"}).status_code == 409


def test_what_is_typed_is_kept_and_offered_again(cast: Cast, round_: CommentRound) -> None:
    client, url = signed_in(cast.shuji1), on_member(round_, cast)
    kept = client.post(on_member(round_, cast, "comment_autosave"), words("打了一半", direction="还没写完"))
    assert set(kept.json()) == {"saved_at"}
    page = client.get(url)
    assert page.context["restored"] and "打了一半" in page.content.decode()
    client.post(url, words("打完了", direction="写完了", save="1"))
    assert not Typed.objects.exists()
    stale = client.post(on_member(round_, cast, "comment_autosave"), words("旧的", direction="旧的"))
    assert stale.status_code == 409 and not Typed.objects.exists()


def test_an_expired_sign_in_loses_nothing(cast: Cast, round_: CommentRound) -> None:
    client, url = Client(), on_member(round_, cast)
    response = client.post(url, words("没来得及存的问题", direction="没来得及存的话", issue="1"))
    text = response.content.decode()
    assert response.status_code == 401
    assert "没来得及存的问题" in text and "没来得及存的话" in text and "党员甲" not in text
    assert client.post(on_member(round_, cast, "comment_autosave"), words()).status_code == 401
    client.force_login(cast.shuji1)
    page = client.get(url)
    assert page.context["restored"]
    assert "没来得及存的问题" in page.content.decode() and "没来得及存的话" in page.content.decode()
    assert LeaderComment.objects.count() == 0


@pytest.mark.parametrize("button", ["issue", "save", "walk", "add_row"])
def test_what_was_written_while_the_round_ended_comes_back_on_the_same_page(
    cast: Cast, round_: CommentRound, button: str
) -> None:
    client, url = signed_in(cast.shuji1), on_member(round_, cast)
    ended(round_, cast.zongzhi)
    response = client.post(url, words("没来得及发的问题", direction="没来得及发的话") | {button: "after"})
    text = response.content.decode()
    assert response.status_code == 403 and "没有保存：" in text and "已经结束" in text
    assert "没来得及发的问题" in text and "没来得及发的话" in text and "发出，到下一个</button>" not in text
    assert not LeaderComment.objects.exists()
    assert client.get(url).status_code == 403


def test_what_was_kept_while_typing_is_given_back_after_the_round_has_ended(cast: Cast, round_: CommentRound) -> None:
    client, url = signed_in(cast.shuji1), on_member(round_, cast)
    client.post(on_member(round_, cast, "comment_autosave"), words("写到一半的问题", direction="写到一半的话"))
    ended(round_, cast.zongzhi)
    response = client.get(url)
    text = response.content.decode()
    assert response.status_code == 403 and "没有保存：" in text
    assert "写到一半的问题" in text and "写到一半的话" in text and "发出，到下一个</button>" not in text


def test_what_was_written_on_a_sheet_somebody_else_has_begun_meanwhile_comes_back(
    cast: Cast, round_: CommentRound
) -> None:
    client, url = signed_in(cast.shuji1), on_member(round_, cast)
    build.draft(round_, "member", cast.member1, cast.ganshi, commentator=cast.shuji1.member)
    response = client.post(url, words("书记写的问题", direction="书记写的话", save="1"))
    text = response.content.decode()
    assert response.status_code == 403 and "已经有人在起草" in text
    assert "书记写的问题" in text and "书记写的话" in text


def test_what_was_written_about_somebody_who_has_left_meanwhile_is_shown_for_copying(
    cast: Cast, round_: CommentRound
) -> None:
    client, url = signed_in(cast.shuji1), on_member(round_, cast)
    assert client.get(url).status_code == 200
    Membership.objects.filter(member=cast.member1).update(ends_on=date(2011, 6, 1))
    response = client.post(url, words("到外地去的人的问题说了很多", direction="到外地去的人的努力方向", save="1"))
    text = response.content.decode()
    assert response.status_code == 403 and "不归您点评" in text
    assert "到外地去的人的问题说了很多" in text and "到外地去的人的努力方向" in text


def test_more_rows_come_without_script(cast: Cast, round_: CommentRound) -> None:
    page = signed_in(cast.shuji1).post(on_member(round_, cast), words("一", "二", add_row="1"))
    assert page.status_code == 200 and len(page.context["rows"]) == 4
    assert LeaderComment.objects.count() == 0


def test_recalled_it_is_open_for_writing_again(cast: Cast, round_: CommentRound) -> None:
    comment = build.issued(round_, "member", cast.member1, cast.shuji1)
    client = signed_in(cast.shuji1)
    act = reverse("reviews:comment_act", args=[comment.pk])
    response = client.post(act, {"verb": "recall", "version": comment.version}, follow=True)
    assert response.redirect_chain[-1][0] == on_member(round_, cast)
    assert response.context["is_draft"]


# ---- reading and signing ----


def test_the_subject_reads_and_signs_with_a_word(cast: Cast, round_: CommentRound) -> None:
    comment = build.issued(round_, "member", cast.member1, cast.shuji1)
    client = signed_in(cast.dangyuan1)
    page = client.get(reverse("reviews:comment_acknowledge", args=[comment.pk]))
    assert build.PROBLEM in page.content.decode()
    client.post(
        reverse("reviews:comment_acknowledge", args=[comment.pk]), {"note": "马上改", "version": comment.version}
    )
    detail = client.get(comment.get_absolute_url()).content.decode()
    assert build.again(comment).state == CommentState.ACKNOWLEDGED and "马上改" in detail and "办理经过" in detail


def test_who_signs_an_older_text_is_told_and_keeps_his_words(cast: Cast, round_: CommentRound) -> None:
    comment = build.issued(round_, "member", cast.member1, cast.shuji1)
    url = reverse("reviews:comment_acknowledge", args=[comment.pk])
    response = signed_in(cast.dangyuan1).post(url, {"note": "同意", "version": comment.version - 1})
    assert response.status_code == 422 and "同意" in response.content.decode()
    assert build.again(comment).state == CommentState.ISSUED


def test_others_read_what_was_made_known_but_not_how_it_went_on(cast: Cast, round_: CommentRound) -> None:
    comment = build.issued(round_, "organization", cast.one, cast.zongzhi)
    actions.act(comment=comment, verb="acknowledge", note="内部的话", version=None, by=cast.shuji1, on=ON)
    for view in ("comment_detail", "comment_print"):
        url = reverse(f"reviews:{view}", args=[comment.pk])
        outsider = signed_in(cast.dangyuan1).get(url).content.decode()
        assert build.PROBLEM in outsider and "内部的话" not in outsider and "办理经过" not in outsider
        assert "内部的话" in signed_in(cast.shuji1).get(url).content.decode()


def test_the_sheets_of_a_round_are_printed_in_one_go_each_person_what_he_may_read(
    cast: Cast, round_: CommentRound
) -> None:
    url, page = reverse("reviews:round_sheets", args=[round_.pk]), round_.get_absolute_url()
    assert "这一轮还没有发出的点评" in signed_in(cast.zongzhi).get(url).content.decode()
    assert url not in signed_in(cast.zongzhi).get(page).content.decode()
    build.draft(round_, "secretary", cast.one, cast.zongzhi)
    build.issued(round_, "member", cast.member2, cast.shuji2, publicity=Publicity.PRIVATE)
    first = build.issued(round_, "organization", cast.one, cast.zongzhi, publicity=Publicity.BRANCH)
    actions.act(comment=first, verb="acknowledge", note="内部的话", version=None, by=cast.shuji1, on=ON)
    build.issued(round_, "member", cast.member1, cast.shuji1, publicity=Publicity.PRIVATE)

    def sheets(user: User, query: str = "") -> list[str]:
        found = signed_in(user).get(url + query)
        assert found.content.decode().count('<article class="sheet">') == len(found.context["sheets"])
        return [str(comment.subject) for comment, *_ in found.context["sheets"]]

    assert sheets(cast.zongzhi) == ["第一党支部", "党员甲", "党员乙"]
    assert sheets(cast.zongzhi, f"?organization={cast.one.pk}") == ["第一党支部", "党员甲"]
    assert sheets(cast.dangyuan1) == ["第一党支部", "党员甲"]
    assert sheets(cast.dangyuan2) == ["党员乙"]
    assert "内部的话" in signed_in(cast.shuji1).get(url).content.decode()
    assert "内部的话" not in signed_in(cast.dangyuan1).get(url).content.decode()
    for elsewhere in (f"?organization={cast.one.pk}", "?organization=x"):
        assert signed_in(cast.dangyuan2).get(url + elsewhere).status_code == 404
    assert url in signed_in(cast.zongzhi).get(page).content.decode()


def test_visitors_read_only_what_was_published(cast: Cast, round_: CommentRound) -> None:
    build.issued(round_, "member", cast.member1, cast.shuji1, publicity=Publicity.PUBLIC, achievements="公开的话")
    build.issued(round_, "organization", cast.one, cast.zongzhi, achievements="支部里的话")
    build.draft(round_, "member", cast.member2, cast.shuji2, publicity=Publicity.PUBLIC, achievements="草稿里的话")
    text = Client().get(reverse("reviews:comments_public")).content.decode()
    assert "公开的话" in text and "支部里的话" not in text and "草稿里的话" not in text


def test_a_member_finds_first_what_is_about_him(cast: Cast, round_: CommentRound) -> None:
    build.issued(round_, "member", cast.member1, cast.shuji1)
    build.issued(round_, "organization", cast.one, cast.zongzhi)
    client, url = signed_in(cast.dangyuan1), reverse("reviews:comment_list")
    assert [str(c.subject) for c, _ in client.get(url).context["rows"]] == ["党员甲"]
    assert len(client.get(url, {"who": ""}).context["rows"]) == 2
    assert client.get(url, {"subject_kind": "organization"}).context["rows"][0][0].organization == cast.one


def test_the_ledger_holds_a_row_a_problem_and_is_logged(cast: Cast, round_: CommentRound) -> None:
    build.issued(round_, "member", cast.member1, cast.shuji1, build.problem("甲事"), build.problem("乙事"))
    build.without_problems(round_, "organization", cast.one, cast.zongzhi)
    build.draft(round_, "member", cast.zongzhi.member, cast.shuji1, build.problem("还没发出"))
    response = signed_in(cast.shuji1).get(reverse("reviews:comment_export"))
    book = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    cells = [[cell.value for cell in row] for row in book["领导点评台账"].iter_rows()]
    text = str(cells)
    assert "甲事" in text and "乙事" in text and "还没发出" not in text
    assert LogEntry.objects.filter(category=LogEntry.Category.EXPORT, label="导出领导点评台账").count() == 1


# ---- what it costs ----


def many(cast: Cast, round_: CommentRound, number: int) -> None:
    """So many comments with a problem each on as many members of branch one."""
    already = Member.objects.count()
    members = Member.objects.bulk_create(
        Member(name=f"众人{already + n}", sort_key=f"{already + n:06}", sex="male") for n in range(number)
    )
    Membership.objects.bulk_create(
        Membership(member=member, organization=cast.one, path=cast.one.path, starts_on=people.DAY) for member in members
    )
    comments = LeaderComment.objects.bulk_create(
        LeaderComment(
            round=round_,
            subject_kind="member",
            organization=cast.one,
            path=cast.one.path,
            member=member,
            commentator=cast.shuji1.member,
            commentator_name="书记一",
            author=cast.shuji1,
            held_on=ON,
            issued_on=ON,
            state=CommentState.ISSUED,
            publicity=Publicity.PUBLIC,
        )
        for member in members
    )
    problems = CommentProblem.objects.bulk_create(
        CommentProblem(comment=comment, place=1, text="一件事", due_on=build.RECTIFY_BY) for comment in comments
    )
    ActionItem.objects.bulk_create(
        ActionItem(
            organization=cast.one,
            path=cast.one.path,
            member=problem.comment.member,
            source="comment",
            source_type="reviews.leadercomment",
            source_id=problem.comment_id,
            source_place=1,
            problem=problem.text,
            responsible=problem.comment.member,
            due_on=problem.due_on,
            raised_on=ON,
        )
        for problem in problems
    )


PAGES: list[tuple[str, str, Callable[[CommentRound, Cast], str]]] = [
    ("the list", "zongzhi", lambda r, c: reverse("reviews:comment_list")),
    ("what is public", "", lambda r, c: reverse("reviews:comments_public")),
    ("a leader's pile", "shuji1", lambda r, c: reverse("reviews:comment_pile", args=[r.pk])),
    ("the higher leader's pile", "zongzhi", lambda r, c: reverse("reviews:comment_pile", args=[r.pk])),
    ("a sheet", "shuji1", on_member),
    ("the sheets on paper", "zongzhi", lambda r, c: reverse("reviews:round_sheets", args=[r.pk])),
    ("the register", "ganshi", lambda r, c: reverse("reviews:comment_register", args=[r.pk])),
    ("the round", "shuji1", lambda r, c: reverse("reviews:round_detail", args=[r.pk])),
]


@pytest.mark.parametrize(("what", "who", "url"), PAGES, ids=[what for what, *_ in PAGES])
def test_a_page_costs_the_same_with_three_rows_and_with_three_hundred(
    cast: Cast, round_: CommentRound, what: str, who: str, url: Callable[[CommentRound, Cast], str]
) -> None:
    user, address = (getattr(cast, who) if who else None), url(round_, cast)

    def queries() -> int:
        client = signed_in(user)
        client.get(address)  # the first page of a session also writes the session
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    many(cast, round_, 3)
    few = queries()
    many(cast, round_, 297)
    assert queries() == few <= 30
