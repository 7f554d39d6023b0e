"""Encounter: a stay in hospital that the document dates; a visit whose class nothing states has none."""

from __future__ import annotations

from collections.abc import Iterator

from documents.records import Field
from fhir_mapping.constants import ATTENDER, INPATIENT, EncounterStatus, Profile, System
from fhir_mapping.elements import absent_concept, coding, concept, meta, period, present
from fhir_mapping.proven import Built, Draft, ProvenRecord, having, role_of, with_role
from validation.dates import read_days


def build(proven: ProvenRecord, built: Built) -> Iterator[Draft]:
    """Yields one where a day of admission is stated: an admission is inpatient care, whatever the document is.

    A day of discharge alone may be that of an emergency visit, and a day of visit says nothing of its class, which FHIR
    demands: both stand in the DocumentReference as the time of the care that the document is about.
    """
    admitted, discharged = stay(proven)
    if admitted is None:
        return
    resource = present(
        resourceType="Encounter",
        id=proven.id("Encounter"),
        meta=meta(Profile.ENCOUNTER),
        status=EncounterStatus.FINISHED if discharged else EncounterStatus.UNKNOWN,
        class_=coding(System.ACT_CODE, INPATIENT),
        type=[absent_concept()],
        subject={"reference": proven.url("Patient")},
        participant=[
            {"type": [concept(coding(System.PARTICIPATION_TYPE, ATTENDER))], "individual": d.reference}
            for d in with_role(proven, built, "attending")
        ],
        period=period(admitted, discharged),
    )
    yield Draft(resource, role_of(*having(proven, "attending")))


def stay(proven: ProvenRecord) -> tuple[Field | None, Field | None]:
    """Days of admission and discharge; neither, where the discharge lies before the admission."""
    admitted, discharged = proven.date("admission.date"), proven.date("discharge.date")
    first, last = (read_days(f.value) if f else None for f in (admitted, discharged))
    return (None, None) if first and last and last.last < first.first else (admitted, discharged)
