"""One patient only where two items agree and none differs."""

from __future__ import annotations

import pytest

from documents.records import Field, FieldStatus, Record, Segment
from documents.values import Alignment, Kind
from extractors.records.same_patient import is_of_same_patient

_KINDS = {"name": Kind.PERSON_NAME, "dob": Kind.DATE, "member_id": Kind.IDENTIFIER, "mrn": Kind.IDENTIFIER}
_HER = {"name": "Rosa M Ferrant", "dob": "1962-11-30", "member_id": "KLM4410927"}


def record(said: dict[str, str], *, other_patient: bool = False, **statuses: FieldStatus) -> Record:
    fields = tuple(
        Field(
            path=f"patient.{name}",
            value=value,
            kind=_KINDS[name],
            quote=value,
            alignment=Alignment.EXACT,
            confidence=0.99,
            status=statuses.get(name, FieldStatus.ACCEPTED),
        )
        for name, value in said.items()
    )
    pages = Segment(
        document_type="clinical_note", page_start=1, page_end=1, confidence=0.99, other_patient=other_patient
    )
    return Record(id="r", document_id="d", segment=pages, fields=fields)


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ({"name": "Rosa Ferrant", "dob": "1962-11-30"}, True),
        ({"name": "FERRANT, ROSA M", "member_id": "KLM-4410927"}, True),
        ({"dob": "1962-11-30", "member_id": "KLM4410927"}, True),
        ({"name": "Rosa Ferrant"}, False),  # a namesake has it too
        ({"member_id": "KLM4410927"}, False),  # so has the family
        ({"dob": "1962-11-30"}, False),
        ({}, False),
        ({"mrn": "88-1"}, False),
        ({"name": "Rosa Ferrant", "dob": "1962"}, False),
        ({"name": "Tomas Ferrant", "dob": "1962-11-30", "member_id": "KLM4410927"}, False),  # a twin
        ({"name": "Rosa Ferrant", "dob": "1988-02-01", "member_id": "KLM4410927"}, False),  # her daughter
        ({"name": "Rosa Ferrant", "dob": "1962-11-30", "member_id": "KLM4410999"}, False),
    ],
)
def test_two_items_agree_and_none_differs(said: dict[str, str], same: bool) -> None:
    assert is_of_same_patient(record(_HER), record(said)) is same
    assert is_of_same_patient(record(said), record(_HER)) is same


def test_only_what_is_proven_agrees_and_whatever_was_read_differs() -> None:
    review, rejected = FieldStatus.REVIEW, FieldStatus.REJECTED
    assert not is_of_same_patient(record(_HER), record({"name": "Rosa Ferrant", "dob": "1962-11-30"}, dob=review))
    doubtful = {**_HER, "dob": "1926-11-30"}
    assert not is_of_same_patient(record(_HER), record(doubtful, dob=review))
    assert is_of_same_patient(record(_HER), record(doubtful, dob=rejected))


def test_pages_that_name_another_patient_are_never_this_ones() -> None:
    assert not is_of_same_patient(record(_HER), record(_HER, other_patient=True))


@pytest.mark.parametrize(
    ("more", "same"),
    [
        ({"name": "Tomas Ferrant"}, False),
        ({"dob": "1988-02-01"}, False),
        ({"member_id": "ZZ0001234"}, False),
        ({"name": "Rosa Ferrant"}, True),
    ],
)
def test_pages_that_name_somebody_else_as_well_are_not_this_ones(more: dict[str, str], same: bool) -> None:
    both = record(_HER)
    both = both.model_copy(update={"fields": (*both.fields, *record(more).fields)})
    assert is_of_same_patient(record(_HER), both) is same


def test_a_second_insurer_is_no_second_patient() -> None:
    insured = record(_HER)
    insured = insured.model_copy(update={"fields": (*insured.fields, *record({"member_id": "MC00998"}).fields)})
    assert is_of_same_patient(insured, record(_HER))
    two = insured.model_copy(update={"fields": (*insured.fields, *record({"dob": "1988-02-01"}).fields)})
    assert not is_of_same_patient(two, record(_HER))
