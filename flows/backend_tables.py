"""A comparison of backends as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator

from evaluation.report.content import NOTHING
from evaluation.round_trip.results import in_words as round_trip_in_words
from evaluation.scoring.backends import Backends, ComparedEvaluation, ModelUse
from evaluation.scoring.evaluation import Evaluation, Slice
from evaluation.scoring.planted import CLASSES, Fate, PlantedErrors
from evaluation.side_by_side.results import SideBySide
from flows.evaluation_tables import figure_row
from flows.tables import columns

# Of each backend.
BACKEND_COLUMNS = ("fields.f1", "codes.f1", "medications.f1", "accepted.share")
RANKING = ("auroc", "coverage_99")


def compared_in_words(evaluation: Evaluation) -> Iterator[str]:
    """Yields a passage for each comparison that an evaluation holds."""
    if isinstance(evaluation, ComparedEvaluation):
        if evaluation.backends is not None:
            yield backends_in_words(evaluation.backends)
        if evaluation.side_by_side is not None:
            yield side_by_side_in_words(evaluation.side_by_side)
        if evaluation.round_trip is not None:
            yield round_trip_in_words(evaluation.round_trip)


def side_by_side_in_words(found: SideBySide) -> str:
    """Who took wrong claims for proven and let right ones pass, and who read how many form fields."""
    claims = [
        (f"{g.name} {g.version}", f"{g.accepted:,} of {g.near_misses:,}", f"{g.passed:,} of {g.right:,}", f"{g.ms:.2f}")
        for g in found.grounding
    ]
    forms = [
        (f"{f.name} {f.version}", f"{f.right:,}", f"{f.wrong:,}", f"{f.missed:,}", _percent(f.f1), f"{f.ms:.1f}")
        for f in found.forms
    ]
    said = [columns(("grounding", "near misses accepted", "right passed", "CPU, ms a claim"), claims)]
    if forms:
        head = f"form fields of {found.forms[0].documents} documents"
        said += ["", columns((head, "right", "wrong", "missed", "F1", "CPU, ms a page"), forms)]
    if found.absent:
        said.append(f"Not installed, so not compared: {', '.join(found.absent)}; pip install fax2fhir[comparison]")
    return "\n".join(said)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"


def backends_in_words(backends: Backends) -> str:
    """Each backend's main figures by class of scan, what asking cost, and what became of planted errors."""
    rows = [
        (run, name.partition(":")[2] or name, str(each.documents), *(_compared_cells(each)))
        for run, slices in backends.slices.items()
        for name, each in slices.items()
        if not name.startswith("rendition:")
    ]
    head = ("backend", "documents of", "", *BACKEND_COLUMNS, "wrong accepted", *RANKING, "wrong of")
    said = [f"Backends; the model: {backends.made_with}. Shares in %.", columns(head, rows), ""]
    return "\n".join([*said, *_use_in_words(backends.use), *_planted_in_words(backends.planted)])


def _compared_cells(found: Slice) -> tuple[str, ...]:
    figures, ranking = found.figures, found.confidence.figures
    shares = (figure_row("", figures.get(name, NOTHING), 100.0, 1)[1] or "-" for name in BACKEND_COLUMNS)
    wrong = figures.get("accepted.wrong_share", NOTHING)
    accepted = "-" if wrong.value is None else f"{wrong.value * wrong.of:.0f} of {wrong.of:,.0f}"
    surely = (figure_row("", ranking.get(name, NOTHING), 100.0, 1)[1] or "-" for name in RANKING)
    return *shares, accepted, *surely, f"{found.confidence.wrong:,} of {found.confidence.values:,}"


def _use_in_words(use: ModelUse) -> Iterator[str]:
    """What asking cost, and how questions ended."""
    if not use.questions:
        return
    documents = max(1, use.documents)
    seconds = "" if use.median_s is None else f"; a question {use.median_s:.2f} s (median), {use.p95_s:.2f} s (95 %)"
    yield (
        f"Model: {use.questions:,} questions, {use.requests:,} requests, {use.requests / documents:.1f} a document, "
        f"{use.input_tokens:,} + {use.output_tokens:,} tokens, cost {use.cost:.2f}{seconds}"
    )
    yield f"Ended: {', '.join(f'{name} {count:,}' for name, count in sorted(use.outcomes.items()))}"
    replied = use.valid_at_once + use.valid_later + use.never_valid
    yield (
        f"Of {replied:,} questions with a reply {use.valid_at_once:,} were valid at once, {use.valid_later:,} asked "
        f"again, {use.never_valid:,} never"
    )
    if use.outdated:
        yield f"{use.outdated:,} answers were recorded for an earlier wording of the question"


def _planted_in_words(planted: PlantedErrors | None) -> Iterator[str]:
    """What became of planted errors, over all and by class of scan."""
    if planted is None or not planted.fates:
        return
    for name in (None, *CLASSES):
        counts, stopped = planted.counts(of=name), planted.stopped(of=name)
        harmful = counts.total() - counts[Fate.HARMLESS]
        if not counts:
            continue
        share = "-" if stopped is None else f"{100 * stopped:.1f} %"
        yield (
            f"Planted errors, {name or 'all'}: {share} of {harmful:,} not accepted; {counts[Fate.ACCEPTED]:,} are, "
            f"left to a person {counts[Fate.QUEUED]:,}, gone {counts[Fate.GONE]:,}; "
            f"{counts[Fate.HARMLESS]:,} more are none to the judge"
        )
