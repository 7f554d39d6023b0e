"""Sections of a form: header lines say whose the generic labels under them are, and what tables hold."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, replace

from documents.values import Kind
from extractors.forms.composed import COMPOSED
from extractors.forms.headings import NUMBERED, as_meant, has_heading_noun, head, heading_kind, without_specks
from extractors.forms.labels import Lexicon
from extractors.layout.chunks import Chunk, PageLayout

_OWNER_OF = {
    "patient": "patient", "requester": "provider", "servicing": "facility", "payer": "payer", "pharmacy": "pharmacy",
    "subscriber": "subscriber",
}  # fmt: skip
STATUSES = {"tried": "tried-failed", "discontinued": "discontinued", "current": "current", "medication": "requested"}
# What tables and codes a section lists.
_ENTITY_OF = {
    "diagnosis": "diagnosis", "procedure": "procedure", "medication": "medication", "tried": "medication",
    "current": "medication", "discontinued": "medication", "observation": "observation", "allergy": "allergy",
}  # fmt: skip
# A heading is short; a sentence or a value that begins like one is not.
_LONGEST_HEADING = 8
_LONGEST_WITH_EXPLANATION = 18
_SHORT_HEADING = 6
# Title and letterhead stand in the top of a page; there a plan's or a form's name reads like a heading.
_TITLE_ZONE = 0.11
# What is asked for by a label and never announced by a heading.
_SHAPED = frozenset({Kind.DATE, Kind.NPI, Kind.PHONE, Kind.IDENTIFIER, Kind.SEX})
# A letterhead ends in what its sender is.
_ORGANIZATION_END = re.compile(
    r"\b(?:partners|associates|clinics?|practice|hospital|cent(?:er|re)|laborator(?:y|ies)|labs?|pllc|p\.?c|inc|llc|group|"
    r"institute|physicians|specialists|surgeons|health|medicine|pathology|diagnostics|radiology)\.?$",
    re.IGNORECASE,
)
# A page that asks for the patient by name means somebody else by the subscriber.
_NAMES_PATIENT = re.compile(
    r"\b(?:patient|member|enrollee|beneficiary|dependent)(?:'s)?\s+(?:full |legal |last |first )?name\b", re.IGNORECASE
)
_IF_DIFFERENT = re.compile(r"\b(?:if|different|other than|policy ?holder|guarantor|spouse|parent)\b", re.IGNORECASE)
# Recognition is this sure of what it read (0..1); below it the words beside a heading's bar are its screen.
_SURE_WORD = 0.7
# What a heading ends in where a star marks what must be filled in.
_TRAILING = "*" + string.whitespace
_VALUE_BEHIND = re.compile(r":\s*\S")
# A run of this many letters at most is a speck, not a word of another column.
_SPECK = 3


# What lists of several things are headed by, though its words would also make a label (`Services wanted`).
_LISTS = re.compile(
    r"\b(?:services|procedures|items|drugs|medications|medicines|products|diagnoses|problems|conditions|illnesses|tests|"
    r"studies|exams|orders|treatments|supplies|codes)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Section:
    """The region under one heading.

    Attributes:
        kind: what its heading announces; "" above the first heading.
        top: page fraction where the heading stands.
        left, right: the columns it covers.
        chunk: the heading, None above the first one.
        key: unique within the document, for groups.
    """

    kind: str
    top: float
    left: float
    right: float
    chunk: Chunk | None
    key: str

    @property
    def owner(self) -> str:
        """Whose the generic labels in it are, or ""."""
        return _OWNER_OF.get(self.kind, "")

    @property
    def entity(self) -> str:
        """What its tables list, or ""."""
        return _ENTITY_OF.get(self.kind, "")

    @property
    def status(self) -> str:
        """Status of the drugs it lists, or ""."""
        return STATUSES.get(self.kind, "")


class Sections:
    """The sections of a page, found by position."""

    def __init__(self, page: PageLayout, lexicon: Lexicon) -> None:
        self._sections = _with_patient(_find(page, lexicon), page)
        self.headings = frozenset(s.chunk.index for s in self._sections if s.chunk is not None)
        self._top = Section("", 0.0, 0.0, 1.0, None, f"{page.page.number}.0")

    def all(self) -> tuple[Section, ...]:
        """Every section with a heading, from the top down."""
        return tuple(self._sections)

    def at(self, chunk: Chunk) -> Section:
        """The section a chunk lies in: the lowest heading above it whose columns it is in."""
        middle = min((chunk.box.left + chunk.box.right) / 2, chunk.box.left + 0.15)
        best = self._top
        for section in self._sections:
            if section.chunk is not None and section.chunk.index == chunk.index:
                return section
            if section.top < chunk.box.top and section.left <= middle <= section.right and section.top >= best.top:
                best = section
        return best


def _find(page: PageLayout, lexicon: Lexicon) -> list[Section]:
    found: list[Section] = []
    for line in page.lines:
        heads = [c for c in line if _is_heading(c, line, page, lexicon)]
        for position, chunk in enumerate(heads):
            following = [c for c in heads[position + 1 :]]
            # Headings side by side each govern their column; the border lies before the next heading's cell.
            left = 0.0 if position == 0 else chunk.box.left - 0.02
            right = following[0].box.left - 0.02 if following else 1.0
            if position == 0 and len(heads) == 1 and chunk.box.left > 0.45:
                left = chunk.box.left - 0.02
            kind = heading_kind(_wording(chunk))
            found.append(Section(kind, chunk.box.top, left, right, chunk, f"{chunk.page}.{chunk.index}"))
    return found


def _with_patient(sections: list[Section], page: PageLayout) -> list[Section]:
    """The sections; on a form that knows no patient but a subscriber, that one is meant."""
    kinds = {s.kind for s in sections}
    if "subscriber" not in kinds or "patient" in kinds or _NAMES_PATIENT.search(page.page.text):
        return sections
    return [replace(s, kind="patient") if s.kind == "subscriber" and not _is_other(s) else s for s in sections]


def _is_other(section: Section) -> bool:
    return section.chunk is not None and _IF_DIFFERENT.search(section.chunk.text) is not None


def _wording(chunk: Chunk) -> str:
    """The chunk's text as a heading would be worded: without specks, misread words as the headings' own."""
    text = without_specks(chunk.text)
    return as_meant(text) if chunk.from_ocr else text


def _is_heading(chunk: Chunk, line: tuple[Chunk, ...], page: PageLayout, lexicon: Lexicon) -> bool:
    """Whether a chunk is a heading: short, without a value of its own, set apart, and worded like one."""
    text = _wording(chunk) if chunk.from_ocr else chunk.text.strip().rstrip(_TRAILING)
    if len(chunk.words) > _LONGEST_WITH_EXPLANATION or not _reads_like_heading(text):
        return False
    kind = heading_kind(text)
    numbered = NUMBERED.match(text) is not None
    if text.endswith("?"):
        return len(line) == 1 and bool(kind)
    if chunk.box.top < _TITLE_ZONE and not numbered and _is_title(kind, text):
        return False
    set_apart = numbered or _is_caps(head(text))
    if len(line) > 1 and not (kind and set_apart and _among_specks(chunk, line)):
        heads = len(line) <= 3 and all(_names_section(_wording(c)) for c in line)
        return heads and not any(_asks_for_shape(c, lexicon) for c in line) and _labels_follow(line, page, lexicon)
    if set_apart:
        return True
    return bool(kind) and text[0].isupper() and not _names_somebody(text) and _stands_out(chunk, text, page, lexicon)


def _is_title(kind: str, text: str) -> bool:
    """Whether a text that stands where titles do is one, or a letterhead."""
    title = kind in ("", "payer", "request", "procedure", "medication")
    return title or (_ORGANIZATION_END.search(text) is not None and len(text.split()) > 2)


def _names_somebody(text: str) -> bool:
    """Whether a text in small letters goes on in capitals, as a label with its value: `Ordering provider Ann Lee`."""
    return (
        re.match(r"[A-Z][a-z]+(?: [a-z/]+)* [a-z]{4,}(?: [A-Z][a-z'-]+| [A-Z]\.)(?:,?(?: [A-Z][\w.'-]*))+$", text)
        is not None
    )


def _among_specks(chunk: Chunk, line: tuple[Chunk, ...]) -> bool:
    """Whether a recognised line holds nothing beside the chunk but specks, and headings of other columns."""
    if not chunk.from_ocr:
        return False
    return all(c is chunk or _is_specks(c) or (_is_caps(c.text) and _names_section(_wording(c))) for c in line)


def _is_specks(chunk: Chunk) -> bool:
    letters = max((len(re.sub(r"\W", "", w.text)) for w in chunk.words), default=0)
    unsure = sum(w.confidence for w in chunk.words) < _SURE_WORD * len(chunk.words)
    return letters <= _SPECK or (unsure and ":" not in chunk.text and not re.search(r"\d{3}", chunk.text))


def _reads_like_heading(text: str) -> bool:
    """Whether a text has a heading's length and words, and no value after a colon."""
    words = [w for w in head(text).split() if w[0].isalpha()]
    if not 0 < len(words) <= _LONGEST_HEADING or len(text.split()) > _LONGEST_WITH_EXPLANATION:
        return False
    if _VALUE_BEHIND.search(text) or text.endswith((".", ",", ";")):
        return False
    return bool(heading_kind(text)) or has_heading_noun(text)


