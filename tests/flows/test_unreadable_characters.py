"""Texts with characters that nobody can read, from page to bundle: a person is asked, and mapping never stops."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.pages import Box, Page, WordSource
from documents.plain_text import split_pages, text_page
from documents.records import FieldStatus, Record
from documents.text_assembly import RawWord, assemble
from documents.unprintable import is_unreadable
from extractors.document_type import all_document_types
from fhir_mapping.bundle import build_bundle
from review_queue.deciding import decided
from review_queue.errors import UnreadableValueError
from review_queue.items import Action, FieldDecision, FieldRef
from review_queue.verified_values import join
from tests.extractors.records_of import record_of
from tests.fhir_mapping.records import RECORDED, SOFTWARE, SOURCE

_HEAD = (
    "Patient name: Cy Dale\nDate of birth: 03/04/1980\nSex: Male\nMember ID: XYZ123456\nPayer: Lakeside Health Plan\n"
)
TEXTS = {
    "prior_auth_request": f"PRIOR AUTHORIZATION REQUEST\n{_HEAD}Address: 12 Elm Street, Dayton, OH 45402\n"
    "Requesting provider: Ina Eck, MD\nNPI: 1234567893\nDiagnosis code: M17.11 Unilateral primary osteoarthritis, right"
    " knee\nProcedure code: CPT 27447\nUnits: 1\nService date: 06/01/2026\nMedication: Humira 40 mg every 2 weeks\n",
    "referral": f"REFERRAL\n{_HEAD}Referring provider: Ina Eck, MD\nNPI: 1234567893\nReferred to: Bo Lind, MD\n"
    "Diagnosis: I10 Essential hypertension\nReason for referral: evaluate chest pain\n",
    "clinical_note": f"PROGRESS NOTE\n{_HEAD}Date of visit: 02/03/2026\nMedications: lisinopril 10 mg by mouth daily\n"
    "Allergies: penicillin (rash)\nBlood pressure: 128/82\nWeight: 82 kg\nAssessment: Asthma J45.909\n",
    "lab_report": f"LABORATORY REPORT\n{_HEAD}Collected: 02/03/2026\nTest  Result  Units  Reference range  Flag\n"
    "Glucose  105  mg/dL  70-99  H\nPotassium  4.1  mmol/L  3.5-5.1\n",
    "denial_letter": f"NOTICE OF DENIAL\n{_HEAD}Letter date: 05/20/2026\nCase number: LHP-2026-88231\n"
    "Decision: Denied\nDecision date: 05/19/2026\n"
    "Service requested: CPT 27447 Total knee arthroplasty\nReason: not documented.\n",
    "patient_message": f"Portal message\n{_HEAD}Sent: 02/03/2026\n"
    "Subject: refill\nPlease refill my metformin 500 mg.\n",
    "payer_policy": "MEDICAL POLICY\nLakeside Health Plan\nPolicy number: MP-101\nEffective date: 01/01/2026\n"
    "CPT 27447 needs prior authorization. Requests are decided within 7 days.\n",
}
BAD = st.sampled_from("\x01\x07\x0b\x1b\x1f\x7f\x85\x95\x9b\ud800\udfff\uffff\ufffd")
PLACES = st.lists(st.tuples(st.floats(0, 1), BAD), min_size=1, max_size=12)


def spoiled(text: str, places: list[tuple[float, str]]) -> str:
    for share, bad in places:
        at = round(share * len(text))
        text = text[:at] + bad + text[at:]
    return text


def typed(text: str) -> tuple[Page, ...]:
    """As a typed file is read."""
    return tuple(text_page(page, number) for number, page in enumerate(split_pages(text), 1))


def layered(text: str) -> tuple[Page, ...]:
    """As a PDF's text layer is read: words of any characters, each with its box."""
    words = []
    for row, line in enumerate(text.split("\n")):
        column = 0
        for word in line.split(" "):
            box = Box(column / 120, row / 60, (column + len(word)) / 120, (row + 0.7) / 60)
            words += [RawWord(word, box, 1.0, WordSource.TEXT_LAYER)] if word else []
            column += len(word) + 1
    joined, placed = assemble(words)
    return (Page(number=1, width_pt=612, height_pt=792, text=joined, words=placed, engine="test"),)


def confirmed(record: Record) -> Record:
    """The record after a person has accepted all that can be accepted, and rejected the rest."""
    fields = []
    for field in record.fields:
        alone = join(record.model_copy(update={"fields": (field,)}), [])
        ref = FieldRef(path=field.path, group=field.group)
        try:
            made = decided(alone, FieldDecision(action=Action.ACCEPT, field=ref), decisions=[])
        except UnreadableValueError:
            assert is_unreadable(field.value)
            made = decided(alone, FieldDecision(action=Action.REJECT, field=ref, reason="illegible"), decisions=[])
        fields += [made.after] if made.after is not None else []
    return record.model_copy(update={"fields": tuple(fields)})


def bundle_of(record: Record) -> str:
    return build_bundle(record, SOURCE, recorded=RECORDED, software=SOFTWARE)


def test_every_type_is_here() -> None:
    assert set(TEXTS) == {name for name, declared in all_document_types().items() if declared.extracts}


@pytest.mark.parametrize("pages_of", [typed, layered])
@pytest.mark.parametrize("document_type", TEXTS)
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(places=PLACES)
def test_no_record_stops_at_mapping(document_type: str, pages_of: type, places: list[tuple[float, str]]) -> None:
    record = record_of(document_type, pages_of(spoiled(TEXTS[document_type], places)))
    for field in record.fields:
        assert not (field.status is FieldStatus.ACCEPTED and is_unreadable(field.value + field.quote))
    for made in (record, confirmed(record)):
        assert bundle_of(made).encode()
    assert record.model_dump_json()


@pytest.mark.parametrize("document_type", TEXTS)
def test_without_any_the_texts_are_read(document_type: str) -> None:
    typed_record = record_of(document_type, typed(TEXTS[document_type]))
    assert [field for field in typed_record.fields if field.usable]
    assert not [field for field in typed_record.fields if "unreadable_character" in field.reasons]
