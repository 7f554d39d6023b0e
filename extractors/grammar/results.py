"""Results of tests as laboratories print them: a number with or without a comparator, a titre, or a word.

A flag that is printed against the number (`12.4H`, `7.9*`) is no part of it. Look-alikes are never folded: nothing
demands a digit where a word is as likely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.grammar.match import Match, squeeze

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
COMPARATOR = r"(?:[<>]\s?(?:or\s?)?=|[<>≤≥])"
# Printed against the number: high, low, critical, abnormal, and the signs that stand for them.
GLUED_FLAG = r"(?:HH|LL|H|L|A|C|\*{1,2}|\^|!|↑|↓)"
# What a result says in words; longer wordings first, so that `not detected` is never read as `detected`.
WORDS = (
    r"no growth(?: (?:to date|after \d+ (?:hours|days)|at \d+ (?:hours|days)|in \d+ (?:hours|days)))?|"
    r"(?:none|not) (?:detected|seen|present|observed|isolated)|non[- ]?reactive|nonreactive|"
    r"no (?:organisms|abnormalities)(?: seen)?|weakly (?:positive|reactive)|weak(?:ly)? positive|"
    r"presumptive positive|presumptively positive|"
    r"undetected|undetectable|detected|negative|positive|reactive|equivocal|indeterminate|inconclusive|borderline|"
    r"present|absent|trace|rare|few|occasional|moderate|many|large|small|none|abnormal|normal|"
    r"susceptible|resistant|intermediate|immune|non[- ]?immune|not immune|"
    r"clear|cloudy|slightly cloudy|hazy|turbid|yellow|dark yellow|light yellow|pale yellow|straw|amber|colorless|"
    r"brown|red|neg|pos|tr"
)
_RESULT = re.compile(
    rf"(?<![A-Za-z0-9.,/:])(?:(?P<grade>[1-4]\+)(?![\w+])|"
    rf"(?P<number>(?:{COMPARATOR}\s?)?-?{NUMBER}(?:\s?-\s?{NUMBER}|\s?/\s?\d{{2,3}}(?!\d))?)"
    rf"(?={GLUED_FLAG}?(?![A-Za-z0-9]))(?![.,/:]\d)|(?P<titre>[<>]?\s?1\s?:\s?\d{{1,5}})(?![\d:])"
    rf"|(?P<word>{WORDS})(?![A-Za-z0-9-]))",
    re.IGNORECASE,
)
# Two ends or one, perhaps for a sex (`M: 13.5-17.5`) and with a unit after it.
_LIMIT = rf"(?:{COMPARATOR}|less than|greater than|under|over|up to|above|below)\s?(?:or equal to\s)?-?{NUMBER}"
_ENDS = rf"-?{NUMBER}\s?(?:-|–|—|to|thru|through)\s?-?{NUMBER}"
_OPEN = rf"-?{NUMBER}\s?(?:\+|or (?:more|less|higher|lower))"
_RANGE = re.compile(
    rf"(?:[A-Za-z ]{{1,12}}:\s?)?(?:{_LIMIT}|{_ENDS}|{_OPEN}|<?\s?1\s?:\s?\d{{1,5}}|{NUMBER})"
    r"(?:\s?[A-Za-z%µ][\w%/^.*µ ]{0,16})?",
    re.IGNORECASE,
)
_WHOLE = re.compile(rf"(?P<body>.+?)\s?{GLUED_FLAG}?")


def find_results(text: str, *, from_ocr: bool = False) -> Iterator[Match]:  # noqa: ARG001 - one signature for all
    """Yields what may be results, in order: numbers as plain decimals, everything else as printed."""
    for found in _RESULT.finditer(text):
        yield Match(_normal(found), found.start(), found.end())


def whole_result(text: str, *, from_ocr: bool = False) -> Match | None:  # noqa: ARG001
    """A text that is one result, with or without a flag printed against it."""
    found = _RESULT.match(text)
    if found is None or not re.fullmatch(rf"\s?{GLUED_FLAG}?\s?", text[found.end() :]):
        return None
    return Match(_normal(found), 0, len(text))


def whole_range(text: str, *, from_ocr: bool = False) -> Match | None:  # noqa: ARG001
    """A text that is one range of normal results, as printed: numbers, or words without a digit."""
    worded = re.search(r"[^\W\d_]{2}", text) is not None and re.search(r"\d", text) is None
    return Match(squeeze(text), 0, len(text)) if worded or _RANGE.fullmatch(text) else None


def _normal(found: re.Match[str]) -> str:
    if found["number"]:
        plain = re.sub(r"[\s,]|or", "", found["number"], flags=re.IGNORECASE)
        return re.sub(r"(?<![\d.])\.(?=\d)", "0.", plain)
    return squeeze(found.group())
