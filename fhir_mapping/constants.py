"""Every string in a bundle that no document states: code systems, profiles, bound codes, and what our record is.

Nothing here describes a patient. The check of a finished bundle (`fhir_mapping.self_check`) accepts a string only if it
is printed in the document, given by a table, or listed here and for its place (`fhir_mapping.constant_places`); a
scorecard of invented values may leave these out and only these.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache


class System(StrEnum):
    """Code and identifier systems, by their canonical URIs."""

    ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
    CPT = "http://www.ama-assn.org/go/cpt"
    HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
    PLACE_OF_SERVICE = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
    NPI = "http://hl7.org/fhir/sid/us-npi"
    UCUM = "http://unitsofmeasure.org"
    IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203"
    NULL_FLAVOR = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
    OBSERVATION_VALUE = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
    ABSENT_REASON = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
    CONDITION_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
    CONDITION_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    COVERAGE_CLASS = "http://terminology.hl7.org/CodeSystem/coverage-class"
    RELATIONSHIP = "http://terminology.hl7.org/CodeSystem/subscriber-relationship"
    PROCESS_PRIORITY = "http://terminology.hl7.org/CodeSystem/processpriority"
    CLAIM_INFORMATION = "http://terminology.hl7.org/CodeSystem/claiminformationcategory"
    OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
    INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    DIAGNOSTIC_SERVICE = "http://terminology.hl7.org/CodeSystem/v2-0074"
    ALLERGY_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
    ROLE_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
    ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    PARTICIPATION_TYPE = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
    LOINC = "http://loinc.org"
    DOCUMENT_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
    PARTICIPANT_TYPE = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
    URI = "urn:ietf:rfc:3986"


US_CORE_VERSIONS = ("6.1.0", "7.0.0")  # that of 45 CFR 170.215(b)(1), and that which Da Vinci PAS 2.2.1 derives from


class Profile(StrEnum):
    """US Core profiles; a resource claims one, in each version, only where it conforms."""

    PATIENT = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"
    COVERAGE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-coverage"
    PRACTITIONER = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-practitioner"
    ORGANIZATION = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-organization"
    CONDITION = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-condition-encounter-diagnosis"
    MEDICATION_REQUEST = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-medicationrequest"
    SERVICE_REQUEST = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-servicerequest"
    LABORATORY_RESULT = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab"
    LABORATORY_REPORT = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-diagnosticreport-lab"
    ALLERGY = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-allergyintolerance"
    ENCOUNTER = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-encounter"
    LOCATION = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-location"
    DOCUMENT_REFERENCE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-documentreference"


class Extension(StrEnum):
    """Extensions."""

    ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
    TARGET_ELEMENT = "http://hl7.org/fhir/StructureDefinition/targetElement"
    AI_CONFIDENCE = "http://hl7.org/fhir/uv/aitransparency/StructureDefinition/AIconfidence"
    # Ours; its definition is in fhir_mapping/structure_definitions.
    PAGE_REGION = "https://fax2fhir.org/fhir/StructureDefinition/page-region"


class Gender(StrEnum):
    """administrative-gender; UNKNOWN is what US Core demands where a document does not state it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class Telecom(StrEnum):
    """contact-point-system."""

    PHONE = "phone"
    FAX = "fax"


class IdentifierType(StrEnum):
    """v2-0203."""

    MEMBER = "MB"
    MEDICAL_RECORD = "MR"