def _stands_out(chunk: Chunk, text: str, page: PageLayout, lexicon: Lexicon) -> bool:
    """Whether a line in ordinary letters is a heading: in a bar, or short and not a label over its value."""
    if _fills_bar(chunk, page):
        return True
    label = lexicon.read(text.rstrip(":"), chunk.from_ocr)
    if label is None or (label.score <= COMPOSED and _LISTS.search(text)):
        return len([w for w in head(text).split() if w[0].isalpha()]) <= _SHORT_HEADING
    margin = chunk.box.left < 0.2  # a heading starts at the page's left margin
    return margin and len(text.split()) <= 4 and not _has_value_below(chunk, page)


def _names_section(text: str) -> bool:
    """Whether a chunk of a line of several could be a heading: it announces something and holds no value."""
    return bool(heading_kind(text)) and len(text.split()) <= 5 and not re.search(r":\s*\S|\d{3}", text)


def _asks_for_shape(chunk: Chunk, lexicon: Lexicon) -> bool:
    """Whether a chunk asks for a date, a number or a code: a row of such labels stands under values or over them."""
    label = lexicon.read(chunk.text, chunk.from_ocr)
    return label is not None and any(lexicon.kind(p) in _SHAPED for p in label.paths)


def _labels_follow(line: tuple[Chunk, ...], page: PageLayout, lexicon: Lexicon) -> bool:
    """Whether the next line holds labels: then a line of several is headings, not labels over their values."""
    below = next((other for other in page.lines if other[0].line > line[0].line), ())
    return any(lexicon.read(re.split(r":", c.text)[0], c.from_ocr) is not None or ":" in c.text for c in below)


def _is_caps(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum(c.isupper() for c in letters) >= 0.8 * len(letters)


def _fills_bar(chunk: Chunk, page: PageLayout) -> bool:
    """Whether rules close in on the chunk above and below over at least a third of the page: a bar."""
    height = chunk.cell.bottom - chunk.cell.top
    width = chunk.cell.right - chunk.cell.left
    return height < 2.2 * page.line_height and width > 0.33


def _has_value_below(chunk: Chunk, page: PageLayout) -> bool:
    """Whether the next line starts right under the chunk with something that reads as its value, not as labels."""
    below = [line for line in page.lines if line[0].line > chunk.line]
    if not below:
        return False
    first = below[0][0]
    near = first.box.top - chunk.box.bottom < 1.2 * page.line_height
    return near and abs(first.box.left - chunk.box.left) < 0.03 and ":" not in first.text and len(below[0]) == 1
