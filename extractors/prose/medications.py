"""Medications in lists and sentences: the drug, its sig, and whether it is current, tried, stopped or asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from documents.values import Assertion, Cited
from extractors.lexicon.drugs import OPEN, STEM, DrugHit, find_drugs
from extractors.lexicon.words import words
from extractors.prose.assertion import speaks_of_kin
from extractors.prose.citing import Groups, Mention
from extractors.prose.drug_status import (
    Status,
    cue_is_giving,
    is_anothers,
    is_held,
    is_last_dose,
    is_led,
    is_of_the_stay,
    is_planned,
    status_of,
)
from extractors.prose.passages import Passage
from extractors.prose.remarks import says_more
from extractors.prose.sentences import sentences
from extractors.prose.sig import Part, read_sig

LISTS = frozenset(
    ["medications", "discharge_medications", "new_medications", "discontinued_medications", "tried_failed", "requested"]
)
# Sections whose drugs are not the patient's medication: what they react to, what relatives take, what was injected
# during an operation, what was given as a vaccine.
_CLOSED = frozenset(
    [
        "allergies",
        "family_history",
        "procedures",
        "procedure_detail",
        "perioperative",
        "immunizations",
        "results",
        "imaging",
        "closing",
        "administrative",
    ]
)
# A drug in the wording of a billed service: "Infliximab injection, 10 mg (J1745)".
_SERVICE = re.compile(r"[^.;()\[]{0,60}[(\[]\s?(?:(?:CPT|HCPCS|code)\b|(?:[A-V][0-9O]\d{3}|\d{5})(?:-\w{2})?\b)", re.I)
_LEVEL = re.compile(
    r"\s*(?:levels?|trough|peak|assay|screen|toxicity|allerg\w+|antibod\w+|sensitiv\w+|resistan\w+)\b", re.I
)
# Between a brand and its generic: "Humira (adalimumab)", "Humira/adalimumab", "adalimumab - Humira".
_SAME_DRUG = re.compile(r"\s?(?:\(|\[|/|brand name|generic:?)\s?$", re.I)
# A drug with nothing but a reaction in brackets: `ciprofloxacin (tendon pain)` is what was not tolerated.
_REACTS = re.compile(
    rf"\s*[(\[]\s*(?:reaction\s*:?\s*)?(?:{'|'.join(words('reactions'))}|[a-z]+ (?:pain|ache)s?)\b", re.I
)
_WHY = re.compile(
    rf"\s*(?:[-–—:,(]|\(?due to|because)?\s*(?:reasons?\b|(?:{'|'.join(words('reactions'))}|stopped|replaced|ended|"
    r"no (?:benefit|relief|effect|longer)|ineffective|intolera\w+|side effects?)(?![A-Za-z]))",
    re.I,
)
_UNITS = re.compile(r"^[\d,.]+\s?(?:units?|iu)$", re.I)
_GIVEN_IN_UNITS = re.compile(
    r"insulin|glargine|lispro|aspart|glulisine|degludec|detemir|nph|regular|heparin|parin\b|toxin|factor|antihemophilic|"
    r"gonadotropin|follitropin|menotropins|epoetin|oxytocin|vasopressin|penicillin|hyaluronidase|corticotropin",
    re.I,
)
# Before the name of another entry.
_NEW_ENTRY = re.compile(r"(?:\s{2,}|[,;]\s*|\b(?:no|yes)\s+)$", re.I)
# A question's answer: `Otezla NO`.
_ANSWERED_NO = re.compile(r"\s*[:=–-]?\s*NO\b(?!\s?[a-z])")
# Characters read at once; a list item with the longest sig has a tenth of it.
_LONGEST_UNIT = 4000
_LINE_START = re.compile(
    r"[\W\d]*(?:(?:new|start|continue|cont|change|increase|decrease|stop(?: taking)?|hold|discontinue|tried|"
    r"failed)\b\W*)?",
    re.I,
)
# A line below a drug that only says how to take it.
_SIG_LINE = re.compile(
    r"\s*(?:sig\b|take\b|inject\b|apply\b|use\b|inhale\b|instill\b|give\b|place\b|dispense\b|disp\b|qty\b|"
    r"quantity\b|#\s?\d|"
    r"refills?\b|\d+ (?:tab|cap|puff)|directions\b|instructions\b|dose\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Drug:
    """A drug's name in a text: one hit, or a brand with its generic."""

    start: int
    end: int
    hit: DrugHit


# A status, the words that it follows from, and the doubts about it.
_Said = tuple[str, Status | None, Iterable[str]]


