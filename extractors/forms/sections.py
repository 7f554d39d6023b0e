"""Sections of a form: header lines say whose the generic labels under them are, and what tables hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extractors.forms.labels import Lexicon
from extractors.layout.chunks import Chunk, PageLayout

# What a heading's words say about its section, first match wins. Owners are those of `labels`; the rest name what is
# listed. A drug list's status is in `_STATUSES`.
_HEADINGS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("pharmacy", r"\bpharmacy (?:info|section|detail)|^(?:dispensing |preferred |specialty )?pharmacy$"),
        ("allergy", r"\ballerg|\badverse reactions?"),
        (
            "discontinued",
            r"\bno longer\b|\bdiscontinued\b|\bstopped (?:med|drug)|\b(?:inactive|stopped|past) medications?",
        ),
        (
            "tried",
            r"\b(?:tried|previous|prior(?!.?(?:auth|approv|cert))|past|failed|alternatives?|trials?)\b.{0,40}\b(?:med(?:ication)?s?|drugs?|"
            r"therap\w+|"
            r"treatments?|failed|tried|trials?|steps?)\b|\bstep therapy|\bmedication history|\btrial and failure|"
            r"\btreatment history|\b(?:drugs?|medications?|therap\w+) (?:tried|failed)",
        ),
        (
            "current",
            r"\b(?:current|active|home|other|concurrent|concomitant|present)\b.{0,20}\b(?:med(?:ication)?s?|drugs?|"
            r"therap\w+|rx|prescriptions?)\b|\bmedication (?:list|reconciliation)|\bcurrently taking",
        ),
        (
            "current",
            r"^(?:discharge|admission|home|outpatient)? ?(?:medications|meds|drugs)(?: list)?$|"
            r"\bdischarge medications?\b",
        ),
        ("request", r"^order (?:details?|information|summary)|^request (?:type|details?|information)|^type of request"),
        (
            "observation",
            r"\b(?:labs?|laborator\w+|results?|vitals?|clinical values|findings|measurements?|objective data|"
            r"measures)\b",
        ),
        ("diagnosis", r"\bdiagnos[ei]s|\bicd ?-?10|\bdx\b|^why$|^problems?\b|\bconditions?\b|\bindications?\b"),
        ("subscriber", r"\b(?:subscriber|policy ?holder|insured|guarantor)\b"),
        (
            "patient",
            r"^(?:\w+ )?(?:patient|member|enrollee|beneficiary|recipient|client|participant)s?(?: and insurance|"
            r" and coverage| "
            r"insurance)?(?: information| info| details?| data| demographics| section| identification)?(?: and .*)?$|"
            r"\bdemographic|\bwho is the (?:patient|member)|\babout the (?:patient|member)",
        ),
        # `Procedures, items or drugs by code`: what stands first is what the rows are.
        ("procedure", r"^(?:procedures?|services?|cpt|hcpcs|items?)\b.{0,20}\bdrugs?\b"),
        (
            "medication",
            r"\b(?:medications?|drugs?|prescription|rx|product)\b",
        ),
        (
            "servicing",
            r"\b(?:servicing|rendering|performing) (?:provider|physician|facility|practitioner)|\bfacility\b|"
            r"\brefer(?:red)? to\b|\bsite of (?:care|service)|\bsupplier\b|\bvendor\b|\bplace of (?:service|treatment)|"
            r"\bwhere\b.*\b(?:service|care|done|given)|\bservice location\b",
        ),
        (
            "requester",
            r"\b(?:requesting|ordering|referring|prescribing|submitting|treating|attending)\b.*\b(?:provider|physician|"
            r"practitioner|clinician|doctor|prescriber|office)|\b(?:provider|physician|practitioner|clinician|"
            r"doctor|requester|"
            r"requestor|prescriber)s?\b|\bwho is (?:asking|requesting|ordering|sending)",
        ),
        (
            "procedure",
            r"\b(?:procedures?|services?|items?|treatments?|study|exam|tests?|equipment|cpt|hcpcs|supplies|dme)\b|"
            r"^(?:orders?|request)$|\bwhat (?:is )?(?:being )?(?:needed|requested)",
        ),
        (
            "payer",
            r"^(?:(?:primary|secondary|health|medical|member|patient|current|other) )*(?:payer|payor|insurance|"
            r"coverage|"
            r"health plan|carrier|benefits?|plan)(?: (?:information|info|details?|section|data|coverage|company|"
            r"and|plan))*$",
        ),
        ("request", r"\b(?:request|review|urgency|priority|order|authorization|how soon)\b"),
        ("signature", r"\b(?:signature|attestation|certification|acknowledg)"),
        ("clinical", r"\b(?:clinical|history|justification|rationale|necessity|comments?|notes?|summary|narrative)\b"),
        ("other", r"\b(?:office use|internal use|questions?|instructions?|attachments?|checklist|contact)\b"),
    )
)
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
_NUMBERED = re.compile(
    r"^\W*(?:section|part|step|box)?\s*(?:\d{1,2}|[IVX]{1,4}|[A-H])\s*[.):-]?\s+(?=[A-Za-z])", re.IGNORECASE
)
_HEADING_NOUN = re.compile(
    r"\b(?:information|info|section|details?|data|request(?:ed|ing)?|history|list|summary|medications?|"
    r"diagnos[ei]s|results?|"
    r"services?|procedures?|coverage|insurance|provider|prescriber|facility|demographics|allergies|signature|"
    r"attestation|"
    r"member|patient|physician|comments?|labs?|therap(?:y|ies)|values?|values|vitals?|order)\b",
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
        self._sections = _find(page, lexicon)
        self.headings = frozenset(s.chunk.index for s in self._sections if s.chunk is not None)
        self._top = Section("", 0.0, 0.0, 1.0, None, f"{page.page.number}.0")

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


@lru_cache(maxsize=4096)
def heading_kind(text: str) -> str:
    """What a heading announces, or "" for none known: by its head, else by what follows a dash or in brackets."""
    bare = _NUMBERED.sub("", text)
    for part in (_head(bare), bare):
        words = " ".join(re.findall(r"[a-z0-9]+", part.lower()))
        for kind, pattern in _HEADINGS:
            if pattern.search(words):
                return kind
    return ""


def _head(text: str) -> str:
    """A heading without its explanation after a dash, a colon or in brackets."""
    return re.split(r"\s[-–—]\s|\s\(|:", text, maxsplit=1)[0]


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
            kind = heading_kind(chunk.text)
            found.append(Section(kind, chunk.box.top, left, right, chunk, f"{chunk.page}.{chunk.index}"))
    return found


def _is_heading(chunk: Chunk, line: tuple[Chunk, ...], page: PageLayout, lexicon: Lexicon) -> bool:
    """Whether a chunk is a heading: short, without a value of its own, set apart, and worded like one."""
    text = re.sub(r"[\s*]+$", "", chunk.text.strip())
    if not _reads_like_heading(text):
        return False
    kind = heading_kind(text)
    numbered = _NUMBERED.match(text) is not None
    if text.endswith("?"):
        return len(line) == 1 and bool(kind)
    if chunk.box.top < _TITLE_ZONE and kind in ("", "payer", "request", "procedure", "medication") and not numbered:
        return False
    if len(line) > 1:
        return len(line) <= 3 and all(_names_section(c.text) for c in line) and _labels_follow(line, page, lexicon)
    if numbered or _is_caps(_head(text)):
        return True
    return bool(kind) and text[0].isupper() and _stands_out(chunk, text, page, lexicon)


def _reads_like_heading(text: str) -> bool:
    """Whether a text has a heading's length and words, and no value after a colon."""
    words = [w for w in _head(text).split() if w[0].isalpha()]
    if not 0 < len(words) <= _LONGEST_HEADING or len(text.split()) > _LONGEST_WITH_EXPLANATION:
        return False
    if re.search(r":\s*\S", text) or text.endswith((".", ",", ";")):
        return False
    return bool(heading_kind(text)) or _HEADING_NOUN.search(_head(text)) is not None


def _stands_out(chunk: Chunk, text: str, page: PageLayout, lexicon: Lexicon) -> bool:
    """Whether a line in ordinary letters is a heading: in a bar, or short and not a label over its value."""
    if _fills_bar(chunk, page):
        return True
    if lexicon.read(text.rstrip(":"), chunk.from_ocr) is None:
        return len([w for w in _head(text).split() if w[0].isalpha()]) <= _SHORT_HEADING
    margin = chunk.box.left < 0.2  # a heading starts at the page's left margin
    return margin and len(text.split()) <= 4 and not _has_value_below(chunk, page)


def _names_section(text: str) -> bool:
    """Whether a chunk of a line of several could be a heading: it announces something and holds no value."""
    return bool(heading_kind(text)) and len(text.split()) <= 5 and not re.search(r":\s*\S|\d{3}", text)


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
