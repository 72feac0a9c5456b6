"""The roster as a table: said once for export, template and import."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from branches.queries import RosterLine
from branches.rehearsal import LABELS, Claim, stored_date
from branches.states import Kind, MemberType, Post, Sex
from chuangxian.sheets import BadCell, Column, PartialDate, Sheet

LEVELS = {
    "党支部": Kind.BRANCH, "支部": Kind.BRANCH, "": Kind.BRANCH, "党总支": Kind.GENERAL_BRANCH, "总支": Kind.GENERAL_BRANCH,
    "党委": Kind.COMMITTEE, "党工委": Kind.WORKING_COMMITTEE,
}  # fmt: skip
POSTS = {
    "书记": Post.SECRETARY, "副书记": Post.DEPUTY_SECRETARY, "组织委员": Post.ORGANIZATION_COMMISSIONER,
    "宣传委员": Post.PUBLICITY_COMMISSIONER, "纪检委员": Post.DISCIPLINE_COMMISSIONER, "纪律检查委员": Post.DISCIPLINE_COMMISSIONER,
}  # fmt: skip
TITLE = re.compile(f"({'|'.join(filter(None, LEVELS))})?({'|'.join(POSTS)})")
GROUP_TITLE = re.compile(r"党?小组组?长|组长")
BETWEEN = re.compile(r"[、，,；;/\s]+|兼任?")
NOTHING = ("无", "—", "-", "－", "/")


def read_posts(text: str, context: Any) -> tuple[Claim, ...]:
    """Read 党支部书记、党总支副书记 as claims, or raise BadCell on the first title that is not known."""
    return tuple(read_title(title) for title in BETWEEN.split(text) if title)


def read_title(title: str) -> Claim:
    """Read one title; one that names no level is the branch's."""
    if GROUP_TITLE.fullmatch(title):
        return Claim(Post.GROUP_LEADER, Kind.GROUP, title)
    if found := TITLE.fullmatch(title):
        return Claim(POSTS[found[2]], LEVELS[found[1] or ""], title)
    raise BadCell(f"不认识“{title}”这个党内职务，可以填：{KNOWN_TITLES}；多个职务用顿号隔开")


KNOWN_TITLES = "党支部书记、副书记、组织委员、宣传委员、纪检委员、党小组长，或写明党总支、党委的同样职务"


def read_email(text: str, context: Any) -> str:
    """Read a mail address; full-width letters are already made half-width."""
    address = unicodedata.normalize("NFKC", text)
    try:
        validate_email(address)
    except ValidationError:
        raise BadCell(f"“{text}”不是有效的电子邮箱地址") from None
    return address


def dated(stem: str) -> Any:
    """Return the getter of one of a member's dates with its precision."""

    def get(line: RosterLine) -> PartialDate | None:
        return stored_date(line.member, stem)

    return get


ROSTER: Sheet[RosterLine] = Sheet(
    "党员名册",
    [
        Column("序号", lambda line: line.number, "integer", read_as="text", key="number", width=6),
        Column(LABELS["name"], "member.name", required=True, spaces="none", max_length=40, width=10),
        Column(LABELS["sex"], "member.sex", "choice", required=True, choices=Sex.choices, width=6),
        Column(LABELS["born"], dated("born"), "month", key="born", required=True, aliases=("出生日期", "出生时间"), width=13),
        Column(LABELS["ethnicity"], "member.ethnicity", max_length=20, blanks=NOTHING, width=8),
        Column(LABELS["education"], "member.education", max_length=20, blanks=NOTHING, aliases=("文化程度", "最高学历"), width=12),
        Column(
            LABELS["joined"], dated("joined"), "month", key="joined", aliases=("入党日期", "入党年月"), blanks=NOTHING, width=13
        ),
        Column(
            LABELS["confirmed"], dated("confirmed"), "month", key="confirmed", aliases=("转正日期", "转正年月"), blanks=NOTHING, width=13
        ),
        Column(
            LABELS["branch"], "branch.name", key="branch", required=True, spaces="none", fold=True, max_length=80,
            aliases=("党支部", "所在支部", "所属党支部"), width=20,
        ),
        Column(
            LABELS["posts"], "party_posts", key="posts", parse=read_posts, blanks=NOTHING, width=16,
            help="如：党支部书记、组织委员；担任多个职务用顿号隔开；没有职务留空",
        ),
        Column(
            LABELS["unit_post"], "member.unit_post", max_length=60, blanks=NOTHING,
            aliases=("行政职务", "行政职务(岗位)", "岗位", "工作岗位"), width=16,
        ),
        Column(
            LABELS["member_type"], "member.member_type", "choice", required=True, aliases=("类别",), width=12,
            choices=[
                (MemberType.FULL, "正式党员", "正式"),
                (MemberType.PROBATIONARY, "预备党员", "预备"),
                (MemberType.RETIRED, "离退休党员", "离退休"),
            ],
        ),
        Column(
            LABELS["email"], "member.email", parse=read_email, fold=True, spaces="none", max_length=254, blanks=NOTHING,
            aliases=("邮箱", "电子邮件", "E-mail", "Email"), width=26,
        ),
    ],
)  # fmt: skip