class MedicationReader:
    """Reads passages in order; a sig on the line below its drug still finds it."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups
        self._open: tuple[Mention, frozenset[str]] | None = None

    def read(self, passage: Passage) -> Iterator[Cited]:
        """The medications that a passage states."""
        if passage.section in _CLOSED:
            self._open = None
            return
        if self._open is not None and _SIG_LINE.match(passage.text) and not find_drugs(passage.text):
            yield from self._continued(passage)
            return
        self._open = None
        for start, end in _units(passage):
            yield from self._unit(passage, start, end)

    def _continued(self, passage: Passage) -> Iterator[Cited]:
        assert self._open is not None  # noqa: S101 - the caller asked
        mention, taken = self._open
        below = Mention(passage, mention.group, mention.assertion, mention.features)
        parts = [p for p in read_sig(passage.text, from_ocr=passage.from_ocr) if p.path not in taken]
        for part in parts:
            yield below.cite(part.path, part.value, (part.start, part.end))
        self._open = (mention, taken | {p.path for p in parts})

    def _unit(self, passage: Passage, start: int, end: int) -> Iterator[Cited]:
        text = passage.text[start:end]
        drugs = _drugs(text, from_ocr=passage.from_ocr, listed=passage.section in LISTS)
        spans = [(d.start, d.end) for d in drugs]
        for index, drug in enumerate(drugs):
            stop = drugs[index + 1].start if index + 1 < len(drugs) else len(text)
            stop = _next_name(text, drug.end, stop)
            others = spans[:index] + spans[index + 1 :]
            if _is_no_medication(text, drug, passage.section):
                continue
            status = status_of(text, (drug.start, drug.end), others, section=passage.section, fit=passage.section_fit)
            parts = read_sig(_sig_text(text[drug.end : stop]), from_ocr=passage.from_ocr)
            if status is not None and status.name == "current" and not parts and _REACTS.match(text, drug.end):
                continue
            parts = [Part(p.path, p.value, p.start + drug.end, p.end + drug.end) for p in parts]
            name = _status_name(status, parts, passage.section)
            if name in ("tried-failed", "discontinued"):  # "for 30 days without relief" is how long it was tried
                parts = [p for p in parts if p.path != "medication.days_supply" or "supply" in text.lower()]
            if name is not None:
                doubts = _doubts(passage, (text, start), (index, drugs), (name, status), parts)
                yield from self._cited(passage, start, drug, (name, status, doubts), _by_drug(drug, parts))

    def _cited(
        self, passage: Passage, offset: int, drug: _Drug, status: _Said, parts: Sequence[Part]
    ) -> Iterator[Cited]:
        name, cue, doubts = status
        features: tuple[tuple[str, float], ...] = (
            ("lexicon_score", drug.hit.score),
            ("section_fit", passage.section_fit if passage.section in LISTS else 0.5),
            ("status_fit", cue.fit if cue is not None else 0.5),
        )
        found = tuple((doubt, 1.0) for doubt in doubts)
        # Of a drug that is only planned every word waits, of one whose status is unsure the status alone.
        features += tuple(f for f in found if f[0] == "planned")
        mention = Mention(passage, self._groups.next("med"), Assertion.PRESENT, features)
        stated = Mention(passage, mention.group, Assertion.PRESENT, (*features, *found))
        span = (offset + drug.start, offset + drug.end)
        yield mention.cite("medication.drug", drug.hit.joined or passage.text[span[0] : span[1]], span)
        for part in parts:
            yield mention.cite(part.path, part.value, (offset + part.start, offset + part.end))
        proof = span if cue is None else (offset + cue.start, offset + cue.end)
        low, high = min(proof[0], span[0]), max(proof[1], span[1])
        # The words that say it together with the drug where they stand close, else the words alone.
        yield stated.cite("medication.status", name, (low, high) if high - low <= 120 else proof, derived=True)
        self._open = (mention, frozenset(p.path for p in parts))


def _doubts(
    passage: Passage,
    entry: tuple[str, int],
    drugs: tuple[int, Sequence[_Drug]],
    status: tuple[str, Status | None],
    parts: Sequence[Part],
) -> Iterator[str]:
    """What keeps a status from being accepted; `entry` is its text and offset, `drugs` which of its drugs it is."""
    (text, offset), (index, found), (name, cue) = entry, drugs, status
    drug = found[index]
    if (cue is not None and is_held(cue, passage.label)) or _is_told_why(passage, offset, drug, status, parts):
        yield "held"
    listed = passage.section in LISTS
    if (
        name == "current"
        and not (listed and (cue is None or not cue.words))
        and is_planned(text, cue, (drug.start, drug.end))
    ):
        yield "planned"
    if cue is not None and is_of_the_stay(text, cue, passage.section):
        yield "held"
    if name == "current" and is_last_dose(text, drug.start):
        yield "held"
    if name == "current" and (listed or passage.item):
        said = (0, 0) if cue is None or not cue.words else (cue.start, cue.end)
        if says_more(text, (drug.start, drug.end), [(d.start, d.end) for d in found], cue=said):
            yield "unread_words"


def _is_told_why(
    passage: Passage, offset: int, drug: _Drug, status: tuple[str, Status | None], parts: Sequence[Part]
) -> bool:
    """Whether a list of what is taken says no how but a reason or a reaction: the drug may be one that ended."""
    name, cue = status
    if (
        name != "current"
        or cue is None
        or cue.words
        or {"medication.frequency", "medication.dose"} & {p.path for p in parts}
    ):
        return False
    end = max([drug.end, *(p.end for p in parts)])
    return _WHY.match(passage.text, offset + end) is not None


def _by_drug(drug: _Drug, parts: Sequence[Part]) -> Sequence[Part]:
    """Units alone are the dose of an insulin or a heparin; of a vitamin they are what one piece of it holds."""
    if any(p.path == "medication.strength" for p in parts) or _GIVEN_IN_UNITS.search(drug.hit.name):
        return parts
    return [
        Part("medication.strength", p.value, p.start, p.end)
        if p.path == "medication.dose" and _UNITS.search(p.value)
        else p
        for p in parts
    ]


def _units(passage: Passage) -> Iterator[tuple[int, int]]:
    """What is read at once: a list item or a list's line whole, prose by sentences with the sigs that follow them."""
    found = list(sentences(passage))
    if not found:
        return
    if passage.row:
        yield found[0].start, found[-1].end
        return
    start, end = found[0].start, found[0].end
    for sentence in found[1:]:
        if _SIG_LINE.match(sentence.text) and sentence.end - start <= _LONGEST_UNIT:
            end = sentence.end
            continue
        yield start, end
        start, end = sentence.start, sentence.end
    yield start, end


