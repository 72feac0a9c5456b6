"""学时统计 as a table: a member a row, organisation by organisation."""

from chuangxian.sheets import Column, Groups, Sheet
from schedule.queries.hours import Hours

HOURS: Sheet[Hours] = Sheet(
    "学时统计",
    [
        Column("党组织", lambda one: one.organization.name, key="organization", width=18, wrap=True),
        Column("姓名", "member.name", key="name", width=10),
        Column("应学次数", "due", "integer", key="due", width=9),
        Column("出席", "present", "integer", key="present", width=7),
        Column("请假", "leave", "integer", key="leave", width=7),
        Column("缺席", "absent", "integer", key="absent", width=7),
        Column("已补学", "made_up", "integer", key="made_up", width=8),
        Column("未登记", "unsaid", "integer", key="unsaid", width=8),
        Column("出勤率", "rate", "percent", key="rate", width=9),
        Column("集体学习学时", "study", "decimal", key="study", width=10),
        Column("活动学时", "activities", "decimal", key="activities", width=10),
        Column("学时合计", "total", "decimal", key="total", width=10),
    ],
)

GROUPS: Groups[Hours] = Groups(
    key=lambda one: (one.organization.path, one.organization.name),
    label=lambda key: str(key[1]),
    sums=["due", "present", "leave", "absent", "made_up", "unsaid", "study", "activities", "total"],
    shares={"rate": ("present", "due")},
)
