"""Sections: which printed header a passage stands under."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from documents.pages import Page
from extractors.forms.headings import has_heading_noun, heading_kind
from extractors.lexicon.conditions import find_conditions
from extractors.lexicon.drugs import find_drugs
from extractors.lexicon.words import any_of
from extractors.prose.columns import OF_A_TABLE, side_by_side
from extractors.prose.headers import (
    LONGEST_HEADER,
    SHORTEST_BARE,
    STATEMENT,
    Header,
    bare_header,
    header_of,
    plain_label,
    vocabulary,
)
from extractors.prose.lines import GAP, LIST_MARK, Line
from extractors.prose.passages import Passage, passages

_ADMINISTRATIVE = "administrative"
_LONGEST_LABEL = 40
# Blocks whose labels belong to what is read in them: who signed, who operated.
_LABELS_KEPT = frozenset({_ADMINISTRATIVE, "perioperative"})
# A paragraph ends a block of labelled lines: a letter's text below its address block.
_PARAGRAPH_WORDS = 8
_SALUTATION = re.compile(r"\s*(?:dear\b|to whom\b|attention\b|hello\b)", re.I)
# Letters or digits that dirt beside a header may be read as.
_SPECKS = 3
_WIDE = re.compile(r"\s{2,}")
_TEXT_BESIDE = re.compile(rf"(?:[^\W_][\W_]*){{{_SPECKS + 1}}}")
_INHERITED_FIT = 0.7
# A label holds no sentence: "Attach notes. Example of a diagnosis code: M54.50" announces nothing.
_LABEL = re.compile(
    r"\s*(?P<label>[A-Za-z(#*\d](?:(?!\.\s+[A-Z][a-z]+ [a-z])[^:;|\n]){0,60}?)\s*(?P<mark>:|\s[-–—]\s|—)(?P<rest>.*)$"
)
# A header inside a passage: after a sentence or a wide gap, capitalised, with a colon.
_INNER = re.compile(r"(?:(?<=[.;)])\s+|\s{2,})(?P<label>[A-Z][A-Za-z/&' ()-]{1,45}?)\s*:(?=\s|$)")
_SENTENCE = re.compile(
    r"\s*(?:he|she|they|the|this|that|these|there|patient|pt|i|we|mr|mrs|ms|miss|dr|in|on|at|after|during|of|denies|"
    r"reports|states|continues?|will|has|had|was|is|an?|it|his|her|since|currently|at|given|due|because|please)\b",
    re.I,
)
# A sentence after a list on the same lines: it has a subject of its own.
_RESUMES = re.compile(
    r"(?<=[.;])\s+(?=(?:He|She|They|The|This|That|There|Patient|Pt|I|We|Mr|Mrs|Ms|It|His|Her|Neither)\b)"
)
# Lists run on over lines without marks; a paragraph under one of these does not.
_LISTS = frozenset(
    [
        "medications",
        "discharge_medications",
        "new_medications",
        "discontinued_medications",
        "tried_failed",
        "allergies",
        "pmh",
        "psh",
        "family_history",
        "diagnoses",
        "resolved_problems",
        "vitals",
        "results",
        "rule_outs",
    ]
)


# Parts of forms that no note has: what a heading of them announces in `extractors.forms`.
_OF_A_FORM = frozenset(["procedure", "request", "payer", "patient", "requester", "servicing", "pharmacy", "signature"])
_SMALL = frozenset(["", "of", "and", "or", "for", "the", "to", "by", "in", "s", "be"])
_SIGNED = re.compile(
    r"(?:(?:electronically|digitally|e-?)[ -]?)?(?:signed|co-?signed|authenticated|dictated|transcribed|attested|"
    r"verified|completed|finalized|authored|reviewed and signed)(?: electronically)? (?:by|off by)\b|/s/",
    re.I,
)
# What may stand in columns; "Instructions" or "Plan" beside a list is a column of its table.
_SIDE_BY_SIDE = _LISTS | {"negatives", "social_history", "immunizations"}


def sectioned(pages: Iterable[Page]) -> Iterator[Passage]:
    """The passages of a segment with their sections; a section runs on over a page break."""
    walk = _Walk()
    for page in pages:
        for passage in passages(page, _stands_alone, _beside):
            yield from walk.place(passage)


def _beside(page: Page, lines: Sequence[Line], from_ocr: bool) -> tuple[tuple[Passage, ...], int] | None:
    return side_by_side(page, lines, lambda cell: _announces(cell, from_ocr=from_ocr), from_ocr=from_ocr)


def _announces(cell: str, *, from_ocr: bool) -> tuple[str, float]:
    """The clinical section that a cell announces as the header of a column, and its fit."""
    bare = cell.strip(": ")
    if not SHORTEST_BARE <= len(bare) <= LONGEST_HEADER or not bare[0].isupper():
        return "", 0.0
    header = bare_header(bare, fuzzy=from_ocr, stems=False)
    return ("", 0.0) if header is None or header.section not in _SIDE_BY_SIDE else (header.section, header.fit)


class _Walk:
    """Carries the open header from passage to passage: `major` stands on its own line, `minor` before its content."""

    def __init__(self) -> None:
        self.major = Header("", 0.0)
        self.minor: Header | None = None
        self.label = ""
        self.minor_label = ""
        self._capitals = False
        self._said = False

    def place(self, passage: Passage) -> Iterator[Passage]:
        """Yields the passage cut at the headers it holds, each piece in its section."""
        if passage.label:  # a column that its own header names
            self.major, self.minor, self.label = Header("", 0.0), None, ""
            yield passage
            return
        columns = _table_head(passage)
        if columns is not None and self.major.section and not self._said:
            return  # the heads of the columns of the list whose title stands right above
        own = _own_line(passage) or columns
        if own is not None:
            self.major, self.minor, self.label = own, None, plain_label(passage.text)
            self._capitals, self._said = passage.text.isupper(), False
            return
        if (self.major.section in _LISTS and _ends_list(passage)) or (
            self._said and self._capitals and _is_title(passage)
        ):
            self.major, self.minor, self.label = Header("", 0.0), None, ""
        self._said = self._said or not passage.text.isupper()
        for piece, label, is_label in _cut(passage):
            header = None
            if label:
                header = header_of(label, fuzzy=passage.from_ocr)
                if header is not None:
                    self._open(piece, header, label)
            elif is_label:
                self.minor = None
            if piece.text.strip():
                yield self._placed(piece, announced=header is not None)

    def _open(self, piece: Passage, header: Header, label: str) -> None:
        # "Group: ... Plan: ..." on a form names the insurance plan.
        if self.major.section == _ADMINISTRATIVE and plain_label(label) == "plan":
            header = self.major
        if piece.text.strip() and header.section != _ADMINISTRATIVE:
            self.minor, self.minor_label = header, plain_label(label)
        else:
            self.major, self.minor, self.label = header, None, plain_label(label)

    def _placed(self, piece: Passage, *, announced: bool) -> Passage:
        if self.major.section == _ADMINISTRATIVE and not announced and _is_paragraph(piece):
            self.major, self.label = Header("", 0.0), ""
        if announced or self.minor is None:
            if self.minor is None:
                return self._under_major(piece)
            return piece.under(self.minor.section, self.minor.fit, self.minor_label)
        if self._runs_on(piece):
            fit = min(self.minor.fit, _INHERITED_FIT)
            return piece.under(self.minor.section, fit, self.minor_label)
        self.minor = None
        return self._under_major(piece)

    def _under_major(self, piece: Passage) -> Passage:
        placed = piece.under(self.major.section, self.major.fit, self.label)
        if self.major.section == "allergies" and not piece.item:
            # Any word is taken for a substance there; a second paragraph may be about anything.
            self.major = Header("allergies", min(self.major.fit, _INHERITED_FIT))
        return placed

    def _runs_on(self, piece: Passage) -> bool:
        assert self.minor is not None  # noqa: S101 - the caller asked
        if piece.item:
            return True
        if self.minor.section not in _LISTS or piece.after_blank or _SENTENCE.match(piece.text):
            return False
        return STATEMENT.search(piece.text) is None or not _is_paragraph(piece)


def _is_title(passage: Passage) -> bool:
    """Whether a line in capitals looks like the next header of a page whose headers are in capitals.

    Whatever it announces, the list before it is over; a drug, a condition or a substance in capitals goes on with it.
    """
    text = passage.text.strip(" :-–—_.|'=*")
    if passage.item or passage.row or not text.isupper() or not 4 <= len(text) <= LONGEST_HEADER:
        return False
    if any(c.isdigit() or c in ":;,(" for c in text):
        return False
    return not (find_drugs(text) or find_conditions(text) or any_of("allergens").search(text))


def _ends_list(passage: Passage) -> bool:
    """Whether a line heads the next part of a form, or signs the document: no list goes on below it."""
    text = passage.text.strip(" :-–—_.|'=*")
    if passage.item or passage.row or len(text) > LONGEST_HEADER:
        return False
    if _SIGNED.match(text):
        return True
    titled = all(word[:1].isupper() for word in text.split() if word.strip("()/&-").lower() not in _SMALL)
    return titled and ":" not in text and heading_kind(text) in _OF_A_FORM and has_heading_noun(text)


def _stands_alone(line: str) -> bool:
    """Whether a line is nothing but a header that the vocabulary holds (fuzzy ones are found later)."""
    if len(line) > LONGEST_HEADER and "  " not in line:
        return False
    text = _first_cell(line)
    return 0 < len(text) <= LONGEST_HEADER and bare_header(text, fuzzy=False, stems=text.endswith(":")) is not None


def _is_paragraph(piece: Passage) -> bool:
    if _SALUTATION.match(piece.text):
        return True
    return not piece.row and len(piece.text.split()) >= _PARAGRAPH_WORDS


def _table_head(passage: Passage) -> Header | None:
    """The list that the headings of a table's columns announce: "Allergen  Reaction  Severity"."""
    if not passage.row or passage.digits or ":" in passage.text:
        return None
    first, *others = GAP.split(passage.text.strip())
    if not others or any(OF_A_TABLE.search(cell) is None for cell in others):
        return None
    header = bare_header(first, fuzzy=passage.from_ocr, stems=False)
    return header if header is not None and header.section in vocabulary().loose else None


