"""Whose pages these are: a page that names another patient is not read for this one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from rapidfuzz import fuzz

from documents.records import Finding, RedFlag, Severity
from documents.values import Cited

_IDENTITY = ("patient.name", "patient.dob", "patient.member_id", "patient.mrn")
# Names of one person differ by initials, order and recognition: token sets of such pairs score above 80, of two
# people mostly under 60. Identifiers that differ by one or two characters may be misread or a conflict, not a person.
_OTHER_NAME = 65.0
_OTHER_ID = 70.0


def foreign_pages(cited: Sequence[Cited]) -> frozenset[int]:
    """The pages that name another patient than the first page that names one.

    A different name alone may be a parent's or a misreading: another identifier has to differ too, and none to agree.
    """
    by_page: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for item in cited:
        if item.path in _IDENTITY and item.page is not None:
            by_page[item.page][item.path].append(item.value)
    named = sorted(p for p, values in by_page.items() if "patient.name" in values)
    if not named:
        return frozenset()
    ours = by_page[named[0]]
    foreign = {p for p in by_page if p != named[0] and _is_other(ours, by_page[p])}
    # What follows such a page and does not say that it is our patient's goes on about the other one.
    for page in sorted({item.page for item in cited if item.page is not None}):
        if page - 1 in foreign and not _is_same(ours, by_page.get(page, {})):
            foreign.add(page)
    return frozenset(foreign)


def _is_same(ours: dict[str, list[str]], theirs: dict[str, list[str]]) -> bool:
    """Whether a page says that it is our patient's: by name, or by an identifier."""
    named = bool(theirs.get("patient.name")) and _same_name(ours["patient.name"], theirs["patient.name"])
    return named or any(_same_id(p, ours[p], theirs[p]) for p in _IDENTITY[1:] if ours.get(p) and theirs.get(p))


def _is_other(ours: dict[str, list[str]], theirs: dict[str, list[str]]) -> bool:
    if "patient.name" not in theirs or _same_name(ours["patient.name"], theirs["patient.name"]):
        return False
    compared = [p for p in _IDENTITY[1:] if ours.get(p) and theirs.get(p)]
    return bool(compared) and not any(_same_id(p, ours[p], theirs[p]) for p in compared)


def _same_name(ours: list[str], theirs: list[str]) -> bool:
    return any(fuzz.token_sort_ratio(_letters(a), _letters(b)) >= _OTHER_NAME for a in ours for b in theirs)


def _same_id(path: str, ours: list[str], theirs: list[str]) -> bool:
    if path == "patient.dob":
        return any(a == b for a in ours for b in theirs)
    return any(fuzz.ratio(a, b) >= _OTHER_ID for a in ours for b in theirs)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z ]", "", name.lower())


def mismatch_finding() -> Finding:
    """What is reported when a page is another patient's."""
    return Finding(
        rule="READ-030",
        severity=Severity.ERROR,
        path="patient.name",
        message="A page names another patient; its values were left out. Check whose page it is and tell the sender.",
        flag=RedFlag.PATIENT_MISMATCH,
    )
