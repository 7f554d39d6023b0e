"""The audit sample: a random share of the records that need nobody, held back for a person before publication.

Learning only from what the queue holds would teach the weights about doubtful fields alone; the sample shows how often
what is accepted is right. Whether a record is drawn follows from its id and a secret key of this installation: nobody
can tell beforehand which one it will be, and running again never draws anew. There is no least number a week: a number
to be reached would let the chance of being drawn depend on what else came that week, and a share that is known for
each record is what makes the estimate honest; a small site waits longer for its certificate instead.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter

from sqlalchemy import Connection, func, insert, select

from documents.records import Record
from documents.value import Value
from ledger.record_keeping import record_key
from ledger.transaction import LedgerTransaction
from review_queue.items import Closing
from review_queue.tables import AUDIT_DRAWS, DRAW_KEYS, REVIEW_ITEMS

# The reason of an item that only the draw has opened.
AUDIT_SAMPLE = "audit_sample"


class SampleCounts(Value):
    """What a run drew: of `eligible` records that needed nobody `drawn` were held back, each with chance `share`."""

    share: float
    eligible: int
    drawn: int

    def in_words(self) -> str:
        """One sentence for a run's report."""
        if self.share == 0:
            return "Audit sample: switched off; nothing shows how often what is accepted without a person is right."
        return f"Audit sample ({self.share:.1%}): {self.drawn} of {self.eligible} accepted records wait for a person."


def draw(tx: LedgerTransaction, record: Record, *, share: float, run_id: str | None) -> bool:
    """Whether a record that nothing speaks against is held back, and keeps that it was drawn with this probability.

    A record with the same content was drawn once for ever.
    """
    key = record_key(record)
    same = (AUDIT_DRAWS.c.record_id == record.id) & (AUDIT_DRAWS.c.content_key == key)
    known = tx.connection.scalar(select(AUDIT_DRAWS.c.drawn).where(same))
    if known is not None:
        return bool(known)
    if share == 0:
        return False
    drawn = _fraction(tx.connection, record.id) < share
    row = {"record_id": record.id, "content_key": key, "drawn": drawn, "share": share, "at": tx.now, "run_id": run_id}
    tx.connection.execute(insert(AUDIT_DRAWS).values(row))
    if drawn:
        tx.record_event("record.sampled", document_id=record.document_id, record_id=record.id)
    return drawn


def propensity(connection: Connection, record_id: str) -> float:
    """The probability with which a record was last drawn; 1 where it never was."""
    drawn = (AUDIT_DRAWS.c.record_id == record_id) & AUDIT_DRAWS.c.drawn.is_(True)
    newest = select(AUDIT_DRAWS.c.share).where(drawn).order_by(AUDIT_DRAWS.c.at.desc()).limit(1)
    found = connection.scalar(newest)
    return 1.0 if found is None else float(found)


def counts_of_run(connection: Connection, run_id: str, *, share: float) -> SampleCounts:
    """What a run drew under this share."""
    rows = select(AUDIT_DRAWS.c.drawn, func.count()).where(AUDIT_DRAWS.c.run_id == run_id).group_by(AUDIT_DRAWS.c.drawn)
    by_fate = {bool(drawn): count for drawn, count in connection.execute(rows)}
    return SampleCounts(share=share, eligible=sum(by_fate.values()), drawn=by_fate.get(True, 0))


class SampleProgress(Value):
    """How far people have come with the sample, in records.

    Attributes:
        eligible: that nothing spoke against.
        drawn: of these, held back for a person.
        signed_off: and found right or put right.
        by_hand: routed or refused: nothing that was left as it was is known of them.
        waiting: for a person.
    """

    eligible: int
    drawn: int
    signed_off: int
    by_hand: int
    waiting: int

    def in_words(self) -> str:
        """One sentence."""
        return (
            f"Audit sample: {self.drawn} drawn of {self.eligible} accepted records; {self.signed_off} signed off, "
            f"{self.by_hand} closed by hand, {self.waiting} wait for a person."
        )


def progress(connection: Connection) -> SampleProgress:
    """How far people have come with everything that was ever drawn."""
    drawn = select(AUDIT_DRAWS.c.record_id).where(AUDIT_DRAWS.c.drawn.is_(True)).distinct()
    items = select(REVIEW_ITEMS.c.waiting, REVIEW_ITEMS.c.closing, func.count()).where(
        REVIEW_ITEMS.c.record_id.in_(drawn)
    )
    fates: Counter[str] = Counter()
    for waiting, closing, count in connection.execute(items.group_by(REVIEW_ITEMS.c.waiting, REVIEW_ITEMS.c.closing)):
        fates["waiting" if waiting else closing or ""] += count
    return SampleProgress(
        eligible=connection.scalar(select(func.count(AUDIT_DRAWS.c.record_id.distinct()))) or 0,
        drawn=connection.scalar(select(func.count()).select_from(drawn.subquery())) or 0,
        signed_off=fates[Closing.PUBLISH],
        by_hand=fates[Closing.ROUTE] + fates[Closing.REFUSE],
        waiting=fates["waiting"],
    )


def _fraction(connection: Connection, record_id: str) -> float:
    """A number in [0, 1) that is the record's own, and looks random to whoever lacks the key."""
    key = bytes.fromhex(connection.scalars(select(DRAW_KEYS.c.key)).one())
    digest = hmac.new(key, record_id.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
