"""Versions of the weights that confidence is computed with: kept for ever, one in force, each change audited.

What the weights mean is not known here. None stands for those that ship with the program.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from pydantic import Field as PydanticField
from sqlalchemy import Connection, RowMapping, func, insert, select

from documents.errors import ConflictError, LedgerError
from documents.value import Value
from ledger.tables import WEIGHTS_ACTIVATIONS, WEIGHTS_VERSIONS
from ledger.transaction import LedgerTransaction

_ROLLED_BACK = "rolled_back"


class NewWeights(Value):
    """A version of the weights that is to be kept.

    Attributes:
        name: of the version.
        payload: its JSON.
        labels: how many labels shaped it.
        parent: the version that it was made from; None for the shipped one.
    """

    name: str
    payload: str = PydanticField(repr=False)
    labels: int
    parent: str | None


class KeptWeights(NewWeights):
    """A version of the weights, when it was made, and by whom or what."""

    created_at: datetime
    created_by: str


class Activation(Value):
    """When a version came into force, by whom and why (a code)."""

    version: str | None
    at: datetime
    actor: str
    reason: str


def in_force(connection: Connection) -> KeptWeights | None:
    """Returns the version in force, None for the shipped one.

    Raises:
        LedgerError: it was changed since it was kept.
    """
    name = name_in_force(connection)
    return None if name is None else version(connection, name)


def name_in_force(connection: Connection) -> str | None:
    """Returns the name of the version in force, None for the shipped one."""
    last = activations(connection)[-1:]
    return last[0].version if last else None


def version(connection: Connection, name: str) -> KeptWeights:
    """Returns a version.

    Raises:
        LedgerError: there is none of that name, or it was changed since it was kept.
    """
    row = connection.execute(select(WEIGHTS_VERSIONS).where(WEIGHTS_VERSIONS.c.name == name)).mappings().one_or_none()
    if row is None:
        raise LedgerError("no such version of the weights", subject=name)
    if seal(row) != row["digest"]:
        raise LedgerError("a version of the weights was changed", subject=name)
    return _kept(row)


def versions(connection: Connection) -> list[KeptWeights]:
    """Returns all versions, the oldest first."""
    ordered = select(WEIGHTS_VERSIONS).order_by(WEIGHTS_VERSIONS.c.created_at, WEIGHTS_VERSIONS.c.name)
    return [_kept(row) for row in connection.execute(ordered).mappings()]


def activations(connection: Connection) -> list[Activation]:
    """Returns what came into force when, the oldest first."""
    rows = connection.execute(select(WEIGHTS_ACTIVATIONS).order_by(WEIGHTS_ACTIVATIONS.c.id)).mappings()
    return [Activation(**{name: row[name] for name in Activation.model_fields}) for row in rows]


def next_name(connection: Connection) -> str:
    """Returns a name that no version has: they are numbered."""
    return f"weights-{1 + (connection.scalar(select(func.count()).select_from(WEIGHTS_VERSIONS)) or 0)}"


def replace(tx: LedgerTransaction, new: NewWeights, *, reason: str) -> None:
    """Keeps a new version and puts it in force; the reason is a code.

    Raises:
        ConflictError: another version than its parent is in force by now.
    """
    _expect(tx, new.parent)
    _keep(tx, new, reason)


def roll_back(tx: LedgerTransaction, to: str | None, *, current: str | None, instead: NewWeights | None = None) -> None:
    """Puts an earlier version, or the shipped one, in force again; or one made from it that is kept `instead`.

    Raises:
        ConflictError: another version than `current` is in force by now.
        LedgerError: there is no such version, or it was changed.
    """
    _expect(tx, current)
    if to is not None:
        version(tx.connection, to)
    if instead is None:
        _activate(tx, to, _ROLLED_BACK)
    else:
        _keep(tx, instead, _ROLLED_BACK)
    tx.record_event("weights.rolled_back", version=to, replaced=current)


def seal(row: RowMapping | dict[str, object]) -> str:
    """Returns the hash of a version: of its name, payload, labels and parent."""
    parts = (str(row[name]) for name in ("name", "labels", "parent", "payload"))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _expect(tx: LedgerTransaction, expected: str | None) -> None:
    if name_in_force(tx.connection) != expected:
        raise ConflictError("the weights were replaced meanwhile")


def _keep(tx: LedgerTransaction, new: NewWeights, reason: str) -> None:
    """Keeps a version and puts it in force."""
    row = new.model_dump()
    digest = seal(row)
    row |= {"digest": digest, "created_at": tx.now, "created_by": tx.actor}
    tx.connection.execute(insert(WEIGHTS_VERSIONS).values(row))
    _activate(tx, new.name, reason)
    details = {"version": new.name, "parent": new.parent, "reason": reason, "digest": digest}
    tx.record_event("weights.replaced", labels=new.labels, **details)


def _activate(tx: LedgerTransaction, name: str | None, reason: str) -> None:
    row = {"version": name, "at": tx.now, "actor": tx.actor, "reason": reason}
    tx.connection.execute(insert(WEIGHTS_ACTIVATIONS).values(row))


def _kept(row: RowMapping) -> KeptWeights:
    return KeptWeights(**{name: row[name] for name in KeptWeights.model_fields})
