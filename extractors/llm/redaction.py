"""Replaces what identifies the patient by stable placeholders before anything is sent, and puts it back afterwards.

Two sources: the exact values that the embedded reading knows (the stronger one: they are replaced wherever they stand,
also misread by a letter), and the shapes that identifiers have whoever they belong to. What identifies clinicians and
payers stays: without it a request cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from documents.values import Cited

# The 18 identifiers of 45 CFR 164.514(b)(2) as far as a fax of this kind prints them of the patient.
_KNOWN = {
    "patient.name": "NAME",
    "patient.dob": "BIRTH",
    "patient.member_id": "MEMBER",
    "patient.mrn": "RECORD",
    "patient.phone": "PHONE",
    "patient.address": "ADDRESS",
    "subscriber.name": "NAME",
    "case.reference_number": "CASE",
    "payer.group_number": "GROUP",
}
_NAMES = frozenset({"patient.name", "subscriber.name"})
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("SSN", re.compile(r"(?<!\d)\d{3}[- ]\d{2}[- ]\d{4}(?!\d)")),
    ("MAIL", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("LINK", re.compile(r"(?i)\bhttps?://\S+")),
    # Anybody's: whose telephone it is, a shape does not tell.
    ("PHONE", re.compile(r"(?<![\d-])(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ]{0,2}\d{3}[-. ]\d{4}(?![\d-])")),
    # House number to ZIP code within two lines; a street alone if it is called one.
    ("ADDRESS", re.compile(r"\b\d{1,6} [A-Z][^\n]{2,60}(?:\n[^\n]{0,40})?,? [A-Z]{2}\.? {1,2}\d{5}(?:-\d{4})?\b")),
    (
        "ADDRESS",
        re.compile(
            r"\b\d{1,6} (?:[NSEW]\.? )?(?:[A-Z][\w'.]+ ){1,4}(?:St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Ln|Lane|Ct|Court"
            r"|Blvd|Boulevard|Way|Pl|Place|Pike|Ter|Terrace|Cir|Circle|Hwy|Pkwy|Trl|Trail)\b\.?"
            r"(?: (?:Apt|Unit|#|Ste)\.? ?\w+)?"
        ),
    ),
    # Runs that are too long for a procedure code, too short for an NPI (10) and no NDC (11): somebody's number.
    ("RECORD", re.compile(r"(?<![\d.,/-])\d{6,9}(?![\d.,/-]*\d)")),
    ("MEMBER", re.compile(r"\b[A-Z]{1,4}-?\d{6,12}\b|\b\d{9,12}[A-Z]{1,2}\b")),
    # A Medicare beneficiary identifier (CMS: eleven characters, places 2, 5, 8 and 9 letters).
    ("MEMBER", re.compile(r"\b[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d{2}\b")),
)
# What stands after these words identifies a person, up to the end of the column.
_LABELLED: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "BIRTH",
        re.compile(
            r"(?i)\b(?:d\.?\s?o\.?\s?b\.?|date of birth|birth\s?date|born(?: on)?)\b[\s:#(]{0,6}"
            r"(?P<it>\d{1,4}[/.\- ]\d{1,2}[/.\- ]\d{2,4}|\d{1,2}[- ]?[A-Z]{3,9}[- ,]{0,2}\d{2,4}"
            r"|[A-Z]{3,9}\.? \d{1,2},? \d{2,4})"
        ),
    ),
    (
        "MEMBER",
        re.compile(
            r"(?i)\b(?:member|subscriber|enrollee|beneficiary|insured|cardholder|recipient|policy|medicaid|medicare)"
            r"(?:'s)?\s?(?:id|i\.d\.|no\.?|number|#)[\s:#]{0,6}(?P<it>[A-Z0-9][A-Z0-9-]{4,19})"
        ),
    ),
    (
        "RECORD",
        re.compile(
            r"(?i)\b(?:mrn|med(?:ical)?\.? rec(?:ord)?\.?(?: (?:no\.?|number|#))?|chart(?: (?:no\.?|number|#))?"
            r"|acc(?:oun)?t\.?(?: (?:no\.?|number|#))?)[\s:#]{1,6}(?P<it>[A-Z0-9]*\d[A-Z0-9-]{3,19})"
        ),
    ),
    (
        "NAME",
        re.compile(
            r"\b(?:(?i:patient|member|enrollee|subscriber|insured|beneficiary|re|name|pt)"
            r"(?: (?i:name))?\s?:\s{0,3}|(?:Mr|Mrs|Ms|Miss)\.? )"
            r"(?P<it>[A-Z][\w'’-]+(?:,? [A-Z][\w'’.-]*){0,3})"
        ),
    ),
)
# A name read by recognition may differ by a letter or two from the one that is known.
_SAME_NAME = 84.0
_SHORTEST_NAME = 3
_PLACEHOLDER = re.compile(r"\[(?:[A-Z]+)-\d+\]")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")


@dataclass(frozen=True, slots=True)
class Redacted:
    """Pages' texts with placeholders, and what each stands for.

    Attributes:
        texts: one a page.
        meaning: the original text of each placeholder, e.g. `[NAME-1]`.
        replaced: how often each kind was replaced on each page, for the disclosure log.
    """

    texts: tuple[str, ...]
    meaning: dict[str, str]
    replaced: tuple[dict[str, int], ...]

    def restored(self, text: str) -> str:
        """A text of the model's with the originals put back."""
        return _PLACEHOLDER.sub(lambda found: self.meaning.get(found.group(), found.group()), text)


