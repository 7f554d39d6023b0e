"""The codes that a policy covers: tables of codes and wordings, lists of codes, and ranges, which are no codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from documents.values import Cited, Kind
from extractors.grammar.find import find_values
from extractors.grammar.folding import to_digits
from extractors.grammar.match import Match
from extractors.outline.blocks import Block, BlockKind
from extractors.outline.flow import Citing, Flow, Piece, Span, Told, flow_of
from extractors.outline.strips import Strip
from extractors.policies.wordings import CODES
from validation.icd10cm import description_agreement, lookup

_PATHS = {
    Kind.DIAGNOSIS_CODE: ("policy.diagnosis_code", "policy.diagnosis_description"),
    Kind.PROCEDURE_CODE: ("procedure.code", "procedure.description"),
}
# `M05.00 - M06.9`, `M05.0 through M05.9`: every code between them is meant, and none is printed.
_RANGE = re.compile(r"^\s*(?:-|–|—|to|through|thru)\s*$", re.IGNORECASE)
_WILDCARD = re.compile(r"\.?(?:[xX*]+|-)(?![A-Za-z0-9])")
# What names the codes beside it.
_LABEL = re.compile(
    r"\b(?:CPT|HCPCS|ICD-?\s?10(?:-?CM)?|procedure codes?|diagnosis codes?|billing codes?"
    r"|codes?)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"^[\s,;/&.()]*(?:and|or)?[\s,;/&(]*$")
_EDGE = " \t,;:-–—.()[]|•*"
# A code opens its cell, behind a bullet or a label at most; amid a sentence it is quoted, not listed.
_OPENS = re.compile(
    r"^[\s•*\-–—|(\[]*(?:(?:CPT|HCPCS|ICD-?\s?10(?:-?CM)?|codes?|covered|applicable|diagnos[ie]s|procedures?|billing"
    r"|drug|"
    r"and|services?|level ii|numbers?)\b\W{0,3})*$",
    re.IGNORECASE,
)
_HEADER = re.compile(r"^\W*(?:code|cpt|hcpcs|icd|procedure code|diagnosis code|billing code)\b", re.IGNORECASE)
_HCPCS = re.compile(r"[A-CE-HJ-MP-V]\d{4}")
# Half of the release's words for a code, or their synonyms, are in the wording printed with it.
_DRAWN, _AGREES = re.compile(r"[1l|][0-9OoIl|]{2}"), 0.5
_WRAPPED_GAP = 1.7
_SAME_EDGE = 0.02


class _Code(NamedTuple):
    kind: Kind
    match: Match


class _Open(NamedTuple):
    """The last row of a table of codes: its group and description, which the next line may go on with."""

    path: str
    pieces: tuple[Piece, ...]
    left: float
    group: str


@dataclass(slots=True)
class Codes:
    """Reads the codes of a policy while its blocks go by."""

    citing: Citing
    count: int = 0
    in_table: bool = False
    _found: list[Cited] = field(default_factory=list)
    _open: _Open | None = None
    _last: Strip | None = None

    def take(self, block: Block, topic: str | None) -> None:
        """Takes a block in; `topic` is what the heading above it announces."""
        if block.kind is BlockKind.HEADING:
            self.close()
            self.in_table = False
            return
        for strip in block.strips:
            if _HEADER.match(strip.text) and len(strip.cells) > 1:
                self.in_table = True
            listed = topic == CODES or self.in_table or _LABEL.match(strip.cells[0].text) is not None
            if listed and self._strip(strip):
                self._last = strip
            elif not self._wrapped(strip):
                self.close()

    def close(self) -> None:
        """Ends the open row."""
        if self._open is not None and self._open.pieces:
            flow = flow_of(self._open.pieces, from_ocr=self._last.from_ocr if self._last else False)
            self._cite(self._open.path, Told(flow, Span(0, len(flow.text.rstrip(_EDGE)))), self._open.group)
        self._open = None

    def cited(self) -> Sequence[Cited]:
        """Everything found."""
        self.close()
        return self._found

    def _strip(self, strip: Strip) -> bool:
        """The codes of a line with their wordings; whether it holds any."""
        held = False
        for index, cell in enumerate(strip.cells):
            flow = flow_of([Piece(strip.page, cell.start, cell.text)], from_ocr=strip.from_ocr)
            codes = _codes(cell.text, from_ocr=strip.from_ocr) or _drawn(strip, index)
            if not codes or not _OPENS.match(cell.text[: codes[0].match.start]):
                continue
            self.close()
            held = True
            self._cell(flow, codes, strip, index)
        return held

    def _cell(self, flow: Flow, codes: Sequence[_Code], strip: Strip, index: int) -> None:
        position = 0
        while position < len(codes):
            code = codes[position]
            following = codes[position + 1] if position + 1 < len(codes) else None
            between = flow.text[code.match.end : following.match.start if following else len(flow.text)]
            if following is not None and _RANGE.match(between) and following.kind is code.kind:
                self._range(flow, code, following)
                position += 2
                continue
            position += 1
            if _WILDCARD.match(between):
                continue
            group = self._code(flow, code)
            if following is None:
                self._describe(flow, code, strip, index, group)
            elif not _BETWEEN.match(between):
                start = code.match.end + len(between) - len(between.lstrip(_EDGE))
                end = code.match.end + len(between.rstrip(_EDGE))
                self._cite(_PATHS[code.kind][1], Told(flow, Span(start, end)), group)

    def _code(self, flow: Flow, code: _Code) -> str:
        self.count += 1
        group = f"code{self.count}"
        told = Told(flow, Span(code.match.start, code.match.end))
        self._found.append(self.citing.cite(_PATHS[code.kind][0], told, value=code.match.value, group=group))
        if code.kind is Kind.PROCEDURE_CODE:
            system = "HCPCS" if code.match.value[0].isalpha() else "CPT"
            cited = self.citing.cite("procedure.system", told, value=system, group=group)
            self._found.append(cited.model_copy(update={"derived": True}))
        return group

    def _range(self, flow: Flow, first: _Code, last: _Code) -> None:
        if first.kind is Kind.DIAGNOSIS_CODE:
            self.count += 1
            self._cite(
                "policy.diagnosis_range", Told(flow, Span(first.match.start, last.match.end)), f"code{self.count}"
            )

    def _describe(self, flow: Flow, code: _Code, strip: Strip, index: int, group: str) -> None:
        """Opens the description of a row's last code: the rest of its cell, or the next cell."""
        rest = flow.text[code.match.end :]
        piece = flow.pieces[0]
        if sum(c.isalpha() for c in rest) > 2:
            at = code.match.end + len(rest) - len(rest.lstrip(_EDGE))
            left = strip.cells[index].left
            self._open = _Open(
                _PATHS[code.kind][1], (Piece(piece.page, piece.start + at, piece.text[at:]),), left, group
            )
        elif index + 1 < len(strip.cells) and not _codes(strip.cells[index + 1].text, from_ocr=strip.from_ocr):
            cell = strip.cells[index + 1]
            lead = len(cell.text) - len(cell.text.lstrip("[|{(_-–— "))
            held = (Piece(strip.page, cell.start + lead, cell.text[lead:]),)
            self._open = _Open(_PATHS[code.kind][1], held, cell.left, group)

    def _wrapped(self, strip: Strip) -> bool:
        """Takes a line that goes on with the description above it."""
        if self._open is None or len(strip.cells) != 1 or strip.gap > _WRAPPED_GAP:
            return False
        cell = strip.cells[0]
        if abs(cell.left - self._open.left) > _SAME_EDGE or not cell.text[:1].islower():
            return False
        self._open = self._open._replace(pieces=(*self._open.pieces, Piece(strip.page, cell.start, cell.text)))
        return True

    def _cite(self, path: str, told: Told, group: str) -> None:
        if sum(c.isalpha() for c in told.text) > 2 or path.endswith("_range"):
            self._found.append(self.citing.cite(path, told, group=group))


