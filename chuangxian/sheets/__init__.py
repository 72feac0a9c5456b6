"""Tables said once: list page, Excel export, import template and import reader come from one Sheet.

STAFF = Sheet("职工名册", [
    Column("姓名", "name", required=True, spaces="none", max_length=20),
    Column("出生年月", "born", "month"),                         # reads PartialDate(date, "day" | "month")
    Column("入职时间", "joined_on", "date", aliases=("参加工作时间",)),    # reads datetime.date
    Column("部门", "unit.name", key="unit", parse=find_unit),       # parse(value, context): object or BadCell
    Column("性别", "sex", "choice", choices=[("m", "男"), ("f", "女")]),
])

STAFF.headers; STAFF.cells(person)                                # list page
STAFF.write(stream, people.iterator(), heading=["职工名册"], who="张三", at=clock.now(), as_of=on,
            groups=Groups(key=lambda p: p.unit.name, sums=["hours"]))
STAFF.template(stream, choices={"unit": ["教研室", "办公室"]})
reading = STAFF.read(stream, context=units, name=upload.name)       # raises Unreadable(sentence)
for row in reading.good_rows: row.number, row["name"], row.hidden
reading.add(row, "name", "与第 3 行重复")                           # the caller's own findings
reading.ok; reading.problems                                      # Problem(sheet, row, column, header, message, level)
STAFF.annotated(stream, reading.problems)                         # bytes: bad rows with notes in the cells
"""

from .charts import Chart
from .columns import Cell, Column, Kind, PartialDate
from .problems import BadCell, Problem, Unreadable
from .reading import ParsedRow, Reading
from .table import Sheet, write_workbook
from .writing import Groups

__all__ = [
    "BadCell",
    "Cell",
    "Chart",
    "Column",
    "Groups",
    "Kind",
    "ParsedRow",
    "PartialDate",
    "Problem",
    "Reading",
    "Sheet",
    "Unreadable",
    "write_workbook",
]
