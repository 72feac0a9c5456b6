"""What a browser would post."""

from typing import Any

ROW = {
    "kind": "post",
    "standard": "",
    "content": "",
    "measure": "",
    "baseline": "",
    "target": "",
    "due_on": "2011-06-30",
}


def item_rows(*rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """The formset's fields for these rows; the first ``initial`` are rows that exist already."""
    data: dict[str, Any] = {
        "items-TOTAL_FORMS": len(rows),
        "items-INITIAL_FORMS": initial,
        "items-MIN_NUM_FORMS": 0,
        "items-MAX_NUM_FORMS": 40,
    }
    for number, row in enumerate(rows):
        data |= {f"items-{number}-{name}": value for name, value in {**ROW, "id": "", **row}.items()}
    return data
