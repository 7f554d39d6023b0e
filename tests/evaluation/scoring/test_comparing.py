"""The gate: green on no change and on gains, red on what became worse beyond its bound."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.errors import EvaluationInputError
from evaluation.scoring.comparing import Comparison, Difference, Outcome, compare
from evaluation.scoring.evaluation import Evaluation, evaluate, read_evaluation
from tests.evaluation.scoring.labels import score


def made(count: int = 40, *, right: int = 8, accepted_wrong: int = 0, first: str = "d") -> Evaluation:
    """An evaluation in which every document reads `right` of ten values; the first ones accept wrong values."""
    scores = [
        score(
            f"{first}{i:02}",
            ((0.9, True), (0.2, False)),
            fields_right=right - (i % 2),
            fields_missed=10 - right + (i % 2),
            accepted_right=10,
            accepted_wrong=float(i < accepted_wrong),
        )
        for i in range(count)
    ]
    return evaluate(scores, made_at="2026-01-01T00:00:00+00:00", versions={})


def named(found: Comparison, name: str) -> Difference:
    return next(each for each in found.differences if each.name == name)


def test_no_change_is_no_regression() -> None:
    found = compare(made(), made())
    assert found.regressions == ()
    assert {each.outcome for each in found.differences} == {Outcome.SAME}
    assert found.documents == 40


def test_a_gain_is_better() -> None:
    found = compare(made(right=7), made(right=8))
    assert found.regressions == ()
    gain = named(found, "fields.recall")
    assert gain.outcome is Outcome.BETTER
    assert gain.change == pytest.approx(0.1)
    assert gain.low == pytest.approx(0.1)  # every document gained the same: paired, nothing is left to chance


def test_a_loss_beyond_the_bound_fails_and_within_it_does_not() -> None:
    before, after = made(right=8), made(right=7)
    assert "fields.f1" in {each.name for each in compare(before, after).regressions}
    assert compare(before, after, bound=0.2).regressions == ()
    assert named(compare(before, after, bound=0.2), "fields.f1").outcome is Outcome.WORSE


def test_wrong_accepted_values_have_a_tenth_of_the_bound() -> None:
    two_of_400 = made(accepted_wrong=2)
    assert [each.name for each in compare(made(), two_of_400).regressions] == ["accepted.wrong_share"]
    assert compare(made(), two_of_400, bound=0.06).regressions == ()


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (made(count=30), "10 documents are in one of them only"),
        (made(first="other"), "80 documents are in one of them only"),
        (
            made().model_copy(
                update={"documents": (made().documents[0].model_copy(update={"labels": "x"}), *made().documents[1:])}
            ),
            "the labels of 1 documents differ",
        ),
    ],
)
def test_results_of_other_documents_or_labels_are_refused_either_way(other: Evaluation, message: str) -> None:
    for pair in ((made(), other), (other, made())):
        with pytest.raises(EvaluationInputError, match=message):
            compare(*pair)


def test_documents_that_are_cut_too_often_are_a_regression() -> None:
    whole, cut = (
        evaluate([score(f"d{i}", splits_judged=1, splits_over=over) for i in range(9)], made_at="", versions={})
        for over in (0, 1)
    )
    assert [each.name for each in compare(whole, cut).regressions] == ["splits.over"]
    assert compare(cut, whole).regressions == ()


def test_one_document_says_nothing_about_others() -> None:
    found = named(compare(made(count=1, right=7), made(count=1, right=8)), "fields.recall")
    assert (found.low, found.high, found.outcome) == (None, None, Outcome.SAME)
    assert "fields.f1" in {each.name for each in compare(made(count=1, right=8), made(count=1, right=7)).regressions}


def test_a_result_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(made().model_dump_json())
    assert read_evaluation(path) == made()
    path.write_text(made().model_dump_json().replace("fax2fhir-evaluation/1", "fax2fhir-evaluation/2"))
    with pytest.raises(EvaluationInputError, match="fax2fhir-evaluation/1"):
        read_evaluation(path)
