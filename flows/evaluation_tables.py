"""An evaluation and a comparison as a terminal shows them."""

from __future__ import annotations

from collections.abc import Iterator

from evaluation.report.content import NOTHING, SLICED, degradation, headlines, ordered
from evaluation.scoring.bootstrap import Figure
from evaluation.scoring.comparing import Comparison, Outcome
from evaluation.scoring.evaluation import Evaluation
from flows.tables import columns

# What a terminal shows; everything is in the JSON and in the report.
SHOWN = (
    "accepted.wrong_share",
    "fields.f1",
    "fields.precision",
    "fields.recall",
    "accepted.recall",
    "codes.f1",
    "medications.f1",
    "linked.f1",
    "missing_field.f1",
    "red_flag.f1",
    "type.accuracy",
    "boundary.f1",
    "packets.exact",
    "splits.over",
    "splits.under",
    "splits.factor",
    "traps.passed",
    "traps.silent",
    "hallucination.rate",
    "ungrounded.rate",
    "ungrounded.accepted_rate",
    "words.error",
)
COSTS = ("cost.cpu_ms_page", "cost.wall_ms_page", "cost.extract_cpu_ms_page")
# Of each rendition and each damage.
BROKEN_DOWN = ("fields.f1", "accepted.recall", "accepted.wrong_share", "review.values", "type.accuracy", "words.error")


def in_words(evaluation: Evaluation) -> str:
    """The main figures with their intervals, by paper and damage, and what has to be known about them."""
    figures, confidence = evaluation.whole.figures, evaluation.whole.confidence
    rows = [figure_row(name, figures[name], 100.0, 1) for name in SHOWN if name in figures]
    rows += [figure_row(name, figures[name], 1.0, 0) for name in COSTS if name in figures]
    rows += [figure_row(f"confidence.{name}", figure, 1.0, 4) for name, figure in confidence.figures.items()]
    head = f"{evaluation.whole.documents} documents, {evaluation.whole.pages} pages; shares in %, costs in ms a page"
    noise = degradation(evaluation)
    series = "The same documents at rising noise" if noise and noise.same_documents else "By damage of the fax"
    said = [*headlines(evaluation), *([f"{series}: {noise.in_words()}"] if noise else [])]
    table = columns(("figure", "value", "95 % interval", "of"), [row for row in rows if row[1]])
    return "\n".join([head, table, "", *_broken_down(evaluation), "", *said])


def figure_row(name: str, figure: Figure, scale: float, digits: int) -> tuple[str, str, str, str]:
    """A figure's line: name, value, interval, and what it is of; empty cells where there is nothing to judge."""
    if figure.value is None:
        return name, "", "", ""
    ends = "" if figure.low is None else f"{scale * figure.low:.{digits}f} to {scale * (figure.high or 0.0):.{digits}f}"
    return name, f"{scale * figure.value:.{digits}f}", ends, f"{figure.of:,.0f}"


def _broken_down(evaluation: Evaluation) -> Iterator[str]:
    """The main figures, in per cent, of each rendition and each damage."""
    for dimension, order in SLICED:
        rows = [
            (
                name,
                str(each.documents),
                *(figure_row(key, each.figures.get(key, NOTHING), 100.0, 1)[1] or "-" for key in BROKEN_DOWN),
            )
            for name, each in ordered(evaluation.of(dimension), order).items()
        ]
        yield columns((dimension, "documents", *BROKEN_DOWN), rows)


def comparison_in_words(comparison: Comparison) -> str:
    """Guarded figures, and of the others those that changed beyond chance."""
    shown = [d for d in comparison.differences if d.bound is not None or d.outcome is not Outcome.SAME]
    rows = [
        (
            d.name,
            f"{d.before:.4f}",
            f"{d.after:.4f}",
            f"{d.change:+.4f}",
            "" if d.low is None else f"{d.low:+.4f} to {d.high:+.4f}",
            _judgement(d.outcome),
        )
        for d in shown
    ]
    head = f"the same {comparison.documents} documents"
    return "\n".join([head, columns(("figure", "before", "after", "change", "95 % interval", ""), rows)])


def _judgement(outcome: Outcome) -> str:
    return "" if outcome is Outcome.SAME else outcome.value
