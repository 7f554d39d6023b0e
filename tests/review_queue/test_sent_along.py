"""Of a packet only what supports the request, is released and is proven to be of its patient goes with it."""

from __future__ import annotations

import pytest

from documents.records import Record
from ledger.record_keeping import KeptRecord
from ledger.states import RecordState
from review_queue.sent_along import Withheld, chosen
from tests.extractors.records.test_same_patient import record

_HER = {"name": "Rosa M Ferrant", "dob": "1962-11-30"}
_OTHER = {"name": "Lena Okoro", "dob": "1949-05-05"}
_PUBLISHED = RecordState.PUBLISHED


def part(said: dict[str, str], document_type: str, name: str) -> Record:
    read = record(said)
    segment = read.segment.model_copy(update={"document_type": document_type})
    return read.model_copy(update={"id": name, "segment": segment})


def told(each: Record, state: RecordState = _PUBLISHED, *, now: Record | None = None) -> str | None:
    """Why a part does not go with her request; None if it does."""
    request = part(_HER, "prior_auth_request", "request")
    packet = [
        KeptRecord(record=request, revision=1, state=RecordState.IN_REVIEW, key=""),
        KeptRecord(record=each, revision=1, state=state, key=""),
    ]
    choice = chosen(request, packet, [request, now or each])
    assert len(choice.supporting) + len(choice.withheld) == (state is not RecordState.SUPERSEDED)
    return choice.withheld[0][1] if choice.withheld else None


@pytest.mark.parametrize("document_type", ["clinical_note", "lab_report", "referral"])
def test_what_supports_a_request_goes_with_it(document_type: str) -> None:
    assert told(part(_HER, document_type, "part")) is None
    assert told(part(_OTHER, document_type, "part")) == Withheld.PATIENT_NOT_PROVEN


@pytest.mark.parametrize(
    "document_type", ["prior_auth_request", "denial_letter", "payer_policy", "patient_message", "cover_sheet"]
)
def test_what_is_a_case_of_its_own_or_the_payers_does_not(document_type: str) -> None:
    assert told(part(_HER, document_type, "part")) == Withheld.NOT_SUPPORTING


@pytest.mark.parametrize("state", [each for each in RecordState if each.value not in ("published", "superseded")])
def test_what_is_not_published_does_not(state: RecordState) -> None:
    assert told(part(_HER, "clinical_note", "part"), state) == state.value


def test_what_a_person_entered_since_counts() -> None:
    note = part(_HER, "clinical_note", "part")
    assert told(note, now=part(_OTHER, "clinical_note", "part")) == Withheld.PATIENT_NOT_PROVEN
    assert told(note, RecordState.SUPERSEDED) is None
