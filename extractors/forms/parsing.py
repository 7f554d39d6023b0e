"""Text beside a label becomes values: one of a field's kind, or the several that a line about one thing holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from documents.values import Kind
from extractors.forms.code_wording import without_label
from extractors.grammar.find import find_values, normalise
from extractors.grammar.folding import to_digits
from extractors.grammar.match import Match
from extractors.lexicon.remarks import is_only_remark
from validation.icd10cm import description_agreement, is_billable, lookup

# Left as an answer these say that the value is elsewhere, or nowhere.
_NO_ANSWER = re.compile(
    r"(?:please )?(?:see|refer to|per) (?:the )?(?:attach\w*|notes?|chart|enclosed|above|below|back|records?|"
    r"clinicals?|"
    r"page|p\.?\s*\d)\b.{0,20}|\(?\s*(?:ste|see) \w*att\w*\)?|attached|enclosed|n\s?/\s?a|na|none|nil|unknown|unk|"
    r"tbd|pending|same(?: as (?:above|below|before|requesting|referring|ordering|patient|provider|facility)\b.{0,20})?|"
    r"not applicable|not available|not provided|[-–—_.\s/\\|]*",
    re.IGNORECASE,
)
_SEE_ATTACHED = re.compile(
    r"\b(?:see|refer to)\b.{0,12}\b(?:attach\w*|notes?|chart|enclosed|records?)|^attached$", re.IGNORECASE
)
# A name ends where a bracket, a dash or a number begins.
_NAME_END = re.compile(r"\s*(?:\(|\[|\s[-–—/|]\s|\d|;|\b(?:DOB|NPI|ID|MRN|Phone|Fax)\b)")
# Kinds whose value is searched in the text; the others take the whole of it.
_SEARCHED = frozenset(
    {
        Kind.DATE, Kind.NPI, Kind.PHONE, Kind.IDENTIFIER, Kind.DIAGNOSIS_CODE, Kind.PROCEDURE_CODE, Kind.SEX,
        Kind.URGENCY, Kind.PLACE_OF_SERVICE, Kind.NUMBER, Kind.STRENGTH, Kind.DOSE, Kind.ROUTE, Kind.FORM,
        Kind.FREQUENCY, Kind.MODIFIER, Kind.UNIT, Kind.DURATION,
    }
)  # fmt: skip
# A searched value must fill most of a short text: `4` in `Suite 4 B` is no quantity.
_SHARE = {Kind.NUMBER: 0.3, Kind.SEX: 0.2, Kind.UNIT: 0.5, Kind.FORM: 0.4, Kind.ROUTE: 0.4, Kind.MODIFIER: 0.4}
# Wording of a code and the printed one agree (official wordings reach .87 or more).
_AGREES = 0.8
# A row's or list's own number before its text (`1. Lumbar radiculopathy`, `2) MRI`, `(3) ...`).
_LIST_NUMBER = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|#\d{1,2}[.):]?|[a-h][.)])\s+(?=[A-Za-z(\[])")
_CODE_BRACKETS = " \t()[]{}<>:;,.-–—/|•·*#"
_UNITS = re.compile(r"\b(?:qty|quantity|units?|visits?|count|x)\b\.?\s*[:#=]?\s*(\d{1,4}(?:\.\d+)?)(?!\d|\s*(?:mg|"
r"ml|mcg|min))|"
                    r"(?<![\d.])(\d{1,4})\s*(?:units?|visits?|sessions?|treatments?)\b", re.IGNORECASE)  # fmt: skip
_MODIFIER = re.compile(
    r"\bmod(?:ifier)?s?\b\.?\s*[:#=]?\s*([A-Z0-9]{2}\b(?:\s*[,/ ]\s*[A-Z0-9]{2}\b(?!\s*(?:units?|visits?|sessions?|"
    r"treatments?|times?)\b))*)",
    re.IGNORECASE,
)
# Recognition sets the letter, the dot or the place behind it apart: `M 54.16`, `M54 .16`, `M54. 16`.
_SPACED_CODE = re.compile(r"(?<![\w.])[A-Z]\s?[0-9][0-9AB]\s?[.,]\s?[0-9A-Z]{1,4}(?![\w.])")
# Where a lone code stands in a line about a diagnosis: as the whole of it, first, or in brackets at its end.
_LONE_TOKEN = re.compile(
    r"^[\W_]*(?P<first>[|!1lI][0-9OoIl|]{2})(?=[\W_]+[A-Za-z]{3}|[\W_]*$)|[\[({](?P<last>[|!1lI][0-9OoIl|]{2})[\])}]?\W*$"
)
# "See attached" behind a description is a remark, not part of it.
_REFERRAL = re.compile(
    r"\s*[(\[–-]*\s*\b(?:see|refer to)\s+(?:attach\w*|notes?|chart|enclosed|records?).*$", re.IGNORECASE
)
_CODE_WORD = re.compile(
    r"\b(?:cpt(?:[ /-]?4)?|hcpcs|icd[ -]?10(?:[ -]?cm)?|codes?|dx|diagnosis|procedure)\b\s*[#:.]?\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A value of one field within a text: value in normal form and its span in that text."""

    path: str
    value: str
    start: int
    end: int

    def moved(self, offset: int) -> Piece:
        """The same piece with its span counted from further left."""
        return Piece(self.path, self.value, self.start + offset, self.end + offset)


