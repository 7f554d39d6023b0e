"""Labels drawn from a known model, for the tests of what is learned from them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from documents.values import Kind
from evaluation.calibration.labels import Label
from extractors.records.confidence import FAMILIES, probability
from extractors.records.weighting import Weights, load_weights
from extractors.schema import ErrorCost

COLD = load_weights()
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def label(*, right: bool = True, minute: float = 0, kind: Kind = Kind.TEXT, **more: object) -> Label:
    """A printed value beside its label; `more` overrides."""
    features = {"grounded": 1.0, "printed": 1.0, f"kind_{FAMILIES[kind]}": 1.0, "label": 0.2}
    plain = {"features": features, "kind": kind, "cost": ErrorCost.ORDINARY, "path": "case.note", "accepted": True}
    at = START + timedelta(minutes=minute)
    return Label.model_validate(plain | {"right": right, "at": at} | more)


def drawn(
    count: int, *, kind: Kind, truth: Weights, seed: int = 1, cost: ErrorCost = ErrorCost.ORDINARY
) -> list[Label]:
    """So many labels, a minute apart, of rows of all sorts, right with the chance that the true weights give."""
    return list(_drawn(count, kind, truth, random.Random(seed), cost))


def _drawn(count: int, kind: Kind, truth: Weights, rng: random.Random, cost: ErrorCost) -> Iterator[Label]:
    for minute in range(count):
        features = {"grounded": 1.0, f"kind_{FAMILIES[kind]}": 1.0, "label": rng.choice((-0.4, -0.2, 0.0, 0.2))}
        if rng.random() < 0.5:
            features["printed"] = 1.0
        else:
            features |= {"from_ocr": 1.0, "ocr_min_conf": rng.uniform(0.6, 0.97), "ocr_token": 0.0}
        if rng.random() < 0.3:
            features["mentions"] = 1.0
        right = rng.random() < probability(features, kind, truth)
        row = label(right=right, minute=minute, kind=kind, features=features, cost=cost)
        yield row.model_copy(update={"accepted": row.judged(COLD).accepted})


def shifted(**deltas: float) -> Weights:
    """The shipped weights moved so far."""
    moved = {**COLD.weights, **{name: COLD.weights.get(name, 0.0) + delta for name, delta in deltas.items()}}
    return COLD.model_copy(update={"weights": moved})
