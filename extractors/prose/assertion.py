"""What a sentence asserts about a mention: present, negated, uncertain, family, historical or hypothetical.

A small ConText: triggers with a direction and a scope that ends at words such as `but`. Rules are data
(`rules/assertion.toml`), so that a reading names the version that made it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Any

from documents.values import Assertion
from extractors.prose.misread import mended

# Where several apply, the one that least lets a condition become the patient's own active one.
_ORDER = (
    ("family", Assertion.FAMILY),
    ("negated", Assertion.NEGATED),
    ("hypothetical", Assertion.HYPOTHETICAL),
    ("uncertain", Assertion.UNCERTAIN),
    ("historical", Assertion.HISTORICAL),
)
_KINDS = ("negated", "uncertain", "historical", "hypothetical")
# Between a mention and a trigger that follows "at once": brackets, dashes, and words that only carry the tense.
_NEAR_FILL = (
    r"[\s,(\[:–—-]*(?:(?:now|which|that|is|was|were|has|have|had|been|since|fully|completely|currently|both|then|it|"
    r"all|since|subsequently|status|long|clinically|symptoms?)[\s,(:–—-]+)*"
)
_NEAR_END = r"(?=\s*(?:[,;.()\[\]]|$|-|–))"
# A word that denies its neighbour only ("not surprising that ...") reaches about six words.
_CLOSE_REACH = 40
# An onset word this far before a mention still dates it: "diagnosed in her twenties with severe X (2012)".
_ONSET_REACH = 60
_SECTION_ASSERTS = {
    "family_history": Assertion.FAMILY,
    "resolved_problems": Assertion.HISTORICAL,
    "rule_outs": Assertion.UNCERTAIN,
    "negatives": Assertion.NEGATED,
}

# A date behind an entry of a problem list is the day it was noted.
_LISTED = frozenset({"diagnoses", "assessment", "assessment_and_plan"})
_STOP = re.compile(r";|\.\s(?=[A-Z])")

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Rules:
    version: str
    pseudo: re.Pattern[str]
    doubts: re.Pattern[str]
    ends: re.Pattern[str]
    contrast: re.Pattern[str]
    subordinate: re.Pattern[str]
    onset: re.Pattern[str]
    close: re.Pattern[str]
    signs: re.Pattern[str]
    before: dict[str, re.Pattern[str]]
    after: dict[str, re.Pattern[str]]
    near: dict[str, re.Pattern[str]]
    follows: dict[str, re.Pattern[str]]
    dated_near: re.Pattern[str]
    kin_before: re.Pattern[str]
    kin_after: re.Pattern[str]


class _Marks:
    """Where a sentence holds triggers, after pseudo-triggers are hidden; each sort is looked for when it is asked for.

    Attributes:
        text: the sentence with its pseudo-triggers blanked; same length.
    """

    def __init__(self, sentence: str) -> None:
        self.text = rules().pseudo.sub(_hide, mended(sentence))
        self._undoubted: str | None = None
        self._spans: dict[tuple[str, str], Spans] = {}

    def before(self, name: str) -> Spans:
        """Triggers of a sort that speak of what follows them."""
        return self._of("before", name)

    def after(self, name: str) -> Spans:
        """Triggers of a sort that speak of what stands before them."""
        return self._of("after", name)

    @cached_property
    def ends(self) -> Spans:
        """Words and marks that end a scope."""
        return (*_spans(rules().ends, self.text), *self.stops, *_clause_commas(self.text))

    @cached_property
    def contrasts(self) -> Spans:
        """The few ends that a conditional clause has, too."""
        return (*_spans(rules().contrast, self.text), *self.stops)

    @cached_property
    def stops(self) -> Spans:
        """Semicolons and full stops."""
        return _spans(_STOP, self.text)

    @cached_property
    def kin(self) -> Spans:
        """Relatives who do not merely speak or accompany."""
        return tuple(m.span() for m in rules().kin_before.finditer(self.text) if m["escort"] is None)

    def _of(self, side: str, name: str) -> Spans:
        if (found := self._spans.get((side, name))) is None:
            patterns = rules().before if side == "before" else rules().after
            found = _spans(patterns[name], self._denying() if name == "negated" else self.text)
            if side == "before" and name == "uncertain":
                found += _spans(rules().signs, self.text)
            self._spans[side, name] = found
        return found

    def _denying(self) -> str:
        """The text in which words of denial count: without those that belong to a doubt."""
        if self._undoubted is None:
            self._undoubted = rules().doubts.sub(_hide, self.text)
        return self._undoubted


def _spans(pattern: re.Pattern[str], text: str) -> Spans:
    return tuple(m.span() for m in pattern.finditer(text))


def _spaced(pattern: str) -> str:
    """A blank is any white space, an optional one none or any."""
    return pattern.replace(" ?", r"\s*").replace(" ", r"\s+")


def _union(patterns: Iterable[str]) -> re.Pattern[str]:
    spaced = sorted((_spaced(p) for p in patterns), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(spaced)})(?![\w-])", re.I)


def _near(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(f"{_NEAR_FILL}(?:{'|'.join(_spaced(p) for p in patterns)}){_NEAR_END}", re.I)


def _following(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"[\s-]*(?:{'|'.join(_spaced(p) for p in patterns)})(?![\w-])", re.I)


@cache
def rules() -> _Rules:
    """The assertion rules, compiled once."""
    raw: dict[str, Any] = tomllib.loads(
        (resources.files("extractors.prose") / "rules" / "assertion.toml").read_text("utf-8")
    )
    kin, speaks, escorts = (_spaced(raw["family"][name]) for name in ("kin", "speaks", "escorts"))
    return _Rules(
        version=raw["version"],
        pseudo=_union(raw["pseudo"]),
        doubts=_union(raw["doubts"]),
        ends=_union(raw["ends"]),
        contrast=_union(raw["contrast"]),
        subordinate=re.compile(rf"(?:^|[.;,]\s+)(?:{'|'.join(map(_spaced, raw['subordinate']))})\b[^,;.]*,", re.I),
        onset=_union(raw["onset"]),
        close=_union(raw["negated"]["close"]),
        signs=re.compile("|".join(raw["uncertain"]["signs"])),
        before={k: _union(raw[k]["before"]) for k in (*_KINDS, "family")},
        after={k: _union(raw[k]["after"]) for k in (*_KINDS, "family")},
        near={k: _near(raw[k]["near"]) for k in _KINDS},
        follows={k: _following(raw[k]["follows"]) for k in ("uncertain", "historical")},
        dated_near=_near(raw["historical"]["dated"]),
        # "mother had X", "father: X", "mother with X": the kin opens the scope, unless speaking or escorting.
        kin_before=re.compile(
            rf"(?<![\w-])(?P<escort>{escorts}\s+(?:(?:my|his|her|the|"
            rf"their)\s+)?)?{kin}(?:'s)?(?![\w-])(?!\s+(?:who\s+)?{speaks})",
            re.I,
        ),
        # "X in her mother", "X (brother)", "X - sister", "X, father".
        kin_after=re.compile(
            rf"[^.;]{{0,90}}?(?:\bin\s+(?:(?:my|our|his|her|their|the|a|an|one|two|three|several)\s+)*|[(\[]\s*|\s[-–—:]\s*|"
            rf",\s*|\bof\s+(?:my|our|his|her|the)\s+|"
            rf"\b(?:affecting|on)\s+(?:my|our|his|her|the)\s+){kin}(?![\w-])(?!\s+(?:who\s+)?{speaks})",
            re.I,
        ),
    )


def rules_version() -> str:
    """The version of the assertion rules, as their file states it."""
    return rules().version


def _hide(found: re.Match[str]) -> str:
    return "\x00" * len(found.group())


@lru_cache(maxsize=512)
def _marks(sentence: str) -> _Marks:
    return _Marks(sentence)


def _clause_commas(text: str) -> Iterable[tuple[int, int]]:
    """Commas that close a clause opened by "although" and the like, unless a list of commas follows."""
    for clause in rules().subordinate.finditer(text):
        rest = re.match(r"[^.;]*", text[clause.end() :])
        if rest is not None and "," not in rest.group():
            yield clause.end() - 1, clause.end()


def assert_mention(sentence: str, start: int, end: int, *, section: str = "") -> Assertion:
    """What a sentence says about its span [start, end); `section` settles what the sentence leaves open."""
    marks = _marks(sentence)
    inside = _SECTION_ASSERTS.get(section)
    for name, assertion in _ORDER:
        # In a family-history section every condition is a relative's unless it is denied altogether.
        if assertion is inside and not (inside is Assertion.FAMILY and _applies(marks, "negated", start, end)):
            return assertion
        if name == "family":
            if _kin(marks, start, end):
                return Assertion.NEGATED if _applies(marks, "negated", start, end) else assertion
        elif _applies(marks, name, start, end, dated=section not in _LISTED):
            return assertion
    return Assertion.PRESENT


def speaks_of_kin(sentence: str, start: int, end: int, *, section: str = "") -> bool:
    """Whether a sentence says its span of a relative and not of the patient."""
    return section == "family_history" or _kin(_marks(sentence), start, end)


def _applies(marks: _Marks, name: str, start: int, end: int, *, dated: bool = True) -> bool:
    for a, b in marks.before(name):
        if b <= start and not _ended(marks, name, b, start) and _reaches(marks, name, a, b, start):
            return True
    found = rules()
    if found.near[name].match(marks.text, end):
        return True
    if name in found.follows and found.follows[name].match(marks.text, end):
        return True
    ended = found.dated_near.match(marks.text, end) if name == "historical" and dated else None
    if ended is not None and not _begun(marks, start, ended):
        return True
    return any(a >= end and not _cut_off(marks, name, end, a) for a, _ in marks.after(name))


def _reaches(marks: _Marks, name: str, low: int, high: int, start: int) -> bool:
    """Whether a trigger's scope is long enough: that of a bare "not" is short."""
    if name != "negated" or start - high <= _CLOSE_REACH:
        return True
    return rules().close.fullmatch(marks.text, low, high) is None


