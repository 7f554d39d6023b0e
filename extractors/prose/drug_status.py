"""A drug's status from the words around it, its section, and the action column of a medication list."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from extractors.prose.misread import mended

STATUSES = ("requested", "current", "discontinued", "tried-failed", "ignored")
_BY_SECTION = {
    "medications": "current",
    "discharge_medications": "current",
    "new_medications": "current",
    "discontinued_medications": "discontinued",
    "tried_failed": "tried-failed",
    "requested": "requested",
}
_ENDS = frozenset({"tried-failed", "discontinued"})
# A word before the drug speaks of it over this many characters at most: a list of a dozen drugs with their sigs.
_REACH_BEFORE = 600
_REACH_AFTER = 90
_PLURAL = re.compile(r"(?:were|are|have|both|all)\b", re.I)
# The first cell of a medication list, or the word before the drug in a list item.
_ACTION = re.compile(
    r"\s*(?:\W{0,4}\s*)?(?P<word>new|start(?: taking)?|begin|continue(?: taking)?|cont|resume|change(?:d)?|"
    r"modified|increase|decrease|unchanged|same|"
    r"stop(?: taking)?|stopped|discontinued?|d/c(?:'d)?|dc|hold|held|ended|completed|remove[d]?)\s*[:\-–—]?\s",
    re.I,
)
_ASIDE = re.compile(r"\([^()]*\)")
_PLANNED = re.compile(r"\b(?:then|until|when to|if|unless|before|may be|can be)(?: \w+){0,2}\s*$", re.I)
# A word of giving after one of these gives nothing.
_DENIAL = re.compile(
    r"\b(?:not|never|cannot|(?:do|does|did|is|was|wo|should|ca|must)n['’]?t|avoid|rather than|"
    r"instead of|decline[sd]? to|"
    r"refuse[sd]? to)(?:\s+(?:to|be|being|been|ever|again|have))*\s*$",
    re.I,
)
_GOES_ON = re.compile(
    r"(?:to be |will be |was |is |should be )?(?:resum|restart|cont|refill|keep|maintain|tak|us|receiv|on\b|unchanged)",
    re.I,
)
_ARRIVES = re.compile(r"\bto\s+(?:the\s+|generic\s+|oral\s+|a\s+)?$", re.I)
_HELD = re.compile(r"\b(?:hold|held|holding|on hold|suspend\w*|paus\w+|interrupt\w*)\b", re.I)
# Words that begin a drug, not those that say it was begun.
_BEGINS = re.compile(
    r"(?:(?:re)?start(?:s|ing)?|begin(?:ning)?|initiat(?:e|ing)|add(?:ing)?|giv(?:e|ing)|us(?:e|ing)|switch|change|"
    r"transition|prescrib(?:e|ing)|put|plac(?:e|ing)|treat|resume|increase|decrease|(?:up-?)?titrate|on|new|rx)"
    r"(?: (?:on|to|with|of|taking))?",
    re.I,
)
_IF = (
    r"(?:if(?! (?:needed|necessary|tolerated))|should|in case|in the event|unless|when|once(?! (?:daily|an?|per|every|"
    r"weekly|nightly|in)\b)|as soon as|depending on|pending)\b"
)
# "Would start", "if it gets worse, begin", "low threshold to add", "next step: switch to".
_CONDITION_BEFORE = re.compile(
    rf"\b(?:(?:would|could|(?-i:may)|might|can|think(?:ing)? (?:of|about)|consider\w*|contemplat\w+|"
    r"threshold (?:to|for)|(?:next|second|third|later|future|further) (?:visit|step|time|line|choice|option)|"
    r"back-?up|fallback|ready to|prepared to|options?(?: to| of| is| are)?|wait\w* (?:to|before)|"
    rf"discuss\w*|offer\w*|agree\w* to|willing to|hopes? to|"
    rf"reluctant to|hesita\w+ to)(?:[\s:,]+\w+){{0,3}}|{_IF}[^.;]{{2,110}})[\s,:–-]*$",
    re.I,
)
_CONDITION_AFTER = re.compile(
    rf"[^.;,\n]{{0,80}}?\b(?:{_IF}|(?:at |on )?(?:the )?(?:next|follow-?up) (?:visit|appointment|week|month|time))",
    re.I,
)
_SENTENCE_END = re.compile(r"[.;!?]\s|\n")
# What was given, without a word of its going on: "treated with", "was given", "received".
_WAS_GIVEN = re.compile(
    r"(?:treated|managed|loaded|bridged) with|given|received|administered|(?:put|placed) on|started(?: on)?|"
    r"initiated(?: on)?|begun(?: on)?|began|added|transition(?:ed)? to|switch(?:ed)? to|change(?:d)? to",
    re.I,
)
_PAST_BEFORE = re.compile(r"(?:^|[.;:]|\b(?:was|were|been|had|and|then|initially|empirically))\s*$", re.I)
_GOES_HOME = re.compile(
    r"\b(?:discharge\w*|home|outpatient|continu\w+|ongoing|indefinite\w*|lifelong|resum\w+)\b", re.I
)
_LAST_ONE = re.compile(
    r"\b(?:last|final) (?:dose|day|pill|tablet|tab|capsule|shot|injection|infusion|course|one|bit|of)s?"
    r"(?: (?:of|was|were|my|the|his|her|their))*\s*$",
    re.I,
)
# A relative or another person as the subject of what is taken: `her husband has asthma and uses`.
_KIN_TAKES = re.compile(
    r"(?:^\W*|[.;:,]\s*|\b(?:and|but|while|whereas)\s)(?:(?:his|her|their|my|the|a|patient'?s|pt'?s)\s)?"
    r"(?:(?:late|older|younger|ex|other|twin|oldest|youngest)[ -])?(?:(?:grand|step)?(?:mother|father|son|daughter|"
    r"child|parents?)|mom|dad|wife|husband|spouse|partner|fianc\w+|boyfriend|girlfriend|sister|brother|sibling|twin|aunt|uncle|"
    r"cousin|niece|nephew|roommate|room-mate|neighbor|friend|caregiver|co-?worker|in-law)\s"
    r"(?:(?:also|herself|himself|themselves|too|currently|who|already|still)\s){0,2}(?:has|have|had|is|are|was|takes?|took|"
    r"uses?|used|suffers|lives|started|gets|receives|on)\b",
    re.I,
)
# The patient is the subject again.
_OWN_AGAIN = re.compile(r"\b(?i:he|she|him|patient|pt|they|we|i)\b|\b[A-Z][a-z]+ (?:takes|uses|is on)\b|[.;]\s")
_ACTION_STOPS = re.compile(r"stop|disc|d/c|dc|hold|held|ended|completed|remove", re.I)


@dataclass(frozen=True, slots=True)
class Status:
    """A status with the words it follows from (offsets in the text), and how directly they say it, 0..1."""

    name: str
    start: int
    end: int
    fit: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Cue:
    name: str
    start: int
    end: int
    text: str


@cache
def rules_version() -> str:
    """The version of the status rules, as their file states it."""
    raw = tomllib.loads((resources.files("extractors.prose") / "rules" / "drug_status.toml").read_text("utf-8"))
    return str(raw["version"])


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    raw = tomllib.loads((resources.files("extractors.prose") / "rules" / "drug_status.toml").read_text("utf-8"))
    names = {f"s{i}": status for i, status in enumerate(STATUSES)}
    unions = []
    for side in ("before", "after"):
        alternatives = []
        for key, status in names.items():
            words = sorted((w.replace(" ", r"\s+") for w in raw[status][side]["words"]), key=len, reverse=True)
            alternatives.append(f"(?P<{key}>{'|'.join(words)})")
        unions.append(alternatives)
    # Of several statuses at one place the longer wording must win: "no longer on" over "on".
    before, after = (re.compile(rf"(?<![\w/'-])(?:{'|'.join(a)})(?![\w'])", re.I) for a in unions)
    return before, after, names


@lru_cache(maxsize=512)
def _cues(text: str) -> tuple[tuple[_Cue, ...], tuple[_Cue, ...]]:
    before, after, names = _patterns()
    text = mended(text)
    # An aside speaks of the drug before it ("(flare on taper)"), never of the next one.
    outside = _ASIDE.sub(lambda m: " " * len(m.group()), text)
    return tuple(_scan(before, outside, names)), tuple(_scan(after, text, names))


def _scan(pattern: re.Pattern[str], text: str, names: dict[str, str]) -> list[_Cue]:
    found: list[_Cue] = []
    for hit in pattern.finditer(text):
        key = hit.lastgroup or ""
        found.append(_Cue(names[key], hit.start(), hit.end(), hit.group()))
    return found


def status_of(
    text: str, span: tuple[int, int], others: Sequence[tuple[int, int]], *, section: str, fit: float
) -> Status | None:
    """The status that a text gives to the drug at `span`; `others` are the other drugs' spans in it."""
    start, end = span
    leads, follows = _cues(text)
    aside = next((m for m in _ASIDE.finditer(text) if m.start() < start and end < m.end()), None)
    if aside is not None:  # "metformin (was on glipizide)": what an aside says of the drug within it
        within, at = _cues(aside.group().strip("()"))[0], aside.start() + 1
        leads = (*leads, *(_Cue(c.name, c.start + at, c.end + at, c.text) for c in within))
    if (after := _after(text, end, follows, others)) is not None:
        return _by_what_came_first(text, start, after, leads, section)
    action = _ACTION.match(text)
    if action is not None and action.end() <= start and not any(o < start for o, _ in others):
        name = "discontinued" if _ACTION_STOPS.match(action["word"]) else "current"
        lead = [c for c in leads if action.end("word") < c.end <= start]
        if not lead:
            return Status(name, action.start("word"), action.end("word"), 1.0, action["word"])
    nearest = [c for c in leads if c.end <= start and start - c.end <= _REACH_BEFORE]
    nearest = [c for c in nearest if not re.search(r"[.!?]\s+[A-Z]", text[c.end : start])]
    if nearest:
        latest = max(nearest, key=lambda c: (c.end, c.end - c.start))
        # "Switched from lisinopril to losartan": what it is changed to is taken.
        if (arrives := _ARRIVES.search(text, latest.end, start)) and latest.text.lower().endswith("from"):
            return Status("current", latest.start, arrives.end(), 1.0, text[latest.start : arrives.end()])
        cue = _refused(text, latest)
        weak = cue.name == "current" and cue.text.lower() in ("on", "new", "uses", "using", "given", "keep", "maintain")
        if not (weak and section in _BY_SECTION):
            return Status(cue.name, cue.start, cue.end, 0.8 if weak else 1.0, cue.text)
    if section in _BY_SECTION:
        return Status(_BY_SECTION[section], start, end, fit)
    return None


