"""What a value's shape says where no label does: the cells of a column, and a text beside an unknown label."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from documents.values import Kind
from extractors.forms.labels import Label
from extractors.forms.parsing import is_blank
from extractors.grammar.find import find_values, normalise
from extractors.lexicon.drugs import find_drugs
from validation.icd10cm import lookup

# A label score under the neutral .8: what only its shape names is proposed to a person.
GUESSED = 0.5
# Of a column's filled cells so many must have the shape: recognition spoils one in three.
_SHARE = 0.6
_LONGEST_CODE_CELL = 16
_MOST_UNITS = 9999.0
_LONGEST_AMOUNT = 24
_SHORTEST_WORDING = 5


def _is_diagnosis_code(text: str, *, from_ocr: bool) -> bool:
    return len(text) <= _LONGEST_CODE_CELL and bool(normalise(Kind.DIAGNOSIS_CODE, text, from_ocr=from_ocr))


def _is_procedure_code(text: str, *, from_ocr: bool) -> bool:
    return len(text) <= _LONGEST_CODE_CELL and bool(find_values(Kind.PROCEDURE_CODE, text, from_ocr=from_ocr))


def _is_modifier(text: str, *, from_ocr: bool) -> bool:
    return len(text) <= _LONGEST_CODE_CELL and bool(find_values(Kind.MODIFIER, text, from_ocr=from_ocr))


def _is_date(text: str, *, from_ocr: bool) -> bool:
    return normalise(Kind.DATE, text, from_ocr=from_ocr) is not None


def _is_count(text: str, *, from_ocr: bool) -> bool:
    value = normalise(Kind.NUMBER, text, from_ocr=from_ocr)
    return value is not None and float(value) <= _MOST_UNITS


def _is_amount(text: str, *, from_ocr: bool) -> bool:
    return len(text) <= _LONGEST_AMOUNT and normalise(Kind.DOSE, text, from_ocr=from_ocr) is not None


def _is_drug(text: str, *, from_ocr: bool) -> bool:
    hits = find_drugs(text, from_ocr=from_ocr)
    return bool(hits) and hits[0].start == 0


def _is_strength(text: str, *, from_ocr: bool) -> bool:
    return len(text) <= _LONGEST_AMOUNT and normalise(Kind.STRENGTH, text, from_ocr=from_ocr) is not None


def _is_form(text: str, *, from_ocr: bool) -> bool:
    return normalise(Kind.FORM, text, from_ocr=from_ocr) is not None


def _is_route(text: str, *, from_ocr: bool) -> bool:
    return normalise(Kind.ROUTE, text, from_ocr=from_ocr) is not None


def _is_frequency(text: str, *, from_ocr: bool) -> bool:
    return normalise(Kind.FREQUENCY, text, from_ocr=from_ocr) is not None


def _is_wording(text: str, *, from_ocr: bool) -> bool:  # noqa: ARG001 - one signature for all
    """Words that describe something: mostly letters, and more of them than an abbreviation has."""
    letters = sum(c.isalpha() for c in text)
    return letters >= _SHORTEST_WORDING and 2 * letters > len(text.replace(" ", ""))


@dataclass(frozen=True, slots=True)
class _Test:
    """What the cells of a field's column look like, and a word that its head must hold where cells may be anything."""

    path: str
    fits: Callable[..., bool]
    cue: re.Pattern[str] | None = None


def _test(path: str, fits: Callable[..., bool], cue: str = "") -> _Test:
    return _Test(path, fits, re.compile(cue) if cue else None)


