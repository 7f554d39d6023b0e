"""The first page of a fax: who sends what to whom. It closes with its document and is not extracted."""

from extractors.document_type import DocumentType

DOCUMENT_TYPE = DocumentType(
    name="cover_sheet",
    description="A fax cover sheet: sender, recipient, number of pages, confidentiality notice.",
    schema=None,
    prediction_type="other",
    titles=("fax cover sheet", "facsimile transmittal", "fax transmission", "fax cover page"),
    cues=(("number of pages", 1.0), ("confidentiality notice", 1.0), ("if you have received this fax in error", 1.5)),
    extracts=False,
    closes_with_document=True,
)
