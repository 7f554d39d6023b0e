"""Numbers, doses, strengths and units of measure, without thousands separators and never converted.

Look-alikes fold towards digits only in front of a unit or in a text that is a number; `SO mg` alone stays a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from extractors.grammar.folding import digit_class, mostly_digits, to_digits
from extractors.grammar.match import Match, squeeze, whole_comb

# Units that strengths and doses are printed in; the longer spelling first.
_MASS = r"milligrams?|micrograms?|grams?|mgs?|mcg|µg|μg|ug|ng|kg|g|gm|gr"
_OTHER = r"international units?|units?|iu|meq|mmol|mEq|milliequivalents?|milliliters?|mls?|ml|cc|liters?|l|%"
_COUNTED = (
    r"tablets?|tabs?|capsules?|caps?|puffs?|inhalations?|drops?|gtts?|sprays?|patch(?:es)?|applications?|suppositor(?:y|ies)"
    r"|pens?|vials?|syringes?|packets?|sachets?|lozenges?|scoops?|teaspoons?|tsp|tablespoons?|tbsp|actuations?|doses?"
    r"|injections?|auto-?injectors?|kits?|ampules?|amps?|bags?|bottles?|films?"
)
_PER = (
    r"hours?|hrs?|hr|h|day|d|dose|kg|m2|m²|spray|actuation|act|inhalation|puff|tablet|tab|capsule|pen|vial|syringe"
    r"|week|wk|min"
)
_UNITS = rf"(?:{_MASS}|{_OTHER})"
_SPELT = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8"}
_SPELT |= {"nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "half": "0.5"}


# An amount ends before a blank or a sign, or before a word of its sig whose blank was lost: `10mgdaily`.
_CLOSED = (
    r"(?:(?![A-Za-z0-9])|(?<=[A-Za-z]{2})(?=(?:daily|bid|tid|qid|po|by\s?mouth|once|twice|every|nightly|weekly|q[0-9])"
    r"(?![a-z])))"
)


@cache
def _number(*, from_ocr: bool) -> str:
    d = digit_class(from_ocr=from_ocr)
    return rf"(?:{d}{{1,3}}(?:,{d}{{3}})+(?:\.{d}+)?|{d}+(?:\.{d}+)?|\.{d}+)"


@cache
def _amount_pattern(*, from_ocr: bool, counted: bool) -> re.Pattern[str]:
    n = _number(from_ocr=from_ocr)
    unit = rf"(?:{_MASS}|{_OTHER}|{_COUNTED})" if counted else _UNITS
    # `40 mg/0.8 mL`, `10 mg/5 mL`, `100 units/mL`, `875-125 mg`, `160/4.5 mcg`, `5 mg-325 mg`, `1-2 tablets`, `0.05 %`.
    per = rf"(?:\s?(?:/|per)\s?(?:{n}\s?)?(?:{_UNITS}|{_PER})){{0,2}}"
    first = rf"{n}(?:\s?(?:-|/|to)\s?{n}){{0,2}}\s{{0,2}}-?{unit}"
    more = rf"(?:\s?[-/]\s?{n}\s?{unit})?"
    return re.compile(
        rf"(?<![A-Za-z0-9.,])(?<![0-9][-/])(?P<all>{first}{more}{per}){_CLOSED}(?!\s?/\s?[0-9])", re.IGNORECASE
    )


def find_amounts(text: str, *, from_ocr: bool = False, counted: bool = True) -> Iterator[Match]:
    """Yields amounts with their unit; `counted` admits tablets, puffs and the like (doses, not strengths)."""
    for found in _amount_pattern(from_ocr=from_ocr, counted=counted).finditer(text):
        hit = _amount(found.group("all"))
        if hit is not None:
            yield Match(hit[0], found.start(), found.end(), hit[1])


def _amount(printed: str) -> tuple[str, bool] | None:
    """The amount in normal form, and whether a look-alike was folded."""
    folded = False
    parts: list[str] = []
    for piece in re.findall(
        r"[0-9OoIl|SsBZzG.,]*[0-9][0-9OoIl|SsBZzG.,]*(?![A-Za-z])|[^0-9]+?(?=[0-9]|$)|[^\s]", printed
    ):
        if piece[:1].isdigit() or any(c.isdigit() for c in piece):
            plain = re.sub(r",(?=[0-9]{3})", "", to_digits(piece))
            folded |= to_digits(piece) != piece
            parts.append("0" + plain if plain.startswith(".") else plain)
        else:
            parts.append(piece)
    joined = squeeze("".join(parts)).lower()
    joined = re.sub(r"\s?([/-])\s?", r"\1", joined)
    joined = re.sub(r"(?<=[0-9])-?(?=[a-zµμ])|(?<=[0-9])\s?(?=%)", " ", joined).replace(" %", "%")
    joined = re.sub(r"\bml\b", "mL", joined)
    return (joined, folded) if re.match(r"[0-9]", joined) else None


def whole_amount(text: str, *, from_ocr: bool = False, counted: bool = True) -> Match | None:
    """A text that is one amount; a spelt number before a counted unit (`two tablets`) too."""
    hit = next(find_amounts(text, from_ocr=from_ocr, counted=counted), None)
    if hit is not None and hit.start == 0 and hit.end == len(text):
        return hit
    spelt = re.fullmatch(rf"(?i)({'|'.join(_SPELT)})(?: \([0-9]+\))?\s({_COUNTED})", squeeze(text))
    if counted and spelt is not None:
        return Match(f"{_SPELT[spelt.group(1).lower()]} {spelt.group(2).lower()}", 0, len(text))
    return None


def find_numbers(text: str, *, from_ocr: bool = False) -> Iterator[Match]:  # noqa: ARG001 - one signature for all
    """Yields plain numbers (with a comparator, if printed) that are no part of a date, code or range."""
    n = _number(from_ocr=False)
    pattern = rf"(?<![A-Za-z0-9.,/$-])(?<![0-9] )(?:[<>≤≥]=?\s?)?{n}(?![A-Za-z0-9])(?![.,/-][0-9])"
    for found in re.finditer(pattern, text):
        yield Match(_plain(found.group()), found.start(), found.end())


def whole_number(text: str, *, from_ocr: bool = False) -> Match | None:
    """A text that is one number: `#30`, `x 3`, `30 (thirty)`, `128/84`, `three`, `12 visits`."""
    bare = re.sub(r"^(?:#|x|no\.?|qty)\s*(?=[0-9])", "", squeeze(text), flags=re.IGNORECASE)
    bare = re.sub(r"\s*\([A-Za-z -]+\)$", "", bare)
    counted = re.fullmatch(rf"(?i)(\S+)\s(?:{_COUNTED}|units?|visits?|sessions?|days?|each|ea|refills?|ml|mg|g)", bare)
    bare = counted.group(1) if counted else bare
    bare = whole_comb(text) or bare
    if bare.lower() in _SPELT:
        return Match(_SPELT[bare.lower()], 0, len(text))
    if re.fullmatch(r"[0-9]{2,3}\s?/\s?[0-9]{2,3}", bare):  # a blood pressure is one value
        return Match(bare.replace(" ", ""), 0, len(text))
    drawn = to_digits(bare) if from_ocr and mostly_digits(bare) else bare
    if re.fullmatch(rf"(?:[<>≤≥]=?\s?)?-?{_number(from_ocr=False)}", drawn):
        return Match(_plain(drawn), 0, len(text), drawn != bare)
    return None


def _plain(printed: str) -> str:
    plain = re.sub(r"[\s,]", "", printed)
    return "0" + plain if plain.startswith(".") else plain


# Units of results and vital signs, beside those of doses.
_RESULT_UNIT = re.compile(
    r"(?i)(?<![A-Za-z])(?:mg/dl|mg/l|g/dl|g/l|mmol/l|µmol/l|umol/l|meq/l|ng/ml|pg/ml|ng/dl|mcg/dl|µg/dl|u/l|iu/l|miu/l"
    r"|uiu/ml|µiu/ml|miu/ml|k/ul|k/µl|m/ul|10\^?3/ul|x?10[*^]?[39]/u?l|10e[39]/u?l|cells/ul|/ul|mm/hr|mm/h|mmhg|mm hg"
    r"|bpm|ml/min(?:/1\.73\s?m2)?"
    r"|beats/min|breaths/min|/min|fl|pg|sec(?:onds)?|kg/m2|kg/m²|lbs?|kg|cm|in(?:ches)?|ft|°\s?[fc]|deg [fc]|%|ratio"
    r"|index|points?|mg/g|mg|mcg|ng|g|ml|l|meq|units?|copies/ml|s)(?![A-Za-z0-9/])"
)


def find_units(text: str, *, from_ocr: bool = False) -> Iterator[Match]:  # noqa: ARG001 - one signature for all
    """Yields units of measure as printed."""
    for found in _RESULT_UNIT.finditer(text):
        yield Match(found.group(), found.start(), found.end())


def whole_unit(text: str, *, from_ocr: bool = False) -> Match | None:  # noqa: ARG001
    """A text that may be a unit: short, with a letter, percent or degree sign, not a sentence."""
    value = squeeze(text)
    if len(value) <= 20 and value.count(" ") <= 1 and re.search(r"[A-Za-z%°]", value):
        return Match(value, 0, len(text))
    return None
