"""What the report says: tiles, sentences, tables and marked pages, out of an evaluation. No markup here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from evaluation.report.marks import Mark
from evaluation.report.pictures import PagePicture
from evaluation.scoring.bootstrap import Figure
from evaluation.scoring.evaluation import Evaluation, Slice
from evaluation.scoring.tally import OTHER_SCANS, RENDITION_CLASSES, DocumentScore, total

# The product's promise: of the values used without a person at most one in a hundred is wrong.
PROMISE = 0.01
RENDITIONS = (*dict.fromkeys(RENDITION_CLASSES.values()), OTHER_SCANS)
# From the best to the worst that a fax machine does; whatever else gold names comes after.
SEVERITIES = ("none", "clean", "jpeg", "typical", "poor", "awful")
FAX_SEVERITIES = ("clean", "typical", "poor", "awful")
# How documents are divided by what they are on, and in what order the classes are shown.
SLICED = (("rendition", RENDITIONS), ("severity", SEVERITIES))
# A fall of F1 by no more than this is none: a series holds a few documents, and a few values more or less are chance.
STEADY = 0.05
NOTHING = Figure(value=None)


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the summary: its name, what it is of, and whether a promise about it is kept (None: no promise)."""

    label: str
    figure: Figure
    detail: str
    unit: str = "%"
    kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its name, how many documents or items, and figures by column (None: not judged)."""

    name: str
    count: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class TrapBar:
    """How a kind of trap went, in counts."""

    name: str
    judged: int
    spoken: int
    silent: int

    @property
    def failed(self) -> int:
        """Fallen into."""
        return self.judged - self.spoken - self.silent


@dataclass(frozen=True, slots=True)
class PageView:
    """A pictured page with its marks."""

    picture: PagePicture
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One of the worst documents, with those of its pages that can be shown."""

    score: DocumentScore
    pages: tuple[PageView, ...]
    elsewhere: tuple[Mark, ...]


def tiles(evaluation: Evaluation) -> list[Tile]:
    """The summary, what matters most first."""
    whole, counts = evaluation.whole, total(evaluation.documents)
    wrong = whole.figures.get("accepted.wrong_share", NOTHING)
    kept = None if wrong.value is None else wrong.value <= PROMISE
    accepted = counts["accepted.right"] + counts["accepted.wrong"]
    said = f"{counts['accepted.wrong']:,.0f} of {accepted:,.0f} values used without a person; promise: at most 1 %"
    rows = (
        ("F1, all fields", "fields.f1", _parts(whole, "fields")),
        ("Accepted of all there is", "accepted.recall", "right, and no person needed to look"),
        ("Codes, F1", "codes.f1", _parts(whole, "codes")),
        ("Medications, F1", "medications.f1", "drug, strength, frequency, status"),
        ("Missing items, F1", "missing_field.f1", _parts(whole, "missing_field")),
        ("Document type", "type.accuracy", "of documents and packets"),
        ("Segment boundaries, F1", "boundary.f1", _packets(whole)),
        ("Traps passed", "traps.passed", _silence(counts)),
        ("Made up", "hallucination.rate", f"wrong, not on the page; {counts['hallucinated.accepted']:,.0f} accepted"),
    )
    ranked = f"{whole.confidence.wrong:,} wrong of {whole.confidence.values:,}; 50 is chance"
    found = [
        Tile("Accepted wrongly", wrong, said, kept=kept),
        *(Tile(label, whole.figures.get(key, NOTHING), detail) for label, key, detail in rows),
        Tile("Ranking of errors, AUROC", whole.confidence.figures["auroc"], ranked),
        Tile("CPU a page", whole.figures.get("cost.cpu_ms_page", NOTHING), _cost(whole), unit="ms"),
    ]
    return [tile for tile in found if tile.figure.value is not None]


def _parts(whole: Slice, name: str) -> str:
    precision, recall = (whole.figures.get(f"{name}.{part}", NOTHING).value for part in ("precision", "recall"))
    return " · ".join(
        f"{word} {100 * value:.1f}"
        for word, value in (("precision", precision), ("recall", recall))
        if value is not None
    )


def _packets(whole: Slice) -> str:
    exact = whole.figures.get("packets.exact", NOTHING)
    return "" if exact.value is None else f"{100 * exact.value:.0f} % of {exact.of:.0f} packets exactly right"


def _silence(counts: Mapping[str, float]) -> str:
    return f"{counts.get('traps.judged', 0):,.0f} traps; {counts.get('traps.silent', 0):,.0f} passed by saying nothing"