def is_blank(text: str) -> bool:
    """Whether an answer holds nothing, or only says that it stands elsewhere."""
    return _NO_ANSWER.fullmatch(text.strip(" ()[]*:.")) is not None


def says_elsewhere(text: str) -> bool:
    """Whether an answer says that it is attached."""
    return _SEE_ATTACHED.search(text) is not None


@lru_cache(maxsize=8192)
def parse_value(kind: Kind, text: str, *, from_ocr: bool = False) -> Match | None:
    """The value of a kind that a text beside a label is or holds, or None."""
    if is_blank(text):
        return None
    value = normalise(kind, text, from_ocr=from_ocr)
    if value is not None and not (kind in (Kind.TEXT, Kind.ORGANIZATION) and len(text) > 160):
        start = len(text) - len(text.lstrip())
        return Match(value, start, len(text.rstrip()))
    if kind is Kind.PERSON_NAME:
        return _leading_name(text, from_ocr=from_ocr)
    return _searched(kind, text, from_ocr=from_ocr) if kind in _SEARCHED else None


def _searched(kind: Kind, text: str, *, from_ocr: bool) -> Match | None:
    """The first value of a kind in a text, if it is most of it and the text does not offer several choices."""
    found = find_values(kind, text, from_ocr=from_ocr)
    several = kind in (Kind.SEX, Kind.URGENCY, Kind.PLACE_OF_SERVICE) and len({m.value for m in found}) > 1
    if not found or several:
        return None
    letters = sum(c.isalnum() for c in text)
    return None if found[0].end - found[0].start < _SHARE.get(kind, 0.0) * letters else found[0]


def _leading_name(text: str, *, from_ocr: bool) -> Match | None:
    end = _NAME_END.search(text)
    for piece in (text[: end.start()] if end else text, ",".join(text.split(",")[:2]), text.split(",", maxsplit=1)[0]):
        value = normalise(Kind.PERSON_NAME, piece, from_ocr=from_ocr) if piece.strip() else None
        if value is not None:
            return Match(value, len(piece) - len(piece.lstrip()), len(piece.rstrip()))
    return None


def parse_diagnosis(text: str, *, from_ocr: bool = False) -> list[list[Piece]]:
    """The diagnoses of a line: code and description each, several if it lists several codes."""
    codes = _codes(Kind.DIAGNOSIS_CODE, text, from_ocr=from_ocr)
    if not codes:
        described = _description(text, [], "diagnosis.description")
        return [[described]] if described else []
    groups: list[list[Piece]] = []
    for start, end, code in _shares(text, codes):
        pieces = [Piece("diagnosis.code", code.value, code.start, code.end)]
        described = _description(text[start:end], [(code.start - start, code.end - start)], "diagnosis.description")
        if described is not None:
            label = without_label(code.value, text[start + described.start : start + described.end])
            left, right = start + described.start + label, start + described.end
            pieces.append(Piece(described.path, " ".join(text[left:right].split()), left, right))
        groups.append(pieces)
    return groups


def parse_procedure(text: str, *, from_ocr: bool = False) -> list[list[Piece]]:
    """The service lines of a text: code, modifier, units and description each."""
    codes = _codes(Kind.PROCEDURE_CODE, text, from_ocr=from_ocr)
    if not codes:
        described = _description(text, [], "procedure.description")
        return [[described]] if described else []
    groups: list[list[Piece]] = []
    for start, end, code in _shares(text, codes):
        part = text[start:end]
        at, stop = code.start - start, code.end - start
        taken = [(at, stop)]
        pieces = [Piece("procedure.code", code.value, code.start, code.end)]
        for piece in (*_modifiers(part, stop), *_units(part)):
            if all(piece.end <= a or piece.start >= b for a, b in taken):
                pieces.append(Piece(piece.path, piece.value, start + piece.start, start + piece.end))
                taken.append((piece.start, piece.end))
        described = _description(part, taken, "procedure.description")
        if described is not None:
            pieces.append(Piece(described.path, described.value, start + described.start, start + described.end))
        groups.append(pieces)
    return groups


def _codes(kind: Kind, text: str, *, from_ocr: bool) -> list[Match]:
    found = find_values(kind, text, from_ocr=from_ocr)
    if found:
        return found
    if kind is Kind.DIAGNOSIS_CODE and from_ocr:
        found = [*_spaced_codes(text), *_lone_code(text)]
        if found:
            return found[:1]
    # Beside a label that asks for a code, an undotted token at either end is one (`I10 Essential hypertension`).
    tokens = list(re.finditer(r"[A-Za-z0-9.|]+", text))
    for token in tokens[:1] + tokens[-1:]:
        value = normalise(kind, token.group(), from_ocr=from_ocr) if any(c.isdigit() for c in token.group()) else None
        if value is not None:
            return [Match(value, token.start(), token.end())]
    return []


