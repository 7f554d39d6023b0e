"""A drug's sig: strength, form, dose, route, frequency, quantity, days supply and refills, as spans of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from documents.values import Kind
from extractors.grammar.find import find_values, normalise
from extractors.grammar.match import Match

# Verbs of a sig: an amount after one is a dose, before it a strength.
_GIVE = re.compile(
    r"(?<![A-Za-z/])(?:take|takes|taking|inject|infuse|apply|use|inhale|instill|give|administer|place|insert|"
    r"chew|dissolve|"
    r"sig|dose|dosed at|receive|swallow|sip|mix|put)(?![A-Za-z])",
    re.I,
)
_PER_SIZE = re.compile(r"/\s?(?:kg|m2|m²|min|hr|h)\b", re.I)
_PRODUCT = re.compile(r"\s*(?:vial|pen|syringe|kit|cartridge|tab|cap|softgel|gel ?cap|lozenge|patch)", re.I)
_UNITS = re.compile(r"\b(?:units?|iu)$", re.I)
_VOLUME = re.compile(r"^[\d.]+\s?(?:ml|cc|l|liters?)$", re.I)
_COUNTED = re.compile(
    r"(?i)(?<![A-Za-z0-9.])(?:\d+(?:\.\d+)?(?:\s?(?:-|to)\s?\d+)?|one|two|three|four|half(?: a)?|1/2|½)(?: "
    r"\(\d+\))?\s(?:tab(?:let)?s?|"
    r"cap(?:sule)?s?|puffs?|inhalations?|drops?|gtts?|sprays?|patch(?:es)?|pens?|vials?|syringes?|packets?|sachets?|"
    r"suppositor(?:y|ies)|lozenges?|applications?|teaspoons?|tsp|tablespoons?|tbsp|scoops?|pumps?|injections?|"
    r"films?|ampules?|nebs?|auto-?injectors?)(?![A-Za-z])"
)
# A second amount in brackets or after a slash belongs to the strength: `1 mg/dose (4 mg/3 mL)`.
_BRACKETED = re.compile(r"\s?\((?P<inner>[^()]{2,24})\)")
_SCHEDULE = re.compile(
    r"(?i)(?:at |on )?(?:weeks?|days?|months?) \d+(?:\s?,?\s?(?:and |& )?\d+)+(?:,?\s*(?:and\s)?(?:then\s|"
    r"followed by\s)?(?:every|q)\s?\d+(?:-\d+)?\s?"
    r"(?:weeks?|wks?|w|months?|days?))?|(?:per|on a|using a|as per|by) (?:insulin )?sliding scale(?: (?:with|"
    r"before) (?:each )?(?:meals?|food)(?: and at bedtime)?)?"
)
_JOIN = re.compile(r"\.?[\s,]{1,3}(?:and\s|then\s|&\s)?")
_QUANTITY = re.compile(
    r"(?i)(?:(?<![\w#])#\s?|\b(?:disp(?:ense)?d?|qty|quantity|dispense quantity|amount|amt)\b\.?[\s:#]{0,3}(?:of\s)?)"
    r"(?P<n>\d{1,4})(?P<m>)(?![\d/-])"
)
_REFILLS = re.compile(
    r"(?i)\b(?:refills?|rf|refill times|ref)(?![A-Za-z])\s?[:#x=]?\s?(?:x\s?)?(?P<n>\d{1,2}|none|zero|no)(?![\d/])|"
    r"\b(?P<m>\d{1,2}|no|zero|one|two|three|four|five|six|eleven|twelve)\s(?:\(\d+\)\s)?(?:additional\s)?refills?\b"
)
_SUPPLY = re.compile(
    r"(?i)\b(?P<n>\d{1,3})[\s-]?(?:days?'?|d)[\s-]?supply\b|\b(?:days?'?[\s-]?supply|ds|"
    r"supply)\b\s?[:=]?\s?(?:of\s)?(?P<m>\d{1,3})(?:\sdays?)?\b"
)
# "x 10 days", "for 7 d": the length of a course; the number of days that the drug is taken is what is supplied.
_COURSE = re.compile(r"(?i)(?:(?<![A-Za-z0-9])x|×|\bfor)\s?(?P<n>\d{1,2})(?P<m>)(?:\s?-?\s?days?\b|\s?d(?![A-Za-z]))")
# From here on the sig speaks of another step of a taper, of other weekdays, of a dose to come.
_NEXT_STEP = re.compile(
    r"(?i)[,;.]?\s*\b(?:and\s+)?(?:then|followed by|afterwards?|thereafter|alternating with|taper(?:ing|ed)?|"
    r"titrat\w+|increas(?:e|ing)|reduc(?:e|ing)|decreas(?:e|ing)|up to|may increase|max(?:imum|\.)?)\b"
)
# Another amount after one of these is no dose of the first one: "5 mg Mon/Wed/Fri and 2.5 mg other days".
_ANOTHER = re.compile(
    r"(?i)\b(?:and|or|alternat\w+|on|daily|bid|tid|qid|qd|qhs|mon|tues?|wed|thurs?|fri|sat|sun|am|pm|morning|evening|"
    r"bedtime|week\w*)\b"
)
# Amounts in brackets, and a count said again: "2 (two) times daily".
_KEPT_ASIDE = re.compile(
    r"\(\s?\d[\d.,]*\s?(?:mg|mcg|g|units?|ml|iu)\b(?!.*\d{4})|\((?:one|two|three|four|five|six|eight|twelve|\d{1,2})\)",
    re.I,
)
# Amounts that are no amounts of a drug.
_NOT_AMOUNT = re.compile(r"/\s?d?l\b|%\s?$|^\d+(?:\.\d+)?\s?(?:l|liters?)$", re.I)


@dataclass(frozen=True, slots=True)
class Part:
    """One attribute of a sig: its path, its value in normal form and its span in the text that was read."""

    path: str
    value: str
    start: int
    end: int


def read_sig(text: str, *, from_ocr: bool = False) -> list[Part]:
    """The attributes that the text right after a drug's name states; each path at most once."""
    masked = _without_asides(text)
    parts: dict[str, Part] = {}
    step = _NEXT_STEP.search(masked)
    if step is not None and _is_taper(masked, step, from_ocr=from_ocr):
        masked = masked[: step.start()] + " " * (len(masked) - step.start())
    for part in (*_counts(text), *_course(text, whole=step is None)):
        parts.setdefault(part.path, part)
        masked = masked[: part.start] + " " * (part.end - part.start) + masked[part.end :]
    for part in (*_amounts(masked, from_ocr=from_ocr), *_frequency(masked, from_ocr=from_ocr)):
        parts.setdefault(part.path, part)
    for path, kind in (("medication.route", Kind.ROUTE), ("medication.form", Kind.FORM)):
        hit = _first(kind, _unclaimed(masked, parts), from_ocr=from_ocr)
        if hit is None and kind is Kind.FORM and (dose := parts.get("medication.dose")) is not None:
            hit = _piece_form(text, dose)
        if hit is not None:
            parts[path] = Part(path, hit.value, hit.start, hit.end)
    return sorted(parts.values(), key=lambda p: p.start)