def redact(texts: Sequence[str], known: Iterable[Cited]) -> Redacted:
    """Replaces the patient's identifiers on every page.

    Args:
        texts: one a page.
        known: what the embedded backend read; only identifying paths are looked at.
    """
    values = [(kind, item) for item in known if (kind := _KNOWN.get(item.path))]
    meaning: dict[str, str] = {}
    numbers: dict[str, str] = {}
    out, counts = [], []
    for text in texts:
        spans = _apart([*_known_spans(text, values), *_shaped_spans(text)])
        pieces, at = [], 0
        count: dict[str, int] = {}
        for start, end, kind in spans:
            original = text[start:end]
            placeholder = numbers.get(f"{kind}|{original}")
            if placeholder is None:
                placeholder = f"[{kind}-{len(meaning) + 1}]"
                numbers[f"{kind}|{original}"], meaning[placeholder] = placeholder, original
            pieces += [text[at:start], placeholder]
            at = end
            count[kind] = count.get(kind, 0) + 1
        out.append("".join([*pieces, text[at:]]))
        counts.append(count)
    return Redacted(tuple(out), meaning, tuple(counts))


Span = tuple[int, int, str]


def _known_spans(text: str, values: Sequence[tuple[str, Cited]]) -> Iterator[Span]:
    for kind, item in values:
        for wording in {item.value, item.quote.strip()}:
            yield from ((found.start(), found.end(), kind) for found in _loosely(wording).finditer(text))
        if item.path in _NAMES:
            yield from _name_spans(text, f"{item.value} {item.quote}")


def _loosely(wording: str) -> re.Pattern[str]:
    """A wording with any spacing and punctuation between its runs of letters and digits."""
    runs = re.findall(r"[A-Za-z]+|\d+", wording)
    if sum(map(len, runs)) < _SHORTEST_NAME:
        return re.compile(r"(?!)")
    return re.compile(rf"(?i)(?<![A-Za-z0-9]){r'[^A-Za-z0-9]{0,3}'.join(map(re.escape, runs))}(?![A-Za-z0-9])")


def _name_spans(text: str, name: str) -> Iterator[Span]:
    """Each word that is a part of the name, or nearly; capitalised, so that `will` stays a word and `Will` does not."""
    parts = {word.lower() for word in _WORD.findall(name) if len(word) >= _SHORTEST_NAME}
    for found in _WORD.finditer(text):
        word = found.group()
        if not word[0].isupper() or len(word) < _SHORTEST_NAME:
            continue
        lower = word.lower().removesuffix("'s").removesuffix("’s")
        if any(lower == part or (len(part) > 4 and fuzz.ratio(lower, part) >= _SAME_NAME) for part in parts):
            yield found.start(), found.end(), "NAME"


def _shaped_spans(text: str) -> Iterator[Span]:
    for kind, pattern in _SHAPES:
        yield from ((found.start(), found.end(), kind) for found in pattern.finditer(text))
    for kind, pattern in _LABELLED:
        yield from ((found.start("it"), found.end("it"), kind) for found in pattern.finditer(text))


def _apart(spans: Iterable[Span]) -> list[Span]:
    """The spans in order; of those that overlap the longest, so that nothing is replaced in part."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda s: (s[0] - s[1], s[0])):
        if all(span[1] <= start or end <= span[0] for start, end, _ in kept):
            kept.append(span)
    kept.sort()
    return kept
