"""Measures what a record costs to become FHIR: `python -m evaluation.bench_mapping`.

A record is drawn with one more diagnosis, drug, result, allergy or service until its bundle holds the asked number of
clinical resources. The documents of a round differ as those of a night do: in their ids, people, places on the page and
confidences. Times are CPU of this process (other work on the machine does not count), a document, the median of several
rounds after warm-up, together and by phase.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import count, islice
from statistics import median

from documents.pages import Box
from documents.records import Field, FieldStatus, Record, Segment
from documents.value import Value
from documents.values import Alignment, Evidence, Kind
from extractors.document_type import all_document_types
from fhir_mapping.bundle import assembled, build_bundle, collection, validate
from fhir_mapping.json_text import json_text
from fhir_mapping.proven import Built
from fhir_mapping.self_check import check_drafts
from fhir_mapping.source import SoftwareIdentity, SourceDocumentReference, facts_of

Work = Callable[[], object]

SIZES = (5, 15, 40)
# Resources that speak of the document, of the software and of our work, and not of the patient's care.
NOT_CLINICAL = frozenset({"DocumentReference", "Device", "Provenance", "Task"})

# What the document types declare of their fields.
_KINDS = {path: spec.reads.kind for each in all_document_types().values() for path, spec in each.specs.items()}
_RECORDED = datetime(2026, 11, 20, 2, 10, tzinfo=UTC)
_SOFTWARE = SoftwareIdentity(name="fax2fhir", version="0")
_SOURCE = SourceDocumentReference(
    document_id="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    sha1="a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
    size=48_213,
    media_type="application/pdf",
    received_at=_RECORDED,
    page_count=3,
)
_FACTS = facts_of(_SOURCE, _SOFTWARE, recorded=_RECORDED)
# What no two documents share.
_OWN = frozenset({"patient.name", "patient.member_id", "payer.name", "provider.name"})
_ONCE = (
    ("patient.name", "Ada Example"),
    ("patient.dob", "1969-04-12"),
    ("patient.sex", "female"),
    ("patient.member_id", "W123456789"),
    ("payer.name", "Example Health Plan"),
    ("provider.name", "Ana Testdoc, MD"),
    ("provider.npi", "1234567893"),
    ("provider.role", "requesting"),
    ("request.date", "2026-11-18"),
    ("service.start", "2026-12-15"),
    ("service.place", "22"),
)
# Added in turn; each group becomes a resource of its own.
_AGAIN: tuple[tuple[tuple[str, str], ...], ...] = (
    (("diagnosis.code", "M17.11"), ("diagnosis.description", "Primary osteoarthritis, right knee")),
    (("procedure.code", "27447"), ("procedure.description", "Total knee arthroplasty"), ("procedure.units", "1")),
    (
        ("medication.drug", "metformin"),
        ("medication.strength", "500 mg"),
        ("medication.frequency", "twice daily"),
        ("medication.status", "current"),
    ),
    (("observation.name", "Hemoglobin A1c"), ("observation.value", "7.20"), ("observation.unit", "%")),
    (("allergy.substance", "penicillin"), ("allergy.reaction", "hives")),
)


class Costs(Value):
    """CPU milliseconds a document, medians over the rounds, and the size of its bundle.

    Attributes:
        clinical: resources that speak of the patient's care, besides those that speak of document and software.
        fields: of the record.
        total: `build_bundle` as the pipeline calls it.
        builders, own_check, structure, writing: its phases: resources, our check, fhir.resources, JSON.
        kib: of JSON.
    """

    clinical: int
    fields: int
    total: float
    builders: float
    own_check: float
    structure: float
    writing: float
    kib: float


def record_of(clinical: int) -> Record:
    """The smallest drawn record whose bundle holds at least so many clinical resources."""
    groups = count()
    record = _record(tuple(_once()))
    while len(clinical_resources(_mapped(record))) < clinical:
        number = next(groups)
        added = (_field(path, value, f"g{number}") for path, value in _AGAIN[number % len(_AGAIN)])
        record = _record((*record.fields, *added))
    return record


def clinical_resources(bundle: str) -> list[str]:
    """The types of a bundle's clinical resources."""
    types = (entry["resource"]["resourceType"] for entry in json.loads(bundle)["entry"])
    return [name for name in types if name not in NOT_CLINICAL]


