"""Codes by their shape: ICD-10-CM diagnoses, CPT and HCPCS Level II procedures, procedure modifiers.

Shape only: whether a code exists is for `validation`. No CPT list is used (AMA licence); HCPCS Level II is a letter
A-V without D (dental), I, N and O and four digits; CPT is five digits, or four digits and F, T, U, M or A.

Undotted diagnosis codes (`M5416`, `I10`) look like vitamins, vertebrae and tests (B12, T12), so they are found only
where the text is nothing but codes, or shortly after a word that announces one; `normalise` takes them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from extractors.grammar.folding import digit_class, to_digits, to_letters
from extractors.grammar.match import Match, combs

# In ICD-10-CM (April 2026 release) characters 4 to 6 are never O or S, and I in 3 of 98,505 codes, so those fold to
# digits there; B, Z and G are letters of real codes and stay, and so does any seventh character (`S` is a sequela).
_TAIL_FOLD = str.maketrans("Il|OoSs", "1110055")
# `ICD-10: M5416`, `Dx codes (primary) I10, E119`: only label words and other codes stand between.
_ANNOUNCED = re.compile(
    r"(?:\bicd(?:[-\s]?10)?(?:[-\s]?cm)?|\bdx|\bdiagnos[ei]s)"
    r"(?:[\s(]*(?:codes?|\(s\)|primary|secondary|no\.?|number|#)\)?)*[\s:#.(-]*"
    r"(?:[A-Z][0-9][0-9A-Z.]{1,6}[\s,;/&]+(?:and\s)?)*$",
    re.IGNORECASE,
)
_CODE_LIST = re.compile(
    r"[\s,;/|]*(?:[A-Za-z][0-9Oo][0-9A-Za-z][0-9A-Za-z.]{0,5}[\s,;/|]+)*[A-Za-z][0-9Oo][0-9A-Za-z.]{1,6}[\s,;/|]*"
)

# Words before five digits that make them something else (a group number of five digits is not a CPT code).
_NOT_A_PROCEDURE = re.compile(
    r"(?:\b(?:group|grp|member|subscriber|policy|zip|postal|fax|ph|phone|tel|mrn|npi|ssn|tin|ein|account|acct|chart"
    r"|box|suite|ste|case|job|invoice|accession|specimen|ref|reference|claim|license|dea|ndc|bin|pcn|weight|wbc|platelets?)\b"
    r"[\s:.#]*(?:(?:no|num|number|id)\b[\s:.#]*)?|\b[A-Z]{2},?\s{1,2})$"
)
_HCPCS = "A-CE-HJ-MP-V"


def find_diagnosis_codes(text: str, *, from_ocr: bool = False) -> Iterator[Match]:
    """Yields dotted ICD-10-CM shapes, and undotted ones where the text announces codes."""
    listed = _CODE_LIST.fullmatch(text) is not None
    for found in _diagnosis_pattern(from_ocr=from_ocr).finditer(text):
        dotted = found.group("dot") is not None
        if not dotted and not (listed or _ANNOUNCED.search(text[max(0, found.start() - 80) : found.start()])):
            continue
        hit = _diagnosis(found, from_ocr=from_ocr)
        if hit is not None:
            yield hit
    yield from _comb_codes(text, whole_diagnosis_code)


def whole_diagnosis_code(text: str, *, from_ocr: bool = False) -> Match | None:
    """A text that is one diagnosis code, dotted or not."""
    found = _diagnosis_pattern(from_ocr=from_ocr).fullmatch(text)
    return None if found is None else _diagnosis(found, from_ocr=from_ocr)


@cache
def _diagnosis_pattern(*, from_ocr: bool) -> re.Pattern[str]:
    d = digit_class(from_ocr=from_ocr)
    first = r"[A-Za-z]" if not from_ocr else r"[A-Za-z015826|]"
    # OCR reads the dot as a comma and may leave a space after it.
    dot = r"(?P<dot>[.,]\s?)" if from_ocr else r"(?P<dot>\.)"
    tail = r"[0-9A-Za-z|]" if from_ocr else r"[0-9A-Za-z]"
    return re.compile(
        rf"(?<![A-Za-z0-9.])(?<![0-9][-/])(?P<a>{first})(?P<b>{d}|(?<=Q)A)(?P<c>{d}|[ABab])"
        rf"(?:{dot}(?P<tail>{tail}{{1,4}})|(?P<bare>{tail}{{0,4}}))(?![A-Za-z0-9])(?!\.[0-9A-Za-z])"
    )


def _diagnosis(found: re.Match[str], *, from_ocr: bool) -> Match | None:
    a, b, c = found.group("a"), found.group("b"), found.group("c")
    tail = found.group("tail") or found.group("bare") or ""
    dotted = found.group("dot") is not None
    # Without a dot nothing demands a class: `100` and `150 m` are numbers (62 false codes in 223 notes), `Plan` a word.
    if not dotted and not (a.isalpha() and b.isdigit() and (c.isdigit() or c in "AB")):
        return None
    if tail.isalpha() and len(tail) > 1 and tail.upper() not in ("XX", "XXX", "XXXA", "XXXD", "XXXS"):
        return None  # a word glued to a number, not a code
    # A small l before capitals' places is how OCR reads I; as L it would name another chapter.
    head = ("I" if a == "l" else to_letters(a)) if from_ocr else a
    body = (b if b == "A" else to_digits(b)) + (c if c.upper() in "AB" else to_digits(c))
    printed_tail = tail
    if from_ocr:
        tail = tail[:3].translate(_TAIL_FOLD) + tail[3:]
    value = (head + body + ("." + tail if tail else "")).upper()
    printed = (a + b + c + ("." + printed_tail if printed_tail else "")).upper()
    folded = value != printed or (dotted and not found.group("dot").startswith("."))
    return Match(value, found.start(), found.end(), folded)


def find_procedure_codes(text: str, *, from_ocr: bool = False) -> Iterator[Match]:
    """Yields CPT and HCPCS shapes that no neighbouring word or digit makes something else."""
    for found in _procedure_pattern(from_ocr=from_ocr).finditer(text):
        if _NOT_A_PROCEDURE.search(_case_blind(text[max(0, found.start() - 24) : found.start()])):
            continue
        if re.match(r"\s?(?:mg|mcg|g|ml|units?|iu|meq|kg|lbs?|cells|/)\b", text[found.end() :], re.IGNORECASE):
            continue
        hit = _procedure(found.group("code"), found.start("code"))
        if hit is not None:
            yield hit
    yield from _comb_codes(text, whole_procedure_code)


def whole_procedure_code(text: str, *, from_ocr: bool = False) -> Match | None:
    """A text that is one procedure code."""
    found = _procedure_pattern(from_ocr=from_ocr).fullmatch(text)
    return None if found is None else _procedure(found.group("code"), found.start("code"))


def _case_blind(before: str) -> str:
    """The text before, lower case but for a state's two capitals right before the code (`TX 79401` is a ZIP code)."""
    state = re.search(r"\b[A-Z]{2},?\s{1,2}$", before)
    return before if state else before.lower()


