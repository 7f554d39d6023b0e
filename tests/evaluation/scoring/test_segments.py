"""Types, boundaries, packets, over- and under-splits, counted by hand."""

from __future__ import annotations

from typing import Any

from evaluation.scoring.corpus import Gold, Prediction
from evaluation.scoring.segments import segment_tally

FORM = {"type": "prior_auth_request", "page_start": 1, "page_end": 2}
NOTE = {"type": "clinical_note", "page_start": 3, "page_end": 5}


def packet(*segments: dict[str, Any]) -> Gold:
    labels = {"doc_id": "d", "document_type": "prior_auth_request", "is_packet": True, "n_pages": 5}
    return Gold.model_validate(labels | {"segments": list(segments)})


def cut(*segments: dict[str, Any], named: str = "prior_auth_request") -> Prediction:
    return Prediction.model_validate({"document_type": named, "segments": list(segments)})


def test_an_exact_packet() -> None:
    tally = segment_tally(packet(FORM, NOTE), cut(FORM, NOTE))
    assert (tally["packets.exact"], tally["boundary.right"], tally["boundary.wrong"]) == (1, 1, 0)
    assert (tally["page_type.right"], tally["page_type.judged"]) == (5, 5)
    assert tally["splits.over"] == tally["splits.under"] == 0


def test_a_packet_cut_once_too_often() -> None:
    halves = [NOTE | {"page_end": 3}, NOTE | {"page_start": 4}]
    tally = segment_tally(packet(FORM, NOTE), cut(FORM, *halves))
    assert (tally["boundary.right"], tally["boundary.wrong"], tally["boundary.missed"]) == (1, 1, 0)
    assert (tally["splits.over"], tally["splits.under"], tally["packets.exact"]) == (1, 0, 0)
    assert (tally["segments.predicted"], tally["segments.judged"]) == (3, 2)


def test_a_packet_that_was_not_cut() -> None:
    tally = segment_tally(packet(FORM, NOTE), cut())
    assert (tally["boundary.missed"], tally["splits.under"], tally["page_type.right"]) == (1, 1, 2)
    assert tally["type.right"] == 1


def test_right_cuts_of_the_wrong_type_are_no_exact_packet() -> None:
    tally = segment_tally(packet(FORM, NOTE), cut(FORM, NOTE | {"type": "lab_report"}, named="packet"))
    assert (tally["boundary.right"], tally["packets.exact"], tally["type.right"]) == (1, 0, 1)


def test_a_single_document_split_in_two() -> None:
    alone = Gold.model_validate(
        {
            "doc_id": "d",
            "document_type": "clinical_note",
            "n_pages": 3,
            "segments": [NOTE | {"page_start": 1, "page_end": 3}],
        }
    )
    tally = segment_tally(
        alone,
        cut(NOTE | {"page_start": 1, "page_end": 1}, NOTE | {"page_start": 2, "page_end": 3}, named="clinical_note"),
    )
    assert (tally["splits.over"], tally["type.right"], tally["boundary.wrong"]) == (1, 1, 0)
