"""Vital signs, laboratory results and scores: name, value, unit and flag as printed, never a range, goal or date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.values import Cited, Kind
from extractors.grammar.find import normalise
from extractors.lexicon.analytes import AnalyteHit, find_analytes
from extractors.lexicon.drugs import find_drugs
from extractors.prose.citing import Groups, Mention
from extractors.prose.passages import Passage
from extractors.prose.sentences import sentences

_RESULTS = frozenset(["results", "vitals", "objective"])
# Sections that never state the patient's own results.
_CLOSED = frozenset(
    [
        "allergies",
        "family_history",
        "follow_up",
        "closing",
        "immunizations",
        "procedures",
        "medications",
        "administrative",
        "goals",
    ]
)
# Between a name and its value: "A1c was 8.2", "Hgb A1c (03/2026): 8.2", "LDL cholesterol of 145", "BP today 120/80".
_LINK = re.compile(
    r"(?:\s*\((?:[^()]{1,30})\))?(?:\s*[:=~]\s*|\s*[–—-]\s+|\s+)(?:(?:level|score|count|value|result|reading|"
    r"today|was|is|were|are|of|at|remains?|measured|found|to be|now|only|"
    r"approximately|about|approx\.?|currently|elevated|low|high|normal|stable|markedly|improved|worsened|rose|"
    r"risen|fell|increased|decreased|dropped|noted|"
    r"up|down|to|on|upon|discharge|admission|presentation|arrival|triage|baseline|rest|exam|today's|recent|most|last|latest|a|an|the|repeat|in|clinic|office|this|visit|resting|sitting|room|"
    r"air|\([^()]{1,20}\))[\s,:]+){0,6}",
    re.I,
)
_VALUE = re.compile(
    r"(?P<value>\d{2,3}\s?/\s?\d{2,3}(?![\d/])|(?:[<>≤≥]=?\s?)?-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|"
    r"(?:[<>≤≥]=?\s?)?-?(?:\d{1,9}(?:\.\d{1,6})?|\.\d{1,6}))(?![\d]|[.:]\s?\d|,\d)(?!\s?/\s?\d{1,2}\s?/\s?\d)"
)
_SINGLE = re.compile(_VALUE.pattern.replace(r"\d{2,3}\s?/\s?\d{2,3}(?![\d/])|", ""))
_PRESSURE = re.compile(r"\b(?:b/?p|blood pressure|pressure|acuity|va|bcva)\b", re.I)
_UNIT = re.compile(
    r"\s?[.:]?\s?(?P<unit>(?:breaths?|beats?|respirations?)\s?(?:/|per)\s?min(?:ute)?\b|"
    r"(?:[mk]?(?:mm|m|k)?)?\[(?:hg|degf|lb_av|in_i|ft_i|h2o)\]|[mu]?\[iu\]\s?/\s?m?l\b|10\*\d{1,2}\s?/\s?[uµm]?l\b|cel\b|"
    r"%\s?(?:predicted|of predicted|pred)\b|%|/\s?(?:10|56|30|27|21|24|25|50|63|75|80|88|"
    r"100|144|68|72|5|4)\b(?!/)|"
    r"(?:x\s?)?10\s?[\^*e]?\s?\d{1,2}\s?/\s?[uµm]?l\b|"
    r"(?:m?m?cg|mg|ug|µg|ng|pg|g|mmol|µmol|umol|nmol|pmol|meq|m?iu|[uµ]iu|u|units?|k|m|cells|copies|ml|l|fl|mm|"
    r"cm|m|kg|lbs?|beats|breaths|events|thou|x10e?3|10e?3|th|hr|days?|joints)"
    r"\s?/\s?(?:d?l|ml|[uµ]l|mcl|mm3|mm\^?3|hr|h|min|g|kg|m2|m²|24\s?h(?:rs?|ours)?|day|hpf|month|mo|week|s|"
    r"sec|cc|mg|[cm]m\^?[23²³])(?:\s?/\s?1\.73\s?m\^?[2²]?|/day|/24h)?|"
    r"[fc]\s?°|mm\s?hg\b|mmhg\b|kg\s?/\s?m\^?[2²]|bpm\b|°\s?[fc]\b|deg(?:rees)?(?:\s?[fc])?\b|[fc](?=[\s,;.)]|$)|mmol\b|"
    r"meq\b|kilograms?\b|kg\b|pounds?\b|lbs?\b|inches\b|in\b(?=[\s,;.)]|$)(?!\s+[a-z])|"
    r"cm\b|mm\b|mcm\b|microns?\b|µm\b|ml\b|cc\b|fl\b|pg\b|sec(?:onds)?\b|minutes?\b|min\b|ms\b|msec\b|"
    r"months?\b|weeks?\b|days?(?:\s?/\s?(?:month|mo|week))?\b|hours?\b|hrs?\b|years?\b|"
    r"ppb\b|mcg\b|mg\b|points?\b|score\b|grade\b|steps?\b|yards?\b|mets?\b|episodes?(?:\s?/\s?\w+)?\b|"
    r"s(?=[\s,;.)]|$)|meters?\b|feet\b|ratio\b|index\b|dioptres?\b|copies\b|units?\b|m\b(?=[\s,;.)]|$))",
    re.I,
)
_FLAG = re.compile(
    r"\s{0,3}[(\[]?\s?(?P<flag>HH|LL|H|L|High|Low|Abnormal|Critical|A\b|HIGH|LOW|\*)\s?[)\]]?(?=[\s,;.)]|$)"
)
_GOAL = re.compile(
    r"\b(?:goals?|targets?|below|above|under|over|less than|greater than|at least|reach|threshold|if|until|"
    r"normal range|reference|ref|range|for an?|criteria|requires?)\b[^.;,]{0,22}$",
    re.I,
)
# "Targeting an A1c of 7 and a weight of 180 lbs": all that a clause aims at is still to come.
_AIMED = re.compile(
    r"\b(?:target(?:s|ed|ing)|aim(?:s|ed|ing)?\s(?:for|at|to)|titrat(?:e|ed|ing)\s(?:to|for)|(?:wants?|wish(?:es)?|"
    r"hop(?:es?|ing)|would like|tr(?:y|ies|ying)|work(?:s|ing)|striv(?:es?|ing)|plan(?:s|ning)?|goal is)\s(?:\w+\s)?"
    r"(?:to|for|towards?))\b"
    r"(?:(?!\b(?:but|current(?:ly)?|now|today|presently|actual(?:ly)?|last|recent)\b)(?:[^.;:]|\.(?=\d)))*$",
    re.I,
)
_NOT_VALUE = re.compile(
    r"\s?(?:['’′]|(?:ft|feet)\b|-\s?\d|to\s\d|–\s?\d|%?\s?(?:years?|y/?o|yo)\b|tabs?\b|tablets?\b|capsules?\b|puffs?\b|mg\s+(?:tab|"
    r"cap|daily|po|bid|by|once|oral|twice|every)|pack-?years?|(?:st|nd|rd|th)\b)",
    re.I,
)
_NAME_LEAD = re.compile(
    r"(?<![\w.])(?:serum|fecal|plasma|urine|fasting|total|free|peak|baseline|absolute|trough|estimated|mean|"
    r"resting|random|"
    r"lowest|highest|average|minimum|maximum|standing|sitting|supine|orthostatic|discharge|admission|"
    r"(?:(?:left|right|low|lower|upper|bilateral)\s)?(?:shoulder|knee|hip|back|neck|ankle|wrist|elbow|hand|foot|leg|arm|"
    r"joint|chest|abdominal|pelvic|jaw|facial))\s$",
    re.I,
)
# An entry of a results list: up to six words, then a value; the words name the result.
_ENTRY = re.compile(
    r"\s*(?P<name>[A-Za-z(][A-Za-z0-9()/%.,' +-]{0,48}?[A-Za-z0-9)%]|[A-Z])\s*[:=]?\s+(?=[<>≤≥]?\s?-?\d|-?\.\d)"
)
_WORDY = re.compile(
    r"\b(?:was|were|is|are|on|at|in|of|with|from|for|dated|reviewed|page|the|to|since|weeks?|months?|days?|"
    r"years?|ago|and|or|by|per|visit|date|collected|drawn|reported|phone|fax|room|no|patient|mrn|dob|account|"
    r"order|grade|stage|take|tablet|refills?)\b|[.]\s",
    re.I,
)
# "A1c in 3 months" plans a test.
_LATER = re.compile(r"\b(?:in|within|every|for|over|next)\s+(?:about\s+|approximately\s+|the\s+next\s+)?$", re.I)
_TIME = re.compile(r"\s?-?\s?(?:days?|weeks?|wks?|months?|mos?|years?|yrs?|hours?|hrs?)\b", re.I)
# A score that no list knows: "the Lequesne index was 14", "COWS 11 points".
_SCORED = re.compile(
    r"\b(?P<name>(?:[A-Z][\w'’-]*[ -]){1,4}(?:[a-z]+ )?(?:score|index|scale|inventory|questionnaire|rating)|"
    r"[A-Z][A-Z0-9-]{2,9})"
    r"(?:\s+(?:total|today|now|score))?(?:\s*[:=]\s*|\s+(?:was|is|of|at)\s+|\s+)(?P<value>\d{1,3}(?:\.\d{1,2})?)"
    r"(?=\s?(?P<unit>points?\b|/\s?\d{1,3}\b|score\b|out of\b|%|[.,;)]|$))"
)
_HEADINGS = re.compile(
    r"(?i)^(?:test|analyte|component|result|value|units?|reference|ref(?:erence)? range|range|flag|name|date|"
    r"lab|status|normal)s?\b"
)


@dataclass(frozen=True, slots=True)
class _Found:
    name: tuple[int, int]
    value: tuple[int, int]
    score: float


def read_observations(passage: Passage, groups: Groups) -> Iterator[Cited]:
    """The results and vital signs that a passage states."""
    if passage.section in _CLOSED:
        return
    if passage.row and passage.section in _RESULTS and passage.digits and ";" not in passage.text:
        found = _row(passage.text)
        if found is not None:
            yield from _cited(passage, found, groups)
            return
    for sentence in sentences(passage):
        if not sentence.digits:
            continue
        listed = passage.section == "results"
        known = list(_known(passage.text, sentence.start, sentence.end, listed=listed))
        known += _scored(passage.text, sentence.start, sentence.end, known)
        if listed or passage.section == "vitals":
            known += _entries(passage.text, sentence.start, sentence.end, known)
        for item in sorted(known, key=lambda f: f.value):
            yield from _cited(passage, item, groups)


def _known(text: str, start: int, end: int, *, listed: bool) -> Iterator[_Found]:
    """Names of the lexicon with a value after them."""
    hits = [AnalyteHit(start + h.start, start + h.end, h.vital) for h in find_analytes(text[start:end])]
    for index, hit in enumerate(hits):
        stop = hits[index + 1].start if index + 1 < len(hits) else end
        name_start = _name_start(text, start, hit.start, listed=listed)
        link = _LINK.match(text, hit.end, stop)
        value = _value_of(text[hit.start : hit.end], text, link.end(), stop) if link else None
        if value is None or _GOAL.search(text[max(start, hit.start - 30) : hit.start]):
            continue
        if _AIMED.search(text, start, hit.start):
            continue
        span = value.span("value")
        if _NOT_VALUE.match(text, span[1]) or _GOAL.search(text[hit.end : span[0]]):
            continue
        if _LATER.search(text[hit.end : span[0]]) and _TIME.match(text, span[1]):
            continue
        # One or two letters are a name only with a unit or a colon behind them.
        short = hit.end - hit.start <= 2
        if short and ":" not in text[hit.end : span[0]] and not hit.vital and _UNIT.match(text, span[1]) is None:
            continue
        yield _Found((name_start, hit.end), span, 1.0)


def _scored(text: str, start: int, end: int, known: Sequence[_Found]) -> Iterator[_Found]:
    """Scores that the lexicon does not hold, by the word that makes them one or by the points behind them."""
    for found in _SCORED.finditer(text, start, end):
        low, high = found.span("name")
        if any(k.name[0] < high and low < k.value[1] for k in known) or _GOAL.search(text[max(start, low - 30) : low]):
            continue
        acronym = found["name"].isupper() and " " not in found["name"]
        if acronym and found["unit"][:1] not in ("p", "s"):
            continue
        yield _Found((low, high), found.span("value"), 0.6)


def _value_of(name: str, text: str, start: int, end: int) -> re.Match[str] | None:
    """The value at an offset: two numbers with a slash are a pressure, and of anything else a score out of the most."""
    return (_VALUE if _PRESSURE.search(name) else _SINGLE).match(text, start, end)


def _name_start(text: str, low: int, start: int, *, listed: bool) -> int:
    """Words before the name that belong to it: `Fecal calprotectin`; in a results list all since the last entry."""
    if listed:
        entry = re.search(r"(?:^|[;,:])\s*(?P<words>[A-Z][A-Za-z-]*(?: [A-Za-z-]+){0,2}) $", text[low:start])
        if entry is not None and not _WORDY.search(entry["words"]):
            return low + entry.start("words")
    lead = _NAME_LEAD.search(text[low:start])
    return low + lead.start() if lead else start


def _entries(text: str, start: int, end: int, known: list[_Found]) -> Iterator[_Found]:
    """Entries of a results list whose names the lexicon does not hold."""
    for piece in re.finditer(r"[^;,]+", text[start:end]):
        low, high = start + piece.start(), start + piece.end()
        if any(low <= k.value[0] < high for k in known):
            continue
        entry = _ENTRY.match(text, low, high)
        if entry is None or _WORDY.search(entry["name"]) or len(entry["name"].split()) > 6:
            continue
        value = _VALUE.match(text, entry.end(), high)
        if value is None or _NOT_VALUE.match(text, value.end("value")) or find_drugs(entry["name"]):
            continue
        if _UNIT.match(text, value.end("value")) is None and text[value.end("value") : high].strip(" ."):
            continue
        yield _Found(entry.span("name"), value.span("value"), 0.6)


def _row(text: str) -> _Found | None:
    """A table's row: the name in the first cell, the value in the first cell that is a number."""
    cells = [(m.start(), m.end()) for m in re.finditer(r"\S+(?:\s\S+)*", text)]
    if len(cells) < 2 or _HEADINGS.match(text.strip()):
        return None
    named = next((i for i, c in enumerate(cells) if re.search(r"[A-Za-z]{2}", text[slice(*c)])), None)
    if named is None:
        return None
    printed = re.search(r"[A-Za-z(].*?(?=[\s:*.,;|]*$)", text[slice(*cells[named])])
    if printed is None or len(printed.group().split()) > 6 or len(printed.group()) > 50:
        return None
    start = cells[named][0] + printed.start()
    for low, high in cells[named + 1 :]:
        value = _value_of(text[start : start + len(printed.group())], text, low, high)
        if value is None or _NOT_VALUE.match(text, value.end("value")):
            continue
        return _Found((start, start + len(printed.group())), value.span("value"), 0.9)
    return None


