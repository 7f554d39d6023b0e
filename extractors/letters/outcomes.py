"""What a letter decides: denied, pended, approved or partially denied, by the words that say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from documents.values import Cited
from extractors.letters.wordings import CONDITIONAL, OUTCOMES, STATUS_WORDS
from extractors.outline.flow import Citing, Flow, Span, Told
from extractors.outline.topics import plain_words

_PATH = "decision.outcome"


class Outcome(NamedTuple):
    """An outcome and the words that state it."""

    value: str
    told: Told
    titled: bool


def outcomes_in(flow: Flow, span: Span, *, titled: bool = False) -> Iterator[Outcome]:
    """The outcomes that a sentence or a title states; what is conditional, past or refused states none."""
    text = flow.text[span.start : span.end]
    taken: list[tuple[int, int]] = []
    for value, pattern in OUTCOMES:
        for found in pattern.finditer(text):
            if any(a < found.end() and found.start() < b for a, b in taken):
                continue
            if CONDITIONAL.search(text[max(0, found.start() - 70) : found.start()]):
                continue
            taken.append(found.span())
            at = Span(span.start + found.start(), span.start + found.end())
            yield Outcome(value, Told(flow, at), titled)


def outcome_of_status(told: Told) -> Outcome | None:
    """The outcome that a cell beside `Decision` or `Status` names."""
    value = STATUS_WORDS.get(plain_words(told.text))
    return None if value is None else Outcome(value, told, titled=False)


def decided(outcomes: list[Outcome], citing: Citing) -> Iterator[Cited]:
    """The letter's outcome, with each place that states it; two that contradict each other are both cited.

    A denial that offers to look at more papers is no request for them, and one that overturns an approval of another
    day does not approve: a stated denial takes a pended case and the title's other word with it. Approved and denied
    side by side, as of two services, stay two.
    """
    stated = {o.value for o in outcomes if not o.titled} or {o.value for o in outcomes}
    if "partially_approved" in stated:
        stated = {"partially_approved"}
    elif len(stated) > 1:
        stated -= {"pended"}
    for outcome in outcomes:
        if outcome.value in stated:
            cited = citing.cite(_PATH, outcome.told, value=outcome.value)
            yield cited.model_copy(update={"derived": True})
