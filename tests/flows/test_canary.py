"""A canary name, planted in documents that succeed and that fail in every known way, comes up only where it may.

It may: in the store, in the ledger's payloads and file names, in bundles, and in what `show`, `queue show` and the
document column of a table print. What Prefect itself holds is looked through in test_prefect_server.py.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import sqlite3
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from sqlalchemy import Connection, Text, cast, create_engine, func, inspect, select, table
from sqlalchemy import column as named

from documents.outcomes import OutcomeCode
from documents.pages import Page
from documents.values import Cited
from evaluation.loopback.answers import nothing_stated
from evaluation.loopback.faults import Fault
from evaluation.loopback.server import loopback
from extractors.backend import Reading
from extractors.document_type import DocumentType
from flows.installation import opened
from flows.pipeline import Pipeline
from flows.settings import Settings
from ledger.leases import MAX_ATTEMPTS
from tests.flows.command_line import NOTE, InProcess
from tests.hostile.attacks import page, text

CANARY = "Quillfeatherstonehaugh"
# Where values and the names that files arrived under are kept; no other column of the database may hold the canary.
VALUE_COLUMNS = {
    ("arrivals", "file_name"),
    ("arrivals", "stem"),
    ("stage_results", "payload"),
    ("record_revisions", "payload"),
    ("publications", "payload"),
    ("review_decisions", "before"),
    ("review_decisions", "after"),
    ("review_differences", "verified"),
    ("review_differences", "reading"),
}


DEADLINE_S = 2.0
FAULT_OUTCOMES = {
    Fault.RATE_LIMIT: "rate_limited",
    Fault.SERVER_ERROR: "server_error",
    Fault.HANG: "timed_out",
    Fault.RESET: "unreachable",
    Fault.SLOW_DRIP: "timed_out",
    Fault.HTML: "garbage",
    Fault.UNAUTHORIZED: "rejected",
    Fault.TOO_LARGE: "rejected",
    Fault.EMPTY_CHOICES: "garbage",
    Fault.BAD_JSON: "invalid",
    Fault.WRONG_TYPES: "invalid",
    Fault.EXTRA_FIELDS: "invalid",
    Fault.TRUNCATION: "truncated",
    Fault.REFUSAL: "refused",
    Fault.REFUSAL_IN_PROSE: "refused",
    Fault.CONTENT_FILTER: "filtered",
    Fault.WRONG_QUOTES: "answered",
    Fault.SWAPPED_PATIENTS: "answered",
}


class Raising:
    """A backend that fails and says the patient's name."""

    name = "raising"
    version = "1"

    def read(self, pages: Sequence[Page], document_type: DocumentType) -> Reading:
        raise ValueError(f"no such {document_type.name} as {CANARY} on {pages[0].text}")


class Inventing:
    """A backend that returns names which no page states, and one that a page does."""

    name = "inventing"
    version = "1"

    def read(self, pages: Sequence[Page], document_type: DocumentType) -> Reading:  # noqa: ARG002 - the protocol's
        return Reading(
            cited=(
                Cited(path="patient.name", value=f"Ada {CANARY}", quote=f"Patient is Ada {CANARY}"),
                Cited(path="encounter.date", value=CANARY, quote="02/03/2026"),
            )
        )


