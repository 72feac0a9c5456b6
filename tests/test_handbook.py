"""The handbook and the README show pictures that are there, are used, and stay small."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
TEXTS = [ROOT / "README.md", *sorted((ROOT / "docs" / "handbook").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)[^)]*\)|src=\"([^\"]+)\"")


def links(text: Path) -> set[Path]:
    """What a page leads to or shows, inside the project."""
    return {(text.parent / (link or shown)).resolve() for link, shown in LINK.findall(text.read_text())}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
def test_every_link_leads_somewhere(text: Path) -> None:
    assert sorted(str(target) for target in links(text) if not target.exists()) == []


def test_every_role_has_its_page_in_the_index() -> None:
    index = ROOT / "docs" / "handbook" / "index.md"
    assert {path for path in links(index) if path.suffix == ".md"} == set(TEXTS) - {index, ROOT / "README.md"}


def test_every_picture_is_small_and_shown_somewhere() -> None:
    shown = set().union(*map(links, TEXTS))
    pictures = list(PICTURES.glob("*.png"))
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > 150_000] == []
    assert sum(picture.stat().st_size for picture in pictures) < 4_000_000
    assert [picture.name for picture in pictures if picture.resolve() not in shown] == []
