"""Every figure as a ratio of sums of counts, so that one rule gives its value and its interval for any documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure: a weighted sum of counts by another.

    Attributes:
        name: dotted, stable.
        top, bottom: weight by key of the tally.
        rising: whether more is better; None where neither is.
    """

    name: str
    top: Weights
    bottom: Weights
    rising: bool | None = field(default=True)


def share(name: str, part: str, whole: str, *, rising: bool | None = True) -> Ratio:
    """One count by another."""
    return Ratio(name, {part: 1.0}, {whole: 1.0}, rising)


def triple(name: str) -> Iterator[Ratio]:
    """Precision, recall and F1 of `<name>.right`, `.wrong`, `.missed`.

    F1 is 2 right / (2 right + wrong + missed), the harmonic mean of the other two where both exist.
    """
    right, wrong, missed = (f"{name}.{kind}" for kind in ("right", "wrong", "missed"))
    yield Ratio(f"{name}.precision", {right: 1}, {right: 1, wrong: 1})
    yield Ratio(f"{name}.recall", {right: 1}, {right: 1, missed: 1})
    yield Ratio(f"{name}.f1", {right: 2}, {right: 2, wrong: 1, missed: 1})


_PREDICTED = "predicted.judged"
_SHARES = (
    Ratio("accepted.precision", {"accepted.right": 1}, {"accepted.right": 1, "accepted.wrong": 1}),
    Ratio("accepted.wrong_share", {"accepted.wrong": 1}, {"accepted.right": 1, "accepted.wrong": 1}, rising=False),
    # Of what had to be found, how much is used without a person.
    Ratio("accepted.recall", {"accepted.right": 1}, {"fields.right": 1, "fields.missed": 1}),
    share("accepted.share", "predicted.accepted", _PREDICTED, rising=None),
    # What a person still has to look at, whether or not it was read right.
    Ratio("review.values", {_PREDICTED: 1, "predicted.accepted": -1}, {_PREDICTED: 1}, rising=None),
    share("review.documents", "review.documents", "review.judged", rising=None),
    share("review.needed_and_sent", "review.needed_and_sent", "review.needed"),
    share("review.unattended_wrong", "review.unattended_wrong", "review.unattended", rising=False),
    share("hallucination.rate", "hallucinated.all", _PREDICTED, rising=False),
    share("hallucination.accepted_rate", "hallucinated.accepted", "predicted.accepted", rising=False),
    share("ungrounded.rate", "ungrounded.all", _PREDICTED, rising=False),
    share("ungrounded.accepted_rate", "ungrounded.accepted", "predicted.accepted", rising=False),
    share("type.accuracy", "type.right", "type.judged"),
    share("page_type.accuracy", "page_type.right", "page_type.judged"),
    share("packets.exact", "packets.exact", "packets.judged"),
    share("splits.over", "splits.over", "splits.judged", rising=False),
    share("splits.under", "splits.under", "splits.judged", rising=False),
    # 2 is cut twice as finely as the document is: what over-splitting costs those who put it together again.
    share("splits.factor", "segments.predicted", "segments.judged", rising=None),
    share("words.error", "words.error", "words.judged", rising=False),
    share("cost.cpu_ms_page", "cost.cpu_ms", "cost.pages", rising=False),
    share("cost.wall_ms_page", "cost.wall_ms", "cost.pages", rising=False),
    share("cost.read_cpu_ms_page", "cost.read_cpu_ms", "cost.pages", rising=False),
    share("cost.extract_cpu_ms_page", "cost.extract_cpu_ms", "cost.extract_pages", rising=False),
    share("cost.publish_cpu_ms_page", "cost.publish_cpu_ms", "cost.extract_pages", rising=False),
)
_TRIPLES = ("fields", "codes", "medications", "missing_field", "red_flag", "boundary", "linked")
_OPEN_TRIPLES = ("field.", "linked.", "missing_field:", "red_flag:")  # one for each name that occurs


def catalogue(keys: Iterable[str], *, detailed: bool = True) -> list[Ratio]:
    """The figures that counts with these keys allow.

    Args:
        keys: of tallies.
        detailed: whether precision and recall are wanted beside F1 for each single field, entity and name.
    """
    there = set(keys)
    stems = sorted({key.rsplit(".", 1)[0] for key in there})
    ratios = [*_SHARES, *(ratio for name in _TRIPLES for ratio in triple(name))]
    for stem in stems:
        if stem.startswith(_OPEN_TRIPLES) and stem not in _TRIPLES:
            found = list(triple(stem))
            ratios += found if detailed else found[2:]
        if stem.startswith("trap.") or stem == "traps":
            ratios.append(share(f"{stem}.passed", f"{stem}.passed", f"{stem}.judged"))
            ratios.append(share(f"{stem}.silent", f"{stem}.silent", f"{stem}.judged", rising=False))
    return [ratio for ratio in ratios if there & set(ratio.bottom)]
