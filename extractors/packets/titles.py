"""Titles: lines near the top of a page that announce a document's type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from extractors.lexicon.words import words
from extractors.packets.page_lines import Line, PageLines, tokens_of
from extractors.packets.phrases import joined, split_words
from extractors.packets.wording import wording

# A title stands in the upper part of a page; below, the same words are a heading or a remark.
_TITLE_ZONE = 0.42
_LONGEST = 110
# A title of so few letters (`fax`, `consult`) is one only where the line holds nothing else.
_SHORT = 10
# Two wrong letters of twelve; other titles of the same length are further away.
# Of a text layer only the spacing is in doubt.
_JOINED_CUT, _JOINED_CUT_PRINTED = 90.0, 97.0
_JOINED_LENGTHS = (8, 48)
_JOINED_LINES = 8
# Larger than its neighbours by a quarter, as headings are set.
_LARGE = 1.25
_CELL = re.compile(r"\s{2,}|\s[|•·]\s|\t")
# A misread word holds a digit among letters; a text layer may be an older recognition's.
_FIGURE = re.compile(r"[a-z]\d|\d[a-z]")
_DRAWN = re.compile(r"[=_*~#-]{3,}")
# What makes words a sentence and not a title.
_SENTENCE = frozenset(words("sentence_words"))
# After a title's words these make them a label, a department or a remark: `Prior authorization number`, `Fax:`.
_LABELLING = frozenset(words("label_ends"))
_NUMBER_SIGN = re.compile(r"#\s*:?|:\s*\S")
# A line that begins so tells what a letter or a fax is about; it is not the paper's own title.
_SUBJECT = re.compile(
    r"^\W*(?:re|ref|reg|regarding|subject|subj|about|concerning|in re|encl?|enclosures?|cc)\b\W", re.I
)
_SUBJECT_ALONE = re.compile(r"^\W*(?:re|ref|reg|regarding|subject|subj|about|concerning)\W*$", re.I)
# An item of a list names a paper to send, or one that is enclosed.
_LISTED = re.compile(r"^\s*[-•·*›>–]\s*\w")
_ADDRESSED = re.compile(r"^\W*(?:attn|attention|to|from|via|dept|department|sent to|c/o)\b\W", re.I)
# A title that is no known phrase has fewer words than a sentence and counts a little less.
_MOST_PARTS, _PUT_TOGETHER = 8, 0.95
# What remains of a title's weight as the subject of a letter, or inside a sentence.
_SUBJECT_SHARE, _SENTENCE_SHARE, _LABEL_SHARE = 0.5, 0.35, 0.15


@dataclass(frozen=True, slots=True)
class Title:
    """A line that announces a type.

    Attributes:
        document_type: which.
        score: about 1 for a line that says nothing else, more if it is large, less if it only mentions the type.
        line: the words of its line, to tell a running head from a new title.
        whole: whether the line says hardly more than the title.
    """

    document_type: str
    score: float
    line: str
    whole: bool


def titles_of(page: PageLines) -> dict[str, Title]:
    """The best title of each type that the upper part of a page holds."""
    upper = [line for line in page.lines if line.top <= _TITLE_ZONE]
    found: dict[str, Title] = {}
    known = wording().titles.vocabulary
    above = ""
    for printed in upper:
        line, above = _as_subject(printed, above), printed.text
        if known.isdisjoint(line.tokens) and not page.recognised and not any(map(_FIGURE.search, line.tokens)):
            continue  # printed as it should be, and no word of any title
        for title in _in_line(line):
            if title.score > (found[title.document_type].score if title.document_type in found else 0.0):
                found[title.document_type] = title
    if not any(title.score >= _SENTENCE_SHARE for title in found.values()):
        for title in _misspaced(upper[:_JOINED_LINES], _JOINED_CUT if page.recognised else _JOINED_CUT_PRINTED):
            found[title.document_type] = title
    return found


def _as_subject(line: Line, above: str) -> Line:
    """The line, with the label of a letter's subject put before it where that stands alone on the line above."""
    return replace(line, text=f"{above.strip()} {line.text}") if _SUBJECT_ALONE.match(above) else line


