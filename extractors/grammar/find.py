"""One door to every grammar: `find_values` searches a text for values of a kind, `normalise` parses a whole text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from documents.values import Kind
from extractors.grammar import choices as closed
from extractors.grammar import codes, dates, doses, durations, identifiers, names, results, sig
from extractors.grammar.match import EDGES, Match, trimmed_span

Choices = Sequence[tuple[str, Sequence[str]]]
Finder = Callable[..., Iterator[Match]]
Whole = Callable[..., Match | None]

_FIND: dict[Kind, Finder] = {
    Kind.DATE: dates.find_dates,
    Kind.DIAGNOSIS_CODE: codes.find_diagnosis_codes,
    Kind.PROCEDURE_CODE: codes.find_procedure_codes,
    Kind.MODIFIER: codes.find_modifiers,
    Kind.IDENTIFIER: identifiers.find_identifiers,
    Kind.NPI: identifiers.find_npis,
    Kind.PHONE: identifiers.find_phones,
    Kind.DOSE: doses.find_amounts,
    Kind.STRENGTH: partial(doses.find_amounts, counted=False),
    Kind.NUMBER: doses.find_numbers,
    Kind.RESULT: results.find_results,
    Kind.UNIT: doses.find_units,
    Kind.ROUTE: sig.find_routes,
    Kind.FORM: sig.find_forms,
    Kind.FREQUENCY: sig.find_frequencies,
    Kind.DURATION: durations.find_durations,
}
# Parsers of a whole text, for kinds where it may be barer than what can be searched for.
_WHOLE: dict[Kind, Whole] = {
    Kind.DATE: dates.whole_date,
    Kind.DIAGNOSIS_CODE: codes.whole_diagnosis_code,
    Kind.PROCEDURE_CODE: codes.whole_procedure_code,
    Kind.MODIFIER: codes.whole_modifier,
    Kind.IDENTIFIER: identifiers.whole_identifier,
    Kind.NPI: identifiers.whole_npi,
    Kind.PHONE: identifiers.whole_phone,
    Kind.DOSE: doses.whole_amount,
    Kind.STRENGTH: doses.whole_amount,
    Kind.NUMBER: doses.whole_number,
    Kind.RESULT: results.whole_result,
    Kind.RANGE: results.whole_range,
    Kind.UNIT: doses.whole_unit,
    Kind.FREQUENCY: sig.whole_frequency,
    Kind.DURATION: durations.whole_duration,
    Kind.PERSON_NAME: names.whole_person,
    Kind.ADDRESS: names.whole_address,
    Kind.DRUG: names.whole_drug,
    Kind.ORGANIZATION: names.whole_text,
    Kind.TEXT: names.whole_text,
}
# Sign, bracket or percent belong to these values, so their edges are blank space only.
_PLAIN_EDGES = " \t\r\n:;,_|"
_KEEP_EDGES = frozenset(
    {
        Kind.NUMBER,
        Kind.RESULT,
        Kind.RANGE,
        Kind.DOSE,
        Kind.STRENGTH,
        Kind.UNIT,
        Kind.PHONE,
        Kind.TEXT,
        Kind.DRUG,
    }
)


# A text without a known unit or frequency may still be one as a whole cell, but a search must not guess it.
_SEARCH_ONLY = frozenset({Kind.UNIT, Kind.FREQUENCY})


def find_values(kind: Kind, text: str, *, from_ocr: bool = False, choices: Choices = ()) -> list[Match]:
    """The values of a kind in a text, in order, in normal form.

    Names, organizations, addresses, drugs and prose have no shape to search for: there the trimmed text is one value or
    none. `choices` (value -> printed wordings) serves Kind.CHOICE, SEX and URGENCY.
    """
    if kind in (Kind.CHOICE, Kind.SEX, Kind.URGENCY):
        return list(closed.find_choices(text, _choices(kind, choices)))
    if kind is Kind.PLACE_OF_SERVICE:
        return list(closed.find_places(text))
    if kind in _FIND:
        found = sorted(_FIND[kind](text, from_ocr=from_ocr), key=lambda m: (m.start, -m.end))
        if found or kind in _SEARCH_ONLY:
            return found
    return _whole(kind, text, from_ocr=from_ocr)


def normalise(kind: Kind, text: str, *, from_ocr: bool = False, choices: Choices = ()) -> str | None:
    """The normal form of a text that is one value of the kind and nothing else, or None."""
    start, end = trimmed_span(text, _PLAIN_EDGES if kind in _KEEP_EDGES else EDGES)
    body = text[start:end]
    if not body:
        return None
    if kind in (Kind.CHOICE, Kind.SEX, Kind.URGENCY):
        hit = closed.whole_choice(body, _choices(kind, choices))
        return None if hit is None else hit.value
    if kind is Kind.PLACE_OF_SERVICE:
        hit = closed.whole_place(body)
        return None if hit is None else hit.value
    whole = _WHOLE.get(kind)
    if whole is not None:
        hit = whole(body, from_ocr=from_ocr)
        if hit is not None:
            return hit.value
    found = list(_FIND[kind](body, from_ocr=from_ocr)) if kind in _FIND else []
    if len(found) == 1 and not body[: found[0].start].strip(EDGES) and not body[found[0].end :].strip(EDGES):
        return found[0].value
    return None


def _whole(kind: Kind, text: str, *, from_ocr: bool) -> list[Match]:
    whole = _WHOLE.get(kind)
    start, end = trimmed_span(text, _PLAIN_EDGES if kind in _KEEP_EDGES else EDGES)
    if whole is None or start == end:
        return []
    hit = whole(text[start:end], from_ocr=from_ocr)
    return [] if hit is None else [Match(hit.value, start, end, hit.folded)]


def _choices(kind: Kind, choices: Choices) -> Choices:
    if choices:
        return choices
    return {Kind.SEX: closed.SEX, Kind.URGENCY: closed.URGENCY}.get(kind, ())