def _begun(marks: _Marks, start: int, dated: re.Match[str]) -> bool:
    """Whether a date after a mention tells when it began: "diagnosed with X in 2012", "X since 2008"."""
    near = marks.text[max(0, start - _ONSET_REACH) : start] + " " + dated.group()
    return rules().onset.search(near) is not None


def _ended(marks: _Marks, name: str, left: int, right: int) -> bool:
    ends = marks.contrasts if name == "hypothetical" else marks.ends
    return any(left <= a and b <= right for a, b in ends)


def _cut_off(marks: _Marks, name: str, end: int, trigger: int) -> bool:
    """Whether a trigger after a mention speaks of something else: a scope ended, or another statement began."""
    if _ended(marks, name, end, trigger):
        return True
    between = marks.text[end:trigger]
    # "history of X, for which Y resolved": only the nearest item carries "resolved"; "X and Y were ruled out" both.
    if name == "historical":
        return "," in between.rstrip(" ,") or len(between) > 40
    return (
        "," in between
        and re.search(r",\s+(?!and\b|or\b|which\b|[\w -]{1,40},|[\w -]{1,40} (?:and|or)\b)", between) is not None
    )


def _kin(marks: _Marks, start: int, end: int) -> bool:
    if any(b <= start and not _clause_break(marks, b, start) for _, b in (*marks.before("family"), *marks.kin)):
        return True
    if any(a >= end and not _cut_off(marks, "family", end, a) for a, _ in marks.after("family")):
        return True
    found = rules()
    after = found.kin_after.match(marks.text, end)
    if after is None or _ended(marks, "family", end, after.end()):
        return False
    return re.search(r",\s*(?:and|for|who|he|she|patient)\b|\band for\b", marks.text[end : after.end()]) is None


def _clause_break(marks: _Marks, left: int, right: int) -> bool:
    """Whether the kin's clause ended before the mention: "mother is well; patient has X", "sister, he has X"."""
    between = marks.text[left:right]
    # "who has" and "and had" go on speaking of the kin; the other scope ends do not. After a family history "but
    # positive for" still speaks of kin; "but has" speaks of the patient.
    return (
        re.search(
            r";|\.\s|\b(?:however|although|patient|pt|he|she|they|i|personally)\b|\bbut(?!\s+(?:is\s+|was\s+)?"
            r"(?:positive|significant|notable|remarkable|for|includes?|mother|father|a|his|her|maternal|paternal)\b)",
            between,
            re.I,
        )
        is not None
    )
