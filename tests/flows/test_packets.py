"""A packet of two patients: a payer gets the request's pages and what supports it, and nothing of the other patient."""

from __future__ import annotations

import base64
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from documents.store import Store
from flows.installation import opened, opened_ledger
from flows.sending_along import sent_along
from flows.settings import Settings
from ledger.tables import AUDIT_EVENTS
from tests.documents.drawing import draw_pdf, lines, picture_of_text
from tests.documents.test_page_cuts import everything_in, text_of
from tests.fhir_mapping.conftest import Checker, checker
from tests.flows.command_line import InProcess
from tests.flows.test_pas_commands import ENTERED, SURE, listed

__all__ = ["checker"]

NOTE = """PROGRESS NOTE
Patient name: {name}
Date of birth: {born}
Member ID: {member}
Date of visit: 04/03/2026
Assessment: Unilateral primary osteoarthritis, right knee M17.11
Plan: {plan}
"""
REPORT = """LABORATORY REPORT
Collected: 04/02/2026
Hemoglobin A1c 6.1 %
"""
COVER = "FAX COVER SHEET\nTo: Lakeside Health Plan\nFrom: Ina Eck, MD\nPages: 4\n"
OURS = NOTE.format(name="Cy Dale", born="03/04/1980", member="XYZ123456", plan="total knee arthroplasty, braces failed")
THEIRS = NOTE.format(name="Bea Holt", born="07/08/1951", member="PQR777123", plan="walks with a rollator")
OTHER_WORDS = ("Bea", "Holt", "PQR777123", "rollator")


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an installation that has taken in packets; made once, copied for each test."""
    folder = tmp_path_factory.mktemp("processed")
    inbox = folder / "inbox"
    inbox.mkdir()
    draw_pdf(inbox / "packet.pdf", *(lines(*page.splitlines()) for page in (COVER, SURE, OURS, THEIRS)))
    frames = [picture_of_text(*page.splitlines()) for page in (SURE, OURS)]
    frames[0].save(inbox / "packet.tif", save_all=True, append_images=frames[1:], dpi=(100, 100))
    (inbox / "packet.txt").write_text("\f".join((SURE.replace("27447", "27446"), OURS)))
    settings = Settings.from_environment(
        {"FAX2FHIR_HOME": str(folder / "home"), "FAX2FHIR_SETTLE_S": "0", "FAX2FHIR_AUDIT_SHARE": "0"}
    )
    with opened(settings, kind="run", actor="test") as pipeline:
        pipeline.take_in(inbox)
        for chunk in pipeline.chunks(size=10):
            pipeline.process(chunk)
    return settings.home


@pytest.fixture
def call(
    processed: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> InProcess:
    """The command line over a copy of that installation."""
    shutil.copytree(processed, environment["FAX2FHIR_HOME"])
    return InProcess(monkeypatch, capfd, environment)


def records(call: InProcess, name: str) -> dict[int, str]:
    """The records of a document by their first page."""
    told = (json.loads(line) for line in call("status", "--json").out.splitlines())
    (document,) = (each for each in told if name in each.get("file_names", ()))
    with opened_ledger(Settings.from_environment(call.environment)) as ledger:
        kept = ledger.records_of(document["document_id"])
    return {each.record.segment.page_start: each.record.id for each in kept}


def sign_off(call: InProcess, record: str) -> str:
    call("queue", "claim", record)
    return call("queue", "sign-off", record).out


@pytest.fixture
def packet(call: InProcess) -> dict[int, str]:
    """The packet's records, what no fax states entered for the request."""
    found = records(call, "packet.pdf")
    call("queue", "claim", found[2])
    for path, value in ENTERED.items():
        call("queue", "add", found[2], path, value)
    return found


def attachments(call: InProcess, record: str, *words: str) -> list[bytes]:
    bundle = json.loads(call("pas", "show", record, *words).out)
    found = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "DocumentReference"]
    return [base64.b64decode(each["content"][0]["attachment"]["data"]) for each in found]


def test_the_payer_gets_the_request_and_the_patients_note_and_no_word_of_another_patient(
    call: InProcess, packet: dict[int, str]
) -> None:
    sign_off(call, packet[3])
    said = call("queue", "sign-off", packet[2]).out
    assert "sent along: pages 2-2 (prior_auth_request)" in said
    assert "sent along: pages 3-3 (clinical_note)" in said
    assert "not sent: pages 4-4 (clinical_note): in_review" in said
    request, note = attachments(call, packet[2])
    assert "27447" in text_of(request)
    assert "braces failed" in text_of(note)
    for content in (request, note):
        held = everything_in(content)
        assert not [word for word in (*OTHER_WORDS, "COVER") if word.encode() in held]