def _own_line(passage: Passage) -> Header | None:
    """The header, if the passage is nothing but one."""
    text = _first_cell(passage.text)
    if not text or len(text) > LONGEST_HEADER:
        return None
    # "LABS: INR 7.2" is all capitals, too, and a header with its content.
    alone = text.endswith(":") or (text.isupper() and ":" not in text)
    return bare_header(text, fuzzy=passage.from_ocr, stems=alone)


def _first_cell(line: str) -> str:
    """The line without specks after a wide gap; empty where more text stands beside it."""
    stripped = line.strip()
    if _WIDE.search(stripped) is None:
        return stripped
    first, rest = _WIDE.split(stripped, maxsplit=1)
    return first if _TEXT_BESIDE.search(rest) is None else ""


def _cut(passage: Passage) -> Iterator[tuple[Passage, str, bool]]:
    """Pieces of a passage as (piece, header label before it, whether the passage opens with any label)."""
    text = passage.text
    label, at, printed = _lead(passage)
    bounds = [(at, at, label)]
    for inner in _INNER.finditer(text, at):
        if (header := header_of(inner["label"])) is not None:
            kept = header.section in _LABELS_KEPT
            bounds.append((inner.start("label"), inner.start("label") if kept else inner.end(), inner["label"]))
    bounds = list(_resumed(text, bounds))
    ends = [before for before, _, _ in bounds[1:]] + [len(text)]
    for number, ((_, start, name), end) in enumerate(zip(bounds, ends, strict=True)):
        whole = number == 0
        yield passage.cut(start, end, item=passage.item and whole), name, printed and whole


