"""The parts of a row of results by their shape: number, word, flag, unit, range, date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from extractors.grammar.results import COMPARATOR, GLUED_FLAG, NUMBER, WORDS


class Shape(StrEnum):
    """What a part of a row looks like."""

    DATE = "date"
    RANGE = "range"
    NUMBER = "number"
    WORD = "word"  # a result in words
    FLAG = "flag"
    UNIT = "unit"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a row: its shape and span in the line's text; `flag` is the span of a flag printed against a number."""

    shape: Shape
    start: int
    end: int
    flag: tuple[int, int] | None = None


_DATE = (
    r"\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})(?!\d)|\d{1,2}-\d{1,2}-\d{4}(?!\d)|\d{1,2}\.\d{1,2}\.\d{4}(?!\d)|"
    r"\d{4}-\d{2}-\d{2}(?!\d)|"
    r"\d{1,2}[- ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[- ,]+\d{2,4}|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4}"
)
_TIME = r"(?:\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?(?:\s(?:e[sd]t|c[sd]t|m[sd]t|p[sd]t))?)?"
# A base unit over another, or one of those that stand alone.
_TOP = (
    r"m?m?cg|mg|kg|[uµμnpf]?g|gm?|m?mol|[µμunp]mol|m?eq|m?[iI]?u|[uµμk]iu|[uµμ]u|units?|k|thou(?:sands?)?|"
    r"mill?(?:ions?)?|m|"
    r"cells?|copies|cop|ml|l|dl|mm|events|cfu|ratio|rlu|gpl|mpl|apl|eu|au|index|ng|pg|x?\s?10\s?[*^xe]{0,2}\s?\d{1,2}|"
    r"10e\d{1,2}|%|nmol bce|log|log10|mosm|sec|mins?|breaths|beats"
)
_BOTTOM = (
    r"d?l|ml|[uµμ]l|mcl|cu ?mm|mm3|mm\^?3|mm³|hpf|lpf|h(?:r|our)?|min(?:/1\.73 ?m?\^?[2²]?(?:m2)?)?|g(?:m|"
    r" cr(?:eat)?)?|kg|mg|"
    r"mmol|mol|m2|m²|24 ?h(?:rs?|ours)?|day|1\.73|kg h2o|100 ?wbc|field|mg creat|l(?:iter)?|mm|s|year|well|100"
)
_UNIT = (
    rf"(?:{_TOP})\s?/\s?(?:{_BOTTOM})(?:\s?creat(?:inine)?)?(?![A-Za-z0-9/])|"
    r"%(?: ?(?:of total|total|predicted|hb|hgb|saturation|binding|sat))?|"
    r"(?:x\s?)?10\s?[\^*e]\s?\d{1,2}\s?/\s?(?:[uµμ]?l|ml)|"
    r"(?:mm ?hg|fl|pg|pg/cell|seconds?|secs?\.?|minutes|g/dl|mg/dl|ratio|index|titer|titre|s/co(?: ratio)?|"
    r"units?|[iu]u|au|ph|/hpf|/lpf|/100 ?wbc|/[uµμ]l|per hpf|calc|cfu/ml|log iu/ml|log copies/ml|gpl|mpl|"
    r"mg|mcg|kg|cm|mm|mmhg|nm|um|µm|inr|ng|°[fc])(?![A-Za-z0-9/])"
)
_FLAG = (
    r"(?:critical(?:ly)?[ -]?(?:high|low)|panic(?: (?:high|low))?|very (?:high|low)|alert (?:high|low)|"
    r"critical|abnormal|high|low|crit|above|below|hh|ll|hi|lo|abn|aa|h|l|a|c|out of range)"
    r"(?![A-Za-z0-9/%-])(?!\s?[:=]|\.\s?[a-z])|\*{1,3}|!{1,2}|↑+|↓+|▲|▼"
)
_LIMIT_WORDS = r"(?:not est(?:ab(?:lished)?)?\.?|n/a|see (?:below|note|comment|report)|varies|undefined|none estab\.?)"
_RANGE = (
    rf"(?:[(\[]\s?)?(?:{NUMBER}\s?(?:%\s?)?(?:-|–|—|to)\s?[<>]?{NUMBER}|-\d[\d.]*\s?(?:-|–|"
    rf"to)\s?-?{NUMBER})\s?[)\]]?(?![\d/]|[A-Za-z]\d)|"
    rf"(?:less than|greater than|more than|below|above|under|over|up to|at least)(?: or equal to)? {NUMBER}|"
    rf"{_LIMIT_WORDS}"
)
_PATTERN = re.compile(
    rf"(?<![A-Za-z0-9.,/-])(?P<date>(?:{_DATE}){_TIME})|"
    rf"(?<![A-Za-z0-9.,/])(?P<range>{_RANGE})|"
    rf"(?<![A-Za-z0-9])(?P<unit>{_UNIT})|"
    rf"(?<![A-Za-z0-9.,/])(?<![A-Za-z0-9]-)(?P<number>[<>]?\s?1\s?:\s?\d{{1,5}}(?![\d:])|[1-4]\+(?!\w)|"
    rf"(?:{COMPARATOR}\s?)?-?{NUMBER}(?:/\d{{2,3}}(?![\d/]))?)(?P<glued>{GLUED_FLAG})?(?![A-Za-z0-9.:/%-]*\w)|"
    rf"(?<![A-Za-z0-9-])(?P<word>{WORDS})(?![A-Za-z0-9-])|"
    rf"(?<![A-Za-z0-9%])(?P<flag>{_FLAG})",
    re.IGNORECASE,
)
# Between these a bracket, a comma or a speck may stand; anything else is text of its own.
_TEXT = re.compile(r"[^\s|]+(?: [^\s|]+)*")
_CASED_FLAG = re.compile(r"[a-z]{1,2}")


def parts_of(text: str) -> list[Part]:
    """The parts of a line's text in order; what has no known shape is TEXT, cut at wide gaps."""
    parts: list[Part] = []
    at = 0
    for found in _PATTERN.finditer(text):
        shape = Shape.NUMBER if found["glued"] else Shape(found.lastgroup or "text")
        # `a`, `l`, `h` in small letters are words; so is a single capital that begins a text.
        if shape is Shape.FLAG and _CASED_FLAG.fullmatch(found.group()):
            continue
        parts += _texts(text, at, found.start())
        glued = found.span("glued") if found["glued"] else None
        at = found.start() + len(found.group().rstrip())
        parts.append(Part(shape, found.start(), at, glued))
    parts += _texts(text, at, len(text))
    return parts


def _texts(text: str, start: int, end: int) -> Iterator[Part]:
    for found in _TEXT.finditer(text[start:end]):
        if any(c.isalnum() for c in found.group()):
            yield Part(Shape.TEXT, start + found.start(), start + found.end())
