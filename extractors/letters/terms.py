"""Until when: the day or the window for an appeal, for a talk with the reviewer, for the papers asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from documents.values import Cited, Kind
from extractors.grammar.durations import Anchor, Window, find_windows, resolved
from extractors.grammar.find import find_values
from extractors.letters.wordings import APPEAL, NEEDED, PEER
from extractors.outline.flow import Citing, Span, Told

_PEER = re.compile(
    r"\b(?:peer|physician|doctor|clinician|provider|prescriber)[- ]?to[- ]?(?:peer|physician|doctor|clinician|reviewer"
    r"|director)\b|\bp2p\b|\b(?:speak|talk|discuss\w*|conversation|call|conference"
    r"|meet)\b[^.;]{0,60}?\b(?:medical "
    r"director|physician reviewer|reviewing (?:physician|clinician|pharmacist|doctor)|(?:our|the|a|plan) (?:reviewer"
    r"|physician|"
    r"doctor|pharmacist))\b|\bdoctor[- ]to[- ]doctor\b",
    re.IGNORECASE,
)
_APPEAL = re.compile(
    r"\b(?:re)?appeal(?:s|ed|ing)?\b|\breconsider(?:ation)?\b|\bredetermination\b|\bdispute\b"
    r"|\bdisagree\b|"
    r"\b(?:second|another|new) (?:review|look)\b",
    re.IGNORECASE,
)
# Further stages have terms of their own.
_FURTHER = re.compile(
    r"\b(?:external|independent)(?: medical)? review|\bfair hearing|\bstate hearing|\bsecond[- ]level|\blevel (?:2|two"
    r"|ii)\b|"
    r"\bindependent review|\bIRO\b|\bcontinu(?:e|ation|ing)\b[^.]{0,40}\b(?:benefits|services)|\bcivil action"
    r"|\blawsuit|\bcomplaint",
    re.IGNORECASE,
)
_FILING = re.compile(
    r"\b(?:fil(?:e|ed|ing)|request(?:ed|ing|s)?|ask(?:ed)?(?: for)?|submit(?:ted|ting)?|sen[dt]|receiv(?:e|ed)"
    r"|writ(?:e|ing)|"
    r"appeal(?:ed)?|you have|your doctor has|provider has|postmarked|call(?:ed|s)?|schedul(?:e|ed|ing)|contact(?:ed)?"
    r"|made|"
    r"respond|repl(?:y|ied)|return(?:ed)?|fax(?:ed)?|mail(?:ed)?|deadline|available|until|by|due|arrive|reach(?:es)?"
    r"|initiated?|"
    r"complet(?:e|ed)|time limit|within|no later than|expires?)\b",
    re.IGNORECASE,
)
# The plan's own time to answer is nobody's deadline here.
_ANSWERING = re.compile(
    r"\b(?:decid\w*|decision (?:is|will|on|about|within|in)|we (?:will|must|have|'ll)|we'll|plan (?:will|must|has)"
    r"|respond to you|"
    r"answer\w*|resolv\w*|notif\w*|let you know|acknowledg\w*|takes?|process(?:ed|ing)?|review(?:ed)? (?:is|will"
    r"|takes)|give you|"
    r"tell you|mail you|hear from us|complete(?:d)? (?:our|the|a) (?:review|decision)|determination (?:is|will)"
    r"|issue[ds]?)\b",
    re.IGNORECASE,
)
_WE_RECEIVE = re.compile(
    r"\bwe (?:must|need to|have to|should) (?:get|receive|have)\b|\bmust be received\b|\breceived by\b", re.IGNORECASE
)
_UNTIL = re.compile(
    r"\b(?:by|until|till|on or before|no later than|not later than|through|thru|deadline(?: (?:is|for|to)[^.]{0,40})?"
    r"|due(?: date)?|"
    r"ends?(?: on)?|expires?(?: on)?|before the end of|close of business(?: on)?|last day[^.]{0,40}(?:is|:)|"
    r"postmarked by|is|:)\s*(?:(?:the )?(?:end|close) of (?:the |business |day )*(?:on |of )?|(?:5|4)(?::00)? "
    r"?p\.?m\.?(?: \w+)?,? (?:on )?|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?[‘'*]?$",
    re.IGNORECASE,
)
# Between two terms of one sentence, each with its own day or number of days.
_OR = re.compile(r"[,;]?\s+(?:and|or|but)\s+|;\s+", re.IGNORECASE)
_DIGIT = re.compile(r"\d|\b(?:ten|five|seven|fourteen|thirty|sixty|ninety|business|calendar)\b", re.IGNORECASE)
# `YYYY-MM-DD`: a term needs its day.
_WHOLE_DATE = 10
_PAPERS = re.compile(
    r"\b(?:information|records?|documentation|documents?|notes?|response|reply|items?|papers?|paperwork|materials?"
    r"|them|it"
    r"|these)\b",
    re.IGNORECASE,
)


def stage_of(text: str, topic: str | None, carried: str | None) -> str | None:
    """Which term a sentence is about: `peer_to_peer`, `appeal` or `response`; None for none, or for a further stage.

    `carried` is what the sentence before it was about: `We must receive it by ...`.
    """
    if _FURTHER.search(text) and not re.search(r"\bpeer", text, re.IGNORECASE):
        return None
    if _PEER.search(text):
        return "peer_to_peer"
    if _APPEAL.search(text):
        return "appeal"
    by_topic = {APPEAL: "appeal", PEER: "peer_to_peer", NEEDED: "response"}.get(topic or "")
    return carried or by_topic


def parts_by_stage(text: str, span: Span) -> Iterator[Span]:
    """The parts of a sentence that speaks of two terms (`a talk by May 2, or an appeal by May 30`), else itself."""
    named = [_PEER.search(text, *span), _APPEAL.search(text, *span)]
    if None not in named:
        first, second = sorted(found.start() for found in named if found is not None)
        between = list(_OR.finditer(text, first, second))
        if between and _DIGIT.search(text, first, between[-1].start()) and _DIGIT.search(text, second, span.end):
            yield from (Span(span.start, between[-1].start()), Span(between[-1].end(), span.end))
            return
    yield span


# A day that another statement of the letter contradicts is for a person, whatever else speaks for it.
_CONTRADICTED = 0.2


@dataclass(slots=True)
class Terms:
    """The terms of a letter: a printed day is kept and checked against the window beside it."""

    citing: Citing
    days: list[Cited] = field(default_factory=list)
    windows: list[tuple[Cited, Window]] = field(default_factory=list)

    def read(self, told: Told, stage: str) -> None:
        """Collects the days and windows until which one may act, as a sentence states them."""
        flow, span = told
        text = flow.text[span.start : span.end]
        if stage == "response" and not _PAPERS.search(text):
            return
        for hit in find_values(Kind.DATE, text, from_ocr=flow.from_ocr):
            if (
                len(hit.value) == _WHOLE_DATE
                and _UNTIL.search(text[: hit.start])
                and not _is_answering(text, hit.start)
            ):
                at = Told(flow, Span(span.start + hit.start, span.start + hit.end))
                self.days.append(self.citing.cite(f"{stage}.deadline", at, value=hit.value))
                break
        for window in find_windows(text, from_ocr=flow.from_ocr):
            if _is_term(text, window, stage):
                at = Told(flow, Span(span.start + window.start, span.start + window.end))
                score = 0.9 if window.anchor is Anchor.NONE else 1.0
                self.windows.append((self.citing.cite(f"{stage}.window", at, score=score), window))
                break

    def cited(self, letter: str | None) -> Iterator[Cited]:
        """Each day; one that the letter's own window contradicts is doubted. Windows only where no day is printed.

        `letter` is the letter's date, where one was read.
        """
        dated = {c.path.split(".")[0] for c in self.days}
        for day in self.days:
            stage = day.path.split(".")[0]
            windows = [w for c, w in self.windows if c.path.startswith(f"{stage}.")]
            due = {resolved(w, date.fromisoformat(letter)) for w in windows} - {None} if letter else set()
            if due and date.fromisoformat(day.value) not in due:
                yield day.model_copy(update={"features": {**day.features, "label_score": _CONTRADICTED}})
            else:
                yield day
        yield from (c for c, _ in self.windows if c.path.split(".")[0] not in dated)


def _is_term(text: str, window: Window, stage: str) -> bool:
    """Whether a window is the time to act: not the plan's time to answer, and no hours for an appeal."""
    if window.unit == "hour" and stage == "appeal":
        return False
    clause = _clause(text, window.start)
    return _FILING.search(clause + text[window.start : window.end + 60]) is not None and not _is_answering(
        text, window.start
    )


def _is_answering(text: str, at: int) -> bool:
    clause = _clause(text, at)
    return _ANSWERING.search(clause) is not None and not _WE_RECEIVE.search(clause)


def _clause(text: str, at: int) -> str:
    """The words before an offset, back to the nearest break of the sentence that does not interrupt it."""
    begin = max(text.rfind(mark, 0, at) for mark in (";", ". ", " and we ", " but we "))
    return text[max(0, begin) : at]
