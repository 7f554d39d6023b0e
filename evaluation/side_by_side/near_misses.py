"""Seeded generators of claims: wrong values that look right, and right values that OCR damaged."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from documents.values import Kind


class Case(NamedTuple):
    """A page's text, and a claim about it."""

    what: str
    text: str
    kind: Kind
    value: str
    quote: str


_DX = ("M54.16", "E11.9", "I50.22", "S72.001A", "C50.911", "G35", "F32.1", "K50.90", "L40.50", "Z79.4")
_CPT = ("72148", "27447", "99214", "J1745", "E0601", "0275T", "97110", "64483", "45378", "93306")
_DOSES = (
    "500 mg",
    "40 mg",
    "0.5 mL",
    "1,000 units",
    "25 mcg",
    "10 mg/5 mL",
    "875-125 mg",
    "2.5 mg",
    "100 units/mL",
    "5 g",
)
_IDS = ("XQB123456789", "W8801-45521", "AB8QJ77012", "H4052 88 119", "UF628632560", "R5519273Z", "0049-1182-A")
_NAMES = (
    "Maria Santos",
    "Jerome Blackwell",
    "Noor Rosenthal",
    "Esther Goldfarb",
    "Samuel O'Brien",
    "Anne-Marie Dubois",
)
_WORDS = (
    "lumbar radiculopathy", "osteoarthritis of right knee", "hypertension", "diabetes mellitus with hyperglycemia",
    "MRI lumbar spine without contrast", "rheumatoid arthritis of left hand", "chronic migraine without aura",
    "cervical disc disorder with myelopathy", "acute bronchitis", "plaque psoriasis, moderate to severe",
)  # fmt: skip
_FILL = ("Requested service:", "See plan below.", "Prior imaging reviewed.", "Signed electronically.", "Page 1 of 2")


def _page(rng: random.Random, printed: str) -> str:
    lines = [*rng.sample(_FILL, 3), f"Item: {printed}", "Call with questions."]
    rng.shuffle(lines)
    return "\n".join(lines)


def _other_digit(rng: random.Random, text: str) -> str:
    places = [i for i, c in enumerate(text) if c.isdigit()]
    i = rng.choice(places)
    return text[:i] + rng.choice([d for d in "0123456789" if d != text[i]]) + text[i + 1 :]


def _tenfold(dose: str) -> str:
    head, tail = dose.split(" ", 1)
    return f"{head.replace(',', '')}0 {tail}" if "." not in head else f"{head.replace('.', '')} {tail}"


_SWAPS = (
    ("without", "with"),
    ("with", "without"),
    ("right", "left"),
    ("left", "right"),
    ("chronic", "acute"),
    ("acute", "chronic"),
    ("moderate", "mild"),
    ("lumbar", "cervical"),
    ("cervical", "lumbar"),
    ("hypertension", "hypotension"),
)
_ADDED = (
    "with myelopathy",
    "bilateral",
    "without complication",
    "severe",
    "type 2",
    "recurrent",
    "left",
    "unspecified",
    "not",
)


def near_misses(rng: random.Random, *, rounds: int) -> Iterator[Case]:
    """Claims that the page does not say; the quote is the wrong value's own, or the right one from the page."""
    for _ in range(rounds):
        for kind, pool in ((Kind.DIAGNOSIS_CODE, _DX), (Kind.PROCEDURE_CODE, _CPT), (Kind.IDENTIFIER, _IDS)):
            printed = rng.choice(pool)
            wrong = _other_digit(rng, printed)
            yield Case(f"digit of {kind}", _page(rng, printed), kind, wrong, rng.choice((wrong, printed)))
        code = rng.choice([c for c in _DX if len(c) > 5])
        yield Case("cut code", _page(rng, code), Kind.DIAGNOSIS_CODE, code[:-1], code[:-1])
        dose = rng.choice(_DOSES)
        for what, wrong in (("dose x10", _tenfold(dose)), ("dose digit", _other_digit(rng, dose))):
            yield Case(what, _page(rng, f"metformin {dose} daily"), Kind.DOSE, wrong, rng.choice((wrong, dose)))
        inner = rng.choice(("1,500 mg", "1500 mg", "250-500 mg", "2.500 mg", "12500 mg"))
        yield Case("cut dose", _page(rng, inner), Kind.STRENGTH, "500 mg", "500 mg")
        year = rng.randint(1940, 2026)
        day = f"{rng.randint(1, 12):02d}/{rng.randint(1, 28):02d}"
        wrong_year = f"{day}/{year + rng.choice((-10, -1, 1, 10))}"
        yield Case(
            "year", _page(rng, f"DOB {day}/{year}"), Kind.DATE, wrong_year, rng.choice((wrong_year, f"{day}/{year}"))
        )
        phrase = rng.choice(_WORDS)
        for old, new in _SWAPS:
            if old in phrase.split():
                wrong = " ".join(new if w == old else w for w in phrase.split())
                yield Case("swapped qualifier", _page(rng, phrase), Kind.TEXT, wrong, rng.choice((wrong, phrase)))
        added = f"{phrase} {rng.choice(_ADDED)}"
        yield Case("added qualifier", _page(rng, phrase), Kind.TEXT, added, rng.choice((added, phrase)))
        first, *rest = phrase.split()
        if first in ("acute", "chronic", "cervical", "lumbar"):
            yield Case("dropped qualifier", _page(rng, phrase), Kind.TEXT, " ".join(rest), phrase)
        yield Case("within a number", _page(rng, "Tel (806) 727-2148 ext 5"), Kind.PROCEDURE_CODE, "72148", "72148")
        name = rng.choice(_NAMES)
        other = rng.choice([n for n in _NAMES if n != name]).split()[0] + " " + name.split()[-1]
        yield Case("other person", _page(rng, name), Kind.PERSON_NAME, other, rng.choice((other, name)))
    yield Case("A88 for AB8", "Member ID: XAB8210", Kind.IDENTIFIER, "XA88210", "XA88210")


