"""Ends a document's processing in one transaction: records, bundles, review items, state and their audit."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import AwareDatetime
from pydantic import Field as PydanticField
from sqlalchemy import RowMapping, select

from documents.outcomes import DISPOSITIONS, Disposition, OutcomeCode
from documents.records import Record, Severity
from documents.value import Value
from ledger import leases, record_keeping, stage_results
from ledger.leases import Lease
from ledger.ledger import Ledger
from ledger.record_keeping import KeptRecord, Mapped
from ledger.stage_results import StageResult
from ledger.states import CLOSED_BY_HAND, DocumentState, RecordState
from ledger.tables import DOCUMENTS
from ledger.transaction import LedgerTransaction
from review_queue import audit_sample, keeping, risk
from review_queue.answers import answered, keep_keys, note_link
from review_queue.audit_sample import AUDIT_SAMPLE
from review_queue.circumstances import BuildBundle, Circumstances
from review_queue.items import Difference, ItemState, ReviewItem
from review_queue.keeping import Need
from review_queue.repeats import earlier_requests, marked
from review_queue.verified_values import Joined, join

# Reasons that only settling a document anew can find; listed with the others in docs/ledger.md.
VERIFIED_NOT_READ_AGAIN = "verified_not_read_again"
OVERLAPS_REVIEWED = "overlaps_reviewed_record"
CLOSED_BEFORE = "closed_by_hand_before"


class RecordResult(Value):
    """A record of a document and, if it is accepted, the bundle that it was mapped to.

    Attributes:
        record: what was read.
        bundle: the bundle's JSON.
    """

    record: Record = PydanticField(repr=False)
    bundle: str | None = PydanticField(default=None, repr=False)


class Settlement(Value):
    """What the processing of a document came to.

    Attributes:
        records: its records; cover sheets yield none.
        outcome: why it could not be read as it should, if so. No record and no outcome is NOTHING_TO_EXTRACT.
        mapping: version of the mapping that made the bundles.
        run_id: which run.
        page_count: where it is known.
        header_at, sender: as the fax header says, where it can be read.
        stage_results: results to be stored in the same transaction, so that they cost no commit of their own.
        audit_share: of the records that need nobody, the share that is held back for a person all the same.
    """

    records: tuple[RecordResult, ...] = ()
    outcome: OutcomeCode | None = None
    mapping: str = ""
    run_id: str | None = None
    page_count: int | None = None
    header_at: AwareDatetime | None = None
    sender: str | None = None
    stage_results: tuple[StageResult, ...] = PydanticField(default=(), repr=False)
    audit_share: float = 0.0


def settle(ledger: Ledger, lease: Lease, settlement: Settlement, *, build_bundle: BuildBundle) -> DocumentState:
    """Settles a leased document and returns its state.

    A record that comes out as it was changes nothing; one that people decided on keeps their values (see
    review_queue.verified_values), and only then is `build_bundle` called, since the given bundle lacks those.

    Raises:
        LeaseLostError: another worker took the document over; nothing was written.
        LedgerError: the database refused; nothing was written.
        ValueError: the outcome rejects the document, yet there are records.
    """
    outcome = settlement.outcome
    if outcome is None and not settlement.records:
        outcome = OutcomeCode.NOTHING_TO_EXTRACT
    if outcome is not None and DISPOSITIONS[outcome] is Disposition.REJECTED and settlement.records:
        raise ValueError("a rejected document has no records")
    with ledger.transaction(lease.worker_id) as tx:
        leases.hold(tx, lease)
        if settlement.stage_results:
            stage_results.store(tx, settlement.stage_results)
        return _Settling(tx, lease.document_id, settlement, build_bundle).settled(outcome)


class _Settling:
    """One settlement in its transaction."""

    def __init__(
        self,
        tx: LedgerTransaction,
        document_id: str,
        settlement: Settlement,
        build_bundle: BuildBundle,
    ) -> None:
        self.tx = tx
        self.settlement = settlement
        self.build_bundle = build_bundle
        query = select(DOCUMENTS).where(DOCUMENTS.c.id == document_id)
        self.document: RowMapping = tx.connection.execute(query).mappings().one()
        known = () if self.document["settled_at"] is None else record_keeping.kept_records(tx.connection, document_id)
        self.prior: dict[str, KeptRecord] = {kept.record.id: kept for kept in known}

    def settled(self, outcome: OutcomeCode | None) -> DocumentState:
        """Writes everything; returns the document's state."""
        document_id = self.document["id"]
        produced = {result.record.id for result in self.settlement.records}
        gone = [kept for kept in self.prior.values() if kept.record.id not in produced]
        # Without a new record nothing takes the place of what is published: it stays (a backfill that failed, say).
        reviewed = [kept for kept in gone if self._leave(kept)] if produced else gone
        for result in self.settlement.records:
            self._record(self._against_earlier(result), reviewed)
        self._outcome(outcome)
        return record_keeping.refresh_state(self.tx, document_id)

    def _against_earlier(self, result: RecordResult) -> RecordResult:
        """The result, in need of a person if another document asked for the same before."""
        record = result.record
        known = record.id in self.prior
        stated = join(record, keeping.decisions_on(self.tx.connection, record.id)).record if known else record
        earlier = earlier_requests(self.tx, stated, known=known)
        if not earlier:
            return result
        doubled = marked(record, earlier[0])
        reasons = (*record.review_reasons, f"finding:{doubled.findings[-1].rule}")
        return RecordResult(record=doubled.model_copy(update={"accepted": False, "review_reasons": reasons}))

    def _leave(self, kept: KeptRecord) -> bool:
        """Deals with a record that is not produced any more; returns whether it stays, since a person worked on it."""
        if kept.state is RecordState.SUPERSEDED:
            return False
        if self._signed_off(kept.record) or keeping.decisions_on(self.tx.connection, kept.record.id):
            return True
        keeping.resolve_item(self.tx, kept.record.document_id, kept.record.id)
        record_keeping.set_record_state(self.tx, kept, RecordState.SUPERSEDED)
        keep_keys(self.tx, kept.record)
        return False

    def _record(self, result: RecordResult, reviewed: Sequence[KeptRecord]) -> None:
        """Keeps one record, then publishes it or opens its item."""
        record, prior = result.record, self.prior.get(result.record.id)
        if prior is None:
            reasons = self._reasons_against_publishing(record, reviewed) or self._sampled(record, None)
            self._keep(record, None, result.bundle, reasons)
            return
        decisions = keeping.decisions_on(self.tx.connection, record.id)
        joined = join(record, decisions)
        fresh = keeping.add_differences(self.tx, record.id, joined.differences, run_id=self.settlement.run_id)
        reasons = self._reasons_again(joined, prior, fresh=fresh, decided=bool(decisions))
        if not reasons and prior.state in CLOSED_BY_HAND:
            record_keeping.keep_record(self.tx, joined.record, prior.state, prior=prior, run_id=self.settlement.run_id)
            return
        self._keep(joined.record, prior, result.bundle if joined.record == record else None, reasons)

    def _reasons_against_publishing(self, record: Record, reviewed: Sequence[KeptRecord]) -> tuple[str, ...]:
        """Returns why a record that is new needs a person."""
        reasons = list(record.review_reasons or (() if record.accepted else ("not_accepted",)))
        segment = record.segment
        if any(
            kept.record.segment.page_start <= segment.page_end and segment.page_start <= kept.record.segment.page_end
            for kept in reviewed
        ):
            reasons.append(OVERLAPS_REVIEWED)
        if self.document["closing"] is not None:
            reasons.append(CLOSED_BEFORE)
        return tuple(reasons)

    def _reasons_again(
        self, joined: Joined, prior: KeptRecord, *, fresh: Sequence[Difference], decided: bool
    ) -> tuple[str, ...]:
        """Returns why a record that was known before needs a person now."""
        record = joined.record
        unread = (VERIFIED_NOT_READ_AGAIN,) if any(each.reading is None for each in fresh) else ()
        if not self._signed_off(record):
            reasons = record.review_reasons if decided else self._reasons_against_publishing(record, ())
            # What was drawn stays drawn beside new doubts: else only what later runs find harmless would be audited.
            reasons = (*reasons, *self._held_back(record)) or self._sampled(record, prior)
            return (*(reasons or ("not_accepted",)), *unread) if decided else reasons
        if record_keeping.record_key(record) == prior.key:
            return unread
        if prior.state in CLOSED_BY_HAND:
            return (CLOSED_BEFORE, *record.review_reasons)
        errors = {f.rule for f in record.findings if f.severity is Severity.ERROR}
        errors -= {f.rule for f in prior.record.findings}
        if joined.undecided or errors or unread:
            return (*record.review_reasons, *unread) or ("not_accepted",)
        return ()

    def _sampled(self, record: Record, prior: KeptRecord | None) -> tuple[str, ...]:
        """Returns the reason that a draw now gives; what is published already and unchanged is not drawn."""
        if (
            prior is not None
            and prior.state is RecordState.PUBLISHED
            and prior.key == record_keeping.record_key(record)
        ):
            return ()
        drawn = audit_sample.draw(self.tx, record, share=self.settlement.audit_share, run_id=self.settlement.run_id)
        return (AUDIT_SAMPLE,) if drawn else ()

    def _held_back(self, record: Record) -> tuple[str, ...]:
        """Returns the reason of an earlier draw, until a person has signed the record off."""
        item = self._item(record)
        drawn = item is not None and item.closed_at is None and AUDIT_SAMPLE in item.reasons
        return (AUDIT_SAMPLE,) if drawn else ()

    def _signed_off(self, record: Record) -> bool:
        """Whether a person has signed the record off."""
        item = self._item(record)
        return item is not None and item.state is ItemState.SIGNED_OFF

    def _item(self, record: Record) -> ReviewItem | None:
        """The record's item, if it ever had one."""
        return keeping.read_item(self.tx.connection, keeping.item_id(record.document_id, record.id))

    def _keep(self, record: Record, prior: KeptRecord | None, bundle: str | None, reasons: tuple[str, ...]) -> None:
        """Writes a record; with reasons its item is opened, without any it is published."""
        tx, run_id, mapping = self.tx, self.settlement.run_id, self.settlement.mapping
        state = RecordState.IN_REVIEW if reasons else RecordState.PUBLISHED
        revision = record_keeping.keep_record(tx, record, state, prior=prior, run_id=run_id)
        keep_keys(tx, record)
        if reasons:
            keeping.open_item(tx, self._need(record, reasons))
            return
        given = self._circumstances(record)
        request = given.request
        if prior is not None:
            keeping.resolve_item(tx, record.document_id, record.id)
            if record_keeping.is_published(tx.connection, record.id, revision, mapping, request=request):
                return
        plain = bundle is not None and given == Circumstances()
        made = bundle if plain and bundle is not None else self.build_bundle(record, given)
        record_keeping.publish(tx, record, revision, Mapped(bundle=made, mapping=mapping, request=request))
        note_link(tx, record, given.answers)

    def _circumstances(self, record: Record) -> Circumstances:
        """Returns who signed a record off, and what it answers."""
        item = self._item(record)
        signed = item is not None and item.state is ItemState.SIGNED_OFF
        return Circumstances(
            verified_by=item.closed_by if item is not None and signed else None,
            answers=answered(self.tx.connection, record, received_at=self.document["received_at"]),
        )

    def _need(self, record: Record, reasons: tuple[str, ...]) -> Need:
        """Returns what a person must look at in a record."""
        due = None if record.deadline is None else record.deadline.due
        cost = risk.expected_cost(record, risk.field_costs(record.segment.document_type))
        return Need(
            document_id=record.document_id,
            record_id=record.id,
            reasons=reasons,
            expected_cost=cost,
            due_at=due,
            rank_at=risk.rank_at(cost, due=due, received_at=self.document["received_at"]),
        )

    def _outcome(self, outcome: OutcomeCode | None) -> None:
        """Writes what became of the document itself; an outcome that needs a person opens the document's own item."""
        tx, document, settlement = self.tx, self.document, self.settlement
        code = None if outcome is None else outcome.value
        values: dict[str, object] = {"outcome_code": code}
        for name in ("page_count", "header_at", "sender"):
            if (found := getattr(settlement, name)) is not None:
                values[name] = found
        waits = outcome is not None and DISPOSITIONS[outcome] is Disposition.REVIEW
        if code != document["outcome_code"]:
            values |= {"closing": None, "closing_reason": None}
        if not waits:
            if document["settled_at"] is not None:
                keeping.resolve_item(tx, document["id"], None)
        elif document["closing"] is None or code != document["outcome_code"]:
            rank = risk.rank_at(1.0, due=None, received_at=document["received_at"])
            keeping.open_item(
                tx,
                Need(
                    document_id=document["id"],
                    record_id=None,
                    reasons=(str(code),),
                    expected_cost=1.0,
                    due_at=None,
                    rank_at=rank,
                ),
            )
        record_keeping.record_outcome(tx, document["id"], values, run_id=settlement.run_id)