def _in_line(line: Line) -> Iterator[Title]:
    if _LISTED.match(line.text):
        return
    cells = {line.text, *_CELL.split(_DRAWN.sub("   ", line.text))}
    for cell in sorted(cells):
        if 2 < len(cell.strip()) <= _LONGEST:
            yield from _in_cell(cell.strip(), line)


def _in_cell(cell: str, line: Line) -> Iterator[Title]:
    known = wording()
    said = tokens_of(cell)
    if all(word not in known.titles.vocabulary for word in said):
        said = known.titles.corrected(said)
    kept = split_words(known.titles.kept(said), known.titles.vocabulary)
    kept = known.titles.corrected(kept)
    letters = max(1, sum(map(len, kept)))
    for phrase, start, end in known.titles.find(kept):
        own = sum(map(len, kept[start:end]))
        if own < _SHORT and own < letters - 2:
            continue
        share = own / letters
        weight = _prominence(cell, line) * _standing(cell, kept, (start, end), share)
        for name in known.title_types[phrase]:
            # A longer title that says the same is the better reading of the line.
            yield Title(name, weight * (0.96 + min(own, 40) / 1000), " ".join(said), share > 0.8)
    yield from _put_together(cell, kept, line)


def _put_together(cell: str, kept: Sequence[str], line: Line) -> Iterator[Title]:
    """Titles made of a word of the subject and a word of the paper, in either order: `Drug Approval Intake Sheet`."""
    if not 2 <= len(kept) <= _MOST_PARTS:
        return
    for name, about, papers in wording().title_parts:
        if about.isdisjoint(kept) or papers.isdisjoint(kept):
            continue
        places = [i for i, word in enumerate(kept) if word in about or word in papers]
        if len(places) < 2:
            continue
        known = wording().titles.vocabulary
        share = sum(len(word) for word in kept if word in known) / max(1, sum(map(len, kept)))
        standing = _standing(cell, kept, (places[0], places[-1] + 1), share)
        yield Title(name, _PUT_TOGETHER * _prominence(cell, line) * standing, " ".join(kept), whole=False)


def _standing(cell: str, kept: Sequence[str], span: tuple[int, int], share: float) -> float:
    """How much of a title its words are where they stand: alone, among others, in a label, in a sentence."""
    start, end = span
    after = kept[end] if end < len(kept) else ""
    weight = 0.5 + 0.5 * share
    if _ADDRESSED.match(cell):
        return _LABEL_SHARE * weight
    if after in _LABELLING or (share < 0.9 and start == 0 and _NUMBER_SIGN.search(cell) and end >= len(kept) - 1):
        return _LABEL_SHARE * weight
    if len(_SENTENCE.intersection(kept)) > (1 if cell.isupper() else 0) and share < 0.9:
        return _SENTENCE_SHARE * weight
    if _SUBJECT.match(cell):
        return _SUBJECT_SHARE * weight
    return weight


def _prominence(cell: str, line: Line) -> float:
    weight = 0.9 if cell.endswith(":") else 1.0
    weight += 0.25 if line.size > _LARGE else 0.0
    weight += 0.1 if line.centred else 0.0
    return weight + (0.1 if cell.isupper() else 0.0)


def _misspaced(lines: Sequence[Line], cut: float) -> Iterator[Title]:
    """Titles in lines whose letters are spaced, run together or misread: compared without spaces."""
    known = wording()
    for line in lines:
        letters = joined(line.tokens)
        if not _JOINED_LENGTHS[0] <= len(letters) <= _JOINED_LENGTHS[1]:
            continue
        slack = int(len(letters) * (1 - cut / 100))
        for length in range(len(letters) - slack, len(letters) + slack + 1):
            titles = known.joined_titles.get(length, {})
            near = process.extractOne(letters, titles.keys(), scorer=fuzz.ratio, score_cutoff=cut)
            if near is None:
                continue
            score = 0.9 * near[1] / 100 * _prominence(line.text, line)
            for name in known.title_types[titles[near[0]]]:
                yield Title(name, score, letters, whole=True)
