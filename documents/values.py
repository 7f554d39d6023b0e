"""Values with their proof: the kind of a value, the span it was read from, and what the text around it asserts."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field as PydanticField

from documents.pages import Box
from documents.value import Value


class Kind(StrEnum):
    """What sort of value a field holds: it decides grammar, normal form, folding and whether fuzzy may align.

    Normal forms (the `value` strings everywhere): dates ISO (partial dates keep their precision: `2026-04`, `2026`);
    codes upper case as printed, ICD-10-CM with its dot; NPI ten digits; phone ten digits as `(806) 555-0167`; numbers
    plain decimals as printed without thousands separators; durations as printed;
    choices the enum values listed in `docs/predictions.md`.
    """

    PERSON_NAME = "person_name"
    ORGANIZATION = "organization"
    ADDRESS = "address"
    PHONE = "phone"
    DATE = "date"
    IDENTIFIER = "identifier"  # member id, MRN, group, reference number: no known mask, so never folded
    NPI = "npi"
    DIAGNOSIS_CODE = "diagnosis_code"  # ICD-10-CM
    PROCEDURE_CODE = "procedure_code"  # CPT or HCPCS Level II
    MODIFIER = "modifier"
    PLACE_OF_SERVICE = "place_of_service"
    DRUG = "drug"
    STRENGTH = "strength"
    DOSE = "dose"
    FORM = "form"
    ROUTE = "route"
    FREQUENCY = "frequency"
    NUMBER = "number"  # units, quantity, days supply, refills, observation values
    RESULT = "result"  # of a test: a number, with a comparator perhaps, a titre, or a word (`Negative`)
    RANGE = "range"  # of normal results, as printed: `65-99`, `<5.7`, `4.0 to 5.6`, `Negative`
    UNIT = "unit"
    SEX = "sex"
    URGENCY = "urgency"
    CHOICE = "choice"  # any other closed list
    DURATION = "duration"  # number and unit: turnaround times, approval periods
    TEXT = "text"  # prose: descriptions, reactions, specialties


class Assertion(StrEnum):
    """What the text says about a mention. Only PRESENT may become an active clinical statement."""

    PRESENT = "present"
    NEGATED = "negated"
    UNCERTAIN = "uncertain"
    FAMILY = "family"
    HISTORICAL = "historical"
    HYPOTHETICAL = "hypothetical"


class Alignment(StrEnum):
    """How a quote was found on the page. NONE is ungrounded: never accepted, never mapped."""

    EXACT = "exact"
    FOLDED = "folded"
    FUZZY = "fuzzy"
    NONE = "none"


class Evidence(Value):
    """One span of a page that proves a value; `page.text[start:end] == quote` always holds.

    Attributes:
        page: 1-based page number within the document.
        start, end: offsets into that page's text.
        quote: the text of the span, as read.
        boxes: one box a line, page fractions, origin top left.
    """

    page: int
    start: int
    end: int
    quote: str
    boxes: tuple[Box, ...] = ()

    def overlaps(self, other: Evidence) -> bool:
        """Whether both share a character of a page."""
        return self.page == other.page and self.start < other.end and other.start < self.end


class Cited(Value):
    """What a backend returns for one field: a value and the verbatim quote it was read from.

    Attributes:
        path: field name of the neutral format, e.g. `diagnosis.code`.
        group: attributes of one drug / diagnosis / service line / provider / allergy / observation share it.
        value: the backend's normalised value (re-derived from the span by grounding, never trusted).
        quote: verbatim text; grounding finds it.
        page: 1-based page number, where the backend knows it.
        start: offset of the quote in that page's text, where the backend knows it (a hint; checked).
        assertion: what the text around says about the mention.
        features: what the backend measured for confidence (label distance, label score, ...), 0..1 each.
        derived: true if the value follows from text that does not print it (a drug's status from its section); the
            quote is then the text it follows from.
    """

    path: str
    group: str | None = None
    value: str
    quote: str
    page: int | None = None
    start: int | None = None
    assertion: Assertion = Assertion.PRESENT
    features: dict[str, float] = PydanticField(default_factory=dict)
    derived: bool = False