def _cost(whole: Slice) -> str:
    extract, wall = (whole.figures.get(f"cost.{name}_ms_page", NOTHING).value for name in ("extract_cpu", "wall"))
    parts = [(extract, "of it extraction"), (wall, "wall time")]
    return " · ".join(f"{value:,.0f} ms {what}" for value, what in parts if value is not None)


def headlines(evaluation: Evaluation) -> list[str]:
    """What a reader should take away, in sentences; only what the figures say. What is amiss is in capitals."""
    counts, confidence = total(evaluation.documents), evaluation.whole.confidence
    wrong = f"{confidence.wrong:,} of {confidence.values:,} values with a confidence are wrong."
    blind = [name for name, each in evaluation.of("rendition").items() if each.confidence.ranks_errors is False]
    alone = (
        f" On {', '.join(blind)} alone its AUROC cannot be told from chance."
        if confidence.ranks_errors and blind
        else ""
    )
    said = [_acceptance(counts), f"{wrong} {confidence.in_words}{alone}"]
    if counts["unpredicted"]:
        said.append(f"{documents(counts['unpredicted'])} NOT predicted: all of it counts as missed.")
    if counts["unprocessed"]:
        said.append(f"{documents(counts['unprocessed'])} could NOT be read or processed: all of it counts as missed.")
    if counts["ungrounded.accepted"]:
        said.append(f"{counts['ungrounded.accepted']:,.0f} accepted values cite no words of their page.")
    if counts["traps.silent"]:
        silent, passed = counts["traps.silent"], counts["traps.passed"]
        said.append(f"{silent:,.0f} of {passed:,.0f} passed traps were passed only because nothing was said.")
    over, under = counts["splits.over"], counts["splits.under"]
    cut, there = counts["segments.predicted"], counts["segments.judged"]
    finely = f"; {cut:,.0f} segments found, {there:,.0f} there" if there else ""
    return [*said, f"Split too often: {documents(over)}; too seldom: {documents(under)}{finely}."]


def documents(count: float) -> str:
    """A count of documents, in words."""
    return f"{count:,.0f} document{'' if count == 1 else 's'}"


def _acceptance(counts: Mapping[str, float]) -> str:
    wrong = counts.get("accepted.wrong", 0)
    accepted = counts.get("accepted.right", 0) + wrong
    if not accepted:
        return "No value was accepted without a person."
    if not wrong:
        return f"None of the {accepted:,.0f} values that were accepted without a person is wrong."
    fields = sorted(key.split(".", 1)[1].removesuffix(".wrong") for key in counts if key.startswith("accepted_field."))
    kept = "within" if wrong <= PROMISE * accepted else "NOT within"
    said = f"{wrong:,.0f} of {accepted:,.0f} values accepted without a person are wrong, {kept} the promise of 1 %"
    return f"{said}: {', '.join(fields)}."


def ordered(slices: Mapping[str, Slice], order: Sequence[str]) -> dict[str, Slice]:
    """Slices in a given order of their names, others after them."""
    place = {name: number for number, name in enumerate(order)}
    return dict(sorted(slices.items(), key=lambda item: (place.get(item[0], len(place)), item[0])))


# Label, figure, and by what it is multiplied: shares are shown in per cent, costs in milliseconds.
COLUMNS = (
    ("F1", "fields.f1", 100),
    ("precision", "fields.precision", 100),
    ("recall", "fields.recall", 100),
    ("accepted, of all", "accepted.recall", 100),
    ("wrong among accepted", "accepted.wrong_share", 100),
    ("values to review", "review.values", 100),
    ("ranking, AUROC", "confidence.auroc", 100),
    ("type", "type.accuracy", 100),
    ("word error", "words.error", 100),
    ("CPU, ms a page", "cost.cpu_ms_page", 1),
)


def breakdown(slices: Mapping[str, Slice], order: Sequence[str] = ()) -> list[Row]:
    """The main figures of each class of documents."""
    rows = []
    for name, each in ordered(slices, order).items():
        figures = each.figures | {f"confidence.{key}": figure for key, figure in each.confidence.figures.items()}
        rows.append(Row(name, each.documents, tuple(figures.get(key, NOTHING) for _, key, _ in COLUMNS)))
    return rows


