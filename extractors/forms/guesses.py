"""Labels never seen before: the shape of the value and a word of the label together propose a field, to a person.

A value found so has a label score below the neutral one, and is looked for only where no known label gave the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from documents.values import Kind
from extractors.forms.answers import free_text
from extractors.forms.collected import Place
from extractors.forms.doubts import is_plausible
from extractors.forms.form_page import FormPage
from extractors.forms.labels import Label
from extractors.forms.parsing import parse_value
from extractors.forms.sections import Section
from extractors.forms.shapes import GUESSED
from extractors.forms.sheet import Sheet
from extractors.forms.wording import canonical
from extractors.layout.chunks import Chunk
from validation.npi import is_valid_npi

# A value stands at most this far right of its label, and so many line heights under it.
_FARTHEST_RIGHT = 0.30
_FARTHEST_BELOW = 1.8
_LONGEST_LABEL = 9


@dataclass(frozen=True, slots=True)
class _Rule:
    """A field that a label may ask for: the kind its value must have, a word the label must hold, whose section."""

    path: str
    kind: Kind
    cue: re.Pattern[str]
    owners: tuple[str, ...]


def _rule(path: str, kind: Kind, cue: str, *owners: str) -> _Rule:
    return _Rule(path, kind, re.compile(cue), owners)


# First match wins. Cues are looked for in the label's canonical words (`extractors.forms.wording`).
_RULES = (
    _rule("patient.dob", Kind.DATE, r"\bbirth|\bborn\b|\bdate of birth\b|\bbirthday\b", "", "patient", "subscriber"),
    _rule(
        "patient.member_id",
        Kind.IDENTIFIER,
        r"\b(?:member|subscriber|insurance|policy|card|enrollee|beneficiary|coverage|medicaid|medicare|recipient|"
        r"identification|contract|certificate)\b.*\b(?:id|number|code|identifier)\b",
        "",
        "patient",
        "payer",
        "subscriber",
    ),
    _rule(
        "patient.mrn",
        Kind.IDENTIFIER,
        r"\b(?:chart|record|hospital|clinic|emr|ehr)\b.*\b(?:id|number)\b",
        "",
        "patient",
    ),
    _rule("patient.name", Kind.PERSON_NAME, r"\bname\b", "patient"),
    _rule("provider.name", Kind.PERSON_NAME, r"\bname\b|\b(?:physician|provider|prescriber|clinician)\b", "provider"),
    _rule("patient.phone", Kind.PHONE, r"\b(?:phone|cell|mobile|reach|call)\b", "patient"),
    _rule("provider.phone", Kind.PHONE, r"\b(?:phone|direct|call|extension)\b", "provider"),
    _rule(
        "request.date",
        Kind.DATE,
        r"\b(?:request|requesting|submission|submitted|signed|sent|prepared|faxed|completed|ordered|order)\b",
        "",
        "provider",
    ),
    _rule(
        "service.start",
        Kind.DATE,
        r"\b(?:service|procedure|surgery|treatment|start|begin|begins|scheduled|planned|admission|appointment)\b",
        "",
        "facility",
        "provider",
    ),
)
_NPI_OWNERS = {"provider": "provider.npi", "facility": "facility.npi"}
_NPI_CUE = re.compile(r"\bnp\w?\b|\bnational\b|\bprovider\b")
# Sections that tell what was, where dates and names are a history's.
_NOT_HERE = frozenset({"tried", "current", "discontinued", "clinical", "observation", "allergy", "other"})
# Ten digits with spaces and specks.
_LONGEST_NPI = 18
# A misread label beside another one is no person.
_LABELS = re.compile(r"na[mn]e|phone|birth|date|sign|number|address|\bfax\b|\bnpi\b", re.IGNORECASE)
_FULL_DATE = len("2026-01-31")


def read_guesses(form: FormPage) -> None:
    """Proposes values for fields that no known label of the document has given so far."""
    sheet = form.sheet
    have = {c.path for c in form.collected.cited}
    for words, section, chunk, span in _unknown_pairs(sheet, form):
        if section.kind in _NOT_HERE:
            continue
        text = sheet.page.text[slice(*span)]
        path = _npi_path(words, section, text, chunk, form) if len(text) < _LONGEST_NPI else None
        found = (path, Kind.NPI) if path is not None else _fitting(words, section, text, chunk, form)
        if found is None or found[0] in have:
            continue
        path, kind = found
        match = parse_value(kind, text, from_ocr=chunk.from_ocr)
        if match is None or not is_plausible(path, match.value) or (kind is Kind.PERSON_NAME and _LABELS.search(text)):
            continue
        if kind is Kind.DATE and len(match.value) < _FULL_DATE:
            continue
        group = form.group_of(path, Label((path,), score=GUESSED, words=words), section)
        form.add(path, match.value, (span[0] + match.start, span[0] + match.end), Place("text", GUESSED), group)
        sheet.claimed.add(chunk.index)
        have.add(path)


def _npi_path(words: str, section: Section, text: str, chunk: Chunk, form: FormPage) -> str | None:
    """An NPI by its check digit: one number of ten digits in fifty has it by chance, so its place must fit too."""
    match = parse_value(Kind.NPI, text, from_ocr=chunk.from_ocr)
    if match is None or not is_valid_npi(match.value):
        return None
    labelled = (q for c in form.sheet.line_of(chunk) for q in form.sheet.questions_of(c))
    if any(form.kind(p) is Kind.NPI for q in labelled for p in q.label.paths):
        return None  # a known label of its line asks for it
    owner = section.owner or form.ownership.anchor_of(section)
    path = _NPI_OWNERS.get(owner, "provider.npi" if _NPI_CUE.search(words) else "")
    return path if path in form.collected.specs else None


def _fitting(words: str, section: Section, text: str, chunk: Chunk, form: FormPage) -> tuple[str, Kind] | None:
    owner = section.owner or form.ownership.anchor_of(section)
    for rule in _RULES:
        if rule.path not in form.collected.specs or owner not in rule.owners or not rule.cue.search(words):
            continue
        if parse_value(rule.kind, text, from_ocr=chunk.from_ocr) is not None:
            return rule.path, rule.kind
    return None


def _unknown_pairs(sheet: Sheet, form: FormPage) -> Iterator[tuple[str, Section, Chunk, tuple[int, int]]]:
    """Each text beside or under a label that is not known: (the label's words, section, chunk, span of the text)."""
    for question in sheet.questions:
        unknown = question.label.words == "?" and question.chunk.index not in sheet.claimed
        if unknown and question.inline[1] > question.inline[0]:
            printed = sheet.page.text[question.start : question.end]
            yield _meant(printed, question.chunk, form), question.section, question.chunk, question.inline
    for chunk in sheet.layout.chunks:
        if chunk.index in sheet.claimed or not free_text(chunk, sheet) or sheet.questions_of(chunk):
            continue
        label = _label_of(chunk, sheet)
        if label is not None:
            yield _meant(label.text, label, form), sheet.section_of(chunk), chunk, (chunk.start, chunk.end)


def _meant(text: str, chunk: Chunk, form: FormPage) -> str:
    words = canonical(text.strip(" :*"))
    return form.collected.lexicon.nearest(words) if chunk.from_ocr else words


def _label_of(chunk: Chunk, sheet: Sheet) -> Chunk | None:
    """The unknown label of a text: the chunk right before it on its line, else the one right over it."""
    before = [c for c in sheet.line_of(chunk) if c.start < chunk.start]
    if before and chunk.box.left - before[-1].box.right <= _FARTHEST_RIGHT and _may_be_label(before[-1], sheet):
        return before[-1]
    for line in sheet.lines_above(chunk):
        if chunk.box.top - line[0].box.bottom > _FARTHEST_BELOW * sheet.line_height:
            return None
        over = [c for c in line if c.box.left < chunk.box.right and chunk.box.left < c.box.right]
        if over:
            return over[0] if _may_be_label(over[0], sheet) else None
    return None


def _may_be_label(chunk: Chunk, sheet: Sheet) -> bool:
    """Whether a chunk is worded like a label and is none that is known (then it asks for something else)."""
    known = any(q.label.words != "?" for q in sheet.questions_of(chunk)) or chunk.index in sheet.sections.headings
    words = chunk.text.split()
    lettered = sum(c.isalpha() for c in chunk.text) > sum(c.isdigit() for c in chunk.text)
    return not known and lettered and len(words) <= _LONGEST_LABEL and chunk.index not in sheet.claimed
