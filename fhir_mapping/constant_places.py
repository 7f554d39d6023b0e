"""Where each string that no document states may stand; at any other place it is a fault.

A constant is allowed at the paths listed for it and nowhere else: that a draft is called `draft` in `Claim.status` does
not let a builder write the word into a name. Paths leave out the places in arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from documents.values import Kind
from fhir_mapping import constants as c
from fhir_mapping.constants import Profile, System
from fhir_mapping.elements import canonicals
from fhir_mapping.tables import Table

Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Places:
    """What a kind of bundle may hold beside what fields state and tables give.

    Attributes:
        codes: codes of ours with their systems, by the path of the Coding or Quantity.
        constants: other strings of ours, by path.
        anywhere: strings that each resource may carry, by the last two names of the path.
        printed: what may be a code or identifier of a system: the kinds of the fields, or their paths.
        truths: paths where `true` says what our record is.
        facts: paths of clinical resources where a fact about our record stands, e.g. when the document came.
    """

    codes: Mapping[str, Pairs]
    constants: Mapping[str, frozenset[str]]
    anywhere: Mapping[str, frozenset[str]]
    printed: Mapping[str, frozenset[str]]
    truths: frozenset[str]
    facts: frozenset[str]


def codes(system: str, *listed: str) -> Pairs:
    """The codes with their system."""
    return frozenset((str(system), str(code)) for code in listed)


def words(*listed: str | Iterable[str]) -> frozenset[str]:
    """The words, and those of collections."""
    return frozenset(str(w) for word in listed for w in ([word] if isinstance(word, str) else word))


UNKNOWN = codes(System.ABSENT_REASON, c.ABSENT_UNKNOWN)
AI_LABEL = codes(System.OBSERVATION_VALUE, c.AI_ASSERTED)

# Codes of ours with their systems, by the path of the Coding or Quantity.
_CODES: Mapping[str, Pairs] = {
    "AllergyIntolerance.clinicalStatus.coding": codes(System.ALLERGY_CLINICAL, c.ACTIVE),
    "Claim.priority.coding": UNKNOWN,
    "Claim.supportingInfo.category.coding": codes(System.CLAIM_INFORMATION, c.ATTACHMENT),
    "Claim.type.coding": UNKNOWN,
    "ClaimResponse.addItem.adjudication.category.coding": UNKNOWN,
    "ClaimResponse.type.coding": UNKNOWN,
    "Condition.category.coding": codes(System.CONDITION_CATEGORY, c.ENCOUNTER_DIAGNOSIS),
    "Coverage.class.type.coding": codes(System.COVERAGE_CLASS, *c.CoverageClass),
    "Coverage.identifier.type.coding": codes(System.IDENTIFIER_TYPE, c.IdentifierType.MEMBER),
    "Coverage.relationship.coding": UNKNOWN,
    "DiagnosticReport.category.coding": codes(System.DIAGNOSTIC_SERVICE, c.LABORATORY_SECTION),
    "DocumentReference.category.coding": codes(System.DOCUMENT_CATEGORY, *c.DocumentCategory),
    "DocumentReference.type.coding": codes(System.NULL_FLAVOR, c.NULL_UNKNOWN)
    | codes(System.LOINC, *c.LOINC_OF.values()),
    "Encounter.class": codes(System.ACT_CODE, c.INPATIENT),
    "Encounter.participant.type.coding": codes(System.PARTICIPATION_TYPE, c.ATTENDER),
    "Encounter.type.coding": UNKNOWN,
    "FamilyMemberHistory.relationship.coding": codes(System.ROLE_CODE, c.FAMILY_MEMBER),
    "MedicationRequest.dispenseRequest.expectedSupplyDuration": codes(System.UCUM, c.UCUM_DAY),
    "Observation.category.coding": codes(System.OBSERVATION_CATEGORY, c.ObservationCategory.LABORATORY),
    "Patient.identifier.type.coding": codes(System.IDENTIFIER_TYPE, *c.IdentifierType),
    "Provenance.agent.type.coding": codes(System.PARTICIPANT_TYPE, *c.ParticipantType),
    "Provenance.reason.coding": AI_LABEL,
}

# Other strings of ours, by path.
_CONSTANTS: Mapping[str, frozenset[str]] = {
    "AllergyIntolerance.meta.profile": words(canonicals(Profile.ALLERGY)),
    "CarePlan.activity.detail.status": words(c.RequestStatus.UNKNOWN),
    "CarePlan.intent": words(c.RequestIntent.PLAN),
    "CarePlan.status": words(c.RequestStatus.UNKNOWN),
    "Claim.status": words(c.RequestStatus.DRAFT),
    "Claim.use": words(c.CLAIM_USE),
    "ClaimResponse.request.type": words(c.CLAIM),
    "ClaimResponse.status": words(c.ACTIVE),
    "ClaimResponse.use": words(c.CLAIM_USE),
    "Communication.status": words(c.COMPLETED),
    "Condition.meta.profile": words(canonicals(Profile.CONDITION)),
    "Coverage.meta.profile": words(canonicals(Profile.COVERAGE)),
    "Coverage.status": words(c.ACTIVE),
    "Device.deviceName.type": words(c.DEVICE_NAME_TYPE),
    "Device.status": words(c.ACTIVE),
    "DeviceRequest.intent": words(c.RequestIntent.PROPOSAL),
    "DeviceRequest.parameter.code.text": words(c.DeviceParameter),
    "DeviceRequest.status": words(c.RequestStatus.DRAFT),
    "Device.type.text": words(c.DEVICE_TYPE, c.MODEL_TYPE),
    "DiagnosticReport.code.text": words(c.DOCUMENT_NAMES.values()),
    "DiagnosticReport.meta.profile": words(canonicals(Profile.LABORATORY_REPORT)),
    "DiagnosticReport.status": words(c.OBSERVATION_STATUS),
    "DocumentReference.category.text": words(c.DOCUMENT_NAMES.values(), c.OTHER_DOCUMENT),
    "DocumentReference.meta.profile": words(canonicals(Profile.DOCUMENT_REFERENCE)),
    "DocumentReference.status": words(c.CURRENT),
    "DocumentReference.type.text": words(c.DOCUMENT_NAMES.values(), c.OTHER_DOCUMENT),
    "Encounter.meta.profile": words(canonicals(Profile.ENCOUNTER)),
    "Encounter.status": words(c.EncounterStatus),
    "FamilyMemberHistory.status": words(c.FAMILY_HISTORY_STATUS),
    "Location.meta.profile": words(canonicals(Profile.LOCATION)),
    "MedicationRequest.dispenseRequest.expectedSupplyDuration.unit": words(c.DAY),
    "MedicationRequest.intent": words(c.RequestIntent),
    "MedicationRequest.meta.profile": words(canonicals(Profile.MEDICATION_REQUEST)),
    "MedicationRequest.status": words(c.RequestStatus),
    "Observation.meta.profile": words(canonicals(Profile.LABORATORY_RESULT)),
    "Observation.status": words(c.OBSERVATION_STATUS),
    "Organization.meta.profile": words(canonicals(Profile.ORGANIZATION)),
    "Patient.gender": words(c.Gender.UNKNOWN),
    "Patient.meta.profile": words(canonicals(Profile.PATIENT)),
    "Patient.telecom.system": words(c.Telecom),
    "Practitioner.meta.profile": words(canonicals(Profile.PRACTITIONER)),
    "Practitioner.telecom.system": words(c.Telecom),
    "PractitionerRole.code.text": words(c.REVIEWS),
    "Provenance.activity.text": words(c.ACTIVITY),
    "Provenance.entity.role": words(c.SOURCE_ROLE),
    "Provenance.reason.coding.display": words(c.AI_ASSERTED_DISPLAY),
    "ServiceRequest.code.text": words(c.DOCUMENT_NAMES["referral"]),
    "ServiceRequest.intent": words(c.RequestIntent.PROPOSAL),
    "ServiceRequest.meta.profile": words(canonicals(Profile.SERVICE_REQUEST)),
    "ServiceRequest.status": words(c.RequestStatus.DRAFT),
    "Task.businessStatus.text": words(c.TaskStatus.INCOMPLETE),
    "Task.code.text": words(c.TaskCode),
    "Task.input.type.text": words(c.TaskInput),
    "Task.intent": words(c.RequestIntent.PROPOSAL),
    "Task.status": words(c.TaskStatus.REQUESTED),
}

# Every resource may carry these, by the last two names of the path.
LABEL_AT = "meta.security"
_ANYWHERE: Mapping[str, frozenset[str]] = {
    "security.display": words(c.AI_ASSERTED_DISPLAY),
    "extension.url": words(c.Extension.ABSENT_REASON),
    "extension.valueCode": words(c.ABSENT_UNKNOWN),
}

# What sort of printed value may be a code or identifier of a system.
_PRINTED: Mapping[str, frozenset[str]] = {
    System.ICD_10_CM: frozenset({Kind.DIAGNOSIS_CODE}),
    System.CPT: frozenset({Kind.PROCEDURE_CODE, Kind.MODIFIER}),
    System.HCPCS: frozenset({Kind.PROCEDURE_CODE, Kind.MODIFIER}),
    System.PLACE_OF_SERVICE: frozenset({Kind.PLACE_OF_SERVICE}),
    System.NPI: frozenset({Kind.NPI}),
    c.Telecom.PHONE: frozenset({Kind.PHONE}),
    c.Telecom.FAX: frozenset({Kind.PHONE}),
}

INTERNAL = Places(
    codes=_CODES,
    constants=_CONSTANTS,
    anywhere=_ANYWHERE,
    printed=_PRINTED,
    truths=frozenset({"Claim.insurance.focal", "MedicationRequest.reportedBoolean", "Organization.active"}),
    facts=frozenset(
        {
            "Claim.created",
            "ClaimResponse.request.identifier",
            "ClaimResponse.request.identifier.value",
            "Task.input.valueString",
        }
    ),
)

# Resources that describe our record and not the patient; they are built from the source, the software and the clock.
ABOUT_OUR_RECORD = frozenset({"DocumentReference", "Device", "Provenance"})

# The system that the codes of a table belong to; a table without one gives values of FHIR's primitive codes.
TABLE_OF: Mapping[str, Table] = {
    System.CONDITION_CLINICAL: Table.CONDITION_CLINICAL,
    System.INTERPRETATION: Table.INTERPRETATION,
    System.OBSERVATION_CATEGORY: Table.OBSERVATION_CATEGORY,
    System.PROCESS_PRIORITY: Table.PROCESS_PRIORITY,
    System.RELATIONSHIP: Table.RELATIONSHIP,
    System.UCUM: Table.UCUM,
}

# Codes without a system, by path, and the table that gives them.
TABLE_AT: Mapping[str, Table] = {
    "ClaimResponse.outcome": Table.OUTCOME,
    "Coverage.identifier.system": Table.MEMBER_ID_SYSTEM,
    "Organization.identifier.system": Table.PAYER_ID_SYSTEM,
    "MedicationStatement.status": Table.STATEMENT_STATUS,
    "Patient.gender": Table.GENDER,
    "Patient.identifier.system": Table.MEMBER_ID_SYSTEM,
    "DeviceRequest.priority": Table.REQUEST_PRIORITY,
    "ServiceRequest.priority": Table.REQUEST_PRIORITY,
}

# Members that count or point at what is counted, and the array pointed at.
COUNTED = {
    "diagnosisSequence": "diagnosis",
    "careTeamSequence": "careTeam",
    "informationSequence": "supportingInfo",
    "procedureSequence": "procedure",
}
