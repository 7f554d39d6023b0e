"""Whether a packet meets a requirement: each way to prove it is tried, and the best result is kept with its quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from documents.pages import Page
from documents.records import ChecklistItem, RequirementState
from documents.values import Evidence as Span
from extractors.evidence.amounts import amount_after, nearest_length
from extractors.evidence.packet_pages import Part
from extractors.evidence.page_words import phrase_parts
from extractors.evidence.statements import Manner, ReadPage, Statement, evidence_of, statements
from extractors.grammar.dates import find_dates
from extractors.layout.exclusions import text_lines
from validation.code_shapes import procedure_system
from validation.dates import read_days
from validation.groups import Group, group_fields, readings
from validation.packs.code_lists import covers
from validation.packs.durations import read_age
from validation.packs.model import Evidence, Requirement, names_drug

_MET, _NOT_MET, _NOT_FOUND = RequirementState.MET, RequirementState.NOT_MET, RequirementState.NOT_FOUND
_ORDER = (_MET, _NOT_MET, _NOT_FOUND)
_ASKING = frozenset({"prior_auth_request", "referral"})
_CODE_SHAPED = re.compile(r"(?<![\w$/.-])(?:[0-9]{5}|[A-V][0-9]{4})(?![\w/.-])")
_LETTERS = 5  # a line with fewer is dirt or a page number
# Enough for a person to see it; a drug's other mentions are on its own fields.
_MOST_SPANS = 4
_TRIED = frozenset({"tried-failed", "discontinued"})
# A number of recognised text is compared with a bound only if it was read well.
_READABLE = 0.85
_ONE_DAY = timedelta(days=1)  # a note may be dated in another time zone than the request


class Result(NamedTuple):
    """A state, why, and the spans that show it."""

    state: RequirementState
    reason: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for a record: the packet's parts, and the day that ages are counted back from."""

    parts: tuple[Part, ...]
    day: date

    def item(self, requirement: Requirement) -> ChecklistItem:
        """The requirement's state, by the best of its ways to prove it."""
        found = [self._proves(evidence) for evidence in requirement.evidence] or [Result(_NOT_FOUND)]
        # `min` keeps the first of equals; one that at least shows something comes before one that shows nothing.
        best = min(found, key=lambda result: (_ORDER.index(result.state), not result.spans))
        return ChecklistItem(
            requirement=requirement.id,
            text=requirement.text,
            state=best.state,
            reason=best.reason,
            evidence=tuple(dict.fromkeys(best.spans))[:_MOST_SPANS],
        )

    def _proves(self, evidence: Evidence) -> Result:
        """One way to prove a requirement: all that it names must hold."""
        results = []
        if evidence.phrases:
            results.append(_best(self._phrases(evidence)))
        if evidence.codes:
            results.append(_best(self._codes(evidence)))
        if evidence.tried:
            results.append(_best(self._tried(evidence)))
        if evidence.documents and not evidence.phrases:
            results.append(_best(self._documents(evidence)))
        worst = max(results, key=lambda result: _ORDER.index(result.state))
        if worst.state is _MET:
            return Result(_MET, "", tuple(span for result in results for span in result.spans))
        # One part that is missing leaves the whole unfound; one that is denied denies it.
        denied = next((result for result in results if result.state is _NOT_MET), None)
        return denied or worst

    def _phrases(self, evidence: Evidence) -> Iterator[Result]:
        for part in self.parts:
            if not part.is_of(evidence.documents):
                continue
            for phrase in evidence.phrases:
                for statement in statements(part.pages, phrase_parts(phrase)):
                    if not _is_asked_for(statement, part):
                        yield _of_age(_judged(statement, evidence), evidence, part, self.day, statement)

    def _codes(self, evidence: Evidence) -> Iterator[Result]:
        for part in self.parts:
            for group in _groups(part, "diagnosis", "procedure"):
                for f in group.all("code"):
                    if group.is_current_fact and covers(evidence.codes, f.value):
                        yield _of_age(Result(_MET, "", f.evidence), evidence, part, self.day)
                    elif covers(evidence.codes, f.value):
                        yield Result(_NOT_FOUND, Manner.UNCERTAIN.value, f.evidence)

    def _tried(self, evidence: Evidence) -> Iterator[Result]:
        for part in self.parts:
            for group in _groups(part, "medication"):
                status, drug = group.one("status"), group.one("drug")
                if drug is None or status is None or not names_drug(evidence.tried, drug.value):
                    continue
                if status.value in _TRIED and group.is_current_fact:
                    yield _of_age(
                        Result(_MET, "", (*drug.evidence[:1], *status.evidence[:1])), evidence, part, self.day
                    )

    def _documents(self, evidence: Evidence) -> Iterator[Result]:
        for part in self.parts:
            if part.is_of(evidence.documents) and part.pages.words:
                first = _first_line(part.pages.read(part.pages.words[0].page))
                yield _of_age(Result(_MET, "", first), evidence, part, self.day)