def _cited(passage: Passage, found: _Found, groups: Groups) -> Iterator[Cited]:
    text = passage.text
    value = normalise(Kind.NUMBER, text[slice(*found.value)])
    if value is None:
        return
    features = (
        ("lexicon_score", found.score),
        ("section_fit", passage.section_fit if passage.section in _RESULTS else 0.5),
    )
    mention = Mention(passage, groups.next("obs"), features=features)
    yield mention.cite("observation.name", " ".join(text[slice(*found.name)].split()), found.name)
    yield mention.cite("observation.value", value, found.value)
    at = found.value[1]
    # A row's unit stands in the next cell, with the flag before or after it.
    gap = re.compile(r"\s*").match(text, at) if passage.row else None
    unit = _UNIT.match(text, gap.end() - 1 if gap and gap.end() > at else at)
    flag = _FLAG.match(text, unit.end() if unit else at)
    if unit is None and flag is not None:
        unit = _UNIT.match(text, re.compile(r"\s*").match(text, flag.end()).end() - 1)  # type: ignore[union-attr]
    if unit is not None and unit["unit"] == "HR":  # the next vital sign, no hours
        unit = None
    if unit is not None:
        printed = unit.span("unit")
        yield mention.cite("observation.unit", text[slice(*printed)].strip(), printed)
        flag = flag or _FLAG.match(text, re.compile(r"\s*").match(text, unit.end()).end())  # type: ignore[union-attr]
    if flag is not None:
        yield mention.cite("observation.flag", flag["flag"], flag.span("flag"))
