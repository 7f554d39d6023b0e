"""The queue's own errors, branches of the tree in documents.errors.

Fax2FhirError
├── ReviewIncompleteError    a record was to be signed off while something listed is undecided
├── NotInQueueError          no such item, or no such field in its record
├── UnreadableValueError     a value that holds a character nobody can read was to be entered or confirmed
└── NotReleasableError       a record that is not published was to be released, or nothing is there to cancel
"""

from __future__ import annotations

from documents.errors import Fax2FhirError


class ReviewIncompleteError(Fax2FhirError):
    """A record was to be signed off while something listed is undecided."""

    code = "REVIEW_INCOMPLETE"
    remedy = "Accept, correct or reject each listed field, add or reject each missing one, then sign off again."
    exit_code = 2


class NotInQueueError(Fax2FhirError):
    """No such item, or no such field in its record."""

    code = "NOT_IN_QUEUE"
    remedy = "List the queue, show the item, and name a field as it is shown there."
    exit_code = 2


class UnreadableValueError(Fax2FhirError):
    """A value that holds a character nobody can read was to be entered or confirmed."""

    code = "UNREADABLE_VALUE"
    remedy = "`correct` it as the page shows it, in characters that can be printed, or `reject` it."
    exit_code = 2


class NotReleasableError(Fax2FhirError):
    """A record that is not published was to be released, or a request cancelled that no payer has."""

    code = "NOT_RELEASABLE"
    remedy = "Sign the record off in the queue if it is in review; `fax2fhir pas list` shows what was submitted."
    exit_code = 2
