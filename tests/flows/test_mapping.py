"""What a run knows of the model that read reaches the bundle."""

from __future__ import annotations

import io
import json
from pathlib import Path

from documents.store import Store
from extractors.backend import Reading
from flows.mapping import bundle_of
from flows.stages import SECOND_READING, SecondReading, marked
from tests.fhir_mapping.records import RECORDED, field, record
from tests.flows.tabular.sources import document_of


def test_the_model_that_read_is_a_device_by_its_name(tmp_path: Path) -> None:
    store = Store(tmp_path)
    document_id = store.put(io.BytesIO(b"%PDF-1.7")).document_id
    name = field("patient.name", "Maria Testpatient").model_copy(update={"source": "llm+rules"})
    read = marked(record([name]), SecondReading(reading=Reading(), outcomes=("answered",), model="example-model-1"))
    assert read.versions[SECOND_READING] == "answered 1"
    bundle = json.loads(bundle_of(read, document=document_of(document_id), store=store, recorded=RECORDED))
    devices = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Device"]
    assert [device["deviceName"][0]["name"] for device in devices] == ["fax2fhir", "example-model-1"]
    assert [device["type"]["text"] for device in devices] == ["document reading software", "language model"]