def _resumed(text: str, bounds: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """The bounds, and one more where a full sentence ends a list within a paragraph.

    "Figures: EF 30 %, BNP 900. She sleeps on two pillows."
    """
    for number, (before, start, label) in enumerate(bounds):
        yield before, start, label
        header = header_of(label) if label else None
        if header is None or header.section not in _LISTS:
            continue
        end = bounds[number + 1][0] if number + 1 < len(bounds) else len(text)
        if (again := _RESUMES.search(text, start, end)) is not None:
            yield again.end(), again.end(), ""


def _label_beside(passage: Passage) -> tuple[str, int, bool] | None:
    """A list's header in the first cell with its content in the next one: "Allergies    latex - itching"."""
    label = GAP.split(passage.text.strip(), maxsplit=1)[0].strip(": ")
    if not 3 < len(label) <= _LONGEST_LABEL or not label[0].isupper() or LIST_MARK.match(passage.text):
        return None
    header = bare_header(label, fuzzy=passage.from_ocr, stems=False)
    if header is None or header.section not in _SIDE_BY_SIDE:
        return None
    at = passage.text.index(label) + len(label)
    rest = passage.text[at:].strip(" :")
    # What looks like the next column's header is no content.
    if rest[:1].isupper() and bare_header(GAP.split(rest)[0], fuzzy=False, stems=False) is not None:
        return None
    return label, at + len(passage.text[at:]) - len(passage.text[at:].lstrip(" :")), True


def _lead(passage: Passage) -> tuple[str, int, bool]:
    """The label a passage opens with, where its content starts, and whether a label of any kind is printed."""
    if passage.row and (beside := _label_beside(passage)) is not None:
        return beside
    lead = _LABEL.match(passage.text)
    if lead is None:
        return "", 0, False
    mark = LIST_MARK.match(lead["label"] + " ")
    name = lead["label"][mark.end() :] if mark else lead["label"]
    colon = lead["mark"] == ":"
    printed = colon and not passage.item and len(name.split()) <= 5
    header = header_of(name, fuzzy=passage.from_ocr and colon, stems=colon)
    if header is not None and (colon or name.isupper()):
        return name, 0 if header.section in _LABELS_KEPT else lead.start("rest"), printed
    return "", 0, printed
