"""Where a page gives orders to a program: in any of the usual tongues, plainly, disguised, or broken over lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from extractors.layout.injection import find_injections

# Orders to a program. Each phrase addresses a reader that is not a person or tells it what to write; clinicians' own
# imperatives ("please approve", "ignore the earlier fax") do not match.
_ORDER = re.compile(
    r"(?:^|(?<=[.!?>\n] )|(?<=\n))\W{0,4}(?:system|assistant|developer)\s*(?:prompt|message|note|override)?\s*:\s*"
    # An operative note names the surgeon's assistant.
    r"(?!(?-i:(?:Dr\.? )?[A-Z][\w'’.-]*,? (?:[A-Z]\.? )?[A-Z][\w'’-]+(?:,|  |\s*$|\n))|(?:none|n/a|resident|first)\b)\w"
    r"|</?(?:system|instructions?|prompt)>"
    # The rest begins with a word: looking for its first letter alone spares a dozen trials at every character.
    r"|\b(?=\w)(?:"
    r"(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}?\b(?:instructions?|prompts?|rules?|polic(?:y|ies)|"
    r"guardrails?|guidelines|directives?|training|constraints)\b"
    r"|system prompt\b|new instructions?\s*:"
    r"|(?:note|attention|message|instructions?|notice|dear|attn)\b[\s:,]*(?:to|for)?\s*(?:any|all|the)?\s*"
    r"(?:automated|ai|a\.i\.|llm|language models?|machine|bots?|robots?)\b"
    r"|(?:ai|llm|automated|language)[ -](?:assistants?|agents?|models?|readers?|reviewers?|extractors?|parsers?|"
    r"systems?|pipelines?)\b[^.\n]{0,30}?(?:\bmust\b|\bshould\b|\bshall\b|\bplease\b|[:,]|\bare to\b)"
    r"|you are (?:now )?(?:an? )?(?:ai|assistant|language model|extraction|helpful|automated)\b"
    r"|(?:set|change|replace|overwrite|update)\b (?:the |this )?(?:member id|patient|status|urgency|npi|priority|"
    r"diagnosis|decision|outcome|field|record|confidence|date of birth|code)\b[^.\n]{0,40}?\b(?:to|with|as)\b"
    r"|(?:mark|flag|label|classify|treat)\b (?:this|the|every|all|each)\b[^.\n]{0,40}?\bas\b[^.\n]{0,20}?"
    r"\b(?:verified|approved|accepted|complete[d]?|reviewed|trusted|high confidence)\b"
    r"|do not (?:send|route|flag|forward|show)\b[^.\n]{0,40}?\b(?:human|person|reviewer|review|manual)\b"
    r"|(?:approve|accept|authorize) (?:this|the)? ?(?:request|case|claim)?[^.\n]{0,20}?\b(?:automatically|"
    r"without (?:human )?review)\b"
    r"|output\b (?:the )?(?:procedure|diagnosis|member|code|json|value|only|following)\b"
    r"|confidence (?:of|to|=) ?(?:1(?:\.0+)?|100|0?\.9))",
    re.IGNORECASE,
)
# A word broken at a line's end.
_BROKEN = re.compile(r"([a-z])-\n([a-z]+)")
# Letters written as digits, and what orders are made of.
_DIGITS = str.maketrans("013457@$", "oieastas")
_WRITTEN_IN_DIGITS = re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])[\w$@]{5,}")
_WORDS_OF_ORDERS = re.compile(
    r"^(?:ignore[ds]?|disregard(?:ed)?|forget|overrid(?:e|den)|bypass|previous(?:ly)?|prior|instructions?|system|prompts?|"
    r"assistant|extract(?:ion|ed)?|output|approved?|confidence|following)$",
    re.IGNORECASE,
)
# Letters set apart: `I G N O R E`, and what they must spell.
_SPACED = re.compile(r"(?:\b[A-Za-z]\b[ .\-_]{1,3}){5,}[A-Za-z]\b")
_SPELT = re.compile(r"ignore|disregard|override|instruction|systemprompt|forgeteverything|approvethis", re.IGNORECASE)
# What no typist leaves in a word: signs without width between letters, Cyrillic letters among Latin ones.
_UNSEEN = re.compile(r"(?<=\w)[\u200b-\u200f\u2060-\u2064\ufeff\u00ad]+(?=\w)")
_MIXED = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*[\u0400-\u04ff])\w{3,}")
# Typesetters leave soft hyphens; a line of disguise has many.
_MANY = 4
_SENTENCE_START = re.compile(r"[.!?;]\s+(?=[A-Z<*#\[{`])|\n\s*\n|  ")
# A rule that runs from one sentence into the next has found nothing.
_SENTENCE_OVER = re.compile(r"[.!]\s+[A-Z]")
# Code ends where its last bracket closes a line.
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|[}\])>`\"](?=[ \t]*(?:\n|$))|(?=\n\s*\n)")
_SHORT_LINE, _SHORT_LINES = 40, 3
# Running text fills its lines; one of a form or a list ends sooner.
_FULL_LINE = 60
# An order spreads over the sentences around its trigger, up to this many characters before the next blank or label.
_ORDER_REACH = 260


@lru_cache(maxsize=64)
def orders_in(text: str) -> tuple[tuple[int, int], ...]:
    """Spans of a page's text that give orders to a program, in order, none overlapping the next."""
    return tuple(_spans(text))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Spans of orders to a program: from the trigger's sentence to the end of its line, or of the orders after it.

    A later trigger within reach extends the span, so that one order broken into sentences is one span. Both the lines
    and the text that flows over their ends are searched; the flowing text has the same length.
    """
    triggers = sorted({span for version in _versions(text) for span in _triggers(version)} | set(disguised(text)))
    span: tuple[int, int] | None = None
    for begin, finish in triggers:
        start, end = _sentence(text, begin, finish)
        if span is not None and start <= span[1] + _ORDER_REACH:
            span = (span[0], max(end, span[1]))
            continue
        if span is not None:
            yield span
        span = (start, end)
    if span is not None:
        yield span


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """From the start of the sentence around a trigger to the end of the line on which that sentence ends.

    It begins on the trigger's line or the one before. Over the end of a full line it goes on as text does, over that of
    a shorter one as a column does: for a few lines.
    """
    own = text.rfind("\n", 0, start) + 1
    begin = own
    if any(c.isalnum() for c in text[own:start]):
        before = text.rfind("\n", 0, max(own - 1, 0)) + 1
        begins = [m.end() for m in _SENTENCE_START.finditer(text, before, start + 1) if m.end() <= start]
        begin = begins[-1] if begins else own
    limit = min(len(text), end + _ORDER_REACH)
    stop = _SENTENCE_END.search(text, end - 1, limit)
    if stop is not None and _is_broken_up(text, stop.end()):
        stop = _SENTENCE_END.search(text, stop.end(), limit)
    closing = stop.end() if stop is not None else limit
    short, at = 0, own
    line_end = _line_end(text, end)
    while line_end < closing and short < _SHORT_LINES:
        short += line_end - at < _FULL_LINE
        at, line_end = line_end + 1, _line_end(text, line_end + 1)
    return begin, line_end


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return found if found >= 0 else len(text)


def _versions(text: str) -> Iterator[str]:
    """The text in its lines and flowing over their ends, and with letters for digits where those spell orders.

    Each has the length of the text, so that its spans are the text's.
    """
    yield text
    yield _BROKEN.sub(r"\1\2  ", text).replace("\n", " ")
    if any(_WORDS_OF_ORDERS.match(m.group().translate(_DIGITS)) for m in _WRITTEN_IN_DIGITS.finditer(text)):
        yield text.translate(_DIGITS).replace("\n", " ")


def _triggers(text: str) -> Iterator[tuple[int, int]]:
    yield from (found.span() for found in _ORDER.finditer(text))
    yield from (span for span in find_injections(text) if _SENTENCE_OVER.search(text, *span) is None)


def disguised(text: str) -> Iterator[tuple[int, int]]:
    """Lines that are written so that a person does not read what a program does."""
    start = 0
    for line in text.split("\n"):
        spelt = any(_SPELT.search(re.sub(r"[^A-Za-z]", "", m.group())) for m in _SPACED.finditer(line))
        if spelt or len(_UNSEEN.findall(line)) >= _MANY or len(_MIXED.findall(line)) >= 2:
            yield start, start + len(line)
        start += len(line) + 1


def _is_broken_up(text: str, at: int) -> bool:
    """Whether a sentence ends within a short line and another begins there: an order set in a narrow column."""
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    line = text[start : end if end >= 0 else len(text)]
    return len(line) < _SHORT_LINE and text[at : start + len(line)].strip() != ""
