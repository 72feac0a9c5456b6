"""A sample table for the two staff lists in tests/data."""

import re
from typing import Any

from chuangxian.sheets import BadCell, Column, Sheet


def email(value: str, context: Any) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise BadCell(f"“{value}”不是电子邮箱地址")
    return value


def unit(value: str, context: Any) -> str:
    """The full name of a known unit, written in full or without 党."""
    for name in context:
        if value in (name, name.replace("党", "")):
            return str(name)
    raise BadCell(f"没有叫“{value}”的部门")


UNITS = ("小学教研党支部", "初中教研党支部", "高中教研党支部", "综合与科研党支部", "离退休党支部")

ROSTER: Sheet[Any] = Sheet(
    "名册",
    [
        Column("序号", key="number", kind="integer"),
        Column("姓名", "name", required=True, spaces="none", max_length=20),
        Column("性别", "sex", "choice", choices=["男", "女"]),
        Column("出生年月", "born", "month"),
        Column("民族", "nation"),
        Column("学历", "education"),
        Column("入党时间", "joined", "date"),
        Column("转正时间", "confirmed", "date"),
        Column("部门", "unit", aliases=("所在党支部",), parse=unit),
        Column("党内职务", "post"),
        Column("岗位", "job", aliases=("行政职务（岗位）",)),
        Column("党员类别", "kind", "choice", choices=["正式党员", "预备党员", "离退休党员"]),
        Column("电子邮箱", "email", fold=True, parse=email),
    ],
)
