"""Location: the place where a requested service is to be given, if exactly one is named."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_mapping.builders.organization import FACILITY
from fhir_mapping.constants import Profile
from fhir_mapping.elements import meta, present
from fhir_mapping.proven import Built, Draft, ProvenRecord, drafts_of
from validation.requests import asks_for_decision


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields the facility of a request as a place; in a note or letter nothing says what happened or happens there."""
    facilities = drafts_of(built, "Organization", FACILITY)
    if not asks_for_decision(proven.record) or len(facilities) != 1 or "name" not in facilities[0].resource:
        return
    resource = present(
        resourceType="Location",
        id=proven.id("Location"),
        meta=meta(Profile.LOCATION),
        name=facilities[0].resource["name"],
        managingOrganization=facilities[0].reference,
    )
    yield Draft(resource)
