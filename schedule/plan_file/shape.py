"""What a plan file consists of: its tables and their fields, said once for reading, checking and loading."""

from dataclasses import dataclass
from enum import Enum, auto

from django.db import models

from schedule.states.indicators import EvidenceKind
from schedule.states.plan import Aim, DocumentKind, MilestoneKind, Target, WayOfWorking

LINE_MAX = 200
KEY_MAX = 60


class Kind(Enum):
    """What a field holds in the file, and what it becomes."""

    LINE = auto()  # one line of text
    PROSE = auto()  # paragraphs, one a line
    KEY = auto()  # the fixed name of a row among its siblings
    DAY = auto()  # a date
    WRITTEN_DAY = auto()  # a date, or words as the plan has them; becomes <name> and precision
    START = auto()  # the same as a beginning; becomes <name>_on and start_precision
    END = auto()  # the same as an end
    DUE = auto()  # the same as the last day that is in time; becomes <name>_on and <name>_precision
    NUMBER = auto()
    YES_NO = auto()
    CHOICE = auto()
    REFERENCE = auto()  # the key of a row in another table
    REFERENCES = auto()  # several of them


@dataclass(frozen=True)
class Field:
    """One field of a table. Not required and not there means empty."""

    name: str
    label: str
    kind: Kind
    required: bool = True
    choices: type[models.TextChoices] | None = None
    refers_to: str = ""
    becomes: str = ""  # the model's own name, where the file's is shorter
    least: int = 0
    most: int = 0


@dataclass(frozen=True)
class Table:
    """A table of the file; ``once`` is written [name], the others [[name]]."""

    name: str
    label: str
    fields: tuple[Field, ...]
    children: tuple["Table", ...] = ()
    once: bool = False
    required: bool = True

    def field(self, name: str) -> Field | None:
        """Return the field of that name."""
        return next((field for field in self.fields if field.name == name), None)

    def child(self, name: str) -> "Table | None":
        """Return the table inside this one of that name."""
        return next((child for child in self.children if child.name == name), None)


def _key() -> Field:
    return Field("key", "代号", Kind.KEY)


def _title() -> Field:
    return Field("title", "名称", Kind.LINE)


CAMPAIGN = Table(
    "campaign",
    "活动",
    (
        _key(),
        Field("name", "简称", Kind.LINE),
        Field("title", "方案名称", Kind.LINE),
        Field("unit", "单位", Kind.LINE),
        Field("starts", "开始", Kind.START),
        Field("ends", "结束", Kind.END),
        Field("background", "活动背景", Kind.PROSE),
        Field("content", "主要内容", Kind.PROSE),
        Field("approach", "基本要求", Kind.PROSE, required=False),
        Field("method", "活动方式", Kind.PROSE),
        Field("span", "活动跨度", Kind.PROSE, required=False),
        Field("span_note", "活动跨度的理解", Kind.PROSE, required=False),
        Field("theme", "实践主题", Kind.LINE),
        Field("motto", "承诺内容", Kind.PROSE),
        Field("steps", "步骤说明", Kind.PROSE, required=False),
    ),
    once=True,
)

SCORING = Table(
    "scoring",
    "计分",
    (
        Field("enabled", "计分", Kind.YES_NO),
        Field("weight", "每条标准分值", Kind.NUMBER, required=False, least=1, most=100),
    ),
    (
        Table(
            "bands",
            "等次",
            (Field("from", "起点", Kind.NUMBER, least=0, most=100), Field("label", "名称", Kind.LINE)),
            required=False,
        ),
    ),
    once=True,
    required=False,
)