def _spaced_codes(text: str) -> Iterator[Match]:
    """Codes with a space inside, if such codes exist."""
    for found in _SPACED_CODE.finditer(text):
        value = normalise(Kind.DIAGNOSIS_CODE, re.sub(r"\s", "", found.group()), from_ocr=True)
        if value is not None and lookup(value) is not None:
            yield Match(value, found.start(), found.end(), folded=True)


def _lone_code(text: str) -> Iterator[Match]:
    """A code of three characters whose letter was read as a digit (`110`), if the words beside it are that code's."""
    found = _LONE_TOKEN.search(text)
    if found is None:
        return
    at = "first" if found.group("first") else "last"
    value = "I" + to_digits(found.group(at)[1:])
    words = text[: found.start(at)] + " " + text[found.end(at) :]
    if is_billable(value) and description_agreement(value, words.strip(_CODE_BRACKETS + "0123456789")) >= _AGREES:
        yield Match(value, found.start(at), found.end(at), folded=True)


def _shares(text: str, codes: list[Match]) -> list[tuple[int, int, Match]]:
    """Divides a text among its codes: at a separator between two, else each code owns what follows or leads it."""
    leads = (
        text[: codes[0].start].strip(_CODE_BRACKETS) == "" or _CODE_WORD.fullmatch(text[: codes[0].start]) is not None
    )
    borders = [0]
    for one, other in pairwise(codes):
        between = text[one.end : other.start]
        separator = re.search(r"[;\n•]|\)\s*,|,\s(?=\S+$)|\s{2,}", between)
        if separator:
            borders.append(one.end + separator.end())
        else:
            borders.append(other.start if leads else one.end)
    borders.append(len(text))
    return [(borders[i], borders[i + 1], code) for i, code in enumerate(codes)]


def _modifiers(text: str, code_end: int) -> list[Piece]:
    """Modifiers behind the code (`97110 - GP`, `72148-26`) or behind their own label."""
    labelled = _MODIFIER.search(text)
    behind = re.match(r"\s*[-–]\s*([A-Z0-9]{2})(?![A-Za-z0-9])|\s*[,/ ]\s*([A-Z]{2}|\d[A-Z]|[A-Z]\d|2[2-6]|5[0-9]|"
    r"7[6-9])(?=\s*(?:$|\s{2}|[,;]))",
                      text[code_end:])  # fmt: skip
    if labelled is not None:
        spans = [
            (labelled.start(1) + m.start(), labelled.start(1) + m.end())
            for m in re.finditer(r"[A-Z0-9]{2}", labelled.group(1), re.IGNORECASE)
        ]
    elif behind is not None:
        group = 1 if behind.group(1) else 2
        spans = [(code_end + behind.start(group), code_end + behind.end(group))]
    else:
        spans = []
    return [Piece("procedure.modifier", text[a:b].upper(), a, b) for a, b in spans]


def _units(text: str) -> list[Piece]:
    found = sorted(_UNITS.finditer(text), key=lambda m: m.group(1) is None)  # `Qty: 155` before `1 unit`
    if not found:
        return []
    match = found[0]
    group = 1 if match.group(1) else 2
    if group == 2 and re.match(r"\s*[(\[{]\s*[A-Z]?\d{4}", text[match.end() :]):
        return []  # `Botulinum toxin, 1 unit (J0585)`: what the code stands for, not how many
    return [Piece("procedure.units", match.group(group), match.start(group), match.end(group))]


def _description(text: str, taken: list[tuple[int, int]], path: str) -> Piece | None:
    """The longest run of the text without what is taken, trimmed; it must hold a word."""
    spans, position = [], 0
    for start, end in sorted(taken):
        spans.append((position, start))
        position = max(position, end)
    spans.append((position, len(text)))
    best: Piece | None = None
    for start, end in spans:
        piece = _CODE_WORD.sub("", text[start:end])
        piece = re.sub(
            r"(?:\s{2,}|[,;(]\s*|\b)(?:mod(?:ifier)?s?|qty|quantity|units?)\b[\s:.#]*$", "", piece, flags=re.IGNORECASE
        )
        piece = re.sub(r"\s+[-–—]\s*(?:primary|secondary|principal)\b.*$", "", piece, flags=re.IGNORECASE)
        piece = _REFERRAL.sub("", piece)
        number = _LIST_NUMBER.match(piece)
        numbered = 0 if number is None else number.end()
        rest = piece[numbered:]
        edges = _CODE_BRACKETS + "0123456789" if position == 0 else _CODE_BRACKETS
        left = numbered + len(rest) - len(rest.lstrip(edges))
        body = piece[left:].rstrip(" \t[{<:;,.-–—/|•·*#(")
        body = body.rstrip(")") if body.count(")") > body.count("(") else body
        body = body.split("  ")[0]
        if is_only_remark(body):
            continue
        if len(re.findall(r"[A-Za-z]", body)) >= 3 and (best is None or len(body) > best.end - best.start):
            best = Piece(path, " ".join(body.split()), start + left, start + left + len(body))
    return best
