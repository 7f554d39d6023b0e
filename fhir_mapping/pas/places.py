"""Where each string of a request that no document states may stand, beside those of the internal bundle."""

from __future__ import annotations

from dataclasses import replace

from fhir_mapping import constants as c
from fhir_mapping.constant_places import INTERNAL, codes, words
from fhir_mapping.pas.constants import (
    ACTIVE,
    ORDER,
    PAYER_ID,
    Information,
    PasExtension,
    PasProfile,
    PasSystem,
)
from validation import entered_paths as paths

_ABSENT = INTERNAL.anywhere["extension.url"]

# A request is what a person released: active, an order, and under no label of how it was made. What an update adds has
# a check of its own (`fhir_mapping.pas.update.check_sent`).
REQUEST = replace(
    INTERNAL,
    codes={
        **INTERNAL.codes,
        "Claim.supportingInfo.category.coding": codes(PasSystem.PAS, *Information),
        "Organization.identifier.type.coding": codes(PasSystem.IDENTIFIER_TYPE, PAYER_ID),
    },
    constants={
        **INTERNAL.constants,
        "Claim.meta.profile": words(PasProfile.CLAIM),
        "Claim.status": words(ACTIVE),
        "Coverage.meta.profile": words(PasProfile.COVERAGE),
        "DeviceRequest.intent": words(ORDER),
        "DeviceRequest.meta.profile": words(PasProfile.DEVICE_REQUEST),
        "DeviceRequest.status": words(ACTIVE),
        "DocumentReference.meta.profile": words(PasProfile.DOCUMENT_REFERENCE),
        "MedicationRequest.intent": words(ORDER),
        "MedicationRequest.meta.profile": words(PasProfile.MEDICATION_REQUEST),
        "MedicationRequest.status": words(ACTIVE),
        "Organization.meta.profile": words(PasProfile.INSURER, PasProfile.ORGANIZATION, PasProfile.REQUESTOR),
        "Patient.meta.profile": words(PasProfile.BENEFICIARY, PasProfile.SUBSCRIBER),
        "Practitioner.meta.profile": words(PasProfile.PRACTITIONER),
        "PractitionerRole.meta.profile": words(PasProfile.PRACTITIONER_ROLE),
        "PractitionerRole.telecom.system": words(c.Telecom),
        "ServiceRequest.intent": words(ORDER),
        "ServiceRequest.meta.profile": words(PasProfile.SERVICE_REQUEST),
        "ServiceRequest.status": words(ACTIVE),
    },
    anywhere={
        **INTERNAL.anywhere,
        "extension.url": words(_ABSENT, PasExtension),
    },
    printed={
        **INTERNAL.printed,
        c.System.HCPCS: INTERNAL.printed[c.System.HCPCS] | {paths.DRUG_CODE.path},
        PasSystem.CLAIM_TYPE: words(paths.CLAIM_TYPE.path),
        PasSystem.NDC: words(paths.DRUG_CODE.path),
        PasSystem.X12_CERTIFICATION_TYPE: words(paths.CERTIFICATION_TYPE.path),
        PasSystem.X12_LEVEL_OF_SERVICE: words(paths.LEVEL_OF_SERVICE.path),
        PasSystem.X12_QUANTITY_UNIT: words(paths.QUANTITY_UNIT.path),
        PasSystem.X12_RELATIONSHIP: words(paths.RELATIONSHIP.path),
        PasSystem.X12_REPORT_TYPE: words(paths.REPORT_TYPE.path),
        PasSystem.X12_REQUEST_TYPE: words(paths.REQUEST_TYPE.path),
        PasSystem.X12_SERVICE_TYPE: words(paths.SERVICE_CATEGORY.path),
    },
    truths=INTERNAL.truths | {"Claim.careTeam.extension.valueBoolean"},
    facts=INTERNAL.facts | {"Claim.identifier", "Claim.identifier.value"},
)
