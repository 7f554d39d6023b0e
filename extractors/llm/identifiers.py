"""Where what identifies a patient stands on a page: what is known of them, what labels announce, what shapes give away.

Hiding too much costs the model a word of context, hiding too little is a disclosure: in doubt it is hidden. What
identifies clinicians stays where it can be told apart (a title, a credential, a label, an NPI by its check digit):
without it a request cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz

from documents.pages import Page
from documents.values import Cited
from extractors.grammar.dates import find_dates
from extractors.llm.announced import IDENTIFYING, Span, announced
from extractors.llm.people import (
    LETTER,
    Others,
    folded,
    in_name_form,
    is_credential,
    is_ordinary,
    names_patient,
    people,
)
from validation.icd10cm import bare_code, lookup
from validation.npi import is_valid_npi

# Clinicians, their places and payers: a request cannot be read without them.
_OTHERS = frozenset({"provider.name", "facility.name", "payer.name", "payer.plan", "provider.npi", "facility.npi"})
_STREET = (
    r"St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Ln|Lane|Ct|Court|Blvd|Boulevard|Way|Pl|Place|Pike|Ter|Terrace|Cir|Circle"
    r"|Hwy|Highway|Pkwy|Parkway|Trl|Trail|Loop|Row|Run|Path|Plaza|Sq|Square|Xing|Crossing|Broadway"
)
_PLACE = r"[A-Z][A-Za-z.'’-]+(?: [A-Z][A-Za-z.'’-]+){0,3}"
_NINETY = r"ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?"
_OLD = r"9\d|1[01]\d"
# Where a pattern has groups, what they hold is hidden, and a match without any is passed over.
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("SSN", re.compile(r"(?<!\d)\d{3}[- ]\d{2}[- ]\d{4}(?!\d)")),
    ("MAIL", re.compile(r"[\w.+-]+ ?@ ?[\w-]+(?:\.[\w-]+)+")),
    ("LINK", re.compile(r"(?i)\b(?:https?://|www\.)\S+")),
    ("LINK", re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")),
    # Anybody's: whose telephone it is, a shape does not tell. Recognition spoils brackets, signs and single digits.
    ("PHONE", re.compile(r"(?<![\d-])(?:\+?1[-. ]?)?[({\[]?\d{3}[)}\];]{0,2}[-. ]{0,3}\d{3}[-. ]\d{4}(?![\d-])")),
    ("PHONE", re.compile(r"(?<!\w)[({\[]?[\dO]{2,3}[)}\];][-.\s]{0,3}[\dOSs$]{3} ?[-.;:+~—–°] ?[\dO°]{3,4}(?!\d)")),
    # House number to state or ZIP code within two lines; a street alone if it is called one, or holds a unit.
    (
        "ADDRESS",
        re.compile(r"\b\d{1,6}[A-Z]? [A-Z][^\n]{2,60}(?:\n[^\n]{0,40})?,? [A-Z]{2}\.?,? {1,2}\d{5}(?: ?- ?\d{4})?\b"),
    ),
    (
        "ADDRESS",
        re.compile(
            rf"\b\d{{1,6}} (?:[NSEW]{{1,2}}\b[.|]? ?)?(?:[A-Z0-9][\w'’.|-]* ){{1,4}} ?(?:{_STREET})\b[.,]?"
            rf"(?: ?(?:Apt|Apartment|Unit|#|Ste|Suite|Lot|Bldg|Floor|Fl)\b\.? ?\#?\w+)?"
            rf"(?:,?\s+{_PLACE},? ?(?:[A-Z]{{2}}\b\.?"
            rf"(?:,? [\dOSBI][\dA-Z]{{2,4}}(?: \d{{1,2}}\b)?(?:-\d{{4}})?)?|(?=,)))?"
        ),
    ),
    ("ADDRESS", re.compile(r"(?i)\bp\.? ?o\.? ?box \d+")),
    ("ADDRESS", re.compile(rf"\b{_PLACE},? [A-Z]{{2}}\.? {{1,2}}\d{{5}}(?:-\d{{4}})?\b")),
    # Runs that are too long for a procedure code, too short for an NPI (10) and no NDC (11): somebody's number.
    ("RECORD", re.compile(r"(?<![\d.,/-])(?!\d*000\b)\d{6,9}(?![\d.,/-]*\d)")),
    ("RECORD", re.compile(r"(?<![\d.,/-])\d{2}(?:-\d{2}){2,4}(?![\d.,/-]*\d)")),
    ("MEMBER", re.compile(r"(?<![\w-])[A-Z]{1,5}-?\d{5,14}(?:[- ]\d{1,4})?(?![\w-])|(?<![\w-])\d{7,14}[A-Z]{1,2}\b")),
    # Letters and digits mixed, at least five digits: no code of ours is so long, no dose has its letters in front.
    ("MEMBER", re.compile(r"(?<![\w.-])(?=[A-Z0-9]*[A-Z])(?=(?:[A-Z]*\d){5})[A-Z0-9]{8,16}(?:-\d{1,3})?(?![\w-])")),
    # A Medicare beneficiary identifier (CMS: eleven characters, places 2, 5, 8 and 9 letters).
    ("MEMBER", re.compile(r"\b[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d{2}\b")),
    # Ages over 89 (164.514(b)(2)(i)(C)).
    ("AGE", re.compile(rf"(?i)\b({_OLD})(?=[- ]?(?:y(?:ea)?rs?\b|y\.?/?o\b|year[- ]old))")),
    ("AGE", re.compile(rf"(?i)\bage[ds]?\b[:\s]{{0,4}}(?:is |of |was )?({_OLD})(?![\w%]|[.,/-]\d)")),
    (
        "AGE",
        re.compile(
            rf"(?i)\b(?:is|was|age[ds]?),? ({_NINETY})\b(?![ -]?(?:day|percent|%))|\b({_NINETY})(?=[- ]years?[- ]old)"
        ),
    ),
    ("AGE", re.compile(r"(?i)\bin (?:his|her|their) (90s|nineties)\b")),
    # `92F`, `(92 M)`; a temperature, named before it, is passed over.
    (
        "AGE",
        re.compile(
            r"\b(?:(?i:temp\w*|fever\w*|\w*febrile)|T|Tmax|TMAX)\b[^\n\d]{0,12}\d[\d.]* ?°? ?F\b"
            rf"|(?<![\w.,/-])({_OLD}) ?/? ?[MF]\b(?! ?[:.]\d)"
        ),
    ),
    # A telephone without its area code stands behind a word of calling.
    (
        "PHONE",
        re.compile(
            r"(?i)\b(?:call(?:ed|ing|s|back)?|tele?(?:phone)?|phone|ph|cell|mobile|fax(?:ed)?|text|dial|ring|reach(?:ed|able)?"
            r"|number|contact|message|voicemail)\b[^\n\d]{0,20}([2-9]\d{2}[-. ]\d{4})(?![\d-]|\.\d)"
        ),
    ),
)
_ICD_FORM = re.compile(r"[A-Z]\d[0-9A-Z]{2,5}")
# As recognition leaves them: a digit of a telephone may be a letter, a letter of a member's number anything.
_D = r"[\dOoIl|SB$°]"
_MISREAD_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "PHONE",
        re.compile(
            rf"(?<![\w.,/-])[({{\[]?(?=(?:\D*\d){{6}})(?=(?:[^\w\n]{{0,4}}{_D}){{9}})"
            rf"{_D}{{2,4}}[)\]}}.;:-]{{0,2}}[ -]{{0,3}}{_D}{{2,4}} ?[-.;:+~—–°] ?"
            rf"{_D}{{3,4}}(?![\w/])"
        ),
    ),
    (
        "MEMBER",
        re.compile(r"(?<![\w.-])(?=[\dA-Zlo]*[A-Z])(?=(?:[A-Zlo]*\d){4})[\dA-Zlo]{7,16}(?:[- ]\d{1,4})?(?![\w-])"),
    ),
)
# A whole date of the last century is a birth, or as telling as one; recognition spoils its strokes.
_LAST_CENTURY = re.compile(
    r"(?i)(?<![\d/.-])(?:\d{1,2}[-/.:;° ]{1,2}\d{1,2}|\d{3,4}|\d{1,2}[- ]?[a-z]{3,9}|[a-z]{3,9}\.? \S{1,3})"
    r"[-/.:;,° ]{1,2}19 ?\d ?\d(?!\d)"
)
_TEN_DIGITS = re.compile(r"(?<![\d.,/-])\d{10}(?![\d.,/-]*\d)")
_LABEL = 24  # characters that a label and its leader take
_SHORTEST = 3
_SHORTEST_NAME = 2  # Ng, Oh, Li
# A name read by recognition may differ by a letter or two from the one that is known, a typed one by a slip.
_SAME_NAME, _SAME_TYPED = 80.0, 88.0
_LONG_NAME = 5
_WORD = re.compile(rf"(?:{LETTER}|[|{{])(?:{LETTER}|['’|-])*{LETTER}")
# What stands in names and is nobody's: particles that are states too, generations, titles.
_NO_NAMES = re.compile(r"(?i)de|la|el|di|da|du|al|st|jr|sr|ii|iii|iv|mr|mrs|ms|miss|dr")
_GENERATION = frozenset({"II", "III"})  # folded they are a patient's `Li` and `Lil`
_TITLE = re.compile(r"(?i)\b(?:mr|mrs|ms|miss|mx)\.? {1,2}$")
_SPACED = re.compile(rf"(?<!\w){LETTER}(?:[ \t._]{{1,3}}{LETTER}){{2}}(?!\w)")
# Names that are words of every letter: as such in front of a day they are a month.
_MONTHS = frozenset({"may", "april", "june", "august", "jan", "jun", "mar", "march"})


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the people of a document before its pages are redacted.

    Attributes:
        wordings: identifiers as printed, with their kinds.
        births: ISO dates.
        others: clinicians and organizations, whose names stay.
        names: words of the patient's and relatives' names, folded.
        own: those of them that were read as the patient's or the subscriber's.
        patient: whether the patient's name is among them; a signer's or a relative's alone is not enough.
    """

    wordings: tuple[tuple[str, str], ...]
    births: frozenset[str]
    others: Others
    names: frozenset[str]
    own: frozenset[str] = frozenset()
    patient: bool = False