def _drugs(text: str, *, from_ocr: bool, listed: bool) -> list[_Drug]:
    """The drugs of a text; a brand followed by its generic in brackets is one."""
    kept: list[_Drug] = []
    for hit in find_drugs(text, from_ocr=from_ocr):
        if not hit.plain and not (hit.amount or listed or is_led(text, hit.start)):
            continue
        # An unknown word is taken for a drug only where a list's line begins.
        if hit.score <= OPEN and not (listed and _LINE_START.fullmatch(text[: hit.start])):
            continue
        # An unknown word far down a list's line is a word of its sig or of its reason.
        if (
            hit.score <= STEM
            and kept
            and "," not in text[kept[-1].end : hit.start]
            and ";" not in text[kept[-1].end : hit.start]
        ):
            continue
        last = kept[-1] if kept else None
        if last is not None and _is_same(text, last, hit):
            close = 1 if text[hit.end : hit.end + 1] in (")", "]") else 0
            kept[-1] = _Drug(last.start, hit.end + close, last.hit)
        else:
            kept.append(_Drug(hit.start, hit.end, hit))
    return kept


def _is_same(text: str, last: _Drug, hit: DrugHit) -> bool:
    between = text[last.end : hit.start]
    return _SAME_DRUG.fullmatch(between) is not None and (last.hit.name == hit.name or between.strip() in ("(", "["))


def _next_name(text: str, end: int, stop: int) -> int:
    """Where a name that is no drug by itself begins another entry: `Otezla NO  folic acid YES 1 mg`; else `stop`."""
    later = (end + hit.start for hit in find_drugs(text[end:stop]) if hit.score > STEM)
    return next((at for at in later if _NEW_ENTRY.search(text, end, at)), stop)


def _sig_text(text: str) -> str:
    """The text after a drug up to where something else begins: a semicolon, or a reason after a dash."""
    cut = re.search(
        r";|\s[-–—]{1,2}\s(?=[a-z])|\b(?:because|due to|secondary to|with (?:no|minimal|poor|inadequate))\b", text
    )
    return text if cut is None else text[: cut.start()]


def _is_no_medication(text: str, drug: _Drug, section: str) -> bool:
    if _LEVEL.match(text, drug.end) or _SERVICE.match(text, drug.end):
        return True
    if _ANSWERED_NO.match(text, drug.end) or is_anothers(text, drug.start):
        return True
    return speaks_of_kin(text, drug.start, drug.end, section=section)


def _status_name(status: Status | None, parts: Sequence[Part], section: str) -> str | None:
    """The status to report, or None where the text does not state a medication of the patient."""
    if status is not None:
        if status.name == "ignored":
            return None
        # What was given once, on the spot, is no medication that the patient takes.
        taken = {p.path for p in parts}
        if cue_is_giving(status) and "medication.frequency" not in taken and section not in LISTS:
            return None
        # A weak word ("on", "given") needs a sig beside it; a bare drug in a narrative is often a class or a plan.
        return status.name if status.fit > 0.8 or parts or section in LISTS else None
    taken = {p.path for p in parts}
    if {"medication.frequency", "medication.route"} & taken and taken & {"medication.strength", "medication.dose"}:
        return "current"
    return None
