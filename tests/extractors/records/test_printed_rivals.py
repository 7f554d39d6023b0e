"""What a page prints across its margin, or says otherwise of the patient, leaves the value to a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from documents.pages import Box, Page
from documents.records import Record
from tests.extractors.printed import page_of
from tests.extractors.records_of import record_of

MESSAGE = """Patient name: {named}
Date: 03/04/2026

Dear Dr. Quarles,
I have had a cough since I began lisinopril 10 mg daily.
I was born on April 8, 1973.
Many thanks,
Ingrid Solheim
"""
NOTE = """PROGRESS NOTE
Person seen: Ingrid Solheim (female, birth {born})
Date of visit: 03/04/2026
Date of birth 08/04/1973

ASSESSMENT:
1. Essential hypertension (I10)
"""


def named(record: Record) -> bool:
    """Whether the patient's name is accepted."""
    return any(f.usable for f in record.values("patient.name"))


def test_a_name_that_the_writer_does_not_sign_is_in_conflict() -> None:
    assert named(record_of("patient_message", (page_of(MESSAGE.format(named="Ingrid Solheim")),)))
    assert named(record_of("patient_message", (page_of(MESSAGE.format(named="Solheim, Ingrid")),)))
    assert not named(record_of("patient_message", (page_of(MESSAGE.format(named="Bodil Aune")),)))


@pytest.mark.parametrize(("born", "accepted"), [("04-Aug-1973", True), ("10-Mar-1970", False)])
def test_another_birth_date_in_whatever_words_is_in_conflict(born: str, accepted: bool) -> None:
    record = record_of("clinical_note", (page_of(NOTE.format(born=born)),))
    assert any(f.usable for f in record.values("patient.dob")) is accepted


def turned(page: Page, word: str) -> Page:
    """The page with one word standing upright in the margin."""
    box = Box(0.01, 0.3, 0.02, 0.4)
    words = tuple(replace(w, box=box) if w.text == word else w for w in page.words)
    return page.model_copy(update={"words": words})


def test_print_along_the_margin_is_left_to_a_person() -> None:
    plain = page_of("PROGRESS NOTE\nPatient: Ingrid Solheim   MRN: 5521907\nDate of visit: 03/04/2026\n")
    (lies,) = record_of("clinical_note", (plain,)).values("patient.mrn")
    (stands,) = record_of("clinical_note", (turned(plain, "5521907"),)).values("patient.mrn")
    assert lies.usable
    assert "turned_print" in stands.reasons
    assert not stands.usable


def test_a_page_that_lies_on_its_side_is_no_margin() -> None:
    plain = page_of("PROGRESS NOTE\nPatient: Ingrid Solheim   MRN: 5521907\nDate of visit: 03/04/2026\n")
    side = plain.model_copy(update={"words": tuple(replace(w, box=Box(0.01, 0.3, 0.02, 0.4)) for w in plain.words)})
    assert "turned_print" not in record_of("clinical_note", (side,)).values("patient.mrn")[0].reasons