def _by_what_came_first(text: str, start: int, after: Status, leads: Sequence[_Cue], section: str) -> Status:
    """The status said after a drug, unless its list or the word right before it told which of two ends it was.

    "Previous treatment: topiramate 100 mg, stopped for sedation" was tried; "no longer takes mesalamine, which gave no
    relief" is over. Of what was tried, symptoms may have "continued", too.
    """
    led = next((c.name for c in leads if text[c.end : start].strip() == "" and c.end <= start), None)
    first = _BY_SECTION[section] if section in ("tried_failed", "discontinued_medications") else led
    if first in _ENDS and after.name in _ENDS - {first}:
        return Status(first, after.start, after.end, after.fit, after.words)
    if section == "tried_failed" and after.name == "current":
        return Status(_BY_SECTION[section], after.start, after.end, after.fit, after.words)
    return after


def is_led(text: str, start: int) -> bool:
    """Whether a word of taking, stopping, trying or asking stands right before an offset: "takes insulin"."""
    return any(c.name != "ignored" and c.end <= start and not text[c.end : start].strip() for c in _cues(text)[0])


def is_held(status: Status, label: str) -> bool:
    """Whether a drug was paused and not stopped for good: it is not current, and nobody can tell for how long.

    `label` is the printed header of the section, where the section gave the status.
    """
    return status.name == "discontinued" and _HELD.search(status.words or label) is not None


