"""The unit's own plan, as it was written, cut into clauses."""

import re
from pathlib import Path

ORIGINAL = Path("tests/data/plan-changzhou-2010-2012.txt")
TOML = Path("schedule/plans/changzhou-2010.toml")

# the numbers and headings that files and pages express by structure
_NUMBER = re.compile(r"^(?:[一二三]、|[（(][一二三1-4][)）]|[1-4][．.]|[一二三四五]是)")
_HEADINGS = {"活动背景", "活动方案", "实践主题", "活动载体", "创建条件", "承诺内容", "日程安排"}


def clauses() -> list[str]:
    """Every clause of the plan in its order, blanks, numbers and the bare headings left out."""
    found = []
    for line in ORIGINAL.read_text(encoding="utf-8").splitlines():
        text = _NUMBER.sub("", "".join(line.split()))
        for part in re.split(r"[。；：，()（）]", text):
            clause = _NUMBER.sub("", part)
            if clause and clause not in _HEADINGS:
                found.append(clause)
    return found