def _without_asides(text: str) -> str:
    """The text with bracketed words blanked (reasons, dates); bracketed amounts stay. Same length."""

    def blank(found: re.Match[str]) -> str:
        return found.group() if _KEPT_ASIDE.match(found.group()) else " " * len(found.group())

    return re.sub(r"\([^()]*\)?", blank, text)


def _counts(text: str) -> Iterator[Part]:
    """Quantity, days supply and refills; a number that one has taken is none of the next one's."""
    for path, pattern in (
        ("medication.quantity", _QUANTITY),
        ("medication.days_supply", _SUPPLY),
        ("medication.refills", _REFILLS),
    ):
        found = pattern.search(text)
        if found is None:
            continue
        start, end = found.span("n" if found["n"] is not None else "m")
        if (value := _number(text[start:end])) is not None:
            yield Part(path, value, start, end)
            text = text[:start] + " " * (end - start) + text[end:]


def _is_taper(text: str, step: re.Match[str], *, from_ocr: bool) -> bool:
    """Whether a dose and how often it is taken are said before the step, and another dose after it."""
    return bool(
        find_values(Kind.DOSE, text[step.end() :], from_ocr=from_ocr)
        and find_values(Kind.FREQUENCY, text[: step.start()], from_ocr=from_ocr)
    )


def _course(text: str, *, whole: bool) -> Iterator[Part]:
    """How many days a course lasts; the first step of a taper is not the whole of it."""
    found = _COURSE.search(text)
    if found is not None and whole and len(_COURSE.findall(text)) == 1:
        yield Part("medication.days_supply", str(int(found["n"])), found.start("n"), found.end("n"))


def _number(printed: str) -> str | None:
    word = printed.lower()
    if word in ("none", "no", "zero"):
        return "0"
    spelt = {"eleven": "11", "twelve": "12"}.get(word)
    return spelt or normalise(Kind.NUMBER, printed)