def _is_asked_for(statement: Statement, part: Part) -> bool:
    """Whether a phrase only names what a request asks for: an MRI that is requested was not done before."""
    if part.segment.document_type not in _ASKING:
        return False
    text, hit = statement.page.text, statement.hit
    line = text[text.rfind("\n", 0, hit.start) + 1 : (text.find("\n", hit.end) + 1 or len(text) + 1) - 1]
    if any(procedure_system(word) for word in _CODE_SHAPED.findall(line)):
        return True
    return any(
        span.page == statement.page.number and span.start < hit.end and hit.start < span.end for span in part.asked()
    )


def _best(results: Iterator[Result]) -> Result:
    """One result of many places; where the packet both states and denies it, a person must look."""
    found = list(results)
    met = next((r for r in found if r.state is _MET), None)
    denied = next((r for r in found if r.state is _NOT_MET), None)
    if met is not None and any(r.reason == Manner.DENIED.value for r in found):
        against = next(r for r in found if r.reason == Manner.DENIED.value)
        return Result(_NOT_FOUND, "contradicted", (*met.spans, *against.spans))
    return met or denied or next((r for r in found if r.spans), Result(_NOT_FOUND))


def _judged(statement: Statement, evidence: Evidence) -> Result:
    """What one sentence shows of a phrase, before its age is looked at."""
    wanted, against = (Manner.DENIED, Manner.STATED) if evidence.denied else (Manner.STATED, Manner.DENIED)
    if statement.manner is against:
        return Result(_NOT_MET, Manner.DENIED.value, statement.evidence())
    if statement.manner is not wanted:
        return Result(_NOT_FOUND, statement.manner.value, statement.evidence())
    shown = [Result(_MET, "", statement.evidence())]
    if evidence.for_at_least is not None:
        shown.append(_long_enough(statement, read_age(evidence.for_at_least) or 0))
    if evidence.at_least is not None or evidence.at_most is not None:
        shown.append(_within_bounds(statement, evidence))
    return max(shown, key=lambda result: (result.state is not _MET, result.state is _NOT_FOUND, len(result.spans)))


def _long_enough(statement: Statement, least: int) -> Result:
    """Whether the length of time nearest to the phrase is at least so many days."""
    length = nearest_length(statement.text, *statement.place)
    if length is None or not length.least:
        return Result(_NOT_FOUND, "length_unknown", statement.evidence())
    span = (statement.start + length.start, statement.start + length.end)
    if not _readable(statement.page, span):
        return Result(_NOT_FOUND, "length_unknown", statement.evidence(span))
    enough = length.days >= least
    return Result(_MET if enough else _NOT_MET, "" if enough else "too_short", statement.evidence(span))


def _within_bounds(statement: Statement, evidence: Evidence) -> Result:
    """Whether the number after the phrase is within the bounds."""
    amount = amount_after(statement.text, statement.place[1])
    if amount is None:
        return Result(_NOT_FOUND, "value_unknown", statement.evidence())
    span = (statement.start + amount.start, statement.start + amount.end)
    within = _within(amount.number, amount.sign, evidence)
    if within is None or not _readable(statement.page, span):
        return Result(_NOT_FOUND, "value_unknown", statement.evidence(span))
    return Result(_MET if within else _NOT_MET, "" if within else "out_of_bounds", statement.evidence(span))


def _within(number: float, sign: str, evidence: Evidence) -> bool | None:
    """Whether a number is within the bounds; None where its sign leaves that open (`> 30` against at least 35)."""
    low, high = evidence.at_least, evidence.at_most
    if sign == ">":
        return None if high is not None or (low is not None and number < low) else True
    if sign == "<":
        return None if low is not None or (high is not None and number > high) else True
    return (low is None or number >= low) and (high is None or number <= high)


def _of_age(result: Result, evidence: Evidence, part: Part, day: date, statement: Statement | None = None) -> Result:
    """The result, unless what shows it is too old or its date is not known."""
    if evidence.max_age is None or result.state is not _MET:
        return result
    dated = (None if statement is None else _date_in(statement)) or part.dated()
    if dated is None or dated > day + _ONE_DAY:
        return Result(_NOT_FOUND, "date_unknown", result.spans)
    if (day - dated).days > (read_age(evidence.max_age) or 0):
        return Result(_NOT_MET, "too_old", result.spans)
    return result


def _date_in(statement: Statement) -> date | None:
    """The one date that the sentence itself states; None if it states none or several."""
    stated = [read_days(m.value) for m in find_dates(statement.text)]
    days = [each.first for each in stated if each is not None]
    return days[0] if len(days) == 1 else None


def _readable(page: Page, span: tuple[int, int]) -> bool:
    """Whether the words of a span were read well enough for their digits to count."""
    return all(word.confidence >= _READABLE for word in page.words_in(*span))


def _groups(part: Part, *entities: str) -> Iterator[Group]:
    if part.record is not None:
        read = readings(part.record)
        for entity in entities:
            yield from group_fields(read, entity)


def _first_line(read: ReadPage) -> tuple[Span, ...]:
    """The first printed line of a page that is not the fax machine's, so that a person sees which document is meant."""
    page, header = read.page, read.exclusions.header
    for line in text_lines(page.words, page.text):
        start, end = page.words[line[0]].start, page.words[line[-1]].end
        if header.isdisjoint(line) and sum(c.isalpha() for c in page.text[start:end]) >= _LETTERS:
            return (evidence_of(page, start, end),)
    return ()
