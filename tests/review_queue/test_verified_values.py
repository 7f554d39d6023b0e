from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.records import Field, FieldStatus, Record
from documents.values import Kind
from review_queue.deciding import decided
from review_queue.items import Action, Decision, FieldDecision, FieldRef
from review_queue.verified_values import DIFFERS, join
from tests.ledger.made import field, record

REVIEW = FieldStatus.REVIEW


def decide(read: Record, *made: FieldDecision) -> list[Decision]:
    """The decisions, as they would be kept."""
    kept: list[Decision] = []
    for each in made:
        one = decided(join(read, kept), each, decisions=kept)
        kept.append(one.model_copy(update={"id": len(kept) + 1, "actor": "nurse"}))
    return kept


def correct(path: str, value: str, group: str | None = None) -> FieldDecision:
    return FieldDecision(action=Action.CORRECT, field=FieldRef(path=path, group=group), value=value, reason="misread")


def values(read: Record, path: str) -> list[tuple[str | None, str, FieldStatus]]:
    return [(f.group, f.value, f.status) for f in read.values(path)]


def test_a_verified_row_keeps_its_place_when_rows_are_numbered_otherwise() -> None:
    first = record("fax", field("diagnosis.code", "M54.16", group="d1", at=3, status=REVIEW))
    kept = decide(first, correct("diagnosis.code", "M54.17", "d1"))
    later = record(
        "fax", field("diagnosis.code", "E11.9", group="d1", at=2), field("diagnosis.code", "M54.16", group="d2", at=3)
    )
    joined = join(later, kept)
    assert values(joined.record, "diagnosis.code") == [
        ("d1", "E11.9", FieldStatus.ACCEPTED),
        ("d2", "M54.17", FieldStatus.VERIFIED),
    ]
    assert joined.differences == ()


def test_a_correction_is_never_written_into_another_row() -> None:
    first = record("fax", field("medication.frequency", "daily", group="m1", at=3, status=REVIEW))
    kept = decide(first, correct("medication.frequency", "twice daily", "m1"))
    later = record("fax", field("medication.frequency", "daily", group="m1", at=9))
    joined = join(later, kept)
    assert values(joined.record, "medication.frequency") == [
        ("m1", "daily", FieldStatus.ACCEPTED),
        ("m1-verified", "twice daily", FieldStatus.VERIFIED),
    ]
    assert [(d.verified, d.reading) for d in joined.differences] == [("twice daily", None)]


def test_a_differing_reading_of_the_same_place_is_shown_and_not_applied() -> None:
    read = record("fax", field("patient.dob", "1970-01-02", at=1, status=REVIEW))
    kept = decide(read, correct("patient.dob", "1971-01-02"))
    joined = join(record("fax", field("patient.dob", "1979-01-02", at=1)), kept)
    assert values(joined.record, "patient.dob") == [(None, "1971-01-02", FieldStatus.VERIFIED)]
    assert [(d.verified, d.reading) for d in joined.differences] == [("1971-01-02", "1979-01-02")]


def test_a_reading_that_came_to_agree_is_no_difference() -> None:
    read = record("fax", field("patient.dob", "1970-01-02", at=1, status=REVIEW))
    kept = decide(read, correct("patient.dob", "1971-01-02"))
    assert join(record("fax", field("patient.dob", "1971-01-02", at=1)), kept).differences == ()


def test_a_single_field_read_elsewhere_is_doubted_beside_the_verified_one() -> None:
    read = record("fax", field("patient.dob", "1970-01-02", at=1, status=REVIEW))
    kept = decide(read, correct("patient.dob", "1971-01-02"))
    later = record("fax", field("patient.dob", "1970-01-02", at=1), field("patient.dob", "1985-05-05", at=30))
    joined = join(later, kept)
    assert values(joined.record, "patient.dob") == [
        (None, "1971-01-02", FieldStatus.VERIFIED),
        (None, "1985-05-05", FieldStatus.REVIEW),
    ]
    assert joined.record.fields[1].reasons == (DIFFERS,)


def test_a_rejected_field_that_is_not_read_again_is_gone() -> None:
    first = record("fax", field("medication.dose", "50 mg", group="m1", at=3, status=REVIEW))
    ref = FieldRef(path="medication.dose", group="m1")
    kept = decide(first, FieldDecision(action=Action.REJECT, field=ref, reason="struck_out"))
    assert join(record("fax"), kept).record.fields == ()
    assert join(first, kept).record.fields[0].status is FieldStatus.REJECTED


def test_an_added_field_settles_a_missing_one_in_every_later_reading() -> None:
    read = record("fax", field("patient.name", "x"), missing=("medication.drug", "patient.dob"))
    ref = FieldRef(path="medication.drug", group="m1")
    kept = decide(read, FieldDecision(action=Action.ADD, field=ref, value="x", kind=Kind.DRUG))
    assert join(read, kept).undecided == ("patient.dob",)
    later = record("fax", missing=("medication.drug",))
    assert join(later, kept).undecided == ()
    assert values(join(later, kept).record, "medication.drug") == [("m1", "x", FieldStatus.VERIFIED)]


places = st.integers(0, 12)
rows = st.lists(
    st.builds(
        lambda path, value, group, at, status: field(path, value, group=group, at=at, status=status),
        st.sampled_from(["diagnosis.code", "procedure.code"]),
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from(["1", "2", "3", None]),
        places,
        st.sampled_from([FieldStatus.ACCEPTED, REVIEW]),
    ),
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(rows, rows, st.data())
def test_no_verified_value_is_ever_lost_and_joining_twice_changes_nothing(
    first: list[Field], later: list[Field], data: st.DataObject
) -> None:
    read = record("fax", *first)
    made = [
        FieldDecision(action=Action.CORRECT, field=_ref(first, at), value=f"verified {at}")
        for at in range(len(first))
        if data.draw(st.booleans())
    ]
    kept = decide(read, *made)
    for reading in (read, record("fax", *later)):
        joined = join(reading, kept)
        found = sorted(f.value for f in joined.record.fields if f.status is FieldStatus.VERIFIED)
        assert found == sorted(str(each.value) for each in made)
        assert join(joined.record, kept).record == joined.record


def _ref(fields: list[Field], at: int) -> FieldRef:
    same = [i for i, f in enumerate(fields) if (f.path, f.group) == (fields[at].path, fields[at].group)]
    return FieldRef(path=fields[at].path, group=fields[at].group, ordinal=same.index(at))


@pytest.mark.parametrize("reading", ["M54.16", "M54.18"])
def test_without_boxes_the_span_tells_the_place(reading: str) -> None:
    bare = field("diagnosis.code", "M54.16", group="d1", status=REVIEW)
    kept = decide(record("fax", bare), correct("diagnosis.code", "M54.17", "d1"))
    joined = join(record("fax", bare.model_copy(update={"value": reading})), kept)
    assert values(joined.record, "diagnosis.code") == [("d1", "M54.17", FieldStatus.VERIFIED)]