def measure(clinical: int, *, documents: int, rounds: int) -> Costs:
    """Maps records that differ, none of them twice.

    Args:
        clinical: how many clinical resources each gives.
        documents: mapped in a round.
        rounds: whose median counts; one before them warms up.
    """
    drawn = record_of(clinical)
    phases: dict[str, Callable[[Record], Work]] = {
        "total": lambda record: partial(_mapped, record),
        "builders": lambda record: partial(_assembled, record),
        "own_check": lambda record: partial(check_drafts, _assembled(record), _FACTS),
        "structure": lambda record: partial(validate, collection(record, _assembled(record), recorded=_RECORDED)),
        "writing": lambda record: partial(json_text, collection(record, _assembled(record), recorded=_RECORDED)),
    }
    others = (another(drawn, number) for number in count(1))
    text = _mapped(drawn)
    return Costs(
        clinical=len(clinical_resources(text)),
        fields=len(drawn.fields),
        kib=round(len(text.encode()) / 1024, 1),
        **{name: round(_cpu_ms(map(phase, others), documents, rounds), 2) for name, phase in phases.items()},
    )


def another(record: Record, number: int) -> Record:
    """The record of another document: with an id, a patient, a requester, places and confidences of its own."""
    return record.model_copy(
        update={"id": f"r-{number:06}", "fields": tuple(_moved(field, number) for field in record.fields)}
    )


def _moved(field: Field, number: int) -> Field:
    """The field as another document states it, further down its page."""
    value = f"{field.value} {number}" if field.path in _OWN else field.value
    (evidence,) = field.evidence
    down = (number * 37 + evidence.end) % 9000 / 10_000
    box = Box(left=0.1 + down / 100, top=down, right=0.4 + down / 100, bottom=down + 0.02)
    return field.model_copy(
        update={
            "value": value,
            "quote": value,
            "evidence": (evidence.model_copy(update={"quote": value, "boxes": (box,)}),),
            "confidence": 0.95 + number % 500 / 10_000,
        }
    )


def _cpu_ms(work: Iterator[Work], documents: int, rounds: int) -> float:
    def one_round() -> float:
        prepared = list(islice(work, documents))
        used = time.process_time()
        for each in prepared:
            each()
        return 1000 * (time.process_time() - used) / documents

    one_round()
    return median(one_round() for _ in range(rounds))


def _assembled(record: Record) -> Built:
    return assembled(record, _SOURCE, recorded=_RECORDED, software=_SOFTWARE)


def _mapped(record: Record) -> str:
    return build_bundle(record, _SOURCE, recorded=_RECORDED, software=_SOFTWARE)


def _record(fields: tuple[Field, ...]) -> Record:
    return Record(
        id="r-0001",
        document_id=_SOURCE.document_id,
        segment=Segment(document_type="prior_auth_request", page_start=1, page_end=3, confidence=0.98),
        fields=fields,
    )


def _once() -> Iterator[Field]:
    for path, value in _ONCE:
        yield _field(path, value, "p1" if path.startswith("provider.") else None)


def _field(path: str, value: str, group: str | None) -> Field:
    return Field(
        path=path,
        group=group,
        value=value,
        kind=_KINDS.get(path, Kind.TEXT),
        quote=value,
        evidence=(Evidence(page=1, start=0, end=len(value), quote=value, boxes=(Box(0.1, 0.2, 0.4, 0.22),)),),
        alignment=Alignment.EXACT,
        confidence=0.99,
        status=FieldStatus.ACCEPTED,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clinical", type=int, nargs="+", default=SIZES, help="clinical resources of a bundle")
    parser.add_argument("--documents", type=int, default=40, help="documents a round")
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args(arguments)
    for clinical in asked.clinical:
        costs = measure(clinical, documents=asked.documents, rounds=asked.rounds)
        print(
            f"{costs.clinical:3} clinical resources of {costs.fields} fields: {costs.total} ms CPU a document "
            f"(builders {costs.builders}, own check {costs.own_check}, structure {costs.structure}, "
            f"writing {costs.writing}), {costs.kib} KiB"
        )


if __name__ == "__main__":
    main()