def is_planned(text: str, status: Status | None, span: tuple[int, int]) -> bool:
    """Whether the drug at `span` is begun on a condition or only thought of: "if it gets worse start", "would add".

    Without a status of the words it is looked for right before the drug.
    """
    said = status is not None and status.words != ""
    if status is not None and said:
        if status.name != "current" or _BEGINS.fullmatch(" ".join(status.words.split()).rstrip(":")) is None:
            return False
        low, high = status.start, max(span[1], status.end)
    else:
        low, high = span
    before = _SENTENCE_END.split(text[max(0, low - 150) : low])[-1]
    return bool(_CONDITION_BEFORE.search(before) or (said and _CONDITION_AFTER.match(text, high)))


def is_of_the_stay(text: str, status: Status, section: str) -> bool:
    """Whether a drug was given for a while: in a hospital's narrative, or "was treated with" and no word of now."""
    words = " ".join(status.words.split())
    if status.name != "current" or _WAS_GIVEN.fullmatch(words) is None or _GOES_HOME.search(text):
        return False
    past = re.match(r"(?:treated|managed|loaded|bridged) with", words, re.I) and _PAST_BEFORE.search(
        text[: status.start]
    )
    return section == "hospital_course" or past is not None


def is_anothers(text: str, start: int) -> bool:
    """Whether a relative or a friend is the subject of what is taken: "her husband has asthma and uses albuterol"."""
    said = _KIN_TAKES.search(text, 0, start)
    return said is not None and _OWN_AGAIN.search(text, said.end(), start) is None


