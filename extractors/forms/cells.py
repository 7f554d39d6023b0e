"""What a cell of a table holds: one value of its column's field, or several things with their codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.values import Kind
from extractors.forms.labels import Label
from extractors.forms.parsing import Piece, is_blank, parse_diagnosis, parse_procedure, parse_value
from extractors.lexicon.drugs import find_drugs
from extractors.prose.sig import read_sig

# The fields of the columns that hold one value each.
_KINDS: dict[str, Kind] = {
    "procedure.modifier": Kind.MODIFIER, "procedure.units": Kind.NUMBER, "service.start": Kind.DATE,
    "service.end": Kind.DATE, "service.place": Kind.PLACE_OF_SERVICE, "medication.drug": Kind.DRUG,
    "medication.strength": Kind.STRENGTH, "medication.form": Kind.FORM, "medication.route": Kind.ROUTE,
    "medication.dose": Kind.DOSE, "medication.frequency": Kind.FREQUENCY, "medication.quantity": Kind.NUMBER,
    "medication.days_supply": Kind.NUMBER, "medication.refills": Kind.NUMBER, "observation.name": Kind.TEXT,
    "observation.unit": Kind.UNIT, "observation.flag": Kind.TEXT,
}  # fmt: skip


def parse_cell(path: str, label: Label, text: str, *, from_ocr: bool) -> list[list[Piece]]:
    """The pieces of a cell of a field's column under a header's label; several lists where it holds several codes."""
    if is_blank(text):
        return []
    if path in ("diagnosis.code", "diagnosis.description"):
        found = parse_diagnosis(text, from_ocr=from_ocr)
        if path == "diagnosis.code":
            found = [g for g in found if any(p.path == path for p in g)]
    elif path in ("procedure.code", "procedure.description"):
        found = parse_procedure(text, from_ocr=from_ocr) if path == "procedure.code" else _text(path, text)
        if path == "procedure.code":
            found = [g for g in found if any(p.path == path for p in g)]
    elif path == "observation.value":
        found = _measured(text, from_ocr=from_ocr)
    else:
        labels = label.parts or (label,)
        found = [[p for part in labels for p in _typed(part.paths, path, text, from_ocr=from_ocr)]]
    return [part for part in found if part]


def _text(path: str, text: str) -> list[list[Piece]]:
    match = parse_value(Kind.TEXT, text)
    return [] if match is None else [[Piece(path, match.value, match.start, match.end)]]


def _typed(paths: tuple[str, ...], wanted: str, text: str, *, from_ocr: bool) -> Iterator[Piece]:
    """The value of a cell for its column, and of a further label of the same header (`drug / strength`)."""
    entity = wanted.split(".", maxsplit=1)[0]
    path = wanted if wanted in paths else next((p for p in paths if p.split(".")[0] == entity), None)
    if path is None:
        return
    kind = _KINDS.get(path)
    if kind is None:
        return
    if path == "medication.drug":
        yield from parse_drug(text, from_ocr=from_ocr)
        return
    match = parse_value(kind, text, from_ocr=from_ocr)
    if match is not None:
        yield Piece(path, match.value, match.start, match.end)


# Words of headings and sentences that slip into a drug column; no product's name holds them.
_NO_DRUG = re.compile(
    r"\b(?:follow|follow-up|up|prevent|dr|signature|values|information|additional|dictated|see|longer|guide|within|patient|"
    r"provider|page|date|taking|allergies|results?|laboratory|clinical)\b|\b(?:md|do|np|pa-c),",
    re.IGNORECASE,
)


# A word that leads on from a drug's name to its form: `ocrelizumab for infusion`.
_JOINING = re.compile(r"\s+(?:for|as|in|of|via|by)\s*$", re.IGNORECASE)


def parse_drug(text: str, *, from_ocr: bool = False) -> list[Piece]:
    """A drug with what follows it on the same line: `metformin 1000 mg tablet by mouth twice daily, #60, 3 refills`."""
    end = _name_end(text, from_ocr=from_ocr)
    name = parse_value(Kind.DRUG, text[:end], from_ocr=from_ocr)
    if name is None or _NO_DRUG.search(name.value):
        return []
    sig = parse_sig(text[end : end + _next_drug(text[end:], from_ocr=from_ocr)], from_ocr=from_ocr)
    return [Piece("medication.drug", name.value, name.start, name.end), *(p.moved(end) for p in sig)]


# Drugs of one answer stand apart by these.
_APART = re.compile(r"[;,•\n]\s*(?:and\s+|\d{1,2}[.)]\s*)?$")


def _next_drug(text: str, *, from_ocr: bool) -> int:
    """Where the next drug of a list begins: what follows is said of that one."""
    found = find_drugs(text, from_ocr=from_ocr)
    return next((hit.start for hit in found if _APART.search(text[: hit.start])), len(text))


def parse_sig(text: str, *, from_ocr: bool = False) -> list[Piece]:
    """What a text says of a drug that is named before it."""
    parts = read_sig(text, from_ocr=from_ocr) if text.strip() else []
    return [Piece(p.path, p.value, p.start, p.end) for p in parts]


def _name_end(text: str, *, from_ocr: bool) -> int:
    """Where a drug's name ends: before its first amount, or before what else the sig says of a drug that is known."""
    amount = None if from_ocr and not any(c.isdigit() for c in text) else _first_amount(text, from_ocr=from_ocr)
    end = len(text) if amount is None else amount
    if amount is not None and "(" in text[:end] and ")" not in text[:end]:
        # A bracket with the generic name and its strength belongs to the name.
        end = text.find(")", end) + 1 or len(text)
    known = next((hit for hit in find_drugs(text[:end], from_ocr=from_ocr) if hit.start == 0), None)
    if known is None:
        return end
    said = read_sig(text[known.end : end], from_ocr=from_ocr)
    end = known.end + min((p.start for p in said), default=end - known.end)
    return len(_JOINING.sub("", text[:end]))


def _first_amount(text: str, *, from_ocr: bool) -> int | None:
    match = parse_value(Kind.STRENGTH, text, from_ocr=from_ocr)
    return None if match is None else match.start


def _measured(text: str, *, from_ocr: bool) -> list[list[Piece]]:
    """A result: its number, and the unit where the cell holds it too."""
    match = re.match(r"\s*(?P<number>[<>≤≥]?\s?\d[\d,]*(?:\.\d+)?)(?P<rest>.*)$", text, re.DOTALL)
    if match is None:
        return []
    value = parse_value(Kind.NUMBER, match.group("number").lstrip("<>≤≥ "), from_ocr=from_ocr)
    if value is None:
        return []
    pieces = [Piece("observation.value", value.value, match.start("number"), match.end("number"))]
    rest = match.group("rest")
    unit = re.match(r"\s*(?P<unit>%?\s?[A-Za-z/%µ°][^\s,;()]*(?:\s(?:predicted|mm|hg))?|/\s?\d+)", rest)
    if unit is not None and rest.strip() not in ("H", "L", "HH", "LL", "A"):
        at = match.start("rest")
        pieces.append(Piece("observation.unit", unit.group("unit"), at + unit.start("unit"), at + unit.end("unit")))
    return [pieces]
