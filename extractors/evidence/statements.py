"""What a sentence does with a phrase: states it of the patient, denies, doubts or plans it, or only asks for it.

Only what is stated proves a requirement. A form's question, its instructions and a box without a tick state nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from documents.pages import Mark, Page, Tick, Word
from documents.values import Assertion, Evidence
from extractors.evidence.page_words import Hit, PageWords, Term, find_run
from extractors.evidence.wording import AFTERWARDS, ASKS, BOX_LIKE, DEMANDS, DONE, OUTCOME, PLANS, REFUSES
from extractors.grounding.proof import line_boxes
from extractors.layout.exclusions import Exclusions, find_exclusions
from extractors.layout.marks import text_marks
from extractors.prose.assertion import assert_mention
from extractors.prose.sections import sectioned
from extractors.prose.sentences import sentences


class Manner(StrEnum):
    """How a phrase is said; all but STATED and DENIED are reasons not to count it."""

    STATED = "stated"
    DENIED = "denied"
    UNCERTAIN = "uncertain"
    NOT_THE_PATIENT = "not_the_patient"
    PLANNED = "planned"


_MANNERS = {
    Assertion.PRESENT: Manner.STATED,
    # A treatment is proven by what was done before; `historical` is what the payer asks for.
    Assertion.HISTORICAL: Manner.STATED,
    Assertion.NEGATED: Manner.DENIED,
    Assertion.UNCERTAIN: Manner.UNCERTAIN,
    Assertion.HYPOTHETICAL: Manner.PLANNED,
    Assertion.FAMILY: Manner.NOT_THE_PATIENT,
}
_PLAN_SECTIONS = frozenset({"plan", "requested", "instructions", "follow_up", "orders"})


@dataclass(frozen=True)
class Pages:
    """Pages to be searched, with what is worked out about a page the first time it has a hit."""

    words: tuple[PageWords, ...]

    @cached_property
    def _read(self) -> dict[int, ReadPage]:
        return {}

    def read(self, page: Page) -> ReadPage:
        """The page's sentences, marks and excluded words."""
        found = self._read.get(page.number)
        if found is None:
            found = self._read[page.number] = ReadPage(page)
        return found


class Said(NamedTuple):
    """A sentence with its offsets in the page's text and its section."""

    start: int
    end: int
    text: str
    section: str


class ReadPage:
    """A page's sentences, marks and excluded words, each worked out once."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def sentences(self) -> tuple[Said, ...]:
        """In page order; those that address a program are left out."""
        return tuple(
            Said(passage.start + each.start, passage.start + each.end, each.text, passage.section)
            for passage in sectioned([self.page])
            for each in sentences(passage)
        )

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """Choice marks, seen and printed."""
        return text_marks(self.page)

    @cached_property
    def exclusions(self) -> Exclusions:
        """What is no content."""
        return find_exclusions(self.page)


@dataclass(frozen=True, slots=True)
class Statement:
    """A phrase in its sentence.

    Attributes:
        page: where it stands.
        hit: the phrase, in the page's text.
        start: of the sentence, in the page's text.
        text: of the sentence, as long as the page's text it stands for.
        manner: what the sentence does with the phrase.
    """

    page: Page
    hit: Hit
    start: int
    text: str
    manner: Manner

    @property
    def place(self) -> tuple[int, int]:
        """The phrase's span in the sentence."""
        return self.hit.start - self.start, self.hit.end - self.start

    def evidence(self, *spans: tuple[int, int]) -> tuple[Evidence, ...]:
        """The sentence as evidence; of a long one, the phrase and the other spans (offsets in the page's text)."""
        end = self.start + len(self.text.rstrip())
        if end - self.start > _LONGEST_QUOTE:
            hits = [self.hit, *spans]
            return (evidence_of(self.page, min(s for s, _ in hits), max(e for _, e in hits)),)
        return (evidence_of(self.page, self.start, end),)


_LONGEST_QUOTE = 300
# Where a sentence turns from a demand to the patient.
_ANOTHER = re.compile(r";|\. |\bbut\b|\b(?:and|so) (?:he|she|they|patient|pt)\b", re.I)


