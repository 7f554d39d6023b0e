"""A document's records under some weights, beside what gold says of each value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from documents.records import Field, FieldStatus, Record
from evaluation.calibration.labels import Label
from evaluation.calibration.slices import SliceSummary, judged_by, summarise
from evaluation.scoring.corpus import Gold, PredictedField, Prediction
from evaluation.scoring.judgement import Verdict, judge
from evaluation.scoring.printed import PrintedText
from evaluation.simulation.bank import Specimen
from extractors.backend import Reading, Readings
from extractors.document_type import all_document_types
from extractors.records.acceptance import decide_acceptance
from extractors.records.assembly import ExtractionContext, build_record
from extractors.records.packet import cross_check
from extractors.records.weighting import Weights, slice_key

# The generator's papers are of 2026; nothing depends on the day beyond their being in the past.
_RECEIVED = datetime(2026, 12, 1, 15, tzinfo=UTC)
_OF_FIELDS = ("required_not_accepted:", "not_accepted:")


@dataclass(frozen=True, slots=True)
class JudgedValue:
    """A value and its label as a faultless reviewer would give it; `judgeable` is False where gold is silent."""

    label: Label
    judgeable: bool


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document of the bank under one second reading.

    Attributes:
        name: its own, and that of the model that read it besides.
        sender, payer: slice keys.
        records: as built by the shipped prior.
        values: of each record, in the order of its fields.
    """

    name: str
    sender: str
    payer: str | None
    records: tuple[Record, ...]
    values: tuple[tuple[JudgedValue, ...], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document under some weights.

    Attributes:
        seen: values of which gold says whether they are right.
        accepted, wrong: those used without a person, and how many of them are wrong.
        announced: how many of them are wrong by their scores.
        published: whether every record needs nobody.
        queued: values that a person decides on, record by record of those that need one.
        unseen: the accepted values of each record that needs nobody.
        summaries: for the alarms.
    """

    seen: int
    accepted: int
    wrong: int
    announced: float
    published: bool
    queued: tuple[Label, ...]
    unseen: tuple[tuple[Label, ...], ...]
    summaries: tuple[SliceSummary, ...]


def read_document(specimen: Specimen, second: Sequence[Reading | None], *, model: str) -> ReadDocument:
    """The document's records, and which of their values are right.

    Args:
        specimen: as read by the embedded backend.
        second: what a model read in each part, None where there is none.
        model: tells the models apart.
    """
    context = ExtractionContext(received_at=_RECEIVED, today=_RECEIVED.date(), time_zone=UTC, sender=specimen.sender)
    built = [
        build_record(
            specimen.name,
            segment,
            specimen.pages[segment.page_start - 1 : segment.page_end],
            Readings(first=first, second=other),
            context=context,
        )
        for (segment, first), other in zip(specimen.parts, second, strict=True)
        if first is not None
    ]
    unread = [segment for segment, first in specimen.parts if first is None]
    records = cross_check(built, unread)
    payer = next((f.value for r in records for f in r.fields if f.path == "payer.name"), None)
    sender = slice_key(specimen.sender) or ""
    rights = _rights(records, specimen.gold)
    values = tuple(
        tuple(_value(f, r, right, sender=sender) for f, right in zip(r.fields, own, strict=True))
        for r, own in zip(records, rights, strict=True)
    )
    return ReadDocument(f"{specimen.name}/{model}", sender, slice_key(payer), tuple(records), values)


def _rights(records: Sequence[Record], gold: Gold) -> list[list[bool | None]]:
    """For each field whether it is right; None where gold is silent (true statements that it need not list)."""
    predicted = [
        [
            PredictedField(
                field=f.path,
                value=f.value,
                group=None if f.group is None else f"{number}-{f.group}",
                evidence=f.evidence[0].quote if f.evidence else None,
                confidence=f.confidence,
            )
            for f in record.fields
        ]
        for number, record in enumerate(records)
    ]
    judgement = judge(gold, Prediction(fields=tuple(f for own in predicted for f in own)), PrintedText(gold))
    verdicts = {id(each.predicted): each.verdict for each in judgement.judged}
    return [[_right(verdicts.get(id(f), Verdict.OPEN), f.field) for f in own] for own in predicted]


def _right(verdict: Verdict, path: str) -> bool | None:
    # Gold of a window is the time alone, our value also what it runs from.
    return None if verdict is Verdict.OPEN or path.endswith(".window") else verdict.is_right


def _value(field: Field, record: Record, right: bool | None, *, sender: str) -> JudgedValue:
    document_type = all_document_types()[record.segment.document_type]
    payer = next((f.value for f in record.fields if f.path == "payer.name"), None)
    label = Label(
        features=field.features,
        kind=field.kind,
        cost=document_type.specs[field.path].reads.cost,
        path=field.path,
        right=bool(right),
        accepted=False,
        at=_RECEIVED,
        sender=sender,
        payer=slice_key(payer),
        document_type=document_type.name,
    )
    return JudgedValue(label, right is not None)


def judged(document: ReadDocument, weights: Weights) -> Outcome:
    """What these weights make of a document."""
    records: list[Record] = []
    accepted: list[tuple[float, Label]] = []
    queued: list[Label] = []
    unseen: list[tuple[Label, ...]] = []
    for record, values in zip(document.records, document.values, strict=True):
        fields = tuple(_rejudged(f, v.label, weights) for f, v in zip(record.fields, values, strict=True))
        again = _decided(record, fields)
        records.append(again)
        both = [(f, v.label) for f, v in zip(fields, values, strict=True) if v.judgeable]
        used = [(f.confidence, label.model_copy(update={"accepted": True})) for f, label in both if f.usable]
        accepted += used
        if again.accepted:
            unseen.append(tuple(label for _, label in used))
        else:
            queued += [label for f, label in both if not f.usable]
    types = {record.segment.document_type for record in records}
    by = judged_by(weights, sender=document.sender, payer=document.payer, types=types)
    return Outcome(
        seen=sum(v.judgeable for values in document.values for v in values),
        accepted=len(accepted),
        wrong=sum(not label.right for _, label in accepted),
        announced=sum(1 - score for score, _ in accepted),
        published=all(r.accepted for r in records),
        queued=tuple(queued),
        unseen=tuple(unseen),
        summaries=tuple(summarise(records, sender=document.sender, payer=document.payer, weights=by)),
    )


def _rejudged(field: Field, label: Label, weights: Weights) -> Field:
    if field.status is FieldStatus.REJECTED:
        return field
    here = weights.within(sender=label.sender, payer=label.payer, document_type=label.document_type)
    judgement = label.judged(here)
    status = FieldStatus.ACCEPTED if judgement.accepted else FieldStatus.REVIEW
    return field.model_copy(update={"confidence": judgement.confidence, "status": status})


def _decided(record: Record, fields: tuple[Field, ...]) -> Record:
    """The record with these fields; what other than fields held it back still does."""
    required = all_document_types()[record.segment.document_type].required
    accepted, _ = decide_acceptance(
        fields, record.findings, required=required, type_confidence=record.segment.confidence
    )
    others = [reason for reason in record.review_reasons if not reason.startswith(_OF_FIELDS)]
    return record.model_copy(update={"fields": fields, "accepted": accepted and not others})
