"""A run that may send nothing that identifies a patient: what the endpoint received, and what comes of its answers."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from evaluation.loopback.answers import nothing_stated
from evaluation.loopback.server import loopback
from evaluation.scoring.corpus import read_gold
from extractors.llm.announced import IDENTIFYING
from flows.installation import opened_ledger
from flows.settings import Settings
from tests.flows.conftest import CommandLine
from tests.flows.models import configure

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

GOLD = [gold for gold in read_gold(SAMPLES / "gold") if gold.rendition in {"digital", "txt"}]


def quotes_placeholders(body: Mapping[str, Any]) -> dict[str, Any]:
    """A model that copies the first name and birth date that it sees, as it sees them: placeholders."""
    answer = nothing_stated(body)
    shown = body["messages"][1]["content"]
    for leaf, kind in (("name", "NAME"), ("dob", "BIRTH")):
        found = re.search(rf"\[{kind}-\d+\]", shown)
        if found is not None and leaf in answer.get("patient", {}):
            page = re.findall(r"--- page (\d+) ---", shown[: found.start()])[-1]
            answer["patient"][leaf] = {"value": found[0].lower(), "quote": found[0], "page": int(page)}
    return answer


def squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """Those with text of their own: what recognition makes of the others, `evaluation.redaction` measures."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    for gold in GOLD:
        shutil.copy(SAMPLES / "inbox" / gold.file, folder)
    return folder


def test_no_identifier_of_the_samples_reaches_the_endpoint_and_placeholders_come_back_proven(
    fax2fhir: CommandLine, environment: dict[str, str], samples: Path, settings: Settings
) -> None:
    with loopback(quotes_placeholders) as endpoint:
        configure(environment, endpoint, redact="true")
        fax2fhir("run", samples, "--keep")
        received = squeezed(json.dumps(endpoint.requests))
        assert len(endpoint.requests) > 10
    labelled = {
        (label.field, mention.text)
        for gold in GOLD
        for label in (*gold.fields, *gold.excluded_fields)
        if label.field in IDENTIFYING
        for mention in label.mentions
    }
    assert len(labelled) > 50
    assert not [pair for pair in labelled if len(squeezed(pair[1])) > 4 and squeezed(pair[1]) in received]
    agreed = dict.fromkeys(("patient.name", "patient.dob"), 0)
    with opened_ledger(settings) as ledger:
        kept = [each.record for document in ledger.all_documents() for each in ledger.records_of(document.document_id)]
    for field in (field for record in kept for field in record.fields):
        assert not re.search(r"\[[A-Z]+-\d+\]", f"{field.value} {field.quote}", re.IGNORECASE)
        if field.path in agreed:
            agreed[field.path] += "agrees" in field.features
    assert min(agreed.values()) > 3