def _planted(inbox: Path) -> None:
    """One document for each way that intake and reading can go."""
    inbox.mkdir()
    note = NOTE.format(name=f"Ada {CANARY}", weeks=2)
    (inbox / f"{CANARY}.txt").write_text(note)
    (inbox / f"{CANARY}, Ada.txt").write_text(f"PROGRESS NOTE\nPatient: {CANARY}, Ada\nDate of visit: 02/03/2026\n")
    (inbox / f"{CANARY}\n\x1b[31m.txt").write_text(f"A letter to {CANARY}\n")
    layer = page(text(f"PROGRESS NOTE   Patient: Ada {CANARY}   Date of birth: 03/04/1980".encode()))
    (inbox / f"{CANARY}-layer.pdf").write_bytes(layer)
    (inbox / f"{CANARY}-damaged.pdf").write_bytes(b"%PDF-1.7\n" + f"({CANARY}) Tj\n".encode() * 50 + b"%%EOF\n")
    (inbox / f"{CANARY}-truncated.pdf").write_bytes(layer[: len(layer) // 2])
    (inbox / f"{CANARY}-unreadable.txt").write_bytes(f"{CANARY}\0\xff\xfe\0".encode("latin-1") * 20)
    (inbox / f"{CANARY}-empty.pdf").touch()
    (inbox / f"{CANARY}-page.html").write_text(f"<html>{CANARY}</html>")
    with pikepdf.new() as locked:
        locked.add_blank_page()
        locked.docinfo["/Title"] = CANARY
        locked.save(inbox / f"{CANARY}-locked.pdf", encryption=pikepdf.Encryption(owner="o", user=CANARY))
    (inbox / f"{CANARY}-folder").mkdir()
    (inbox / f"{CANARY}-link").symlink_to(inbox / f"{CANARY}.txt")


ENDINGS = {
    OutcomeCode.DAMAGED,
    OutcomeCode.TRUNCATED,
    OutcomeCode.ENCRYPTED,
    OutcomeCode.EMPTY_FILE,
    OutcomeCode.UNSUPPORTED_TYPE,
    OutcomeCode.UNREADABLE_TEXT,
    OutcomeCode.NOTHING_TO_EXTRACT,
}


@pytest.fixture
def call(
    call: InProcess,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Iterator[InProcess]:
    """The command line; whatever a test did, nothing it left behind may hold the canary."""
    caplog.set_level(logging.DEBUG)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    yield call
    logged = [logging.Formatter().format(record) for record in caplog.get_records("call")]
    assert logged  # the migration of a new database, at least
    assert not any(_holds(line) for line in logged)
    assert not any(_holds(said.err) for said in call.said)
    assert not any(_holds(printed) for printed in [*call.between, *capfd.readouterr()])
    assert not list(scratch.rglob("*"))
    _search_home(Path(call.environment["FAX2FHIR_HOME"]))


def _holds(printed: str | bytes) -> bool:
    lower = printed.lower()
    return CANARY.lower() in lower if isinstance(lower, str) else CANARY.lower().encode() in lower


def _search_home(home: Path) -> None:
    """No file's name, and no content outside the store, the bundles and the database."""
    assert home.is_dir()
    for path in home.rglob("*"):
        place = path.relative_to(home)
        assert not _holds(str(place)), place
        allowed = place.parts[0] in ("store", "bundles") or place.name.startswith("ledger.sqlite")
        assert allowed or not path.is_file() or not _holds(path.read_bytes()), place
    engine = create_engine(f"sqlite:///{home / 'ledger.sqlite'}")
    with engine.connect() as connection:
        found = set(_columns_with_canary(connection))
    engine.dispose()
    assert found <= VALUE_COLUMNS


def _columns_with_canary(connection: Connection) -> Iterator[tuple[str, str]]:
    for name in inspect(connection).get_table_names():
        for shown in inspect(connection).get_columns(name):
            content = func.lower(cast(named(shown["name"]), Text))
            query = select(func.count()).select_from(table(name)).where(content.contains(CANARY.lower()))
            if connection.scalar(query):
                yield name, shown["name"]


def _outside_the_document_column(printed: str) -> str:
    """A table without its first column: names as they arrived are that column's purpose."""
    head, rule, *rows = printed[printed.index("document ") :].splitlines()
    assert set(rule) == {"-", " "}
    width = rule.index(" ")
    return "\n".join([printed[: printed.index("document ")], head, *(row[width:] for row in rows)])


def _run(settings: Settings, inbox: Path, **changes: object) -> Pipeline:
    """The pipeline over an inbox, with parts of it exchanged.

    Its clock is behind the ledger's, so that what failed may be tried again at once, as by later runs.
    """
    with opened(settings, kind="run", actor="test") as pipeline:
        pipeline.take_in(inbox)
        behind = pipeline.clock() - timedelta(hours=1)
        changed = dataclasses.replace(pipeline, clock=lambda: behind, **changes)  # type: ignore[arg-type]
        for _ in range(MAX_ATTEMPTS):
            for chunk in changed.chunks(size=10):
                changed.process(chunk)
        return changed


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    inbox = tmp_path / "planted"
    _planted(inbox)
    return inbox


def test_documents_that_succeed_and_that_fail_are_told_by_codes(call: InProcess, planted: Path, tmp_path: Path) -> None:
    ran = call("run", planted)
    assert not _holds(_outside_the_document_column(ran.out))
    assert not _holds(call("run", planted, "--json").out)
    status = call("status").out
    assert _holds(status)
    assert not _holds(_outside_the_document_column(status))
    shown = [json.loads(line) for line in call("status", "--json").out.splitlines()]
    assert {each["outcome_code"] for each in shown if each.get("outcome_code")} == ENDINGS
    assert {each["state"] for each in shown if "state" in each} == {"published", "in_review", "rejected"}
    assert all(not _holds(said) for said in (call("queue", "list").out, call("queue", "list", "--json").out))
    assert not _holds(call("verify").out + call("verify", "--json").out)
    range_ = ("--from", "2000-01-01", "--to", "2999-01-01", "--reason", "test")
    for options in (("--dry-run",), ("--redo", "read"), ("--redo", "map", "--json")):
        assert not _holds(call("backfill", *range_, *options).out)
    call("export", tmp_path / "export")
    assert not any(_holds(path.name) for path in (tmp_path / "export").iterdir())
    assert not _holds(call("export", "--format", "ndjson", tmp_path / "ndjson").out)
    assert not _holds(call("predictions", tmp_path / "predictions").out)
    for form in ("parquet", "csv"):
        assert not _holds(call("export", "--format", form, tmp_path / form).out)
        assert not any(_holds(path.name) for path in (tmp_path / form).iterdir())
    assert _holds((tmp_path / "csv" / "records.csv").read_bytes())
    # The canary was there to be found.
    assert any(_holds(path.read_bytes()) for path in (tmp_path / "export").iterdir())
    record = next(each["records"][0]["record_id"] for each in shown if each.get("records"))
    assert _holds(call("show", record).out)


def quotes_the_name(body: Mapping[str, Any]) -> dict[str, Any]:
    """A model that copies the name and the day of the visit from the note."""
    answer = nothing_stated(body)
    for path, quote in (("patient.name", f"Ada {CANARY}"), ("encounter.date", "02/03/2026")):
        entity, leaf = path.split(".")
        answer[entity] = {**answer[entity], leaf: {"value": quote, "quote": quote, "page": 1}}
    return answer


@pytest.mark.parametrize("fault", Fault)
def test_a_models_fault_is_a_code_and_never_a_value(
    call: InProcess, environment: dict[str, str], tmp_path: Path, fault: Fault
) -> None:
    inbox = tmp_path / "notes"
    inbox.mkdir()
    (inbox / "note.txt").write_text(NOTE.format(name=f"Ada {CANARY}", weeks=2))
    with loopback(quotes_the_name) as endpoint:
        endpoint.fault = fault
        environment |= {
            "FAX2FHIR_LLM_MODEL": "m",
            "FAX2FHIR_LLM_BASE_URL": endpoint.url,
            "FAX2FHIR_LLM_AGREEMENT": "true",
            "FAX2FHIR_LLM_DEADLINE_S": str(DEADLINE_S),
        }
        report = json.loads(call("run", inbox, "--json").out)
        requests = len(endpoint.requests)
    assert report["balanced"]
    assert requests == report["model"]["requests"] <= 4
    assert report["model"]["seconds"] < 2 * DEADLINE_S  # slow drips included, on a busy machine
    expected = FAULT_OUTCOMES[fault]
    assert report["model"]["outcomes"] == {expected: 1}
    record = json.loads(call("status", "note.txt", "--json").out)["records"][0]["record_id"]
    shown = json.loads(call("show", record, "--json").out)
    assert shown["versions"]["second_reading"] == f"{expected} 1"
    mark = f"{expected} 1" if expected == "answered" else f"{expected} 1; the rest by the rules alone"
    assert f"read by a model too: {mark}\n" in call("show", record).out
    assert all(f["status"] != "accepted" for f in shown["fields"] if "Stranger" in f["value"])
    # What the fault left of the model's answer proves nothing: where it answered, its quotes are not on the page.
    proven = [f["path"] for f in shown["fields"] if "llm" in f["source"] and f["alignment"] != "none"]
    assert proven == (["encounter.date"] if fault is Fault.SWAPPED_PATIENTS else [])
    assert not _holds(call("llm", "disclosures", "--json").out)


def test_nothing_is_sent_without_an_agreement_or_redaction_and_the_run_says_so(
    call: InProcess, environment: dict[str, str], tmp_path: Path
) -> None:
    inbox = tmp_path / "notes"
    inbox.mkdir()
    (inbox / "note.txt").write_text(NOTE.format(name=f"Ada {CANARY}", weeks=2))
    with loopback(quotes_the_name) as endpoint:
        environment |= {"FAX2FHIR_LLM_MODEL": "m", "FAX2FHIR_LLM_BASE_URL": endpoint.url}
        ran = call("run", inbox)
        assert not endpoint.requests
        assert "questions to the model: not_allowed 1; requests 0" in ran.out
        assert not call("llm", "disclosures", "--json").out
        environment["FAX2FHIR_LLM_REDACT"] = "true"
        (inbox / "again.txt").write_text(NOTE.format(name=f"Ida {CANARY}", weeks=3))
        call("run", inbox)
        assert endpoint.requests
        assert not _holds(json.dumps([body["messages"][:2] for body in endpoint.requests]))
        (inbox / "nameless.txt").write_text(NOTE.replace("Patient: {name}\n", "").format(weeks=4))
        assert "not_redacted 1" in call("run", inbox).out


def test_a_folder_that_cannot_be_written_is_told_without_the_names_in_it(
    call: InProcess, planted: Path, tmp_path: Path
) -> None:
    call("run", planted)
    for name in (f"{CANARY}", f"{CANARY}, Ada", f"{CANARY}-layer"):
        (tmp_path / "out" / f"{name}.json").mkdir(parents=True)
    assert "STORE_UNUSABLE" in call("predictions", tmp_path / "out", expect=4).err


def test_decisions_and_refusals_do_not_repeat_what_was_typed(call: InProcess, planted: Path) -> None:
    call("run", planted)
    items = json.loads(call("queue", "list", "--json").out)
    records = [each["id"] for each in items if each["record_id"] is not None]
    item = next(each for each in records if _holds(call("queue", "show", each).out))
    call("queue", "claim", item)
    for command, expect in (
        (("correct", item, "encounter.date", CANARY), 2),
        (("add", item, "patient.dob", CANARY), 2),
        (("add", item, "patient.dob", "1980-03-04", "--quote", CANARY), 2),
        (("add", item, f"patient.{CANARY.lower()}", "x"), 2),
        (("accept", item, f"patient.name[{CANARY}]"), 2),
        (("reject", item, "patient.name", "--reason", f"is not {CANARY}"), 2),
        (("claim", CANARY), 2),
        (("sign-off", item), 2),
        (("sign-off", item, "--refuse", "--reason", CANARY), 2),
        (("correct", item, "patient.name", f"Ida {CANARY}"), 0),
        (("reject", item, "patient.name"), 0),
        (("return", item), 0),
    ):
        assert not _holds(call("queue", *command, expect=expect).out)
    assert not _holds(call("show", CANARY, expect=2).out)
    assert not _holds(call("status", f"{CANARY}-none", expect=2).out)
    assert not _holds(call("backfill", "--from", CANARY, "--to", CANARY, "--reason", "x", expect=2).out)
    assert not _holds(call("verify").out)


def test_a_backend_that_fails_leaves_a_code_and_nothing_of_its_words(
    call: InProcess, planted: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    pipeline = _run(settings, planted, backend=Raising())
    assert "ValueError" in caplog.text  # told by its type
    shown = [json.loads(line) for line in call("status", "--json").out.splitlines()]
    failed = [each for each in shown if each.get("outcome_code") == OutcomeCode.STAGE_FAILED]
    assert {each["state"] for each in failed} == {"in_review"}
    assert len(failed) == 3  # two notes and the text layer: what is extracted at all
    assert not any(each["state"] == "in_flight" for each in shown if "state" in each)
    with sqlite3.connect(settings.home / "ledger.sqlite") as connection:
        (report,) = connection.execute("SELECT report FROM runs WHERE id = ?", (pipeline.run_id,)).fetchone()
    assert "STAGE_FAILED" in report
    assert not _holds(report)
    # The cause is mended: a backfill takes up what failed, and only that.
    range_ = ("--from", "2000-01-01", "--to", "2999-01-01", "--reason", "mended", "--json")
    planned = json.loads(call("backfill", *range_, "--dry-run").out)
    assert {each["document_id"] for each in failed} == set(planned["document_ids"])
    call("backfill", *range_)
    assert "STAGE_FAILED" not in call("status").out


def test_a_value_that_no_page_states_goes_to_a_person_and_nowhere_else(
    call: InProcess, tmp_path: Path, settings: Settings
) -> None:
    inbox = tmp_path / "invented"
    inbox.mkdir()
    (inbox / "note.txt").write_text(NOTE.format(name="Ada Brook", weeks=2))
    _run(settings, inbox, backend=Inventing())
    status = call("status").out
    assert "in_review" in status
    assert not _holds(status)
    assert not _holds(call("queue", "list").out)
    record = json.loads(call("status", "note.txt", "--json").out)["records"][0]["record_id"]
    named_ = [f for f in json.loads(call("show", record, "--json").out)["fields"] if f["path"] == "patient.name"]
    assert [(f["status"], f["alignment"]) for f in named_] == [("review", "none")]
    assert not list((settings.home / "bundles").glob("*"))


def test_a_database_that_refuses_is_told_without_what_it_was_asked(
    call: InProcess, planted: Path, settings: Settings
) -> None:
    call("run", planted)
    with sqlite3.connect(settings.home / "ledger.sqlite") as connection:
        connection.execute("ALTER TABLE arrivals RENAME TO departures")
    try:
        for command in (("status", f"{CANARY}.txt"), ("run", planted), ("predictions", planted.parent / "out")):
            assert "LEDGER_UNUSABLE" in call(*command, expect=5).err
    finally:
        with sqlite3.connect(settings.home / "ledger.sqlite") as connection:
            connection.execute("ALTER TABLE departures RENAME TO arrivals")


def test_what_passes_the_boundary_to_prefect_is_a_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    from flows.prefect_stages import CodedFailureError, coded

    def fail() -> None:
        try:
            raise KeyError(CANARY)
        except KeyError as cause:
            raise ValueError(f"no {CANARY}") from cause

    with pytest.raises(CodedFailureError) as caught, coded("read"):
        fail()
    told = "".join(traceback.format_exception(caught.value))
    assert "ValueError" in told
    assert not _holds(told)
