"""Workbooks that mean harm are refused in plain words, quickly and without memory."""

import json
import random
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from chuangxian.sheets import Unreadable

from .hostile_workbooks import FILES
from .rosters import ROSTER, UNITS
from .xlsx import zipped

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    folder = tmp_path_factory.mktemp("hostile")
    for number, (_, make, _) in enumerate(FILES.values()):
        (folder / f"{number}.bin").write_bytes(make())
    run = subprocess.run(
        [sys.executable, "-m", "tests.kernel.hostile_workbooks", str(folder)],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    return {found["case"]: found for found in map(json.loads, run.stdout.splitlines())}


@pytest.mark.parametrize("case", FILES)
def test_hostile_workbook_is_refused(case: str, outcomes: dict[str, dict[str, object]]) -> None:
    found = outcomes[case]
    sentence = str(found["sentence"])
    assert not found["error"]
    assert FILES[case][2] in sentence and sentence.endswith("。") and len(sentence) < 160
    assert float(str(found["seconds"])) <= 2
    assert int(str(found["rss"])) <= 150


def test_there_are_more_than_thirty_hostile_workbooks() -> None:
    assert len(FILES) >= 30


def test_openpyxl_uses_defusedxml() -> None:
    assert openpyxl.DEFUSEDXML is True


def damaged(noise: random.Random) -> bytes:
    """The messy roster with a few bytes changed, in the archive or inside one of its parts."""
    original = (DATA / "roster-messy.xlsx").read_bytes()
    if noise.random() < 0.3:
        return changed(original, noise)
    with zipfile.ZipFile(BytesIO(original)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = noise.choice([name for name in parts if "theme" not in name])
    return zipped({**parts, name: changed(parts[name], noise)}, zipfile.ZIP_STORED)


def changed(content: bytes, noise: random.Random) -> bytes:
    body = bytearray(content)
    for _ in range(noise.choice((1, 2, 5))):
        place, other, length = noise.randrange(len(body)), noise.randrange(len(body)), noise.randrange(1, 60)
        match noise.randrange(3):
            case 0:
                body[place] = noise.choice(b'0123456789<>"/= AZaz&;\0\xff')
            case 1:
                body[place : place + length] = body[other : other + length]
            case 2:
                body[place:place] = body[other : other + length]
    return bytes(body)


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_workbook_is_read_or_refused_but_never_breaks(seed: int) -> None:
    noise = random.Random(seed)
    outcomes = set()
    for _ in range(25):
        body = damaged(noise)
        try:
            reading = ROSTER.read(BytesIO(body), context=UNITS)
            ROSTER.annotated(BytesIO(body), reading.problems)
            outcomes.add("read")
        except Unreadable as refusal:
            assert refusal.sentence.endswith("。")
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
