"""What the report says of backends side by side: rows, bars and sentences. No markup here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaluation.report.content import NOTHING, RENDITIONS
from evaluation.scoring.backends import Backends, ModelUse
from evaluation.scoring.bootstrap import Figure
from evaluation.scoring.comparing import Difference, Outcome
from evaluation.scoring.evaluation import Slice
from evaluation.scoring.planted import CLASSES, Fate, PlantedErrors

NAMES = {"rules": "rules alone", "llm": "model alone", "both": "both, reconciled"}
# Label and figure, in per cent.
COLUMNS = (
    ("F1", "fields.f1"),
    ("codes, F1", "codes.f1"),
    ("medications, F1", "medications.f1"),
    ("accepted", "accepted.share"),
    ("AUROC", "confidence.auroc"),
    ("coverage at 99\u00a0%", "confidence.coverage_99"),
)


@dataclass(frozen=True, slots=True)
class BackendRow:
    """A backend on a class of documents: figures by column, and how many errors they speak of."""

    backend: str
    documents: int
    figures: tuple[Figure, ...]
    wrong_accepted: str
    wrong: str


# A class of documents, and a row a backend.
Class = tuple[str, list[BackendRow]]


@dataclass(frozen=True, slots=True)
class Bar:
    """Counts in the order good, indifferent, bad, of a whole bar of `of`; `said` beside them."""

    name: str
    parts: tuple[int, int, int]
    said: str
    of: int


def by_class(backends: Backends) -> tuple[list[Class], list[Class]]:
    """Each class of documents with a row a backend: all, digital ones and faxes; then one rendition each."""
    names = list(next(iter(backends.slices.values()), {}))
    labels = {"all": "all documents", "class:digital": "digital and text", "class:fax": "faxes"}
    main = [name for name in labels if name in names]
    single = [f"rendition:{name}" for name in RENDITIONS if f"rendition:{name}" in names]

    def rows(name: str) -> list[BackendRow]:
        return [_row(run, slices[name]) for run, slices in backends.slices.items()]

    return [(labels[name], rows(name)) for name in main], [(name.partition(":")[2], rows(name)) for name in single]


def _row(run: str, found: Slice) -> BackendRow:
    figures = found.figures | {f"confidence.{name}": each for name, each in found.confidence.figures.items()}
    wrong = figures.get("accepted.wrong_share", NOTHING)
    accepted = "–" if wrong.value is None else f"{wrong.value * wrong.of:.0f} of {wrong.of:,.0f}"
    return BackendRow(
        backend=NAMES.get(run, run),
        documents=found.documents,
        figures=tuple(figures.get(key, NOTHING) for _, key in COLUMNS),
        wrong_accepted=accepted,
        wrong=f"{found.confidence.wrong:,} of {found.confidence.values:,}",
    )


def costs(use: ModelUse) -> list[tuple[str, str, str]]:
    """What asking came to: name, amount in all, amount a document."""
    documents = max(1, use.documents)
    amounts = (
        ("questions", use.questions),
        ("requests", use.requests),
        ("tokens in", use.input_tokens),
        ("tokens out", use.output_tokens),
    )
    counted = [(name, f"{amount:,}", f"{amount / documents:,.1f}") for name, amount in amounts]
    return [*counted, ("cost", f"{use.cost:,.2f}", f"{use.cost / documents:,.4f}")]


def seconds(use: ModelUse) -> str:
    """How long questions took, in words; empty where none was asked."""
    if use.median_s is None or use.p95_s is None:
        return ""
    most = f"95 of 100 at most {use.p95_s:.2f} s, waits and repeats included"
    return f"A question took {use.median_s:.2f} s (median), {most}."


def ends(use: ModelUse) -> list[Bar]:
    """How questions ended, the commonest first; an answer is good, whatever else is not."""
    ranked = sorted(use.outcomes.items(), key=lambda item: (-item[1], item[0]))
    return [
        Bar(name.replace("_", " "), (count, 0, 0) if name == "answered" else (0, 0, count), f"{count:,}", use.questions)
        for name, count in ranked
    ]


def validity(use: ModelUse) -> list[Bar]:
    """Of the questions with a reply: valid at once, valid when asked again, never."""
    parts = (use.valid_at_once, use.valid_later, use.never_valid)
    said = f"{parts[0]:,} at once, {parts[1]:,} asked again, {parts[2]:,} never"
    return [Bar("replies", parts, said, sum(parts))] if sum(parts) else []


def planted_bars(planted: PlantedErrors | None) -> list[Bar]:
    """What became of planted errors, of each class: gone, left to a person, accepted."""
    if planted is None:
        return []
    found = []
    for name in (None, *CLASSES):
        counts = planted.counts(of=name)
        parts = (counts[Fate.GONE], counts[Fate.QUEUED], counts[Fate.ACCEPTED])
        if sum(parts):
            stopped = planted.stopped(of=name) or 0.0
            said = f"{100 * stopped:.1f} % of {sum(parts):,} not accepted; {parts[2]:,} accepted"
            found.append(Bar(name or "all", parts, said, sum(parts)))
    return found


def harmless(planted: PlantedErrors | None) -> int:
    """How many planted errors are none to the judge."""
    return 0 if planted is None else planted.counts()[Fate.HARMLESS]


def notable(differences: Sequence[Difference]) -> list[Difference]:
    """Guarded figures, and of the others those that changed beyond chance."""
    return [each for each in differences if each.bound is not None or each.outcome is not Outcome.SAME]


def headlines(backends: Backends) -> Iterator[str]:
    """What a reader should take away; what is amiss is in capitals."""
    whole = {run: slices["all"] for run, slices in backends.slices.items()}
    said = [(NAMES.get(run, run), each.figures.get("fields.f1", NOTHING).value) for run, each in whole.items()]
    yield "F1: " + ", ".join(f"{name} {100 * value:.1f}" for name, value in said if value is not None) + "."
    stopped = None if backends.planted is None else backends.planted.stopped()
    if stopped is not None:
        yield f"{100 * stopped:.1f} % of the errors planted in the model's answers were not accepted."
    unasked = backends.use.outcomes.get("unasked", 0)
    if unasked:
        asked = backends.use.questions
        yield f"{unasked:,} of {asked:,} questions have NO recorded answer: there the rules read alone."
    if backends.use.outdated:
        yield f"{backends.use.outdated:,} answers were recorded for an earlier wording of their question."