def _codes(text: str, *, from_ocr: bool) -> list[_Code]:
    """The codes of a text in order; where both kinds claim the same characters, the longer reading."""
    hits = [
        _Code(kind, match)
        for kind in (Kind.DIAGNOSIS_CODE, Kind.PROCEDURE_CODE)
        for match in find_values(kind, text, from_ocr=from_ocr)
    ]
    kept: list[_Code] = []
    for hit in sorted(
        hits, key=lambda h: (_unlikely(h, text), h.match.folded, h.match.start - h.match.end, h.match.start)
    ):
        if not any(k.match.start < hit.match.end and hit.match.start < k.match.end for k in kept):
            kept.append(hit)
    return sorted(kept, key=lambda h: h.match.start)


def _drawn(strip: Strip, index: int) -> list[_Code]:
    """A recognised `110` in a table of codes that is `I10`, by the wording in the next cell."""
    printed = strip.cells[index].text.strip()
    if not strip.from_ocr or _DRAWN.fullmatch(printed) is None or index + 1 == len(strip.cells):
        return []
    code = "I" + to_digits(printed[1:])
    agrees = lookup(code) is not None and description_agreement(code, strip.cells[index + 1].text) >= _AGREES
    return [_Code(Kind.DIAGNOSIS_CODE, Match(code, 0, len(printed), True))] if agrees else []


def _unlikely(hit: _Code, text: str) -> bool:
    """Whether a letter and four digits are read as a diagnosis: without a dot they are a HCPCS code."""
    printed = text[hit.match.start : hit.match.end]
    return hit.kind is Kind.DIAGNOSIS_CODE and "." not in printed and _HCPCS.fullmatch(printed) is not None


def cited_codes(blocks: Sequence[tuple[Block, str | None]], citing: Citing) -> Iterator[Cited]:
    """The codes of a policy's blocks, each with the topic it stands under."""
    codes = Codes(citing)
    for block, topic in blocks:
        codes.take(block, topic)
    yield from codes.cited()
