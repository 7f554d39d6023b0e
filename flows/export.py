"""What leaves the installation on request: published FHIR, tables, and predictions in the neutral format."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from documents.errors import SettingsError
from documents.reading import ReadDocument
from documents.records import Segment
from fhir_mapping.json_text import json_text
from fhir_mapping.transaction import resources
from flows.actor import os_user
from flows.installation import opened_ledger
from flows.predictions import prediction
from flows.settings import Settings
from flows.stages import Extracted
from flows.tables import say
from flows.versions import Stage
from ledger import submissions
from ledger.ledger import Ledger
from ledger.states import DocumentState
from ledger.statuses import DocumentStatus

BUNDLES = "bundles"
NDJSON = "ndjson"
PAS = "pas"
TABLE_FORMS = ("parquet", "csv")
# A file name holds 255 bytes: this stem, the beginning of an id and the ending.
LONGEST_STEM = 200
# As `write_bundles` names them: a record's id and a number.
_BUNDLE_NAME = re.compile(r"[0-9a-f]{32}-[0-9]+\.json")


def export(out: Path, form: str) -> None:
    """Writes every published bundle, or the tables of every record.

    Raises:
        SettingsError: no such form.
    """
    writers: dict[str, Callable[[Ledger, Path], int]] = {
        BUNDLES: write_bundles,
        NDJSON: write_ndjson,
        PAS: write_submissions,
    }
    if form not in (*writers, *TABLE_FORMS):
        raise SettingsError(f"--format must be one of {', '.join((*writers, *TABLE_FORMS))}")
    with opened_ledger(Settings.from_environment()) as ledger:
        out.mkdir(parents=True, exist_ok=True)
        if form in TABLE_FORMS:
            from flows.tabular.export import write_tables  # pandas, which takes a second to import

            ledger.record_export(actor=os_user(), form=form, count=ledger.reconcile().received)
            say(f"Tables of {write_tables(ledger, form, out)} records written to {out}.")
            return
        count = len(ready_names(ledger)) if form == PAS else len(ledger.publication_numbers())
        ledger.record_export(actor=os_user(), form=form, count=count)
        say(f"{writers[form](ledger, out)} bundles written to {out}.")


def write_bundles(ledger: Ledger, out: Path) -> int:
    """Brings a folder to what is published: one `<record id>-<number of the publication>.json` each.

    What is there already is left as it is; a bundle that is not published any more is removed, other files never are.
    """
    out.mkdir(parents=True, exist_ok=True)
    # In this order: what another run publishes and writes meanwhile is in `names`, so it is not taken for stale.
    there = {path.name for path in out.glob("*.json") if _BUNDLE_NAME.fullmatch(path.name)}
    names = {f"{record}-{number}.json": (record, number) for record, number in ledger.publication_numbers().items()}
    for name in names.keys() - there:
        bundle = ledger.published_bundle(*names[name])
        if bundle is not None:
            _write(out / name, bundle)
    for name in there - names.keys():
        (out / name).unlink(missing_ok=True)
    return len(names)


def write_submissions(ledger: Ledger, out: Path) -> int:
    """Writes each submission that a payer can take, updates and cancellations too: `pas-<record id>-<number>.json`.

    A record's go out in the order of their numbers; what was written before is left as it is.
    """
    out.mkdir(parents=True, exist_ok=True)
    names = ready_names(ledger)
    for name, (record_id, number) in names.items():
        if (out / name).exists():
            continue
        with ledger.snapshot() as connection:
            ready = submissions.submission(connection, record_id, number)
        if ready is not None:
            _write(out / name, ready.payload)
    return len(names)


def ready_names(ledger: Ledger) -> dict[str, tuple[str, int]]:
    """The submissions that a payer can take, as record and number, by the name of their file."""
    with ledger.snapshot() as connection:
        keys = submissions.ready_keys(connection)
    return {f"pas-{record_id}-{number}.json": (record_id, number) for record_id, number in keys}


def write_ndjson(ledger: Ledger, out: Path) -> int:
    """`<ResourceType>.ndjson` for each type; references name type and id, so that a server can load them."""
    count = 0
    with ExitStack() as stack:
        files: dict[str, TextIO] = {}
        for published in ledger.published_bundles():
            count += 1
            for key, resource in resources(published.bundle).items():
                if key.type not in files:
                    files[key.type] = stack.enter_context((out / f"{key.type}.ndjson").open("w", encoding="utf-8"))
                files[key.type].write(json_text(resource) + "\n")
    return count


def export_predictions(out: Path) -> None:
    """Writes one JSON per document that was read, named by the stem of the file it arrived as."""
    out.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    with opened_ledger(Settings.from_environment()) as ledger:
        ledger.record_export(actor=os_user(), form="predictions", count=ledger.reconcile().received)
        for document in ledger.all_documents():
            name = _free_name(document, taken)
            taken.add(name)
            predicted = stored_prediction(ledger, document, name)
            _write(out / f"{name}.json", json.dumps(predicted, ensure_ascii=False, indent=1))
    say(f"{len(taken)} predictions written to {out}.")


def stored_prediction(ledger: Ledger, document: DocumentStatus, name: str) -> dict[str, Any]:
    """One document as the ledger holds it now, in the neutral prediction format."""
    read = ledger.latest_stage_result(document.document_id, Stage.READ)
    extracted = ledger.latest_stage_result(document.document_id, Stage.EXTRACT)
    segments: tuple[Segment, ...] = ()
    if extracted is not None:
        segments = tuple(part.segment for part in Extracted.model_validate_json(extracted).parts)
    return prediction(
        name,
        pages=() if read is None else ReadDocument.model_validate_json(read).pages,
        segments=segments,
        records=[kept.record for kept in ledger.records_of(document.document_id) if kept.current],
        needs_review=document.state is not DocumentState.PUBLISHED,
    )


def _free_name(document: DocumentStatus, taken: set[str]) -> str:
    """The stem of the file it arrived as; with the beginning of its id where another document has that name."""
    stem = Path(document.file_names[0]).stem.replace("/", "_") if document.file_names else document.document_id
    short = stem.encode()[:LONGEST_STEM].decode(errors="ignore")
    return short if short == stem and stem not in taken else f"{short}-{document.document_id[:8]}"


def _write(path: Path, text: str) -> None:
    """Writes a whole file or none."""
    draft = path.with_name(f".{secrets.token_hex(8)}.part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
