"""Nights whose questions go through the batch API of a loopback endpoint: it comes back, is late, faulty, or killed."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from evaluation.loopback.answers import nothing_stated
from evaluation.loopback.faults import BatchFault, Fault
from evaluation.loopback.server import Loopback, loopback
from flows.counts import StageCounts
from flows.installation import opened, opened_ledger
from flows.settings import Settings
from ledger import disclosures, llm_batches, spend
from ledger.tables import LLM_BATCH_QUESTIONS, LLM_BATCHES, LLM_QUESTIONS

NAMES = ("Ada Brook", "Bo Carver")
NOTE = "PROGRESS NOTE\nPatient: {}\nDate of birth: 03/04/1980\nDate of visit: 02/03/2026\nAssessment: Asthma J45.909\n"
ENVIRONMENT = {
    "FAX2FHIR_LLM_MODEL": "m",
    "FAX2FHIR_LLM_AGREEMENT": "true",
    "FAX2FHIR_LLM_INPUT_PRICE": "2",
    "FAX2FHIR_LLM_OUTPUT_PRICE": "8",
    "FAX2FHIR_LLM_BATCH": "true",
    "FAX2FHIR_LLM_BATCH_WAIT_S": "60",
    "FAX2FHIR_LLM_BATCH_POLL_S": "0.1",
}
STEPS = (
    "gathered",
    "disclosed",
    "uploaded",
    "created",
    "submitted",
    "polled",
    "downloaded",
    "kept",
    "cleaned",
    "closed",
)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """An inbox with two small notes."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        (folder / f"note-{number}.txt").write_text(NOTE.format(name))
    return folder