class Relationship(StrEnum):
    """subscriber-relationship, the codes that printed words name exactly."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"


class RequestStatus(StrEnum):
    """request-status and medicationrequest-status: a draft until a person releases it; unknown if only reported."""

    DRAFT = "draft"
    UNKNOWN = "unknown"


class RequestIntent(StrEnum):
    """request-intent and medicationrequest-intent: a proposal until a person releases it; a reported drug is a plan."""

    PROPOSAL = "proposal"
    PLAN = "plan"


class RequestPriority(StrEnum):
    """request-priority."""

    ROUTINE = "routine"
    URGENT = "urgent"


class ProcessPriority(StrEnum):
    """processpriority."""

    NORMAL = "normal"
    STAT = "stat"


class CoverageClass(StrEnum):
    """coverage-class."""

    GROUP = "group"
    PLAN = "plan"


class ParticipantType(StrEnum):
    """provenance-participant-type."""

    ASSEMBLER = "assembler"
    PERFORMER = "performer"
    VERIFIER = "verifier"


class ObservationCategory(StrEnum):
    """observation-category."""

    LABORATORY = "laboratory"
    VITAL_SIGNS = "vital-signs"


class Interpretation(StrEnum):
    """v3-ObservationInterpretation."""

    LOW = "L"
    HIGH = "H"
    CRITICAL_LOW = "LL"
    CRITICAL_HIGH = "HH"
    NORMAL = "N"
    ABNORMAL = "A"
    CRITICAL_ABNORMAL = "AA"


class Comparator(StrEnum):
    """quantity-comparator."""

    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


class StatementStatus(StrEnum):
    """medication-statement-status; UNKNOWN where a trial failed and the document does not say that it ended."""

    STOPPED = "stopped"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """remittance-outcome: a payer that asks for more before it decides has held the request."""

    COMPLETE = "complete"
    QUEUED = "queued"


class EncounterStatus(StrEnum):
    """encounter-status; UNKNOWN where no discharge is stated."""

    FINISHED = "finished"
    UNKNOWN = "unknown"


class TaskStatus(StrEnum):
    """task-status, and the business status of a task that names what a request lacks."""

    REQUESTED = "requested"
    INCOMPLETE = "information missing"


class TaskCode(StrEnum):
    """What a Task is about, in our words."""

    COMPLETE = "complete the document"
    DECIDE = "decide the request"
    ANSWER = "send what the payer asks for"
    APPEAL = "appeal the decision"
    PEER_TO_PEER = "peer-to-peer review"


class TaskInput(StrEnum):
    """What an input of a Task is, in our words."""

    MISSING = "missing item"
    REQUIREMENT = "requirement"
    WINDOW = "time allowed"


class DeviceParameter(StrEnum):
    """What a parameter of a DeviceRequest is, in our words."""

    QUANTITY = "quantity"
    MODIFIER = "modifier"


class DocumentCategory(StrEnum):
    """us-core-documentreference-category."""

    CLINICAL_NOTE = "clinical-note"


# What our record is.
BUNDLE_TYPE = "collection"
ACTIVE = "active"  # Coverage.status, Device.status, Condition.clinicalStatus where the document says so
CURRENT = "current"  # DocumentReference.status
CLAIM_USE = "preauthorization"
ENCOUNTER_DIAGNOSIS = "encounter-diagnosis"
ATTACHMENT = "attachment"
AI_ASSERTED = "AIAST"
AI_ASSERTED_DISPLAY = "Artificial Intelligence asserted"
ABSENT_UNKNOWN = "unknown"
NULL_UNKNOWN = "UNK"
SOURCE_ROLE = "source"
DEVICE_NAME_TYPE = "model-name"
DEVICE_TYPE = "document reading software"
MODEL_TYPE = "language model"
ACTIVITY = "reading of a received document"
OBSERVATION_STATUS = "unknown"  # a fax does not say that it is the laboratory's last word
LABORATORY_SECTION = "LAB"
FAMILY_HISTORY_STATUS = "partial"
FAMILY_MEMBER = "FAMMEMB"
INPATIENT = "IMP"  # v3-ActCode: a patient who was admitted
ATTENDER = "ATND"  # v3-ParticipationType
COMPLETED = "completed"  # Communication.status: the message has reached its reader
CLAIM = "Claim"
REVIEWS = "reviewer of the payer"
DAY = "day"
UCUM_DAY = "d"

# What a document is called here; the record's type is our classification, not a printed title.
DOCUMENT_NAMES = {
    "prior_auth_request": "Prior authorization request",
    "clinical_note": "Clinical note",
    "referral": "Referral",
    "lab_report": "Laboratory report",
    "denial_letter": "Decision of a payer",
    "payer_policy": "Coverage policy",
    "patient_message": "Message from a patient",
}
# LOINC's names for them, as far as our types are as fine as its: 57133-1 Referral note, 34109-9 Note (progress note,
# discharge summary or which other, our type does not say), 11502-2 Laboratory report.
LOINC_OF = {"referral": "57133-1", "clinical_note": "34109-9", "lab_report": "11502-2"}
SETTLED_TYPE = 0.85  # probability of the document type from which it may be coded; that of acceptance
OTHER_DOCUMENT = "Received document"


@cache
def listed_strings() -> frozenset[str]:
    """Every string of this module."""
    found = {*DOCUMENT_NAMES.values(), *LOINC_OF.values()}
    found.update(f"{profile}|{version}" for profile in Profile for version in US_CORE_VERSIONS)
    for name, value in globals().items():
        if isinstance(value, type) and issubclass(value, StrEnum):
            found.update(member.value for member in value)
        elif name.isupper() and isinstance(value, str):
            found.add(value)
    return frozenset(found)
