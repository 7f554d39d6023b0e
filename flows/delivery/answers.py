"""What an answer means for a delivery: taken, refused, or to be tried again, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from fhir_mapping.operation_outcome import complaints
from fhir_mapping.transaction import parsed
from flows.delivery.client import Answer
from ledger.deliveries import DeliveryState, Issue, Outcome

# Busy, broken or away: what was sent may have taken effect. 401 and 403 are about us, not about the record.
_LATER = frozenset({401, 403, 408, 425, 429, 500, 502, 503, 504})
# Somebody changed what was read a moment ago, or is changing it: read again. Not for ever.
_CONTENDED = frozenset({409, 412, 423})
_MOST_CONTENDED = 3
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 900.0


def backoff(attempts: int) -> float:
    """Seconds to wait after so many attempts in vain: 1, 2, 4, ... up to a quarter of an hour."""
    return min(_FIRST_WAIT_S * 2.0 ** min(attempts - 1, 30), _LONGEST_WAIT_S)


def failed(code: str, *, attempts: int, now: datetime, wait_s: float | None = None) -> Outcome:
    """To be tried again, not before the server's wish or our own patience."""
    wait = max(backoff(attempts), wait_s or 0.0)
    return Outcome(state=DeliveryState.FAILED, status=code, not_before=now + timedelta(seconds=wait))


def unanswered(answer: Answer, *, attempts: int, now: datetime, urls: Sequence[str] = ()) -> Outcome | None:
    """What came of an attempt whose answer is no success; None for a success.

    Args:
        answer: of the target.
        attempts: at this delivery, this one included.
        now: aware.
        urls: `Type/id` of each entry that was sent.
    """
    if 200 <= answer.status < 300 and answer.code.startswith("http-"):
        return None
    contended = answer.status in _CONTENDED and attempts < _MOST_CONTENDED
    broken = not answer.code.startswith("http-") or 300 <= answer.status < 400
    if answer.status in _LATER or contended or broken:
        return failed(answer.code, attempts=attempts, now=now, wait_s=answer.wait_s)
    return Outcome(state=DeliveryState.REFUSED, status=answer.code, issues=issues(answer.text, urls))


def issues(text: str, urls: Sequence[str]) -> tuple[Issue, ...]:
    """What an answer complains of, in codes."""
    try:
        found = complaints(parsed(text), urls)
    except ValueError:
        return ()
    return tuple(Issue(code=each.code, resource=each.resource, path=each.path) for each in found)
