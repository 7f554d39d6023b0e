"""What the stages have said of a document, stored under a key of its inputs and versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from documents.reading import ReadDocument
from flows import stages
from flows.versions import BEFORE, Stage, Versions
from ledger.ledger import Ledger
from ledger.packing import content_key
from ledger.stage_results import StageResult


@dataclass(frozen=True, slots=True)
class StoredResults:
    """The results of the versions in force; one of other versions has another key and is not found.

    Attributes:
        ledger: that holds them.
        versions: of the stages.
    """

    ledger: Ledger
    versions: Versions

    def key(self, document_id: str, stage: Stage) -> str:
        """The content key of a document's result of a stage: its input's key and the stage's version."""
        version = getattr(self.versions, stage.value)
        before = document_id if stage is Stage.READ else self.key(document_id, BEFORE[stage])
        return content_key(stage.value, before, version)

    def check_key(self, document_id: str, second: Sequence[stages.SecondReading]) -> str:
        """The key of the check: the answers that were there are among its inputs."""
        key = self.key(document_id, Stage.CHECK)
        if not second:
            return key
        return content_key(Stage.CHECK.value, key, *(reading.model_dump_json() for reading in second))

    def result(self, document_id: str, stage: Stage, payload: bytes) -> StageResult:
        """A stage's result as it is to be stored."""
        versions = {stage.value: str(getattr(self.versions, stage.value))}
        key = self.key(document_id, stage)
        return StageResult(document_id=document_id, stage=stage.value, key=key, payload=payload, versions=versions)

    def reading(self, document_id: str) -> ReadDocument | None:
        """What was read; None where nothing is stored."""
        stored = self.ledger.stage_result(self.key(document_id, Stage.READ))
        return None if stored is None else ReadDocument.model_validate_json(stored)

    def extracted(self, document_id: str) -> stages.Extracted | None:
        """What was extracted; None where nothing is stored."""
        stored = self.ledger.stage_result(self.key(document_id, Stage.EXTRACT))
        return None if stored is None else stages.Extracted.model_validate_json(stored)
