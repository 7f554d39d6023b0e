"""The code table, and how well printed wordings agree with it."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from validation import icd10cm
from validation.errors import CodeTableError
from validation.icd10cm import build_table, description_agreement, is_billable, lookup
from validation.wording import read_wording


@pytest.mark.parametrize(
    ("code", "billable", "description"),
    [
        ("M54.16", True, "Radiculopathy, lumbar region"),
        ("m5416", True, "Radiculopathy, lumbar region"),
        ("M54.1", False, "Radiculopathy"),
        ("M54", False, "Dorsalgia"),
        ("I10", True, "Essential (primary) hypertension"),
        ("S72.001", False, "Fracture of unspecified part of neck of right femur"),
        (
            "S72.001A",
            True,
            "Fracture of unspecified part of neck of right femur, initial encounter for closed fracture",
        ),
        ("U07.1", True, "COVID-19"),
    ],
)
def test_known_codes(code: str, billable: bool, description: str) -> None:
    entry = lookup(code)
    assert entry is not None
    assert (entry.billable, entry.description) == (billable, description)
    assert is_billable(code) is billable


@pytest.mark.parametrize("code", ["R91.16", "EI1.65", "M54.165", "", "A", "A00-A09", "1", "M54.16; DROP", "S72.001AB"])
def test_unknown_codes(code: str) -> None:
    assert lookup(code) is None
    assert not is_billable(code)
    assert description_agreement(code, "Radiculopathy") == 0.0


def test_entry_knows_its_family_and_its_exclusions() -> None:
    entry = lookup("I25.10")
    assert entry is not None
    assert "Coronary (artery) disease" in entry.broader
    assert entry.broader[-1] == "Chronic ischemic heart disease"
    category = lookup("E11")
    assert category is not None
    assert any("type 1 diabetes mellitus" in note for note in category.excludes1)


def test_lookup_in_threads() -> None:
    codes = [f"E11.{n}" for n in range(10)] * 20
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lookup, codes))
    assert found == [lookup(code) for code in codes]


def test_hot_path_does_not_load_the_classification() -> None:
    program = (
        "import sys; from validation.icd10cm import lookup; lookup('I10'); print('simple_icd_10_cm' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_table_is_built_once_and_a_foreign_one_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "data" / "codes.sqlite"
    path.parent.mkdir()
    path.write_bytes(b"not a table")
    build_table(path)
    with closing(sqlite3.connect(path)) as table:
        assert table.execute("SELECT name FROM release").fetchall() == [(icd10cm.RELEASE,)]
        assert table.execute("SELECT count(*) FROM code").fetchone()[0] > 98_000
    before = path.stat()
    build_table(path)
    after = path.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_table_that_cannot_be_written_is_a_coded_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(CodeTableError) as caught:
        build_table(tmp_path / "data" / "codes.sqlite")
    assert caught.value.code == "CODE_TABLE_UNUSABLE"


AGREES = [
    ("K50.80", "Crohn's disease of small and large intestine"),
    ("E11.9", "Type 2 diabetes"),
    ("E11.9", "T2DM"),
    ("E11.65", "Type II diabetes with hyperglycemia"),
    ("M54.16", "Lumbar radiculopathy"),
    ("M54.16", "Radicu1opathy, lumbar reqion"),
    ("I25.10", "Coronary artery disease"),
    ("M17.11", "Osteoarthritis of right knee"),
    ("M17.11", "OA, Rt knee"),
    ("Z87.891", "Former smoker"),
    ("G43.719", "Chronic migraine without aura, intractable"),
    ("M48.061", "Lumbar spinal stenosis w/o neurogenic claudication"),
    ("I50.22", "CHF"),
    ("C50.911", "Breast cancer, right"),
    ("N18.4", "CKD stage IV"),
    ("J44.9", "COPD"),
    ("M25.562", "Pain in left knee"),
    ("G20.A1", "Parkinson's disease"),
]

DISAGREES = [
    ("M54.17", "Lumbar radiculopathy"),
    ("M17.12", "Primary osteoarthritis, right knee"),
    ("M17.0", "Primary osteoarthritis, right knee"),
    ("E10.65", "Type 2 diabetes with hyperglycemia"),
    ("E11.9", "Type 2 diabetes with hyperglycemia"),
    ("E11.649", "Type 2 diabetes with hyperglycemia"),
    ("M48.062", "Lumbar spinal stenosis w/o neurogenic claudication"),
    ("M48.061", "Lumbar spinal stenosis with neurogenic claudication"),
    ("I50.32", "Chronic systolic heart failure"),
    ("G43.709", "Chronic migraine without aura, intractable"),
    ("N18.30", "CKD stage 4"),
    ("J10.1", "Essential hypertension"),
    ("E66.811", "Class 2 obesity"),
    ("C50.912", "Breast cancer, right"),
    ("M25.561", "Pain in left knee"),
    ("J45.40", "Severe persistent asthma"),
]


@pytest.mark.parametrize(("code", "printed"), AGREES)
def test_own_wording_agrees(code: str, printed: str) -> None:
    assert lookup(code) is not None
    assert description_agreement(code, printed) >= 0.7


@pytest.mark.parametrize(("code", "printed"), DISAGREES)
def test_another_codes_wording_does_not(code: str, printed: str) -> None:
    assert lookup(code) is not None
    assert description_agreement(code, printed) <= 0.4


@pytest.mark.parametrize("printed", ["", "  ", "of the", "xyzzy plugh"])
def test_wording_without_known_words_does_not_agree(printed: str) -> None:
    assert description_agreement("I10", printed) == 0.0


def test_agreement_on_random_codes() -> None:
    rng = random.Random(20261120)
    with closing(sqlite3.connect(icd10cm.TABLE)) as table:
        rows = table.execute("SELECT dotted, description FROM code WHERE billable").fetchall()
    own, other = [], []
    for code, description in rng.sample(rows, 400):
        parts = description.replace(", unspecified", "").replace("unspecified ", "").split(", ")
        rng.shuffle(parts)
        printed = ", ".join(parts)
        own.append(description_agreement(code, printed))
        other.append(description_agreement(rng.choice(rows)[0], printed))
    assert sum(score < 0.7 for score in own) <= 4
    assert sum(score > 0.5 for score in other) <= 4


@pytest.mark.parametrize(
    ("text", "said", "denied", "scoped"),
    [
        ("Crohn's disease with abscess", {"crohn", "abscess"}, set(), set()),
        ("Migraine without aura, intractable", {"migraine", "intractable"}, {"aura"}, set()),
        ("Stenosis w/o neurogenic claudication", {"stenosis"}, {"neurogenic"}, {"claudication"}),
        ("Migraine, not intractable", {"migraine"}, {"intractable"}, set()),
        ("Stiffness, not elsewhere classified, hip", {"stiffness", "hip"}, set(), set()),
        ("Non-Hodgkin lymphomas", {"lymphoma"}, {"hodgkin"}, set()),
    ],
)
def test_wording(text: str, said: set[str], denied: set[str], scoped: set[str]) -> None:
    assert [set(words) for words in read_wording(text)] == [said, denied, scoped]
