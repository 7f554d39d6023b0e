"""The tables of the export: every column with its type, what it holds and where it is taken from."""

from __future__ import annotations

from flows.tabular.columns import Column, ColumnType, DerivedColumn, Table, ValueColumns

_STRING, _INTEGER, _FLOAT = ColumnType.STRING, ColumnType.INTEGER, ColumnType.FLOAT
_BOOLEAN, _TIMESTAMP, _DATE = ColumnType.BOOLEAN, ColumnType.TIMESTAMP, ColumnType.DATE

_SOURCE = (
    Column("document_id", _STRING, "SHA-256 of the document's bytes", "document"),
    Column("record_id", _STRING, "id of the record: the part of the document that was read as one", "record"),
    Column("revision", _INTEGER, "number of the record's revision, from 1", "record"),
    Column("document_type", _STRING, "type of the record's pages", "segment.document_type"),
    Column("record_state", _STRING, "`in_review`, `published` or `routed`; `refused` in `records` only", "record"),
    Column("received_at", _TIMESTAMP, "first arrival of the document", "document"),
    Column("read_at", _TIMESTAMP, "when the record's first revision was kept", "record"),
    Column("revised_at", _TIMESTAMP, "when this revision was kept", "record"),
    Column("published_at", _TIMESTAMP, "when its current bundle was published; empty where there is none", "record"),
)
_UNPROVEN = Column("unproven_values", _INTEGER, "values of this row that wait for a person and are not in it", "status")
_ROW = (
    *_SOURCE,
    Column(
        "group", _STRING, "what the values of this row share in the record; with `record_id` the row's key", "group"
    ),
    Column("pages", _STRING, "pages on which its usable values stand, from 1, with commas between", "evidence"),
    Column(
        "is_current_fact",
        _BOOLEAN,
        "said of the patient, now and as a fact: not denied, uncertain, of the family or past; the FHIR bundle's rule",
        "assertion",
    ),
    _UNPROVEN,
)
_PATIENT = (
    ValueColumns("patient.name", "patient_name", _STRING, "the patient's name"),
    ValueColumns("patient.dob", "patient_dob", _DATE, "the patient's date of birth"),
    ValueColumns("patient.sex", "patient_sex", _STRING, "`female` or `male`"),
    ValueColumns("patient.member_id", "member_id", _STRING, "member id"),
    ValueColumns("patient.mrn", "mrn", _STRING, "medical record number"),
    ValueColumns("payer.name", "payer_name", _STRING, "the payer"),
    ValueColumns("payer.plan", "payer_plan", _STRING, "the plan"),
    ValueColumns("payer.group_number", "payer_group_number", _STRING, "the plan's group number"),
)

