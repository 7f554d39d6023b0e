"""The error tree: each error has a stable code, a remedy and whether a retry can help, and holds no document text.

Fax2FhirError
├── MissingProgramError      a program the pipeline needs is not installed (Tesseract)
├── StoreError               the document store cannot be read or written
├── LedgerError              the database cannot be reached, is damaged or refused a write
│   ├── LeaseLostError       another worker took the document over
│   └── ConflictError        somebody else decided first
├── SettingsError            a setting or a parameter is wrong
├── OrchestratorError        the Prefect server or worker cannot be reached
├── TargetError              something that is due was not delivered
└── StageError               a stage failed on one document; the run goes on
    └── MissingDocumentError a document's bytes are not in the store
"""

from __future__ import annotations


class Fax2FhirError(Exception):
    """Root of the tree.

    Attributes:
        code: stable, documented in docs/errors.md.
        retryable: whether the same call may succeed later without a person.
        remedy: what to do about it.
        exit_code: of the command line, documented in docs/cli.md.
    """

    code = "FAX2FHIR_ERROR"
    retryable = False
    remedy = "Report it with the code and the id."
    exit_code = 1

    def __init__(self, message: str, *, subject: str | None = None) -> None:
        """`message` says what happened, `subject` to which opaque id."""
        super().__init__(message if subject is None else f"{message} ({subject})")
        self.subject = subject


class MissingProgramError(Fax2FhirError):
    """A program the pipeline needs is not installed."""

    code = "MISSING_PROGRAM"
    remedy = "Install it: `apt-get install tesseract-ocr` on Debian or Ubuntu, `brew install tesseract` on macOS."
    exit_code = 3


class StoreError(Fax2FhirError):
    """The document store cannot be read or written."""

    code = "STORE_UNUSABLE"
    retryable = True
    remedy = "Check the free space and the rights of the store folder under FAX2FHIR_HOME; then run again."
    exit_code = 4


class LedgerError(Fax2FhirError):
    """The database cannot be reached, is damaged or refused a write."""

    code = "LEDGER_UNUSABLE"
    retryable = True
    remedy = "Check the database URL and the disk; run `fax2fhir verify`; restore a backup if it is damaged."
    exit_code = 5


class LeaseLostError(LedgerError):
    """Another worker took the document over; its result stands."""

    code = "LEASE_LOST"
    remedy = "Nothing: the other worker finishes the document."


class ConflictError(LedgerError):
    """Somebody else changed the item first; nothing was written."""

    code = "CONFLICT"
    retryable = False
    remedy = "Look at the item again and decide on what it shows now."
    exit_code = 6


class SettingsError(Fax2FhirError):
    """A setting or a parameter is wrong."""

    code = "BAD_SETTING"
    remedy = "Correct the setting that the message names."
    exit_code = 2


class OrchestratorError(Fax2FhirError):
    """The Prefect server or worker cannot be reached."""

    code = "ORCHESTRATOR_UNREACHABLE"
    retryable = True
    remedy = "Start it with `make demo` or your service manager, or run without it: `fax2fhir run INBOX`."
    exit_code = 7


class TargetError(Fax2FhirError):
    """Something that is due was not delivered: a target is away, does not know us, or refuses it."""

    code = "NOT_DELIVERED"
    retryable = True
    remedy = "Look at `fax2fhir deliver status`; docs/delivery.md says what each code means and what to do."
    exit_code = 10


class StageError(Fax2FhirError):
    """A stage failed on one document; the document keeps an outcome and the run goes on."""

    code = "STAGE_FAILED"
    retryable = True
    remedy = "The document is tried again by the next run, then goes to review; see docs/operations.md."


class MissingDocumentError(StageError):
    """A document's bytes are not in the store; the others are."""

    code = "MISSING_DOCUMENT"
    retryable = False
    remedy = "Restore the document's file in the store from a backup, then run `fax2fhir backfill`."
