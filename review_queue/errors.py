"""The queue's own errors, branches of the tree in documents.errors.

Fax2FhirError
├── ReviewIncompleteError    a record was to be signed off while something listed is undecided
├── NotInQueueError          no such item, or no such field in its record
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


class NotReleasableError(Fax2FhirError):
    """A record that is not published was to be released, or a request cancelled that no payer has."""

    code = "NOT_RELEASABLE"
    remedy = "Sign the record off in the queue if it is in review; `fax2fhir pas list` shows what was submitted."
    exit_code = 2