def is_last_dose(text: str, start: int) -> bool:
    """Whether the drug at an offset is one of which the last was taken: "took the last dose of"."""
    return _LAST_ONE.search(text, 0, start) is not None


def cue_is_giving(status: Status) -> bool:
    """Whether the status follows from a single act of giving: "given", "received"."""
    return status.words.lower() in ("given", "received", "receiving", "administered")


def _after(text: str, end: int, cues: Sequence[_Cue], others: Sequence[tuple[int, int]]) -> Status | None:
    for cue in cues:
        if cue.start < end or cue.start - end > _REACH_AFTER:
            continue
        # "metformin daily, stopped glipizide": the word leads the next drug.
        if any(0 <= s - cue.end <= 2 and text[end : cue.start].strip() for s, _ in others):
            return None
        between = text[end : cue.start]
        # "40 mg daily x 5 days, then stop": an end that is planned, of a drug that is taken.
        if cue.name == "discontinued" and _PLANNED.search(between):
            continue
        crossed = any(end <= s < cue.start for s, _ in others)
        # "X and Y were stopped" speaks of both, "X daily, Y was stopped" of Y alone.
        if crossed and not _PLURAL.match(cue.text):
            return None
        if re.search(r"[.!?]\s+[A-Z]|\bbut\b|\bhowever\b", between):
            return None
        if cue.name != "requested" and ";" in between:
            return None
        said = _refused(text, cue)
        return Status(said.name, said.start, said.end, 1.0, said.text)
    return None


def _refused(text: str, cue: _Cue) -> _Cue:
    """The cue, or what it means after a denial: "do not resume" stops a drug, "not started" is none at all.

    "Do not stop" goes on.
    """
    denial = _DENIAL.search(text[: cue.start]) if cue.name in ("current", "discontinued") else None
    if denial is None:
        return cue
    goes_on = _GOES_ON.match(cue.text) is not None
    name = "current" if cue.name == "discontinued" else "discontinued" if goes_on else "ignored"
    return _Cue(name, denial.start(), cue.end, text[denial.start() : cue.end])
