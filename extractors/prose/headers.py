"""Headers: what a printed label announces, by wordings, stems and words that are data."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from rapidfuzz import fuzz, process

# A header of recognised text may differ by one or two characters of ten; shorter ones would match by chance.
_FUZZY_CUT = 86.0
_FUZZY_LENGTH = 6
_FUZZY_FIT = 0.8
_STEM_FIT = 0.9
LONGEST_HEADER = 60
# "PE", "FH" or "All" alone on a line are as likely something else.
SHORTEST_BARE = 3
_LONGEST_TITLE = 4
_TITLE = re.compile(r"(?:[A-Z][A-Za-z]+|and|of|&)(?:[ /](?:[A-Z][A-Za-z]+|and|of|&))*")
_LETTERS = {"S": "subjective", "O": "objective", "A": "assessment", "P": "plan"}
_NUMBERING = re.compile(r"^\s*(?:\(?(?:\d{1,2}|[ivxIVX]{1,4})[.)]|[#*•\-–]+)\s*")
# "Example of a diagnosis code:" announces no diagnosis.
_EXAMPLE = re.compile(r"\b(?:example|sample)\b", re.I)
# A label is no clause.
STATEMENT = re.compile(r"\b(?:is|was|were|are|has|have|had|will|would|should|can|may|please|we|i|you|he|she|they)\b")
_LONGEST_STEMMED = 7
_HEADER_WORD = re.compile(r"[a-z][a-z']*")
# "What has been tried" is a header in spite of its verb.
_ASKS = re.compile(r"(?:what|which|how)\b")
_NOT_LETTERS = re.compile(r"[^a-z0-9/&' -]+")
_LOOKALIKES = str.maketrans("015", "ols")
_SLASH = re.compile(r" ?/ ?")
_BRACKETED = re.compile(r"\(.*?\)")


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header: its section and how sure that is."""

    section: str
    fit: float


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """Header wordings, stems, and the words of which a header that no wording knows is made."""

    version: str
    wordings: dict[str, str]
    stems: tuple[tuple[str, re.Pattern[str]], ...]
    words: frozenset[str]
    not_first: frozenset[str]
    loose: frozenset[str]


@cache
def vocabulary() -> _Vocabulary:
    """The header wordings, loaded once."""
    raw = tomllib.loads((resources.files("extractors.prose") / "rules" / "sections.toml").read_text("utf-8"))
    wordings = {plain_label(w): section for section, words in raw["wordings"].items() for w in words}
    stems = tuple((stem["section"], re.compile(stem["pattern"])) for stem in raw["stems"])
    free = raw["free"]
    known = frozenset(word for wording in wordings for word in _HEADER_WORD.findall(wording))
    return _Vocabulary(
        raw["version"],
        wordings,
        stems,
        known.union(*(_HEADER_WORD.findall(word) for word in free["words"])),
        frozenset(free["not_first"]),
        frozenset(free["sections"]),
    )


def header_words() -> frozenset[str]:
    """Words of which headers are made, lower case: a line of nothing else names no drug, substance or condition."""
    return vocabulary().words


def plain_label(label: str) -> str:
    """The label in lower case, with single spaces and without other marks, as wordings are compared."""
    lowered = _NOT_LETTERS.sub(" ", label.lower().replace("’", "'").replace("&", " and "))
    return _SLASH.sub("/", " ".join(lowered.split())).strip(" -'/")


@lru_cache(maxsize=4096)
def header_of(label: str, *, fuzzy: bool = False, stems: bool = True) -> Header | None:
    """The section that a printed label announces, or None."""
    words = vocabulary()
    if _EXAMPLE.search(label):
        return None
    bare = _NUMBERING.sub("", label)
    plain = plain_label(bare)
    if "(" in bare and plain not in words.wordings:
        plain = plain_label(_BRACKETED.sub(" ", bare))
    if section := words.wordings.get(plain):
        return Header(section, 1.0)
    if fuzzy and len(plain) >= _FUZZY_LENGTH:
        folded = plain.translate(_LOOKALIKES)
        best = process.extractOne(folded, _as_long(len(folded)), scorer=fuzz.ratio, score_cutoff=_FUZZY_CUT)
        if best is not None and len(best[0]) >= _FUZZY_LENGTH:
            return Header(words.wordings[best[0]], _FUZZY_FIT)
    stated = STATEMENT.search(plain) is not None and _ASKS.match(plain) is None
    if stems and len(plain.split()) <= _LONGEST_STEMMED and not stated:
        for section, pattern in words.stems:
            if pattern.search(plain):
                return Header(section, _STEM_FIT)
    return None


@lru_cache(maxsize=LONGEST_HEADER)
def _as_long(length: int) -> tuple[str, ...]:
    """The wordings so long that their score against a text of this length can reach the cut."""
    return tuple(
        w for w in vocabulary().wordings if abs(len(w) - length) * 100 <= (100 - _FUZZY_CUT) * (len(w) + length)
    )


def bare_header(text: str, *, fuzzy: bool, stems: bool) -> Header | None:
    """The header that a text is, if it is nothing else; `fuzzy` for recognised text, `stems` for words unlisted."""
    bare = text.strip(": -–—_.|'=*").strip()
    if not any(c.isalpha() for c in bare):
        return None
    colon = text.endswith(":")
    if len(bare) == 1:
        return Header(_LETTERS[bare], 1.0) if bare in _LETTERS else None
    # Without a colon a header is capitalised and not a mere word such as "all" or "start".
    if not colon and (not next(c for c in bare if c.isalpha()).isupper() or len(bare) < SHORTEST_BARE):
        return None
    # "Recent Results": capitals on every word make a title of a line that no wording knows.
    title = _TITLE.fullmatch(bare) is not None and 1 < len(bare.split()) <= _LONGEST_TITLE
    header = header_of(bare, fuzzy=fuzzy, stems=stems or title)
    return _free_header(text.strip()) if header is None else header


def _free_header(text: str) -> Header | None:
    """The section of a line without a colon that is made of header words only: "Drugs used so far without success"."""
    words = _HEADER_WORD.findall(plain_label(text))
    known = vocabulary()
    if not 1 < len(words) <= _LONGEST_STEMMED or words[0] in known.not_first or not known.words.issuperset(words):
        return None
    if not text[0].isupper() or any(c.isdigit() or c in ":;,.?!" for c in text):
        return None
    header = header_of(text)
    return header if header is not None and header.section in known.loose else None
