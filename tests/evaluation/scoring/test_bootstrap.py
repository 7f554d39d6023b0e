"""Intervals: over documents, the same every time, and as wide as they should be."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.scoring.bootstrap import Figure, draws, figure_table, macro_f1
from evaluation.scoring.confidence import confidence_of
from evaluation.scoring.figures import catalogue
from tests.evaluation.scoring.labels import score

SCORES = [score(f"d{i}", fields_right=i % 4, fields_wrong=1, fields_missed=i % 3) for i in range(30)]


def test_the_same_documents_give_the_same_interval() -> None:
    keys = catalogue(SCORES[0].tally)
    assert figure_table(SCORES, keys, draws(SCORES)) == figure_table(SCORES, keys, draws(SCORES))
    assert (draws(SCORES) != draws(SCORES, seed=1)).any()


def test_point_values_by_hand() -> None:
    scores = [score("a", fields_right=3, fields_wrong=1), score("b", fields_right=1, fields_missed=4)]
    found = figure_table(scores, catalogue({"fields.right", "fields.wrong", "fields.missed"}), draws(scores))
    assert found["fields.precision"].value == 4 / 5
    assert found["fields.recall"].value == 4 / 8
    assert found["fields.f1"].value == 8 / 13
    # Only a, only b, or both are drawn: the interval's ends are the two documents alone.
    assert (found["fields.recall"].low, found["fields.recall"].high) == (1 / 5, 1.0)


def test_every_resample_draws_as_many_documents() -> None:
    weights = draws(SCORES, resamples=50)
    assert weights.shape == (50, 30)
    assert (weights.sum(axis=1) == 30).all()


def test_copies_of_one_document_are_drawn_together() -> None:
    ladder = [score(f"n{i}").model_copy(update={"ladder": "n"}) for i in range(3)]
    weights = draws([*SCORES[:5], *ladder])
    assert (weights[:, 5] == weights[:, 6]).all()
    assert (weights[:, 5] == weights[:, 7]).all()
    assert not (weights[:, 4] == weights[:, 5]).all()


def test_the_interval_is_about_two_standard_errors_wide() -> None:
    rng = np.random.default_rng(5)
    scores = [score(f"d{i}", type_judged=1, type_right=float(rng.random() < 0.5)) for i in range(400)]
    found = figure_table(scores, catalogue({"type.judged"}), draws(scores))["type.accuracy"]
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.5 / 20, rel=0.1)


def test_one_document_has_figures_and_no_interval() -> None:
    alone = [score("a", ((0.9, True), (0.5, False)), fields_right=3, fields_wrong=1)]
    copies = [each.model_copy(update={"ladder": "a"}) for each in (alone[0], score("b", fields_right=1))]
    for scores, precision in ((alone, 3 / 4), (copies, 4 / 5)):
        found = figure_table(scores, catalogue({"fields.right", "fields.wrong"}), draws(scores))["fields.precision"]
        assert (found.value, found.low, found.high) == (precision, None, None)
    surety = confidence_of(alone, draws(alone))
    assert surety.figures["auroc"].value == 1.0
    assert surety.ranks_errors is None
    assert macro_f1(alone, draws(alone)).low is None


def test_nothing_to_judge_is_no_figure() -> None:
    found = figure_table(SCORES, catalogue({"packets.judged"}), draws(SCORES))
    assert found["packets.exact"] == Figure(value=None)


def test_macro_f1_is_the_mean_over_demanded_fields() -> None:
    tally = {"field.a.right": 1.0, "field.b.missed": 2.0, "field.c.wrong": 1.0}
    scores = [score("d").model_copy(update={"tally": tally})]
    assert macro_f1(scores, draws(scores)).value == 0.5
