"""Do the votes of a resolution fit the people of its meeting? Who may write a meeting down: ``rules.items``."""

from collections.abc import Mapping
from typing import Any


def too_many(votes: Mapping[str, Any], *, due: int | None = None, present: int | None = None) -> str:
    """Say what is wrong with the votes of a resolution, or nothing: no more votes than voters, or than people present."""
    cast = votes["votes_for"] + votes["votes_against"] + votes["abstained"]
    if cast > votes["voters_due"]:
        return f"赞成、反对、弃权一共 {cast} 票，多于应到有表决权的 {votes['voters_due']} 人。"
    if due is not None and votes["voters_due"] > due:
        return f"应到有表决权的 {votes['voters_due']} 人，多于会议应到的 {due} 人。"
    if present is not None and cast > present:
        return f"赞成、反对、弃权一共 {cast} 票，多于会议实到的 {present} 人。"
    return ""