TABLES = (
    Table(
        "theme_goals",
        "主题目标",
        (_key(), Field("kind", "类别", Kind.CHOICE, choices=Aim), _title(), Field("text", "原文", Kind.LINE)),
    ),
    Table(
        "standard_sets",
        "标准",
        (
            _key(),
            Field("target", "适用对象", Kind.CHOICE, choices=Target),
            _title(),
            Field("honour", "争创目标", Kind.LINE),
            Field("preface", "基本要求", Kind.PROSE),
            Field("version", "版次", Kind.LINE),
            Field("effective_from", "启用日期", Kind.DAY),
        ),
        (
            Table(
                "standards",
                "标准条目",
                (_key(), _title(), Field("definition", "说明", Kind.PROSE, required=False)),
                (
                    Table(
                        "indicators",
                        "指标",
                        (
                            _key(),
                            Field("text", "指标", Kind.PROSE),
                            Field("points", "分值", Kind.NUMBER, required=False, least=1, most=100),
                            Field("rule", "扣分办法", Kind.PROSE, required=False),
                            Field("evidence_kind", "佐证材料", Kind.CHOICE, required=False, choices=EvidenceKind),
                        ),
                        required=False,
                    ),
                ),
            ),
        ),
    ),
    Table(
        "ways",
        "活动方式",
        (
            Field("key", "代号", Kind.CHOICE, choices=WayOfWorking),
            _title(),
            Field("summary", "说明", Kind.PROSE, required=False),
        ),
    ),
    Table(
        "milestones",
        "重大节点",
        (
            _key(),
            _title(),
            Field("date", "日期", Kind.WRITTEN_DAY),
            Field("kind", "类别", Kind.CHOICE, choices=MilestoneKind),
            Field("remind_days_before", "提前提醒天数", Kind.NUMBER, least=0, most=366),
            Field("note", "说明", Kind.PROSE, required=False),
        ),
        required=False,
    ),
    Table(
        "school_years",
        "学年",
        (_key(), Field("label", "名称", Kind.LINE)),
        (
            Table(
                "semesters",
                "学期",
                (
                    _key(),
                    Field("label", "名称", Kind.LINE),
                    Field("short_label", "简称", Kind.LINE),
                    Field("starts_on", "开学日期", Kind.DAY),
                    Field("ends_on", "放假日期", Kind.DAY),
                ),
            ),
        ),
    ),
    Table(
        "carriers",
        "活动载体",
        (
            _key(),
            _title(),
            Field("text", "原文", Kind.PROSE),
            Field("goal", "对应主题目标", Kind.REFERENCE, required=False, refers_to="theme_goals"),
            Field("standards", "支撑的标准", Kind.REFERENCES, required=False, refers_to="standards"),
        ),
        (
            Table(
                "items",
                "载体内容",
                (
                    _key(),
                    _title(),
                    Field("text", "原文", Kind.PROSE),
                    Field("interval_days", "间隔天数", Kind.NUMBER, required=False, least=1, most=366),
                    Field("year", "年份", Kind.NUMBER, required=False, least=1990, most=2100),
                ),
                (Table("points", "列举事项", (_key(), _title()), required=False),),
            ),
        ),
    ),
    Table("founding_conditions", "创建条件", (_key(), Field("text", "原文", Kind.PROSE)), required=False),
    Table(
        "phases",
        "阶段",
        (
            _key(),
            _title(),
            Field("label", "时间（原文）", Kind.LINE),
            Field("starts", "开始", Kind.START),
            Field("ends", "结束", Kind.END),
            Field("text", "原文", Kind.PROSE, required=False),
        ),
        (
            Table(
                "tasks",
                "阶段工作",
                (
                    _key(),
                    _title(),
                    Field("text", "原文", Kind.PROSE, required=False),
                    Field("to", "布置给", Kind.CHOICE, required=False, choices=Target, becomes="target"),
                    Field("due", "完成时限", Kind.DUE, required=False),
                    Field("evidence", "完成时要附材料", Kind.YES_NO, required=False, becomes="evidence_needed"),
                ),
                (
                    Table(
                        "documents",
                        "学习材料",
                        (
                            _key(),
                            _title(),
                            Field("kind", "类别", Kind.CHOICE, choices=DocumentKind),
                            Field("issuer", "制发单位", Kind.LINE, required=False),
                        ),
                        required=False,
                    ),
                ),
            ),
        ),
    ),
)
