"""What a payer wants before it decides otherwise: each paper to send, each criterion that was not met."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from extractors.outline.flow import Flow, Span, Told
from extractors.outline.lists import without_tail

# The line before a list says what the list holds.
_WANTS = re.compile(
    r"\b(?:must|should|need(?:s|ed)?|require[sd]?|requirements?|request(?:ed|ing)?|submit(?:ted)?|send|provide[d]?"
    r"|include[sd]?|missing|lacking|"
    r"not (?:received|included|met|documented|provided|shown|found|submitted)|unmet|to be approved|reconsider|criteria|"
    r"following (?:additional |clinical |medical )?(?:information|documents?|documentation|records|items|criteria)"
    r"|decide differently|"
    r"approv(?:e|al)|supply|forward|fax|mail|upload|attach|outstanding|would help|could help|may help|change (?:this"
    r"|our|the|that) (?:decision|outcome|result)|still|needed from|considered|support|resubmi\w*|new request)\b",
    re.IGNORECASE,
)
_REASONS = re.compile(
    r"\bfollowing reasons?\b|\breasons? (?:is|are|was|were)\b|\bbecause\b|\breasons? for\b|\bdenied (?:for|due)\b",
    re.IGNORECASE,
)
_NOT_WANTED = re.compile(
    r"\bappeals?\b|\bpeer\b|\bredetermination\b|\bgrievance|\bhearing\b|\bcomplaint|\bexternal\b|\brepresentative\b"
    r"|\binterpreter|\brights?\b|\bby "
    r"(?:phone|mail)\b|"
    r"\bcall us|\bcontact\b|\bcopy of|\bwe (?:used|reviewed|considered|relied|looked at|received)\b|\bguidelines? used"
    r"|\bbased on the following|"
    r"\breviewed the following|\benclos|\bservices? (?:was|were|is|are)? ?(?:requested|denied|below|listed)"
    r"|\bfollowing (?:services?|procedures?|"
    r"medications?|drugs?|codes?|request|items? (?:is|are|was|were) (?:denied|approved))\b|\bapproved? the following"
    r"|\bhas been (?:approved|denied) ",
    re.IGNORECASE,
)
# `Please send the office notes of the last visit.`
_SEND = re.compile(
    r"\b(?:please|you (?:must|may|should|need to)|kindly|provider (?:must|should|needs to)|we (?:need|require|must "
    r"have|are requesting|request|still need|"
    r"would need|will need)|is asked to|are asked to)\s+(?:also\s+)?(?:(?:re)?(?:send|submit|provide|fax|forward"
    r"|include|attach|supply|furnish|mail|upload)"
    r"(?:\s+(?:us|in|to us))?\s+)?(?:with\s+)?(?:the following(?: (?:information|documents?|documentation|records"
    r"|items))?\s*:?\s*)?(?:a copy of\s+)?(?P<what>.{8,})",
    re.IGNORECASE,
)
_NO_PAPER = re.compile(
    r"^(?:to|that|you|your (?:appeal|questions)|us|this (?:form|letter|page|notice)|more time|additional "
    r"(?:information|time)|any questions|all |the "
    r"(?:requested |additional |above |missing )+(?:information|documentation)|for|by|refer|see|call|contact|note"
    r"|allow|be|review|keep|do|let|ask)\b",
    re.IGNORECASE,
)
_ENUMERATED = re.compile(r"(?:^|[\s,;:])\(?(?:\d{1,2}|[a-h]|i{1,3}|iv|v)[.)]\s+")
# The term and the address after what is to be sent.
_AFTERWARDS = re.compile(
    r"\s*,?\s+(?:by (?:fax|mail|\w+ \d|phone|\d)|within \d|within (?:\w+ )?\(?\d|no later than|on or before|so that"
    r"|in order|to (?:the )?(?:fax|us at|our|"
    r"address|complete|\(?\d)|at (?:fax|the|\(?\d)|for (?:review|us|our)|before (?:we|the))\b.*$",
    re.IGNORECASE,
)

WANTED, REASONS, OTHERS = "wanted", "reasons", "others"


def lead_of(text: str) -> str:
    """What a line that ends with a colon opens a list of: things wanted, reasons, or something else."""
    if _NOT_WANTED.search(text):
        return OTHERS
    if _REASONS.search(text):
        return REASONS
    return WANTED if _WANTS.search(text) else OTHERS


def papers_in(flow: Flow, span: Span) -> Iterator[Told]:
    """The papers that a sentence asks for: each of an enumeration in it, else what follows the verb."""
    text = flow.text[span.start : span.end]
    found = _SEND.search(text)
    if found is None or _NOT_WANTED.search(text) or text.rstrip().endswith(":"):
        return
    begin, end = found.start("what"), found.end("what")
    after = _AFTERWARDS.search(text, begin, end)
    end = after.start() if after else end
    if _NO_PAPER.match(text[begin:end]):
        return
    marks = [m for m in _ENUMERATED.finditer(text, begin, end)]
    ends = [m.start() for m in marks[1:]] + [end] * bool(marks)
    cuts = [(m.end(), n) for m, n in zip(marks, ends, strict=True)]
    if not cuts and text.count(";", begin, end):
        edges = [begin, *(m.end() for m in re.finditer(r";\s*(?:and\s+|or\s+)?", text[:end]) if m.start() > begin), end]
        cuts = list(pairwise(edges))
    for first, last in cuts or [(begin, end)]:
        told = Told(flow, without_tail(flow.text, Span(span.start + first, span.start + last)))
        if sum(c.isalpha() for c in told.text) >= 6:
            yield told
