"""Whose page it is, by the names, birth dates and numbers that stand behind a label; and which pages are another's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from extractors.grammar.dates import find_dates
from extractors.packets.page_lines import PageLines

# Identifying values by path; what a page says of a person.
Identity = Mapping[str, Sequence[str]]

_IDENTIFIERS = ("patient.dob", "patient.member_id", "patient.mrn")
IDENTIFYING = frozenset({"patient.name", *_IDENTIFIERS})
# Names of one person differ by initials, order and recognition: token sets of such pairs score above 80, of two
# people mostly under 60. Identifiers that differ by one or two characters may be misread or a conflict, not a person.
_OTHER_NAME = 65.0
_OTHER_ID = 70.0
_OTHER_WORD = 45.0
# Beside a birth date that is no slip of the other one a name has to be the same but for a letter or two: `Lena` is not
# `Leonard`, whatever they share.
_SLIPPED_DIGITS = 2
_SAME_WORD = 75.0
# Without any identifier to compare, names must share nothing at all.
_NOTHING_SHARED = 55.0
# Of a page without a name: one identifier that differs is a slip, two are another person.
_DIFFERING = 2

# Two to four capitalised words, with or without a comma.
_NAME = r"(?P<name>[A-Z][A-Za-z'’.-]*(?:,[ \t]?|[ \t])[A-Z][A-Za-z'’-]+(?: [A-Z][A-Za-z'’.-]*){0,2})"
_LEADER = r"[ \t]*[:#.]+[ \t._]*"
_LABELLED_NAME = re.compile(
    r"\b(?i:(?:patient|member|enrollee|beneficiary|insured)(?:'?s)?(?: (?:full |legal )?name)?|"
    r"(?:recipient|client|customer|participant|resident)(?:'?s)? name|name of (?:patient|member|enrollee|beneficiary)|"
    rf"pt(?:\.|\s?name)?){_LEADER}{_NAME}"
)
# `Name:` may be a clinician's, `Re:` anything; a name before a birth date or a record number is a patient's.
_BARE_NAME = re.compile(
    rf"\b(?i:name|re){_LEADER}{_NAME}\b(?!,? *(?:MD|DO|NP|PA|RN|M\.D|D\.O)\b)"
    rf"|{_NAME.replace('name', 'before')}[ \t]*[(,]?[ \t]*(?i:d\.?o\.?b\b|date of birth|born\b|mrn\b|med(?:ical)? rec|"
    r"[(]\d{1,2}/\d{1,2}/\d{4}[)])"
)
_LABELLED_DOB = re.compile(
    r"(?i)\b(?:d\.?o\.?b\.?|date of birth|birth ?date|birthdate|born)\b[ \t]*[:#.(]*[ \t._]*"
    r"([0-9A-Za-z][0-9A-Za-z/., -]{5,18})"
)
_COUNTED = r"(?:id|no|number|#)"
_LABELLED_NUMBER = re.compile(
    rf"(?i)\b(?:(?P<mrn>m\.?r\.?n\.?|med(?:ical)? rec(?:ord)?(?: {_COUNTED})?|(?:chart|patient|unit) {_COUNTED})|"
    rf"(?:member|subscriber|enrollee|beneficiary|health plan|insurance|card|medicaid|id) {_COUNTED}|mbi)"
    r"[ \t]*[:#.]*[ \t._]*(?P<number>[A-Z0-9][A-Z0-9-]*\d[A-Z0-9-]{2,})"
)
# What follows `name:` and is no person.
_NOT_A_PERSON = re.compile(
    r"(?i)\b(?:health|care|plan|insurance|clinic|hospital|center|centre|medical|group|services?|pharmacy|laborator(?:y|ies)|"
    r"inc|llc|street|st|ave|avenue|blvd|road|suite|request|authorization|form|date|birth|member|patient|phone|fax|"
    r"address|number|id|dob|mrn|male|female|sex|information|name|last|first|provider|appeal|notice|denial|referral|"
    r"mri|ct|dr|md|do|np|results?|your|our|the|office|visit|physician|insured|gender|age)\b"
)
_READ_CONFIDENCE = 0.7


def identity_of(page: PageLines) -> dict[str, list[str]]:
    """What the labels of a page say of its patient; empty where they say nothing that can be read well."""
    if page.page.quality < _READ_CONFIDENCE:
        return {}
    text = page.text
    found: dict[str, list[str]] = {}
    names = [hit["name"] for hit in _LABELLED_NAME.finditer(text)]
    names = names or [hit["name"] or hit["before"] for hit in _BARE_NAME.finditer(text)]
    named = [" ".join(name.split()) for name in names if not _NOT_A_PERSON.search(name)]
    if named:
        found["patient.name"] = named
    for hit in _LABELLED_DOB.finditer(text):
        dates = [d.value for d in find_dates(hit[1], from_ocr=page.recognised)][:1]
        found.setdefault("patient.dob", []).extend(dates)
    for hit in _LABELLED_NUMBER.finditer(text):
        path = "patient.mrn" if hit["mrn"] else "patient.member_id"
        found.setdefault(path, []).append(hit["number"].upper())
    return {path: list(dict.fromkeys(values)) for path, values in found.items() if values}


def foreign_pages(
    by_page: Mapping[int, Identity], *, names_tell: bool = True, goes_on_from: Mapping[int, int] | None = None
) -> frozenset[int]:
    """The pages of another patient than the one that the document is about.

    That one is named on most pages; on the first of them, where two are named equally often. A page that names nobody
    belongs with the page before it, or with the one that `goes_on_from` gives. A different name alone may be a
    parent's or a misreading: another identifier has to differ too, and none to agree - unless the names share nothing,
    there is no identifier to compare, and `names_tell`: both stand behind plain labels.
    """
    people = _people(by_page, names_tell=names_tell)
    if len(people) < 2:
        return frozenset()
    ours = max(people, key=lambda person: (len(person.pages), -min(person.pages)))
    owner = {page: person for person in people for page in person.pages}
    whose: dict[int, _Person] = {}
    current = ours
    for page in sorted(by_page):
        earlier = whose.get((goes_on_from or {}).get(page, page), current)
        current = whose[page] = owner.get(page, earlier)
    return frozenset(page for page, person in whose.items() if person is not ours)


class _Person:
    """The pages that name one person, and all that they say of him."""

    def __init__(self) -> None:
        self.pages: list[int] = []
        self.identity: dict[str, list[str]] = {}

    def take(self, page: int, identity: Identity) -> None:
        self.pages.append(page)
        for path, values in identity.items():
            self.identity.setdefault(path, []).extend(values)


def _people(by_page: Mapping[int, Identity], *, names_tell: bool) -> list[_Person]:
    people: list[_Person] = []
    for page in sorted(by_page):
        identity = by_page[page]
        if not identity:
            continue
        same = [p for p in people if not is_other_person(p.identity, identity, names_tell=names_tell)]
        if not identity.get("patient.name"):
            same = [p for p in same if _shares_identifier(p.identity, identity)] or same[: len(people) == len(same)]
        if not same and (identity.get("patient.name") or len(identity) >= _DIFFERING):
            same = [_Person()]
            people += same
        if same and (
            identity.get("patient.name") or _shares_identifier(same[0].identity, identity) or not same[0].pages
        ):
            same[0].take(page, identity)
    return people


def is_other_person(ours: Identity, theirs: Identity, *, names_tell: bool = True) -> bool:
    """Whether two pages are about two people."""
    names, others = ours.get("patient.name", ()), theirs.get("patient.name", ())
    compared = [p for p in _IDENTIFIERS if ours.get(p) and theirs.get(p)]
    if any(_same_value(p, ours[p], theirs[p]) for p in compared):
        return False
    if not names or not others:
        return len(compared) >= _DIFFERING
    if not compared:
        return names_tell and not _same_name(names, others, _NOTHING_SHARED)
    if _born_apart(ours.get("patient.dob", ()), theirs.get("patient.dob", ())):
        return not _same_name(names, others, _OTHER_NAME, _SAME_WORD)
    return not _same_name(names, others, _OTHER_NAME)


def _born_apart(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether no birth date of the one is a slip or a misreading of the other's."""
    return bool(ours and theirs) and all(Levenshtein.distance(a, b) > _SLIPPED_DIGITS for a in ours for b in theirs)


def _shares_identifier(ours: Identity, theirs: Identity) -> bool:
    return any(_same_value(p, ours[p], theirs[p]) for p in _IDENTIFIERS if ours.get(p) and theirs.get(p))


def _same_name(ours: Sequence[str], theirs: Sequence[str], cut: float, alike: float = _OTHER_WORD) -> bool:
    return any(
        fuzz.token_sort_ratio(_letters(a), _letters(b)) >= cut and (cut < _OTHER_NAME or _same_words(a, b, alike))
        for a in ours
        for b in theirs
    )


def _same_words(one: str, other: str, alike: float) -> bool:
    """Whether each word of the shorter name is in the other one, or its initial is: relatives share only the last."""
    shorter, longer = sorted((_letters(one).split(), _letters(other).split()), key=len)
    return all(
        any(fuzz.ratio(word, w) >= alike or (1 in (len(word), len(w)) and word[0] == w[0]) for w in longer)
        for word in shorter
    )


def _same_value(path: str, ours: Sequence[str], theirs: Sequence[str]) -> bool:
    if path == "patient.dob":
        return any(a == b for a in ours for b in theirs)
    return any(fuzz.ratio(a, b) >= _OTHER_ID for a in ours for b in theirs)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z ]", "", name.lower())
