"""For each document type a record that states everything that its schema knows."""

from __future__ import annotations

from documents.records import ChecklistItem, Field, Record, RequirementState
from tests.fhir_mapping.records import FULL, LABORATORY, VARIANTS, field, record, without

_ABOUT_ONE_REQUEST = ("procedure", "service", "request", "case", "subscriber", "observation")

_CLINICAL = (
    field("allergy.reaction", "hives", "a1"),
    field("allergy.none", "none known", "a2", quote="NKDA"),
    field("observation.unit", "%", "o1"),
    field("observation.flag", "H", "o1"),
)
_LINES = tuple(f for f in FULL if f.path.startswith("procedure."))
_DRUG_DETAILS = tuple(f for f in FULL if f.path.startswith("medication.") and f.group == "m1")
_ROLES = (
    field("provider.name", "Ira Testmd", "p3"),
    field("provider.role", "attending", "p3", quote="Attending"),
    field("provider.name", "Noor Testpcp", "p4"),
    field("provider.role", "pcp", "p4", quote="PCP"),
)

PRIOR_AUTH_REQUEST = (*FULL, *_CLINICAL, field("decision.deadline", "2026-11-25", quote="11/25/2026"))

REFERRAL = (
    *(f for f in FULL if not f.path.startswith(("service.", "case.", "subscriber."))),
    *_CLINICAL,
    *_ROLES,
    field("referral.reason", "Worsening knee pain, please evaluate for surgery"),
)

CLINICAL_NOTE = (
    *without(*_ABOUT_ONE_REQUEST),
    *_LINES,
    *_CLINICAL,
    *_ROLES,
    field("observation.name", "Blood Pressure", "o1"),
    field("observation.value", "128", "o1"),
    field("encounter.date", "2026-11-02", quote="11/02/2026"),
    field("admission.date", "2026-10-28", quote="10/28/2026"),
    field("discharge.date", "2026-11-02", quote="11/02/2026"),
    field("follow_up.text", "See cardiology for a repeat echocardiogram", "fu1"),
    field("follow_up.interval", "in 6 weeks", "fu1"),
)

LAB_REPORT = (
    *LABORATORY,
    *_ROLES,
    *(f for f in FULL if f.path.startswith(("patient.", "provider.", "diagnosis.")) and f.path != "patient.name"),
    field("facility.npi", "1003000126", "f1"),
    field("specimen.received", "2026-11-03", quote="11/03/2026"),
    field("observation.date", "2026-11-02", "o1", quote="11/02/2026"),
)

DENIAL_LETTER = (
    *without("facility", "subscriber", "allergy", "observation", "request"),
    field("letter.date", "2026-11-24", quote="November 24, 2026"),
    field("decision.date", "2026-11-23", quote="11/23/2026"),
    field("decision.outcome", "denied", quote="we are unable to approve"),
    field("denial.reason", "The records do not show six weeks of conservative care", "dr1"),
    field("denial.reason", "No imaging report was received", "dr2"),
    field("requirement.text", "Physical therapy notes of the last three months", "req1"),
    field("requirement.text", "Weight-bearing radiograph report", "req2"),
    field("appeal.deadline", "2027-05-23", quote="05/23/2027"),
    field("appeal.window", "180 days from the date of this notice"),
    field("peer_to_peer.deadline", "2026-12-08", quote="12/08/2026"),
    field("peer_to_peer.window", "within 14 days of this letter"),
    field("response.deadline", "2026-12-15", quote="12/15/2026"),
    field("response.window", "within 21 days"),
    field("request.received", "2026-11-19", quote="11/19/2026"),
    field("reviewer.name", "Sam Testreviewer, MD", "rv1"),
)

PATIENT_MESSAGE = (
    *without("facility", "subscriber", "observation", "request", "case"),
    *_CLINICAL[:2],
    *_ROLES,
    field("message.date", "2026-11-18", quote="11/18/2026"),
    field("message.subject", "Refill"),
    field("message.bucket", "refill_request", quote="I need a refill"),
)

PAYER_POLICY = (
    field("payer.name", "Example Health Plan"),
    field("payer.plan", "Commercial"),
    *_LINES,
    field("policy.title", "Therapeutic footwear"),
    field("policy.number", "PH-0441"),
    field("policy.effective_date", "2026-01-01", quote="January 1, 2026"),
    field("policy.original_date", "2019-01-01", quote="January 1, 2019"),
    field("policy.revision_date", "2025-11-01", quote="November 1, 2025"),
    field("policy.review_date", "2025-10-15", quote="October 15, 2025"),
    field("policy.next_review_date", "2026-10-15", quote="October 15, 2026"),
    field("policy.turnaround_standard", "7 calendar days"),
    field("policy.turnaround_expedited", "72 hours"),
    field("policy.approval_duration", "12 months"),
    field("policy.renewal_duration", "6 months"),
    field("policy.exclusion", "Shoes for sport", "ex1"),
    field("policy.diagnosis_code", "E11.621", "pdx1"),
    field("policy.diagnosis_description", "Type 2 diabetes with foot ulcer", "pdx1"),
    field("policy.diagnosis_range", "E11.40 - E11.49", "pr1"),
    field("requirement.text", "A foot ulcer is on record", "req1"),
)

COMPLETE: dict[str, tuple[Field, ...]] = {
    "prior_auth_request": PRIOR_AUTH_REQUEST,
    "referral": REFERRAL,
    "clinical_note": CLINICAL_NOTE,
    "lab_report": LAB_REPORT,
    "denial_letter": DENIAL_LETTER,
    "patient_message": PATIENT_MESSAGE,
    "payer_policy": PAYER_POLICY,
}


def complete(document_type: str, *instead: Field) -> Record:
    """The record that states everything, with the fields at the paths of `instead` replaced by these."""
    replaced = {f.path for f in instead}
    return record((*(f for f in COMPLETE[document_type] if f.path not in replaced), *instead), document_type)


EVERY: dict[str, Record] = {
    **VARIANTS,
    **{document_type: complete(document_type) for document_type in COMPLETE},
    **{
        f"letter-{outcome}": complete("denial_letter", field("decision.outcome", outcome, quote="our decision"))
        for outcome in ("pended", "approved", "partially_approved")
    },
    "letter-without-day": record(
        (f for f in DENIAL_LETTER if f.path not in ("letter.date", "decision.date")), "denial_letter"
    ),
    "referral-for-itself": record((f for f in REFERRAL if not f.path.startswith("procedure.")), "referral"),
    "stay-without-discharge": record((f for f in CLINICAL_NOTE if f.path != "discharge.date"), "clinical_note"),
    "visit": record((f for f in CLINICAL_NOTE if f.path != "admission.date"), "clinical_note"),
    "lacking": record(PRIOR_AUTH_REQUEST).model_copy(
        update={
            "missing": ("provider.npi", "provider.signature"),
            "checklist": (
                ChecklistItem(requirement="r-1", text="Notes of conservative care", state=RequirementState.NOT_FOUND),
                ChecklistItem(requirement="r-2", text="Imaging report", state=RequirementState.MET),
            ),
        }
    ),
}
