"""The tables by which a printed word becomes a code; a code that no table gives is not written.

A leaf that a table gave is `Tabled`, and the check of a finished bundle looks it up again.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from documents.records import Field
from fhir_mapping.constants import (
    ACTIVE,
    Gender,
    Interpretation,
    ObservationCategory,
    Outcome,
    ProcessPriority,
    Relationship,
    RequestPriority,
    StatementStatus,
)
from fhir_mapping.identity import issuer_system
from fhir_mapping.stated import Tabled
from fhir_mapping.units import UCUM_OF


class Table(StrEnum):
    """The tables by name."""

    CONDITION_CLINICAL = "condition-clinical"
    GENDER = "gender"
    INTERPRETATION = "interpretation"
    MEMBER_ID_SYSTEM = "member-id"
    PAYER_ID_SYSTEM = "payer-id"
    OBSERVATION_CATEGORY = "observation-category"
    OUTCOME = "outcome"
    PROCESS_PRIORITY = "process-priority"
    RELATIONSHIP = "relationship"
    REQUEST_PRIORITY = "request-priority"
    STATEMENT_STATUS = "statement-status"
    UCUM = "ucum"


# Names under which US clinics print the measurements that FHIR counts as vital signs (R4, vitalsigns.html). A name that
# may also be a laboratory's (`SaO2` of an arterial gas) or a bare letter is left out.
_VITAL_SIGNS = (
    "blood pressure", "bp", "b/p", "systolic", "systolic bp", "systolic blood pressure", "sbp", "diastolic",
    "diastolic bp", "diastolic blood pressure", "dbp", "heart rate", "hr", "pulse", "pulse rate", "apical pulse",
    "respiratory rate", "respiration rate", "respirations", "respiration", "resp", "resp rate", "rr", "temperature",
    "temp", "body temperature", "oral temp", "oral temperature", "tympanic temperature", "axillary temperature",
    "oxygen saturation", "o2 saturation", "o2 sat", "o2 sats", "spo2", "spo₂", "pulse ox", "pulse oximetry", "height",
    "ht", "body height", "weight", "wt", "body weight", "body mass index", "bmi", "head circumference",
)  # fmt: skip

# Words in lower case with single spaces; `tabled` brings a printed value to that form.
TABLES: Mapping[str, Mapping[str, str]] = {
    Table.CONDITION_CLINICAL: {"active": ACTIVE},
    Table.GENDER: {gender.value: gender for gender in (Gender.FEMALE, Gender.MALE, Gender.OTHER)},
    # Flags as laboratories print them; an asterisk says no more than that a result is not normal.
    Table.INTERPRETATION: {
        "l": Interpretation.LOW,
        "low": Interpretation.LOW,
        "h": Interpretation.HIGH,
        "high": Interpretation.HIGH,
        "ll": Interpretation.CRITICAL_LOW,
        "critical low": Interpretation.CRITICAL_LOW,
        "hh": Interpretation.CRITICAL_HIGH,
        "critical high": Interpretation.CRITICAL_HIGH,
        "n": Interpretation.NORMAL,
        "normal": Interpretation.NORMAL,
        "a": Interpretation.ABNORMAL,
        "abnormal": Interpretation.ABNORMAL,
        "*": Interpretation.ABNORMAL,
        "aa": Interpretation.CRITICAL_ABNORMAL,
    },
    Table.OBSERVATION_CATEGORY: dict.fromkeys(_VITAL_SIGNS, ObservationCategory.VITAL_SIGNS),
    # A request that is granted in part is decided as a whole; X12's review actions are not printed.
    Table.OUTCOME: {
        "denied": Outcome.COMPLETE,
        "approved": Outcome.COMPLETE,
        "partially_approved": Outcome.COMPLETE,
        "pended": Outcome.QUEUED,
    },
    Table.PROCESS_PRIORITY: {"standard": ProcessPriority.NORMAL, "expedited": ProcessPriority.STAT},
    Table.RELATIONSHIP: {
        "self": Relationship.SELF,
        "patient": Relationship.SELF,
        "insured": Relationship.SELF,
        "subscriber": Relationship.SELF,
        "spouse": Relationship.SPOUSE,
        "husband": Relationship.SPOUSE,
        "wife": Relationship.SPOUSE,
        "child": Relationship.CHILD,
        "son": Relationship.CHILD,
        "daughter": Relationship.CHILD,
        "parent": Relationship.PARENT,
        "mother": Relationship.PARENT,
        "father": Relationship.PARENT,
    },
    Table.REQUEST_PRIORITY: {"standard": RequestPriority.ROUTINE, "expedited": RequestPriority.URGENT},
    # A trial that failed may have ended or not; the document's own words stand as the reason.
    Table.STATEMENT_STATUS: {"discontinued": StatementStatus.STOPPED, "tried-failed": StatementStatus.UNKNOWN},
    Table.UCUM: UCUM_OF,
}

# UCUM is case sensitive: `M/uL` is a million a microlitre and `m/uL` is nothing.
_CASE_SENSITIVE = frozenset({Table.UCUM})


def look_up(table: str, value: str) -> str | None:
    """What a table gives for a printed value; None where it lists none."""
    if table in (Table.MEMBER_ID_SYSTEM, Table.PAYER_ID_SYSTEM):
        return issuer_system(table, value)  # made from the payer's name, not listed
    return TABLES[table].get(value if table in _CASE_SENSITIVE else " ".join(value.casefold().split()))


def tabled(field: Field | None, table: Table) -> Tabled | None:
    """The code that a table gives for a field's value, with its proof; None where there is none."""
    code = look_up(table, field.value) if field is not None else None
    return None if field is None or code is None else Tabled(code, field, table)