def _amounts(text: str, *, from_ocr: bool) -> Iterator[Part]:
    counted = [Match(m.group().lower(), m.start(), m.end()) for m in _COUNTED.finditer(text)]
    amounts = [
        a
        for a in find_values(Kind.STRENGTH, text, from_ocr=from_ocr)
        if (not _NOT_AMOUNT.search(a.value) or _percent(text, a)) and not text.startswith("/", a.end)
    ]
    amounts = [a for a in amounts if all(a.end <= c.start or a.start >= c.end for c in counted)]
    given = _GIVE.search(text)
    strength: Match | None = None
    dose: Match | None = None
    for amount in amounts:
        if _is_dose(text, amount, given, amounts):
            dose = dose or amount
        elif strength is None:
            strength = amount
        elif (
            dose is None
            and not _bracketed(text, strength, amount)
            and not _ANOTHER.search(text, strength.end, amount.start)
        ):
            dose = amount
    if strength is not None:
        yield _strength(text, strength, from_ocr=from_ocr)
    if dose is None and counted:
        dose = counted[0]
        value = normalise(Kind.DOSE, text[dose.start : dose.end], from_ocr=from_ocr) or dose.value
        dose = Match(value, dose.start, dose.end)
    if dose is not None:
        yield Part("medication.dose", dose.value, dose.start, dose.end)


def _percent(text: str, amount: Match) -> bool:
    """Percent is a strength of what is applied (`0.05 % cream`), else a result."""
    return amount.value.endswith("%") and _first(Kind.FORM, text, from_ocr=False) is not None


def _is_dose(text: str, amount: Match, given: re.Match[str] | None, amounts: list[Match]) -> bool:
    if _PER_SIZE.search(amount.value):
        return True
    if given is not None and given.start() < amount.start:
        return True
    alone = len(amounts) == 1
    # `insulin glargine 20 units at bedtime` is a dose; `200 units vial` or `100 units/mL` a strength.
    if alone and (_UNITS.search(amount.value) or _VOLUME.match(amount.value)):
        # `2000 units capsule`: what one piece of it holds.
        return _PRODUCT.match(text, amount.end) is None
    return False


def _bracketed(text: str, strength: Match, amount: Match) -> bool:
    return re.fullmatch(r"\s?\(\s?", text[strength.end : amount.start]) is not None


def _strength(text: str, strength: Match, *, from_ocr: bool) -> Part:
    inner = _BRACKETED.match(text, strength.end)
    if inner is not None and find_values(Kind.STRENGTH, inner["inner"], from_ocr=from_ocr):
        second = find_values(Kind.STRENGTH, inner["inner"], from_ocr=from_ocr)[0]
        return Part("medication.strength", f"{strength.value} ({second.value})", strength.start, inner.end())
    return Part("medication.strength", strength.value, strength.start, strength.end)


def _frequency(text: str, *, from_ocr: bool) -> Iterator[Part]:
    found = [(m.start(), m.end()) for m in _SCHEDULE.finditer(text)]
    for hit in find_values(Kind.FREQUENCY, text, from_ocr=from_ocr):
        if all(hit.end <= s or hit.start >= e for s, e in found):
            found.append((hit.start, hit.end))
    if not found:
        return
    found.sort()
    start, end = found[0]
    for s, e in found[1:]:
        if _JOIN.fullmatch(text[end:s]) is None:
            break
        end = e
    yield Part("medication.frequency", " ".join(text[start:end].lower().split()), start, end)


# Pieces that are the product's form as well as what is counted: `0.1 mg 1 tab PO`.
_PIECE = re.compile(r"(?i)(?:tab(?:let)?s?|cap(?:sule)?s?|patch(?:es)?|films?|suppositor(?:y|ies)|lozenges?)$")


def _piece_form(text: str, dose: Part) -> Match | None:
    """The form that the unit of a dose names, where nothing else does."""
    found = _PIECE.search(text, dose.start, dose.end)
    return None if found is None else Match(found.group().lower(), found.start(), found.end())


def _unclaimed(text: str, parts: dict[str, Part]) -> str:
    """The text with the spans of dose and frequency blanked: `1 tablet` is no form, `once` no route."""
    kept = text
    for path in ("medication.dose", "medication.frequency", "medication.strength"):
        if (part := parts.get(path)) is not None:
            kept = kept[: part.start] + " " * (part.end - part.start) + kept[part.end :]
    return kept


def _first(kind: Kind, text: str, *, from_ocr: bool) -> Match | None:
    hits = find_values(kind, text, from_ocr=from_ocr)
    return hits[0] if hits else None
