"""A document's records in the neutral prediction format (docs/predictions.md), so that anyone can score the system."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from documents.pages import Page
from documents.records import Field, FieldStatus, Record, Segment
from documents.values import Kind
from extractors.document_type import all_document_types
from extractors.grammar.find import find_values
from extractors.records.repeats import GroupKey, repeated_groups

# A packet is named after the part somebody must act on.
ACTIONABLE = ("prior_auth_request", "referral")


def prediction(
    name: str, *, pages: Sequence[Page], segments: Sequence[Segment], records: Sequence[Record], needs_review: bool
) -> dict[str, Any]:
    """One document as a JSON-ready dict; accepted and queued fields alike, refused ones and strangers' left out.

    What pages of another patient say is nothing of this one: the flag `patient_mismatch` stands for it.
    """
    names = _group_names(records)
    own = [record for record in records if not record.segment.other_patient]
    fields = [_field(f, record, names) for record in own for f in record.fields if _is_read(f, record)]
    return {
        "doc_id": name,
        "document_type": document_type(segments),
        "segments": [
            {"type": _neutral(s.document_type), "page_start": s.page_start, "page_end": s.page_end} for s in segments
        ],
        "needs_review": needs_review,
        "fields": [*fields, *_missing(own), *_red_flags(records)],
        "pages": [_page(page) for page in pages],
    }


def document_type(segments: Sequence[Segment]) -> str:
    """The neutral name of the part somebody must act on, else of the first part that is extracted, else `other`."""
    names = [_neutral(s.document_type) for s in segments]
    actionable = next((name for name in ACTIONABLE if name in names), None)
    return actionable or next((name for name in names if name != "other"), "other")


def _neutral(document_type_name: str) -> str:
    return all_document_types()[document_type_name].prediction_type


def _is_read(field: Field, record: Record) -> bool:
    """Whether a field is of the document: not refused, and not what a person entered for a payer's API."""
    entered = all_document_types()[record.segment.document_type].entered_specs
    return field.status is not FieldStatus.REJECTED and field.path not in entered


def _group_names(records: Sequence[Record]) -> dict[GroupKey, str]:
    """Names of groups, unique in the document; what several parts of a packet say is one group."""
    own = {
        (r.id, f.group): f"{r.segment.page_start}-{f.group}" for r in records for f in r.fields if f.group is not None
    }
    return own | {key: own[first] for key, first in repeated_groups(records).items()}


def _field(f: Field, record: Record, names: dict[GroupKey, str]) -> dict[str, Any]:
    shown: dict[str, Any] = {"field": f.path, "value": _value(f), "confidence": round(f.confidence, 4)}
    shown["status"] = "accepted" if f.usable else "review"
    if f.group is not None:
        shown["group"] = names[record.id, f.group]
    if f.derived:
        shown["derived"] = True
    elif f.evidence:
        shown["page"] = f.evidence[0].page
        shown["evidence"] = " ".join(e.quote for e in f.evidence[:1])
        shown["boxes"] = [[round(side, 4) for side in box] for box in f.evidence[0].boxes]
    return shown


def _value(f: Field) -> str:
    """The value; of a window the time alone, without what it runs from."""
    times = find_values(Kind.DURATION, f.value) if f.path.endswith(".window") else ()
    return times[0].value if len(times) == 1 else f.value


def _page(page: Page) -> dict[str, Any]:
    shown: dict[str, Any] = {"page": page.number, "text": page.text}
    shown |= {"width": page.width_pt, "height": page.height_pt}
    return shown if page.to_source is None else {**shown, "to_source": list(page.to_source)}


def _missing(records: Iterable[Record]) -> list[dict[str, str]]:
    paths = dict.fromkeys(path for record in records for path in record.missing)
    return [{"field": "missing_field", "value": path} for path in paths]


def _red_flags(records: Iterable[Record]) -> list[dict[str, str]]:
    flags = dict.fromkeys(f.flag for record in records for f in record.findings if f.flag is not None)
    return [{"field": "red_flag", "value": flag.value} for flag in flags]
