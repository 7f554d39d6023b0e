"""The check of a finished bundle refuses each single fault in a good one, and names the place without the content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from documents.records import FieldStatus
from fhir_mapping.bundle import assembled
from fhir_mapping.constants import Extension, ParticipantType, Profile, System
from fhir_mapping.errors import FhirMappingError
from fhir_mapping.proven import Built, Draft
from fhir_mapping.self_check import check_drafts
from fhir_mapping.source import facts_of
from fhir_mapping.stated import Stated, StatedDecimal, Tabled
from fhir_mapping.tables import Table
from tests.fhir_mapping.records import RECORDED, SOFTWARE, SOURCE, VARIANTS, field

FACTS = facts_of(SOURCE, SOFTWARE, recorded=RECORDED, verified_by="u-17")
BUILT = {
    name: assembled(VARIANTS[name], SOURCE, recorded=RECORDED, software=SOFTWARE, verified_by="u-17")
    for name in ("full", "laboratory", "verified")
}
CODE = field("diagnosis.code", "E11.65", "d1")
SERVICE = field("procedure.code", "27447", "s1")
NAME = field("patient.name", "Maria Elena Testpatient")

Place = tuple[str | int, ...]


def copied(value: Any) -> Any:
    """Objects and arrays anew, leaves with their proof."""
    if isinstance(value, dict):
        return {name: copied(member) for name, member in value.items()}
    return [copied(member) for member in value] if isinstance(value, list) else value


def changed(built: Built, resource_type: str, place: Place, new: Any) -> Built:
    """The drafts with the first of a type changed at one place; `new` is a value, or makes one of what is there."""
    target = next(draft for draft in built if draft.type == resource_type)
    resource = copied(target.resource)
    last: Any = place[-1]
    holder: Any = resource
    for step in place[:-1]:
        holder = holder[step]
    there = holder[last] if isinstance(holder, list) or last in holder else None
    holder[last] = new(there) if callable(new) else new
    return tuple(Draft(resource, d.deciding, d.role) if d is target else d for d in built)


def places(value: Any, above: Place = ()) -> Iterator[tuple[Place, Any]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if members is None:
        yield above, value
    else:
        for step, member in members:
            yield from places(member, (*above, step))


def refused(built: Built, facts: frozenset[str | int] = FACTS) -> str:
    with pytest.raises(FhirMappingError) as caught:
        check_drafts(built, facts)
    return str(caught.value)


@pytest.mark.parametrize("name", BUILT)
def test_good_bundles_pass(name: str) -> None:
    check_drafts(BUILT[name], FACTS)


PATIENT: Place = ("name", 0)
ICD: Place = ("code", "coding", 0)
FAULTS: dict[str, tuple[str, Place, Any]] = {
    # Codes
    "a code that nobody printed": ("Condition", (*ICD, "code"), "E11.65"),
    "a code that its field does not say": ("Condition", (*ICD, "code"), Stated("E11.64", CODE)),
    "a part of a printed code": ("Condition", (*ICD, "code"), lambda code: Stated(code[:3], *code.fields)),
    "a printed code of another kind": ("Condition", (*ICD, "code"), Stated("27447", SERVICE)),
    "a printed code under another system": ("Condition", (*ICD, "system"), System.CPT),
    "a printed code under a foreign system": ("Condition", (*ICD, "system"), "http://snomed.info/sct"),
    "a code without its system": ("Condition", ICD, lambda coding: {"code": coding["code"]}),
    "a code that its table does not give": (
        "ServiceRequest",
        ("priority",),
        lambda code: Tabled("routine", code.fields[0], code.table),
    ),
    "a code of another table": ("ServiceRequest", ("priority",), Tabled("female", NAME, Table.GENDER)),
    "a table's code without a proof": ("ServiceRequest", ("priority",), "urgent"),
    "a table's code under another system": ("Coverage", ("relationship", "coding", 0, "system"), System.ROLE_CODE),
    "a printed word where FHIR wants a code": ("Patient", ("gender",), lambda code: Stated("female", *code.fields)),
    "a constant that its element is not bound to": ("Claim", ("status",), "unknown"),
    "a constant code of another place": ("Condition", ("category", 0, "coding", 0, "code"), "problem-list-item"),
    "a constant system of another place": ("Condition", ("category", 0, "coding", 0, "system"), System.ROLE_CODE),
    "a number under another system": ("Practitioner", ("identifier", 0, "system"), System.HCPCS),
    "a fabricated number of a provider": ("Practitioner", ("identifier", 0, "value"), "1245319599"),
    # Words and numbers
    "a name without a proof": ("Patient", (*PATIENT, "text"), "Maria Elena Testpatient"),
    "a constant as a name": ("Patient", (*PATIENT, "text"), "active"),
    "words in another order": ("Patient", (*PATIENT, "given"), [Stated("Elena Maria", NAME)]),
    "half a word": ("Patient", (*PATIENT, "given"), [Stated("Mari", NAME)]),
    "a word of another field": ("Patient", (*PATIENT, "family"), Stated("Testpatient", CODE)),
    "a number without a proof": ("Claim", ("item", 0, "quantity", "value"), Decimal(1)),
    "a number that its field does not say": (
        "Claim",
        ("item", 0, "quantity", "value"),
        lambda number: StatedDecimal(10, *number.fields),
    ),
    "a float": ("Claim", ("item", 0, "quantity", "value"), 1.0),
    "an integer without a proof": ("Patient", ("multipleBirthInteger",), 1),
    "a truth that nobody stated": ("Patient", ("deceasedBoolean",), True),
    "the contrary of a truth of ours": ("Organization", ("active",), False),
    "an element that R4 does not have": ("Patient", ("nickname",), Stated("Maria", NAME)),
    # What our record is
    "a date of our record as the patient's": ("Patient", ("birthDate",), "2026-11-19T14:02:11-05:00"),
    "another time of receipt": ("Claim", ("created",), "2026-11-18"),
    "another profile": ("Patient", ("meta", "profile"), [Profile.COVERAGE]),
    "another label": ("Patient", ("meta", "security", 0, "code"), "HTEST"),
    "an extension that is not ours": ("Coverage", ("extension",), [{"url": "urn:x", "valueCode": "unknown"}]),
    "an absence with a reason that we do not know": (
        "Coverage",
        ("extension",),
        [{"url": Extension.ABSENT_REASON, "valueCode": "masked"}],
    ),
    "another size": ("DocumentReference", ("content", 0, "attachment", "size"), 48_214),
    "another version of the software": ("Device", ("version", 0, "value"), "9.9"),
    "an agent whom nobody knows": ("Provenance", ("agent", 0, "who"), {"identifier": {"value": "u-18"}}),
    "a verifier of what nobody verified": (
        "Provenance",
        ("agent", 0, "type", "coding", 0, "code"),
        ParticipantType.VERIFIER,
    ),
    "an element that is not there": ("Provenance", ("target", 1, "extension", 0, "valueUri"), "birthPlace"),
    "another page": ("Provenance", ("target", 1, "extension", 1, "extension", 0, "valuePositiveInt"), 7),
    "another box": ("Provenance", ("target", 1, "extension", 1, "extension", 1, "valueDecimal"), Decimal("0.5")),
    "another confidence": ("Provenance", ("target", 1, "extension", 2, "valueDecimal"), Decimal("0.9999")),
    "a citation left out": ("Provenance", ("target",), lambda targets: targets[:1]),
    "other pages": ("Provenance", ("entity", 0, "what", "display"), "page 9"),
    # References, ids, order
    "a reference to nobody": ("Condition", ("subject", "reference"), "urn:uuid:nobody"),
    "a reference to the wrong type": ("Condition", ("subject",), {"reference": BUILT["full"][0].url}),
    "a reference where there is none": ("Condition", ("code",), {"reference": BUILT["full"][0].url}),
    "an id that is none": ("AllergyIntolerance", ("id",), "not an id"),
    "another type's name": ("AllergyIntolerance", ("resourceType",), "Allergy"),
    "a number given twice": ("Claim", ("diagnosis", 1, "sequence"), 1),
    "a pointer at nothing": ("Claim", ("item", 0, "diagnosisSequence"), [7]),
    "a count from zero": ("Claim", ("item", 1, "sequence"), 0),
    # Emptiness
    "an empty array": ("Patient", ("name",), []),
    "an empty object": ("Patient", ("name",), [{}]),
    "an empty string": ("Patient", (*PATIENT, "text"), ""),
    "a blank": ("Patient", (*PATIENT, "text"), " "),
    "a null": ("Patient", (*PATIENT, "text"), None),
    "a control character": ("Patient", (*PATIENT, "text"), Stated("Maria\x07", field("patient.name", "Maria\x07"))),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_single_fault_is_refused(fault: str) -> None:
    resource_type, place, new = FAULTS[fault]
    message = refused(changed(BUILT["full"], resource_type, place, new))
    assert "." in message
    assert "Maria" not in message


def _bare(value: Any) -> Any:
    return Decimal(value) if isinstance(value, Decimal) else str(value)


def _other(value: Any) -> Any:
    return (
        StatedDecimal(value + 1, *value.fields)
        if isinstance(value, StatedDecimal)
        else Stated(f"{value}7", *value.fields)
    )


def _of_another_field(value: Any) -> Any:
    if isinstance(value, Tabled):
        return Tabled(value, CODE, value.table)
    return StatedDecimal(value, CODE) if isinstance(value, Decimal) else Stated(value, CODE)


OTHER: dict[str, Callable[[Any], Any]] = {"bare": _bare, "other": _other, "foreign": _of_another_field}


@pytest.mark.parametrize("way", OTHER)
@pytest.mark.parametrize("name", BUILT)
def test_no_proven_leaf_passes_without_its_proof(name: str, way: str) -> None:
    """Every leaf of every resource: without its fields, with other content, or with the fields of another."""
    seen = 0
    for draft in BUILT[name]:
        for place, leaf in places(draft.resource):
            if hasattr(leaf, "fields"):
                seen += 1
                refused(changed((draft, *(d for d in BUILT[name] if d is not draft)), draft.type, place, OTHER[way]))
    assert seen > 20


@pytest.mark.parametrize("name", BUILT)
def test_no_constant_passes_as_another(name: str) -> None:
    for draft in BUILT[name]:
        for place, leaf in places(draft.resource):
            if isinstance(leaf, str) and not hasattr(leaf, "fields") and place[-1] not in ("id", "display"):
                others = (d for d in BUILT[name] if d is not draft)
                refused(changed((draft, *others), draft.type, place, lambda there: f"{there}7"))


def test_ids_must_differ() -> None:
    assert "same id" in refused((*BUILT["full"], BUILT["full"][0]))


def test_a_draft_of_an_unproven_field_is_refused() -> None:
    unproven = NAME.model_copy(update={"status": FieldStatus.REVIEW})
    for draft in (
        Draft({"resourceType": "Patient", "id": "p"}, (unproven,)),
        Draft({"resourceType": "Patient", "id": "p", "name": [{"text": Stated(NAME.value, unproven)}]}),
    ):
        assert "not proven" in refused((draft,))


@pytest.mark.parametrize(
    "members",
    [
        {"name": [{"text": Stated("Maria Elena", NAME)}], "gender": "unknown"},
        {"multipleBirthInteger": StatedDecimal(3, field("procedure.units", "03"))},
        {"contact": [{"relationship": [{"text": Stated("Maria Elena Testpatient E11.65", NAME, CODE)}]}]},
    ],
)
def test_what_is_printed_passes(members: dict[str, Any]) -> None:
    check_drafts((Draft({"resourceType": "Patient", "id": "p", **members}),))
