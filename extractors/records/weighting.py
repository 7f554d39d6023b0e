"""A version of the model that judges fields: the hand-set prior, and what labels have made of it, family by family.

A family of kinds (codes, dates, medications...) is in one of three modes:
    COLD        judged by the shipped prior, with the strict caps on text from OCR (see confidence).
    WARM        labels have moved its weights; a single sure reading of OCR text needs no second proof any more.
    CERTIFIED   besides, a random sample of its accepted values proves a bound on their error, by cost; a certificate
                may lower the threshold of its cost, and only as far as its own audited values reach.
A slice in which an alarm rang (a sender, a payer, a document type, a family, or several together) is judged COLD.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field as PydanticField
from pydantic import model_validator

from documents.value import Value
from extractors.schema import ErrorCost

COLD_WEIGHTS = Path(__file__).with_name("weights") / "cold.json"
# A certificate lowers no threshold below this: from here down a value is as likely wrong as right.
LOWEST_THRESHOLD = 0.5


class Mode(StrEnum):
    """How far labels back the judgement of a family."""

    COLD = "COLD"
    WARM = "WARM"
    CERTIFIED = "CERTIFIED"


def threshold(cost: ErrorCost) -> float:
    """The probability above which a review costs more than the risk: (1 - p) x cost < 1, a review's own cost."""
    return 1 - tolerated_risk(cost)


def tolerated_risk(cost: ErrorCost) -> float:
    """The share of wrong values that a field of this cost may have among those accepted."""
    return 1 / int(cost)


class Certificate(Value):
    """What a random sample of accepted values proves about the values of one cost.

    Attributes:
        cost: of the fields it is about.
        threshold: the lowest probability that it covers.
        audited, wrong: of how many records a person saw accepted values by chance, and how many held a wrong one.
        bound: the true share of such records is at most this,
        confidence: with this confidence, one-sided (Clopper and Pearson 1934).
    """

    cost: ErrorCost
    threshold: float
    audited: int
    wrong: int
    bound: float
    confidence: float

    @model_validator(mode="after")
    def _proves(self) -> Self:
        if self.bound > tolerated_risk(self.cost):
            raise ValueError("a certificate must prove what its cost demands")
        if not LOWEST_THRESHOLD <= self.threshold <= threshold(self.cost):
            raise ValueError("a certificate may only lower a threshold, and not below one half")
        return self


class FamilyWeights(Value):
    """What labels have made of a family.

    Attributes:
        mode: see Mode.
        labels: how many shaped the deltas.
        deltas: what is added to the prior's weights, by feature, in log-odds.
        trained_until: the time of the last label that shaped them; only later ones may certify.
        certificates: at most one a cost; only CERTIFIED has any.
    """

    mode: Mode = Mode.COLD
    labels: int = 0
    deltas: dict[str, float] = PydanticField(default_factory=dict)
    trained_until: datetime | None = None
    certificates: tuple[Certificate, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.mode is Mode.COLD and self.deltas:
            raise ValueError("a COLD family is judged by the prior alone")
        if (self.mode is Mode.CERTIFIED) != bool(self.certificates):
            raise ValueError("CERTIFIED is what holds a certificate")
        if len({c.cost for c in self.certificates}) < len(self.certificates):
            raise ValueError("a cost has one certificate")
        return self

    def threshold(self, cost: ErrorCost) -> float:
        """The probability above which a value of this family is accepted."""
        return next((c.threshold for c in self.certificates if c.cost is cost), threshold(cost))


def slice_key(name: str | None) -> str | None:
    """A sender's or payer's name as slices are told apart by: letters and digits, in lower case; None without any."""
    return "".join(c for c in (name or "").casefold() if c.isalnum()) or None


class Slice(Value):
    """A part of what comes in, by `slice_key`; None is any. `reason` says which alarm rang."""

    sender: str | None = None
    payer: str | None = None
    document_type: str | None = None
    family: str | None = None
    reason: str = ""

    def holds(self, *, sender: str | None, payer: str | None, document_type: str | None) -> bool:
        """Whether what came from there belongs to it."""
        pairs = ((self.sender, sender), (self.payer, payer), (self.document_type, document_type))
        return all(wanted is None or wanted == here for wanted, here in pairs)


_PRIOR = FamilyWeights()


class Weights(Value):
    """A version of the model.

    Attributes:
        version: its name.
        mode: of the families that are not listed.
        labels: how many shaped it in all.
        note: where it comes from.
        weights: the prior's log-odds by feature.
        caps: the highest probability of an ungrounded, a failed and an otherwise doubted value.
        strict: what COLD demands of OCR text.
        families: what labels have moved, by family.
        cold_slices: where an alarm has put COLD back in force.
    """

    version: str
    mode: Mode = Mode.COLD
    labels: int = 0
    note: str = ""
    weights: dict[str, float]
    caps: dict[str, float]
    strict: dict[str, float] = PydanticField(default_factory=dict)
    families: dict[str, FamilyWeights] = PydanticField(default_factory=dict)
    cold_slices: tuple[Slice, ...] = ()

    def family(self, name: str) -> FamilyWeights:
        """A family's own weights; those of the prior where labels have moved nothing."""
        return self.families.get(name, _PRIOR)

    def within(self, *, sender: str | None, payer: str | None, document_type: str | None) -> Weights:
        """The weights for what came from there: families under an alarm are COLD again."""
        rung = [s for s in self.cold_slices if s.holds(sender=sender, payer=payer, document_type=document_type)]
        if not rung or not self.families:
            return self
        everything = any(s.family is None for s in rung)
        named = {s.family for s in rung}
        kept = {name: own for name, own in self.families.items() if not everything and name not in named}
        return self.model_copy(update={"families": kept})

    def log_odds(self, features: Mapping[str, float], family: str) -> float:
        """The model's log-odds for a weighed feature row; features without a weight count nothing."""
        deltas = self.family(family).deltas
        total = self.weights.get("bias", 0.0) + deltas.get("bias", 0.0)
        for name, value in features.items():
            total += (self.weights.get(name, 0.0) + deltas.get(name, 0.0)) * value
        return total


@cache
def load_weights(path: Path = COLD_WEIGHTS) -> Weights:
    """The weights of a file."""
    return Weights.model_validate(json.loads(path.read_text(encoding="utf-8")))