@cache
def _procedure_pattern(*, from_ocr: bool) -> re.Pattern[str]:
    d = digit_class(from_ocr=from_ocr)
    return re.compile(
        rf"(?<![A-Za-z0-9$])(?<![0-9][-./,])(?<![A-Za-z]-)(?P<code>[{_HCPCS}{_HCPCS.lower()}]{d}{{4}}|{d}{{5}}|{d}{{4}}[FTUMAftuma])"
        r"(?![A-Za-z0-9%])(?![./,][0-9])(?!-[0-9]{3})"
    )


def _procedure(printed: str, start: int) -> Match | None:
    first, last = printed[0].upper(), printed[-1].upper()
    if last in "FTUMA" and printed[:1].isdigit():
        value = to_digits(printed[:-1]) + last
    elif printed[0].isalpha() and re.match(rf"[{_HCPCS}]", first) and printed[0] not in "loIsz":
        value = first + to_digits(printed[1:])
    else:
        value = to_digits(printed)
    if sum(c.isdigit() for c in printed) < 3 or not re.fullmatch(
        rf"[{_HCPCS}][0-9]{{4}}|[0-9]{{5}}|[0-9]{{4}}[FTUMA]", value
    ):
        return None
    return Match(value, start, start + len(printed), value != printed.upper())


# The modifiers that requests for services print (CMS and CPT appendix A numbers); searched for by name because any two
# capitals look like one. A lone cell takes any two-character shape.
_MODIFIERS = frozenset(
    re.findall(
        r"\S+",
        """
        22 23 24 25 26 27 32 33 47 50 51 52 53 54 55 56 57 58 59 62 63 66 73 74 76 77 78 79 80 81 82 90 91 92 93 95
        96 97 99 AA AD AE AF AG AI AK AM AS AT BP BR BU CO CQ E1 E2 E3 E4 EP F1 F2 F3 F4 F5 F6 F7 F8 F9 FA GA GC GE
        GN GO GP GQ GT GV GW GY GZ HA HB HE HF HH HI HJ HK HL HM HN HO HQ HR HS HT HU HV HW HX HY HZ JA JB JG JW JZ
        KE KF KH KI KJ KK KL KM KN KO KP KQ KR KS KT KU KV KW KX KY KZ LC LD LL LM LT MS NR NU PI PO PN PS PT Q5 Q6
        QK QS QW QX QY QZ RA RB RC RD RI RR RT SA SB SG SK SL SM SN SQ SU SY T1 T2 T3 T4 T5 T6 T7 T8 T9 TA TB TC TD
        TE TF TG TH TJ TK TL TM TN TP TQ TR TS TT TU TV TW U1 U2 U3 U4 U5 U6 U7 U8 U9 UA UB UC UD UE UF UG UH UJ UK
        UN UP UQ UR US XE XP XS XU
        """,
    )
)


def find_modifiers(text: str, *, from_ocr: bool = False) -> Iterator[Match]:  # noqa: ARG001 - one signature for all
    """Yields known modifiers; after a code's hyphen (`72148-26`) any two-character shape."""
    for found in re.finditer(r"(?<![A-Za-z0-9])(?P<m>[0-9]{2}|[A-Z][A-Z0-9])(?![A-Za-z0-9./])", text):
        attached = re.search(r"[0-9]{4}[0-9A-Z]-$", text[: found.start()]) is not None
        if attached or found.group("m") in _MODIFIERS:
            yield Match(found.group("m"), found.start(), found.end())


def whole_modifier(text: str, *, from_ocr: bool = False) -> Match | None:  # noqa: ARG001
    """A text that is one modifier."""
    return Match(text.upper(), 0, len(text)) if re.fullmatch(r"[0-9]{2}|[A-Za-z][A-Za-z0-9]", text) else None


def _comb_codes(text: str, parse: Callable[[str], Match | None]) -> Iterator[Match]:
    for joined, start, end in combs(text):
        hit = parse(joined)
        if hit is not None:
            yield Match(hit.value, start, end, hit.folded)
