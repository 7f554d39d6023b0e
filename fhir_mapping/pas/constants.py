"""Every string of a PAS request that no document states: its profiles, extensions, systems, and what it is.

Source: Da Vinci Prior Authorization Support 2.2.1. None of these describes a patient.
"""

from __future__ import annotations

from enum import StrEnum

_PAS = "http://hl7.org/fhir/us/davinci-pas"
_DEFINED = f"{_PAS}/StructureDefinition"


class PasProfile(StrEnum):
    """Profiles of the request bundle, of the inquiry about one, and of their members."""

    REQUEST_BUNDLE = f"{_DEFINED}/profile-pas-request-bundle"
    CLAIM = f"{_DEFINED}/profile-claim"
    CLAIM_UPDATE = f"{_DEFINED}/profile-claim-update"
    INQUIRY_BUNDLE = f"{_DEFINED}/profile-pas-inquiry-request-bundle"
    CLAIM_INQUIRY = f"{_DEFINED}/profile-claim-inquiry"
    BENEFICIARY = f"{_DEFINED}/profile-beneficiary"
    SUBSCRIBER = f"{_DEFINED}/profile-subscriber"
    INSURER = f"{_DEFINED}/profile-insurer"
    ORGANIZATION = f"{_DEFINED}/profile-organization"
    REQUESTOR = f"{_DEFINED}/profile-requestor"
    PRACTITIONER = f"{_DEFINED}/profile-practitioner"
    PRACTITIONER_ROLE = f"{_DEFINED}/profile-practitionerrole"
    COVERAGE = f"{_DEFINED}/profile-coverage"
    SERVICE_REQUEST = f"{_DEFINED}/profile-servicerequest"
    DEVICE_REQUEST = f"{_DEFINED}/profile-devicerequest"
    MEDICATION_REQUEST = f"{_DEFINED}/profile-medicationrequest"
    DOCUMENT_REFERENCE = f"{_DEFINED}/profile-documentreference"


class PasExtension(StrEnum):
    """Extensions of the request."""

    CARE_TEAM_SCOPE = f"{_DEFINED}/extension-careTeamClaimScope"
    CERTIFICATION_TYPE = f"{_DEFINED}/extension-certificationType"
    DOCUMENT_INFORMATION = f"{_DEFINED}/extension-documentInformation"
    INFO_CANCELLED = f"{_DEFINED}/modifierextension-infoCancelled"
    INFO_CHANGED = f"{_DEFINED}/extension-infoChanged"
    LEVEL_OF_SERVICE = f"{_DEFINED}/extension-levelOfServiceCode"
    REPORT_TYPE = "reportTypeCode"
    REQUEST_TYPE = f"{_DEFINED}/extension-serviceItemRequestType"
    REQUESTED_SERVICE = f"{_DEFINED}/extension-requestedService"


class PasSystem(StrEnum):
    """Code systems that only a request uses."""

    CLAIM_TYPE = "http://terminology.hl7.org/CodeSystem/claim-type"
    IDENTIFIER_TYPE = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType"
    NDC = "http://hl7.org/fhir/sid/ndc"
    PAS = f"{_PAS}/CodeSystem/PASTempCodes"
    RELATED_CLAIM = "http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship"
    X12_CERTIFICATION_TYPE = "https://codesystem.x12.org/005010/1322"
    X12_LEVEL_OF_SERVICE = "https://codesystem.x12.org/005010/1338"
    X12_QUANTITY_UNIT = "https://codesystem.x12.org/005010/673"
    X12_RELATIONSHIP = "https://codesystem.x12.org/005010/1069"
    X12_REPORT_TYPE = "https://codesystem.x12.org/005010/755"
    X12_REQUEST_TYPE = "https://codesystem.x12.org/005010/1525"
    X12_SERVICE_TYPE = "https://codesystem.x12.org/005010/1365"


class Information(StrEnum):
    """Categories of Claim.supportingInfo, PASTempCodes."""

    PATIENT_EVENT = "patientEvent"
    ADDITIONAL_INFORMATION = "additionalInformation"


class Change(StrEnum):
    """What an update did to an element, PASTempCodes."""

    CHANGED = "changed"
    ADDED = "added"


ACTIVE = "active"  # a person released it
ORDER = "order"
PAYER_ID = "payerid"
PRIOR = "prior"
# The profile of updates prescribes it for each item that is no longer asked for.
CANCELLED = "3"
