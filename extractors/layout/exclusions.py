"""What stands on a page and is not content: struck words, fax headers, footers, examples, orders to programs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.pages import Box, Page, Word
from extractors.layout.nearby import Along
from extractors.layout.orders import orders_in

# A fax machine prints its header within the top edge, a form its footer within the bottom edge.
_HEADER_ZONE = 0.07
_FOOTER_ZONE = 0.90
# A strike crosses the middle of a word; half of its width is enough to mean it (a pen does not start at the letter).
_STRUCK_SHARE = 0.5

# Signs of a transmission line; two of them together do not occur in a form's own first line.
_HEADER_CUES = (
    re.compile(
        r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}\b|\b[A-Z][a-z]{2}[ -]\d{1,2}[ ,-]+\d{4}\b"
    ),
    re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\s*(?:[AP]\.?M\.?)?(?=\s|$)", re.IGNORECASE),
    re.compile(r"\b(?:pg?s?|page|p)[.:]?\s*\d{1,3}\s*(?:/|of|-)\s*\d{1,3}\b|\bP\.\s?\d{1,3}\b", re.IGNORECASE),
    re.compile(r"(?<!\d)\+?1?[-. (]*\d{3}[-. )]*\d{3}[-. ]?\d{4}(?!\d)"),
    re.compile(
        r"\b(?:from|to|fax|received|rcvd|sent|csid|job|tsi|id|time|efax|rightfax)\b\s*[:#]?|->|=>", re.IGNORECASE
    ),
)
# A fax machine knows no birth date: `Patient: ...  DOB ...  Collected 07:45  Received 13:20` is the sender's own line.
_ABOUT_PATIENT = re.compile(
    r"\b(?:DOB|D\.O\.B|date of birth|birth ?date|born|(?:patient|member|enrollee|pt)(?:'s)?(?: name| id)?\s*:|"
    r"collected|specimen|ordered by|MRN)(?![a-z])",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"^\W*(?:page|pg)\.?\s*\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?\W*$"
    r"|\b(?:confidential|protected health information|received (?:this (?:fax|document)|in error)|all rights reserved|"
    r"copyright|©|proprietary|not valid without|submit by fax|return this form|form (?:no|number|#)|"
    r"do not write below|for internal use)\b"
    r"|^[A-Z]{2,8}[-_ ]?[A-Z0-9-]{1,12}\s*(?:\(?(?:rev|v)\.?\s?\d|\bv\d)",
    re.IGNORECASE,
)
# Print stamps of record systems and form numbers: dates and names in them are not the patient's, wherever they stand.
_STAMP = re.compile(
    r"\b(?:printed|generated|print date|scanned|faxed|downloaded)\s*(?:on|by|at|:)?\s*\d"
    r"|\bform\s+(?:no\.?\s*|#\s*)?[A-Z]{1,8}[-_]?[A-Z0-9-]*\d[A-Z0-9-]*\b"
    r"|\(\s*rev(?:ised|\.)?\s*\d",
    re.IGNORECASE,
)
# An example shows how to fill in a form. It ends with its line: what follows on the next line is read again.
_EXAMPLE = re.compile(
    r"(?:\be\.\s?g\.|\beg[.,:]|\bex\.?:|\bexamples?\b(?:\s+of)?|\bfor example\b|\bfor instance\b|\bsuch as\b|\bsample:|"
    # A sample that was drawn has no entry or format: `Sample ICD-10 entry: A00.0`.
    r"\bsamples?\s(?:[\w-]+\s){0,2}(?:codes?|entry|entries|formats?|answers?|wording)\b|\bi\.e\.)[^\n]*"
    # `Write codes with their dot, as in M99.99`, `Format: A00.0`: what tells how to write is no answer.
    r"|\b(?:write|enter|print|type|use|give|list|spell|code|state|record|report|show)\b[^\n:.;]{0,60}\b(?:codes?|dates?|numbers?|"
    r"icd\S*|npi|digits?|characters?|decimals?|points?|dots?|formats?)\b[^\n:;]{0,60}?"
    r"(?:\bas in\b|\blike(?: this)?\b|\blooks like\b|\bthus\b|\bso:|\bin the form(?:at)?\b|\bas follows\b)[^\n]*"
    r"|\bformat(?:ted)?(?: as| is)?\s*[:=][^\n]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Words that are not content.

    Attributes:
        words: indexes into `page.words`.
        orders: spans of the page's text that give orders to a program.
        header: indexes of the words of the fax machine's line.
    """

    words: frozenset[int]
    orders: tuple[tuple[int, int], ...]
    header: frozenset[int]


def find_exclusions(page: Page) -> Exclusions:
    """Finds what on the page must never become a value."""
    orders = orders_in(page.text)
    spans = [*orders, *((m.start(), m.end()) for m in _EXAMPLE.finditer(page.text))]
    header: set[int] = set()
    furniture: set[int] = set()
    for line in text_lines(page.words, page.text):
        first = page.words[line[0]]
        text = page.text[first.start : page.words[line[-1]].end]
        if is_fax_header(text, first.box):
            header.update(line)
            continue
        for segment in _segments(page, line):
            words = page.text[page.words[segment[0]].start : page.words[segment[-1]].end]
            if _STAMP.search(words) or (first.box.top > _FOOTER_ZONE and _FOOTER.search(words)):
                furniture.update(segment)
    # A glyph whose letter the file does not tell.
    excluded = header | furniture | {i for i, w in enumerate(page.words) if w.text.startswith("(cid:")}
    for start, end in spans:
        excluded.update(page.words_at(start, end))
    if page.struck:
        struck = Along(page.struck, lambda region: (region.top, region.bottom))
        excluded.update(i for i, w in enumerate(page.words) if _is_struck(w.box, struck))
    for mark in page.marks:
        if mark.start is not None and mark.end is not None:
            inside = page.words_at(mark.start, mark.end)
            excluded.update(i for i in inside if page.words[i].start >= mark.start and page.words[i].end <= mark.end)
    return Exclusions(frozenset(excluded), orders, frozenset(header))


def is_fax_header(text: str, box: Box) -> bool:
    """Whether a line at the top of a page was printed by a fax machine."""
    if box.top >= _HEADER_ZONE or _ABOUT_PATIENT.search(text):
        return False
    return sum(cue.search(text) is not None for cue in _HEADER_CUES) >= 3


def _is_struck(box: Box, struck: Along[Box]) -> bool:
    """Whether a strike-out covers the word."""
    width = max(box.right - box.left, 1e-9)
    middle = (box.top + box.bottom) / 2
    return any(
        min(box.right, region.right) - max(box.left, region.left) >= _STRUCK_SHARE * width
        for region in struck.over(middle, middle)
    )


def text_lines(words: Sequence[Word], text: str) -> Iterator[list[int]]:
    """Yields the indexes of the words of each line of the page's text."""
    line: list[int] = []
    for index, word in enumerate(words):
        if line and text.find("\n", words[line[-1]].end, word.start) >= 0:
            yield line
            line = []
        line.append(index)
    if line:
        yield line


def _segments(page: Page, line: list[int]) -> Iterator[list[int]]:
    """A line's runs of words without a wide gap."""
    run: list[int] = []
    for index in line:
        if run and page.words[index].start - page.words[run[-1]].end > 1:
            yield run
            run = []
        run.append(index)
    yield run