def test_a_part_that_nobody_released_waits_and_comes_with_an_update(call: InProcess, packet: dict[int, str]) -> None:
    assert f"sign {packet[3][:12]} off" in call("queue", "sign-off", packet[2]).out
    assert len(attachments(call, packet[2])) == 1
    assert "as before" in call("pas", "submit-again", packet[2]).out
    assert listed(call) == [(1, "request", "ready", "")]
    sign_off(call, packet[3])
    assert listed(call) == [(1, "request", "ready", "what goes along changed since")]
    assert "PAS update 2 is ready" in call("pas", "submit-again", packet[2]).out
    assert listed(call) == [(2, "update", "ready", "")]
    assert len(attachments(call, packet[2])) == 2


def test_a_part_that_turns_out_to_be_another_patients_is_taken_back(call: InProcess, packet: dict[int, str]) -> None:
    sign_off(call, packet[3])
    call("queue", "sign-off", packet[2])
    call("pas", "enter", packet[3], "patient.name", "Eli Moss")
    call("pas", "release", packet[3])
    assert listed(call) == [(1, "request", "ready", "what goes along changed since")]
    said = call("pas", "submit-again", packet[2]).out
    assert "PAS update 2 is ready" in said
    assert "not sent: pages 3-3 (clinical_note): patient_not_proven" in said
    assert not [each for each in attachments(call, packet[2]) if "braces" in text_of(each)]
    assert listed(call)[0][:3] == (2, "update", "ready")


def test_what_is_sent_of_a_packet_conforms(
    call: InProcess, packet: dict[int, str], checker: Checker, tmp_path: Path
) -> None:
    sign_off(call, packet[3])
    call("queue", "sign-off", packet[2])
    call("pas", "enter", packet[3], "patient.name", "Eli Moss")
    call("pas", "submit-again", packet[2])
    call("pas", "cancel", packet[2], "--reason", "wrong_patient")
    call("export", tmp_path / "pas", "--format", "pas")
    done = checker.check(tmp_path / "pas", "pas-2.2.1", "uscore-700", "uscore-610")
    assert done.returncode == 0, done.stdout[-4000:]
    assert "3 files" in done.stdout


def test_a_part_that_is_refused_or_stands_for_another_patient_is_not_sent(
    call: InProcess, packet: dict[int, str]
) -> None:
    call("queue", "claim", packet[3])
    call("queue", "sign-off", packet[3], "--refuse", "--reason", "wrong_recipient")
    assert "not sent: pages 3-3 (clinical_note): refused" in call("queue", "sign-off", packet[2]).out
    assert len(attachments(call, packet[2])) == 1


def test_auditors_see_which_pages_went_to_the_payer(call: InProcess, packet: dict[int, str]) -> None:
    sign_off(call, packet[3])
    call("queue", "sign-off", packet[2])
    parts: list[dict[str, Any]] = json.loads(call("pas", "pages", packet[2], "--json").out)["parts"]
    assert [(part["pages"], part["withheld"]) for part in parts] == [("2-2", ""), ("3-3", ""), ("4-4", "in_review")]
    assert parts[1]["record_id"] == packet[3]
    assert "4-4" in call("pas", "pages", packet[2]).out
    with opened_ledger(Settings.from_environment(call.environment)) as ledger, ledger.snapshot() as connection:
        noted = select(AUDIT_EVENTS.c.action).where(AUDIT_EVENTS.c.action.like("submission.%"))
        actions = list(connection.scalars(noted))
    assert [actions.count(f"submission.{each}") for each in ("attached", "withheld")] == [2, 1]
    call("verify")


def test_frames_and_text_pages_are_cut_as_pages_are(call: InProcess) -> None:
    settings = Settings.from_environment(call.environment)
    for name in ("packet.tif", "packet.txt"):
        found = records(call, name)
        with opened_ledger(settings) as ledger:
            kept = ledger.record(found[1])
            assert kept is not None
            sending = sent_along(ledger, Store(settings.store), kept.record)
        own = sending.sends.own
        assert own is not None
        if name.endswith("tif"):
            with Image.open(io.BytesIO(own.content)) as image:
                assert getattr(image, "n_frames", 1) == 1
        else:
            assert own.content.decode().splitlines() == SURE.replace("27447", "27446").splitlines()
            assert [part.pages for part in sending.parts] == ["1-1", "2-2"]
