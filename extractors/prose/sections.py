"""Sections: which printed header a passage stands under."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from rapidfuzz import fuzz, process

from documents.pages import Page
from extractors.lexicon.conditions import find_conditions
from extractors.lexicon.drugs import find_drugs
from extractors.lexicon.words import any_of
from extractors.prose.columns import OF_A_TABLE, side_by_side
from extractors.prose.lines import GAP, LIST_MARK, Line
from extractors.prose.passages import Passage, passages

# A header of recognised text may differ by one or two characters of ten; shorter ones would match by chance.
_FUZZY_CUT = 86.0
_FUZZY_LENGTH = 6
_FUZZY_FIT = 0.8
_STEM_FIT = 0.9
_ADMINISTRATIVE = "administrative"
_LONGEST_HEADER = 60
# "PE", "FH" or "All" alone on a line are as likely something else.
_SHORTEST_BARE = 3
_LONGEST_TITLE = 4
_LONGEST_LABEL = 40
_TITLE = re.compile(r"(?:[A-Z][A-Za-z]+|and|of|&)(?:[ /](?:[A-Z][A-Za-z]+|and|of|&))*")
# Blocks whose labels belong to what is read in them: who signed, who operated.
_LABELS_KEPT = frozenset({_ADMINISTRATIVE, "perioperative"})
# A paragraph ends a block of labelled lines: a letter's text below its address block.
_PARAGRAPH_WORDS = 8
_SALUTATION = re.compile(r"\s*(?:dear\b|to whom\b|attention\b|hello\b)", re.I)
# Letters or digits that dirt beside a header may be read as.
_SPECKS = 3
_WIDE = re.compile(r"\s{2,}")
_TEXT_BESIDE = re.compile(rf"(?:[^\W_][\W_]*){{{_SPECKS + 1}}}")
_LETTERS = {"S": "subjective", "O": "objective", "A": "assessment", "P": "plan"}
_INHERITED_FIT = 0.7
_NUMBERING = re.compile(r"^\s*(?:\(?(?:\d{1,2}|[ivxIVX]{1,4})[.)]|[#*•\-–]+)\s*")
# A label holds no sentence: "Attach notes. Example of a diagnosis code: M54.50" announces nothing.
_LABEL = re.compile(
    r"\s*(?P<label>[A-Za-z(#*\d](?:(?!\.\s+[A-Z][a-z]+ [a-z])[^:;|\n]){0,60}?)\s*(?P<mark>:|\s[-–—]\s|—)(?P<rest>.*)$"
)
# A header inside a passage: after a sentence or a wide gap, capitalised, with a colon.
_INNER = re.compile(r"(?:(?<=[.;)])\s+|\s{2,})(?P<label>[A-Z][A-Za-z/&' ()-]{1,45}?)\s*:(?=\s|$)")
# "Example of a diagnosis code:" announces no diagnosis.
_EXAMPLE = re.compile(r"\b(?:example|sample)\b", re.I)
# A label is no clause.
_STATEMENT = re.compile(r"\b(?:is|was|were|are|has|have|had|will|would|should|can|may|please|we|i|you|he|she|they)\b")
_LONGEST_STEMMED = 7
_HEADER_WORD = re.compile(r"[a-z][a-z']*")
# "What has been tried" is a header in spite of its verb.
_ASKS = re.compile(r"(?:what|which|how)\b")
_NOT_LETTERS = re.compile(r"[^a-z0-9/&' -]+")
_LOOKALIKES = str.maketrans("015", "ols")
_SLASH = re.compile(r" ?/ ?")
_BRACKETED = re.compile(r"\(.*?\)")
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


# What may stand in columns; "Instructions" or "Plan" beside a list is a column of its table.
_SIDE_BY_SIDE = _LISTS | {"negatives", "social_history", "immunizations"}


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header: its section and how sure that is."""

    section: str
    fit: float


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """Header wordings, stems, and the words of which a header that no wording knows is made."""

    version: str
    wordings: dict[str, str]
    stems: tuple[tuple[str, re.Pattern[str]], ...]
    words: frozenset[str]
    not_first: frozenset[str]
    loose: frozenset[str]


@cache
def vocabulary() -> _Vocabulary:
    """The header wordings, loaded once."""
    raw = tomllib.loads((resources.files("extractors.prose") / "rules" / "sections.toml").read_text("utf-8"))
    wordings = {_normal(w): section for section, words in raw["wordings"].items() for w in words}
    stems = tuple((stem["section"], re.compile(stem["pattern"])) for stem in raw["stems"])
    free = raw["free"]
    known = frozenset(word for wording in wordings for word in _HEADER_WORD.findall(wording))
    return _Vocabulary(
        raw["version"],
        wordings,
        stems,
        known.union(*(_HEADER_WORD.findall(word) for word in free["words"])),
        frozenset(free["not_first"]),
        frozenset(free["sections"]),
    )


def header_words() -> frozenset[str]:
    """Words of which headers are made, lower case: a line of nothing else names no drug, substance or condition."""
    return vocabulary().words


def _normal(label: str) -> str:
    lowered = _NOT_LETTERS.sub(" ", label.lower().replace("’", "'").replace("&", " and "))
    return _SLASH.sub("/", " ".join(lowered.split())).strip(" -'/")


