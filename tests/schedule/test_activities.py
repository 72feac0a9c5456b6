"""Activities: typed once, corrected and taken back; what they count for; whom their pages open for and what those cost."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from PIL import Image

from accounts.models import LogEntry, Typed, User
from branches.actions import transfer_member
from branches.models import Member, Membership
from branches.scope import standing_of
from branches.states import Kind
from chuangxian import clock
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused
from pledges.models import Pledge
from reviews.queries import facts as known
from schedule import duties
from schedule.actions import activities as actions
from schedule.models import Activity, ActivityFile, ActivityParticipant, ActivitySchool, Semester
from schedule.queries import activities as queries
from schedule.queries import carriers
from schedule.queries.activities import Content
from tests import build as people
from tests.conftest import Cast
from tests.reviews import self_reviews as reviewing
from tests.reviews.build import round_of, semester
from tests.schedule import activities as build
from tests.schedule import items
from tests.schedule.activities import HELD, ON, TITLE, typed


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, view: str, *args: Any, query: str = "") -> str:
    response = signed_in(user).get(reverse(f"schedule:{view}", args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def recorded(cast: Cast, **fields: Any) -> Any:
    """Post the form of a new activity of branch one."""
    build.carrier()
    url = reverse("schedule:activity_record", args=[cast.one.pk])
    return signed_in(cast.shuji1).post(url, typed(**fields))


def cost(client: Client, url: str) -> int:
    client.get(url)  # the first page of a session also writes the session
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def picture(name: str = "现场.jpg") -> SimpleUploadedFile:
    """A photo that tells where it was taken."""
    image, out = Image.new("RGB", (40, 30), (180, 30, 30)), BytesIO()
    exif = image.getexif()
    exif[0x010F] = "CameraMaker"
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


# ---- one entry, counted everywhere ----


def test_one_entry_changes_study_hours_the_branchs_ledger_the_carriers_statistics_and_the_standards_evidence(
    cast: Cast,
) -> None:
    term, round_ = semester(), round_of(cast.general)
    review = reviewing.begun(round_, cast.dangyuan1)
    statistics = reverse("schedule:carrier_statistics")

    def counted() -> tuple[Any, ...]:
        hours = ActivityParticipant.objects.filter(member=cast.member1, activity__withdrawn_on__isnull=True)
        key = "five_takes_the_lead_one"
        return (
            hours.aggregate(sum=Sum("activity__hours"))["sum"],
            TITLE in page(cast.shuji1, "activity_print"),
            signed_in(cast.shuji1).get(statistics).context["total"],
            [one.title for one in known.facts_of(review, ON)[key].activities] if known.facts_of(review, ON) else [],
        )

    assert counted() == (None, False, 0, [])
    assert recorded(cast, took_part=[cast.member1.pk]).status_code == 302
    assert counted() == (Decimal("2.0"), True, 1, [TITLE])
    activity = build.again(Activity.objects.get())
    assert term.starts_on <= activity.starts_on
    actions.withdraw_activity(activity=activity, reason="重复", version=1, by=cast.shuji1, on=ON)
    assert counted() == (None, False, 0, []), "taken back, it counts nowhere"


def test_a_self_review_shows_how_many_activities_there_were_beside_the_standard_and_begins_with_them(
    cast: Cast,
) -> None:
    semester()
    build.activity(cast.one, cast.shuji1, cast.member1)
    build.activity(cast.one, cast.shuji1, cast.member1, title="期末调研")
    build.activity(cast.one, cast.shuji1, cast.shuji1.member, title="别人参加的")
    review = reviewing.begun(round_of(cast.general), cast.dangyuan1)
    assert review.lines.get().practice == f"本学期活动2次：“{TITLE}”、“期末调研”。"
    text = signed_in(cast.dangyuan1).get(reverse("reviews:self_review_edit", args=[review.pk])).content.decode()
    assert "活动 2 次" in text and "期末调研" in text and "别人参加的" not in text
    assert not Pledge.objects.exists()


# ---- evidence for the standards ----


def test_a_members_evidence_is_what_he_took_part_in_and_an_organisations_what_was_held_in_it(cast: Cast) -> None:
    organizations, members = "five_goods_one", "five_takes_the_lead_one"
    group = people.organization(Kind.GROUP, cast.one, "一组")
    build.activity(group, cast.shuji1, title="小组的")
    build.activity(cast.two, cast.shuji2, cast.member2, title="二支部的")
    build.activity(cast.one, cast.shuji1, cast.member1, title="去年的", starts_on=date(2010, 10, 1), ends_on=HELD)
    spring: dict[str, Any] = {"first": date(2011, 2, 14), "last": ON}

    def titles(**subject: Any) -> dict[str, list[str]]:
        found = queries.evidence_for(**subject, **spring)
        return {key: [one.title for one in rows] for key, rows in found.items()}

    assert titles(organization=cast.one) == {organizations: ["小组的"]}
    assert titles(organization=cast.general) == {organizations: ["小组的", "二支部的"]}
    assert titles(member=cast.member2) == {members: ["二支部的"]} and titles(member=cast.member1) == {}
    with pytest.raises(ValueError, match="either"):
        titles()
    with CaptureQueriesContext(connection) as captured:
        titles(organization=cast.general)
    assert len(captured) == 2


# ---- writing it down ----


def test_a_new_record_takes_its_carriers_standards_unless_others_are_ticked(cast: Cast) -> None:
    organizations, _ = build.standards()
    recorded(cast)
    recorded(cast, title="另一次", standards=[organizations.pk])
    first, second = Activity.objects.order_by("pk")
    assert set(first.standards.all()) == set(build.standards()) and list(second.standards.all()) == [organizations]


def test_a_correction_may_leave_no_standard_ticked(cast: Cast) -> None:
    activity = build.activity(cast.one, cast.shuji1)
    signed_in(cast.shuji1).post(reverse("schedule:activity_edit", args=[activity.pk]), typed(version=1))
    assert not build.again(activity).standards.all()


def test_a_link_from_the_plan_proposes_the_content_with_its_standards(cast: Cast) -> None:
    build.carrier()
    key = f"i{build.point().pk}"
    client = signed_in(cast.shuji1)
    response = client.get(reverse("schedule:activity_add") + f"?at={key}", follow=True)
    form = response.context["form"]
    assert form["content"].value() == key and len(form["standards"].value()) == 2
    assert form["standards"].value() == [one.pk for one in build.standards()] or len(form["standards"].value()) == 2


def test_people_schools_and_roles_are_kept_as_typed(cast: Cast) -> None:
    response = recorded(
        cast,
        took_part=[cast.member1.pk, cast.shuji1.member.pk],
        schools=" 第三实验小学 \n\n正衡中学\n第三实验小学",
        served="120",
        **{f"role-{cast.member1.pk}": "speaker", f"role-{cast.shuji1.member.pk}": "nonsense"},
    )
    assert response.status_code == 302
    activity = build.again(Activity.objects.get())
    assert {one.member: one.role for one in activity.participants.all()} == {
        cast.member1: "speaker",
        cast.shuji1.member: "participant",
    }
    assert [one.name for one in activity.schools.all()] == ["第三实验小学", "正衡中学"]
    assert (activity.served, activity.ends_on, activity.item) == (120, HELD, build.point())
    text = page(cast.dangyuan1, "activity_detail", activity.pk)
    assert all(word in text for word in ("主讲、授课 1 人", "党员甲", "正衡中学", "每人 2 学时", "评比活动：评优课"))


def test_schools_written_before_in_the_unit_are_offered_the_latest_first(cast: Cast) -> None:
    build.activity(cast.two, cast.shuji2, schools=["旧学校"], starts_on=date(2011, 3, 1), ends_on=date(2011, 3, 1))
    build.activity(cast.two, cast.shuji2, schools=["新学校"])
    taken_back = build.activity(cast.two, cast.shuji2, schools=["写错的"])
    actions.withdraw_activity(activity=taken_back, reason="错", version=1, by=cast.shuji2, on=ON)
    assert queries.schools_known(cast.one, ON) == ["新学校", "旧学校"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "请写活动名称"),
        ({"content": ""}, "请选属于哪个活动载体"),
        ({"starts_on": ""}, "请填开始日期"),
        ({"starts_on": "2011-06-21"}, "活动记录在活动之后填写"),
        ({"ends_on": "2011-07-01"}, "活动记录在活动之后填写"),
        ({"ends_on": "2011-05-01"}, "结束日期不能早于开始日期"),
        ({"hours": "100"}, "99"),
        ({"schools": "\n".join(f"第{n}小学" for n in range(41))}, "最多写 40 所"),
        ({"schools": "学" * 61}, "太长"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_what_was_typed_is_given_back(
    cast: Cast, fields: dict[str, str], sentence: str
) -> None:
    response = recorded(cast, result="写了很久的成效", took_part=[cast.member1.pk], **fields)
    text = response.content.decode()
    assert response.status_code == 422 and sentence in text and "写了很久的成效" in text
    assert f'value="{cast.member1.pk}" id="took-{cast.member1.pk}" checked' in text
    assert not Activity.objects.exists()


def test_nobody_takes_part_who_does_not_belong_to_the_organisation(cast: Cast) -> None:
    assert recorded(cast, took_part=[cast.member2.pk]).status_code == 422
    with pytest.raises(ValidationError, match="不属于"):
        build.activity(cast.one, cast.shuji1, cast.member2)
    assert not Activity.objects.exists()


def test_who_belonged_on_the_day_took_part_and_stays_when_he_has_moved_on(cast: Cast) -> None:
    activity = build.activity(cast.one, cast.shuji1, cast.member1)
    transfer_member(member=cast.member1, organization=cast.two, by=None, on=date(2011, 6, 1))
    assert recorded(cast, took_part=[cast.member1.pk]).status_code == 302, "he belonged in May"
    assert recorded(cast, starts_on="2011-06-15", took_part=[cast.member1.pk]).status_code == 422
    edit = reverse("schedule:activity_edit", args=[activity.pk])
    changed = typed(version=1, took_part=[cast.member1.pk], starts_on="2011-06-16")
    assert signed_in(cast.shuji1).post(edit, changed).status_code == 302
    assert [one.member for one in build.again(activity).participants.all()] == [cast.member1]


def test_the_activity_of_a_unit_offers_all_its_members_branch_by_branch(cast: Cast) -> None:
    build.carrier()
    text = page(cast.zongzhi, "activity_record", cast.general.pk)
    assert (
        "党员甲" in text and "党员乙" in text and text.index("第一党支部</legend>") < text.index("第二党支部</legend>")
    )


def test_a_committee_s_meeting_is_not_named_to_whom_it_is_not_open(cast: Cast) -> None:
    meeting = items.meeting(cast.one, cast.shuji1, held_on=HELD, title="讨论处分的支委会", kind="branch_committee")
    assert recorded(cast, meeting=meeting.pk).status_code == 302
    activity = Activity.objects.get()
    assert meeting.title in page(cast.shuji1, "activity_detail", activity.pk)
    assert meeting.title not in page(cast.dangyuan1, "activity_detail", activity.pk)


def test_an_activity_that_was_a_meeting_names_it_and_the_meeting_names_the_activity(cast: Cast) -> None:
    meeting = items.meeting(cast.one, cast.shuji1, held_on=HELD, title="党员大会")
    other = items.meeting(cast.one, cast.shuji1, held_on=date(2011, 5, 20))
    elsewhere = items.meeting(cast.two, cast.shuji2, held_on=HELD)
    assert recorded(cast, meeting=other.pk).status_code == 422
    assert recorded(cast, meeting=elsewhere.pk).status_code == 422
    assert recorded(cast, meeting=meeting.pk).status_code == 302
    activity = Activity.objects.get()
    assert "党员大会" in page(cast.dangyuan1, "activity_detail", activity.pk)
    assert TITLE in page(cast.dangyuan1, "meeting_detail", meeting.pk)
    assert [label for label, _ in duties.served_by(meeting, standing_of(cast.dangyuan1, ON), ON)] == ["活动载体"]


def test_the_committee_records_and_nobody_else(cast: Cast) -> None:
    for user in (cast.dangyuan1, cast.shuji2, cast.guanli):
        with pytest.raises(Refused):
            build.activity(cast.one, user)
    build.activity(cast.one, cast.ganshi)
    line = LogEntry.objects.get(verb="record_activity")
    assert (line.label, line.actor, line.target_name) == ("记录活动", cast.ganshi, TITLE)


# ---- pictures and papers ----


def test_photos_are_shown_as_pictures_without_what_hid_in_them_and_papers_as_files(cast: Cast) -> None:
    paper = SimpleUploadedFile("评课记录.txt", "优点".encode())
    assert recorded(cast, photos=picture(), papers=paper).status_code == 302
    photo, document = ActivityFile.objects.order_by("pk")
    assert (photo.kind, document.kind) == ("photo", "document")
    assert b"CameraMaker" not in photo.file.read()
    text = page(cast.dangyuan1, "activity_detail", photo.entry_id)
    address = reverse("schedule:activity_file", args=[photo.pk])
    assert f'<img src="{address}"' in text and "评课记录.txt" in text
    response = signed_in(cast.dangyuan1).get(address)
    assert response["Content-Type"] == "image/jpeg" and response["Content-Disposition"].startswith("inline")
    assert signed_in(cast.dangyuan2).get(address).status_code == 404


def test_what_is_no_picture_is_no_photo(cast: Cast) -> None:
    response = recorded(cast, photos=SimpleUploadedFile("名单.txt", b"x"))
    assert response.status_code == 422 and "不是照片" in response.content.decode()


def test_a_full_store_is_said_beside_the_field(cast: Cast, settings: Any) -> None:
    settings.UPLOAD_BRANCH_QUOTA_BYTES = 10
    response = recorded(cast, photos=picture())
    assert response.status_code == 422 and "附件已满" in response.content.decode()
    assert not Activity.objects.exists()


def test_a_photo_is_taken_away_in_a_correction_and_leaves_the_disk(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    recorded(cast, photos=picture())
    photo = ActivityFile.objects.get()
    storage, name = photo.file.storage, str(photo.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        edit = reverse("schedule:activity_edit", args=[photo.entry_id])
        assert signed_in(cast.shuji1).post(edit, typed(version=1, drop=photo.pk)).status_code == 302
    assert not ActivityFile.objects.exists() and not storage.exists(name)
    assert LogEntry.objects.get(verb="change_activity").changes["evidence"] == [["现场.jpg"], []]


# ---- correcting it and taking it back ----


def test_a_correction_tells_in_the_log_what_changed_and_nothing_else(cast: Cast) -> None:
    activity = build.activity(cast.one, cast.shuji1, cast.member1, schools=["正衡中学"])
    edit = reverse("schedule:activity_edit", args=[activity.pk])
    standards = [one.pk for one in build.standards()]
    changed = typed(version=1, hours="3", took_part=[cast.shuji1.member.pk], schools="正衡中学", standards=standards)
    assert signed_in(cast.shuji1).post(edit, changed).status_code == 302
    changes = LogEntry.objects.of(activity).get(verb="change_activity").changes
    assert set(changes) == {"hours", "participants"} and changes["hours"] == ["2.0", "3.0"]
    assert "党员甲（参加者）" in changes["participants"][0][0]
    assert build.again(activity).version == 2


def test_who_saves_on_an_older_reading_sees_both_and_nothing_is_written_over(cast: Cast) -> None:
    activity = build.activity(cast.one, cast.shuji1, cast.member1)
    actions.change_activity(
        activity=build.again(activity), entry=build.entry(title="别人改的"), version=1, by=cast.ganshi, on=ON
    )
    edit = reverse("schedule:activity_edit", args=[activity.pk])
    mine = typed(version=1, title="我改的", took_part=[cast.shuji1.member.pk], schools="正衡中学")
    response = signed_in(cast.shuji1).post(edit, mine)
    text = response.content.decode()
    assert response.status_code == 409 and all(word in text for word in ("别人改的", "我改的", "书记一（参加者）"))
    assert f'name="took_part" value="{cast.shuji1.member.pk}"' in text
    insisted = signed_in(cast.shuji1).post(edit, mine | {"version": 2})
    assert insisted.status_code == 302 and build.again(activity).title == "我改的"
    with pytest.raises(Conflict):
        actions.change_activity(
            activity=build.again(activity), entry=build.entry(schools=["x"]), version=1, by=cast.shuji1, on=ON
        )
    assert [one.name for one in ActivitySchool.objects.all()] == ["正衡中学"]


def test_taking_it_back_needs_a_reason_leaves_the_record_readable_and_ends_all_correcting(cast: Cast) -> None:
    activity = build.activity(cast.one, cast.shuji1, cast.member1)
    client, url = signed_in(cast.shuji1), reverse("schedule:activity_withdraw", args=[activity.pk])
    assert "请写明为什么撤回" in client.post(url, {"version": 1, "reason": " "}).content.decode()
    stale = client.post(url, {"version": 7, "reason": "和五月的重复"})
    assert stale.status_code == 409 and "和五月的重复" in stale.content.decode()
    assert client.post(url, {"version": 1, "reason": "和五月的重复"}).status_code == 302
    assert "和五月的重复" in page(cast.dangyuan1, "activity_detail", activity.pk)
    assert TITLE not in page(cast.dangyuan1, "activity_list")
    assert TITLE in page(cast.dangyuan1, "activity_list", query="?state=withdrawn")
    assert client.get(reverse("schedule:activity_edit", args=[activity.pk])).status_code == 403
    assert LogEntry.objects.get(verb="withdraw_activity").note == "和五月的重复"


def test_on_a_day_before_it_was_taken_back_it_still_stands(cast: Cast) -> None:
    activity = build.activity(cast.one, cast.shuji1, on=date(2011, 5, 13))
    actions.withdraw_activity(activity=activity, reason="错", version=1, by=cast.shuji1, on=date(2011, 6, 1))
    assert Activity.objects.kept_on(date(2011, 5, 31)).exists() and not Activity.objects.kept_on(ON).exists()
    assert not Activity.objects.kept_on(date(2011, 5, 1)).exists()


def test_only_what_is_meant_for_the_public_stands_and_has_begun_is_public(cast: Cast) -> None:
    build.activity(cast.one, cast.shuji1, title="内部的")
    shown = build.activity(cast.one, cast.shuji1, title="公开的", is_public=True)
    assert list(Activity.objects.public(ON)) == [shown] and not Activity.objects.public(date(2011, 1, 1))
    actions.withdraw_activity(activity=shown, reason="错", version=1, by=cast.shuji1, on=ON)
    assert not Activity.objects.public(ON)


def test_what_is_half_written_is_there_again_with_the_people_ticked(cast: Cast) -> None:
    build.carrier()
    client, url = signed_in(cast.shuji1), reverse("schedule:activity_record", args=[cast.one.pk])
    autosave = reverse("schedule:activity_record_autosave", args=[cast.one.pk])
    client.post(autosave, typed(title="写了一半的", took_part=[cast.member1.pk, cast.shuji1.member.pk]))
    text = client.get(url).content.decode()
    assert "写了一半的" in text and text.count('name="took_part"') == text.count('type="checkbox" name="took_part"')
    assert f'id="took-{cast.member1.pk}" checked' in text and "处需要修改" not in text
    recorded(cast)
    assert not Typed.objects.exists()
    activity = Activity.objects.get()
    keep = reverse("schedule:activity_autosave", args=[activity.pk])
    assert client.post(keep, typed(version=1)).status_code == 200
    assert client.post(keep, typed(version=9)).status_code == 409


# ---- the list and the ledger ----


def test_the_list_is_narrowed_by_content_semester_organisation_and_what_one_took_part_in(cast: Cast) -> None:
    spring, autumn = semester(), semester("2010-autumn", date(2010, 9, 1), date(2011, 1, 20))
    build.activity(cast.one, cast.shuji1, cast.member1, title="评优课甲")
    last_year = {"starts_on": date(2010, 10, 8), "ends_on": date(2010, 10, 8)}
    build.activity(cast.one, cast.shuji1, title="竞赛乙", content=Content(build.carrier(), build.point("skills")),
                   **last_year)  # fmt: skip
    build.activity(cast.general, cast.zongzhi, title="总支丙", content=Content(build.carrier("other")))
    contests = build.carrier().items.get(key="contests")
    for query, shown in [
        ("", {"评优课甲", "竞赛乙", "总支丙"}),
        (f"?at=c{build.carrier().pk}", {"评优课甲", "竞赛乙"}),
        (f"?at=i{contests.pk}", {"评优课甲", "竞赛乙"}),
        (f"?at=i{build.point().pk}", {"评优课甲"}),
        (f"?semester={spring.pk}", {"评优课甲", "总支丙"}),
        (f"?semester={autumn.pk}", {"竞赛乙"}),
        (f"?organization={cast.one.pk}", {"评优课甲", "竞赛乙"}),
        ("?mine=1", {"评优课甲"}),
        ("?q=竞赛", {"竞赛乙"}),
    ]:
        text = page(cast.dangyuan1, "activity_list", query=query)
        assert {title for title in ("评优课甲", "竞赛乙", "总支丙") if title in text} == shown, query
    assert "没有符合条件的活动" in page(cast.dangyuan1, "activity_list", query="?q=没有这个")


def test_members_read_of_their_branch_its_groups_the_unit_and_what_they_took_part_in(cast: Cast) -> None:
    group, other = (people.organization(Kind.GROUP, cast.one, name) for name in ("一组", "二组"))
    inside = people.account(people.member(group))
    build.activity(group, cast.shuji1, title="自己小组")
    build.activity(other, cast.shuji1, title="别的小组")
    build.activity(cast.one, cast.shuji1, title="支部")
    build.activity(cast.general, cast.zongzhi, cast.member2, title="总支")
    build.activity(cast.two, cast.shuji2, title="别的支部")

    def titles(user: User) -> set[str]:
        return set(Activity.objects.visible_to(user, ON).values_list("title", flat=True))

    assert titles(inside) == titles(cast.dangyuan1) == {"自己小组", "别的小组", "支部", "总支"}
    assert titles(cast.dangyuan2) == {"总支", "别的支部"} and titles(cast.stranger) == set()
    assert len(titles(cast.ganshi)) == 5 and titles(cast.guanli) == set()


def test_the_ledger_goes_out_as_a_workbook_with_people_schools_and_standards(cast: Cast) -> None:
    build.activity(cast.one, cast.shuji1, cast.member1, cast.shuji1.member, schools=["正衡中学"], served=40,
                   participants={cast.member1.pk: "judge", cast.shuji1.member.pk: "participant"})  # fmt: skip
    response = signed_in(cast.shuji1).get(reverse("schedule:activity_export"))
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    cells = [str(cell.value) for row in book["活动台账"].iter_rows() for cell in row if cell.value is not None]
    assert TITLE in cells and "正衡中学" in cells and "40" in cells
    assert any("党员甲（评委、评课）" in cell and "书记一" in cell for cell in cells)
    assert LogEntry.objects.get(verb="export").label == "导出活动台账"


# ---- the carriers ----


def test_statistics_count_schools_and_members_once_heads_each_time_and_a_content_with_what_is_enumerated_in_it(
    cast: Cast,
) -> None:
    semester("2010-autumn", date(2010, 9, 1), date(2011, 1, 20))
    semester()
    terms = list(Semester.objects.order_by("starts_on"))
    carrier = build.carrier()
    contests = carrier.items.get(key="contests")
    everyone = (cast.member1, cast.shuji1.member)
    build.activity(cast.one, cast.shuji1, *everyone, schools=["甲校", "乙校"], served=30)
    build.activity(cast.one, cast.shuji1, cast.member1, schools=["甲校"], served=10, content=Content(carrier, contests))
    build.activity(cast.one, cast.shuji1, content=Content(carrier), starts_on=date(2010, 10, 8), ends_on=HELD)
    taken_back = build.activity(cast.one, cast.shuji1, *everyone, schools=["丙校"], served=99)
    actions.withdraw_activity(activity=taken_back, reason="错", version=1, by=cast.shuji1, on=ON)
    found = carriers.statistics_of(Activity.objects.kept_on(ON), queries.contents_of(ON), terms)

    def told(item: int | None = None, term: Semester | None = None) -> tuple[int, ...]:
        one = found.of(carrier, item, term)
        return one.activities, one.participations, one.members, one.schools, one.served

    assert told() == (3, 3, 2, 2, 40)
    assert told(contests.pk) == (2, 3, 2, 2, 40) and told(build.point().pk) == (1, 2, 2, 2, 30)
    assert told(None, terms[0]) == (1, 0, 0, 0, 0) and told(None, terms[1]) == (2, 3, 2, 2, 40)
    lines = [(line.title, line.figures.activities, line.point) for line in found.lines(carrier)]
    assert lines == [
        ("评比活动", 2, False),
        ("评优课", 1, True),
        ("基本功竞赛", 0, True),
        ("没有注明具体内容", 1, False),
    ]


def test_the_statistics_page_narrows_to_a_semester_counts_photos_and_only_what_one_reads(cast: Cast) -> None:
    term = semester()
    recorded(cast, photos=picture())
    build.activity(cast.two, cast.shuji2, title="二支部的")
    client = signed_in(cast.shuji1)
    response = client.get(reverse("schedule:carrier_statistics") + f"?semester={term.pk}")
    assert response.context["total"] == 1 and response.context["tables"][0].total.photos == 1
    assert signed_in(cast.zongzhi).get(reverse("schedule:carrier_statistics")).context["total"] == 2
    exported = client.get(reverse("schedule:carrier_export"))
    book = load_workbook(BytesIO(b"".join(exported.streaming_content)))  # type: ignore[attr-defined]
    rows = [[cell.value for cell in row] for row in book["载体统计"].iter_rows()]
    assert ["全部", "research载体", "合计", 1, 0, 0, 0, 0, 1] in [row[:9] for row in rows]


# ---- what the pages cost ----


def many(cast: Cast, number: int) -> Activity:
    """So many activities of branch one, each with as many participants; returns the last."""
    already = Member.objects.count()
    members = Member.objects.bulk_create(
        Member(name=f"众人{already + n}", sort_key=f"{already + n:06}", sex="male") for n in range(number)
    )
    at = {"organization": cast.one, "path": cast.one.path}
    Membership.objects.bulk_create(Membership(member=member, starts_on=people.DAY, **at) for member in members)
    for _ in range(number):
        activity = build.activity(cast.one, cast.shuji1, *members, schools=[f"第{n}小学" for n in range(number)])
        ActivityFile.objects.bulk_create(
            ActivityFile(entry=activity, kind="photo", name=f"{n}.jpg", content_type="image/jpeg", size=1,
                         sha256="0" * 64, by=cast.shuji1, file=f"activities/{activity.pk}-{n}")
            for n in range(number)
        )  # fmt: skip
    return activity


@pytest.mark.parametrize("view", ["activity_list", "activity_print", "carrier_statistics"])
def test_a_page_costs_the_same_with_two_activities_and_with_twenty(cast: Cast, view: str) -> None:
    semester()
    client, url = signed_in(cast.zongzhi), reverse(f"schedule:{view}")
    many(cast, 2)
    few = cost(client, url)
    many(cast, 18)
    assert cost(client, url) == few <= 18


def test_an_activitys_pages_cost_the_same_with_two_people_and_with_thirty(cast: Cast) -> None:
    client = signed_in(cast.shuji1)
    for view, most in (("activity_detail", 18), ("activity_edit", 26)):
        costs = [
            cost(client, reverse(f"schedule:{view}", args=[build.activity(cast.one, cast.shuji1, *folk).pk]))
            for folk in ([cast.member1, cast.shuji1.member], [people.member(cast.one) for _ in range(30)])
        ]
        assert costs[0] == costs[1] <= most, view
