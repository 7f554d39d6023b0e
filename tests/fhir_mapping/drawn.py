"""Drawn records: any part of any document type's schema, with plausible and hostile values and every fate."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from documents.pages import Box
from documents.records import Field, FieldStatus, Record, Segment
from documents.values import Alignment, Assertion, Evidence, Kind
from extractors.document_type import all_document_types
from extractors.schema import FieldSpec
from fhir_mapping.bundle import build_bundle
from tests.fhir_mapping.records import RECORDED, SOFTWARE, SOURCE
from validation.npi import is_valid_npi

# By default few and the same each time, so that a gate takes seconds and is red for a reason that the change holds;
# FAX2FHIR_EXAMPLES=1000 draws anew and looks for rare faults.
_ASKED = os.environ.get("FAX2FHIR_EXAMPLES")
EXAMPLES = int(_ASKED or "25")
relaxed = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=_ASKED is None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

TYPES = tuple(all_document_types().values())
# The same leaf with another fate may contradict it, so that most values are usable and say what is the case.
STATUSES = (
    (FieldStatus.ACCEPTED,) * 6 + (FieldStatus.VERIFIED,) * 2 + (FieldStatus.REVIEW,) * 2 + (FieldStatus.REJECTED,)
)
ASSERTIONS = (Assertion.PRESENT,) * 20 + tuple(a for a in Assertion if a is not Assertion.PRESENT)
GROUPS = ("g1", "g2")
ODD_GROUPS = (*GROUPS, None, "", "0", "a|b", "größe", " ")

# What no reader should give and a fax may well print. All of it is text that FHIR can hold.
HOSTILE = (
    "0",
    "00",
    "007",
    "-",
    "--",
    ".",
    "N/A",
    "none",
    "unknown",
    "null",
    "true",
    "1.50",
    "0.10",
    "-3",
    "1e5",
    "1E400",
    "NaN",
    "Infinity",
    "١٢٣",
    "²",
    "½",
    "<0.5",
    ">= 1.10",
    "100000000000000000000.5",
    "9" * 60,
    "x" * 3000,
    "word " * 300 + "end",
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "&amp; & &#0;",
    '"quoted" \\ back/slash',
    "{{value}} ${value} %s",
    "Ωmega ﬁ 患者 😀",
    "e\u0301 combining",
    "\u202eright to left",
    "a\u00a0b",
    "line one\nline two\ttabbed",
    " padded ",
    "double  spaced",
    "\u00a0",
    "\u2003",
    "\u200b",
    "urn:uuid:6f3f0c2e-9f0b-5c55-8d1c-3b7c2a5e4f10",
    "http://example.org/x y",
    "Patient/1",
    "active",
    "draft",
    "AIAST",
    "2026-02-30",
    "2026-13",
    "0000-00-00",
    "99999-01-01",
)
PLAUSIBLE: dict[Kind, tuple[str, ...]] = {
    Kind.PERSON_NAME: (
        "Ada Example",
        "EXAMPLE, ADA M",
        "Cher",
        "Lee van der Berg, MD",
        "de la Cruz, Jr., Bo",
        ",",
        "A , B , C",
    ),
    Kind.ORGANIZATION: ("Example Health Plan", "Example Surgery Center", "ACME PPO, Inc."),
    Kind.ADDRESS: ("1 Main St, Lubbock, TX 79441", "PO Box 7", "12 Elm Rd Apt 3, Springfield IL 62704-1234"),
    Kind.PHONE: ("(806) 555-0167", "8065550167", "555-0167"),
    Kind.DATE: ("1969-04-12", "2026-11-02", "2026-11-30", "2027-01-15", "2026-04", "2026", "2024-02-29", "0001-01-01"),
    Kind.IDENTIFIER: ("W123456789", "00482-19", "REF-88-1203", "000123"),
    Kind.NPI: ("1234567893", "1245319599", "1003000126", "1234567890", "123456789"),
    Kind.DIAGNOSIS_CODE: (
        "M17.11",
        "E11.9",
        "C50.911",
        "M1711",
        "250.00",
        "Z99.89",
        "U07.1",
        "m17.11",
        "M17.",
        "M17-M19",
    ),
    Kind.PROCEDURE_CODE: ("27447", "L1833", "J0135", "0001F", "00000", "2744", "27447-RT", "D0120", "X9999", "99213"),
    Kind.MODIFIER: ("RT", "59", "LT", "1P", "!", "r t"),
    Kind.PLACE_OF_SERVICE: ("22", "11", "28", "Office", "2", "099"),
    Kind.DRUG: ("adalimumab", "metformin", "Humira (adalimumab)"),
    Kind.STRENGTH: ("40 mg/0.8 mL", "500 mg", "0.05 %"),
    Kind.DOSE: ("40 mg", "1-2 tablets", "1.50 mL"),
    Kind.FORM: ("pen", "tablet"),
    Kind.ROUTE: ("oral", "subcutaneous"),
    Kind.FREQUENCY: ("every other week", "twice daily", "q4-6h prn"),
    Kind.NUMBER: ("1", "2", "30", "1.60", "05", "0", "1,000", "two", "-3", "+2", "1e5", "1_0", "١٢٣", "0.10", "½"),
    Kind.RESULT: ("7.20", "<0.5", ">=1.10", "Negative", "1:40", "140", ".5", "5.", "< 0.50", "120/80"),
    Kind.RANGE: ("65-99", "<5.7", "4.0 to 5.6", "Negative", "3.5-5.10"),
    Kind.UNIT: ("mg/dL", "%", "K/uL", "parts", "mmHg", "°F"),
    Kind.DURATION: ("30 days", "12 months", "72 hours"),
    Kind.TEXT: (
        "Primary osteoarthritis, right knee",
        "type 2 diabetes",
        "hives",
        "Orthopedic Surgery",
        "Hemoglobin A1c",
        "Blood pressure",
        "penicillin",
        "Spouse",
        "self",
        "H",
        "not medically necessary",
    ),
}
CHOICES: dict[Kind, tuple[str, ...]] = {
    Kind.SEX: ("female", "male", "other"),
    Kind.URGENCY: ("standard", "expedited"),
}
# Entered by a person or taken from a site's table; no schema declares them.
ENTERED = (
    ("submission.claim_type", "professional"),
    ("submission.request_type", "HS"),
    ("submission.certification_type", "I"),
    ("submission.service_category", "3"),
    ("submission.level_of_service", "E"),
    ("submission.payer_id", "66666"),
    ("odd.path", "x"),
)


@dataclass(frozen=True)
class Slot:
    """A leaf of a schema that a value may stand in."""

    path: str
    kind: Kind
    choices: tuple[str, ...]
    repeated: bool

    @property
    def values(self) -> tuple[str, ...]:
        """What is drawn for it, besides what is hostile."""
        return self.choices or CHOICES.get(self.kind) or PLAUSIBLE.get(self.kind) or PLAUSIBLE[Kind.TEXT]


def _slot(spec: FieldSpec) -> Slot:
    return Slot(spec.path, spec.reads.kind, tuple(value for value, _ in spec.reads.choices), spec.repeated)


SLOTS: dict[str, tuple[Slot, ...]] = {t.name: tuple(map(_slot, t.specs.values())) for t in TYPES}


def made(slot: Slot, value: str, group: str | None, *, quote: str | None = None, place: int = 0) -> Field:
    """An accepted field that says something of the patient now."""
    quote = value if quote is None else quote
    return Field(
        path=slot.path,
        group=group,
        value=value,
        kind=slot.kind,
        quote=quote,
        evidence=(
            Evidence(page=1 + place % 3, start=place, end=place + len(quote), quote=quote, boxes=(Box(0, 0, 1, 0.5),)),
        ),
        alignment=Alignment.EXACT,
        confidence=0.99,
        status=FieldStatus.ACCEPTED,
    )


def record_of(fields: Sequence[Field], document_type: str, *, identifier: str = "r-0001") -> Record:
    """A record of a document type."""
    return Record(
        id=identifier,
        document_id=SOURCE.document_id,
        segment=Segment(document_type=document_type, page_start=1, page_end=3, confidence=0.98),
        fields=tuple(fields),
    )


@st.composite
def any_field(draw: Callable[..., object], slots: tuple[Slot, ...]) -> Field:
    """A field of one of the slots with any value, quote, group, fate and assertion."""
    slot = draw(st.sampled_from(slots))
    assert isinstance(slot, Slot)
    value = str(
        draw(
            st.sampled_from(
                slot.values * (200 // len(slot.values)) + HOSTILE
                if not slot.choices
                else (*slot.choices * 8, "other", "x")
            )
        )
    )
    quote = str(draw(st.sampled_from((value, value, f"Label: {value} (as printed)", "elsewhere", ""))))
    group = draw(st.sampled_from(GROUPS * 8 + ODD_GROUPS)) if slot.repeated else None
    assert group is None or isinstance(group, str)
    field = made(slot, value, group, quote=quote, place=int(str(draw(st.integers(0, 40)))))
    return field.model_copy(
        update={
            "status": draw(st.sampled_from(STATUSES)),
            "assertion": draw(st.sampled_from(ASSERTIONS)),
            "alignment": draw(st.sampled_from((Alignment.EXACT,) * 5 + tuple(Alignment))),
            "evidence": field.evidence if draw(st.integers(0, 9)) else (),
            "source": draw(st.sampled_from(("rules", "rules", "person", "llm"))),
        }
    )


@st.composite
def records(draw: Callable[..., object]) -> Record:
    """A record of any type with any part of its schema, contradictions included; often few entities in depth."""
    name = str(draw(st.sampled_from([t.name for t in TYPES])))
    slots = SLOTS[name] or SLOTS["prior_auth_request"]
    entities = sorted({slot.path.split(".")[0] for slot in slots})
    few = draw(st.one_of(st.none(), st.sets(st.sampled_from(entities), min_size=1, max_size=3)))
    if isinstance(few, set):
        slots = tuple(slot for slot in slots if slot.path.split(".")[0] in few)
    size = draw(st.sampled_from((0, 2, 6, 15, 40)))
    assert isinstance(size, int)
    fields = draw(st.lists(any_field(slots), min_size=size, max_size=size + 8))
    entered = draw(st.lists(st.sampled_from(ENTERED), max_size=3))
    assert isinstance(fields, list)
    assert isinstance(entered, list)
    by_hand = [made(Slot(path, Kind.TEXT, (), repeated=True), value, None) for path, value in entered]
    return record_of((*fields, *by_hand), name)


def everywhere(value: str, document_type: str) -> Record:
    """A record that says one thing in all its places, but for closed lists."""
    slots = SLOTS[document_type]
    return record_of(
        [made(s, s.choices[0] if s.choices else value, "g1" if s.repeated else None) for s in slots], document_type
    )


@st.composite
def plain_records(draw: Callable[..., object], *types: str) -> Record:
    """A record without contradictions, each of whose values occurs once: accepted, and said as a fact."""
    name = str(draw(st.sampled_from(types or [t.name for t in TYPES if t.specs])))
    places = [(slot, group) for slot in SLOTS[name] for group in (GROUPS if slot.repeated else (None,))]
    size = draw(st.sampled_from((1, 5, 15, 30)))
    assert isinstance(size, int)
    chosen = draw(st.sets(st.sampled_from(range(len(places))), min_size=min(size, len(places))))
    assert isinstance(chosen, set)
    fields = []
    for place, (slot, group) in ((n, places[n]) for n in sorted(chosen)):
        choices = slot.choices or CHOICES.get(slot.kind)
        value = str(draw(st.sampled_from(choices))) if choices else only(slot.kind, place)
        fields.append(made(slot, value, group, place=place))
    return record_of(fields, name)


# A value of a kind that no other number gives; its first word tells it from every other value.
_ONLY: dict[Kind, Callable[[int], str]] = {
    Kind.DATE: lambda n: f"{1901 + n}-05-17",
    Kind.PHONE: lambda n: f"806555{1000 + n}",
    Kind.NPI: lambda n: next(npi for last in range(10) if is_valid_npi(npi := f"1{20_000_000 + n}{last}")),
    Kind.DIAGNOSIS_CODE: lambda n: f"Q{n % 100:02}.{n // 100}",
    Kind.PROCEDURE_CODE: lambda n: f"V{1000 + n}",
    Kind.MODIFIER: lambda n: f"{chr(65 + n % 26)}{chr(65 + n // 26)}",
    Kind.PLACE_OF_SERVICE: lambda n: "22",  # noqa: ARG005 - a record has one
    Kind.NUMBER: lambda n: str(70_000 + n),
    Kind.RESULT: lambda n: f"{80_000 + n}.50",
}


def only(kind: Kind, number: int) -> str:
    """The value of a kind that belongs to a number alone."""
    return _ONLY[kind](number) if kind in _ONLY else f"only{number}x more"


def bundle_text(record: Record) -> str:
    """The record's bundle as JSON."""
    return build_bundle(record, SOURCE, recorded=RECORDED, software=SOFTWARE)
