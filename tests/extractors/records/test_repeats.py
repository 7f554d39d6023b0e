"""What several parts of a packet say of one drug, diagnosis or service is one thing; what differs stays two."""

from __future__ import annotations

import pytest

from documents.records import Record, Segment
from documents.values import Kind
from extractors.backend import Readings
from extractors.backends.rules import BACKEND
from extractors.document_type import all_document_types
from extractors.grammar.sig_meaning import meaning
from extractors.lexicon.drugs import is_same_drug
from extractors.records.assembly import build_record
from extractors.records.repeats import repeated_groups
from tests.extractors.printed import page_of
from tests.extractors.records_of import CONTEXT


def part(number: int, text: str) -> Record:
    """The record of one page of a packet."""
    page = page_of(text, number=number)
    segment = Segment(document_type="clinical_note", page_start=number, page_end=number, confidence=0.97)
    reading = BACKEND.read((page,), all_document_types()["clinical_note"])
    return build_record("0" * 64, segment, (page,), Readings(first=reading), context=CONTEXT)


def same_drug(*lists: str, patients: tuple[str, str] = ("Nora Quill", "Nora Quill")) -> bool:
    """Whether the drug of a second note's list is the one of the first's."""
    heads = [f"PROGRESS NOTE\nPatient: {name}   MRN: {7000 + len(name)}\n\nMEDICATIONS:\n" for name in patients]
    records = [part(n, head + drug) for n, (head, drug) in enumerate(zip(heads, lists, strict=True), 1)]
    groups = [{f.group for f in r.values("medication.drug")} for r in records]
    assert [len(g) for g in groups] == [1, 1]
    again = repeated_groups(records)
    (first,), (second,) = groups
    return again.get((records[1].id, second or "")) == (records[0].id, first)


def test_a_drug_listed_in_two_parts_is_one() -> None:
    assert same_drug("- Lasix 40 mg PO BID", "- furosemide 40 mg by mouth twice a day")
    assert same_drug("- furosemide 40 mg PO BID", "- furosemide 40 mg")


def test_another_strength_or_schedule_is_another_line() -> None:
    assert not same_drug("- furosemide 40 mg PO BID", "- furosemide 20 mg PO BID")
    assert not same_drug("- furosemide 40 mg PO BID", "- furosemide 40 mg PO daily")


def test_another_patient_has_drugs_of_their_own() -> None:
    assert not same_drug(
        "- furosemide 40 mg PO BID", "- furosemide 40 mg PO BID", patients=("Nora Quill", "Bo Ferreira")
    )


def test_two_lines_of_one_part_stay_two() -> None:
    text = "PROGRESS NOTE\nPatient: Nora Quill\n\nMEDICATIONS:\n- furosemide"
    twice = part(2, text + " 40 mg every morning\n- furosemide 20 mg at bedtime\n")
    again = repeated_groups([part(1, text), twice])
    assert sum(key[0] == twice.id and value[1].startswith("med") for key, value in again.items()) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("BID", "twice a day"), ("q12h", "2x daily"), ("every other week", "q 2 weeks"), ("QHS", "nightly"),
     ("every 14 days", "every 2 weeks"), ("q6h prn", "every 6 hours as needed")],
)  # fmt: skip
def test_frequencies_in_two_wordings(one: str, other: str) -> None:
    assert meaning(Kind.FREQUENCY, one) == meaning(Kind.FREQUENCY, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("daily", "every other day"), ("BID", "BID as needed"), ("weekly", "every 2 weeks"), ("every 0 hours", "daily")],
)
def test_frequencies_that_differ(one: str, other: str) -> None:
    assert meaning(Kind.FREQUENCY, one) != meaning(Kind.FREQUENCY, other)


def test_a_brand_is_its_substance_but_not_another_product_of_it() -> None:
    assert is_same_drug("Lasix", "furosemide")
    assert is_same_drug("Humira (adalimumab)", "adalimumab")
    assert not is_same_drug("metoprolol succinate", "metoprolol tartrate")
    assert not is_same_drug("unheardofine", "alsounheardofine")
