"""Which records ask somebody for a decision."""

from __future__ import annotations

from documents.records import Record

# Types of documents that ask for a decision; a note that happens to name a procedure or a drug requests nothing.
_REQUESTS = frozenset({"prior_auth_request"})
# Types of documents in which a payer says what it decided on one.
_DECISIONS = frozenset({"denial_letter"})

# Types of documents that show why a request is due. Another request is a case of its own, a payer's letter or policy is
# the payer's already, and what a patient writes to a clinician is for the clinician.
_SUPPORTING = frozenset({"clinical_note", "lab_report", "referral"})

# A policy is about everybody whom a plan insures: the codes and drugs that it names are no patient's.
_ABOUT_NO_PATIENT = frozenset({"payer_policy"})


def is_about_a_patient(record: Record) -> bool:
    """Whether what the record states of payers, codes and drugs is one patient's."""
    return record.segment.document_type not in _ABOUT_NO_PATIENT


def asks_for_decision(record: Record) -> bool:
    """Whether the record's document type is a request."""
    return record.segment.document_type in _REQUESTS


def decides(record: Record) -> bool:
    """Whether the record's document type is a payer's decision on a request."""
    return record.segment.document_type in _DECISIONS


def supports_request(record: Record) -> bool:
    """Whether the record's document type may go with a request of the same patient, to show why it is due."""
    return record.segment.document_type in _SUPPORTING
