"""A note's summary that invents nothing: sentences and values of the note, verbatim, each with its place.

Lines come in SOAP order, then the problems addressed, the medications changed, what has to follow, and the red flags.
Nothing is shortened within a line and nothing is put into other words: a line is `page.text[start:end]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from documents.pages import Page
from documents.records import Field, SummaryHeading, SummaryLine
from documents.values import Alignment, Assertion, Evidence
from extractors.grounding.proof import covered, line_boxes
from extractors.lexicon.drugs import find_drugs
from extractors.prose.assertion import assert_mention
from extractors.prose.red_flags import critical_results, said_flags
from extractors.prose.sections import sectioned
from extractors.prose.sentences import Sentence, sentences
from extractors.prose.summary_rules import rules

# A longer sentence is a table that lost its lines; a reader is better served by the page.
_LONGEST_LINE = 400
_SHORTEST_LINE = 4
# The name and the value of a result stand this close, or they are shown by the value alone.
_ONE_LINE = 80
_MOST_PER_LIST = 12


def summarise(pages: Sequence[Page], fields: Sequence[Field]) -> tuple[SummaryLine, ...]:
    """The summary of a note's pages; `fields` are what was read from them.

    What is struck out and what addresses a program is no part of it.
    """
    numbered = {page.number: page for page in pages}
    said = [(s, e) for s in _sentences(pages) if (e := _evidence(numbered[s.passage.page], *_span(s))) is not None]
    lines = [
        *_parts(said),
        *_problems(fields),
        *_picked(said, SummaryHeading.MEDICATIONS_CHANGED, _changes_drug),
        *_picked(said, SummaryHeading.FOLLOW_UP, _asks_follow_up),
        *_flags(said, fields, numbered),
    ]
    return tuple(dict.fromkeys(lines))


def _sentences(pages: Sequence[Page]) -> Iterator[Sentence]:
    for passage in sectioned(pages):
        yield from (s for s in sentences(passage) if rules().skip.search(s.text.lstrip()) is None)


def _span(sentence: Sentence) -> tuple[int, int]:
    """The sentence in its page's text, without the blanks around it."""
    left = len(sentence.text) - len(sentence.text.lstrip())
    start = sentence.passage.start + sentence.start
    return start + left, start + len(sentence.text.rstrip())


def _evidence(page: Page, start: int, end: int) -> Evidence | None:
    """The span as proof, or None where it is struck out, too long or too short to say anything."""
    if not _SHORTEST_LINE <= end - start <= _LONGEST_LINE:
        return None
    printed = page.words_in(start, end)
    if any(covered(word.box, page.struck) for word in printed):
        return None
    return Evidence(page=page.number, start=start, end=end, quote=page.text[start:end], boxes=line_boxes(page, printed))


Said = Sequence[tuple[Sentence, Evidence]]


def _parts(said: Said) -> Iterator[SummaryLine]:
    for heading, sections, most in rules().parts:
        here = [e for s, e in said if s.passage.section in sections]
        for evidence in here[:most]:
            yield SummaryLine(heading=heading, evidence=evidence)


def _problems(fields: Sequence[Field]) -> Iterator[SummaryLine]:
    """The diagnoses that the note calls the patient's own, by the words that name them."""
    statuses = {f.group: f.value for f in fields if f.path == "diagnosis.status"}
    named = [
        f
        for f in fields
        if f.path == "diagnosis.description"
        and f.alignment is not Alignment.NONE
        and f.assertion is Assertion.PRESENT
        and statuses.get(f.group, "active") == "active"
        and not f.features.get("cited_past_history")
    ]
    for field in named[:_MOST_PER_LIST]:
        yield SummaryLine(heading=SummaryHeading.PROBLEMS_ADDRESSED, evidence=field.evidence[0])


def _picked(said: Said, heading: SummaryHeading, wanted: Callable[[Sentence], bool]) -> Iterator[SummaryLine]:
    for evidence in [e for s, e in said if wanted(s)][:_MOST_PER_LIST]:
        yield SummaryLine(heading=heading, evidence=evidence)


def _changes_drug(sentence: Sentence) -> bool:
    cue, section = rules().changed, sentence.passage.section
    if section in cue.closed or (cue.never is not None and cue.never.search(sentence.text)):
        return False
    if section not in cue.sections and not any(
        assert_mention(sentence.text, *m.span()) is Assertion.PRESENT for m in cue.words.finditer(sentence.text)
    ):
        return False
    return any(hit.plain or hit.amount for hit in find_drugs(sentence.text, from_ocr=sentence.passage.from_ocr))


def _asks_follow_up(sentence: Sentence) -> bool:
    cue, section = rules().follow_up, sentence.passage.section
    if section in cue.sections and cue.within is not None and cue.within.search(sentence.text):
        return True
    return section not in cue.closed and cue.words.search(sentence.text) is not None


def _flags(said: Said, fields: Sequence[Field], pages: dict[int, Page]) -> Iterator[SummaryLine]:
    for sentence, evidence in said:
        for name in said_flags(sentence):
            yield SummaryLine(heading=SummaryHeading.RED_FLAGS, evidence=evidence, flag=name)
    for name, test, value in critical_results(fields):
        found = _result(pages, test.evidence[0], value.evidence[0])
        if found is not None:
            yield SummaryLine(heading=SummaryHeading.RED_FLAGS, evidence=found, flag=name)


def _result(pages: dict[int, Page], name: Evidence, value: Evidence) -> Evidence | None:
    """One span from a result's name to its value where they stand together, else the value alone."""
    if name.page == value.page and 0 <= value.end - name.start <= _ONE_LINE:
        return _evidence(pages[name.page], name.start, value.end)
    return value
