"""Diagnoses: listed ones with their codes, and conditions that sentences deny, suspect, place in the past or a relative."""

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

_STATUS = {
    Assertion.PRESENT: "active",
    Assertion.NEGATED: "negated",
    Assertion.FAMILY: "family_history",
    Assertion.HISTORICAL: "historical",
}
# Findings on examination, symptoms by system, results and reactions are no diagnoses, denied or not.
_CLOSED = frozenset(
    "exam ros vitals results imaging allergies immunizations procedure_detail perioperative social_history procedures "
    "medications discharge_medications new_medications discontinued_medications requested closing complications "
    "follow_up administrative".split()
)
# Where a doubt is the writer's own conclusion; elsewhere ("screened for", "risk of") it only fills the record.
_DOUBTS = frozenset(
    "assessment assessment_and_plan diagnoses rule_outs hospital_course chief_complaint indications".split()
)
# Words that give a condition to the patient in running text.
_HAS = re.compile(
    r"(?:\b(?:diagnosed with|diagnosis of|diagnoses of|known|has|have|had|with|suffers from|suffering from|carries|"
    r"living with|treated for|being treated for|followed for|admitted (?:for|with)|established|confirmed|underlying|comorbid)\b"
    r"|\b(?:follow[- ]?up|f/u|management|treatment|evaluation) (?:of|for)\b)[^.;:()]{0,90}$",
    re.I,
)
_REMARK = re.compile(
    r"\b(?:flare|exacerbation|symptoms?|score|vaccine|surgery|screening|risk|clinic|specialist|index|activity)\b", re.I
)


class DiagnosisReader:
    """Reads passages in order; `rest` yields what was only mentioned in passing and no list states."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups
        self._stated: list[frozenset[str]] = []
        self._passing: list[tuple[str, tuple[Cited, ...]]] = []
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
        """Conditions that running text gives the patient and that no listed diagnosis already names."""
        for name, cited in self._passing:
            words = _words(name)
            if not any(words <= stated or stated <= words for stated in self._stated):
                self._stated.append(words)
                yield from cited

    def _item(self, view: Passage, item: Item) -> Iterator[Cited]:
        spans = [s for s in (item.wording, (item.code.start, item.code.end) if item.code else None) if s is not None]
        assertion = assert_mention(view.text, *spans[0], section=view.section)
        if assertion is Assertion.HYPOTHETICAL:
            return
        group = self._uncoded_group if item.same and self._uncoded_group else self._groups.next("dx")
        features = (("section_fit", view.section_fit if view.section in LISTS else 0.5), ("lexicon_score", 1.0))
        mention = Mention(view, group, assertion, features)
        if item.wording is not None:
            name = view.text[slice(*item.wording)]
            if assertion is Assertion.PRESENT:
                self._stated.append(_words(name))
            yield mention.cite("diagnosis.description", " ".join(name.split()), item.wording)
        if item.code is not None:
            yield mention.cite("diagnosis.code", item.code.value, (item.code.start, item.code.end))
        # "Postoperative diagnosis: same, K50.80" completes the diagnosis above it.
        self._uncoded_group = group if item.code is None else None
        if assertion in _STATUS and not item.same:
            yield mention.cite("diagnosis.status", _STATUS[assertion], spans[0], derived=True)

    def _sentence(self, passage: Passage, sentence: Sentence) -> Iterator[Cited]:
        text = sentence.text
        for hit in find_conditions(text):
            assertion = _assertion(text, hit, passage.section)
            if assertion is Assertion.HYPOTHETICAL:
                continue
            if assertion is Assertion.UNCERTAIN and passage.section not in _DOUBTS:
                continue
            cited = tuple(self._cited(passage, sentence, hit, assertion))
            if assertion is not Assertion.PRESENT or passage.section == "pmh":
                yield from cited
            elif _HAS.search(text[: hit.start]) and not _REMARK.match(text[hit.end :].lstrip()):
                self._passing.append((text[hit.start : hit.end], cited))

    def _cited(self, passage: Passage, sentence: Sentence, hit: ConditionHit, assertion: Assertion) -> Iterator[Cited]:
        span = (sentence.start + hit.start, sentence.start + hit.end)
        features = (("section_fit", passage.section_fit or 0.5), ("lexicon_score", hit.score))
        mention = Mention(passage, self._groups.next("dx"), assertion, features)
        yield mention.cite("diagnosis.description", " ".join(passage.text[slice(*span)].split()), span)
        if assertion in _STATUS:
            yield mention.cite("diagnosis.status", _STATUS[assertion], span, derived=True)


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
