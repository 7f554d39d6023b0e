"""What stands before a list item: bullets, numbers, letters, boxes, and what recognition makes of them."""

from __future__ import annotations

import re
from typing import NamedTuple

BULLET, NUMBER, LETTER, ROMAN = "bullet", "number", "letter", "roman"

_ONES = {"i": 1, "v": 5, "x": 10}
_ROMAN = r"(?:i{1,3}|iv|vi{0,3}|ix|x)"
_MARKS = (
    (
        BULLET,
        re.compile(
            r"(?:\(cid:\d+\)|[-*•◦▪▫·‣○●■□➢➤►✓✔☐☑☒>–—~+»¢«®©@°§]|\[[ xX]?\]|\(\)|o(?=\s))(?:[.,']?(?=\s))?\s+"
        ),
    ),
    (NUMBER, re.compile(r"\(?(?P<key>\d{1,2}(?:\.\d{1,2}){0,3})[.)](?!\d)\s*(?=\S)")),
    (NUMBER, re.compile(r"(?P<key>\d{1,2}(?:\.\d{1,2}){1,3})\s+(?=[A-Z])")),
    (ROMAN, re.compile(rf"\(?(?P<key>{_ROMAN}|{_ROMAN.upper()})[.)]\s+(?=\S)")),
    (LETTER, re.compile(r"\(?(?P<key>[a-zA-Z])[.)]\s+(?=\S)")),
)  # fmt: skip
# Recognition reads a bullet as a lone letter or sign, and drops the full stop of a number.
_MISREAD_BULLET = re.compile(r"[eoOQ#=«»¥£€‘'`.:,_|]{1,2}\s+(?=[A-Z(])")
_MISREAD_NUMBER = re.compile(r"(?P<key>\d{1,2})[,:;']?\s+(?=[A-Z])")
# A lone capital before a full stop is an initial (`R. Halvorsen`), a Roman one a numeral.
_NUMERAL = re.compile(r"(?P<key>[IVX]{1,4})[.)]\s+(?=\S)")
# Recognition draws its strokes as other upright signs: `ll.`, `|V.`
_DRAWN_NUMERAL = re.compile(r"(?=[^.)]*[l|!])[IVXl|!]{1,4}(?=[.)]\s+[A-Z])")
_STROKES = str.maketrans("l|!", "III")
_INITIAL = re.compile(r"[A-Z]\.\s+[A-Z][a-z]+(?:[-' ][A-Z][a-z]+)?\s*(?:,|$)")


class Marker(NamedTuple):
    """A list mark: its class, its key (`3`, `b`, `iv`; empty for bullets), and where the item's words begin."""

    kind: str
    key: str
    end: int


def marker_of(text: str) -> Marker | None:
    """The mark that a line begins with."""
    if _INITIAL.match(text):
        return None
    for kind, pattern in _MARKS:
        found = pattern.match(text)
        if found is not None:
            key = found.groupdict().get("key") or ""
            return Marker(kind, key, found.end())
    return None


def numeral_of(text: str) -> Marker | None:
    """The Roman numeral that numbers a heading (`I. Purpose`); amid a letter it would be an initial."""
    found = _NUMERAL.match(text)
    return Marker(ROMAN, found["key"].lower(), found.end()) if found else None


def drawn_numeral(text: str) -> str:
    """Recognised text with the Roman numeral that it begins with as it was printed; of the same length."""
    found = _DRAWN_NUMERAL.match(text)
    return text if found is None else found.group().translate(_STROKES) + text[found.end() :]


def misread_marker(text: str, previous: Marker) -> Marker | None:
    """The mark of a recognised line that follows an item, if its mark was misread: the same class, the next number."""
    if previous.kind == BULLET and (found := _MISREAD_BULLET.match(text)):
        return Marker(BULLET, "", found.end())
    if previous.kind == NUMBER and (found := _MISREAD_NUMBER.match(text)):
        follows = previous.key.isdigit() and int(found["key"]) == int(previous.key) + 1
        return Marker(NUMBER, found["key"], found.end()) if follows else None
    return None


def follows(marker: Marker, previous: Marker) -> bool:
    """Whether a mark counts on from another of its class: `b` after `a`, `iv` after `iii`; a bullet after a bullet."""
    if BULLET in (marker.kind, previous.kind):
        return marker.kind == previous.kind
    if marker.key.isdigit() and previous.key.isdigit():
        return int(marker.key) == int(previous.key) + 1
    if marker.kind == previous.kind == ROMAN:
        return _value(marker.key) == _value(previous.key) + 1
    if len(marker.key) == len(previous.key) == 1:
        return ord(marker.key) == ord(previous.key) + 1
    return marker.kind == previous.kind and first(marker) is False


def _value(numeral: str) -> int:
    """The number of a Roman numeral below forty."""
    ones = [_ONES[c] for c in numeral.lower()]
    return sum(-n if n < max(ones[i:]) else n for i, n in enumerate(ones))


def first(marker: Marker) -> bool:
    """Whether a mark opens a list: `1`, `a`, `i`, or any bullet."""
    return marker.kind == BULLET or marker.key.lower() in ("1", "a", "i")
