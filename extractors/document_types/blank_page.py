"""A page without content: the back of a sheet, a separator. It closes with its document and is not extracted."""

from extractors.document_type import DocumentType

DOCUMENT_TYPE = DocumentType(
    name="blank_page",
    description="A page that holds nothing beyond the fax machine's line and specks.",
    schema=None,
    prediction_type="other",
    extracts=False,
    closes_with_document=True,
)