_DIGIT_AS = {"0": "O", "1": "lI", "5": "S", "8": "B", "2": "Z", "6": "G"}
_LETTER_AS = {"O": "0", "o": "0", "l": "1I", "I": "1l", "S": "5", "B": "8", "Z": "2"}


def _lookalike(rng: random.Random, text: str, table: dict[str, str]) -> str:
    places = [i for i, c in enumerate(text) if c in table]
    if not places:
        return text
    i = rng.choice(places)
    return text[:i] + rng.choice(table[text[i]]) + text[i + 1 :]


def _spaced(rng: random.Random, text: str) -> str:
    """The text with a doubled, a lost or an added space."""
    spaces = [i for i, c in enumerate(text) if c == " "]
    how = rng.choice(("double", "newline", "lose")) if spaces else "none"
    if how == "double":
        i = rng.choice(spaces)
        return text[:i] + "  " + text[i + 1 :]
    if how == "newline":
        i = rng.choice(spaces)
        return text[:i] + "\n" + text[i + 1 :]
    if how == "lose":
        i = rng.choice(spaces)
        glued_digits = text[i - 1 : i].isdigit() and text[i + 1 : i + 2].isdigit()
        return text if glued_digits else text[:i] + text[i + 1 :]
    return text


def damaged_right(rng: random.Random, *, rounds: int) -> Iterator[Case]:
    """Right claims about OCR text whose only damage is a look-alike or spacing; the quote is undamaged."""
    for _ in range(rounds):
        for kind, pool in ((Kind.DIAGNOSIS_CODE, _DX), (Kind.PROCEDURE_CODE, _CPT), (Kind.DOSE, _DOSES)):
            value = rng.choice(pool)
            body = value
            damaged = body[:1] + _lookalike(rng, body[1:], _DIGIT_AS) if kind is Kind.DIAGNOSIS_CODE else body
            if kind is Kind.PROCEDURE_CODE:
                damaged = body[:1] + _lookalike(rng, body[1:4], _DIGIT_AS) + body[4:]
            if kind is Kind.DOSE:
                head, tail = body.split(" ", 1)
                damaged = f"{_lookalike(rng, head, _DIGIT_AS) if len(head) > 1 else head} {tail}"
            yield Case(f"look-alike in {kind}", _page(rng, damaged), kind, value, value)
        day = f"{rng.randint(1, 12):02d}/{rng.randint(1, 28):02d}/{rng.randint(1940, 2026)}"
        yield Case("look-alike in date", _page(rng, _lookalike(rng, day, _DIGIT_AS)), Kind.DATE, day, day)
        npi = "".join(rng.choice("0123456789") for _ in range(10))
        yield Case("look-alike in NPI", _page(rng, _lookalike(rng, npi, _DIGIT_AS)), Kind.NPI, npi, npi)
        phone = f"(806) 555-{rng.randint(100, 9999):04d}"
        yield Case("look-alike in phone", _page(rng, _lookalike(rng, phone, _DIGIT_AS)), Kind.PHONE, phone, phone)
        phrase = rng.choice(_WORDS)
        yield Case("look-alike in words", _page(rng, _lookalike(rng, phrase, _LETTER_AS)), Kind.TEXT, phrase, phrase)
        yield Case("spacing in words", _page(rng, _spaced(rng, phrase)), Kind.TEXT, phrase, phrase)
        name = rng.choice(_NAMES)
        yield Case("look-alike in name", _page(rng, _lookalike(rng, name, _LETTER_AS)), Kind.PERSON_NAME, name, name)
        dose = rng.choice(_DOSES)
        yield Case("spacing in dose", _page(rng, _spaced(rng, dose)), Kind.DOSE, dose, dose)
        member = rng.choice(_IDS)
        yield Case("spacing in id", _page(rng, member.replace(" ", "  ")), Kind.IDENTIFIER, member, member)