_WORDED = r"\b(?:descri\w+|narrative|words?|text|english|nomenclature|in full|names?|called|titles?|details?)\b"
# By what a table lists: the tests of its columns, those that leave least doubt first. Cues are looked for in the head's
# lower-case words.
_TESTS: dict[str, tuple[_Test, ...]] = {
    "diagnosis": (
        _test("diagnosis.code", _is_diagnosis_code),
        _test(
            "diagnosis.description",
            _is_wording,
            _WORDED + r"|\b(?:diagnos\w+|dx|problems?|conditions?|illness\w*|diseases?|disorders?|indications?|"
            r"reasons?|complaints?|symptoms?|impression|assessment|ailments?|why)\b",
        ),
    ),
    "procedure": (
        _test("procedure.code", _is_procedure_code),
        _test("service.start", _is_date),
        _test("service.end", _is_date),
        _test("procedure.modifier", _is_modifier),
        _test("procedure.units", _is_count),
        _test(
            "procedure.description",
            _is_wording,
            _WORDED + r"|\b(?:procedures?|services?|items?|tests?|exams?|examinations?|stud(?:y|ies)|orders?|"
            r"operations?|surger\w+|treatments?|equipment|suppl\w+|products?|care|therap\w+|scans?|imaging|what|drugs?)\b",
        ),
    ),
    "medication": (
        _test("medication.drug", _is_drug),
        _test("medication.strength", _is_strength, r"\b(?:strengths?|potency|concentration|conc|size|mg|mcg)\b"),
        _test("medication.dose", _is_amount, r"\b(?:dos(?:e|es|age|ing)|each|per|take|taken|amount|given)\b"),
        _test("medication.strength", _is_strength),
        _test("medication.form", _is_form),
        _test("medication.route", _is_route),
        _test("medication.frequency", _is_frequency),
        _test("medication.days_supply", _is_count, r"\b(?:days?|supply|lasting|lasts?|how long)\b"),
        _test("medication.refills", _is_count, r"\b(?:re-?fills?|repeats?|renewals?|rf|again|additional|extra|more)\b"),
        _test(
            "medication.quantity",
            _is_count,
            r"\b(?:qty|quantity|quant|number|no|num|count|amount|units?|dispens\w+|disp|supplied|supply|fill|total|"
            r"how many|pieces?|pack|package|tablets?|tabs?|capsules?|caps?|pills?|vials?|pens?|ml|volume)\b|#",
        ),
    ),
}  # fmt: skip
# Five digits under a head that does not speak of codes are a ZIP code, a group or an amount.
_CODE_HEAD = re.compile(
    r"\b(?:codes?|cpt\w*|hcpcs?|j-?codes?|proc\w*|service|order|exam|op|item|bill\w*|charge|tariff)\b|"
    r"\b(?:no|number)\b|#"
)
_NO_CODE_HEAD = re.compile(
    r"\b(?:zip|postal|group|phone|fax|member|id|npi|account|policy|mrn|chart|record|case|ndc|tax)\b"
)


def entity_by_cell(text: str, head: str, *, from_ocr: bool) -> str | None:
    """What a row lists that has this cell under this head: by the code or drug that the cell is, or None."""
    body, words = text.strip(), head.lower()
    if is_blank(body):
        return None
    if not any(c.isdigit() for c in body):
        return "medication" if _is_drug(body, from_ocr=from_ocr) else None
    if len(body) <= _LONGEST_CODE_CELL and _NO_CODE_HEAD.search(words) is None:
        diagnosis = normalise(Kind.DIAGNOSIS_CODE, body, from_ocr=from_ocr)
        if diagnosis is not None and ("." in body or lookup(diagnosis) is not None):
            return "diagnosis"
        procedure = normalise(Kind.PROCEDURE_CODE, body, from_ocr=from_ocr)
        if procedure is not None and (not procedure.isdigit() or _CODE_HEAD.search(words)):
            return "procedure"
    return "medication" if _is_drug(body, from_ocr=from_ocr) else None


def label_by_cells(entity: str, taken: set[str], cells: Sequence[str], *, head: str, from_ocr: bool) -> Label | None:
    """The label that a column of these cells would have, of those that its table's other columns have not taken.

    A table of a single row says enough for a code or a drug; for what any column may hold it takes the free place, or a
    word in the column's head.
    """
    filled = [c.strip() for c in cells if not is_blank(c)]
    if not filled:
        return None
    words = head.lower()
    for test in _TESTS.get(entity, ()):
        if test.path in taken or (test.cue is not None and test.cue.search(words) is None):
            continue
        if sum(test.fits(c, from_ocr=from_ocr) for c in filled) >= _SHARE * len(filled):
            return Label((test.path,), score=GUESSED, words="?")
    return None