@lru_cache(maxsize=4096)
def header_of(label: str, *, fuzzy: bool = False, stems: bool = True) -> Header | None:
    """The section that a printed label announces, or None."""
    words = vocabulary()
    if _EXAMPLE.search(label):
        return None
    bare = _NUMBERING.sub("", label)
    plain = _normal(bare)
    if "(" in bare and plain not in words.wordings:
        plain = _normal(_BRACKETED.sub(" ", bare))
    if section := words.wordings.get(plain):
        return Header(section, 1.0)
    if fuzzy and len(plain) >= _FUZZY_LENGTH:
        folded = plain.translate(_LOOKALIKES)
        best = process.extractOne(folded, _as_long(len(folded)), scorer=fuzz.ratio, score_cutoff=_FUZZY_CUT)
        if best is not None and len(best[0]) >= _FUZZY_LENGTH:
            return Header(words.wordings[best[0]], _FUZZY_FIT)
    stated = _STATEMENT.search(plain) is not None and _ASKS.match(plain) is None
    if stems and len(plain.split()) <= _LONGEST_STEMMED and not stated:
        for section, pattern in words.stems:
            if pattern.search(plain):
                return Header(section, _STEM_FIT)
    return None


@lru_cache(maxsize=_LONGEST_HEADER)
def _as_long(length: int) -> tuple[str, ...]:
    """The wordings so long that their score against a text of this length can reach the cut."""
    return tuple(
        w for w in vocabulary().wordings if abs(len(w) - length) * 100 <= (100 - _FUZZY_CUT) * (len(w) + length)
    )


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
    if not _SHORTEST_BARE <= len(bare) <= _LONGEST_HEADER or not bare[0].isupper():
        return "", 0.0
    header = _bare_header(bare, fuzzy=from_ocr, stems=False)
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
            self.major, self.minor, self.label = own, None, _normal(passage.text)
            self._capitals, self._said = passage.text.isupper(), False
            return
        if self._said and self._capitals and _is_title(passage):
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
        if self.major.section == _ADMINISTRATIVE and _normal(label) == "plan":
            header = self.major
        if piece.text.strip() and header.section != _ADMINISTRATIVE:
            self.minor, self.minor_label = header, _normal(label)
        else:
            self.major, self.minor, self.label = header, None, _normal(label)

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
        return _STATEMENT.search(piece.text) is None or not _is_paragraph(piece)


def _is_title(passage: Passage) -> bool:
    """Whether a line in capitals looks like the next header of a page whose headers are in capitals.

    Whatever it announces, the list before it is over; a drug, a condition or a substance in capitals goes on with it.
    """
    text = passage.text.strip(" :-–—_.|'=*")
    if passage.item or passage.row or not text.isupper() or not 4 <= len(text) <= _LONGEST_HEADER:
        return False
    if any(c.isdigit() or c in ":;,(" for c in text):
        return False
    return not (find_drugs(text) or find_conditions(text) or any_of("allergens").search(text))


def _stands_alone(line: str) -> bool:
    """Whether a line is nothing but a header that the vocabulary holds (fuzzy ones are found later)."""
    if len(line) > _LONGEST_HEADER and "  " not in line:
        return False
    text = _first_cell(line)
    return 0 < len(text) <= _LONGEST_HEADER and _bare_header(text, fuzzy=False, stems=text.endswith(":")) is not None


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
    header = _bare_header(first, fuzzy=passage.from_ocr, stems=False)
    return header if header is not None and header.section in vocabulary().loose else None


def _own_line(passage: Passage) -> Header | None:
    """The header, if the passage is nothing but one."""
    text = _first_cell(passage.text)
    if not text or len(text) > _LONGEST_HEADER:
        return None
    # "LABS: INR 7.2" is all capitals, too, and a header with its content.
    alone = text.endswith(":") or (text.isupper() and ":" not in text)
    return _bare_header(text, fuzzy=passage.from_ocr, stems=alone)


def _first_cell(line: str) -> str:
    """The line without specks after a wide gap; empty where more text stands beside it."""
    stripped = line.strip()
    if _WIDE.search(stripped) is None:
        return stripped
    first, rest = _WIDE.split(stripped, maxsplit=1)
    return first if _TEXT_BESIDE.search(rest) is None else ""


def _bare_header(text: str, *, fuzzy: bool, stems: bool) -> Header | None:
    bare = text.strip(": -–—_.|'=*").strip()
    if not any(c.isalpha() for c in bare):
        return None
    colon = text.endswith(":")
    if len(bare) == 1:
        return Header(_LETTERS[bare], 1.0) if bare in _LETTERS else None
    # Without a colon a header is capitalised and not a mere word such as "all" or "start".
    if not colon and (not next(c for c in bare if c.isalpha()).isupper() or len(bare) < _SHORTEST_BARE):
        return None
    # "Recent Results": capitals on every word make a title of a line that no wording knows.
    title = _TITLE.fullmatch(bare) is not None and 1 < len(bare.split()) <= _LONGEST_TITLE
    header = header_of(bare, fuzzy=fuzzy, stems=stems or title)
    return _free_header(text.strip()) if header is None else header


def _free_header(text: str) -> Header | None:
    """The section of a line without a colon that is made of header words only: "Drugs used so far without success"."""
    words = _HEADER_WORD.findall(_normal(text))
    known = vocabulary()
    if not 1 < len(words) <= _LONGEST_STEMMED or words[0] in known.not_first or not known.words.issuperset(words):
        return None
    if not text[0].isupper() or any(c.isdigit() or c in ":;,.?!" for c in text):
        return None
    header = header_of(text)
    return header if header is not None and header.section in known.loose else None


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
    header = _bare_header(label, fuzzy=passage.from_ocr, stems=False)
    if header is None or header.section not in _SIDE_BY_SIDE:
        return None
    at = passage.text.index(label) + len(label)
    rest = passage.text[at:].strip(" :")
    # What looks like the next column's header is no content.
    if rest[:1].isupper() and _bare_header(GAP.split(rest)[0], fuzzy=False, stems=False) is not None:
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