def known_of(pages: Sequence[Page], cited: Iterable[Cited]) -> Known:
    """What the embedded reading knows, and the names that the pages themselves give away."""
    items = list(cited)
    own = [item for item in items if item.path in IDENTIFYING]
    others = Others.of(item.value for item in items if item.path in _OTHERS)
    names = [f"{item.value} {item.quote}" for item in own if IDENTIFYING[item.path] == "NAME"]
    names += [page.text[start:end] for page in pages for start, end in people(page.text, others)]
    read = _name_words(item.value for item in own if IDENTIFYING[item.path] == "NAME")
    return Known(
        wordings=tuple(dict.fromkeys((wording, IDENTIFYING[i.path]) for i in own for wording in _wordings(i))),
        others=others,
        births=frozenset(item.value for item in own if item.path == "patient.dob"),
        names=read | frozenset(word for word in _name_words(names) if not is_credential(word)),
        own=read,
        patient=any(item.path == "patient.name" for item in own)
        or any(names_patient(page.text, others) for page in pages),
    )


def _name_words(names: Iterable[str]) -> frozenset[str]:
    """The words of names, folded; what a hyphen joins as one word and as its parts."""
    whole = {folded(word) for name in names for word in _WORD.findall(name) if not _NO_NAMES.fullmatch(word)}
    parts = {part for word in whole for part in (word, word.replace("-", ""), *word.split("-"))}
    return frozenset(part for part in parts if len(part) >= _SHORTEST_NAME)


