"""Alarms without labels: a sender, payer or type whose last documents no longer look like those before.

Rates (documents in review, with an ungrounded value, with an unknown code) have exact limits: given how many of the
window and the reference have it together, the window's share of them is hypergeometric (Fisher), whatever the rate.
Distributions (scores and features by document) are compared by the largest gap between the two cumulative shares
(Kolmogorov-Smirnov), whose bound is careful on bins. The limits share one chance of a false alarm among all slices,
statistics and windows of a night.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.value import Value
from evaluation.calibration.slices import OF_WEIGHTS, Counts, SliceSummary, added, named, total
from extractors.records.weighting import Slice

# A false alarm, over all slices and statistics together, at most once in so many nights.
NIGHTS_BETWEEN_FALSE_ALARMS = 200
# The last nights of a slice are looked at until they hold so many documents: few show a collapse soon, more a decline.
WINDOWS = (20, 80)
# A slice without so many documents before the window has nothing to be compared with.
LEAST_REFERENCE = 60
# Below these differences a change is real perhaps, but not worth a person's time.
_LEAST_RISE = 0.05
_LEAST_GAP = 0.1
_RATES = {
    "reviewed": "were left to a person",
    "ungrounded": "hold a value that is not proven on the page",
    "unknown_code": "with a diagnosis code hold one that the release does not",
}
_DISTRIBUTIONS = {
    "score": "scores",
    "accepted": "shares of accepted values",
    "ocr_mean_conf": "OCR confidences",
    "page_quality": "page qualities",
    "label": "label scores",
    "grounded": "shares of proven values",
    "fields": "numbers of values",
    "agrees": "shares of values on which two readings agree",
}


class Alarm(Value):
    """A slice that is no longer what its limits were set for.

    Attributes:
        slice: whose documents, or which fields.
        statistic: what shows it: a rate, a distribution, or `cusum`.
        observed, expected: of a rate, the shares in the window and before; of a distribution, the mean bin (share of
            the bins below) in both; of `cusum`, wrong values and how many the scores announced.
        n: documents in the window; of `cusum`, labels.
        in_words: one sentence without patient text.
    """

    slice: Slice
    statistic: str
    observed: float
    expected: float
    n: int
    in_words: str


@dataclass(frozen=True, slots=True)
class _Test:
    """One comparison of a window with its reference, and the chance of it if nothing changed."""

    alarm: Alarm
    chance: float
    matters: bool


def label_free_alarms(nights: Sequence[Sequence[SliceSummary]]) -> tuple[Alarm, ...]:
    """The alarms of the last night, for each slice and statistic the plainest one.

    Args:
        nights: summaries of each night, the oldest first; nights before a change that is known and dealt with left out.
    """
    history: dict[tuple[Slice, str], list[SliceSummary]] = defaultdict(list)
    for night in nights:
        for summary in added(night):
            history[summary.slice, summary.reading].append(summary)
    # That a model reads as well from tonight on, or its endpoint was down, is known: documents read alike are compared.
    seen_now = {(summary.slice, summary.reading) for summary in (nights[-1] if nights else ())}
    tests = [test for alike in seen_now for test in _tests(history[alike])]
    level = 1 / (NIGHTS_BETWEEN_FALSE_ALARMS * max(1, len(tests)))
    plainest: dict[tuple[Slice, str], _Test] = {}
    for test in tests:
        key = (test.alarm.slice, test.alarm.statistic)
        if test.matters and test.chance <= level and (key not in plainest or test.chance < plainest[key].chance):
            plainest[key] = test
    found = sorted(plainest.values(), key=lambda t: (named(t.alarm.slice), t.chance, t.alarm.statistic))
    return tuple(test.alarm for test in found)


def _tests(history: Sequence[SliceSummary]) -> Iterator[_Test]:
    """All comparisons of one slice; none where its documents are too few."""
    same = [s for s in history if s.weights == history[-1].weights]
    for size in WINDOWS:
        for summaries, dependent in ((history, False), (same, True)):
            split = _split(summaries, size)
            if split is None:
                continue
            window, reference = split
            if dependent:
                yield _rate("reviewed", window, reference)
            else:
                yield from (_rate(name, window, reference) for name in ("ungrounded", "unknown_code"))
            for name in _DISTRIBUTIONS:
                if (name in OF_WEIGHTS) is dependent and name in window.histograms and name in reference.histograms:
                    yield _distribution(name, window, reference)


def _split(history: Sequence[SliceSummary], size: int) -> tuple[SliceSummary, SliceSummary] | None:
    """The last nights with at least `size` documents, and those before; None if either holds too few."""
    start, held = len(history), 0
    while start and held < size:
        start -= 1
        held += history[start].documents
    before = sum(s.documents for s in history[:start])
    if held < size or before < LEAST_REFERENCE:
        return None
    return total(history[start:]), total(history[:start])


def _rate(name: str, window: SliceSummary, reference: SliceSummary) -> _Test:
    (hits, n), (before, m) = _counts(name, window), _counts(name, reference)
    observed, expected = hits / max(1, n), before / max(1, m)
    words = f"{named(window.slice)}: {observed:.0%} of the last {n} documents {_RATES[name]}, {expected:.0%} before"
    alarm = Alarm(slice=window.slice, statistic=name, observed=observed, expected=expected, n=n, in_words=words)
    return _Test(alarm, upper_tail(hits, n, before, m), observed - expected >= _LEAST_RISE)


def _counts(name: str, summary: SliceSummary) -> tuple[int, int]:
    hits: int = getattr(summary, name)
    return hits, summary.coded if name == "unknown_code" else summary.documents


def upper_tail(hits: int, n: int, before: int, m: int) -> float:
    """The chance of at least `hits` in `n` draws, where `before` were hit in `m` others at the same unknown rate.

    Fisher's exact test, one-sided: the hypergeometric tail given the sum of hits.
    """
    total = hits + before

    def log_choose(a: int, b: int) -> float:
        return math.lgamma(a + 1) - math.lgamma(b + 1) - math.lgamma(a - b + 1)

    every = log_choose(n + m, total)
    ways = range(max(hits, total - m), min(n, total) + 1)
    return min(1.0, sum(math.exp(log_choose(n, k) + log_choose(m, total - k) - every) for k in ways))


def _distribution(name: str, window: SliceSummary, reference: SliceSummary) -> _Test:
    now, before = window.histograms[name], reference.histograms[name]
    gap, n, m = largest_gap(now, before), sum(now), sum(before)
    observed, expected = _mean_bin(now), _mean_bin(before)
    way = "lower" if observed < expected else "higher" if observed > expected else "other"
    words = f"{named(window.slice)}: the last {n} documents have {way} {_DISTRIBUTIONS[name]} than the {m} before"
    alarm = Alarm(slice=window.slice, statistic=name, observed=observed, expected=expected, n=n, in_words=words)
    # Dvoretzky-Kiefer-Wolfowitz-Massart for two samples; on bins the true chance is smaller.
    return _Test(alarm, min(1.0, 2 * math.exp(-2 * gap * gap * n * m / (n + m))), gap >= _LEAST_GAP)


def largest_gap(one: Counts, other: Counts) -> float:
    """The largest difference of the cumulative shares of two histograms."""
    n, m = sum(one), sum(other)
    gap = below = above = 0.0
    for a, b in zip(one, other, strict=True):
        below, above = below + a / n, above + b / m
        gap = max(gap, abs(below - above))
    return gap


def _mean_bin(counts: Counts) -> float:
    return sum(place * count for place, count in enumerate(counts)) / (sum(counts) * max(1, len(counts) - 1))
