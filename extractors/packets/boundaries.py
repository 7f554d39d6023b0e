"""Where one document ends and the next begins: the best way through the pages, by what each says of type and place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.packets.evidence import COVER, UNKNOWN, UNKNOWN_BASE, PageEvidence
from extractors.packets.page_marks import PageMarks, same_line

# Weights in the units of evidence (a cue is about 1, a title 4.5). A new document must show itself:
_NEW = -2.5
_FIRST_OF = 4.0
_NEXT_OF = -9.0  # `page 2 of 3` after `page 1 of 3` decides
_TRANSMISSION_NEXT = -1.0  # the numbers run through the whole fax: its machine's count as likely as a document's
_LATER_PAGE = -2.5
# `Progress note, page 2 of 2` after a page that counts nothing and has another title belongs to an earlier page.
_STRAY_PAGE = 1.0
# The same title with `page 2` is the next page of what has no number on its first.
_OWN_LATER = -4.0
_OUT_OF_STEP = 1.0
_LAST_BEFORE = 2.0
_MORE_TO_COME = -1.5
_SAYS_CONTINUED, _SAID_GOES_ON, _SENTENCE_GOES_ON = -5.0, -4.0, -3.0
_BELONGS = -2.0
_SAME_FOOTER, _OTHER_FOOTER = -2.0, 0.5
_SIGNED_BEFORE = 0.8
_NEW_LETTERHEAD = 1.5
_SALUTATION = 2.0
_TURNED = 0.8
_OTHER_KEYS, _SAME_KEYS = 2.0, -1.0
# Another sender's name heads the page; the same one may be its next paper or its running head.
_OTHER_HEADING, _SAME_HEADING = 2.0, 0.2
_DATED = 0.7
# A page that goes on is printed to its end.
_ENDED = ((0.68, 1.2), (0.84, 0.6), (0.88, 0.0), (math.inf, -0.5))
_NAMED, _NAMELESS = 0.5, -0.5
_BEGINS, _STARTS_OVER = 1.2, 1.2
_RUNNING_HEAD = -3.0
# Of a page inside a document only half counts for its type: attachments and remarks speak of other things.
_INSIDE = 0.5
# A document that begins within a fax mostly has a title; what a page holds says less of where it begins.
_UNTITLED = 0.75
# So much is certain; more would only tell that the page differs from the one before.
_ENOUGH = 6.0
# A cover sheet is one page.
_SECOND_COVER = -4.0


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """A page with its evidence and its marks; `count_of_fax` where its number only counts the transmission."""

    number: int
    evidence: PageEvidence
    marks: PageMarks
    count_of_fax: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Pages that belong together, and the type that they are taken for; indices into the placed pages."""

    start: int
    end: int
    document_type: str


def runs(pages: Sequence[PlacedPage], types: Sequence[str]) -> list[Run]:
    """The pages cut into runs, so that types and boundaries together agree best with what the pages say.

    Takes time linear in the number of pages (a Viterbi search over the types).
    """
    if not pages:
        return []
    best = {name: pages[0].evidence.opening(name) for name in types}
    back: list[dict[str, tuple[str, bool]]] = []
    for before, page in pairwise(pages):
        opening = opening_weight(before, page)
        leader = max(types, key=lambda name: best[name])
        reached: dict[str, float] = {}
        came: dict[str, tuple[str, bool]] = {}
        for name in types:
            stays = best[name] + _going_on(page, name)
            source = leader if leader != name else _second(best, name)
            changes = best[source] + opening + page.evidence.title(name) + _UNTITLED * _told(page, name)
            again = best[name] + opening + _same_again(before, page, name)
            weight, origin, new = max((stays, name, False), (changes, source, True), (again, name, True))
            reached[name], came[name] = weight, (origin, new)
        best = reached
        back.append(came)
    return _traced(max(types, key=lambda name: best[name]), back)


