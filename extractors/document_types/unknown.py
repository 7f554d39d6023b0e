"""Whatever no other type claims; a person looks at it."""

from extractors.document_type import DocumentType

DOCUMENT_TYPE = DocumentType(
    name="unknown",
    description="A document of no known type; it goes to a person.",
    schema=None,
    prediction_type="other",
    extracts=False,
)
