"""Requests of a dozen kinds, each of which a payer can take."""

from __future__ import annotations

from datetime import date

from documents.records import Field
from documents.values import Assertion
from fhir_mapping.identity import claim_identifier
from fhir_mapping.pas.attachments import Attachment, SentAlong, excerpt
from fhir_mapping.pas.request import PasRequest
from fhir_mapping.pas.site_values import LineKind, SiteRow, SiteValues
from fhir_mapping.pas.update import PriorRequest
from tests.fhir_mapping.pas.requests import ALONE, COMPLETE, SENT, arrived, build, entered, without
from tests.fhir_mapping.records import field, record

# No diagnosis, no drug, no second line, no care team beyond who asks.
ONE_LINE: tuple[Field, ...] = without("procedure[s2]", "medication", "provider[p2]", "facility", "diagnosis")

# Further documents that are sent along.
NOTES = tuple(Attachment(source=arrived(text), content=text) for text in (b"%PDF-1.4 a note", b"%PDF-1.4 a report"))

WITH_NOTES = ALONE.model_copy(update={"further": NOTES})


def _read(document_type: str, first: int, last: int) -> Attachment:
    """Pages of the packet that were read as a record of their own."""
    read = record((field("encounter.date", "2026-11-02"),), document_type)
    pages = read.segment.model_copy(update={"page_start": first, "page_end": last})
    whole = SENT.model_copy(update={"page_count": 9})
    return excerpt(whole, f"%PDF-1.4 {first}".encode(), read.model_copy(update={"id": f"r-{first}", "segment": pages}))


# Pages of a packet: the request's own, a note's and a laboratory's.
_OWN = _read("prior_auth_request", 2, 3)
NOTE, LABORATORY = _read("clinical_note", 5, 5), _read("lab_report", 7, 9)
PACKET = SentAlong(own=_OWN, further=(NOTE, LABORATORY))
WITHOUT_NOTE = SentAlong(own=_OWN, further=(LABORATORY,))

_BY_NDC = entered("submission.drug_code", "00074-4339-02", "m1")


def _row(path: str, value: str, **conditions: LineKind | tuple[str, ...] | str) -> SiteRow:
    return SiteRow.model_validate(
        {
            "id": f"{path}-{value}",
            "path": path,
            "value": value,
            "reviewed_by": "u-3",
            "reviewed_on": date(2026, 10, 1),
            **conditions,
        }
    )


SITE = SiteValues(
    rows=(
        _row("submission.claim_type", "professional"),
        _row("submission.request_type", "HS"),
        _row("submission.certification_type", "I"),
        _row("submission.service_category", "2"),
        _row("submission.service_category", "12", kind=LineKind.DEVICE),
        _row("submission.service_category", "88", kind=LineKind.DRUG),
        _row("submission.quantity_unit", "UN", codes=("L1833",)),
        _row("submission.report_type", "77"),
        _row("submission.payer_id", "60054", payer="EXAMPLE health plan"),
    )
)

VARIANTS: dict[str, tuple[Field, ...]] = {
    "several-lines": COMPLETE,
    "one-line": ONE_LINE,
    "drug-by-hcpcs": without("procedure"),
    "drug-by-ndc": (*without("procedure", "submission.drug_code"), _BY_NDC),
    "drug-that-a-line-bills": (*COMPLETE, field("procedure.code", "J0135", "s3")),
    "drug-with-its-unit": (*COMPLETE, entered("submission.quantity_unit", "UN", "m1")),
    "equipment": without("procedure[s1]", "medication"),
    "units-with-their-unit": (*COMPLETE, entered("submission.quantity_unit", "VS")),
    "the-patient-is-the-subscriber": (
        *without("subscriber", "submission.subscriber_id"),
        field("subscriber.relationship", "Self"),
    ),
    "self-by-code": (*without("subscriber", "submission.subscriber_id"), entered("submission.relationship", "18")),
    "child-by-code": (*without("subscriber.relationship"), entered("submission.relationship", "19")),
    "a-facility-asks": without("provider"),
    "urgent-with-level": (*COMPLETE, entered("submission.level_of_service", "U")),
    "an-immediate-appeal": (
        *without("submission.certification_type"),
        entered("submission.certification_type", "1"),
        entered("submission.level_of_service", "E"),
    ),
    "a-line-of-its-own-type": (*COMPLETE, entered("submission.request_type", "SC", "s2")),
    "no-dates": (*without("service"), field("service.place", "22")),
    "a-single-day": without("service.end"),
    "no-birth-date": without("patient.dob", "patient.address", "patient.sex"),
    "a-payer-id": (*COMPLETE, entered("submission.payer_id", "60054")),
    "two-codes-in-a-group": (*without("procedure.units"), field("procedure.code", "97110", "s2")),
    "what-is-no-fact-is-left-out": tuple(
        f.model_copy(update={"assertion": Assertion.NEGATED}) if f.path.startswith("diagnosis") else f for f in COMPLETE
    ),
}


def bundles() -> dict[str, str]:
    """Each variant's bundle, one that the site's table completes, two updates and a cancellation."""
    found = {name: _bundle(fields) for name, fields in VARIANTS.items()}
    found["by-the-sites-table"] = _bundle(
        (
            *without("submission"),
            *(f for f in COMPLETE if f.path in ("submission.subscriber_id", "submission.drug_code")),
        ),
        site=SITE,
    )
    found["several-attachments"] = _bundle(COMPLETE, sends=WITH_NOTES)
    first = prior_of(found["several-lines"], 1)
    changed = (*without("procedure[s1]", "facility"), field("procedure.code", "97110", "s9"))
    found["update"] = _bundle(changed, number=2, prior=first)
    second = prior_of(found["update"], 2)
    found["second-update"] = _bundle(COMPLETE, number=3, prior=second)
    found["update-with-more-attachments"] = _bundle(COMPLETE, number=2, prior=first, sends=WITH_NOTES)
    found["packet"] = _bundle(COMPLETE, sends=PACKET)
    packet = prior_of(found["packet"], 1)
    found["update-without-a-note"] = _bundle(COMPLETE, number=2, prior=packet, sends=WITHOUT_NOTE)
    less = prior_of(found["update-without-a-note"], 2)
    found["update-with-the-note-again"] = _bundle(COMPLETE, number=3, prior=less, sends=PACKET)
    found["cancellation-without-a-note"] = _bundle((), number=3, prior=less, cancel=True)
    found["update-of-the-whole-fax"] = _bundle(COMPLETE, number=2, prior=first, sends=PACKET)
    found["cancellation"] = _bundle((), number=3, prior=second, cancel=True)
    return found


def prior_of(bundle: str, number: int) -> PriorRequest:
    """A submitted bundle, as the one after it knows it."""
    named = claim_identifier("r-0001", number)
    return PriorRequest(identifier_system=named.system, identifier_value=named.value, number=number, bundle=bundle)


def _bundle(
    fields: tuple[Field, ...],
    *,
    site: SiteValues | None = None,
    number: int = 1,
    prior: PriorRequest | None = None,
    cancel: bool = False,
    sends: SentAlong = ALONE,
) -> str:
    built = build(fields, site=site, number=number, prior=prior, cancel=cancel, sends=sends)
    assert isinstance(built, PasRequest), built.missing
    return built.bundle
