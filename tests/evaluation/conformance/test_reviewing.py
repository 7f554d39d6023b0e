"""The reviewers of the evaluation: one confirms whatever was read, one makes no mistakes, both answer what is asked."""

from __future__ import annotations

from documents.records import FieldStatus, Record
from evaluation.conformance.reviewing import SHEET, completed, confirmed, reviewed, with_answers
from evaluation.scoring.corpus import GoldField
from fhir_mapping.pas.gaps import MissingElement
from tests.evaluation.conformance.specimens import gold, record_of, specimen
from validation.entered_paths import ENTERED


def values(record: Record, path: str, *, usable: bool = True) -> list[str]:
    return [f.value for f in record.values(path, usable_only=usable)]


def test_who_confirms_everything_leaves_nothing_unproven() -> None:
    read = record_of(specimen(None))
    assert any(not f.usable for f in read.fields)
    after = confirmed(read)
    assert {f.status for f in after.fields} == {FieldStatus.VERIFIED}
    assert [f.value for f in after.fields] == [f.value for f in read.fields]


def test_who_makes_no_mistakes_corrects_adds_and_refuses() -> None:
    labels = gold(GoldField(field="request.date", value="2026-02-03"))
    (after,) = reviewed([record_of(specimen(labels))], labels)
    assert values(after, "provider.npi") == ["1234567893"]
    assert values(after, "request.date") == ["2026-02-03"]
    unknown = gold()
    unknown = unknown.model_copy(update={"fields": tuple(f for f in unknown.fields if f.field != "provider.npi")})
    (after,) = reviewed([record_of(specimen(unknown))], unknown)
    assert values(after, "provider.npi") == []
    assert values(after, "provider.npi", usable=False) == ["1234567890"]


def test_pages_of_another_patient_are_left_as_they_are() -> None:
    own = record_of(specimen(None))
    other = own.model_copy(update={"segment": own.segment.model_copy(update={"other_patient": True})})
    assert reviewed([other], gold()) == [other]


def test_the_sheet_answers_in_the_shape_that_each_path_demands() -> None:
    shapes = {entered.path: entered for entered in ENTERED}
    assert all(shapes[path].shape.fullmatch(value) for path, value in SHEET.items())
    assert {path for path, entered in shapes.items() if entered.required} <= set(SHEET)
    assert values(with_answers(record_of(specimen(None))), "submission.claim_type") == ["professional"]


def test_a_list_of_missing_elements_is_worked_off() -> None:
    record = record_of(specimen(None))
    group = next(f.group for f in record.fields if f.path == "provider.npi")
    asked = (
        MissingElement(path="Practitioner.identifier", field=f"provider.npi[{group}]", message="m"),
        MissingElement(path="Claim.item[0].location", field="service.place", message="m"),
        MissingElement(path="Claim", field="", message="m"),
    )
    after = completed(record, asked)
    assert (values(after, "provider.npi"), values(after, "service.place")) == (["1234567893"], ["11"])
    asking = completed(record, (MissingElement(path="Claim.provider", field="provider.role", message="m"),))
    assert values(asking, "provider.role") == ["requesting"]
