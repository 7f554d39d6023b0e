"""Whatever no other type claims; a person looks at it."""

from extractors.document_type import DocumentType

DOCUMENT_TYPE = DocumentType(
    name="unknown",
    description="A document of no known type; it goes to a person.",
    schema=None,
    prediction_type="other",
    # Documents that no type reads announce themselves, so that they are not forced into one that does.
    titles=(
        "radiology report",
        "diagnostic imaging report",
        "explanation of benefits",
        "medical records request",
        "authorization for release of information",
        "consent form",
        "insurance card",
        "payment determination",
        "imaging report",
        "ct report",
        "mri report",
        "missing information notice",
        "incomplete request notice",
    ),
    cues=(),
    extracts=False,
)
