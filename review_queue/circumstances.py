"""What a bundle is mapped from besides its record: who verified it, and what a decision answers."""

from __future__ import annotations

from collections.abc import Callable

from documents.records import Record
from documents.value import Value
from review_queue.answers import Answered


class Circumstances(Value):
    """What a bundle says of its record that is not in the record.

    Attributes:
        verified_by: the person who signed it off, if one did.
        answers: the submission that a payer's decision answers, where it is known.
    """

    verified_by: str | None = None
    answers: Answered | None = None

    @property
    def request(self) -> str | None:
        """The submission that is answered, as a publication keeps it."""
        return None if self.answers is None else self.answers.name


BuildBundle = Callable[[Record, Circumstances], str]
"""Maps a record to its internal bundle."""
