"""What an audit proves: an upper bound on the share of records with a wrong accepted value, and how to say it.

Clopper and Pearson (1934): of n records seen at random k were wrong; the bound is the largest share at which so few
errors still have a chance of 1 - confidence. One-sided, exact, and right at any n.

The unit is the record: values of one record are read well or badly together, and a bound that took them for independent
would prove what is not so. A record is wrong if one of the values in question is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from evaluation.calibration.labels import Label
from extractors.records.weighting import Weights

CONFIDENCE = 0.95
# Where the search for the bound stops: far below what anyone prints.
_EXACT = 1e-12


def at_most(n: int, wrong: int, share: float) -> float:
    """The chance of at most so many wrong among n, each wrong with that chance (binomial, from its logarithms)."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return float(wrong >= n)
    hit, miss = math.log(share), math.log1p(-share)
    return sum(math.exp(_choices(n, k) + k * hit + (n - k) * miss) for k in range(wrong + 1))


def _choices(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def upper_bound(n: int, wrong: int, confidence: float = CONFIDENCE) -> float:
    """The one-sided Clopper-Pearson bound: the true share of wrong ones is at most this, with that confidence.

    Raises:
        ValueError: the counts are impossible.
    """
    if not 0 <= wrong <= n:
        raise ValueError("wrong must be between 0 and n")
    if wrong == n:
        return 1.0
    low, high = wrong / n, 1.0
    while high - low > _EXACT:
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(n, wrong, middle) > 1 - confidence else (low, middle)
    return high


def needed(wrong: int, risk: float, confidence: float = CONFIDENCE) -> int:
    """How many records must be seen at random, that many of them wrong, to prove a risk: 299, 473, 773 for 1 %."""
    low, high = wrong, wrong + 1
    while upper_bound(high, wrong, confidence) > risk:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if upper_bound(middle, wrong, confidence) > risk else (low, middle)
    return high


def audited(labels: Sequence[Label], weights: Weights) -> list[Label]:
    """The values that were seen by chance among the accepted, and that these weights accept as well."""
    return [label for label in labels if label.audited and label.accepted and label.judged(weights).accepted]


def by_record(labels: Sequence[Label]) -> tuple[int, int]:
    """Of how many records the labels are, and how many of these hold a wrong value."""
    right: dict[str | int, bool] = {}
    for place, label in enumerate(labels):
        record = place if label.record is None else label.record
        right[record] = right.get(record, True) and label.right
    return len(right), sum(not each for each in right.values())


def in_words(n: int, wrong: int, risk: float, confidence: float = CONFIDENCE) -> str:
    """One sentence for whoever answers for the figure: what an audit of n records proves, or what it still takes."""
    bound = upper_bound(n, wrong, confidence)
    held = f"f {n:,} audited {'record' if n == 1 else 'records'} {_errors(wrong)} a wrong value"
    if bound <= risk:
        return f"O{held}: at most {_rounded_up(bound)} of such records do, at {_percent(confidence)} confidence."
    more = max(needed(wrong, risk, confidence) - n, 1)
    records = "record" if more == 1 else "records"
    seen = f"o{held}" if n else "nothing is audited yet"
    verb = "is" if more == 1 else "are"
    return (
        f"Not certified: {seen}; {more:,} more audited {records} without an error {verb} needed to prove at most "
        f"{_percent(risk)} of such records at {_percent(confidence)} confidence."
    )


def _errors(wrong: int) -> str:
    return f"{wrong:,} held" if wrong else "none held"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _rounded_up(share: float) -> str:
    """A bound to two digits, never below what was proven."""
    unit = 10.0 ** (math.floor(math.log10(share)) - 1)
    return _percent(math.ceil(share / unit) * unit)