def _wordings(item: Cited) -> tuple[str, ...]:
    """How an identifier is printed; a birth date's quote may hold more than the date, which is found in any form."""
    if IDENTIFYING[item.path] == "BIRTH" and next(iter(find_dates(item.quote)), None) is not None:
        return (item.value,)
    return item.value, item.quote.strip()


def identifiers(page: Page, known: Known) -> Iterator[Span]:
    """Yields the places of a page that are to be hidden; they may overlap."""
    text = page.text
    for wording, kind in known.wordings:
        yield from ((found.start(), found.end(), kind) for found in _loosely(wording).finditer(text))
    yield from _dates(page, known.births)
    yield from _names(page, known)
    yield from _not_of(announced(page), known.others.places(text))
    for kind, pattern in (*_SHAPES, *(_MISREAD_SHAPES if page.from_ocr else ())):
        hits = (f for f in pattern.finditer(text) if f.lastindex or not pattern.groups)
        yield from ((*f.span(f.lastindex or 0), kind) for f in hits if not _is_diagnosis(f.group()))
    for found in _TEN_DIGITS.finditer(text):
        said = found.group()[0] in "12" and "npi" in text[max(0, found.start() - _LABEL) : found.start()].lower()
        if not (said or is_valid_npi(found.group()) or found.group() in known.others.numbers):
            yield found.start(), found.end(), "MEMBER"


