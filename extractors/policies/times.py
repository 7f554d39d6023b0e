"""How fast a policy promises a decision, and how long an approval lasts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.values import Cited, Kind
from extractors.grammar.find import find_values
from extractors.outline.flow import Citing, Flow, Span, Told
from extractors.policies.wordings import APPROVAL, TIMES

_EXPEDITED = re.compile(r"\b(?:expedited|urgent(?:ly)?|emergen(?:t|cy)|stat|rush|fast)\b", re.IGNORECASE)
_STANDARD = re.compile(
    r"\b(?:standard|routine|non-?\s?urgent|regular|ordinary|pre-?service|all other|other "
    r"requests)\b",
    re.IGNORECASE,
)
_DECIDES = re.compile(
    r"\b(?:decid\w*|decisions?|determin\w*|review(?:ed|s)?|requests?|turnaround|process(?:ed|ing)?|complet\w*"
    r"|respon\w*|answer\w*|"
    r"notif\w*|issued?|time ?frames?)\b",
    re.IGNORECASE,
)
_LASTS = re.compile(
    r"\b(?:approvals?|authorizations?|coverage|initial(?:ly)?|therapy|treatment)\b[^.;]{0,50}?\b(?:lasts?|valid|for"
    r"|up to|granted|approved|"
    r"authorized|is|are|period|duration|remains?|good|issued|expires?|runs?|limited to|through|of)\b",
    re.IGNORECASE,
)
_RENEWED = re.compile(
    r"\b(?:renew\w*|re-?authori[sz]\w*|continu\w*|re-?approv\w*|extension"
    r"|subsequent)\b",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"\b(?:initial(?:ly)?|first|new starts?)\b", re.IGNORECASE)
# Terms of other things: appeals, filing, look-back periods, trials of drugs.
_OTHER = re.compile(
    r"\b(?:appeals?|grievances?|claims?|filing|within the (?:last|past|previous|prior)|trial|tried|at least|minimum"
    r"|prior to|history of|"
    r"years? (?:of age|or older|old)|every|age)\b",
    re.IGNORECASE,
)
_PART = re.compile(r";|\s{2,}|,\s+(?:and|while|but|whereas)\s|\.\s|,(?=\s+(?:expedited|urgent|standard|routine|renewal"
                   r"|initial))|\sand\s(?=(?:expedited|urgent|"
                   r"standard|routine|within|emergency|stat)\b)", re.IGNORECASE)  # fmt: skip


def read_times(flow: Flow, span: Span, topic: str | None, citing: Citing) -> Iterator[Cited]:
    """The turnaround times and the approval's duration that a sentence states, part by part."""
    text = flow.text[span.start : span.end]
    if _OTHER.search(text) and topic not in (TIMES, APPROVAL):
        return
    decides = topic == TIMES or _DECIDES.search(text) is not None
    before = ""
    for start, end in _parts(text):
        part = text[start:end]
        hits = find_values(Kind.DURATION, part, from_ocr=flow.from_ocr)
        if len(hits) != 1:
            before = "" if hits else part  # recognition may put a full stop amid a sentence
            continue
        path = _path(part, topic, decides=decides) or (_path(before + part, topic, decides=decides) if before else None)
        before = ""
        if path is not None:
            at = Span(span.start + start + hits[0].start, span.start + start + hits[0].end)
            yield citing.cite(path, Told(flow, at), value=hits[0].value)


def _parts(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _PART.finditer(text):
        yield start, found.start()
        start = found.end()
    yield start, len(text)


def _path(part: str, topic: str | None, *, decides: bool) -> str | None:
    """What a part of a sentence with one duration in it tells."""
    if _OTHER.search(part):
        return None
    lasts = _LASTS.search(part) is not None or topic == APPROVAL
    if decides and (topic == TIMES or not lasts):
        if re.search(r"\bnon-?\s?urgent\b", part, re.IGNORECASE):
            return "policy.turnaround_standard"
        if _EXPEDITED.search(part):
            return "policy.turnaround_expedited"
        if _STANDARD.search(part):
            return "policy.turnaround_standard"
    if not lasts:
        return None
    return (
        "policy.renewal_duration" if _RENEWED.search(part) and not _INITIAL.search(part) else "policy.approval_duration"
    )
