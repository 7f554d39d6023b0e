"""What questions cost that were answered before: `python -m flows.cached_questions COUNT`, for benchmarks.

The installation is temporary and its model's address leads nowhere: a request would fail the measurement.
"""

from __future__ import annotations

import sys
import tempfile
import time

from documents.plain_text import text_page
from extractors.document_type import all_document_types
from extractors.llm.outcomes import LlmOutcome
from extractors.llm.questions import Answered, Question
from extractors.llm.settings import LlmSettings
from flows.counts import Wanted
from flows.installation import now, opened_ledger
from flows.second_reader import STAGE, SecondReader
from flows.settings import Settings
from ledger import spend, stage_results
from ledger.arrivals import Arrival
from ledger.stage_results import StageResult

_DOCUMENT = "0" * 64
_RUN = "bench"


def main(count: int) -> None:
    """Prints how long so many known questions take, and that they cost no request."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.from_environment({"FAX2FHIR_HOME": home})
        llm = LlmSettings(base_url="http://127.0.0.1:9/v1", model="bench", agreement=True)
        took, requests = _measured(settings, llm, count)
    sys.stdout.write(f"{count} known questions: {took:.2f} s, {requests} requests\n")


def _measured(settings: Settings, llm: LlmSettings, count: int) -> tuple[float, int]:
    page = text_page("PROGRESS NOTE\nPatient: Ada Example", 1)
    note = all_document_types()["clinical_note"]
    answer = Answered(outcome=LlmOutcome.ANSWERED, ends=(LlmOutcome.ANSWERED,)).model_dump_json().encode()
    wanted = [Wanted(_DOCUMENT, Question(f"{n:064}", "", (page,), (page.text,), note, "w1")) for n in range(count)]
    arrival = Arrival(
        document_id=_DOCUMENT,
        file_name="note.txt",
        origin="bench",
        received_at=now(),
        size=1,
        media_type=None,
    )
    with opened_ledger(settings) as ledger:
        ledger.record_arrival(arrival, actor=_RUN)
        with ledger.transaction(_RUN) as tx:
            stage_results.store(
                tx,
                [StageResult(document_id=_DOCUMENT, stage=STAGE, key=w.question.key, payload=answer) for w in wanted],
            )
        reader = SecondReader(llm, ledger, run_id=_RUN, actor=_RUN)
        try:
            begun = time.monotonic()
            reader.ask(wanted)
            took = time.monotonic() - begun
        finally:
            reader.close()
        with ledger.snapshot() as connection:
            requests = sum(total.requests for total in spend.totals(connection, run_id=_RUN))
            known = spend.outcomes_of_run(connection, _RUN)
    if known != {spend.KNOWN: count}:
        raise RuntimeError("a known question was asked again")
    return took, requests


if __name__ == "__main__":
    main(int(sys.argv[1]))
