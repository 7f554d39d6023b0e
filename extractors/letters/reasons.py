"""Why something was refused: the clause after `because`, or what stands under a heading that announces the reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.letters.outcomes import outcomes_in
from extractors.outline.flow import Flow, Span, Told
from extractors.outline.lists import without_tail

_CLAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|on the (?:basis|grounds?) (?:that|of)|for the (?:following|reason that|reason)(?: "
    r"reasons?)?(?: that)?|as (?:the|it|there|your|we|no)(?= )|since (?=the|it|there|your|we|no)|(?<=, )since(?= "
    r"))\b\s*:?\s*",
    re.IGNORECASE,
)
# `This is because ...`, `The reason for our decision is that ...`: a sentence that is nothing but the reason.
_REASON_SENTENCE = re.compile(
    r"^\W*(?:(?:this|that|it|our|the|we) (?:\w+ ){0,5}?(?:is|was|made|did|do) (?:\w+ ){0,3}?(?:because|due to|based "
    r"on the fact "
    r"that)|(?:the |our )?(?:specific |clinical |main |principal )*(?:reason|rationale|basis)s?(?:\(s\))?(?: (?:for|of"
    r"|why) [^.:]{3,60}?)?"
    r" (?:is|was|are|were)(?: that| because)?|(?:the |our )?(?:specific |clinical |main |principal )*(?:reason"
    r"|rationale)s?(?:\(s\))?(?: for [^.:]{3,60}?)?:)"
    r"\s*:?\s*",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"^\W*(?:because|since|as)\s+(?P<reason>.{12,300}?),\s+(?:we|your|the|this|it|coverage|authorization)\b", re.I
)
# Sentences that follow a reason and are none: what may be done, what was used, who decided.
_NOT_REASON = re.compile(
    r"^\W*(?:you (?:may|can|have|or)|your (?:doctor|provider|right)|if |please|to (?:be approved|appeal|request|obtain"
    r"|get|help|support)|"
    r"we (?:used|relied|considered|based our|reviewed|made)|this (?:decision|determination) (?:was|is) (?:based on"
    r"|made by|made using)|"
    r"(?:a|the) (?:copy|decision|determination) |in order|for (?:a copy|questions|more|additional)|a copy|call "
    r"|contact |the following "
    r"(?:guideline|policy|criteria|references?) (?:was|were)|dear |thank you|sincerely|reviewed by|for approval)",
    re.IGNORECASE,
)  # fmt: skip
_FEW_LETTERS = 8
# What a letter that is no refusal gives a reason for is why it must wait.
REFUSALS = ("denied", "partially_approved")


# That papers are missing is what `pended` says, and which papers the list below it.
_MERELY_MISSING = re.compile(
    r"\b(?:because|since|as|due to|until)\b(?: of)? (?:(?:the|some|of|additional|more|further|necessary|required"
    r"|needed|certain|"
    r"clinical|medical|supporting|following|requested|we|our|your|file|case|request|a lack of|lack of|missing|not "
    r"enough|insufficient|"
    r"incomplete) )*(?:papers?|information|documents?|documentation|records?|items?|paperwork|materials?|details?)\b"
    r"(?: (?:is|are|was|were|has|have|had|been|still|not|yet))* ?(?:missing|needed|required|lacking|outstanding"
    r"|incomplete|"
    r"insufficient|received|absent|awaited|provided|included|attached|submitted)?\s*[.;:,]?\s*$",
    re.IGNORECASE,
)


def clause_in(flow: Flow, span: Span, *, decided: bool = False) -> Told | None:
    """The reason that a sentence of a decision gives, without `because`; `decided`: a sentence before it decides."""
    text = flow.text[span.start : span.end]
    if (first := _FIRST.match(text)) is not None:
        return _told(flow, span, first.span("reason"))
    alone = _REASON_SENTENCE.match(text)
    if alone is not None:
        return _told(flow, span, (alone.end(), len(text)))
    stated = list(outcomes_in(flow, span))
    decides = [o for o in stated if o.value in REFUSALS] or [o for o in stated if o.value == "pended"]
    if decides and decides[0].value == "pended" and _MERELY_MISSING.search(text, decides[0].told.span.end - span.start):
        return None
    if not decides and (not decided or _NOT_REASON.match(text)):
        return None
    after = decides[0].told.span.start - span.start if decides else 0
    found = _CLAUSE.search(text, after)
    if found is None:
        return None
    # `as` and `since` keep the word that shows they give a reason.
    begin = found.end()
    return _told(flow, span, (begin, len(text)))


def _told(flow: Flow, span: Span, part: tuple[int, int]) -> Told | None:
    told = Told(flow, without_tail(flow.text, Span(span.start + part[0], span.start + part[1])))
    return told if sum(c.isalpha() for c in told.text) >= _FEW_LETTERS and not _leads(flow, span) else None


def _leads(flow: Flow, span: Span) -> bool:
    return flow.text[span.start : span.end].rstrip().endswith(":")


def announced_reason(flow: Flow, start: int = 0) -> Iterator[Told]:
    """What a paragraph under a heading of reasons gives, from `start` on, where the label before it ends.

    A clause that says `because`, else its sentences up to one that turns to something else.
    """
    told: list[Span] = []
    for span in _sentences_from(flow, start):
        text = flow.text[span.start : span.end]
        if _NOT_REASON.match(text) or _leads(flow, span):
            break
        clause = clause_in(flow, span)
        if clause is not None:
            yield clause
            return
        if told and flow.text[told[-1].end : span.start].strip(" \"')]"):
            break  # an order to a program stood between
        told.append(span)
    if told:
        whole = Told(flow, without_tail(flow.text, Span(told[0].start, told[-1].end)))
        if sum(c.isalpha() for c in whole.text) >= _FEW_LETTERS:
            yield whole


def _sentences_from(flow: Flow, start: int) -> Sequence[Span]:
    return [Span(max(start, s.start), s.end) for s in flow.sentences() if s.end > start]
