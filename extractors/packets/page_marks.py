"""What a page says of its place in a document: its own page number, whether it goes on, how the page before ended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from extractors.packets.page_lines import Line, PageLines
from extractors.prose.headers import header_of

_DIGIT = re.compile(r"[0-9]")
_PAGE_OF = re.compile(
    r"(?i)\b(?:page|pg|p|sheet)\s*[.:#]?\s*([0-9]{1,3})\s*(?:of|/|out of)\s*([0-9]{1,3})\b|"
    r"(?:^|\s{2})\W*([0-9]{1,2})\s*(?:of|/)\s*([0-9]{1,2})\W*$"
)
_PAGE_ONLY = re.compile(r"(?i)^\W*(?:page|pg)\s*[.:#]?\s*([0-9]{1,3})\W*$|\b(?:page|pg)\.?\s+([0-9]{1,3})\W*$")
_DASHED = re.compile(r"^\s*-\s*([0-9]{1,2})\s*-\s*$")
_CONTINUED = re.compile(
    r"(?i)\b(?:continued\b|cont'?d\b|cont\.|continuation\b)(?!\s+(?:stay|care|treatment|therapy|use|need|on next|next|"
    r"overleaf|on (?:the )?(?:reverse|back)))"
)
_GOES_ON = re.compile(
    r"(?i)\b(?:continued|cont'?d|continues) (?:on|overleaf|next)\b|\bsee (?:next|reverse|other) (?:page|side)\b|"
    r"\b(?:please )?turn over\b|\bover\s*(?:->|→|>)|\(continued\)\s*$|\bcontinue(?:d)? on (?:page|next)\b"
)
# Signatures and closings: a document ends, or at least its text does.
_SIGNED = re.compile(
    r"(?i)\b(?:(?:electronically|digitally) (?:signed|authenticated)|e-?signed|signed (?:by|electronically)|"
    r"authenticated by|sincerely|respectfully|regards|yours truly|cordially|end of (?:report|document|note|policy|"
    r"letter)|final report|(?:provider|physician|prescriber|clinician|practitioner|authorized|member|patient)'?s? "
    r"signature|signature(?: of \w+)?\s*[:_]|dictated (?:by|but)|transcribed|verified by|attestation|"
    r"\*{2,} ?(?:final|end))"
)
# What belongs to the paper before it says so at its head.
_BELONGING = re.compile(
    r"(?i)\b(?:supporting (?:clinical )?(?:findings?|information|documentation|data)|additional (?:clinical )?"
    r"(?:findings?|information|documentation|data|comments|pages?|sheet)|supplement(?:al|ary)?(?: (?:information|sheet|"
    r"page|form|data))?|addendum|attachment|appendix|annex|exhibit|overflow|"
    r"(?:second|third|next|reverse|back) (?:page|side)|(?:section|part) (?:[2-9]|ii|iii|iv|v|vi|[b-h])\b)"
)
_HEAD_LINES, _HEAD_WORDS = 3, 12
_LAST_LINES = 8
_FIRST_LINES = 6
_FOOTER_FROM, _FOOTER_LINES = 0.86, 3
_FOOTER_GAP = 0.05
_ORGANISATION = re.compile(
    r"(?i)\b(?:clinics?|medical|medicine|hospitals?|health(?:care)?|associates|physicians?|partners|laborator(?:y|ies)|"
    r"labs?|imaging|radiology|insurance|assurance|mutual|cooperative|co-?op|medicaid|medicare|pharmacy|centers?|centre|"
    r"institute|practice|p\.?\s?c\.?|p\.?\s?a\.?|p?llc|inc|llp|foundation|trust|benefit|group|network|university|agency|"
    r"hospice|diagnostics|orthopa?edics?|cardiology|oncology|neurology|pediatrics|specialists|rehab(?:ilitation)?|"
    r"health plan|benefit plans?|department of)(?=\W|$)"
)
_LONGEST_HEADING = 9
_DATE_ALONE = re.compile(
    r"^\W{0,3}(?:date:?\s*)?(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4}|"
    r"\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{4})\W{0,3}$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?:;)\"”]\s*$")
_RUNNING_WORDS = 6
# Two prints of one footer or head, misread here and there.
_SAME_LINE = 85.0
# A letterhead's lines: where a sender is.
_PLACE = re.compile(
    r"(?i)\b(?:p\.?\s?o\.? box|suite|ste\.?|floor|street|st\.|avenue|ave\.?|blvd|boulevard|road|rd\.|drive|dr\.|lane|"
    r"parkway|pkwy|highway|hwy)\b.*\d|\b[A-Z]{2}\s+\d{5}(?:-\d{4})?\b|\b(?:phone|tel|ph|fax|t|f)\b[.:]?\s*\+?1?[-. (]*"
    r"\d{3}[-. )]"
)
_LETTERHEAD_ZONE = 0.16
_NAMES = re.compile(
    r"(?i)\b(?:patient|member|enrollee|beneficiary|name|pt|re|client)\b[ \w]{0,12}[:#]|"
    r"\b(?:dob|d\.o\.b|date of birth|born|mrn)\b|\b(?:bd|birth\w*|chart|record|rec|person seen|sender)\b\W{0,3}\w*\d"
)
_NAMED_LINES = 12
_BEGIN_LINES = 10
_BEGINNING = frozenset({"chief_complaint", "hpi", "subjective"})
_ENDING = frozenset({"assessment", "assessment_and_plan", "plan", "follow_up", "discharge_medications"})
_SALUTATION = re.compile(r"(?i)^\W{0,3}(?:dear\s+\w|to whom it may concern|(?:greetings|hello|hi)\b)")
# What one encounter, order or decision is told from another by.
_KEYED = re.compile(
    r"(?i)\b(date of (?:service|visit|encounter|admission|procedure|surgery|report|request|notice|letter)|"
    r"(?:service|visit|encounter|admission|report|letter|notice|collection) date|admitted|dos|collected|reported|"
    r"(?:accession|case|reference|encounter|order|visit|policy)(?: (?:no|number|id|#))?|"
    r"(?:received|sent|posted|submitted|taken|called|written)(?: (?:on|at))?)"
    r"\s*[.:#]*\s{0,3}([A-Z]{0,4}[0-9][0-9A-Z/.\-]{3,19})"
)


@dataclass(frozen=True, slots=True)
class PageMarks:
    """What a page tells of its place.

    Attributes:
        number, total: as the document itself counts (`page 2 of 3`), not the fax machine.
        continued: it says near the top that it continues.
        belongs: its head says that it is a part of the paper before it (`Supporting findings`, `Section 4`).
        goes_on: it says at the end that it goes on.
        starts_lower, runs_out: its text begins or ends in the middle of a sentence.
        signed: its last lines are a signature or a closing.
        letterhead: the lines of a sender's block at the top, without digits.
        footer: its last lines, without digits.
        heading: its first line, if an organisation's name; a document's first page begins with its sender's.
        dated: a date stands alone near the top.
        bottom: where its text ends, 0 (top) to 1, footers aside; a page that goes on is full.
        salutation: a letter begins on it.
        keys: labelled dates and numbers of one encounter, order or decision.
        upright: higher than wide.
        named: a patient is named near the top.
        begins, ends: a note's first section (complaint, history) is near its top; its last ones (plan) are on it.
    """

    number: int | None
    total: int | None
    continued: bool
    belongs: bool
    goes_on: bool
    starts_lower: bool
    runs_out: bool
    signed: bool
    letterhead: str
    footer: str
    heading: str
    dated: bool
    bottom: float
    salutation: bool
    keys: dict[str, str]
    upright: bool
    named: bool
    begins: bool
    ends: bool


def marks_of(page: PageLines) -> PageMarks:
    """The marks of one page."""
    lines = page.lines
    number, total = _own_number(lines)
    head, tail = lines[:_FIRST_LINES], lines[-_LAST_LINES:]
    body = [line for line in lines if not _numbering(line.text)]
    return PageMarks(
        number=number,
        total=total,
        continued=any(_CONTINUED.search(line.text) for line in head),
        belongs=any(_BELONGING.search(line.text) for line in head[:_HEAD_LINES] if len(line.tokens) < _HEAD_WORDS),
        goes_on=any(_GOES_ON.search(line.text) for line in tail[-3:]),
        starts_lower=bool(body) and body[0].text.strip()[:1].islower(),
        runs_out=bool(body) and _runs_out(body[-1]),
        signed=any(_SIGNED.search(line.text) for line in tail),
        letterhead=_letterhead(lines),
        footer=_footer(lines),
        heading=_heading(lines),
        dated=any(_DATE_ALONE.match(line.text) for line in lines[:_NAMED_LINES]),
        bottom=_bottom(lines),
        salutation=any(_SALUTATION.match(line.text) for line in lines),
        keys={k.lower(): v.upper() for k, v in _KEYED.findall(page.text)},
        upright=page.page.height_pt >= page.page.width_pt,
        named=any(_NAMES.search(line.text) for line in lines[:_NAMED_LINES]),
        begins=bool(PageLines(page.page, lines[:_BEGIN_LINES]).sections & _BEGINNING),
        ends=bool(page.sections & _ENDING),
    )


def same_line(one: str, other: str) -> bool:
    """Whether two printed lines are one, misreadings aside."""
    return bool(one) and bool(other) and fuzz.ratio(one, other) >= _SAME_LINE


def _own_number(lines: Sequence[Line]) -> tuple[int | None, int | None]:
    """The document's own count: `page 2 of 3`; else a bare number of the page at the edge."""
    for line in lines:
        found = _PAGE_OF.search(line.text) if _DIGIT.search(line.text) else None
        if found:
            number, total = (int(g) for g in found.groups() if g is not None)
            if 0 < number <= total:
                return number, total
    for line in (*lines[:3], *lines[-3:]):
        bare = _PAGE_ONLY.search(line.text) or _DASHED.match(line.text)
        if bare and len(line.tokens) < 10:
            return int(next(g for g in bare.groups() if g is not None)), None
    return None, None