RECORDS = Table(
    "records",
    "A record of any type: a part of a document that was read as one.",
    (
        *_SOURCE,
        Column("page_start", _INTEGER, "first page, from 1", "segment.page_start"),
        Column("page_end", _INTEGER, "last page", "segment.page_end"),
        Column("document_type_confidence", _FLOAT, "how sure the type is, 0 to 1", "segment.confidence"),
        Column("other_patient", _BOOLEAN, "whether the pages name another patient", "segment.other_patient"),
        Column("accepted_values", _INTEGER, "values accepted by proof", "status"),
        Column("verified_values", _INTEGER, "values confirmed, corrected or added by a person", "status"),
        Column("unproven_values", _INTEGER, "values that wait for a person; in no table", "status"),
        Column("error_findings", _INTEGER, "findings of rules that need a person", "findings"),
        Column("missing_items", _INTEGER, "rows of this record in `missing_items`", "missing, checklist"),
    ),
    (
        *_PATIENT,
        ValueColumns("encounter.date", "encounter_date", _DATE, "date of the visit that a note is about"),
        ValueColumns("admission.date", "admission_date", _DATE, "date of admission"),
        ValueColumns("discharge.date", "discharge_date", _DATE, "date of discharge"),
        ValueColumns("specimen.collected", "specimen_collected", _DATE, "when a laboratory's specimen was taken"),
        ValueColumns("specimen.received", "specimen_received", _DATE, "when the laboratory got it"),
        ValueColumns("report.date", "report_date", _DATE, "date of a laboratory's report"),
        ValueColumns("message.date", "message_date", _DATE, "date of a patient's message"),
        ValueColumns("message.subject", "message_subject", _STRING, "its subject"),
        ValueColumns(
            "message.bucket", "message_bucket", _STRING, "what it is about, of the values that its type lists"
        ),
        ValueColumns("referral.reason", "referral_reason", _STRING, "why a patient is referred"),
    ),
)
REQUESTS = Table(
    "requests",
    "A request to a payer for a decision.",
    (*_SOURCE, _UNPROVEN),
    (
        ValueColumns("request.date", "request_date", _DATE, "date of the request"),
        ValueColumns("request.urgency", "urgency", _STRING, "`standard` or `expedited`"),
        ValueColumns("service.start", "service_start", _DATE, "first day of the service"),
        ValueColumns("service.end", "service_end", _DATE, "last day of the service"),
        ValueColumns("service.place", "place_of_service", _STRING, "CMS place-of-service code, two digits"),
        ValueColumns("case.reference_number", "reference_number", _STRING, "the sender's or payer's case number"),
        ValueColumns("decision.deadline", "decision_wanted_by", _DATE, "date by which the sender wants a decision"),
        ValueColumns("subscriber.name", "subscriber_name", _STRING, "the policy holder"),
        ValueColumns("subscriber.relationship", "subscriber_relationship", _STRING, "the patient's relation to them"),
        *_PATIENT,
    ),
)
DIAGNOSES = Table(
    "diagnoses",
    "A diagnosis that is stated, denied, suspected, past or of the family: see `is_current_fact`.",
    _ROW,
    (
        ValueColumns("diagnosis.code", "code", _STRING, "ICD-10-CM code, with its dot"),
        ValueColumns("diagnosis.description", "description", _STRING, "the diagnosis in the document's words"),
        ValueColumns(
            "diagnosis.status", "clinical_status", _STRING, "`active`, `negated`, `family_history` or `historical`"
        ),
        DerivedColumn("diagnosis.code", "code_category", "first three characters of `code`", "icd_category"),
    ),
    entity="diagnosis",
    named_by=("diagnosis.code", "diagnosis.description"),
)
PROCEDURES = Table(
    "procedures",
    "A service line: a procedure, service or item.",
    _ROW,
    (
        ValueColumns("procedure.code", "code", _STRING, "CPT or HCPCS code"),
        ValueColumns("procedure.system", "code_system", _STRING, "`CPT` or `HCPCS`"),
        ValueColumns("procedure.description", "description", _STRING, "the service in the document's words"),
        ValueColumns("procedure.modifier", "modifiers", _STRING, "modifiers, with spaces between", between=" "),
        ValueColumns("procedure.units", "units", _FLOAT, "units, visits or pieces asked for"),
    ),
    entity="procedure",
    named_by=("procedure.code", "procedure.description"),
)
MEDICATIONS = Table(
    "medications",
    "A drug that is requested, taken, was tried, or was stopped: see `clinical_status`.",
    _ROW,
    (
        ValueColumns("medication.drug", "drug", _STRING, "the drug, brand or generic, as printed"),
        ValueColumns("medication.strength", "strength", _STRING, "strength with its unit"),
        ValueColumns("medication.form", "form", _STRING, "dosage form"),
        ValueColumns("medication.route", "route", _STRING, "route"),
        ValueColumns("medication.dose", "dose", _STRING, "dose with its unit"),
        ValueColumns("medication.frequency", "frequency", _STRING, "how often"),
        ValueColumns("medication.quantity", "quantity", _FLOAT, "quantity a fill"),
        ValueColumns("medication.days_supply", "days_supply", _FLOAT, "days that a fill lasts"),
        ValueColumns("medication.refills", "refills", _FLOAT, "refills"),
        ValueColumns(
            "medication.status",
            "clinical_status",
            _STRING,
            "`requested`, `current`, `tried-failed` or `discontinued`; of a row without it nothing follows",
        ),
    ),
    entity="medication",
    named_by=("medication.drug",),
)
LABS = Table(
    "labs",
    "A laboratory result, vital sign or other measurement.",
    _ROW,
    (
        ValueColumns("observation.name", "name", _STRING, "the test or measurement, as printed"),
        ValueColumns("observation.value", "value", _FLOAT, "the number; empty for results in words"),
        DerivedColumn(
            "observation.value", "comparator", "`<`, `<=`, `>` or `>=`, where printed before the number", "comparator"
        ),
        DerivedColumn(
            "observation.value", "result", "the whole result: number with comparator, titre or word", "whole"
        ),
        ValueColumns("observation.unit", "unit", _STRING, "unit, as printed"),
        DerivedColumn(
            "observation.unit", "unit_ucum", "UCUM code of `unit`; empty where none is listed for it", "ucum"
        ),
        ValueColumns("observation.flag", "flag", _STRING, "the laboratory's flag, as printed"),
        ValueColumns("observation.range", "reference_range", _STRING, "range of normal results, as printed"),
        ValueColumns("observation.date", "measured_on", _DATE, "the result's own date; else see `records`"),
    ),
    entity="observation",
    named_by=("observation.name",),
)
ALLERGIES = Table(
    "allergies",
    "An allergy, or the statement that there is none.",
    _ROW,
    (
        ValueColumns("allergy.substance", "substance", _STRING, "the substance, as printed"),
        ValueColumns("allergy.reaction", "reactions", _STRING, "the reactions, with semicolons between", between="; "),
        ValueColumns("allergy.none", "none_known", _BOOLEAN, "true where the document says that no allergy is known"),
    ),
    entity="allergy",
    named_by=("allergy.substance", "allergy.none"),
)
PROVIDERS = Table(
    "providers",
    "A clinician who is named.",
    _ROW,
    (
        ValueColumns("provider.name", "name", _STRING, "the name, with credentials where printed"),
        ValueColumns("provider.npi", "npi", _STRING, "NPI, ten digits"),
        ValueColumns(
            "provider.role", "role", _STRING, "`requesting`, `referring`, `ordering`, `attending`, `servicing` or `pcp`"
        ),
        ValueColumns("provider.specialty", "specialty", _STRING, "specialty, as printed"),
        ValueColumns("provider.phone", "phone", _STRING, "telephone"),
        ValueColumns("provider.fax", "fax", _STRING, "fax number"),
    ),
    entity="provider",
    named_by=("provider.name", "provider.npi"),
)
FACILITIES = Table(
    "facilities",
    "A facility that is named.",
    _ROW,
    (
        ValueColumns("facility.name", "name", _STRING, "the name"),
        ValueColumns("facility.npi", "npi", _STRING, "NPI, ten digits"),
    ),
    entity="facility",
    named_by=("facility.name", "facility.npi"),
)
DECISIONS = Table(
    "decisions",
    "A payer's letter about a request.",
    (*_SOURCE, _UNPROVEN),
    (
        ValueColumns("decision.outcome", "outcome", _STRING, "what was decided"),
        ValueColumns("decision.date", "decision_date", _DATE, "date of the decision"),
        ValueColumns("letter.date", "letter_date", _DATE, "date of the letter"),
        ValueColumns("case.reference_number", "reference_number", _STRING, "the payer's case number"),
        ValueColumns("request.received", "request_received", _DATE, "when the payer received the request"),
        ValueColumns("service.start", "service_start", _DATE, "first day decided on"),
        ValueColumns("service.end", "service_end", _DATE, "last day decided on"),
        ValueColumns("appeal.deadline", "appeal_deadline", _DATE, "last day to appeal"),
        ValueColumns("appeal.window", "appeal_window", _STRING, "time to appeal, as printed"),
        ValueColumns("peer_to_peer.deadline", "peer_to_peer_deadline", _DATE, "last day for a peer-to-peer call"),
        ValueColumns("peer_to_peer.window", "peer_to_peer_window", _STRING, "time for such a call, as printed"),
        ValueColumns("response.deadline", "response_deadline", _DATE, "last day to send what is missing"),
        ValueColumns("response.window", "response_window", _STRING, "time to send it, as printed"),
        *_PATIENT,
    ),
)
DECISION_REASONS = Table(
    "decision_reasons",
    "A reason that a payer's letter gives.",
    _ROW,
    (ValueColumns("denial.reason", "reason", _STRING, "the reason in the letter's words"),),
    entity="denial",
    named_by=("denial.reason",),
)
FOLLOW_UPS = Table(
    "follow_ups",
    "What a note asks to be followed up.",
    _ROW,
    (
        ValueColumns("follow_up.text", "text", _STRING, "what is to be done, in the note's words"),
        ValueColumns("follow_up.interval", "interval", _STRING, "when, in the note's words"),
    ),
    entity="follow_up",
    named_by=("follow_up.text", "follow_up.interval"),
)
MISSING_ITEMS = Table(
    "missing_items",
    "What a document should state and does not, or a payer asks for and the packet does not show.",
    (
        *_SOURCE,
        Column("kind", _STRING, "`value`: the document lacks it; `payer_requirement`: of the payer's pack", "-"),
        Column("item", _STRING, "path of the value, or id of the requirement", "missing, checklist.requirement"),
        Column("text", _STRING, "the requirement in the payer's words", "checklist.text"),
        Column("state", _STRING, "`missing`; of a requirement `not_met` or `not_found`", "checklist.state"),
        Column("reason", _STRING, "why it is not met, as a code", "checklist.reason"),
    ),
)
DEADLINES = Table(
    "deadlines",
    "When a decision on a request is due.",
    (
        *_SOURCE,
        Column("due_at", _TIMESTAMP, "when it is due", "deadline.due"),
        Column("rule", _STRING, "the law's or the pack's rule that it follows from", "deadline.rule"),
        Column("clock_start_at", _TIMESTAMP, "when the clock started", "deadline.clock_start"),
        Column("clock_source", _STRING, "`fax_header` or `arrival`", "deadline.clock_source"),
        Column("hours_allowed", _FLOAT, "hours from `clock_start_at` to `due_at`", "deadline"),
    ),
)

# Values in no table: what finds a patient at home, what a payer's paper says of everybody, what a person enters
# for a payer's API (that is in the submitted request).
LEFT_OUT = ("patient.phone", "patient.address", "reviewer.", "requirement.", "policy.", "submission.")

TABLES = (
    RECORDS,
    REQUESTS,
    DIAGNOSES,
    PROCEDURES,
    MEDICATIONS,
    LABS,
    ALLERGIES,
    PROVIDERS,
    FACILITIES,
    DECISIONS,
    DECISION_REASONS,
    FOLLOW_UPS,
    MISSING_ITEMS,
    DEADLINES,
)
