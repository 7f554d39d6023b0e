"""`export --format parquet|csv` over an installation: what a reviewer decided counts at once; the export is audited."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from flows.tabular import schema
from flows.tabular.files import read_csv
from tests.flows.command_line import NOTE, InProcess

REQUEST = """PRIOR AUTHORIZATION REQUEST
Patient name: Cy Dale
Date of birth: 03/04/1980
Member ID: 0012345678
Requesting provider: Ina Eck, MD
NPI: 1234567890
Diagnosis code: M17.11 Unilateral primary osteoarthritis, right knee
Procedure code: CPT 27447
Place of service: 02
Urgency: Standard
"""


@pytest.fixture
def call(call: InProcess, tmp_path: Path) -> InProcess:
    """The command line over an installation with a request in review and a note."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "request.txt").write_text(REQUEST)
    (inbox / "note.txt").write_text(NOTE.format(name="Ada Brook", weeks=2))
    call("run", inbox)
    return call


def _tables(call: InProcess, out: Path) -> dict[str, pd.DataFrame]:
    """The tables as Parquet, which the same export as CSV confirms."""
    for form in ("parquet", "csv"):
        call("export", "--format", form, out)
    read = {table.name: pd.read_parquet(out / f"{table.name}.parquet") for table in schema.TABLES}
    for table in schema.TABLES:
        pd.testing.assert_frame_equal(read[table.name], read_csv(table, out / f"{table.name}.csv"))
    return read


def _record_of_the_request(call: InProcess) -> str:
    listed: list[dict[str, Any]] = json.loads(call("queue", "list", "--json").out)
    kinds = {each["record_id"]: json.loads(call("show", each["record_id"], "--json").out) for each in listed}
    return str(
        next(record for record, shown in kinds.items() if shown["segment"]["document_type"] == "prior_auth_request")
    )


def test_what_people_decide_fills_and_empties_the_tables(call: InProcess, tmp_path: Path) -> None:
    before = _tables(call, tmp_path / "before")
    assert set(before["records"]["document_type"]) == {"prior_auth_request", "clinical_note"}
    (provider,) = before["providers"].query("npi_status == 'review'").to_dict("records")
    assert pd.isna(provider["npi"])
    assert before["requests"]["place_of_service"].tolist() == ["02"]
    assert before["deadlines"]["due_at"].notna().tolist() == [True]

    item = _record_of_the_request(call)
    call("queue", "claim", item)
    group = provider["group"]
    call("queue", "correct", item, f"provider.npi[{group}]", "1234567893")
    call("queue", "reject", item, "patient.member_id")
    after = _tables(call, tmp_path / "after")
    (provider,) = after["providers"].query("npi_status == 'verified'").to_dict("records")
    assert (provider["npi"], provider["npi_text"], provider["npi_confidence"]) == ("1234567893", "1234567890", 1.0)
    assert (
        after["requests"]["member_id"].isna().tolist()
        == after["requests"]["member_id_status"].isna().tolist()
        == [True]
    )
    assert "0012345678" not in (tmp_path / "after" / "requests.csv").read_text()


def test_an_export_is_audited_and_repeats_byte_for_byte(
    call: InProcess, environment: dict[str, str], tmp_path: Path
) -> None:
    _tables(call, tmp_path / "first")
    _tables(call, tmp_path / "second")
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()
    with sqlite3.connect(Path(environment["FAX2FHIR_HOME"]) / "ledger.sqlite") as connection:
        query = "SELECT details FROM audit_events WHERE action = 'documents.exported' ORDER BY sequence"
        events = [json.loads(details) for (details,) in connection.execute(query)]
    assert events == [{"count": 2, "form": form} for form in ("parquet", "csv")] * 2
