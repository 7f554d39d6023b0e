"""What a value's shape says where no label does: the cells of a column, and a text beside an unknown label."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from documents.values import Kind
from extractors.forms.labels import Label
from extractors.forms.parsing import is_blank
from extractors.grammar.find import find_values, normalise
from extractors.lexicon.drugs import find_drugs

# A label score under the neutral .8: what only its shape names is proposed to a person.
GUESSED = 0.5
# Of a column's filled cells so many must have the shape: recognition spoils one in three.
_SHARE = 0.6
_LONGEST_CODE_CELL = 16
_MOST_UNITS = 9999.0


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


def _is_drug(text: str, *, from_ocr: bool) -> bool:
    hits = find_drugs(text, from_ocr=from_ocr)
    return bool(hits) and hits[0].start == 0


# By what a table lists: field -> the test of a cell, those that leave least doubt first.
_TESTS: dict[str, tuple[tuple[str, Callable[..., bool]], ...]] = {
    "diagnosis": (("diagnosis.code", _is_diagnosis_code),),
    "procedure": (
        ("procedure.code", _is_procedure_code),
        ("service.start", _is_date),
        ("service.end", _is_date),
        ("procedure.modifier", _is_modifier),
        ("procedure.units", _is_count),
    ),
    "medication": (("medication.drug", _is_drug),),
}


def label_by_cells(entity: str, taken: set[str], cells: Sequence[str], *, from_ocr: bool) -> Label | None:
    """The label that a column of these cells would have, of those that its table's other columns have not taken.

    A table of a single row says enough for a code or a drug; for what any column may hold it takes the free place.
    """
    filled = [c.strip() for c in cells if not is_blank(c)]
    if not filled:
        return None
    for path, fits in _TESTS.get(entity, ()):
        if path not in taken and sum(fits(c, from_ocr=from_ocr) for c in filled) >= _SHARE * len(filled):
            return Label((path,), score=GUESSED, words="?")
    return None
