"""Writes the report: one HTML file without scripts, fonts or anything else from elsewhere."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from evaluation.report import backends, content, plots
from evaluation.report.content import DocumentView, PageView
from evaluation.report.marks import Fate, Mark
from evaluation.report.pictures import PagePicture
from evaluation.scoring.backends import Backends, ComparedEvaluation
from evaluation.scoring.evaluation import Evaluation
from evaluation.scoring.tally import DocumentScore

# Of one document as many pages as show what is amiss; the rest is listed.
PAGES_SHOWN = 3
# Pixels that the number of a mark is wide.
_TAG = 25
_FATES = (
    (Fate.ACCEPTED, "right and accepted"),
    (Fate.QUEUED, "right, waits for a person (thin line)"),
    (Fate.WRONG, "wrong, waits for a person (numbered disc)"),
    (Fate.WRONG_ACCEPTED, "wrong and accepted (numbered square, heavy line)"),
    (Fate.MISSED, "missed (numbered ring, broken line; about where it stands)"),
)
_CONFIDENCE_ROWS = (
    ("AUROC", "auroc", "chance that a right value is surer than a wrong one; 0.5 is no better than a coin"),
    ("AUGRC", "augrc", "mean share of values both kept and wrong, over all thresholds; 0 is perfect"),
    ("coverage at 99 %", "coverage_99", "share of values that can be kept with 1 % wrong among them"),
    ("coverage at 95 %", "coverage_95", "the same with 5 %"),
    ("Brier", "brier", "mean squared distance of the confidence from right (1) or wrong (0)"),
    ("ECE", "ece", "mean gap between confidence and share right; says nothing about ranking"),
)


def document_view(score: DocumentScore, marks: Sequence[Mark], pictures: Sequence[PagePicture]) -> DocumentView:
    """A document for the report: the pages on which most is amiss, and what is amiss elsewhere."""
    amiss = {picture.number: _weight(m for m in marks if m.page == picture.number) for picture in pictures}
    most = sorted((number for number in amiss if amiss[number]), key=lambda number: (-amiss[number], number))
    chosen = sorted(most[:PAGES_SHOWN])
    by_number = {picture.number: picture for picture in pictures}
    pages = tuple(
        PageView(by_number[number], tuple(mark for mark in marks if mark.page == number)) for number in chosen
    )
    elsewhere = tuple(mark for mark in marks if mark.number and mark.page not in chosen)
    return DocumentView(score=score, pages=pages, elsewhere=elsewhere)


def tag_places(view: PageView) -> list[tuple[Mark, float, float]]:
    """The numbered marks with the middle of their number, in pixels: at the upper left corner, side by side."""
    placed: list[tuple[Mark, float, float]] = []
    for mark in view.marks:
        if mark.box is None or mark.number is None:
            continue
        x = max(mark.box[0] * view.picture.width - _TAG / 2 - 2, _TAG / 2 + 1)
        y = max(mark.box[1] * view.picture.height - 4, _TAG / 2 + 1)
        while any(abs(x - other_x) < _TAG and abs(y - other_y) < _TAG / 2 for _, other_x, other_y in placed):
            x += _TAG
        placed.append((mark, x, y))
    return placed


def _weight(marks: Iterable[Mark]) -> int:
    worth = {Fate.WRONG_ACCEPTED: 100, Fate.WRONG: 2, Fate.MISSED: 1}
    return sum(worth.get(mark.fate, 0) for mark in marks)


def render(evaluation: Evaluation, documents: Sequence[DocumentView] = ()) -> str:
    """The report as HTML.

    Args:
        evaluation: what it shows, with comparisons where it holds them.
        documents: the worst ones; with page pictures the result holds patient data.
    """
    held = evaluation if isinstance(evaluation, ComparedEvaluation) else None
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["base64"] = lambda content: base64.b64encode(content).decode("ascii")
    # The style sheet is our own file, not input.
    css = Markup(Path(__file__).with_name("report.css").read_text("utf-8"))  # noqa: S704
    return environment.get_template("report.html.j2").render(
        css=css,
        documents=documents,
        compared=None if held is None or held.backends is None else _backends(held.backends),
        others=None if held is None else held.side_by_side,
        there_and_back=None if held is None else held.round_trip,
        **_plots(evaluation),
        **_tables(evaluation),
    )


def _backends(compared: Backends) -> dict[str, Any]:
    """What the section of backends shows."""
    classes, renditions = backends.by_class(compared)
    return {
        "backends": compared,
        "said": list(backends.headlines(compared)),
        "columns": backends.COLUMNS,
        "classes": classes,
        "renditions": renditions,
        "costs": backends.costs(compared.use),
        "seconds": backends.seconds(compared.use),
        "ends": backends.ends(compared.use),
        "validity": backends.validity(compared.use),
        "planted": backends.planted_bars(compared.planted),
        "harmless": backends.harmless(compared.planted),
        "differences": backends.notable(compared.differences),
    }


def _plots(evaluation: Evaluation) -> dict[str, Any]:
    confidence, found = evaluation.whole.confidence, content.degradation(evaluation)
    drawn: dict[str, Any] = {"gauge": plots.gauge, "degradation": found}
    if confidence.curve:
        coverage = confidence.figures["coverage_99"].value
        drawn["risk_coverage"] = plots.risk_coverage(confidence.curve, coverage)
        drawn["reliability"] = plots.reliability(confidence.bins)
    if found is not None:
        drawn["curve_f1"] = plots.by_level("F1", found.levels, found.f1)
        drawn["curve_review"] = plots.by_level("values sent to review", found.levels, found.review)
        drawn["curve_wrong"] = plots.by_level("wrong among accepted", found.levels, found.wrong, limit=content.PROMISE)
    return drawn


def _tables(evaluation: Evaluation) -> dict[str, Any]:
    heat_columns, heat_rows = content.heat(evaluation)
    return {
        "whole": evaluation.whole,
        "made_at": evaluation.made_at,
        "made_on": evaluation.made_at[:10],
        "versions": evaluation.versions,
        "tiles": content.tiles(evaluation),
        "headlines": content.headlines(evaluation),
        "columns": content.COLUMNS,
        "confidence_rows": _CONFIDENCE_ROWS,
        "heat_columns": heat_columns,
        "heat_rows": heat_rows,
        "by_rendition": content.breakdown(evaluation.of("rendition"), content.RENDITIONS),
        "by_severity": content.breakdown(evaluation.of("severity"), content.SEVERITIES),
        "by_type": content.breakdown(evaluation.of("type")),
        "traps": content.trap_bars(evaluation),
        "linked": content.named(evaluation, "linked", "."),
        "missing": content.named(evaluation, "missing_field"),
        "flags": content.named(evaluation, "red_flag"),
        "scores": content.worst(evaluation.documents, len(evaluation.documents)),
        "fates": _FATES,
        "note": _note,
        "tag_places": tag_places,
        "tag_width": _TAG,
    }


def _note(mark: Mark) -> Markup:
    """What is amiss with a value, in words."""
    if mark.fate is Fate.MISSED:
        return Markup("was missed: <q>{}</q>").format(mark.wanted)
    fate = "accepted" if mark.fate is Fate.WRONG_ACCEPTED else "in review"
    read = Markup("read as <q>{}</q> ({})").format(mark.read, fate)
    return read + (Markup("; the page says <q>{}</q>").format(mark.wanted) if mark.wanted else escape(""))
