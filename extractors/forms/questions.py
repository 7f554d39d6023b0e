"""Where a page asks for something: each printed label with its span, and the text beside it in the same chunk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.forms.bare_labels import bare_label, is_bare, label_without_colon
from extractors.forms.composed import COMPOSED
from extractors.forms.labels import Label, Lexicon
from extractors.forms.sections import Section, Sections
from extractors.layout.chunks import Chunk, PageLayout

# A colon ends a label; one inside a time or a ratio does not.
_COLON = re.compile(
    r":(?!\d\d\b)|;(?=\s)|\?(?=\s|$)|[._]{3,}|\s[-–—]{1,2}\s"
    r"|\s?(?:\((?:r|R|req(?:uired|\.)?|!|\*)\)|[†‡§¶»¤•●]|\*{1,2}|\(cid:\d+\))(?=\s)"
)
# The signs that a form sets behind the labels whose answer it requires.
_REQUIRED = re.compile(r"\s?(?:\(.*\)|[†‡§¶»¤•●*]+)")
# Labels that stand inside another label's value without a colon.
_EMBEDDED = re.compile(
    r"(?<![A-Za-z0-9/-])(?:d\.?o\.?b\.?|date of birth|npi|mrn|member id|subscriber id|policy id|id|phone|fax|tel|"
    r"ph|group)\b[#.]{0,2}\s?#?(?=\s*\S*\d)",
    re.IGNORECASE,
)
# `Boise, ID 83702`: a state before its ZIP code, no label.
_IDAHO = re.compile(r"ID\s+\d{5}(?:-\d{4})?(?![\w-])")
# An unknown label before a colon is a few words; more is the start of a sentence.
_LONGEST_UNKNOWN = 7
# So many labels without a colon make it a form's way of printing them.
_FEWEST_BARE = 3
_WORD = re.compile(r"\S+")
UNKNOWN = Label((), score=0.0, words="?")


@dataclass(frozen=True, slots=True)
class Question:
    """A label on the page.

    Attributes:
        label: what it asks for.
        chunk: where it stands.
        start, end: its span in the page's text.
        inline: span of the text beside it in the chunk up to the next label; empty if there is none.
        section: the section it stands in.
        fills: whether the label starts its chunk.
    """

    label: Label
    chunk: Chunk
    start: int
    end: int
    inline: tuple[int, int]
    section: Section
    fills: bool


def find_questions(page: PageLayout, sections: Sections, lexicon: Lexicon) -> list[Question]:
    """The page's labels in reading order, headings left out."""
    found: list[Question] = []
    chunks = [c for c in page.chunks if c.index not in sections.headings]
    labels = {c.index: list(_labels_in(c, lexicon)) for c in chunks}
    if sum(is_bare(c.text, spans) for c in chunks for spans in [labels[c.index]]) >= _FEWEST_BARE:
        for chunk in chunks:
            if not labels[chunk.index] and (bare := bare_label(chunk, lexicon)) is not None:
                labels[chunk.index] = [bare]
    for chunk in chunks:
        section, spans = sections.at(chunk), labels[chunk.index]
        for position, (label, start, end) in enumerate(spans):
            until = spans[position + 1][1] if position + 1 < len(spans) else len(chunk.text)
            inline = _trim(chunk.text, end, until)
            offset = chunk.start
            found.append(
                Question(
                    label,
                    chunk,
                    offset + start,
                    offset + end,
                    (offset + inline[0], offset + inline[1]),
                    section,
                    start == 0,
                )
            )
    return found


def _labels_in(chunk: Chunk, lexicon: Lexicon) -> Iterator[tuple[Label, int, int]]:
    """The labels of a chunk as (label, start, end), left to right; text before the first is nobody's."""
    text = chunk.text
    whole = lexicon.read(text, chunk.from_ocr)
    if whole is not None and _COLON.search(text.rstrip(" :?.*_")) is None:
        yield whole, 0, len(text)
        return
    boundary = 0
    found: list[tuple[Label, int, int]] = []
    for colon in _COLON.finditer(text):
        hit = _label_before(text, boundary, colon.start(), chunk=chunk, lexicon=lexicon)
        if hit is not None and (
            colon.group().strip() in (":", "?")
            or _REQUIRED.fullmatch(colon.group())
            or _is_set_off(*hit, text, mark=colon, boundary=boundary)
        ):
            found.append((hit[0], hit[1], colon.end()))
            boundary = colon.end()
        elif (
            not found
            and colon.group() == ":"
            and not boundary
            and text[: colon.start()].strip()  # a colon that leads a value belongs to the label in the column before
            and len(text[: colon.start()].split()) <= _LONGEST_UNKNOWN
        ):
            found.append((UNKNOWN, 0, colon.end()))
            boundary = colon.end()
    if not found:
        led = label_without_colon(text, chunk, lexicon)
        if led is not None:
            found.append(led)
    yield from _with_embedded(found, text, lexicon)


def _is_set_off(label: Label, start: int, text: str, *, mark: re.Match[str], boundary: int) -> bool:
    """Whether a dash or a leader ends a label: the text before is one surely, and no heading with a subtitle."""
    before = text[: mark.start()]
    known = bool(label.paths or label.parts) and label.score >= 1.0
    return known and start == boundary and (not before.isupper() or mark.group().strip()[0] in "_;")


def _label_before(text: str, boundary: int, end: int, *, chunk: Chunk, lexicon: Lexicon) -> tuple[Label, int] | None:
    """The longest label that ends at `end`: words before it belong to the value before."""
    words = [m.start() for m in _WORD.finditer(text, boundary, end)]
    # At the start of a chunk there is no value before: the label is all of it (`Admission Date` is no `Date`).
    understood: tuple[Label, int] | None = None
    for start in words[-9:] if boundary else words[:1]:
        first = start == words[0]
        if not first and not text[start].isalpha():
            continue
        label = lexicon.read(text[start:end], chunk.from_ocr and first)
        if label is not None and label.score > COMPOSED:
            return label, start
        # Words of the value before may seem to belong to a label: a known one is surer (`... Imaging Center NPI:`).
        understood = understood or (None if label is None else (label, start))
    return understood


def _with_embedded(
    found: list[tuple[Label, int, int]], text: str, lexicon: Lexicon
) -> Iterator[tuple[Label, int, int]]:
    for position, (label, start, end) in enumerate(found):
        yield label, start, end
        until = found[position + 1][1] if position + 1 < len(found) else len(text)
        for match in _EMBEDDED.finditer(text, end, until):
            inner = lexicon.read(match.group())
            if match.start() > end + 1 and inner is not None and inner.paths and not _IDAHO.match(text, match.start()):
                yield inner, match.start(), match.end()


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the punctuation, fill-in lines and bullets around a value."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip(" \t:;,._*?|•·-–—="))
    stop = len(piece.rstrip(" \t:;,_|•·–—="))
    return (start + left, start + max(stop, left))
