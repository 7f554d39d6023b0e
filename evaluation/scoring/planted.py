"""What became of errors that were planted in a model's answers: did any wrong value get past without a person?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from evaluation.loopback.answers import Error, Planted
from evaluation.scoring.corpus import Gold, Neutral, PredictedField, Prediction
from evaluation.scoring.judgement import Judgement, Verdict
from evaluation.scoring.normal_forms import is_same, normal
from evaluation.scoring.tally import OTHER_SCANS, RENDITION_CLASSES

# What targets speak of: pages that were never on paper, and those that came over the telephone line.
CLASSES: Mapping[str, frozenset[str]] = {
    "digital": frozenset({"digital", "text"}),
    "fax": frozenset({"fine fax", "standard fax"}),
}


class Fate(StrEnum):
    """What became of one planted error.

    HARMLESS: the judge takes the value for right all the same (one letter of a sentence, another gold value of the
    group). ACCEPTED: the wrong value is used without a person, where it was planted. QUEUED: a person sees it. GONE:
    no field says it; the right value, or none, stands in its place.
    """

    HARMLESS = "harmless"
    ACCEPTED = "accepted"
    QUEUED = "queued"
    GONE = "gone"


class PlantedFate(Neutral):
    """One planted error and its fate; no value of the document."""

    doc_id: str
    rendition: str
    field: str
    error: Error
    fate: Fate


class PlantedErrors(Neutral):
    """All planted errors of an evaluation.

    Attributes:
        fates: one an error.
    """

    fates: tuple[PlantedFate, ...] = ()

    def counts(self, *, of: str | None = None) -> Counter[Fate]:
        """How many met which fate, of one of the CLASSES of scans or of all."""
        return Counter(each.fate for each in self.fates if of is None or each.rendition in CLASSES[of])

    def stopped(self, *, of: str | None = None) -> float | None:
        """Share of the errors that are some and were not accepted; None where there are none."""
        counts = self.counts(of=of)
        harmful = counts.total() - counts[Fate.HARMLESS]
        return None if not harmful else 1 - counts[Fate.ACCEPTED] / harmful


def fates(
    planted: Iterable[Planted], gold: Gold, prediction: Prediction, judgement: Judgement
) -> Iterator[PlantedFate]:
    """Yields what became of the errors planted in the answers about one document.

    Args:
        planted: errors of any documents.
        gold: labels of this document.
        prediction: of this document, made with those answers.
        judgement: of the prediction, for which of its groups is which of the gold.
    """
    rendition = RENDITION_CLASSES.get(gold.rendition, OTHER_SCANS)
    mine = (each for each in planted if each.doc_id == gold.doc_id)
    for each in sorted(mine, key=lambda e: (e.field, e.group or "", e.said)):
        fate = _fate(each, gold, prediction, judgement)
        yield PlantedFate(doc_id=gold.doc_id, rendition=rendition, field=each.field, error=each.error, fate=fate)


def _fate(planted: Planted, gold: Gold, prediction: Prediction, judgement: Judgement) -> Fate:
    own = [g for g in gold.fields if g.field == planted.field and g.group == planted.group]
    if any(is_same(planted.field, planted.said, g) for g in own):
        return Fate.HARMLESS
    said = [f for f in prediction.fields if _says(f, planted) and _here(f, planted, judgement)]
    if any(f.accepted for f in said):
        return Fate.ACCEPTED
    return Fate.QUEUED if said else Fate.GONE


def _says(field: PredictedField, planted: Planted) -> bool:
    wrong = normal(planted.field, planted.said)
    return field.field == planted.field and bool(wrong) and normal(field.field, field.value or "") == wrong


def _here(field: PredictedField, planted: Planted, judgement: Judgement) -> bool:
    """Whether it is said of the same entity; of one that is none of the gold's it may be where it is wrong."""
    if planted.group is None or field.group is None:
        return True
    if field.group in judgement.links:
        return judgement.links[field.group] == planted.group
    return any(
        each.verdict is Verdict.WRONG and each.predicted.group == field.group and _says(each.predicted, planted)
        for each in judgement.judged
    )
