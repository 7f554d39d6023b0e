"""The closed set of outcomes a document can end in besides being published or reviewed field by field."""

from __future__ import annotations

from enum import StrEnum


class OutcomeCode(StrEnum):
    """Why a document could not be read as it arrived. Each has a remedy in `REMEDIES` and a row in docs/outcomes.md."""

    EMPTY_FILE = "EMPTY_FILE"
    UNSUPPORTED_TYPE = "UNSUPPORTED_TYPE"
    TRUNCATED = "TRUNCATED"
    ENCRYPTED = "ENCRYPTED"
    DAMAGED = "DAMAGED"
    NO_PAGES = "NO_PAGES"
    TOO_MANY_PAGES = "TOO_MANY_PAGES"
    TOO_LARGE = "TOO_LARGE"  # a page over the pixel limit, or memory
    TIMEOUT = "TIMEOUT"
    UNREADABLE_TEXT = "UNREADABLE_TEXT"  # plain text in no known encoding
    PAGE_COUNT_DISAGREES = "PAGE_COUNT_DISAGREES"
    OCR_FAILED = "OCR_FAILED"  # at least one page could not be recognised
    BYTES_MISSING = "BYTES_MISSING"  # the store lost what the ledger recorded
    NOTHING_TO_EXTRACT = "NOTHING_TO_EXTRACT"
    STAGE_FAILED = "STAGE_FAILED"


class Disposition(StrEnum):
    """Where a document with that outcome goes."""

    REJECTED = "rejected"
    REVIEW = "review"


DISPOSITIONS: dict[OutcomeCode, Disposition] = {
    OutcomeCode.EMPTY_FILE: Disposition.REJECTED,
    OutcomeCode.UNSUPPORTED_TYPE: Disposition.REJECTED,
    OutcomeCode.TRUNCATED: Disposition.REJECTED,
    OutcomeCode.ENCRYPTED: Disposition.REJECTED,
    OutcomeCode.DAMAGED: Disposition.REJECTED,
    OutcomeCode.NO_PAGES: Disposition.REJECTED,
    OutcomeCode.TOO_MANY_PAGES: Disposition.REVIEW,
    OutcomeCode.TOO_LARGE: Disposition.REJECTED,
    OutcomeCode.TIMEOUT: Disposition.REVIEW,
    OutcomeCode.UNREADABLE_TEXT: Disposition.REJECTED,
    OutcomeCode.PAGE_COUNT_DISAGREES: Disposition.REVIEW,
    OutcomeCode.OCR_FAILED: Disposition.REVIEW,
    OutcomeCode.BYTES_MISSING: Disposition.REVIEW,
    OutcomeCode.NOTHING_TO_EXTRACT: Disposition.REVIEW,
    OutcomeCode.STAGE_FAILED: Disposition.REVIEW,
}

REMEDIES: dict[OutcomeCode, str] = {
    OutcomeCode.EMPTY_FILE: "Ask the sender to send it again; the transmission held no bytes.",
    OutcomeCode.UNSUPPORTED_TYPE: "Ask for a PDF, a TIFF or another image, or plain text.",
    OutcomeCode.TRUNCATED: "Ask the sender to send it again; the file ends too early.",
    OutcomeCode.ENCRYPTED: "Ask the sender for a copy without a password.",
    OutcomeCode.DAMAGED: "Ask the sender to send it again; no parser could open the file.",
    OutcomeCode.NO_PAGES: "Ask the sender to send it again; the file holds no page.",
    OutcomeCode.TOO_MANY_PAGES: "Split the file, or raise FAX2FHIR_MAX_PAGES and run `fax2fhir backfill`.",
    OutcomeCode.TOO_LARGE: "Open it on an isolated machine; a page is larger than the pixel or memory limit.",
    OutcomeCode.TIMEOUT: "Open it on an isolated machine; reading took longer than its limit.",
    OutcomeCode.UNREADABLE_TEXT: "Ask for UTF-8 text or a PDF.",
    OutcomeCode.PAGE_COUNT_DISAGREES: "Look at the original: the parsers do not agree how many pages it has.",
    OutcomeCode.OCR_FAILED: "Look at the original: at least one page could not be recognised.",
    OutcomeCode.BYTES_MISSING: "Restore the document's file in the store from a backup, then run `fax2fhir backfill`.",
    OutcomeCode.NOTHING_TO_EXTRACT: "Look at the original and route it by hand.",
    OutcomeCode.STAGE_FAILED: "Look at the run's log for the code; when its cause is mended, run `fax2fhir backfill`.",
}
