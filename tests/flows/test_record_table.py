"""What a reviewer sees of a record on the command line."""

from __future__ import annotations

from flows.tables import record_table
from tests.extractors.printed import page_of
from tests.extractors.records_of import record_of


def test_both_readings_of_a_field_are_shown() -> None:
    record = record_of("clinical_note", (page_of("PROGRESS NOTE\nPatient: Ilse Varga   MRN: 5521907\n"),))
    fields = tuple(
        f.model_copy(update={"source": "llm+rules", "alternatives": ("5521908", "5521997")})
        if f.path == "patient.mrn"
        else f
        for f in record.fields
    )
    (row,) = [line for line in record_table(record.model_copy(update={"fields": fields})).splitlines() if "mrn" in line]
    assert "5521907" in row
    assert "llm+rules" in row
    assert "5521908 / 5521997" in row
