"""One document's score as plain counts, from which every figure of any set of documents is summed.

Keys are dotted names. `<what>.right`, `.wrong` and `.missed` belong together; `<what>.judged` is what a share is of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

from pydantic import Field

from evaluation.scoring.corpus import Gold, Neutral, Prediction
from evaluation.scoring.judgement import Judgement, Verdict, judge
from evaluation.scoring.normal_forms import is_same
from evaluation.scoring.printed import PrintedText, is_grounded
from evaluation.scoring.segments import segment_tally
from evaluation.scoring.traps import try_traps
from evaluation.scoring.words import word_error

# Entities whose attributes belong together.
LINKED = ("medication", "diagnosis", "procedure", "observation", "provider", "allergy")
# Fields that are counted together as well.
THEMES = {
    "codes": ("diagnosis.code", "procedure.code", "policy.diagnosis_code"),
    "medications": ("medication.drug", "medication.strength", "medication.frequency", "medication.status"),
}
RENDITION_CLASSES = {
    "digital": "digital",
    "txt": "text",
    "fax_fine": "fine fax",
    "fax_std": "standard fax",
}
OTHER_SCANS = "other scans"


class DocumentScore(Neutral):
    """What one document contributes. Holds counts and confidences, no value of the document.

    Attributes:
        doc_id: of the gold; the name of its file.
        rendition: class: digital, fine fax, standard fax, other scans, text.
        severity: of the damage, as gold names it.
        document_type: as gold names it; `packet` for packets.
        pages: how many.
        noise, ladder: see Gold.
        labels: the beginning of the labels' SHA-256, so that results of other labels are not compared.
        tally: counts by key.
        confidences: (confidence, whether right) of every judged prediction that states one.
    """

    doc_id: str
    rendition: str
    severity: str
    document_type: str
    pages: int
    noise: float | None = None
    ladder: str | None = None
    labels: str = ""
    tally: dict[str, float] = Field(default_factory=dict)
    confidences: tuple[tuple[float, bool], ...] = ()


def score_document(gold: Gold, prediction: Prediction | None) -> tuple[DocumentScore, Judgement]:
    """Scores one document; without a prediction everything is missed. The judgement tells value by value."""
    said = prediction or Prediction()
    printed = PrintedText(gold)
    judgement = judge(gold, said, printed)
    tally: Counter[str] = Counter({"documents": 1, "pages": gold.n_pages, "unpredicted": int(prediction is None)})
    tally += _values(judgement)
    tally += _proof(judgement, said, printed)
    tally += _linked(judgement, gold)
    tally += _named(gold, said)
    tally += segment_tally(gold, said)
    tally += _traps(gold, said)
    tally += _words(gold, said)
    tally += _review(judgement, gold, said)
    judged = [j for j in judgement.judged if j.verdict is not Verdict.OPEN and j.predicted.confidence is not None]
    score = DocumentScore(
        doc_id=gold.doc_id,
        rendition=RENDITION_CLASSES.get(gold.rendition, OTHER_SCANS),
        severity=gold.severity,
        document_type="packet" if gold.is_packet else gold.document_type,
        pages=gold.n_pages,
        noise=gold.noise,
        ladder=gold.ladder,
        labels=sha256(gold.model_dump_json().encode()).hexdigest()[:16],
        tally=dict(tally),
        confidences=tuple((float(j.predicted.confidence or 0.0), j.verdict.is_right) for j in judged),
    )
    return score, judgement


def _values(judgement: Judgement) -> Counter[str]:
    """Right, wrong and missed: over all fields, by field, by theme, and over what was accepted."""
    tally: Counter[str] = Counter({"unknown": judgement.unknown})
    for each in judgement.judged:
        tally[f"verdict.{each.verdict}"] += 1
        if each.verdict not in (Verdict.RIGHT, Verdict.WRONG):
            continue
        for what in _counted_as(each.predicted.field):
            tally[f"{what}.{each.verdict}"] += 1
        fate = "accepted" if each.predicted.accepted else "queued"
        tally[f"{fate}.{each.verdict}"] += 1
        if each.predicted.accepted and each.verdict is Verdict.WRONG:
            tally[f"accepted_field.{each.predicted.field}.wrong"] += 1
    for missed in judgement.missed:
        for what in _counted_as(missed.field):
            tally[f"{what}.missed"] += 1
    return tally


def _counted_as(field: str) -> list[str]:
    return ["fields", f"field.{field}", *(theme for theme, fields in THEMES.items() if field in fields)]


def _proof(judgement: Judgement, prediction: Prediction, printed: PrintedText) -> Counter[str]:
    """Made-up values (wrong and not on the page), values without proof, and the share that waits for a person."""
    tally: Counter[str] = Counter()
    for each in judgement.judged:
        if each.verdict is Verdict.OPEN:
            continue
        accepted = each.predicted.accepted
        tally["predicted.judged"] += 1
        tally["predicted.accepted"] += accepted
        made_up = not each.verdict.is_right and not printed.supports(each.predicted)
        tally["hallucinated.all"] += made_up
        tally["hallucinated.accepted"] += made_up and accepted
        ungrounded = not is_grounded(each.predicted, prediction)
        tally["ungrounded.all"] += ungrounded
        tally["ungrounded.accepted"] += ungrounded and accepted
    return tally


def _linked(judgement: Judgement, gold: Gold) -> Counter[str]:
    """Attributes that stand with the right entity."""
    tally: Counter[str] = Counter()
    found: set[int] = set()
    for each in judgement.judged:
        p, entity = each.predicted, each.predicted.field.split(".")[0]
        if entity not in LINKED or not p.group:
            continue
        own = [g for g in gold.fields if g.group and g.group == judgement.links.get(p.group) and g.field == p.field]
        hits = [g for g in own if is_same(p.field, p.value or "", g)]
        found.update(id(g) for g in hits[:1])
        if hits:
            tally[f"linked.{entity}.right"] += not hits[0].optional
        elif each.verdict not in (Verdict.OPTIONAL, Verdict.OPEN):
            tally[f"linked.{entity}.wrong"] += 1
    for g in gold.fields:
        entity = g.field.split(".")[0]
        if entity in LINKED and g.group and not g.optional and not g.damaged and id(g) not in found:
            tally[f"linked.{entity}.missed"] += 1
    for entity in LINKED:
        for kind in ("right", "wrong", "missed"):
            tally[f"linked.{kind}"] += tally[f"linked.{entity}.{kind}"]
    return tally


def _named(gold: Gold, prediction: Prediction) -> Counter[str]:
    """Missing items and red flags, which are sets of names."""
    missing = {m.field for m in gold.missing_fields if not m.elsewhere}
    either = {m.field for m in gold.missing_fields} - missing
    tally = _sets("missing_field", missing, _said(prediction, "missing_field") - either)
    tally += _sets("red_flag", {f.type for f in gold.red_flags}, _said(prediction, "red_flag"))
    return tally


def _said(prediction: Prediction, name: str) -> set[str]:
    return {f.value for f in prediction.fields if f.field == name and f.value}


def _sets(name: str, wanted: set[str], said: set[str]) -> Counter[str]:
    tally: Counter[str] = Counter()
    for kind, members in (("right", wanted & said), ("wrong", said - wanted), ("missed", wanted - said)):
        tally[f"{name}.{kind}"] = len(members)
        for member in members:
            tally[f"{name}:{member}.{kind}"] = 1
    return tally


def _traps(gold: Gold, prediction: Prediction) -> Counter[str]:
    tally: Counter[str] = Counter()
    for trial in try_traps(gold, prediction):
        for what in ("traps", f"trap.{trial.type}"):
            tally[f"{what}.judged"] += 1
            tally[f"{what}.passed"] += trial.passed
            tally[f"{what}.silent"] += trial.silent
    return tally


def _words(gold: Gold, prediction: Prediction) -> Counter[str]:
    """Word error summed over the pages whose text the prediction holds."""
    read = {page.page: page.text for page in prediction.pages}
    errors = [word_error(page.text, read[page.page]) for page in gold.pages if page.page in read]
    return _floats({"words.error": sum(errors), "words.judged": float(len(errors))})


def _review(judgement: Judgement, gold: Gold, prediction: Prediction) -> Counter[str]:
    """What became of the document as a whole."""
    waits = prediction.needs_review or any(f.status == "review" for f in prediction.fields)
    wrong = any(j.verdict is Verdict.WRONG and j.predicted.accepted for j in judgement.judged)
    tally = Counter({"review.judged": 1, "review.documents": int(waits)})
    tally["review.needed"] = int(gold.needs_review)
    tally["review.needed_and_sent"] = int(gold.needs_review and waits)
    tally["review.unattended"], tally["review.unattended_wrong"] = int(not waits), int(not waits and wrong)
    return tally


def _floats(amounts: dict[str, float]) -> Counter[str]:
    tally: Counter[str] = Counter()
    for key, amount in amounts.items():
        tally[key] = amount  # type: ignore[assignment]  # a Counter adds floats as well
    return tally


def total(scores: Sequence[DocumentScore]) -> Counter[str]:
    """The counts of several documents together."""
    tally: Counter[str] = Counter()
    for score in scores:
        for key, amount in score.tally.items():
            tally[key] += amount  # type: ignore[assignment]  # a Counter adds floats as well
    return tally
