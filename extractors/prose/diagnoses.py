"""Diagnoses: listed ones with their codes, and conditions that sentences deny, doubt, or leave to the past or kin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.values import Assertion, Cited
from extractors.lexicon.conditions import ConditionHit, find_conditions
from extractors.prose.assertion import assert_mention
from extractors.prose.citing import Groups, Mention
from extractors.prose.diagnosis_items import LISTS, Item, read_items
from extractors.prose.passages import Passage
from extractors.prose.sentences import Sentence, sentences

STATUS = {
    Assertion.PRESENT: "active",
    Assertion.NEGATED: "negated",
    Assertion.FAMILY: "family_history",
    Assertion.HISTORICAL: "historical",
}
# Findings on examination, symptoms by system, results and reactions are no diagnoses, denied or not.
_CLOSED = frozenset(
    [
        "exam",
        "ros",
        "vitals",
        "results",
        "imaging",
        "allergies",
        "immunizations",
        "procedure_detail",
        "perioperative",
        "social_history",
        "procedures",
        "medications",
        "discharge_medications",
        "new_medications",
        "discontinued_medications",
        "requested",
        "closing",
        "complications",
        "follow_up",
        "administrative",
    ]
)
# Where a doubt is the writer's own conclusion; elsewhere ("screened for", "risk of") it only fills the record.
_DOUBTS = frozenset(
    ["assessment", "assessment_and_plan", "diagnoses", "rule_outs", "hospital_course", "chief_complaint", "indications"]
)
# Words that give a condition to the patient in running text.
_HAS = re.compile(
    r"(?:\b(?:diagnosed with|diagnosis of|diagnoses of|known|has|have|had|with|suffers from|suffering from|carries|"
    r"living with|treated for|being treated for|followed for|admitted (?:for|with)|established|confirmed|"
    r"underlying|comorbid)\b"
    r"|\b(?:follow[- ]?up|f/u|management|treatment|evaluation) (?:of|for)\b)[^.;:()]{0,90}$"
    r"|\b(?:his|her|their|patient's|whose)\s*$",
    re.I,
)
_REMARK = re.compile(
    r"\b(?:flare|exacerbation|symptoms?|score|vaccine|surgery|screening|risk|clinic|specialist|index|activity)\b", re.I
)


# Marks a condition that only a past medical history lists: chronic perhaps, and perhaps over. A person decides.
PAST_HISTORY = ("past_history", 1.0)


class DiagnosisReader:
    """Reads passages in order; `rest` yields what was only mentioned in passing and no list states.

    A past medical history lists what is over and what goes on alike. A chronic condition of it is the patient's own
    where the assessment, a problem list or the running text says so, too; else it is marked, and a person decides.
    """

    def __init__(self, groups: Groups) -> None:
        self._groups = groups
        self._stated: list[frozenset[str]] = []
        self._initials: list[str] = []
        self._passing: list[tuple[str, tuple[Cited, ...]]] = []
        self._past: list[tuple[str, tuple[Cited, ...]]] = []
        self._uncoded_group: str | None = None

    def read(self, passage: Passage) -> Iterator[Cited]:
        """The diagnoses of a passage; those mentioned in passing wait for `rest`."""
        done: list[tuple[int, int]] = []
        if passage.section not in _CLOSED or passage.section == "follow_up":
            for sentence in sentences(passage):
                view = passage.cut(sentence.start, sentence.end)
                for item in read_items(view):
                    done.append((sentence.start, sentence.end))
                    yield from self._item(view, item)
        if passage.section in _CLOSED:
            return
        for sentence in sentences(passage):
            if (sentence.start, sentence.end) not in done:
                yield from self._sentence(passage, sentence)

    def rest(self) -> Iterator[Cited]:
        """Conditions that running text or a past history gives the patient and no listed diagnosis already names."""
        for name, cited in (*self._passing, *self._past):
            words = _words(name)
            if not any(words <= stated or stated <= words for stated in self._stated) and not self._abbreviates(name):
                self._stated.append(words)
                yield from cited

    def _abbreviates(self, name: str) -> bool:
        """Whether a name in capitals stands for a listed one: MDD for "Major depressive disorder, recurrent"."""
        return name.isupper() and len(name) > 1 and any(i.startswith(name.lower()) for i in self._initials)

    def _item(self, view: Passage, item: Item) -> Iterator[Cited]:
        spans = [s for s in (item.wording, (item.code.start, item.code.end) if item.code else None) if s is not None]
        assertion = _item_assertion(view, item, spans[0])
        if assertion is Assertion.HYPOTHETICAL:
            return
        group = self._uncoded_group if item.same and self._uncoded_group else self._groups.next("dx")
        features = (("section_fit", view.section_fit if view.section in LISTS else 0.5), ("lexicon_score", 1.0))
        past = (PAST_HISTORY,) if view.section == "pmh" and assertion is Assertion.PRESENT else ()
        mention = Mention(view, group, assertion, (*features, *past))
        if item.wording is not None and item.code is None and assertion is not Assertion.PRESENT:
            item = Item(None, _condition_in(view.text, item.wording))
        if item.wording is not None:
            name = view.text[slice(*item.wording)]
            if assertion is Assertion.PRESENT:
                self._stated.append(_words(name))
                self._initials.append("".join(w[0] for w in re.findall(r"[a-z0-9]+", name.lower())))
            yield mention.cite("diagnosis.description", " ".join(name.split()), item.wording)
        if item.code is not None:
            yield mention.cite("diagnosis.code", item.code.value, (item.code.start, item.code.end))
        # "Postoperative diagnosis: same, K50.80" completes the diagnosis above it.
        self._uncoded_group = group if item.code is None else None
        if assertion in STATUS and not item.same:
            yield mention.cite("diagnosis.status", STATUS[assertion], spans[0], derived=True)

    def _sentence(self, passage: Passage, sentence: Sentence) -> Iterator[Cited]:
        text = sentence.text
        for hit in find_conditions(text):
            assertion = _assertion(text, hit, passage.section)
            if assertion is Assertion.HYPOTHETICAL:
                continue
            if assertion is Assertion.UNCERTAIN and passage.section not in _DOUBTS:
                continue
            cited = tuple(self._cited(passage, sentence, hit, assertion))
            if assertion is not Assertion.PRESENT:
                yield from cited
            elif passage.section == "pmh":
                self._past.append((text[hit.start : hit.end], cited))
            elif _HAS.search(text[: hit.start]) and not _REMARK.match(text[hit.end :].lstrip()):
                self._passing.append((text[hit.start : hit.end], cited))

    def _cited(self, passage: Passage, sentence: Sentence, hit: ConditionHit, assertion: Assertion) -> Iterator[Cited]:
        span = (sentence.start + hit.start, sentence.start + hit.end)
        features = (("section_fit", passage.section_fit or 0.5), ("lexicon_score", hit.score))
        past = (PAST_HISTORY,) if passage.section == "pmh" and assertion is Assertion.PRESENT else ()
        mention = Mention(passage, self._groups.next("dx"), assertion, (*features, *past))
        yield mention.cite("diagnosis.description", " ".join(passage.text[slice(*span)].split()), span)
        if assertion in STATUS:
            yield mention.cite("diagnosis.status", STATUS[assertion], span, derived=True)


def _item_assertion(view: Passage, item: Item, span: tuple[int, int]) -> Assertion:
    """What a listed item asserts: its own first words count too ("Rule out PE"), unless its code says them.

    A Z code names a state such as a personal or family history; what follows the condition within the wording
    ("without perforation", "in remission") belongs to its name.
    """
    if item.wording is None or (item.code is not None and item.code.value.startswith("Z")):
        return assert_mention(view.text, *span, section=view.section)
    start, end = item.wording
    hits = find_conditions(view.text[start:end])
    if not hits:
        return assert_mention(view.text, *span, section=view.section)
    low, high = start + hits[0].start, start + hits[0].end
    text = view.text[:high] + " " * (end - high) + view.text[end:]
    return assert_mention(text, low, high, section=view.section)


def _condition_in(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The condition's own name within a remark about it: "PE with CTA if D-dimer positive"."""
    hits = find_conditions(text[slice(*span)])
    return (span[0] + hits[0].start, span[0] + hits[0].end) if hits else span


def _assertion(text: str, hit: ConditionHit, section: str) -> Assertion:
    said = assert_mention(text, hit.start, hit.end, section=section)
    # A past medical history lists what is over and what is chronic alike; only the chronic is still there.
    if said is Assertion.PRESENT and section == "pmh" and not hit.chronic:
        return Assertion.HISTORICAL
    if said is Assertion.PRESENT and section == "psh":
        return Assertion.HISTORICAL
    return said


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]{2,}", name.lower()))
