"""Routes, dosage forms and frequencies: recognised from the wordings of US sigs, kept as printed in lower case."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.grammar.match import Match, squeeze

# A word of a sig stands free, or its blank after the unit was lost: `10mgpo daily`.
_AFTER_UNIT = r"(?:(?<![A-Za-z])|(?<=[0-9]mg)|(?<=[0-9]mcg)|(?<=[0-9]ml))"
_ROUTE = re.compile(
    rf"(?i){_AFTER_UNIT}(?:p\.?o\.?|by mouth|orally|oral|per os|sub-?cutaneous(?:ly)?|sub-?q|subcut|s\.?q\.?|s\.?c\.?"
    r"|intravenous(?:ly)?|i\.?v\.?(?: (?:infusion|push|piggyback))?|intramuscular(?:ly)?|i\.?m\.?|intradermal(?:ly)?"
    r"|intra-?articular(?:ly)?|intrathecal(?:ly)?|intravitreal(?:ly)?|epidural(?:ly)?|topical(?:ly)?|transdermal(?:ly)?"
    r"|sublingual(?:ly)?|s\.?l\.?|buccal(?:ly)?|rectal(?:ly)?|p\.?r\.?(?!\.?\s?n\b)|vaginal(?:ly)?"
    r"|inhal(?:ed|ation)|by inhalation|nebulized|via nebulizer|intranasal(?:ly)?|nasal(?:ly)?"
    r"|ophthalmic|otic|both eyes|both ears|by g-?tube"
    r"|via (?:g-?|ng |peg )tube)(?![A-Za-z])"
)
_FORM = re.compile(
    r"(?i)(?<![A-Za-z])(?:(?:extended[- ]release|delayed[- ]release|chewable|orally disintegrating|disintegrating"
    r"|film[- ]coated|enteric[- ]coated|prefilled|pre-filled|dry powder|metered[- ]dose|single[- ]dose"
    r"|multi[- ]?dose)\s)?"
    r"(?:tablets?|tabs?|pills?|capsules?|caps?|caplets?|softgels?|gel\s?caps?|liqui-?gels?|gumm(?:y|ies)|solution|soln|suspension|susp|syrup|elixir"
    r"|cream|ointment|oint"
    r"|gel|lotion|foam|patch(?:es)?|film|suppositor(?:y|ies)"
    r"|auto-?injectors?(?: pens?)?|pen[- ]?injectors?|injector|pens?"
    r"|syringes?|vials?|injections?"
    r"|inj|infusion|inhalers?|hfa|diskus|respimat|nebulizer solution|spray|drops?|powder|lozenges?|kit|implant|pellets?"
    r"|granules|odt)(?:\s(?:er|xr|sr|dr|ec|odt|extended[- ]release|delayed[- ]release))?(?![A-Za-z])"
)
# "2 (two) times daily", "every 6 (six) hours": the count in figures and in words.
_AGAIN = r"(?:\s?\((?:one|two|three|four|five|six|eight|twelve|[0-9]{1,2})\))"
_TIMES = rf"(?:once|twice|thrice|(?:one|two|three|four|five|six){_AGAIN}?\stimes?|[1-6]{_AGAIN}?(?:\s?x|\s?times?))"
_SPAN = r"(?:hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mos?|minutes?|min|years?)"
_COUNT = rf"(?:[0-9]{{1,3}}(?:\s?(?:-|to)\s?[0-9]{{1,3}})?{_AGAIN}?|(?:two|three|four|six|eight|twelve){_AGAIN}?|other)"
# What drugs are often needed for in more than one word; "as needed for chest" would be none of them.
_NEEDED_FOR = (
    r"(?:shortness of breath|chest tightness|"
    r"(?:breakthrough|moderate|severe|mild|chest|back|neck|joint|knee|muscle|abdominal|stomach|nerve) pain|"
    r"(?:moderate|mild) to (?:moderate|severe) pain|(?:muscle|bladder|back) spasms?|leg cramps?|restless legs?|"
    r"(?:high|elevated) blood pressure|low blood sugar|panic attacks?|nausea (?:and|or|/) ?vomiting|"
    r"(?:pain|fever|headache) (?:or|and) (?:pain|fever|headache)|acid reflux|seasonal allergies|"
    r"dry (?:eyes?|skin|mouth)|sore throat|hot flashes|motion sickness|(?:difficulty|trouble) sleeping|"
    r"erectile dysfunction)"
)
# The word after "as needed" is what it is needed for, unless it says something else of the drug.
_PRN = (
    r"(?:[\s,]+(?:as needed|prn|p\.r\.n\.?)(?:\s(?:for\s)?(?:"
    + _NEEDED_FOR
    + r"|(?!discontinued|stopped|continue|held|new|start|changed"
    r"|refill|was|is|and|until|not|no\b|given|with|by|in\b|on\b|x\b|times|max|for\b)[a-z]+))?)"
)
_PART = (
    r"(?:\s(?:in the (?:morning|evening|afternoon)|at (?:bedtime|night)|with (?:meals|food|breakfast|dinner|supper)"
    r"|before (?:meals|breakfast|bed)|after meals))"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_FREQUENCY = re.compile(
    rf"(?i)(?:(?<![A-Za-z0-9])|(?<=[0-9]mg)|(?<=[0-9]mcg)|(?<=[0-9]ml))(?:{_TIMES}[\s-]?(?:a|per|each|every|/)?[\s-]?"
    r"(?:daily|day|weekly|week|monthly|month|year(?:ly)?|nightly)"
    rf"|(?:every|each)\s(?:{_COUNT}\s)?{_SPAN}|(?:every|each)\s(?:morning|evening|night|afternoon|bedtime)"
    rf"|every\s(?:other\s(?:day|week|month)|{_WEEKDAY})"
    rf"|q\.?\s?{_COUNT}\s?{_SPAN}|q\.?\s?(?:day|week|month|wk|mo|am|pm|hs|od|d)\.?"
    r"|q\.?d\.?|q\.?o\.?d\.?|q\.?h\.?s\.?|q\.?a\.?m\.?|q\.?p\.?m\.?|q\.?i\.?d\.?|b\.?i\.?d\.?|t\.?i\.?d\.?"
    r"|nightly|daily|weekly|bi-?weekly|monthly|once|at bedtime|at night|with meals|before meals|a\.?c\.?|h\.?s\.?"
    r"|(?:at\s)?weeks?\s[0-9]+(?:,?\s(?:and\s)?[0-9]+)*(?:,?\s(?:and\s)?(?:then\s)?every\s[0-9]+\s"
    r"(?:weeks?|months?))?"
    r"|per sliding scale|sliding scale|in the (?:morning|evening)"
    r"|as needed|as directed|prn|p\.r\.n\.?|stat|one[- ]time)"
    rf"(?:{_PART})?(?:{_PRN})?(?![A-Za-z0-9])"
)
_SINGLE = {"once", "ac", "hs", "a.c.", "h.s.", "stat"}  # too short to be searched for outside a frequency cell


def find_routes(text: str, *, from_ocr: bool = False) -> Iterator[Match]:  # noqa: ARG001 - one signature for all
    """Yields routes of administration."""
    yield from _lower(_ROUTE, text)


def find_forms(text: str, *, from_ocr: bool = False) -> Iterator[Match]:  # noqa: ARG001
    """Yields dosage forms."""
    yield from _lower(_FORM, text)


def find_frequencies(text: str, *, from_ocr: bool = False) -> Iterator[Match]:  # noqa: ARG001
    """Yields frequencies, with `as needed` where it follows."""
    for hit in _lower(_FREQUENCY, text):
        if hit.value not in _SINGLE or text.strip().lower() == hit.value:
            yield hit


# Words that a wrapped cell breaks off at: `once daily with` goes on in the next line.
_DANGLING = re.compile(r"\b(?:with|before|after|until|on|at|in|and|or|for|every|of|the|to|a|an|each|by)$")


def whole_frequency(text: str, *, from_ocr: bool = False) -> Match | None:  # noqa: ARG001
    """A text that starts with a frequency, with a few words after it (`once daily on an empty stomach`)."""
    value = squeeze(text).lower()
    found = _FREQUENCY.match(value)
    # What follows is a circumstance; a whole new instruction would be longer.
    rest = "" if found is None else value[found.end() :]
    if found is not None and len(rest) <= 40 and not re.search(r"[0-9;]", rest) and not _DANGLING.search(rest):
        return Match(value, 0, len(text))
    return None


def _lower(pattern: re.Pattern[str], text: str) -> Iterator[Match]:
    for found in pattern.finditer(text):
        yield Match(squeeze(found.group()).lower(), found.start(), found.end())