def killed_night(inbox: Path, fatal: str, environment: dict[str, str]) -> None:
    """A night in a process of its own that kills itself at a boundary."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.crashing", str(inbox), fatal],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def whole_night(inbox: Path, endpoint: Loopback, environment: dict[str, str], **settings: str) -> dict[str, str]:
    """Runs a night to its end; returns its environment."""
    own = environment | ENVIRONMENT | {"FAX2FHIR_LLM_BASE_URL": endpoint.url}
    own |= {f"FAX2FHIR_LLM_{name.upper()}": value for name, value in settings.items()}
    run_through(inbox, own)
    with opened_ledger(Settings.from_environment(own)) as ledger:
        reconciled = ledger.reconcile()
        assert (reconciled.received, reconciled.in_flight) == (len(NAMES), 0)
        assert reconciled.balanced, reconciled.discrepancies
        assert ledger.verify().intact
        with ledger.snapshot() as connection:
            assert llm_batches.open_batches(connection) == []
    return own


def run_through(inbox: Path, environment: dict[str, str], *, size: int = 2, **limits: int) -> None:
    """Runs a night to its end in this process, in chunks of `size`, with other limits of a batch where given."""
    with opened(Settings.from_environment(environment), kind="run", actor="test") as pipeline:
        pipeline.take_in(inbox)
        for name, limit in limits.items():
            setattr(pipeline.night, name, limit)
        for _ in pipeline.rounds():
            for chunk in pipeline.chunks(size=size):
                pipeline.process(chunk)


def copied(texts: Path, environment: dict[str, str], name: str) -> tuple[Path, dict[str, str]]:
    """An inbox with the texts and an installation of its own."""
    beside = texts.parent / name
    shutil.copytree(texts, beside / "inbox")
    return beside / "inbox", {**environment, "FAX2FHIR_HOME": str(beside / "home")}


def rows(environment: dict[str, str]) -> list[dict[str, Any]]:
    """What each question cost."""
    with opened_ledger(Settings.from_environment(environment)) as ledger, ledger.snapshot() as connection:
        return [dict(row) for row in connection.execute(LLM_QUESTIONS.select()).mappings()]


def ends(environment: dict[str, str]) -> list[str]:
    with opened_ledger(Settings.from_environment(environment)) as ledger, ledger.snapshot() as connection:
        return [row["end"] for row in connection.execute(LLM_BATCHES.select()).mappings()]


def asked(endpoint: Loopback) -> Counter[str]:
    """How often each question was submitted in a batch."""
    return Counter(line["custom_id"] for lines in endpoint.batches.inputs() for line in lines)


def test_a_night_asks_in_one_batch_for_half_the_price(texts: Path, environment: dict[str, str]) -> None:
    with loopback(nothing_stated) as endpoint:
        endpoint.batches.delay_s = 0.5
        own = whole_night(texts, endpoint, environment)
        assert endpoint.requests == []
        assert list(asked(endpoint).values()) == [1] * len(NAMES)
        assert endpoint.batches.files == {}, "pages are left at the endpoint"
    assert ends(own) == ["collected"]
    for row in rows(own):
        full = (2 * row["input_tokens"] + 8 * row["output_tokens"]) / 1_000_000
        assert (row["outcome"], row["requests"], row["cost"]) == ("answered", 1, pytest.approx(full / 2))
    assert len(rows(own)) == len(NAMES)


def test_pages_are_disclosed_before_they_are_uploaded(texts: Path, environment: dict[str, str]) -> None:
    with loopback(nothing_stated) as endpoint:
        environment |= ENVIRONMENT | {"FAX2FHIR_LLM_BASE_URL": endpoint.url}
        killed_night(texts, "disclosed", environment)
        assert endpoint.batches.calls == []
    with opened_ledger(Settings.from_environment(environment)) as ledger, ledger.snapshot() as connection:
        assert len(list(disclosures.disclosures(connection))) == len(NAMES)


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_night_killed_at_any_step_of_its_batch_submits_it_once(
    step: str, texts: Path, environment: dict[str, str]
) -> None:
    with loopback(nothing_stated) as endpoint:
        environment |= ENVIRONMENT | {"FAX2FHIR_LLM_BASE_URL": endpoint.url}
        killed_night(texts, step, environment)
        own = whole_night(texts, endpoint, environment)
        assert list(asked(endpoint).values()) == [1] * len(NAMES)
        assert endpoint.batches.calls.count("POST files all") == 1
        assert endpoint.requests == []
        assert [(row["requests"], row["outcome"]) for row in rows(own)] == [(1, "answered")] * len(NAMES)
        assert endpoint.batches.files == {}
    assert ends(own) == ["collected"]


def test_a_batch_that_is_late_is_cancelled_and_asked_directly(texts: Path, environment: dict[str, str]) -> None:
    with loopback(nothing_stated) as endpoint:
        endpoint.batches.delay_s, endpoint.batches.done_at_cancel = 600, 1
        own = whole_night(texts, endpoint, environment, batch_wait_s="0.5")
        assert "POST batches/cancel" in endpoint.batches.calls
        assert len(endpoint.requests) == len(NAMES) - 1, "what was run before is taken back, the rest is asked"
    assert ends(own) == ["collected"]
    assert len(rows(own)) == len(NAMES)


@pytest.mark.parametrize(
    ("fault", "end", "direct"),
    [
        (BatchFault.NEVER, "late", 2),
        (BatchFault.POLL_BROKEN, "late", 2),
        (BatchFault.DOWNLOAD_BROKEN, "late", 2),
        (BatchFault.UPLOAD_REFUSED, "refused", 2),
        (BatchFault.UPLOAD_BROKEN, "refused", 2),
        (BatchFault.CREATE_REFUSED, "refused", 2),
        (BatchFault.FAILED, "failed", 2),
        (BatchFault.EXPIRED, "collected", 1),
        (BatchFault.LINES_LIMITED, "collected", 2),
        (BatchFault.LINES_BROKEN, "collected", 2),
        (BatchFault.LINES_MISSING, "collected", 1),
        (BatchFault.OUT_OF_ORDER, "collected", 0),
        (BatchFault.UNKNOWN_ID, "collected", 0),
        (BatchFault.GARBAGE_LINE, "collected", 0),
        (BatchFault.CUT_FILE, "collected", 1),
    ],
)
def test_what_a_batch_does_not_bring_back_is_asked_directly(
    fault: BatchFault, end: str, direct: int, texts: Path, environment: dict[str, str]
) -> None:
    with loopback(nothing_stated) as endpoint:
        endpoint.batches.fault = fault
        own = whole_night(texts, endpoint, environment, batch_wait_s="1")
        assert len(endpoint.requests) == direct
        assert all(count == 1 for count in asked(endpoint).values())
    assert ends(own) == [end]
    assert [row["outcome"] for row in rows(own)] == ["answered"] * len(NAMES)


def test_a_question_has_its_four_requests_once(texts: Path, environment: dict[str, str]) -> None:
    with loopback(nothing_stated) as endpoint:
        endpoint.batches.fault, endpoint.fault = BatchFault.LINES_BROKEN, Fault.SERVER_ERROR
        own = whole_night(texts, endpoint, environment)
        assert len(endpoint.requests) <= 3 * len(NAMES)
    assert [row["outcome"] for row in rows(own)] == ["server_error"] * len(NAMES)


def test_a_batch_that_is_given_up_counts_as_one_of_a_questions_requests(
    texts: Path, environment: dict[str, str]
) -> None:
    with loopback(nothing_stated) as endpoint:
        endpoint.batches.fault, endpoint.fault = BatchFault.NEVER, Fault.SERVER_ERROR
        own = whole_night(texts, endpoint, environment, batch_wait_s="1", most_requests="2")
        assert len(endpoint.requests) == len(NAMES)
    assert ends(own) == ["late"]


def test_a_passing_fault_is_survived(texts: Path, environment: dict[str, str]) -> None:
    for fault in (BatchFault.UPLOAD_BROKEN, BatchFault.POLL_BROKEN, BatchFault.DOWNLOAD_BROKEN):
        with loopback(nothing_stated) as endpoint:
            endpoint.batches.fault, endpoint.batches.faults_left = fault, 1
            inbox, own = copied(texts, environment, fault)
            own = whole_night(inbox, endpoint, own)
            assert endpoint.requests == [], fault
        assert ends(own) == ["collected"], fault


def invented(body: Mapping[str, Any]) -> dict[str, Any]:
    """An answer that no page proves."""
    blank = nothing_stated(body)
    name = {"value": "Eve Stranger", "quote": "Eve Stranger", "page": 1}
    return {**blank, "patient": {**blank["patient"], "name": name}}


def test_an_unproven_answer_of_a_batch_is_sent_back_once(texts: Path, environment: dict[str, str]) -> None:
    with loopback(invented) as endpoint:
        own = whole_night(texts, endpoint, environment)
        told = [body["messages"][-1]["content"] for body in endpoint.requests]
    assert len(told) == len(NAMES)
    assert all("patient.name: the quote does not stand on the pages" in each for each in told)
    for row in rows(own):
        full = (2 * row["input_tokens"] + 8 * row["output_tokens"]) / 1_000_000
        assert row["requests"] == 2
        assert full / 2 < row["cost"] < full, "half for the batch, in full for what was sent back"


def test_nothing_is_sent_back_without_money(texts: Path, environment: dict[str, str]) -> None:
    with loopback(invented) as endpoint:
        own = whole_night(texts, endpoint, environment, budget="0.2")  # two half requests, and not three whole ones
        assert endpoint.requests == []
    assert [(row["outcome"], row["requests"]) for row in rows(own)] == [("answered", 1)] * len(NAMES)


@pytest.mark.parametrize("limits", [{"most_requests": 1}, {"most_bytes": 18_000}, {"enough": 1, "size": 1}])
def test_what_has_no_room_in_a_batch_goes_out_in_the_next(
    limits: dict[str, int], texts: Path, environment: dict[str, str]
) -> None:
    with loopback(nothing_stated) as endpoint:
        own = environment | ENVIRONMENT | {"FAX2FHIR_LLM_BASE_URL": endpoint.url}
        run_through(texts, own, **limits)
        assert [len(lines) for lines in endpoint.batches.inputs()] == [1, 1]
        assert endpoint.requests == []
    assert ends(own) == ["collected", "collected"]
    assert len(rows(own)) == len(NAMES)


@pytest.mark.parametrize("batch", ["true", "false"])
def test_chunks_are_extracted_by_several_threads(batch: str, texts: Path, environment: dict[str, str]) -> None:
    with loopback(nothing_stated) as endpoint:
        own = environment | ENVIRONMENT | {"FAX2FHIR_LLM_BASE_URL": endpoint.url, "FAX2FHIR_LLM_BATCH": batch}
        with (
            opened(Settings.from_environment(own), kind="run", actor="test") as pipeline,
            ThreadPoolExecutor(len(NAMES)) as threads,
        ):
            pipeline.take_in(texts)
            done = StageCounts()
            for _ in pipeline.rounds():
                done = sum(threads.map(pipeline.process, pipeline.chunks(size=1)), done)
        assert (done.done, done.lost) == (len(NAMES), 0)
        assert done.waiting == (len(NAMES) if batch == "true" else 0)
        assert sum(map(len, endpoint.batches.inputs())) + len(endpoint.requests) == len(NAMES)


def test_a_question_of_two_documents_is_submitted_once(texts: Path, environment: dict[str, str]) -> None:
    for number, end in enumerate(("", "\n")):
        (texts / f"note-{number}.txt").write_text(NOTE.format(NAMES[0]) + end)
    with loopback(nothing_stated) as endpoint:
        own = whole_night(texts, endpoint, environment)
        assert list(asked(endpoint).values()) == [1]
        assert endpoint.requests == []
    assert len(rows(own)) == 1
    with opened_ledger(Settings.from_environment(own)) as ledger, ledger.snapshot() as connection:
        sure = sorted(row["reserved"] for row in connection.execute(LLM_BATCH_QUESTIONS.select()).mappings())
        assert sure[0] == 0 < sure[1], "its money is set aside once"


@pytest.mark.parametrize("changed", [{"model": "another"}, {"agreement": "false"}])
def test_a_batch_of_a_site_that_was_set_up_otherwise_is_dropped(
    changed: dict[str, str], texts: Path, environment: dict[str, str]
) -> None:
    with loopback(nothing_stated) as endpoint:
        environment |= ENVIRONMENT | {"FAX2FHIR_LLM_BASE_URL": endpoint.url}
        killed_night(texts, "submitted", environment)
        own = whole_night(texts, endpoint, environment, **changed)
        assert "GET batches" not in endpoint.batches.calls
    assert ends(own) == ["dropped"]


def test_a_night_without_money_submits_nothing(texts: Path, environment: dict[str, str]) -> None:
    with loopback(nothing_stated) as endpoint:
        own = whole_night(texts, endpoint, environment, budget="0.000001")
        assert (endpoint.requests, endpoint.batches.calls) == ([], [])
    assert {row["outcome"] for row in rows(own)} == {"over_budget"}


def test_a_site_without_an_agreement_submits_nothing_in_the_clear(texts: Path, environment: dict[str, str]) -> None:
    with loopback(nothing_stated) as endpoint:
        whole_night(texts, endpoint, environment, agreement="false")
        assert endpoint.batches.calls == []


def test_a_batch_is_redacted_as_a_direct_question_is(texts: Path, environment: dict[str, str]) -> None:
    with loopback(nothing_stated) as endpoint:
        whole_night(texts, endpoint, environment, agreement="false", redact="true")
        sent = json.dumps(endpoint.batches.inputs())
    assert "[NAME-" in sent
    assert not [name for name in NAMES if name in sent]


def test_spending_is_booked_on_the_run_that_took_the_answers(texts: Path, environment: dict[str, str]) -> None:
    with loopback(nothing_stated) as endpoint:
        own = whole_night(texts, endpoint, environment)
    with opened_ledger(Settings.from_environment(own)) as ledger, ledger.snapshot() as connection:
        (total,) = spend.totals(connection)
        assert (total.questions, total.requests) == (len(NAMES), len(NAMES))
        assert spend.cost_of_run(connection, rows(own)[0]["run_id"]) == pytest.approx(total.cost)
