"""Stories of models: written, agreed to by whom they are about, published, taken down; their pictures; whom their pages open for."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import LogEntry, Typed, User
from awards.actions import honours
from awards.actions import stories as actions
from awards.models import ModelStory, StoryPicture
from awards.reminders.honours import is_unanswered, stories_waiting
from awards.states import StoryState
from awards.workflow.stories import STORY
from chuangxian import clock
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from schedule import letters
from schedule.models import Notice
from tests import build as people
from tests.awards import build_honours as build
from tests.awards.build_honours import ON, TEXT, typed
from tests.conftest import Cast

DOCUMENT = Path(__file__).parents[2] / "docs/workflows.md"
Table = dict[tuple[str, str], set[str]]
PUBLISHERS = {"shuji1", "zongzhi", "ganshi"}

MEMBERS: Table = {
    ("draft", "publish"): PUBLISHERS,
    ("draft", "discard"): PUBLISHERS,
    ("published", "withdraw"): PUBLISHERS | {"dangyuan1"},
    ("withdrawn", "reopen"): PUBLISHERS,
}
SECRETARYS: Table = {
    ("draft", "publish"): PUBLISHERS - {"shuji1"},
    ("draft", "discard"): PUBLISHERS,
    ("published", "withdraw"): PUBLISHERS,
    ("withdrawn", "reopen"): PUBLISHERS,
}
BRANCHS: Table = dict.fromkeys(MEMBERS, PUBLISHERS)


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(view: str, *args: Any) -> str:
    return reverse(f"awards:{view}", args=args)


def about_member(cast: Cast) -> ModelStory:
    return build.story(cast.one, cast.shuji1, cast.member1)


# ---- the table of moves ----


def allowed(story: ModelStory, cast: Cast, states: Iterable[str] = tuple(StoryState)) -> Table:
    found: Table = {}
    for state in states:
        ModelStory.objects.filter(pk=story.pk).update(state=state)
        standing = build.anew(story)
        for verb in STORY.moves:
            names = {name for name, user in cast.users().items() if STORY.verdict(standing, verb, by=user, on=ON)}
            if names:
                found[str(state), verb] = names
    return found


def test_who_may_do_what_in_every_state(cast: Cast) -> None:
    agreed = build.agreed(about_member(cast), cast.shuji1)
    assert allowed(agreed, cast) == MEMBERS
    assert (
        allowed(build.agreed(build.story(cast.one, cast.ganshi, cast.shuji1.member), cast.ganshi), cast) == SECRETARYS
    )
    assert allowed(build.story(cast.one, cast.shuji1), cast) == BRANCHS


def test_every_state_can_be_reached_and_left() -> None:
    assert STORY.unreachable() == set() and STORY.dead_ends() == set()


def test_the_documents_show_the_moves_of_a_story_as_they_are() -> None:
    assert f"```mermaid\n{STORY.diagram()}```\n" in DOCUMENT.read_text()


def test_every_letter_about_stories_can_be_written(cast: Cast) -> None:
    kinds = {move.letter for move in STORY.moves.values() if move.letter}
    kinds |= {"story_consent", "story_agreed", "story_declined", "story_waits"}
    story = build.asked(about_member(cast), cast.shuji1)
    read = letters.read_again(ModelStory, [story.pk])[story.pk]
    for kind in kinds:
        text = letters.write(letters.get(kind), read, note="意见", by=cast.shuji1, on=ON)
        assert text.subject and text.body


# ---- the person's consent ----


def test_a_persons_story_is_published_only_after_he_agreed(cast: Cast) -> None:
    story = about_member(cast)
    with pytest.raises(Refused, match="本人还没有同意公开"):
        build.moved(story, "publish", cast.shuji1)
    story = build.asked(story, cast.shuji1)
    assert Notice.objects.get().member == cast.member1 and Notice.objects.get().letter == "story_consent"
    with pytest.raises(Refused):
        build.moved(story, "publish", cast.shuji1)
    actions.agree(story=story, version=story.version, by=cast.dangyuan1, on=ON)
    story = build.moved(build.anew(story), "publish", cast.shuji1)
    assert (story.state, story.agreed_on, story.published_on) == ("published", ON, ON)


def test_an_organisations_story_asks_nobody(cast: Cast) -> None:
    story = build.story(cast.one, cast.shuji1)
    with pytest.raises(Refused, match="不用征求"):
        build.asked(story, cast.shuji1)
    assert build.moved(story, "publish", cast.shuji1).state == "published"


def test_only_the_person_himself_answers_and_only_when_asked(cast: Cast) -> None:
    story = about_member(cast)
    with pytest.raises(Refused, match="没有要您答复"):
        actions.agree(story=story, version=story.version, by=cast.dangyuan1, on=ON)
    story = build.asked(story, cast.shuji1)
    for other in (cast.shuji1, cast.ganshi, cast.dangyuan2):
        with pytest.raises(Refused):
            actions.agree(story=story, version=story.version, by=other, on=ON)
    with pytest.raises(Refused, match="已经征求"):
        build.asked(story, cast.shuji1)
    with pytest.raises(Refused, match="由本人登录后答复"):
        actions.note_consent(story=story, agreed_on=ON, version=story.version, by=cast.shuji1, on=ON)


def test_whatever_changes_the_words_takes_his_yes_away(cast: Cast) -> None:
    story = build.agreed(about_member(cast), cast.shuji1)
    same = build.entry(cast.member1)
    actions.change_story(story=story, entry=same, version=story.version, by=cast.shuji1, on=ON)
    assert build.anew(story).agreed_on == ON, "nothing changed"
    story = build.anew(story)
    new = build.entry(cast.member1, text="夸大了的事迹。")
    actions.change_story(story=story, entry=new, version=story.version, by=cast.shuji1, on=ON)
    story = build.anew(story)
    assert story.agreed_on is None and story.asked_on is None
    story = build.agreed(story, cast.shuji1)
    pictured = build.entry(cast.member1, text=story.text, pictures=[("photo0", build.accepted(), "在实验室")])
    actions.change_story(story=story, entry=pictured, version=story.version, by=cast.shuji1, on=ON)
    assert build.anew(story).agreed_on is None, "a picture is part of what he agrees to"


def test_he_agrees_to_what_he_read_and_not_to_what_was_changed_meanwhile(cast: Cast) -> None:
    story = build.asked(about_member(cast), cast.shuji1)
    ModelStory.objects.filter(pk=story.pk).update(version=story.version + 1)
    answer = signed_in(cast.dangyuan1).post(url("story_answer", story.pk), {"verb": "agree", "version": story.version})
    assert answer.status_code == 409 and "刚刚有人改过" in answer.content.decode()
    assert build.anew(story).agreed_on is None


def test_a_no_goes_to_the_writer_with_the_persons_words(cast: Cast) -> None:
    story = build.asked(about_member(cast), cast.shuji1)
    answer = signed_in(cast.dangyuan1).post(
        url("story_answer", story.pk), {"verb": "decline", "version": story.version, "note": "写得太高了"}
    )
    assert answer.status_code == 302 and build.anew(story).asked_on is None
    notice = Notice.objects.get(letter="story_declined")
    assert notice.member == cast.shuji1.member and "写得太高了" in notice.body


def test_who_has_no_account_agrees_on_paper_and_the_day_is_noted(cast: Cast) -> None:
    elder = people.member(cast.one, "老党员")
    story = build.story(cast.one, cast.shuji1, elder)
    with pytest.raises(Refused, match="没有账号"):
        build.asked(story, cast.shuji1)
    client, address = signed_in(cast.shuji1), url("story_answer", story.pk)
    late = {"verb": "note", "version": story.version, "agreed_on": f"{ON + timedelta(days=1)}"}
    assert "不能晚于今天" in client.post(address, late).content.decode()
    bad = client.post(address, late | {"agreed_on": "昨天"})
    assert bad.status_code == 422 and "日期请写成" in bad.content.decode()
    assert client.post(address, late | {"agreed_on": f"{ON}"}).status_code == 302
    assert build.moved(build.anew(story), "publish", cast.shuji1).state == "published"


def test_he_takes_a_published_story_down_at_any_time_and_is_asked_anew_before_it_returns(cast: Cast) -> None:
    story = build.published(cast.one, cast.shuji1, cast.member1)
    assert Client().get(url("public_story", story.pk)).status_code == 200
    data = {"verb": "withdraw", "version": story.version}
    answer = signed_in(cast.dangyuan1).post(url("story_move", story.pk), data)
    assert answer.status_code == 422 and "必须写明" in answer.content.decode()
    assert signed_in(cast.dangyuan1).post(url("story_move", story.pk), data | {"note": "不想公开"}).status_code == 302
    assert Client().get(url("public_story", story.pk)).status_code == 404
    assert Notice.objects.filter(letter="story_withdrawn", member=cast.shuji1.member).exists()
    story = build.moved(build.anew(story), "reopen", cast.shuji1)
    assert (story.agreed_on, story.asked_on, story.published_on) == (None, None, None)


def test_who_has_not_answered_is_reminded_and_no_more_once_he_has(cast: Cast) -> None:
    story = build.asked(about_member(cast), cast.shuji1)
    for number in range(3):
        build.asked(build.story(cast.one, cast.shuji1, cast.member1, title=f"第{number}篇"), cast.shuji1)
    with CaptureQueriesContext(connection) as captured:
        found = list(stories_waiting(ON, ON))
    assert len(found) == 4 and len(captured) == 1
    assert (found[0].obj, found[0].to, found[0].due_on) == (story, [cast.member1], ON)
    assert is_unanswered(story, ON)
    actions.agree(story=story, version=story.version, by=cast.dangyuan1, on=ON)
    assert not is_unanswered(story, ON) and len(list(stories_waiting(ON, ON))) == 3


# ---- writing ----


def test_a_story_is_written_with_pictures_and_what_they_show(cast: Cast) -> None:
    client, address = signed_in(cast.shuji1), url("story_write", cast.one.pk)
    data = typed(subject=str(cast.member1.pk), photo0=build.picture(), caption0="")
    answer = client.post(address, data)
    assert (
        answer.status_code == 422
        and "请给照片写一句说明" in answer.content.decode()
        and TEXT[:8] in answer.content.decode()
    )
    answer = client.post(address, typed(subject=str(cast.member1.pk), photo0=build.picture(), caption0="在实验室"))
    assert answer.status_code == 302
    story = ModelStory.objects.get()
    picture = StoryPicture.objects.get()
    assert (story.member, story.organization, picture.caption) == (cast.member1, cast.one, "在实验室")
    assert picture.content_type == "image/jpeg" and str(picture.file.name).startswith("stories/")
    page = client.get(story.get_absolute_url()).content.decode()
    assert 'alt="在实验室"' in page and 'loading="lazy"' in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"subject": ""}, "请选写的是谁。"),
        ({"subject": "999999"}, "选择一个有效的选项"),
        ({"title": ""}, "请写标题。"),
        ({"text": ""}, "请写正文。"),
        ({"text": "长" * 6001}, "6000"),
        ({"caption0": "没有照片"}, "写了说明，还没有选照片。"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_words_come_back(
    cast: Cast, wrong: dict[str, str], sentence: str
) -> None:
    answer = signed_in(cast.shuji1).post(url("story_write", cast.one.pk), typed(lead="三十年如一日") | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page and "三十年如一日" in page


def test_a_text_that_calls_itself_a_picture_is_refused(cast: Cast) -> None:
    fake = SimpleUploadedFile("现场.jpg", b"<script>" * 10, content_type="image/jpeg")
    answer = signed_in(cast.shuji1).post(url("story_write", cast.one.pk), typed(photo0=fake, caption0="假的"))
    assert answer.status_code == 422 and not StoryPicture.objects.exists()


def test_an_honour_that_is_another_s_is_refused(cast: Cast) -> None:
    honour = build.honour(cast.one, cast.ganshi, cast.member1)
    answer = signed_in(cast.shuji1).post(url("story_write", cast.one.pk), typed(honour=str(honour.pk)))
    assert answer.status_code == 422 and "不是第一党支部的荣誉" in answer.content.decode()
    with pytest.raises(ValidationError):
        build.story(cast.one, cast.shuji1, honour=honour)
    page = signed_in(cast.shuji1).get(url("story_write", cast.one.pk) + f"?honour={honour.pk}").content.decode()
    assert f'<option value="{cast.member1.pk}" selected>' in page
    assert build.story(cast.one, cast.shuji1, cast.member1, honour=honour).honour == honour


def test_a_member_of_another_branch_cannot_be_written_about(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="不是第一党支部的党员"):
        build.story(cast.one, cast.shuji1, cast.member2)
    assert build.story(cast.general, cast.zongzhi, cast.member2).member == cast.member2


def test_captions_change_pictures_go_and_nine_are_the_most(cast: Cast) -> None:
    story = build.story(cast.one, cast.shuji1, pictures=[("photo0", build.accepted(), "原来的说明")])
    picture = story.evidence.get()
    client, address = signed_in(cast.shuji1), url("story_edit", story.pk)
    empty = client.post(address, typed(version=story.version, **{f"caption-{picture.pk}": " "}))
    assert empty.status_code == 422 and "要写一句说明" in empty.content.decode()
    assert (
        client.post(address, typed(version=story.version, **{f"caption-{picture.pk}": "新的说明"})).status_code == 302
    )
    assert story.evidence.get().caption == "新的说明"
    story = build.anew(story)
    client.post(address, typed(version=story.version, drop=[picture.pk], **{f"caption-{picture.pk}": "新的说明"}))
    assert not StoryPicture.objects.exists()
    many = build.entry(pictures=[("photo0", build.accepted(), "照片")] * 10)
    with pytest.raises(ValidationError, match="最多放 9 张"):
        actions.change_story(
            story=build.anew(story), entry=many, version=build.anew(story).version, by=cast.shuji1, on=ON
        )
    assert not StoryPicture.objects.exists(), "all or nothing"


def test_two_who_write_at_once_see_both_texts(cast: Cast) -> None:
    story = build.story(cast.one, cast.shuji1)
    address = url("story_edit", story.pk)
    assert signed_in(cast.shuji1).post(address, typed(version=1, text="先写的正文")).status_code == 302
    answer = signed_in(cast.zongzhi).post(address, typed(version=1, text="后写的正文"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "先写的正文" in page and "后写的正文" in page
    with pytest.raises(Conflict):
        actions.change_story(story=build.anew(story), entry=build.entry(), version=1, by=cast.zongzhi, on=ON)


def test_what_is_being_written_is_kept_and_shown_again(cast: Cast) -> None:
    client = signed_in(cast.shuji1)
    kept = client.post(url("story_write_autosave", cast.one.pk), typed(text="写到一半"))
    assert kept.status_code == 200 and "saved_at" in kept.json()
    page = client.get(url("story_write", cast.one.pk)).content.decode()
    assert "写到一半" in page and "上次没有保存" in page
    assert client.post(url("story_write", cast.one.pk), typed()).status_code == 302
    assert not Typed.objects.exists()
    story = ModelStory.objects.get()
    assert client.post(url("story_autosave", story.pk), typed(version="1", text="又改")).status_code == 200
    assert client.post(url("story_autosave", story.pk), typed(version="9")).status_code == 409
    client.post(url("story_edit", story.pk), {"forget": "1"})
    assert not Typed.objects.exists()


# ---- who reads what ----


def test_drafts_are_for_the_person_and_the_committees_above_published_ones_for_everybody(cast: Cast) -> None:
    draft = build.story(cast.one, cast.shuji1, cast.member1, pictures=[("photo0", build.accepted(), "在实验室")])
    picture = draft.evidence.get()
    readers = {"dangyuan1", "shuji1", "zongzhi", "ganshi"}

    def finding(view: str, pk: int) -> set[str]:
        return {name for name, user in cast.users().items() if signed_in(user).get(url(view, pk)).status_code == 200}

    assert finding("story_detail", draft.pk) == finding("story_picture", picture.pk) == readers
    assert Client().get(url("public_picture", picture.pk)).status_code == 404
    build.moved(build.agreed(draft, cast.shuji1), "publish", cast.shuji1)
    assert finding("story_detail", draft.pk) == set(cast.users())
    response = Client().get(url("public_picture", picture.pk))
    assert response.status_code == 200 and response["Content-Type"] == "image/jpeg"
    assert not ModelStory.objects.public(ON - timedelta(days=1)).exists()


def test_an_honours_page_names_a_draft_only_to_those_who_may_read_it(cast: Cast) -> None:
    honour = build.honour(cast.one, cast.ganshi, cast.member1)
    build.story(cast.one, cast.shuji1, cast.member1, honour=honour, title="还在写的")
    for user, meets in ((cast.dangyuan1, True), (cast.shuji1, True), (cast.dangyuan2, False), (cast.shuji2, False)):
        assert ("还在写的" in signed_in(user).get(honour.get_absolute_url()).content.decode()) is meets


def test_a_public_story_says_nothing_of_who_wrote_and_handled_it(cast: Cast) -> None:
    story = build.published(cast.one, cast.shuji1, cast.member1)
    page = Client().get(url("public_story", story.pk)).content.decode()
    assert "党员甲" in page and "第一党支部" in page and "书记一" not in page and "征求" not in page
    assert "书记一" not in signed_in(cast.stranger).get(story.get_absolute_url()).content.decode()


def test_words_are_shown_as_words(cast: Cast) -> None:
    story = build.published(cast.one, cast.shuji1, text="<script>alert(1)</script>", title="<b>粗</b>")
    page = Client().get(url("public_story", story.pk)).content.decode()
    assert "<script>alert" not in page and "<b>粗</b>" not in page


def test_every_line_of_a_story_is_a_paragraph(cast: Cast) -> None:
    story = build.published(cast.one, cast.shuji1, text="第一段。\n第二段。\n\n第三段。")
    page = Client().get(url("public_story", story.pk)).content.decode()
    assert "<p>第一段。</p><p>第二段。</p><p>第三段。</p>" in page


def test_the_list_says_what_waits_for_ones_answer(cast: Cast) -> None:
    build.asked(about_member(cast), cast.shuji1)
    build.story(cast.one, cast.shuji1, title="支部的")
    own = signed_in(cast.dangyuan1).get(url("story_list"))
    assert "等您答复" in own.content.decode() and own.context["to_agree"] == 1
    for query, who, titles in [
        ("?waiting=to_agree", cast.dangyuan1, {"守着一间实验室"}),
        ("?waiting=to_agree", cast.ganshi, set()),
        ("?waiting=asking", cast.ganshi, {"守着一间实验室"}),
        ("?q=支部", cast.ganshi, {"支部的"}),
        ("?state=published", cast.ganshi, set()),
    ]:
        page = signed_in(who).get(url("story_list") + query).context["page"]
        assert {one.title for one in page} == titles


def test_pages_of_stories_cost_the_same_however_many_there_are(cast: Cast) -> None:
    def cost(client: Client, address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def one(number: int) -> ModelStory:
        member = people.member(cast.one)
        people.account(member)
        picture = [("photo0", build.accepted(), f"照片{number}")]
        return build.published(cast.one, cast.shuji1, member, title=f"第{number}篇", pictures=picture)

    first = one(0)
    pages = [(signed_in(cast.ganshi), url("story_list")), (Client(), url("public_stories"))]
    pages += [(signed_in(cast.ganshi), first.get_absolute_url())]
    before = [cost(*page) for page in pages]
    for number in range(1, 5):
        one(number)
    assert [cost(*page) for page in pages] == before


def test_every_step_is_in_the_log(cast: Cast) -> None:
    story = build.published(cast.one, cast.shuji1, cast.member1)
    told = LogEntry.objects.of(story).values_list("verb", flat=True)
    assert list(told) == ["write_story", "ask_consent", "agree", "publish"]


# ---- what everybody reads ----


def test_a_story_names_no_honour_that_is_off_the_public_roll_or_revoked(cast: Cast) -> None:
    honour = build.honour(cast.one, cast.ganshi, cast.member1, title="未公开的称号")
    story = build.published(cast.one, cast.shuji1, cast.member1, honour=honour)
    outside = [(Client(), url("public_story", story.pk)), (Client(), url("public_stories"))]
    outside += [
        (signed_in(cast.stranger), url("story_detail", story.pk)),
        (signed_in(cast.stranger), url("story_list")),
    ]

    def naming() -> list[bool]:
        return ["未公开的称号" in client.get(address).content.decode() for client, address in outside]

    assert naming() == [True] * 4
    honours.show_honour(honour=build.again(honour), is_public=False, version=1, by=cast.dangyuan1, on=ON)
    assert naming() == [False] * 4
    honours.show_honour(honour=build.again(honour), is_public=True, version=2, by=cast.dangyuan1, on=ON)
    assert naming() == [True] * 4
    honours.revoke_honour(honour=build.again(honour), reason="受到处分", version=3, by=cast.ganshi, on=ON)
    assert naming() == [False] * 4


def test_who_revokes_an_honour_reads_which_published_stories_still_praise_its_holder(cast: Cast) -> None:
    honour = build.honour(cast.one, cast.ganshi, cast.member1)
    address = url("honour_revoke", honour.pk)
    assert "典型事迹" not in signed_in(cast.ganshi).get(address).content.decode()
    story = build.published(cast.one, cast.shuji1, cast.member1)
    page = signed_in(cast.ganshi).get(address).content.decode()
    assert "已发布的典型事迹" in page and story.get_absolute_url() in page


def test_he_takes_his_yes_back_before_the_story_is_published(cast: Cast) -> None:
    story = build.agreed(about_member(cast), cast.shuji1)
    client = signed_in(cast.dangyuan1)
    assert "收回同意" in client.get(url("story_detail", story.pk)).content.decode()
    read = build.anew(story)
    data = {"verb": "decline", "version": story.version, "note": "再想一想"}
    assert client.post(url("story_answer", story.pk), data).status_code == 302
    assert (build.anew(story).agreed_on, build.anew(story).asked_on) == (None, None)
    with pytest.raises(Refused, match="本人还没有同意公开"):
        build.moved(build.anew(story), "publish", cast.shuji1)
    with pytest.raises(Overtaken):  # who had read his yes, and says nothing of which version
        actions.move_story(story=read, verb="publish", version=None, by=cast.shuji1, on=ON)
    assert not ModelStory.objects.public(ON).exists()
    assert Notice.objects.filter(letter="story_declined", member=cast.shuji1.member).exists()
