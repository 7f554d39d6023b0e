"""Small gold and predictions for the tests of the judge."""

from __future__ import annotations

from typing import Any

from evaluation.scoring.corpus import Gold, Prediction, prediction_of
from evaluation.scoring.tally import DocumentScore, score_document

Json = dict[str, Any]


def entry(name: str, value: str, **more: Any) -> Json:
    """A gold field."""
    return {"field": name, "value": value} | more


def said(name: str, value: str, **more: Any) -> Json:
    """A predicted field."""
    return {"field": name, "value": value} | more


def gold_of(*fields: Json, text: str = "", **more: Any) -> Gold:
    """Gold of one document of one page, a clinical note unless told otherwise."""
    pages = [{"page": 1, "text": text}]
    segment = {"type": "clinical_note", "page_start": 1, "page_end": 1}
    plain = {"doc_id": "d", "document_type": "clinical_note", "rendition": "digital", "severity": "none"}
    return Gold.model_validate(plain | {"fields": list(fields), "pages": pages, "segments": [segment]} | more)


def prediction(*fields: Json, **more: Any) -> Prediction:
    """A prediction of such a document."""
    return prediction_of({"document_type": "clinical_note", "fields": list(fields)} | more)


def tally_of(gold: Gold, predicted: Prediction | None) -> dict[str, float]:
    """The counts of one document; a key that is not there counts 0."""
    return score_document(gold, predicted)[0].tally


def counted(gold: Gold, predicted: Prediction, what: str) -> tuple[float, float, float]:
    """Right, wrong, missed."""
    tally = tally_of(gold, predicted)
    right, wrong, missed = (tally.get(f"{what}.{kind}", 0) for kind in ("right", "wrong", "missed"))
    return right, wrong, missed


def score(doc_id: str, confidences: tuple[tuple[float, bool], ...] = (), **tally: float) -> DocumentScore:
    """A document's score; `fields_right=3` is the count `fields.right`."""
    counts = {key.replace("_", ".", 1): amount for key, amount in tally.items()}
    plain = {"rendition": "digital", "severity": "none", "document_type": "clinical_note", "pages": 1}
    return DocumentScore.model_validate(plain | {"doc_id": doc_id, "tally": counts, "confidences": confidences})
