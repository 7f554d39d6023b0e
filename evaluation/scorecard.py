"""Compares predictions with gold, both in the formats of docs/predictions.md: precision, recall and F1 per field.

A compact judge for regression tests and load-test sets. Values are compared in their normal forms, text by token
overlap; attributes are compared one by one, not as groups. Missing fields and red flags are counted like fields.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]

_NUMBERS = frozenset(
    {"procedure.units", "medication.quantity", "medication.days_supply", "medication.refills", "observation.value"}
)
_PHONES = frozenset({"patient.phone", "provider.phone", "provider.fax"})
_TEXTS = frozenset(
    {
        "patient.name",
        "provider.name",
        "payer.name",
        "payer.plan",
        "facility.name",
        "patient.address",
        "provider.specialty",
        "diagnosis.description",
        "procedure.description",
        "requirement.text",
        "denial.reason",
        "allergy.substance",
        "allergy.reaction",
        "observation.name",
    }
)
_CREDENTIALS = frozenset({"md", "do", "np", "pa", "c", "rn", "dr", "mr", "ms", "mrs", "phd"})
# Two texts are the same from this share of common words (F1 over the words) on: a middle initial may be missing.
_SAME_TEXT = 0.8
_EXTRA = ("missing_field", "red_flag")


@dataclass(slots=True)
class Count:
    """Right, wrong and missed values."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """Share of predictions that are right; None if there is none."""
        return _ratio(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        """Share of gold values that were found; None if there is none."""
        return _ratio(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None if there was nothing to find and nothing found."""
        return _ratio(2 * self.right, 2 * self.right + self.wrong + self.missed)

    def add(self, other: Count) -> None:
        """Adds another count to this one."""
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed


@dataclass(slots=True)
class Scorecard:
    """Counts over a set of documents.

    Attributes:
        fields: per field name; missing fields and red flags stand under `missing_field` and `red_flag`.
        accepted: over the values whose status is accepted.
        renditions: per rendition.
        documents: documents judged.
        unpredicted: documents without a prediction.
    """

    fields: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    accepted: Count = field(default_factory=Count)
    renditions: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    documents: int = 0
    unpredicted: int = 0

    @property
    def overall(self) -> Count:
        """All values of the document; missing fields and red flags are not among them."""
        total = Count()
        for name, count in self.fields.items():
            if name not in _EXTRA:
                total.add(count)
        return total


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def score(gold: Path, predictions: Path) -> Scorecard:
    """Judges every gold file against the prediction of the same name; a file that is not there missed everything."""
    card = Scorecard()
    for path in sorted(gold.glob("*.json")):
        answer = predictions / path.name
        card.unpredicted += not answer.exists()
        predicted = json.loads(answer.read_text("utf-8")) if answer.exists() else {}
        score_document(card, json.loads(path.read_text("utf-8")), predicted)
    return card


def score_document(card: Scorecard, gold: Json, predicted: Json | Sequence[Json]) -> None:
    """Adds one document to a scorecard; a prediction may be its list of fields alone."""
    listed: Sequence[Json] = predicted.get("fields", []) if isinstance(predicted, Mapping) else predicted
    card.documents += 1
    free = [entry for entry in gold["fields"]]
    total = Count()
    for guess in _distinct(listed):
        hit = _match(guess, free)
        if hit is not None:
            free.remove(hit)
            if hit["optional"]:
                continue
        count = Count(right=1) if hit is not None else Count(wrong=1)
        card.fields[guess["field"]].add(count)
        total.add(count)
        if guess.get("status", "accepted") == "accepted":
            card.accepted.add(count)
    for entry in free:
        if not entry["optional"] and not entry["damaged"]:
            card.fields[entry["field"]].missed += 1
            total.missed += 1
    card.renditions[gold["rendition"]].add(total)
    _score_names(card, listed, "red_flag", wanted={f["type"] for f in gold["red_flags"]})
    missing = {m["field"] for m in gold["missing_fields"] if not m["elsewhere"]}
    open_names = {m["field"] for m in gold["missing_fields"]} - missing
    _score_names(card, listed, "missing_field", wanted=missing, ignored=open_names)


def _score_names(
    card: Scorecard,
    listed: Iterable[Json],
    name: str,
    *,
    wanted: set[str],
    ignored: frozenset[str] | set[str] = frozenset(),
) -> None:
    found = {str(p["value"]) for p in listed if p["field"] == name} - ignored
    card.fields[name].add(Count(len(found & wanted), len(found - wanted), len(wanted - found)))


def _distinct(listed: Iterable[Json]) -> list[Json]:
    """Predictions once each, best first; names of missing fields and flags are judged apart."""
    seen: set[tuple[str, str, object]] = set()
    out: list[Json] = []
    for guess in sorted(listed, key=lambda p: -(p.get("confidence") or 0.0)):
        key = (guess["field"], normal(guess["field"], str(guess["value"])), guess.get("group"))
        if guess["field"] not in _EXTRA and key not in seen:
            seen.add(key)
            out.append(guess)
    return out


def _match(guess: Json, free: list[Json]) -> Json | None:
    """The gold value that a prediction hits; demanded ones before optional ones."""
    hits = [g for g in free if g["field"] == guess["field"] and _is_same(guess["field"], str(guess["value"]), g)]
    return min(hits, key=lambda g: bool(g["optional"])) if hits else None


def _is_same(name: str, value: str, gold: Json) -> bool:
    candidates = [str(gold["value"]), *map(str, gold["alternatives"])]
    if any(normal(name, value) == normal(name, c) for c in candidates):
        return True
    return name in _TEXTS and any(_overlap(value, c) >= _SAME_TEXT for c in candidates)


def normal(name: str, value: str) -> str:
    """A value's form for comparison."""
    if name in _PHONES:
        return re.sub(r"\D", "", value)[-10:]
    if name in _NUMBERS and re.fullmatch(r"-?[\d,]*\.?\d+", value):
        return repr(float(value.replace(",", "")))
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    if name.endswith((".strength", ".dose")):
        return re.sub(r"[^a-z0-9.%/]", "", plain)
    return re.sub(r"[^a-z0-9]", "", plain)


def _overlap(one: str, other: str) -> float:
    a, b = ({t for t in re.findall(r"[a-z0-9]+", text.lower()) if t not in _CREDENTIALS} for text in (one, other))
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
