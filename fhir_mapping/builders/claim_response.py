"""ClaimResponse: what a payer's letter says that it decided; read from a decision document only, never predicted."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Field
from fhir_mapping.builders.medication_request import drug_text, requested_drugs
from fhir_mapping.builders.organization import PAYER
from fhir_mapping.constants import ACTIVE, CLAIM, CLAIM_USE
from fhir_mapping.elements import Element, absent, absent_concept, concept, meta, present, quantity
from fhir_mapping.proven import Built, Draft, ProvenRecord, drafts_of, role_of
from fhir_mapping.requested import modifier_concepts, printed_lines, procedure_concept, requesters, serviced
from fhir_mapping.stated import stated, worded
from fhir_mapping.tables import Table, tabled

DECISION = "denial_letter"
_IN_PART = "partially_approved"
_GRANTED = frozenset({"approved", _IN_PART})
_NAMES_THE_PATIENT = ("patient.name", "patient.member_id", "patient.mrn")


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields one for a decision whose outcome, patient, payer and day are stated; else none.

    Which review action X12 would call it, no letter says: the printed words stand as the disposition and as the
    category of each adjudication. An outcome that is partial is not said of any single line.
    """
    if proven.record.segment.document_type != DECISION:
        return
    outcome, payers = proven.one("decision.outcome"), drafts_of(built, "Organization", PAYER)
    result = tabled(outcome, Table.OUTCOME)
    decided = proven.date("decision.date") or proven.date("letter.date")
    named = any(proven.one(path) for path in _NAMES_THE_PATIENT)
    if outcome is None or result is None or decided is None or not named or not payers:
        return
    reference, asks = proven.one("case.reference_number"), requesters(proven, built)
    reasons = [f for group in proven.groups("denial") for f in group.all("reason")]
    resource = present(
        resourceType="ClaimResponse",
        id=proven.id("ClaimResponse"),
        meta=meta(),
        identifier=[{"value": stated(reference)}] if reference else None,
        status=ACTIVE,
        type=absent_concept(),
        use=CLAIM_USE,
        patient={"reference": proven.url("Patient")},
        created=stated(decided),
        insurer=payers[0].reference,
        requestor=asks[0].reference if asks else None,
        request=_request(proven),
        outcome=result,
        disposition=worded(outcome),
        # A number on a refusal names the case; only one on an approval is an authorization to refer to.
        preAuthRef=stated(reference) if reference and outcome.value in _GRANTED else None,
        adjudication=[{"category": _said(outcome), "reason": concept(text=reason)} for reason in reasons],
        addItem=_items(proven, outcome),
    )
    yield Draft(resource, role_of(proven.requester))


def _request(proven: ProvenRecord) -> Element:
    """The Claim that is answered, by its identifier; unknown where the request did not leave through us."""
    link = proven.request
    return absent() if link is None else {"type": CLAIM, "identifier": {"system": link.system, "value": link.value}}


def _said(outcome: Field) -> Element:
    return concept(text=worded(outcome))


def _items(proven: ProvenRecord, outcome: Field) -> list[Element]:
    """The services and drugs that the letter is about."""
    decided = {"adjudication": [{"category": absent_concept() if outcome.value == _IN_PART else _said(outcome)}]}
    services = [
        present(
            productOrService=procedure_concept(code, description),
            modifier=modifier_concepts(group),
            **serviced(proven),
            quantity=None if len({f.value for f in group.all("code")}) > 1 else quantity(group.one("units")),
            **decided,
        )
        for group, code, description in printed_lines(proven)
    ]
    drugs = [
        present(
            productOrService=concept(text=drug_text(group)),
            **serviced(proven),
            quantity=quantity(group.one("quantity")),
            **decided,
        )
        for group in requested_drugs(proven)
    ]
    return [*services, *drugs]