def evidence_of(page: Page, start: int, end: int) -> Evidence:
    """A span of a page as evidence, its blank ends left out."""
    text = page.text[start:end]
    start, end = start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))
    boxes = line_boxes(page, page.words_in(start, end))
    return Evidence(page=page.number, start=start, end=end, quote=page.text[start:end], boxes=boxes)


def statements(pages: Pages, parts: Sequence[Sequence[Term]]) -> Iterator[Statement]:
    """The sentences that hold every run of a phrase, with what they do with it."""
    for words in pages.words:
        if any(run[0].stem not in words.places for run in parts):
            continue
        for hit in find_run(words, parts[0]):
            read = pages.read(words.page)
            sentence = _sentence_of(read, hit)
            if sentence is None or not _is_content(read, hit):
                continue
            begin, end = sentence.start, sentence.end
            others = [
                next((h for h in find_run(words, run) if begin <= h.start and h.end <= end), None) for run in parts[1:]
            ]
            if None in others:
                continue
            manner = _manner(sentence, hit)
            if manner is not None:
                yield Statement(words.page, hit, begin, sentence.text, manner)


def _sentence_of(read: ReadPage, hit: Hit) -> Said | None:
    return next((each for each in read.sentences if each.start <= hit.start and hit.end <= each.end), None)


def _is_content(read: ReadPage, hit: Hit) -> bool:
    """Whether a phrase is neither struck, an example, an order, nor the label of a box that is not ticked."""
    page = read.page
    inside = page.words_at(hit.start, hit.end)
    if any(at in read.exclusions.words for at in inside):
        return False
    line_start = page.text.rfind("\n", 0, hit.start) + 1
    if BOX_LIKE.search(page.text[line_start : hit.start]) is not None and page.from_ocr:
        return False
    return not inside or _is_ticked(read.marks, page.words_in(hit.start, hit.end))


def _is_ticked(marks: Sequence[Mark], words: Sequence[Word]) -> bool:
    """Whether the nearest mark before the words on their line is ticked; a line without marks needs no tick."""
    first = words[0].box
    middle = (first.top + first.bottom) / 2
    beside = [m for m in marks if m.box.top <= middle <= m.box.bottom]
    if not beside:
        return True
    before = [m for m in beside if m.box.right <= first.left + 0.005]
    return bool(before) and max(before, key=lambda m: m.box.right).tick is Tick.TICKED


def _manner(sentence: Said, hit: Hit) -> Manner | None:
    """What the sentence does with the phrase; None where it only asks for it."""
    text = sentence.text
    if ASKS.search(text):
        return None
    start = hit.start - sentence.start
    end = start + hit.end - hit.start
    if _demanded(text, start):
        return None
    if _refused(text, start, end):
        return Manner.DENIED
    said = _MANNERS[assert_mention(text, start, end, section=sentence.section)]
    if said is not Manner.STATED:
        return said
    done = DONE.search(text[:start]) is not None or OUTCOME.search(text, end) is not None
    if _planned(text, start, end) or (sentence.section in _PLAN_SECTIONS and not done):
        return Manner.PLANNED
    return Manner.STATED


def _demanded(text: str, start: int) -> bool:
    """Whether a payer demands the phrase, with nothing done about it between: what follows is said of the demand."""
    demands = [m for m in DEMANDS.finditer(text, 0, start)]
    if not demands:
        return False
    between = text[demands[-1].end() : start]
    return DONE.search(between) is None and _ANOTHER.search(between) is None


def _refused(text: str, start: int, end: int) -> bool:
    """Whether the phrase was declined or not begun: before it in its clause, or right after it."""
    clause = re.split(r"[;:]|,? but\b|, (?:and )?(?:he|she|patient)\b", text[:start])[-1]
    return REFUSES.search(clause) is not None or _follows(text, end, REFUSES)


def _planned(text: str, start: int, end: int) -> bool:
    """Whether the phrase is still to come: after a plan's word with nothing done between, or right before one."""
    plans = [m for m in PLANS.finditer(text, 0, start)]
    if plans and DONE.search(text, plans[-1].end(), start) is None:
        clause = text[plans[-1].end() : start]
        if not re.search(r";|\. ", clause):
            return True
    return _follows(text, end, PLANS)


def _follows(text: str, end: int, words: re.Pattern[str]) -> bool:
    after = AFTERWARDS.match(text, end)
    return after is not None and words.match(after["word"].lstrip()) is not None