def opening_weight(before: PlacedPage, page: PlacedPage) -> float:
    """What speaks for a new document on a page (above zero) or for the one before going on (below), types aside."""
    one, two = before.marks, page.marks
    weight = _NEW + _numbers(before, page)
    weight += _SAYS_CONTINUED * (two.continued and not _is_stray(before, page)) + _SAID_GOES_ON * one.goes_on
    weight += _BELONGS * two.belongs + _SENTENCE_GOES_ON * (one.runs_out and two.starts_lower)
    if one.footer and two.footer:
        weight += _SAME_FOOTER if same_line(one.footer, two.footer) else _OTHER_FOOTER
    weight += _SIGNED_BEFORE * one.signed + _SALUTATION * two.salutation + _TURNED * (one.upright != two.upright)
    weight += _NEW_LETTERHEAD * (bool(two.letterhead) and not same_line(one.letterhead, two.letterhead))
    if two.heading:
        weight += _SAME_HEADING if same_line(one.heading, two.heading) else _OTHER_HEADING
    weight += _DATED * two.dated
    weight += next(worth for below, worth in _ENDED if one.bottom < below)
    weight += _NAMED if two.named else _NAMELESS
    weight += _BEGINS * two.begins + _STARTS_OVER * (two.begins and one.ends)
    shared = set(one.keys) & set(two.keys)
    if shared:
        weight += _SAME_KEYS if any(one.keys[k] == two.keys[k] for k in shared) else _OTHER_KEYS
    return weight


def _numbers(before: PlacedPage, page: PlacedPage) -> float:
    """What the documents' own page numbers say."""
    number, total = page.marks.number, page.marks.total
    last, of = before.marks.number, before.marks.total
    if page.count_of_fax:
        return _TRANSMISSION_NEXT
    if number is None:
        counted = last is not None and of is not None
        return 0.0 if not counted else _LAST_BEFORE if last == of else _MORE_TO_COME
    if number == 1:
        return _FIRST_OF
    if last is None:
        return _STRAY_PAGE if _is_stray(before, page) else _LATER_PAGE + _OWN_LATER * _is_titled_alike(before, page)
    return _NEXT_OF if number == last + 1 and total == of else _OUT_OF_STEP


def _is_stray(before: PlacedPage, page: PlacedPage) -> bool:
    """Whether a page goes on, by its count, from a document with another title than the page before has."""
    one, two = before.evidence.announced, page.evidence.announced
    later = page.marks.number not in (None, 1) and not page.count_of_fax and before.marks.number is None
    return later and one is not None and two is not None and one != two


def _is_titled_alike(before: PlacedPage, page: PlacedPage) -> bool:
    return before.evidence.announced is not None and before.evidence.announced == page.evidence.announced


def _told(page: PlacedPage, name: str) -> float:
    """What a page holds for the type, up to a point; that it says little is no sign that something new begins."""
    return min(_ENOUGH, page.evidence.held(name)) - (UNKNOWN_BASE if name == UNKNOWN else 0.0)


def _going_on(page: PlacedPage, name: str) -> float:
    weight = _INSIDE * page.evidence.held(name)
    return weight + _SECOND_COVER if name == COVER else weight


def _same_again(before: PlacedPage, page: PlacedPage, name: str) -> float:
    """Another document of the type of the one before: only its title speaks for it, and not if every page has it."""
    weight = page.evidence.title(name) + _INSIDE * page.evidence.held(name)
    one, two = before.evidence.titles.get(name), page.evidence.titles.get(name)
    if one and two and same_line(one.line, two.line) and not _first_page(page):
        weight += _RUNNING_HEAD * (not _other_keys(before, page))
    return weight


def _first_page(page: PlacedPage) -> bool:
    return page.marks.number == 1 and not page.count_of_fax


def _other_keys(before: PlacedPage, page: PlacedPage) -> bool:
    shared = set(before.marks.keys) & set(page.marks.keys)
    return bool(shared) and all(before.marks.keys[k] != page.marks.keys[k] for k in shared)


def _second(best: dict[str, float], leader: str) -> str:
    others = [name for name in best if name != leader]
    return max(others, key=lambda name: best[name]) if others else leader


def _traced(last: str, back: Sequence[dict[str, tuple[str, bool]]]) -> list[Run]:
    found: list[Run] = []
    name, end = last, len(back)
    for index in range(len(back), 0, -1):
        origin, new = back[index - 1][name]
        if new:
            found.append(Run(index, end, name))
            end = index - 1
            name = origin
    found.append(Run(0, end, name))
    return found[::-1]
