"""Alarms without labels: rare where nothing changed, soon where something did, never on a handful of documents."""

import numpy as np
import pytest

from evaluation.calibration.drift import label_free_alarms, upper_tail
from evaluation.calibration.slices import EDGES, SliceSummary
from extractors.records.weighting import Slice

CLINIC = Slice(sender="6055550142")
LETTER = Slice(document_type="denial_letter")


def night(
    rng: np.random.Generator,
    slice_: Slice,
    *,
    documents: int = 12,
    unproven: float = 0.2,
    confidence: float = 0.93,
) -> SliceSummary:
    """A night's documents, drawn at the given rates; OCR confidence spreads around its mean."""
    bins = np.searchsorted(EDGES["ocr_mean_conf"], rng.normal(confidence, 0.04, documents))
    drawn = np.bincount(bins, minlength=len(EDGES["ocr_mean_conf"]) + 1)
    return SliceSummary(
        slice=slice_,
        weights="cold-2/COLD",
        documents=documents,
        reviewed=int(rng.binomial(documents, 0.8)),
        ungrounded=int(rng.binomial(documents, unproven)),
        coded=documents,
        unknown_code=int(rng.binomial(documents, 0.08)),
        histograms={"ocr_mean_conf": tuple(int(count) for count in drawn)},
    )


def test_hypergeometric_tail_is_fishers() -> None:
    # The lady tasting tea: all four right by chance in 1 of 70, three or more in 17 of 70.
    assert upper_tail(4, 4, 0, 4) == pytest.approx(1 / 70)
    assert upper_tail(3, 4, 1, 4) == pytest.approx(17 / 70)


def test_a_steady_sender_raises_no_alarm_in_a_year() -> None:
    rng = np.random.default_rng(5)
    nights = [[night(rng, CLINIC), night(rng, LETTER, documents=7)] for _ in range(250)]
    raised = [label_free_alarms(nights[: n + 1]) for n in range(20, 250)]
    assert sum(bool(alarms) for alarms in raised) <= 2


def test_a_worse_sender_is_named_within_forty_documents() -> None:
    rng = np.random.default_rng(7)
    nights = [[night(rng, CLINIC), night(rng, LETTER)] for _ in range(30)]
    assert not label_free_alarms(nights)
    nights += [[night(rng, CLINIC, confidence=0.84), night(rng, LETTER)] for _ in range(3)]
    alarms = next(found for n in (31, 32, 33) if (found := label_free_alarms(nights[:n])))
    assert {alarm.slice for alarm in alarms} == {CLINIC}
    assert "sender 6055550142" in alarms[0].in_words
    assert "lower OCR confidences" in alarms[0].in_words


def test_more_unproven_values_raise_their_own_alarm() -> None:
    rng = np.random.default_rng(11)
    nights = [[night(rng, LETTER)] for _ in range(30)] + [[night(rng, LETTER, unproven=0.8)] for _ in range(3)]
    assert [alarm.statistic for alarm in label_free_alarms(nights)] == ["ungrounded"]


def test_a_handful_of_documents_never_raises_an_alarm() -> None:
    rng = np.random.default_rng(13)
    nights = [[night(rng, CLINIC, documents=1)] for _ in range(40)]
    nights += [[night(rng, CLINIC, documents=3, unproven=1.0, confidence=0.3)] for _ in range(6)]
    assert not label_free_alarms(nights)


def test_other_weights_are_not_drift() -> None:
    rng = np.random.default_rng(17)
    before = [[night(rng, CLINIC)] for _ in range(30)]
    after = [[night(rng, CLINIC).model_copy(update={"weights": "warm-1/WARM", "reviewed": 1})] for _ in range(10)]
    assert not label_free_alarms(before + after)


def test_a_model_that_is_switched_on_or_down_is_no_drift_and_a_change_under_it_is() -> None:
    rng = np.random.default_rng(23)
    rules = [[night(rng, CLINIC)] for _ in range(30)]

    def read(count: int, confidence: float = 0.8) -> list[list[SliceSummary]]:
        drawn = [night(rng, CLINIC, unproven=0.9, confidence=confidence) for _ in range(count)]
        return [[each.model_copy(update={"reading": "a model"})] for each in drawn]

    with_it = read(30)
    assert not label_free_alarms(rules + with_it)
    assert not label_free_alarms(rules + with_it + [[night(rng, CLINIC)] for _ in range(4)])
    assert label_free_alarms(rules + with_it + read(4, confidence=0.6))


def test_what_an_older_version_counted_in_other_bins_is_left_out() -> None:
    rng = np.random.default_rng(19)
    old = [night(rng, CLINIC).model_copy(update={"histograms": {"ocr_mean_conf": (12, 0), "gone": (4, 8)}})] * 20
    new = [night(rng, CLINIC, confidence=0.84) for _ in range(3)]
    assert not label_free_alarms([[summary] for summary in (*old, *new)])
