"""Diagnoses printed as lists: wording with its code before, after, in brackets, or without one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from documents.values import Kind
from extractors.grammar.find import find_values, normalise
from extractors.grammar.match import Match
from extractors.lexicon.conditions import find_conditions
from extractors.prose.code_titles import is_known, names
from extractors.prose.lines import LIST_MARK
from extractors.prose.passages import Passage
from validation.icd10cm import lookup

LISTS = frozenset(["diagnoses", "assessment", "assessment_and_plan"])
# A code without a dot counts where brackets, a separator or the item's edge set it apart; "I10" stands so, "T12" and
# "B12" inside a sentence do not.
_SET_APART = re.compile(
    r"(?:(?<=[(\[])\s?|(?<=[,;–—:-])\s|^\s*|"
    r"(?<=\s)\s)(?:icd-?10(?:-cm)?:?\s*)?(?P<code>[A-TV-Za-tv-z][0-9OolI][0-9A-Za-z]{1,5})(?=\s*[)\]]|\s*\.?\s*$|"
    r"\s*[;,]|\s+[-–—:]|\s{2,}|\s+[A-Z][a-z])",
)
_LABELLED = re.compile(r"\b(?:icd(?:[- ]?10)?(?:[- ]?cm)?|dx|code)\b\.?\s*(?:code)?\s*[:#=]?\s*$", re.I)
_EXAMPLE = re.compile(
    r"\b(?:examples?|e\.\s?g\.?|sample|for instance|such as|as in|format|formatted|written like|looks? like|style of)"
    r"(?![A-Za-z])[^.;]{0,40}$",
    re.I,
)
_EDGE = " \t,;:-–—()[]|*#•./="
_NOT_WORDING = re.compile(
    r"^(?:same(?: as (?:above|pre-?op\w*|preoperative diagnosis))?|as above|none|n/?a|see (?:above|below|"
    r"attached|note)|unknown|deferred|pending|"
    r"icd(?:-?10)?(?:-cm)?(?: codes?)?|codes?|diagnos[ei]s|description|#|primary|secondary|unchanged)$",
    re.I,
)
# "Factor V Leiden; D68.51": the semicolon stands between a diagnosis and its own code.
_OWN_CODE = re.compile(
    r"\s*(?:(?:icd-?\s?10(?:-cm)?|dx)\s*:?\s*)?[A-TV-Z][0-9OIl][0-9A-Z](?:\.[0-9A-Z]{1,4})?\s*(?:[;.,)]|$)"
)
_SAME = re.compile(r"\s*(?:same(?: as (?:above|pre-?op\w*|preoperative(?: diagnosis)?))?|as above)\b", re.I)
_DOUBT = re.compile(
    r"(?:rule[- ]?out|r/o|possible|possibly|probable|probably|suspected|presumed|likely|question of|\?|concern "
    r"for|evaluate for)\s+",
    re.I,
)
_LEADING = re.compile(
    r"^(?:(?:icd(?:-?10)?(?:-cm)?|dx|diagnosis|primary|secondary|principal|code|description|"
    r"(?:diagnosis )?(?:name|wording)|meaning|in words|assessment|impression|condition|problem)\s*:?\s+)+",
    re.I,
)
_MANAGEMENT = re.compile(
    r"\b(?:continue|start|stop|increase|decrease|order|check|follow|refer|will|plan|patient|pt|he|she|given|discussed|"
    r"return|schedule|monitor|recommend|was|were|is|are|has|have)\b",
    re.I,
)
# Words beside a code are its own within this many characters, and within a clause.
_NEAR = 90
_CLAUSE = re.compile(r"[;:()\[\]]|\.\s")
# Before a wording in a sentence: "I treat her for ...", "the issues are ...".
_OPENER = re.compile(
    r"(?:^|[.:;)(]\s?|\b(?:(?:male|female|man|woman|lady|gentleman|patient|pt|boy|girl|child|adult|who|presents?|presenting|"
    r"admitted|seen) with|for|has|have|had|is|are|was|were|being|(?:diagnos(?:is|es|ed)|known|history|case|evaluation|"
    r"management|treatment) (?:of|with|as)|diagnosed|including|includes?|such as|treat(?:s|ed|ing)?|"
    r"manag(?:e|es|ed|ing)|suffers? from|suffering from|because of|regarding|about|having|living with|underlying)\s)",
    re.I,
)
_ARTICLE = re.compile(r"(?:\s|,|and\b|&|the\b|an?\b|his\b|her\b|their\b|my\b|both\b|also\b|known\b|with\b|of\b)+", re.I)
_PART = re.compile(r",\s|\sand\s|\s&\s")
# "(ICD-10: M05.79)": the system's name is none of the wording.
_SYSTEM = re.compile(
    r"\s*[(\[]?\s*\b(?:icd-?\s?10(?:-cm)?|dx)(?: codes?)?\s*[:#]?\s*$|\s*[,(\[]?\s*codes?\s*[:#]?\s*$", re.I
)
_WIDE = re.compile(r"\s{2,}")
# Right after a code, its wording in brackets.
_EXPLAINED = re.compile(r"\s*[(\[]\s*(?P<wording>[A-Za-z][^()\[\]]{3,110})[)\]]")
# Where a listed diagnosis without a code ends: a remark, a doubt, a measure, a wide gap.
_HEAD_END = re.compile(
    r",\s(?:most\s)?(?:likely|probably|possibly|presumably|presumed|suspect\w*|stable|improv\w+|worsen\w+|resolving)\b|"
    r"\.(?:\s|$)|:\s|\s[-–—]{1,2}\s|\s[(\[{]|\s{2,}|(?:,?\s(?:(?:diagnosed|dx'?d?|noted|onset|found)\s)?(?:since|in|from|circa|about))?"
    r",?\s\S*\d[\d.,]{2,}"
)
# A form's own words below "Diagnosis".
_INSTRUCTION = re.compile(
    r"\b(?:codes?|write|enter|examples?|attach|list (?:all|each|the)|required|reviewed|onset date|"
    r"comments?)\b",
    re.I,
)
# The longest wording that is a diagnosis and not a remark about one.
_MOST_WORDS = 12
_SHORT_NAME = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One listed diagnosis: spans in the passage; a code, a wording, or both."""

    code: Match | None
    wording: tuple[int, int] | None
    same: bool = False


