"""A message that a patient or a relative wrote."""

from __future__ import annotations

from extractors.document_type import DocumentType
from extractors.entities.clinical import Allergy, Diagnosis, Medication, Procedure
from extractors.entities.message import Message
from extractors.entities.patient import Patient, Payer
from extractors.entities.provider import Provider
from extractors.entities.request import Service
from extractors.messages.reading import read_message
from extractors.schema import Schema


class PatientMessage(Schema):
    """What a patient writes to a clinic."""

    patient: Patient
    payer: Payer
    provider: tuple[Provider, ...]
    message: Message
    service: Service
    diagnosis: tuple[Diagnosis, ...]
    procedure: tuple[Procedure, ...]
    medication: tuple[Medication, ...]
    allergy: tuple[Allergy, ...]


DOCUMENT_TYPE = DocumentType(
    name="patient_message",
    description="A message that a patient or a relative wrote: portal message, letter, note of a call, voicemail.",
    schema=PatientMessage,
    prediction_type="patient_message",
    titles=(
        "patient message",
        "patient messages",
        "patient portal message",
        "portal message",
        "secure message",
        "secure messages",
        "secure messaging",
        "message from patient",
        "message from your patient",
        "message center",
        "mychart message",
        "portal inbox",
        "patient inbox message",
        "patient email",
        "patient advice request",
        "medical advice request",
        "non urgent medical question",
        "prescription question",
        "visit follow up question",
        "test results question",
        "refill request message",
        "patient correspondence",
        "patient letter",
        "letter from patient",
        "patient question",
        "patient request",
        "patient inquiry",
        "patient call",
        "phone message",
        "telephone message",
        "telephone message slip",
        "phone note",
        "phone call note",
        "call note",
        "while you were out",
        "message slip",
        "voicemail",
        "voicemail transcript",
        "voicemail transcription",
        "voice message transcript",
        "voice mail message",
        "after hours message",
        "answering service message",
        "answering service",
        "web message",
        "website message",
        "contact form submission",
        "contact us form",
        "text message",
        "patient text message",
        "caregiver message",
        "patient communication",
        "patient note to doctor",
    ),
    cues=(
        ("sent via portal", 2.0),
        ("secure messages", 2.0),
        ("secure message", 2.0),
        ("patient portal", 1.0),
        ("care team", 0.75),
        ("almost out of", 1.5),
        ("ran out of", 1.5),
        ("running out of", 1.5),
        ("running low on", 1.5),
        ("need a refill", 2.0),
        ("please refill", 2.0),
        ("refill please", 2.0),
        ("send it to the pharmacy", 1.5),
        ("my pharmacy", 1.0),
        ("please call me", 1.5),
        ("call me back", 1.5),
        ("call me at", 1.5),
        ("give me a call", 1.5),
        ("please let me know", 1.0),
        ("let me know if", 0.75),
        ("i have been feeling", 1.5),
        ("i am writing because", 1.0),
        ("i was wondering", 1.5),
        ("i wanted to ask", 1.5),
        ("i have a question", 1.5),
        ("quick question", 1.5),
        ("should i be worried", 2.0),
        ("should i keep taking", 2.0),
        ("should i stop", 1.5),
        ("is it ok", 1.0),
        ("is it okay", 1.0),
        ("my appointment", 1.0),
        ("reschedule my", 1.5),
        ("my medicine", 1.5),
        ("my prescription", 1.0),
        ("my insurance", 0.75),
        ("my doctor", 0.75),
        ("a bill", 0.75),
        ("not feeling well", 1.5),
        ("thank you for your message", 1.0),
        ("i will forward", 0.75),
        ("subject:", 0.5),
        ("sent:", 0.5),
        ("reply from", 1.0),
        ("caller", 0.75),
        ("call back number", 1.0),
        ("callback number", 1.0),
        ("taken by", 1.0),
        ("mailbox", 1.0),
        ("secure inbox", 2.0),
        ("callback", 0.75),
        ("take it off my list", 1.5),
        ("my list", 0.5),
        ("down to", 0.5),
        ("machine transcript", 1.5),
        ("for emergencies", 1.0),
        ("my usual", 0.75),
        ("stopped by", 0.5),
        ("left on", 0.5),
        ("patient states", 0.5),
    ),
    shapes=(("patient_voice", 5.0), ("note_headings", -2.0), ("codes", -1.5), ("form", -0.5)),
    required=(("patient.name",), ("message.bucket",)),
    instructions=(
        "Only the patient's own words count: what the clinic replied, and warnings of the portal, state nothing. "
        "`message.bucket` is symptom_escalation whenever any symptom or danger is mentioned, else the desk the words "
        "ask "
        "for; quote those words. Never answer the message."
    ),
    readers=(read_message,),
    own_paths=frozenset(
        {
            "message.bucket",
            "patient.phone",
            "procedure.description",
            "service.start",
            "medication.drug",
            "medication.strength",
            "medication.form",
            "medication.route",
            "medication.dose",
            "medication.frequency",
            "medication.quantity",
            "medication.days_supply",
            "medication.refills",
            "medication.status",
            "diagnosis.description",
            "diagnosis.status",
        }
    ),
)
