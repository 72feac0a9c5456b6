"""The invented people: the roster stands in roster.xlsx and comes in through the portal's own import; here is who can sign in."""

from dataclasses import dataclass
from pathlib import Path

ROSTER = Path(__file__).with_name("roster.xlsx")
WORKING_COMMITTEE = "常州市教育局党工委"
GENERAL_BRANCH = "常州市教育教研室党总支"
PASSWORD = "changzhou-2010"  # noqa: S105  it stands on the sign-in page of the demo


@dataclass(frozen=True, slots=True)
class Account:
    """An account that the sign-in page of the demo names. ``member`` is the name in the roster, empty for who stands in none."""

    username: str
    role: str
    member: str = ""
    display_name: str = ""


ACCOUNTS = [
    Account("zongzhi", "党总支书记", member="江晓超"),
    Account("shuji1", "小学教研党支部书记", member="卢雪"),
    Account("dangyuan1", "小学教研党支部党员", member="袁晨"),
    Account("ganshi", "创先争优办公室干事", display_name="顾小满"),
    Account("guanli", "系统管理员", display_name="系统管理员"),
]