def heat(evaluation: Evaluation) -> tuple[list[str], dict[str, list[Row]]]:
    """F1 by field and rendition: the classes that occur, and the fields by entity, each with its demands."""
    slices = ordered(evaluation.of("rendition"), RENDITIONS)
    counts = total(evaluation.documents)
    names = sorted({key.split(".", 1)[1].rsplit(".", 1)[0] for key in counts if key.startswith("field.")})
    rows: dict[str, list[Row]] = {}
    for name in names:
        demanded = counts[f"field.{name}.right"] + counts[f"field.{name}.missed"]
        key = f"field.{name}.f1"
        figures = tuple(each.figures.get(key, NOTHING) for each in (evaluation.whole, *slices.values()))
        if demanded:
            rows.setdefault(name.split(".")[0], []).append(Row(name, int(demanded), figures))
    return list(slices), rows


def named(evaluation: Evaluation, what: str, separator: str = ":") -> list[Row]:
    """Precision, recall and F1 of entities, missing items or flags: of all together, then of each name."""
    figures, counts = evaluation.whole.figures, total(evaluation.documents)
    start = what + separator
    stems = sorted({name.rsplit(".", 1)[0] for name in figures if name.startswith(start)} - {what})
    return [
        Row(
            "all" if stem == what else stem.removeprefix(start),
            int(counts[f"{stem}.right"] + counts[f"{stem}.missed"]),
            tuple(figures.get(f"{stem}.{part}", NOTHING) for part in ("precision", "recall", "f1")),
        )
        for stem in (what, *stems)
    ]


def trap_bars(evaluation: Evaluation) -> list[TrapBar]:
    """How each kind of trap went."""
    counts = total(evaluation.documents)
    kinds = sorted(key.split(".")[1] for key in counts if key.startswith("trap.") and key.endswith(".judged"))
    bars = []
    for kind in kinds:
        judged, passed, silent = (int(counts[f"trap.{kind}.{part}"]) for part in ("judged", "passed", "silent"))
        bars.append(TrapBar(kind, judged, passed - silent, silent))
    return bars


@dataclass(frozen=True, slots=True)
class Degradation:
    """Figures at rising noise; `same_documents` where each level holds copies of the same ones.

    Other documents at each level are unlike in more than their noise: of them nothing is concluded.
    """

    levels: tuple[str, ...]
    f1: tuple[Figure, ...]
    review: tuple[Figure, ...]
    wrong: tuple[Figure, ...]
    same_documents: bool

    def in_words(self) -> str:
        """Whether what has to hold does hold: the less is read right, the more is asked; what is accepted is right."""
        if not self.same_documents:
            return "no copies of the same documents at rising noise, so the steps are not compared."
        steps = [(f.value, r.value) for f, r in zip(self.f1, self.review, strict=True)]
        known = [(f, r) for f, r in steps if f is not None and r is not None]
        falls = [(before, after) for before, after in combinations(known, 2) if after[0] < before[0] - STEADY]
        if not falls:
            review = f"No fall of F1 beyond {100 * STEADY:.0f} points"
        elif all(after[1] > before[1] or after[1] >= 1 for before, after in falls):  # more than all cannot be asked
            review = "Where less is read right, more is sent to people"
        else:
            review = "Where less is read right, more is NOT always sent to people"
        kept = all((each.value or 0.0) <= PROMISE for each in self.wrong)
        return f"{review}; wrong accepted values are {'' if kept else 'NOT '}within 1 % at every step."


def degradation(evaluation: Evaluation) -> Degradation | None:
    """Over a series of copies with rising noise where gold has one, else over the classes of fax damage."""
    series = dict(sorted(evaluation.of("noise").items(), key=lambda item: float(item[0])))
    same = len(series) > 1
    if not same:
        damaged = evaluation.of("severity")
        series = {name: damaged[name] for name in FAX_SEVERITIES if name in damaged}
    if len(series) < 2:
        return None

    def column(key: str) -> tuple[Figure, ...]:
        return tuple(each.figures.get(key, NOTHING) for each in series.values())

    return Degradation(
        levels=tuple(series),
        f1=column("fields.f1"),
        review=column("review.values"),
        wrong=column("accepted.wrong_share"),
        same_documents=same,
    )


def badness(score: DocumentScore) -> tuple[float, float, float]:
    """Worst first: wrong accepted values, then wrong and missed ones."""
    wrong = score.tally.get("fields.wrong", 0.0)
    return score.tally.get("accepted.wrong", 0.0), 2 * wrong + score.tally.get("fields.missed", 0.0), wrong


def worst(scores: Sequence[DocumentScore], count: int) -> list[DocumentScore]:
    """The documents to look at first; none that is without fault."""
    amiss = [score for score in scores if any(badness(score))]
    return sorted(amiss, key=lambda score: (*(-each for each in badness(score)), score.doc_id))[:count]
