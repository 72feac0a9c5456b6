"""What every template keeps to, whoever writes it: it compiles, and it brings no code and no style of its own."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))
PAGES = [path for path in TEMPLATES if path.suffix == ".html" and "mail" not in path.relative_to(ROOT).parts]
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))

NOT_ALLOWED = {
    "a style of its own": re.compile(r"\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "a handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"'{]", re.I),
    "a script with code": re.compile(r"<script\b(?![^>]*\ssrc=)", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "something from another host": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.I),
    "a frame": re.compile(r"<i?frame\b", re.I),
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


def without_comments(text: str) -> str:
    return re.sub(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->", "", text, flags=re.S)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_compiles(path: Path) -> None:
    get_template(name_of(path))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_template_brings_no_code_and_no_style(path: Path) -> None:
    text = without_comments(path.read_text(encoding="utf-8"))
    found = [what for what, pattern in NOT_ALLOWED.items() if pattern.search(text)]
    assert found == [], f"{name_of(path)} has {', '.join(found)}; the site's CSP refuses it. See docs/look.md."


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<p style="color:red">', "a style of its own"),
        ("<style>p{}</style>", "a style element"),
        ('<a href="#" onclick="go()">', "a handler"),
        ("<script>go()</script>", "a script with code"),
        ('<script src="https://cdn.example/x.js"></script>', "something from another host"),
        ('<a href="javascript:go()">', "a javascript: address"),
    ],
)
def test_the_search_finds_what_it_looks_for(text: str, what: str) -> None:
    assert [name for name, pattern in NOT_ALLOWED.items() if pattern.search(text)] == [what]


def test_a_script_file_is_allowed() -> None:
    text = "<script src=\"{% static 'js/page.js' %}\" defer></script>"
    assert [name for name, pattern in NOT_ALLOWED.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_static_files_and_icons_of_a_template_exist(path: Path) -> None:
    text = without_comments(path.read_text(encoding="utf-8"))
    files = re.findall(r"{%\s*static\s+['\"]([^'\"]+)['\"]", text)
    assert [name for name in files if not finders.find(name)] == []
    sprite = (ROOT / "static/vendor/bootstrap-icons/icons.svg").read_text()
    icons = re.findall(r"{%\s*icon\s+['\"]([^'\"]+)['\"]", text) + re.findall(r"icon_name=['\"]([^'\"]+)['\"]", text)
    assert [name for name in icons if f'id="{name}"' not in sprite] == []
    assert not re.search(r"class=\"bi[ \"]", text), "icons come from {% icon %}"


def test_every_page_has_a_title_and_one_heading_place() -> None:
    bases = {"base.html", "components/print_base.html", "500.html"}
    whole = [path for path in PAGES if not path.name.startswith("_") and name_of(path) not in bases]
    missing = [
        name_of(path)
        for path in whole
        if "{% extends" in path.read_text(encoding="utf-8")
        and "{% block title %}" not in path.read_text(encoding="utf-8")
    ]
    assert missing == []


# ---- the vendored files and the tokens ----


def test_vendored_files_are_the_ones_on_record() -> None:
    vendor = ROOT / "static/vendor"
    rows = re.findall(
        r"^\| `([^`]+)` \| [^|]+ \| MIT \| `([0-9a-f]{64})` \|$", (vendor / "VERSIONS.md").read_text(), re.M
    )
    assert {name for name, _ in rows} == {
        "bootstrap/bootstrap.min.css",
        "bootstrap-icons/icons.svg",
        "chartjs/chart.umd.min.js",
    }
    assert {name: sha256((vendor / name).read_bytes()).hexdigest() for name, _ in rows} == dict(rows)


def test_no_static_file_names_a_source_map() -> None:
    files = [path for path in (ROOT / "static").rglob("*") if path.suffix in (".js", ".css")]
    assert [path.name for path in files if "sourceMappingURL" in path.read_text(encoding="utf-8")] == []


def test_style_sheets_use_only_tokens_that_exist() -> None:
    defined = {name for path in STYLES for name in re.findall(r"(--[\w-]+)\s*:", path.read_text(encoding="utf-8"))}
    used = {name for path in STYLES for name in re.findall(r"var\((--[\w-]+)", path.read_text(encoding="utf-8"))}
    assert used - defined == set()


def luminance(colour: str) -> float:
    parts = (
        [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        if len(colour) == 7
        else [int(c * 2, 16) / 255 for c in colour[1:]]
    )
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        *[(ink, ground, 4.5) for ink in ("ink", "ink-2", "ink-3", "red") for ground in ("paper", "surface", "wash")],
        *[(tone, f"{tone}-wash", 4.5) for tone in ("red", "gold", "green", "amber", "blue")],
        ("surface", "red", 4.5),
        ("surface", "ink", 4.5),
        ("line-strong", "surface", 3.0),
        ("line-strong", "paper", 3.0),
        ("focus", "paper", 3.0),
        ("done", "track", 3.0),
    ],
)
def test_colours_can_be_read(ink: str, ground: str, least: float) -> None:
    tokens = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", (ROOT / "static/css/tokens.css").read_text()))
    assert contrast(tokens[ink], tokens[ground]) >= least
