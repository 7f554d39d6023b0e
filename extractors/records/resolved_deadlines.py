"""Deadlines that a letter states as a time from its own date: computed from what was proven, never from a claim.

`60 days from the date of this letter` is a deadline once the letter's date is known. Both are read, proven and judged
by themselves; the day is computed from their printed words here and nowhere else, and is accepted only if both are.
A window that runs from a receipt, in business days, or whose digits had to be guessed, stays a window.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from documents.records import Field, FieldStatus
from documents.values import Alignment, Kind
from extractors.document_type import DocumentType
from extractors.grammar.durations import find_windows, resolved

_ANCHOR = "letter.date"
_WINDOW, _DEADLINE = ".window", ".deadline"
_RESOLVED = "resolved"
_WHOLE_DATE = 10
# Where the two sources differ, the worse counts.
_LOWEST = ("ocr_min_conf", "ocr_mean_conf", "ocr_token", "label", "page_quality", "align_score", "printed")


def with_resolved(fields: Sequence[Field], document_type: DocumentType) -> list[Field]:
    """The fields, and the deadlines that follow from a window and the letter's date; a printed deadline stays."""
    letter = _one(fields, _ANCHOR)
    out = list(fields)
    if letter is None or len(letter.value) != _WHOLE_DATE:
        return out
    for window in [f for f in fields if f.path.endswith(_WINDOW)]:
        path = window.path.removesuffix(_WINDOW) + _DEADLINE
        claimed = next((f for f in out if f.path == path), None)
        proven = claimed is not None and claimed.alignment is not Alignment.NONE
        if path not in document_type.specs or proven or _one(fields, window.path) is None:
            continue
        day = _day(window, letter)
        if day is None:
            continue
        out = [f for f in out if f.path != path]
        out.append(_computed(path, day.isoformat(), (window, letter), claimed))
    return out


def _one(fields: Sequence[Field], path: str) -> Field | None:
    """The only reading of a path, if it is proven and no other contradicts it."""
    found = [f for f in fields if f.path == path]
    if len(found) != 1 or found[0].alignment is not Alignment.EXACT or found[0].alternatives:
        return None
    return found[0]


def _day(window: Field, letter: Field) -> date | None:
    """The last day of a window as its printed words say it; None unless they say one window that can be resolved."""
    printed = " ".join(" ".join(e.quote for e in window.evidence).split())
    found = list(find_windows(printed))
    return resolved(found[0], date.fromisoformat(letter.value)) if len(found) == 1 else None


def _computed(path: str, value: str, sources: tuple[Field, Field], claimed: Field | None) -> Field:
    window, letter = sources
    features = {**window.features, **letter.features, "derived": 1.0, _RESOLVED: 1.0}
    features = {name: v for name, v in features.items() if not name.startswith(("kind_", "cited_"))}
    for name in _LOWEST:
        held = [f.features[name] for f in sources if name in f.features]
        if held:
            features[name] = min(held)
    features |= {"kind_date": 1.0, "mentions": 0.0}
    other = claimed is not None and claimed.value != value
    return Field(
        path=path,
        value=value,
        kind=Kind.DATE,
        quote=window.quote,
        evidence=(*window.evidence, *letter.evidence),
        alignment=Alignment.EXACT,
        derived=True,
        confidence=0.0,
        status=FieldStatus.REVIEW,
        reasons=("several_values",) if other else (),
        features=features,
        source=window.source,
        alternatives=(claimed.value,) if claimed is not None and other else (),
    )


def resting_on_sources(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The judged fields; a computed deadline is never surer than the window and the date that it follows from."""
    judged = {f.path: f for f in fields}
    return tuple(_rested(f, judged) if f.features.get(_RESOLVED) else f for f in fields)


def _rested(field: Field, judged: dict[str, Field]) -> Field:
    sources = [judged.get(_ANCHOR), judged.get(field.path.removesuffix(_DEADLINE) + _WINDOW)]
    confidence = min([field.confidence, *(s.confidence for s in sources if s is not None)])
    if all(s is not None and s.usable for s in sources):
        return field.model_copy(update={"confidence": confidence})
    reasons = tuple(dict.fromkeys((*field.reasons, "unproven_anchor")))
    return field.model_copy(update={"confidence": confidence, "status": FieldStatus.REVIEW, "reasons": reasons})
