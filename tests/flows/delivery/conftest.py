from __future__ import annotations

from collections.abc import Iterator

import pytest

from evaluation.loopback.fhir_server import FhirServer, fhir_server
from tests.ledger.databases import clock, database_url, ledger, postgres

__all__ = ["clock", "database_url", "ledger", "postgres"]


@pytest.fixture
def server() -> Iterator[FhirServer]:
    with fhir_server() as running:
        yield running