def _numbering(text: str) -> bool:
    if _DIGIT.search(text) is None:
        return False
    return _PAGE_OF.search(text) is not None or _PAGE_ONLY.search(text) is not None


def _runs_out(line: Line) -> bool:
    """Whether the last line breaks off: a long line of prose without an end."""
    return len(line.tokens) >= _RUNNING_WORDS and ":" not in line.text and not _SENTENCE_END.search(line.text)


def _letterhead(lines: Sequence[Line]) -> str:
    upper = [line for line in lines[:_FIRST_LINES] if line.top <= _LETTERHEAD_ZONE]
    if not any(_PLACE.search(line.text) for line in upper):
        return ""
    return " ".join(upper[0].tokens)[:60]


def _heading(lines: Sequence[Line]) -> str:
    """The first line that is an organisation's name, of the first two."""
    for line in lines[:2]:
        name = re.split(r"\s{2,}", line.text.strip())[0]
        if (
            len(name.split()) <= _LONGEST_HEADING
            and ":" not in name
            and _ORGANISATION.search(name)
            and not _is_section(name)
        ):
            return " ".join(name.lower().split())
    return ""


def _is_section(name: str) -> bool:
    return header_of(name, stems=False) is not None


def _bottom(lines: Sequence[Line]) -> float:
    """Where the text ends: a line far below the rest at the foot of the page is its footer."""
    tops = sorted(line.top for line in lines)
    while len(tops) > 1 and tops[-1] > _FOOTER_FROM and tops[-1] - tops[-2] > _FOOTER_GAP:
        tops.pop()
    return tops[-1] if tops else 0.0


def _footer(lines: Sequence[Line]) -> str:
    low = [line for line in lines[-_FOOTER_LINES:] if line.top >= _FOOTER_FROM]
    return " ".join(" ".join(_DIGITS.sub("#", line.text).lower().split()) for line in low)[:160]
