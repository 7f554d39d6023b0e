"""The command line as users meet it: a process of its own, exit codes, JSON where a program may read it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.conftest import CommandLine

HEAVY = ("prefect", "pdfplumber", "pypdfium2", "pytesseract", "cv2", "fhir", "sqlalchemy", "openai", "pandas", "numpy")


def test_help_imports_nothing_heavy() -> None:
    program = "import sys, flows.cli; print([m for m in sys.argv[1:] if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program, *HEAVY], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_folder_is_taken_over_and_every_document_ends_somewhere(
    fax2fhir: CommandLine, inbox: Path, tmp_path: Path
) -> None:
    count = len(list(inbox.iterdir()))
    done = fax2fhir("run", inbox, "--json")
    report = json.loads(done.stdout)
    assert report["intake"]["new"] == count
    assert report["balanced"]
    assert not list(inbox.iterdir())
    rows = [json.loads(line) for line in fax2fhir("status", "--json").stdout.splitlines()]
    assert len([row for row in rows if "document_id" in row]) == count
    assert rows[-1]["reconciliation"]["in_flight"] == 0
    again = json.loads(fax2fhir("run", inbox, "--json").stdout)
    assert (again["intake"]["new"], again["settled"]) == (0, {})
    fax2fhir("verify")


def test_kept_files_are_one_delivery_however_often_the_folder_is_run(fax2fhir: CommandLine, inbox: Path) -> None:
    count = len(list(inbox.iterdir()))
    fax2fhir("run", inbox, "--keep")
    again = json.loads(fax2fhir("run", inbox, "--keep", "--json").stdout)
    assert len(list(inbox.iterdir())) == count
    assert (again["intake"]["new"], again["intake"]["known"]) == (0, count)


def test_exports_and_predictions_are_written(fax2fhir: CommandLine, inbox: Path, drawn: Path, tmp_path: Path) -> None:
    stems = {path.stem for path in inbox.iterdir()}
    fax2fhir("run", inbox)
    fax2fhir("predictions", tmp_path / "predictions")
    written = {path.stem: json.loads(path.read_text()) for path in (tmp_path / "predictions").glob("*.json")}
    assert set(written) == stems
    for name, prediction in written.items():
        gold = json.loads((drawn / "gold" / f"{name}.json").read_text())
        assert [page["page"] for page in prediction["pages"]] == [page["page"] for page in gold["pages"]]
        assert all({"field", "value"} <= set(field) for field in prediction["fields"])
    fax2fhir("export", "--format", "bundles", tmp_path / "bundles")
    fax2fhir("export", "--format", "ndjson", tmp_path / "ndjson")
    for path in (tmp_path / "bundles").glob("*.json"):
        assert json.loads(path.read_text())["resourceType"] == "Bundle"
    for path in (tmp_path / "ndjson").glob("*.ndjson"):
        kinds = {json.loads(line)["resourceType"] for line in path.read_text().splitlines()}
        assert kinds == {path.stem}


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("export", "--format", "paper", "out"), 2, "BAD_SETTING"),
        (("status", "no-such-document"), 2, "BAD_SETTING"),
        (("show", "no-such-record"), 2, "BAD_SETTING"),
        (("queue", "claim", "no-such-item"), 2, "BAD_SETTING"),
        (("backfill", "--from", "2026-13-45", "--to", "2026-01-01", "--reason", "x"), 2, "BAD_SETTING"),
        (("backfill", "--from", "2026-02-01", "--to", "2026-01-01", "--reason", "x"), 2, "BAD_SETTING"),
        (("run", "no-such-folder"), 2, "does not exist"),
    ],
)
def test_mistakes_have_an_exit_code_and_say_what_to_do(
    fax2fhir: CommandLine, arguments: tuple[str, ...], code: int, word: str
) -> None:
    assert word in fax2fhir(*arguments, expect=code).stderr


def test_a_damaged_database_is_told_and_nothing_is_overwritten(
    fax2fhir: CommandLine, environment: dict[str, str]
) -> None:
    database = Path(environment["FAX2FHIR_HOME"]) / "ledger.sqlite"
    database.parent.mkdir()
    database.write_bytes(b"this is no database " * 500)
    before = database.read_bytes()
    done = fax2fhir("status", expect=5)
    assert "LEDGER_UNUSABLE" in done.stderr
    assert "Traceback" not in done.stderr
    assert database.read_bytes() == before


def test_a_missing_tesseract_is_told_before_anything_is_taken_in(
    environment: dict[str, str], inbox: Path, tmp_path: Path
) -> None:
    before = sorted(inbox.iterdir())
    empty = tmp_path / "empty-path"
    empty.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", "run", str(inbox)],
        env={**environment, "PATH": str(empty)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "MISSING_PROGRAM" in done.stderr
    assert sorted(inbox.iterdir()) == before


def test_a_wrong_setting_is_named_and_its_value_is_not(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", "status"],
        env={**environment, "FAX2FHIR_WORKERS": "manyXYZ"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "FAX2FHIR_WORKERS" in done.stderr
    assert "manyXYZ" not in done.stderr
