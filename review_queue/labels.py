"""What people's decisions say of the fields as they were read: labels without values, for the weights to learn from.

Written when a record is signed off, in the same transaction. Of a record that the audit sample brought before a
person, whatever a later run doubted in it, every accepted field that was left as it was counts as confirmed: the person
was to look at all of them. In any other record only what was decided counts, since nobody was asked about the rest.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, insert, select

from documents.records import Field, FieldStatus
from documents.value import Value
from documents.values import Kind
from extractors.records.weighting import slice_key
from ledger.packing import canonical_json
from ledger.record_keeping import KeptRecord
from ledger.tables import DOCUMENTS
from ledger.transaction import LedgerTransaction
from review_queue import audit_sample, keeping
from review_queue.audit_sample import AUDIT_SAMPLE
from review_queue.deciding import PERSON
from review_queue.entered import is_entered
from review_queue.items import Action, Decision, ReviewItem
from review_queue.tables import FIELD_LABELS
from review_queue.verified_values import Joined, in_force

# Where a record names the payer that it is for.
_PAYER = "payer.name"


class FieldVerdict(StrEnum):
    """What a person found: the field as read is right, says something else, should not be there, or was missed."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    REJECTED = "rejected"
    ADDED = "added"


class FieldLabel(Value):
    """What a person found of one field as it was read.

    Attributes:
        record_id: of which record.
        at: when it was signed off.
        document_type: of its segment.
        sender, payer: slice keys of where it came from, as read; None if unknown.
        path, kind: of the field.
        features, confidence, accepted: the row it was judged by, its score, and whether that was enough.
        verdict: see FieldVerdict; an added one has no row.
        audited, propensity: whether the audit sample brought it before a person, and with which probability.
        weights: the version that scored it.
    """

    record_id: str
    at: datetime
    document_type: str
    sender: str | None
    payer: str | None
    path: str
    kind: Kind
    features: dict[str, float]
    confidence: float
    accepted: bool
    verdict: FieldVerdict
    audited: bool
    propensity: float
    weights: str


def keep_labels(tx: LedgerTransaction, item: ReviewItem, kept: KeptRecord, joined: Joined, *, published: bool) -> None:
    """Keeps what a sign-off says of each field.

    Args:
        tx: the transaction of the sign-off.
        item: that is signed off.
        kept: its record as it was kept before.
        joined: the same with the decisions.
        published: whether it is published; a record that is closed by hand was not confirmed as a whole.
    """
    record = kept.record
    standing = in_force(keeping.decisions_on(tx.connection, record.id))
    decisions = [decision for decision in standing if not is_entered(record, decision.path)]
    audited = AUDIT_SAMPLE in item.reasons
    judged = list(_decided(decisions))
    if audited and published:
        judged += _untouched(joined)
    if not judged:
        return
    sender = tx.connection.scalar(select(DOCUMENTS.c.sender).where(DOCUMENTS.c.id == record.document_id))
    same: dict[str, object] = {
        "record_id": record.id,
        "item_version": item.version,
        "at": tx.now,
        "document_type": record.segment.document_type,
        "sender": slice_key(sender),
        # A payer that nobody accepted may be anybody's name.
        "payer": slice_key(next((f.value for f in joined.record.values(_PAYER, usable_only=True)), None)),
        "audited": audited,
        "propensity": audit_sample.propensity(tx.connection, record.id) if audited else 1.0,
        "weights": record.versions.get("weights", ""),
    }
    tx.connection.execute(insert(FIELD_LABELS), [{**same, **row} for row in _numbered(judged)])


def labels(connection: Connection) -> list[FieldLabel]:
    """Returns the label of each field, as its record was signed off last, in order of time.

    What the audit sample brought before a person once stays audited, whyever the record was signed off again.
    """
    newest: dict[tuple[object, ...], FieldLabel] = {}
    for row in connection.execute(select(FIELD_LABELS).order_by(FIELD_LABELS.c.id)).mappings():
        key = (row["record_id"], row["path"], row["field_group"], row["ordinal"])
        label, earlier = _label(row), newest.pop(key, None)
        if earlier is not None and earlier.audited:
            label = label.model_copy(update={"audited": True, "propensity": earlier.propensity})
        newest[key] = label
    return list(newest.values())


def _decided(decisions: list[Decision]) -> Iterator[tuple[Field, FieldVerdict]]:
    """Yields the fields that somebody decided on, as they were read; an added one as it was added."""
    for decision in decisions:
        if decision.action is Action.ADD and decision.after is not None:
            yield decision.after.model_copy(update={"confidence": 0.0}), FieldVerdict.ADDED
        elif decision.before is not None and decision.before.source != PERSON:
            yield decision.before, _verdict(decision, decision.before)


def _verdict(decision: Decision, before: Field) -> FieldVerdict:
    if decision.action is Action.REJECT:
        return FieldVerdict.REJECTED
    after = decision.after
    same = after is not None and (after.value, after.assertion) == (before.value, before.assertion)
    return FieldVerdict.CONFIRMED if same else FieldVerdict.CORRECTED


def _untouched(joined: Joined) -> Iterator[tuple[Field, FieldVerdict]]:
    """Yields the accepted fields that nobody decided on."""
    for field, origin in zip(joined.record.fields, joined.origins, strict=True):
        if origin is None and field.status is FieldStatus.ACCEPTED:
            yield field, FieldVerdict.CONFIRMED


def _numbered(judged: list[tuple[Field, FieldVerdict]]) -> Iterator[dict[str, object]]:
    """Yields the columns of each field, numbered among those that share path and group."""
    seen: Counter[tuple[str, str | None]] = Counter()
    for field, verdict in judged:
        name = (field.path, field.group)
        yield {
            "path": field.path,
            "field_group": field.group,
            "ordinal": seen[name],
            "kind": field.kind.value,
            "features": canonical_json(field.features),
            "confidence": field.confidence,
            "accepted": field.status is FieldStatus.ACCEPTED,
            "verdict": verdict.value,
        }
        seen[name] += 1


def _label(row: RowMapping) -> FieldLabel:
    columns = {name: row[name] for name in FieldLabel.model_fields}
    return FieldLabel(**{**columns, "features": json.loads(row["features"])})