def read_items(passage: Passage) -> Iterator[Item]:
    """The diagnoses that a passage lists with a code; in a diagnosis section also those without."""
    text = passage.text
    listed = passage.section in LISTS
    if not listed and not passage.digits:
        return
    for start, end in _pieces(text):
        codes = list(_codes(passage, start, end, listed=listed))
        if codes:
            yield from _coded(text, start, end, codes, listed=listed)
        elif listed:
            yield from _uncoded(passage, start, end)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Items on one line are set apart by semicolons, or numbered inline (`1. ... 2. ...`)."""
    mark = LIST_MARK.match(text)
    start = mark.end() if mark else 0
    for found in re.finditer(r";|(?<=\s)\(?\d{1,2}[.)]\s(?=[A-Z])", text):
        if found.start() <= start or _OWN_CODE.match(text, found.end()):
            continue
        yield start, found.start()
        start = found.end()
    yield start, len(text)


def _codes(passage: Passage, start: int, end: int, *, listed: bool) -> Iterator[Match]:
    text = passage.text[start:end]
    seen: list[tuple[int, int]] = []
    for hit in find_values(Kind.DIAGNOSIS_CODE, text, from_ocr=passage.from_ocr):
        dotted = not hit.folded or "." in text[hit.start : hit.end]
        apart = listed or _bracketed(text, hit) or _LABELLED.search(text[: hit.start]) or _described(text, hit)
        if dotted and apart and not _EXAMPLE.search(text[: hit.start]):
            seen.append((hit.start, hit.end))
            yield Match(hit.value, start + hit.start, start + hit.end, hit.folded)
    for found in _SET_APART.finditer(text):
        s, e = found.span("code")
        if any(s < b and a < e for a, b in seen) or not found["code"][0].isupper():
            continue
        value = normalise(Kind.DIAGNOSIS_CODE, found["code"], from_ocr=passage.from_ocr)
        if value is None or _level_or_vitamin(text, s, e):
            continue
        # Within a sentence the words beside a code without a dot must be its own, and all of it beyond doubt.
        if not listed and (passage.from_ocr or not _described(text, Match(value, s, e))):
            continue
        # Outside brackets a token without a dot must be a code of the release; a group number has the same shape.
        if text[:s].rstrip().endswith(("(", "[")) or lookup(value) is not None:
            yield Match(value, start + s, start + e)


def _described(text: str, hit: Match) -> bool:
    """Whether the words right before or after a code are those of its title: "asthma, J45.50", "J45.50 (asthma)"."""
    if not is_known(hit.value) or _EXAMPLE.search(text[: hit.start]):
        return False
    before = _CLAUSE.split(text[max(0, hit.start - _NEAR) : hit.start].rstrip(_EDGE))[-1]
    after = _CLAUSE.split(text[hit.end : hit.end + _NEAR].lstrip(_EDGE))[0]
    return names(hit.value, before) or names(hit.value, after)


def _bracketed(text: str, hit: Match) -> bool:
    return text[: hit.start].rstrip().endswith(("(", "[", "(ICD-10", "(ICD-10:", "ICD-10:", "ICD10")) and text[
        hit.end :
    ].lstrip().startswith((")", "]", ",", ";"))


def _level_or_vitamin(text: str, start: int, end: int) -> bool:
    """Vertebrae, vitamins and tests that have the shape of a code: C3-C4, T12, L5-S1, vitamin B12, A1C."""
    if re.match(r"\s?[-/]\s?[CTLS]\d", text[end:]) or re.search(r"[CTLS]\d{1,2}\s?[-/]\s?$", text[:start]):
        return True
    if re.search(r"\b(?:vitamin|vit|hemoglobin|hgb|level|vertebra\w*|at)\s+$", text[:start], re.I):
        return True
    # B12, T12, T11, D10 are billable-looking categories too, but in words they are vitamins and vertebrae.
    return (
        text[start:end].upper() in ("B12", "A1C", "T12", "T11", "T10", "C10")
        and "(" not in text[max(0, start - 2) : start]
    )


def _coded(text: str, start: int, end: int, codes: list[Match], *, listed: bool) -> Iterator[Item]:
    codes = sorted(codes, key=lambda c: c.start)
    before_first = text[start : codes[0].start].strip(_EDGE)
    leads = len(re.findall(r"[A-Za-z]", _LEADING.sub("", before_first + " "))) >= 3
    for index, code in enumerate(codes):
        # "G43.709 (chronic migraine)": brackets right behind a code explain it, whatever stands before it.
        if leads and (listed or not _explains(text, code)):
            low, high = (codes[index - 1].end if index else start), code.start
        else:
            low, high = code.end, (codes[index + 1].start if index + 1 < len(codes) else end)
        same = _SAME.match(text[low:high].strip(_EDGE)) is not None
        yield Item(code, None if same else _wording(text, low, high, code, listed=listed), same)


def _explains(text: str, code: Match) -> bool:
    explained = _EXPLAINED.match(text, code.end)
    return explained is not None and names(code.value, explained["wording"])


def _wording(text: str, low: int, high: int, code: Match, *, listed: bool) -> tuple[int, int] | None:
    """The description beside a code, without its separators; `low` to `high` is the text before or after the code."""
    before = high <= code.start
    if not listed:
        return _said_before(text, low, high, code.value) if before else _said_after(text, low, high, code.value)
    # Only the sentence that touches the code: "Stable. Hypertension (I10)".
    chunk = text[low:high]
    stops = [m.end() for m in re.finditer(r"\.\s+(?=[A-Z])", chunk)]
    if before and stops:
        low += stops[-1]
    elif not before and stops:
        high = low + stops[0]
    return _trimmed(text, low, high)


def _said_before(text: str, low: int, high: int, code: str) -> tuple[int, int] | None:
    """The wording that a sentence says before a code: from the word that introduces it, or from the last comma on."""
    chunk = _SYSTEM.sub("", text[low:high]).rstrip(_EDGE)
    openers = list(_OPENER.finditer(chunk))
    start = openers[-1].end() if openers else 0
    # Of a list only the last part, and those before it that are words of the title, too ("cataract, right eye").
    cuts = [m.end() for m in _PART.finditer(chunk, start)]
    while cuts and not names(code, chunk[start : cuts[0]]):
        start = cuts.pop(0)
    lead = _ARTICLE.match(chunk, start)
    start = lead.end() if lead else start
    # Words that neither the release nor the lexicon knows: only a short phrase between two marks is a name.
    if not names(code, chunk[start:]) and not find_conditions(chunk[start:]):
        start += max((m.end() for m in _PART.finditer(chunk[start:])), default=0)
        if len(chunk[start:].split()) > _SHORT_NAME:
            return None
    return _trimmed(text, low + start, low + len(chunk))


def _said_after(text: str, low: int, high: int, code: str) -> tuple[int, int] | None:
    explained = _EXPLAINED.match(text, low)
    if explained is not None and (names(code, explained["wording"]) or find_conditions(explained["wording"])):
        return explained.span("wording")
    end = _CLAUSE.search(text, low + 1, high)
    high = end.start() if end else high
    lead = _LEADING.match(text[low:high].lstrip(_EDGE))
    low = high - len(text[low:high].lstrip(_EDGE)) + (lead.end() if lead else 0)
    cell = _WIDE.search(text, low, high)
    high = cell.start() if cell else high
    if names(code, text[low:high]) and len(text[low:high].split()) <= _MOST_WORDS:
        return _trimmed(text, low, high)
    hits = find_conditions(text[low:high])
    return (low + hits[0].start, low + hits[0].end) if hits else None


def _trimmed(text: str, low: int, high: int) -> tuple[int, int] | None:
    chunk = text[low:high]
    # A bracket that the wording itself opens stays whole: "Essential (primary) hypertension".
    left = len(chunk) - len(chunk.lstrip(_EDGE))
    right = len(chunk.rstrip(" \t,;:-–—[|*#•/=("))
    body = chunk[left:right]
    if body.endswith((")", "]")) and body.count("(") < body.count(")"):
        right -= 1
    if body.endswith(".") and not re.search(r"\b[A-Z]\.$", body):
        right -= 1
    lead = _LEADING.match(chunk[left:right])
    left += lead.end() if lead else 0
    lead = _DOUBT.match(chunk[left:right])
    left += lead.end() if lead else 0
    # Brackets that only name the code system: "Hypertension (ICD-10: I10)".
    tail = re.search(r"\s*[(\[]?\s*\b(?:icd-?\s?10(?:-cm)?|dx code|code)\s*:?\s*$", chunk[left:right], re.I)
    right = left + tail.start() if tail else right
    body = chunk[left:right].strip()
    if len(re.findall(r"[A-Za-z]", body)) < 3 or len(body.split()) > 2 * _MOST_WORDS or _NOT_WORDING.match(body):
        return None
    return low + left, low + right


def _uncoded(passage: Passage, start: int, end: int) -> Iterator[Item]:
    """A listed diagnosis without a code: the head of the item, up to a remark about it."""
    text = passage.text
    chunk = text[start:end]
    cut = _HEAD_END.search(chunk.strip())
    lead = len(chunk) - len(chunk.lstrip())
    head_end = start + lead + (cut.start() if cut else len(chunk.strip()))
    span = _trimmed(text, start, head_end)
    if span is None:
        return
    head = text[span[0] : span[1]]
    hits = find_conditions(head)
    if _MANAGEMENT.search(head) or _INSTRUCTION.search(head):
        return
    # Only a problem list is taken at its word; an assessment also holds remarks.
    named = bool(hits) and hits[0].start <= 30
    listed = (
        passage.section == "diagnoses"
        and not passage.from_ocr
        and head[:1].isupper()
        and not any(c.isdigit() for c in head[:2])
    )
    # "IMPRESSION: Iron deficiency anemia, likely from blood loss": the condition opens the sentence.
    opens = bool(hits) and hits[0].start == 0 and head[:1].isupper() and start == 0
    marked = passage.item or passage.section == "diagnoses" or opens
    if len(head.split()) <= _MOST_WORDS and ((named and marked) or listed):
        yield Item(None, span)
