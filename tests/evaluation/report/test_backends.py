"""The report's section of backends: what it says of each, of planted errors, and of questions without an answer."""

from __future__ import annotations

import re

import pytest

from evaluation.loopback.answers import Error
from evaluation.report.page import render
from evaluation.scoring.backends import Backends, ComparedEvaluation, changes, slices_of, use_of
from evaluation.scoring.evaluation import Evaluation, evaluate
from evaluation.scoring.planted import Fate, PlantedErrors, PlantedFate
from evaluation.scoring.tally import DocumentScore
from extractors.llm.outcomes import LlmOutcome as Outcome
from extractors.llm.questions import Answered
from tests.evaluation.report.test_page import HOSTILE
from tests.evaluation.scoring.labels import score

PRICES = {"input_price": 2.0, "output_price": 8.0}


def scores(right: int) -> list[DocumentScore]:
    """Four documents on two kinds of paper."""
    made = [
        score(
            f"d{i}",
            ((0.9, True), (0.2 * i, False)),
            fields_right=right,
            fields_wrong=1,
            accepted_right=3,
            predicted_judged=5,
            predicted_accepted=3,
        )
        for i in range(4)
    ]
    return [one.model_copy(update={"rendition": ("digital", "fine fax")[i % 2]}) for i, one in enumerate(made)]


def answered(*ends: Outcome, seconds: float = 1.0) -> Answered:
    return Answered(outcome=ends[-1], ends=ends, input_tokens=1000, output_tokens=100, seconds=seconds)


ANSWERS: list[list[Answered | None]] = [
    [answered(Outcome.ANSWERED), answered(Outcome.ANSWERED, Outcome.ANSWERED, seconds=3.0)],
    [answered(Outcome.INVALID, Outcome.ANSWERED), answered(Outcome.INVALID, Outcome.INVALID)],
    [answered(Outcome.RATE_LIMITED, Outcome.REFUSED), None],
    [],
]


@pytest.fixture
def compared() -> Backends:
    planted = [
        PlantedFate(doc_id="d", rendition=paper, field="patient.dob", error=Error.SWAPPED, fate=fate)
        for paper, fate in [
            ("digital", Fate.GONE),
            ("digital", Fate.QUEUED),
            ("fine fax", Fate.ACCEPTED),
            ("fine fax", Fate.HARMLESS),
        ]
    ]
    return Backends(
        made_with=HOSTILE,
        slices={"rules": slices_of(scores(8)), "llm": slices_of(scores(6)), "both": slices_of(scores(9))},
        differences=changes(scores(8), scores(9)),
        use=use_of(ANSWERS, **PRICES),
        planted=PlantedErrors(fates=tuple(planted)),
    )


def test_what_asking_cost_and_how_it_ended() -> None:
    use = use_of(ANSWERS, **PRICES)
    assert (use.documents, use.questions, use.requests) == (4, 6, 9)
    assert (use.input_tokens, use.output_tokens) == (5000, 500)
    assert use.cost == pytest.approx((5000 * 2 + 500 * 8) / 1_000_000)
    assert use.median_s == 1.0
    assert use.p95_s == pytest.approx(2.6)
    assert use.outcomes == {"answered": 3, "invalid": 1, "refused": 1, "unasked": 1}
    assert (use.valid_at_once, use.valid_later, use.never_valid) == (2, 1, 1)


def test_slices_hold_the_classes_that_targets_speak_of(compared: Backends) -> None:
    assert set(compared.slices["both"]) == {
        "all", "class:digital", "class:fax", "rendition:digital", "rendition:fine fax",
    }  # fmt: skip
    assert compared.slices["both"]["class:fax"].documents == 2
    assert {each.name: each.change for each in compared.differences}["fields.f1"] > 0


def test_the_section_shows_each_backend_and_escapes_what_it_is_told(compared: Backends) -> None:
    evaluation = evaluate(scores(8), made_at="2026-01-01T00:00:00+00:00", versions={})
    own = {name: getattr(evaluation, name) for name in Evaluation.model_fields}
    text = render(ComparedEvaluation(**own, backends=compared))
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text[text.index('<section id="backends">') :]))
    assert HOSTILE not in text
    for said in ("rules alone", "model alone", "both, reconciled", "digital and text", "faxes", "By rendition"):
        assert said in plain
    assert "66.7 % of the errors planted in the model&#39;s answers were not accepted" in plain
    assert "0.0 % of 1 not accepted; 1 accepted" in plain
    assert "1 of 6 questions have NO recorded answer" in plain
    assert "2 at once, 1 asked again, 1 never" in plain
    assert "A question took 1.00 s (median), 95 of 100 at most 2.60 s" in plain
    assert 'href="#backends"' in text
    assert 'id="backends"' not in render(evaluation)
