"""A record: everything read from one segment of a document, each field with its proof, its confidence and its fate."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field as PydanticField

from documents.value import Value
from documents.values import Alignment, Assertion, Evidence, Kind


class Segment(Value):
    """A run of pages of one document type. `page_start` and `page_end` are 1-based and inclusive.

    Attributes:
        document_type: the type that the pages are taken for.
        page_start, page_end: the pages.
        confidence: probability that the type is right, 0..1.
        runner_up: the next best type, for the person who decides where the confidence is low.
        other_patient: whether the pages name another patient than the document is about; nothing on them is accepted.
    """

    document_type: str
    page_start: int
    page_end: int
    confidence: float
    runner_up: str | None = None
    other_patient: bool = False


class FieldStatus(StrEnum):
    """A field's fate. VERIFIED was confirmed, corrected or added by a person; REJECTED was refused by one."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    VERIFIED = "verified"
    REJECTED = "rejected"


class RedFlag(StrEnum):
    """The neutral format's names for what a person must look at."""

    INVALID_DIAGNOSIS_CODE = "invalid_diagnosis_code"
    NONBILLABLE_DIAGNOSIS_CODE = "nonbillable_diagnosis_code"
    INVALID_NPI = "invalid_npi"
    SERVICE_DATE_BEFORE_BIRTH = "service_date_before_birth"
    FUTURE_DOB = "future_dob"
    CONFLICTING_VALUES = "conflicting_values"
    PATIENT_MISMATCH = "patient_mismatch"
    AMBIGUOUS_SELECTION = "ambiguous_selection"
    PROMPT_INJECTION = "prompt_injection"


class Severity(StrEnum):
    """ERROR keeps a record from being published without a person; WARNING is shown; INFO is kept."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Finding(Value):
    """What a rule found. `message` names the rule's subject and never repeats patient text.

    Attributes:
        rule: stable id, e.g. `DX-001`.
        severity: see Severity.
        path, group: the field it is about, if one.
        message: one sentence: what is wrong and what to do.
        flag: the neutral format's red flag that this finding raises, if one.
    """

    rule: str
    severity: Severity
    path: str | None = None
    group: str | None = None
    message: str
    flag: RedFlag | None = None


class Field(Value):
    """One value of a record with its proof.

    Attributes:
        path, group, value, assertion, derived: as in `Cited`; `value` is re-derived from the evidence.
        kind: what sort of value it is.
        quote: verbatim text the value was read from.
        evidence: one or more spans; empty only when ungrounded or added by a person without a page.
        alignment: how the quote was found.
        confidence: probability of being right, 0..1.
        status: see FieldStatus.
        reasons: why it was not accepted (stable short codes, no patient text), e.g. `low_ocr_confidence`.
        features: the feature row the confidence was computed from.
        source: what read it: the backend's name, or `person`.
        alternatives: other readings of the same field (conflicts), as values.
    """

    path: str
    group: str | None = None
    value: str
    kind: Kind
    quote: str
    evidence: tuple[Evidence, ...] = ()
    alignment: Alignment
    assertion: Assertion = Assertion.PRESENT
    derived: bool = False
    confidence: float
    status: FieldStatus
    reasons: tuple[str, ...] = ()
    features: dict[str, float] = PydanticField(default_factory=dict)
    source: str = "rules"
    alternatives: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether the value may be mapped to FHIR: accepted by proof or verified by a person."""
        return self.status in (FieldStatus.ACCEPTED, FieldStatus.VERIFIED)


class RequirementState(StrEnum):
    """MET is shown by the quote; NOT_MET: the packet says otherwise, or too little; NOT_FOUND: it says nothing."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_FOUND = "not_found"


class ChecklistItem(Value):
    """What a payer's pack asks for, and whether the packet shows it.

    Attributes:
        requirement: its id in the pack.
        text: as the payer puts it.
        state: see RequirementState.
        reason: why it is not met, or not counted as found, as a stable code: `denied`, `too_short`, `out_of_bounds`,
            `too_old`; `planned`, `uncertain`, `not_the_patient`, `contradicted`, `length_unknown`, `value_unknown`,
            `date_unknown`; empty otherwise.
        evidence: the spans that show the state, which may lie on other segments' pages of the same document.
    """

    requirement: str
    text: str
    state: RequirementState
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()


class Deadline(Value):
    """When a decision is due, and by which rule. `due` is aware; `rule` names the law or payer pack."""

    due: datetime
    rule: str
    clock_start: datetime
    clock_source: str


class SummaryHeading(StrEnum):
    """What a summary's lines stand under: a note's parts in SOAP order, then what a reader looks for first."""

    SUBJECTIVE = "subjective"
    OBJECTIVE = "objective"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    PROBLEMS_ADDRESSED = "problems addressed"
    MEDICATIONS_CHANGED = "medications changed"
    FOLLOW_UP = "follow-up needed"
    RED_FLAGS = "red flags"


class SummaryLine(Value):
    """A line of a note's summary: words of the note, verbatim, and nothing else.

    Attributes:
        heading: what it stands under.
        evidence: the words and their place; `page.text[start:end] == quote`.
        flag: name of the red flag that it raises, empty elsewhere.
    """

    heading: SummaryHeading
    evidence: Evidence
    flag: str = ""

    @property
    def quote(self) -> str:
        """The words as printed."""
        return self.evidence.quote


class Record(Value):
    """Everything read from one segment.

    Attributes:
        id: deterministic: the same bytes, pages and type give the same id.
        document_id: SHA-256 (hex) of the document's bytes.
        segment: the pages and the type.
        fields: in schema order, then page order.
        missing: required field paths that the document does not state.
        findings: from rules, splitting and reading.
        checklist: what the payer's pack asks for with its request, and what the packet shows of it.
        deadline: decision deadline, where one applies.
        accepted: whether the record may be published without a person.
        review_reasons: why not, as stable short codes (empty when accepted).
        versions: what shaped it: backend, rules, weights, code sets, reading engine.
        summary: of a note: its own words by heading; empty for other documents.
    """

    id: str
    document_id: str
    segment: Segment
    fields: tuple[Field, ...] = ()
    missing: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    deadline: Deadline | None = None
    accepted: bool = False
    review_reasons: tuple[str, ...] = ()
    versions: dict[str, str] = PydanticField(default_factory=dict)
    summary: tuple[SummaryLine, ...] = ()

    def values(self, path: str, *, usable_only: bool = False) -> tuple[Field, ...]:
        """The fields at a path, in order; only those that may be mapped if asked."""
        return tuple(f for f in self.fields if f.path == path and (f.usable or not usable_only))
