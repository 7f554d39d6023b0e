"""Backfill: which documents, which of their stages would run again, and putting them back in flight."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from documents.errors import SettingsError
from documents.outcomes import OutcomeCode
from documents.value import Value
from extractors.document_type import all_document_types
from flows.pipeline import Pipeline
from flows.versions import Stage

CHANGED = "changed"
# Outcomes of documents that have pages none the less.
READ_ALL_THE_SAME = (OutcomeCode.NOTHING_TO_EXTRACT, OutcomeCode.OCR_FAILED, OutcomeCode.STAGE_FAILED)
# A day must have a next one.
LAST_YEAR = 9998
# Goes into the audit log and Prefect's parameters: a code, no room for a name or a sentence.
_REASON = re.compile(r"[A-Za-z0-9_-]{1,40}")


class BackfillRequest(Value):
    """What is asked for.

    Attributes:
        received_from, received_to: days of first reception in the facility's zone, both inclusive.
        types: document types; empty for all.
        redo: None redoes the stages whose version changed; a stage redoes it and those after it in any case.
        reason: a code.
    """

    received_from: date
    received_to: date
    types: tuple[str, ...]
    redo: Stage | None
    reason: str

    @classmethod
    def checked(
        cls, *, received_from: date, received_to: date, types: Sequence[str], redo: str, reason: str
    ) -> BackfillRequest:
        """A request whose parts fit together.

        Raises:
            SettingsError: the first thing that is wrong, in one sentence.
        """
        if received_to.year > LAST_YEAR:
            raise SettingsError("the last day of reception is too far in the future")
        if received_to < received_from:
            raise SettingsError("the last day of reception is before the first")
        unknown = sorted(set(types) - set(all_document_types()))
        if unknown:
            raise SettingsError(f"unknown document type; choose from {', '.join(all_document_types())}")
        if redo != CHANGED and redo not in set(Stage):
            raise SettingsError(f"redo must be {CHANGED} or one of {', '.join(Stage)}")
        if not _REASON.fullmatch(reason):
            raise SettingsError("the reason must be a code of letters, digits, - and _, at most 40")
        stage = None if redo == CHANGED else Stage(redo)
        return cls(received_from=received_from, received_to=received_to, types=tuple(types), redo=stage, reason=reason)

    def interval(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The days as [start, end) in the facility's zone."""
        start = datetime.combine(self.received_from, time(), zone)
        return start, datetime.combine(self.received_to + timedelta(days=1), time(), zone)


class BackfillPlan(Value):
    """What a backfill would do.

    Attributes:
        document_ids: documents with at least one stage to redo.
        unchanged: documents in the range whose results are all of the current versions.
        stages: how many documents would run each stage again.
    """

    document_ids: tuple[str, ...]
    unchanged: int
    stages: dict[str, int]

    def in_words(self) -> str:
        """One line."""
        work = ", ".join(f"{stage} {count}" for stage, count in self.stages.items()) or "nothing"
        return f"{len(self.document_ids)} documents to redo ({work}); {self.unchanged} unchanged"


def plan(pipeline: Pipeline, request: BackfillRequest) -> BackfillPlan:
    """Which documents of the range would run which stages again. Writes nothing."""
    start, end = request.interval(pipeline.settings.zone)
    chosen = pipeline.ledger.documents_received_between(start, end, types=request.types or None)
    stages: Counter[str] = Counter()
    to_redo: list[str] = []
    for document_id in chosen:
        first = _first_stage(pipeline, document_id, request.redo)
        if first is None:
            continue
        to_redo.append(document_id)
        order = list(Stage)
        stages.update(stage.value for stage in order[order.index(first) :])
    counted = {stage.value: stages[stage.value] for stage in Stage if stages[stage.value]}
    return BackfillPlan(document_ids=tuple(to_redo), unchanged=len(chosen) - len(to_redo), stages=counted)


def start(pipeline: Pipeline, request: BackfillRequest, planned: BackfillPlan) -> int:
    """Puts the planned documents back in flight; returns how many were not in flight already."""
    order = list(Stage)
    discarded = () if request.redo is None else tuple(stage.value for stage in order[order.index(request.redo) :])
    return pipeline.ledger.requeue(
        planned.document_ids,
        actor=pipeline.worker_id,
        reason=request.reason,
        run_id=pipeline.run_id,
        discard_stages=discarded,
    )


def _first_stage(pipeline: Pipeline, document_id: str, forced: Stage | None) -> Stage | None:
    """The first stage that would run again, None if none would."""
    kept: list[Stage] = [Stage.READ, Stage.EXTRACT, Stage.CHECK]
    keys = {stage: pipeline.results.key(document_id, stage) for stage in kept} | {
        Stage.CHECK: pipeline.check_key(document_id)
    }
    known = pipeline.ledger.known_keys(list(keys.values()))
    order = list(Stage)
    missing = [stage for stage in kept if keys[stage] not in known and _applies(pipeline, document_id, stage)]
    if not missing and pipeline.ledger.mapped_otherwise(document_id, pipeline.versions.map):
        missing = [Stage.MAP]
    candidates = missing + ([] if forced is None else [forced])
    return min(candidates, key=order.index, default=None)


def _applies(pipeline: Pipeline, document_id: str, stage: Stage) -> bool:
    """A document of which no page could be read has nothing to extract or check."""
    if stage is Stage.READ:
        return True
    code = pipeline.ledger.document(document_id).outcome_code
    return code is None or OutcomeCode(code) in READ_ALL_THE_SAME