@cache
def _loosely(wording: str) -> re.Pattern[str]:
    """A wording with any spacing and punctuation between its letters and digits."""
    letters = [c for c in wording if c.isalnum()]
    if len(letters) < _SHORTEST:
        return re.compile(r"(?!)")
    inside = r"[\W_]{0,3}".join(map(re.escape, letters))
    first, last = (r"\d" if c.isdigit() else LETTER for c in (letters[0], letters[-1]))
    return re.compile(rf"(?i)(?<!{first}){inside}(?!{last})")


def _is_diagnosis(text: str) -> bool:
    """Whether a text is a diagnosis code printed without its dot."""
    return _ICD_FORM.fullmatch(text) is not None and lookup(bare_code(text)) is not None


def _not_of(spans: Iterable[Span], theirs: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """Names but those that are a clinician's; everything else."""
    places = list(theirs)
    for start, end, kind in spans:
        if kind != "NAME" or not any(first <= start and end <= last for first, last in places):
            yield start, end, kind


def _dates(page: Page, births: frozenset[str]) -> Iterator[Span]:
    """A known birth date in any form, also with a digit misread where that leaves it in another decade than today's."""
    found = list(find_dates(page.text, from_ocr=page.from_ocr))
    latest = max((match.value for match in found), default="")[:4] or "0"
    for match in found:
        old = match.value[:4].isdigit() and int(match.value[:4]) + 18 <= int(latest)
        if match.value in births or match.value.startswith("19") or (old and _nearly(match.value, births)):
            yield match.start, match.end, "BIRTH"
    yield from ((hit.start(), hit.end(), "BIRTH") for hit in _LAST_CENTURY.finditer(page.text))


def _nearly(iso: str, births: Iterable[str]) -> bool:
    return any(len(iso) == len(birth) and sum(a != b for a, b in zip(iso, birth, strict=True)) <= 1 for birth in births)


def _names(page: Page, known: Known) -> Iterator[Span]:
    """Each capitalised word that is a part of a name, or nearly, and in any case what was read as the patient's.

    `will` stays a word and `Will` does not. A clinician may share it: inside their own name it stays.
    """
    if not known.names:
        return
    text, alike = page.text, _SAME_NAME if page.from_ocr else _SAME_TYPED
    long = [name for name in known.names if len(name) >= _LONG_NAME]
    if "-\n" in text:
        yield from (span for name in long for span in _broken(text, name, r"(?:-[ \t]*\n[ \t]*)?"))
    if _SPACED.search(text):
        wide = (name for name in known.names if len(name) >= _SHORTEST)
        yield from (span for name in wide for span in _broken(text, name, r"[ \t._]{1,3}"))
    theirs = list(known.others.places(text))
    glued = {one + other for one in known.own for other in known.own if len(one + other) >= _LONG_NAME}
    own, names = known.own | glued, known.names | glued
    for found in _WORD.finditer(text):
        word = found.group()
        lower = folded(word)
        parts = {lower, *lower.split("-")}
        misread = word[0] == "l" and lower in known.names and not is_ordinary(word)
        titled = _TITLE.search(text[max(0, found.start() - 7) : found.start()]) is not None
        if not (in_name_form(word) or misread or (parts & own and (titled or not is_ordinary(word)))):
            continue
        if not (parts & names or _is_near(lower, long, alike)):
            continue
        if word in _GENERATION or (word.lower() in _MONTHS and re.match(r"\.? {0,2}\d", text[found.end() :])):
            continue
        if not any(start <= found.start() and found.end() <= end for start, end in theirs):
            yield found.start(), found.end(), "NAME"


def _is_near(word: str, names: Iterable[str], alike: float) -> bool:
    return len(word) >= _SHORTEST and any(fuzz.ratio(word, name) >= alike for name in names)


def _broken(text: str, name: str, between: str) -> Iterator[Span]:
    """A name that the end of a line breaks, or whose letters stand apart."""
    inside = between.join(map(re.escape, name))
    for found in re.finditer(rf"(?<![^\W\d_]){inside}(?![^\W\d_])", folded(text)):
        yield found.start(), found.end(), "NAME"
