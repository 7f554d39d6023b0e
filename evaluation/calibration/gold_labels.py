"""Labels from gold in place of people: what a reviewer who makes no mistakes would have said of each field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from documents.records import Field, FieldStatus, Record
from evaluation.calibration.labels import Label
from evaluation.scoring.corpus import Gold, Prediction
from evaluation.scoring.judgement import Verdict, judge
from evaluation.scoring.printed import PrintedText
from extractors.document_type import all_document_types


def gold_labels(gold: Gold, prediction: Prediction, records: Sequence[Record], *, at: datetime) -> Iterator[Label]:
    """Yields a label for each field of the records that gold can judge, as if a person had decided at that time.

    Args:
        gold: of the document.
        prediction: made of the records, whose fields it lists first and in their order.
        records: of the document.
        at: aware.

    Raises:
        ValueError: the prediction is not of these records.
    """
    judgement = judge(gold, prediction, PrintedText(gold))
    verdicts = {id(each.predicted): each.verdict for each in judgement.judged}
    for predicted, (record, field) in zip(prediction.fields, _predicted(records), strict=False):
        if predicted.field != field.path:
            raise ValueError("the prediction lists other fields than the records")
        verdict = verdicts.get(id(predicted), Verdict.OPEN)
        if verdict is Verdict.OPEN:
            continue
        document_type = all_document_types()[record.segment.document_type]
        yield Label(
            features=field.features,
            kind=field.kind,
            cost=document_type.specs[field.path].reads.cost,
            path=field.path,
            right=verdict.is_right,
            accepted=field.status is FieldStatus.ACCEPTED,
            at=at,
            document_type=document_type.name,
            record=record.id,
        )


def _predicted(records: Sequence[Record]) -> Iterator[tuple[Record, Field]]:
    """What a prediction lists: no refused value, and nothing of another patient."""
    for record in records:
        if not record.segment.other_patient:
            yield from ((record, f) for f in record.fields if f.status is not FieldStatus.REJECTED)
