"""What a medication list's entry says beyond the drug, its sig and what it is for: words that nobody has understood."""

from __future__ import annotations

import re
from collections.abc import Sequence

from documents.values import Kind
from extractors.grammar.find import find_values
from extractors.lexicon.conditions import find_conditions
from extractors.lexicon.words import any_of

_SIG_KINDS = (Kind.STRENGTH, Kind.FREQUENCY, Kind.ROUTE, Kind.FORM)
_DATE = (
    r"(?:(?:\d{1,2}[/.-]){0,2}(?:19|20)?\d\d|(?:early |late |mid-?)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"[a-z]*\.?,?(?: \d{1,2},)? ?(?:\d{4})?)(?![\d/])"
)
# A start is no end, whoever prescribed it and wherever it was filled.
_HARMLESS = re.compile(
    rf"(?:since|started|start(?: date)?|begun|began|initiated|resumed|increased|decreased|changed|added|prescribed|"
    rf"ordered|new|verified|reviewed|written)\s?(?:on|in|at|as of)?\s?:?\s?{_DATE}"
    # who prescribed it, and where it comes from
    r"|(?:(?:prescribed |rx'?d |ordered |managed |started )?(?:by|per|from):?\s)?(?:dr\.?|doctor)\s"
    r"(?-i:(?:[A-Z][a-z.'-]+\s?){1,3})"
    r"|(?:prescribed|rx'?d|ordered|managed) by:?\s(?-i:(?:[A-Z][\w.'-]*,?\s?){1,3})"
    r"|(?-i:(?:[A-Z][\w.'-]*,?\s){1,3}(?:MD|DO|NP|FNP|PA-C|PA|APRN)\b)"
    r"|per (?:pt|patient|family|mother|caregiver|spouse|wife|husband|daughter|son|report)\b"
    # codes and numbers of the entry
    r"|(?:NDC|RxCUI|RxNorm|ICD-?10)\s?:?#?\s?[\w.-]+|(?-i:\b[A-TV-Z]\d[0-9A-Z](?:\.\w{1,4})?)\b"
    # what it is for, in words that deny or end nothing
    r"|\b(?:(?:prn|as needed)(?:,? for)?|for|indication:?|dx:?|re:)\s"
    r"(?:(?!(?:not?|never|now|until|till|but|when|if|only|quit|done|stopped|off|old|"
    r"past|last|prior|previous|mom|dad|mother|father|wife|husband|son|daughter)\b)[a-z][\w'/-]*\s?){1,4}",
    re.IGNORECASE,
)
_NAME_MARKS = re.compile(r"[\w'’./-]*[A-Za-z][\w'’./-]*")
_UNREAD_DATE = re.compile(
    r"(?<![\d.])(?:\d{1,2}/\d{1,4}(?:/\d{2,4})?|(?:19|20)\d\d)(?![\d.]|\s?(?:mg|mcg|units?|iu|ml|g)\b)"
)
# Signs of a question, of an old entry, of a cross.
_SIGNS = re.compile(r"[?~✗✘☒×]")


def says_more(text: str, span: tuple[int, int], drugs: Sequence[tuple[int, int]], *, cue: tuple[int, int]) -> bool:
    """Whether an entry holds words of the drug at `span` that no reader knows: `- quit`, `(on pause)`, `CANCEL:`.

    `drugs` are the spans of all drugs of the entry, `cue` of the words that its status was read from.
    """
    starts = sorted(s for s, _ in drugs)
    stop = next((s for s in starts if s >= span[1]), len(text))
    # `metformin and glipizide, both paused`: names in a row share what follows the last of them.
    following = sorted(d for d in drugs if d[0] >= span[1])
    end = span[1]
    for index, (low, high) in enumerate(following):
        if not re.fullmatch(r"[\s,/&+]*(?:and\s)?", text[end:low]):
            break
        end = high
        stop = following[index + 1][0] if index + 1 < len(following) else len(text)
    ours = text[: starts[0]] + " " * (end - starts[0]) + text[end:stop]
    before = max((e for _, e in drugs if e <= span[0]), default=0)
    led = re.split(r"[;,.)]", text[before : span[0]])[-1] if before else ""
    low, high = cue
    if low < len(ours):
        ours = ours[:low] + " " * (min(high, len(ours)) - low) + ours[high:]
    return _unread(ours) or _unread(led)


def _unread(text: str) -> bool:
    if not text.strip():
        return False
    spans = [m.span() for m in _HARMLESS.finditer(text)]
    for kind in _SIG_KINDS:
        spans += [(hit.start, hit.end) for hit in find_values(kind, text)]
    text = _without(text, spans)
    # What it is taken for is said by `for`; a symptom alone may be what it did.
    if _SIGNS.search(text) or _UNREAD_DATE.search(text) or any_of("reactions").search(text):
        return True
    text = _without(text, [(hit.start, hit.end) for hit in find_conditions(text)])
    rest = any_of("remarks").sub(" ", text)
    return any(len(re.sub(r"[^A-Za-z]", "", w.group())) > 1 for w in _NAME_MARKS.finditer(rest))


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for low, high in spans:
        text = text[:low] + " " * (high - low) + text[high:]
    return text
