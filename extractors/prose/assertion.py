"""What a sentence asserts about a mention: present, negated, uncertain, family, historical or hypothetical.

A small ConText: triggers with a direction and a scope that ends at words such as `but`. Rules are data
(`rules/assertion.toml`), so that a reading names the version that made it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from documents.values import Assertion

# Where several apply, the one that least lets a condition become the patient's own active one.
_ORDER = (
    ("family", Assertion.FAMILY),
    ("negated", Assertion.NEGATED),
    ("hypothetical", Assertion.HYPOTHETICAL),
    ("uncertain", Assertion.UNCERTAIN),
    ("historical", Assertion.HISTORICAL),
)
# Between a mention and a trigger that follows "at once": brackets, dashes, and words that only carry the tense.
_NEAR_FILL = (
    r"[\s,(\[:–—-]*(?:(?:now|which|that|is|was|were|has|have|had|been|since|fully|completely|currently|both|then|it|"
    r"all|since|subsequently|status|long|clinically|symptoms?)[\s,(:–—-]+)*"
)
_SECTION_ASSERTS = {
    "family_history": Assertion.FAMILY,
    "resolved_problems": Assertion.HISTORICAL,
    "rule_outs": Assertion.UNCERTAIN,
}


@dataclass(frozen=True, slots=True)
class _Rules:
    version: str
    pseudo: re.Pattern[str]
    doubts: re.Pattern[str]
    ends: re.Pattern[str]
    before: dict[str, re.Pattern[str]]
    after: dict[str, re.Pattern[str]]
    near: dict[str, re.Pattern[str]]
    kin_before: re.Pattern[str]
    kin_after: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Marks:
    """Where a sentence holds triggers, after pseudo-triggers are hidden."""

    text: str
    ends: tuple[tuple[int, int], ...]
    before: dict[str, tuple[tuple[int, int], ...]]
    after: dict[str, tuple[tuple[int, int], ...]]
    kin: tuple[tuple[int, int], ...]


def _union(patterns: Sequence[str]) -> re.Pattern[str]:
    spaced = sorted((p.replace(" ", r"\s+") for p in patterns), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(spaced)})(?![\w-])", re.I)


@cache
def rules() -> _Rules:
    """The assertion rules, compiled once."""
    raw: dict[str, Any] = tomllib.loads(
        (resources.files("extractors.prose") / "rules" / "assertion.toml").read_text("utf-8")
    )
    kinds = ("negated", "uncertain", "historical", "hypothetical")
    near = {
        k: re.compile(
            _NEAR_FILL
            + "(?:"
            + "|".join(p.replace(" ", r"\s+") for p in raw[k]["near"])
            + r")(?=\s*(?:[,;.)\]]|$|-|–))",
            re.I,
        )
        for k in kinds
    }
    kin = raw["family"]["kin"].replace(" ", r"\s+")
    speaks = raw["family"]["speaks"].replace(" ", r"\s+")
    escorts = raw["family"]["escorts"].replace(" ", r"\s+")
    return _Rules(
        version=raw["version"],
        pseudo=_union(raw["pseudo"]),
        doubts=_union(raw["doubts"]),
        ends=_union(raw["ends"]),
        before={k: _union(raw[k]["before"]) for k in (*kinds, "family")},
        after={k: _union(raw[k]["after"]) for k in kinds},
        near=near,
        # "mother had X", "father: X", "mother with X": the kin opens the scope, unless speaking or escorting.
        kin_before=re.compile(
            rf"(?<![\w-])(?P<escort>{escorts}\s+(?:(?:his|her|the|"
            rf"their)\s+)?)?{kin}(?:'s)?(?![\w-])(?!\s+(?:who\s+)?{speaks})",
            re.I,
        ),
        # "X in her mother", "X (brother)", "X - sister", "X, father".
        kin_after=re.compile(
            rf"[^.;]{{0,90}}?(?:\bin\s+(?:(?:his|her|their|the|a|an|one|two|three|several)\s+)*|[(\[]\s*|\s[-–—:]\s*|"
            rf",\s*|\bof\s+(?:his|her|the)\s+|"
            rf"\b(?:affecting|on)\s+(?:his|her|the)\s+){kin}(?![\w-])(?!\s+(?:who\s+)?{speaks})",
            re.I,
        ),
    )


@lru_cache(maxsize=512)
def _marks(sentence: str) -> _Marks:
    found = rules()
    hidden = found.pseudo.sub(lambda m: "\x00" * len(m.group()), sentence)
    undoubted = found.doubts.sub(lambda m: "\x00" * len(m.group()), hidden)

    def spans(pattern: re.Pattern[str], *, denial: bool = False) -> tuple[tuple[int, int], ...]:
        return tuple(m.span() for m in pattern.finditer(undoubted if denial else hidden))

    return _Marks(
        text=hidden,
        ends=(*spans(found.ends), *(m.span() for m in re.finditer(r";|\.\s(?=[A-Z])", hidden))),
        before={k: spans(p, denial=k == "negated") for k, p in found.before.items()},
        after={k: spans(p, denial=k == "negated") for k, p in found.after.items()},
        kin=tuple(m.span() for m in found.kin_before.finditer(hidden) if m["escort"] is None),
    )


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
        elif _applies(marks, name, start, end):
            return assertion
    return Assertion.PRESENT


def _applies(marks: _Marks, name: str, start: int, end: int) -> bool:
    found = rules()
    if any(b <= start and not _ended(marks, b, start) for _, b in marks.before[name]):
        return True
    if name not in found.after:
        return False
    if found.near[name].match(marks.text, end):
        return True
    return any(a >= end and not _cut_off(marks, name, end, a) for a, _ in marks.after[name])


def _ended(marks: _Marks, left: int, right: int) -> bool:
    return any(left <= a and b <= right for a, b in marks.ends)


def _cut_off(marks: _Marks, name: str, end: int, trigger: int) -> bool:
    """Whether a trigger after a mention speaks of something else: a scope ended, or another statement began."""
    if _ended(marks, end, trigger):
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
    if any(b <= start and not _ended(marks, b, start) for _, b in marks.before["family"]):
        return True
    found = rules()
    if any(b <= start and not _clause_break(marks, b, start) for _, b in marks.kin):
        return True
    after = found.kin_after.match(marks.text, end)
    if after is None or _ended(marks, end, after.end()):
        return False
    return re.search(r",\s*(?:and|for|who|he|she|patient)\b|\band for\b", marks.text[end : after.end()]) is None


def _clause_break(marks: _Marks, left: int, right: int) -> bool:
    """Whether the kin's clause ended before the mention: "mother is well; patient has X", "sister, he has X"."""
    between = marks.text[left:right]
    # "who has" and "and had" go on speaking of the kin; the other scope ends do not.
    return re.search(r";|\.\s|\b(?:but|however|although|patient|pt|he|she|they|i)\b", between, re.I) is not None
