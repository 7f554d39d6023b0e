"""What the wordings of routes, forms and frequencies mean, so that `BID` and `twice a day` are known for one.

Only for telling whether two printed values say the same; a value is always kept as it is printed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from documents.values import Kind

_COUNTS = {"once": "1", "one": "1", "twice": "2", "two": "2", "three": "3", "thrice": "3", "four": "4", "other": "2"}
_COUNTS |= {"six": "6", "eight": "8", "twelve": "12"}
_UNITS = {"hour": "h", "hr": "h", "h": "h", "day": "d", "daily": "d", "d": "d", "week": "w", "weekly": "w", "wk": "w"}
_UNITS |= {"w": "w", "month": "mo", "monthly": "mo", "mo": "mo", "year": "y", "yearly": "y"}
_UNIT = r"(?P<unit>hour|hr|h|day|daily|d|week|weekly|wk|w|month|monthly|mo|year|yearly)s?"
_COUNT = r"(?P<count>\d+|once|one|twice|two|three|thrice|four|six|eight|twelve|other)"
# Latin shorthand for so many times a day.
_LATIN = {"qd": "1/d", "bid": "2/d", "tid": "3/d", "qid": "4/d", "qod": "1/2d", "qhs": "night", "hs": "night"}
_LATIN |= {"qam": "morning", "qpm": "evening", "qwk": "1/w", "nightly": "night"}
_TIMES = re.compile(rf"(?:{_COUNT}(?: ?x| times?)?(?: (?:a|per|each|every))? )?{_UNIT}")
_EVERY = re.compile(rf"(?:every|each|q) ?(?:{_COUNT} ?)?{_UNIT}")
_PART_OF_DAY = re.compile(r"(?:every|each|at|in the|q)? ?(?P<part>morning|am|evening|pm|night|bedtime)")
_PARTS = {"am": "morning", "pm": "evening", "bedtime": "night"}
_NEEDED = re.compile(r"\b(?:as needed|prn)\b.*$")

_ROUTES = {
    "oral": r"po|p\.o\.|per os|oral(?:ly)?|by mouth",
    "subcutaneous": r"sc|sq|sub-?q|subcut\w*|under the skin|s\.c\.",
    "intravenous": r"iv|i\.v\.|intravenous(?:ly)?|iv (?:infusion|push|piggyback)|intravenous infusion",
    "intramuscular": r"im|i\.m\.|intramuscular(?:ly)?",
    "sublingual": r"sl|sublingual(?:ly)?|under the tongue",
    "inhaled": r"inh|inhal\w+|by inhalation",
    "nasal": r"nasal(?:ly)?|intranasal(?:ly)?|in(?:to)? (?:each|both) nostrils?",
    "topical": r"top|topical(?:ly)?|to skin|to affected area",
    "rectal": r"pr|rectal(?:ly)?|per rectum",
    "ophthalmic": r"ophthalmic|in(?:to)? (?:both|each) eyes?",
}
_FORMS = {
    "tablet": r"tabs?|tablets?|caplets?",
    "capsule": r"caps?|capsules?",
    "solution": r"soln|solution",
    "suspension": r"susp|suspension",
    "ointment": r"oint|ointment",
    "injection": r"inj|injections?",
    "patch": r"patch(?:es)?",
    "pen": r"pens?|pen-?injectors?|auto-?injectors?(?: pens?)?",
}


@lru_cache(maxsize=8192)
def meaning(kind: Kind, printed: str) -> str:
    """One word for everything that says the same of a route, form or frequency; else the text, squeezed."""
    text = " ".join(printed.lower().split())
    if kind is Kind.FREQUENCY:
        return _frequency(text)
    known = {Kind.ROUTE: _ROUTES, Kind.FORM: _FORMS}.get(kind, {})
    return next((name for name, pattern in known.items() if re.fullmatch(pattern, text)), text)


def _frequency(text: str) -> str:
    text = re.sub(r"\s?\((?:[a-z]+|\d+)\)", "", text)  # "2 (two) times"
    plain = " ".join(re.sub(r"[.,-]", " ", text.replace("q.", "q").replace(".d.", "d")).split())
    bare = _NEEDED.sub("", plain).strip()
    needed = " as needed" if bare != plain else ""
    for spelt in (bare, bare.replace(" ", "")):
        if spelt in _LATIN:
            return _LATIN[spelt] + needed
    part = _PART_OF_DAY.fullmatch(bare)
    if part is not None:
        return _PARTS.get(part["part"], part["part"]) + needed
    times = _TIMES.fullmatch(bare)
    if times is not None:
        return f"{_number(times['count'])}/{_UNITS[times['unit']]}{needed}"
    every = _EVERY.fullmatch(bare)
    return _every(every) + needed if every is not None else bare + needed


def _every(found: re.Match[str]) -> str:
    """`every 12 weeks` as `1/12w`; of days and hours the ones that have a name of their own."""
    count, unit = int(_number(found["count"])), _UNITS[found["unit"]]
    if unit == "d" and count and count % 7 == 0:
        count, unit = count // 7, "w"
    if unit == "h" and count >= 6 and 24 % count == 0:
        return f"{24 // count}/d"
    return f"1/{count}{unit}" if count > 1 else f"1/{unit}"


def _number(count: str | None) -> str:
    return "1" if count is None else _COUNTS.get(count, count)
