"""Values that a record's pages contradict: printed a second time in other words or digits, or corrected elsewhere.

Reading finds a value where its label stands plainly. What it did not read may still say otherwise: another birth date
behind a label that was not understood, an identifier that differs by a digit or two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.pages import Page
from documents.records import Field, Segment
from documents.values import Kind
from extractors.grammar.find import find_values
from extractors.records.acceptance import SURE_TYPE
from extractors.records.mentions import same_person_name

_IDENTIFIERS = frozenset({"patient.member_id", "patient.mrn", "payer.group_number"})
# Letters before a date that make it a birth date, however they are set: `D.O.B.#`, `birthdate is`, `Born (M/D/Y)`.
_BORN = re.compile(
    r"(?:dob|doborn|birthdate|dateofbirth|birthday|born|birth|birthdt|dateborn|bdate)(?:is|was|on|mdy|mmddyyyy|mmddyy)?$"
)
_HEADER = re.compile(r"dob|dateofbirth|birthdate|birthday")
_LABEL_REACH = 30
# Of identifiers of one shape, these few characters differ by a slip of the pen or on purpose.
_SLIPS = 2
_SHORTEST = 6
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{4,}[A-Za-z0-9]")
_CONFLICT = "conflicting_values"
# The document type whose writer is the patient, and the name on the line under a letter's close.
_OWN_HAND = "patient_message"
_SIGNED = re.compile(
    r"(?m)^[ \t]*(?i:(?:with |many |kind |best |warm )*(?:thanks|thank you|regards|wishes|sincerely|yours|cheers)"
    r"(?: (?:truly|sincerely|again|so much|very much|in advance))?)[,.!]?[ \t]*\n+"
    r"[ \t]*(?P<name>[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){1,3})[ \t]*$"
)


def with_corrected(fields: Sequence[Field]) -> list[Field]:
    """The fields; where one is a correction, all of its path are doubted: it does not say which one it corrects."""
    mended = {f.path for f in fields if "corrected" in f.reasons}
    return [
        f.model_copy(update={"reasons": (*f.reasons, "corrected")})
        if f.path in mended and "corrected" not in f.reasons
        else f
        for f in fields
    ]


def with_printed_rivals(fields: Sequence[Field], pages: Sequence[Page], segment: Segment) -> list[Field]:
    """The fields; who the patient is is in conflict where the pages print another value for it, read or not."""
    if segment.document_type == _OWN_HAND or segment.confidence < SURE_TYPE:
        fields = _with_signer(fields, pages)
    return [
        f.model_copy(update={"reasons": (*f.reasons, _CONFLICT), "features": {**f.features, "conflict": 1.0}})
        if _CONFLICT not in f.reasons and any(_contradicts(f, page) for page in pages)
        else f
        for f in fields
    ]


def _with_signer(fields: Sequence[Field], pages: Sequence[Page]) -> list[Field]:
    """The fields of what a patient may have written; a name that is not the signer's is in conflict with it."""
    signers = [found["name"] for page in pages for found in _SIGNED.finditer(page.text)]
    return [
        f.model_copy(update={"reasons": (*f.reasons, _CONFLICT), "features": {**f.features, "conflict": 1.0}})
        if f.path == "patient.name" and signers and not any(same_person_name(f.value, name) for name in signers)
        else f
        for f in fields
    ]


def _contradicts(field: Field, page: Page) -> bool:
    if field.path == "patient.dob":
        named = any(value != field.value for value in _births(page))
        return named or any(dates and field.value not in dates for dates in _beside_headers(page))
    if field.path in _IDENTIFIERS:
        return any(_is_slip(field.value, token.group()) for token in _TOKEN.finditer(page.text))
    return False


def _births(page: Page) -> Iterator[str]:
    """The dates behind a label of a birth date."""
    for found in find_values(Kind.DATE, page.text, from_ocr=page.from_ocr):
        before = page.text[max(0, found.start - _LABEL_REACH) : found.start]
        label = re.sub(r"[^a-z]", "", before.rpartition("\n")[2].lower())
        if _BORN.search(label):
            yield found.value


def _beside_headers(page: Page) -> Iterator[set[str]]:
    """The dates on the lines above and below each header that names a birth date: one of them should be it."""
    lines = page.text.split("\n")
    for at, line in enumerate(lines):
        if _HEADER.search(re.sub(r"[^a-z]", "", line.lower())) and not any(c.isdigit() for c in line):
            near = "\n".join(lines[max(0, at - 1) : at + 2])
            yield {found.value for found in find_values(Kind.DATE, near, from_ocr=page.from_ocr)}


def _is_slip(value: str, token: str) -> bool:
    """Whether a token has the identifier's shape and all but a character or two of it."""
    one, other = value.upper(), token.upper()
    if one == other or len(one) != len(other) or len(one) < _SHORTEST:
        return False
    shapes = [re.sub(r"[A-Z]", "A", re.sub(r"[0-9]", "9", text)) for text in (one, other)]
    return shapes[0] == shapes[1] and sum(a != b for a, b in zip(one, other, strict=True)) <= _SLIPS
