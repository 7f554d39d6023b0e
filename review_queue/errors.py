"""The queue's own errors, branches of the tree in documents.errors.

Fax2FhirError
├── ReviewIncompleteError    a record was to be signed off while something listed is undecided
└── NotInQueueError          no such item, or no such field in its record
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
