"""Delivery to FHIR servers over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fhir_mapping.assigned_ids import assigned, matched, searches
from fhir_mapping.transaction import held, parsed, reads, transaction
from flows.delivery.answers import failed, unanswered
from flows.delivery.client import Answer, FhirClient
from flows.delivery.parcels import Parcel
from flows.delivery.targets import Identify
from ledger.deliveries import DeliveryKind, DeliveryState, Outcome

UNCHANGED = "unchanged"
BAD_ANSWER = "bad-answer"


class FhirSender:
    """A FHIR server: asks what it holds of a record, then sends the transaction that it lacks."""

    kinds = (DeliveryKind.PUBLICATION, DeliveryKind.WITHDRAWAL)
    together = 1

    def __init__(self, client: FhirClient) -> None:
        """`client` is the server's."""
        self._client = client
        self.longest_s = 2 * client.longest_s

    def send(self, parcels: Sequence[Parcel], *, now: datetime) -> list[Outcome]:
        """Delivers one record's publication or withdrawal."""
        return [self._send(parcel, now) for parcel in parcels]

    def _send(self, parcel: Parcel, now: datetime) -> Outcome:
        attempts = parcel.claimed.attempts
        wanted = parcel.wanted()
        dropped = parcel.dropped(wanted)
        keys = [*wanted, *dropped]
        if not keys:
            return Outcome(state=DeliveryState.DELIVERED, status=UNCHANGED)
        by_tag = self._client.target.identify is Identify.CONDITIONAL
        asked = self._client.post("", searches(keys) if by_tag else reads(keys))
        outcome = unanswered(asked, attempts=attempts, now=now)
        if outcome is not None:
            return outcome
        try:
            found = (matched if by_tag else held)(parsed(asked.text), keys)
        except (ValueError, AttributeError):
            return failed(BAD_ANSWER, attempts=attempts, now=now)
        if by_tag:
            text = assigned(wanted, found, dropped=dropped)
        else:
            text = transaction(wanted, found, base=self._client.target.url, dropped=dropped)
        return self._sent(text, attempts, now) if text else Outcome(state=DeliveryState.DELIVERED, status=UNCHANGED)

    def _sent(self, text: str, attempts: int, now: datetime) -> Outcome:
        answer = self._client.post("", text)
        urls = [_url(entry) for entry in parsed(text)["entry"]]
        outcome = unanswered(answer, attempts=attempts, now=now, urls=urls)
        if outcome is not None:
            return outcome
        return _taken(answer, urls) or failed(BAD_ANSWER, attempts=attempts, now=now)


def _url(entry: dict[str, Any]) -> str:
    """What an entry is about: `Type/id`, with our id where the server is to give one."""
    url = str(entry["request"]["url"])
    return url if "/" in url else f"{url}/{entry['resource']['meta']['tag'][-1]['code'].rpartition(':')[2]}"


def _taken(answer: Answer, urls: Sequence[str]) -> Outcome | None:
    """A transaction that every entry of the answer confirms; None for an answer that says something else."""
    answered = _parsed(answer.text)
    entries = answered.get("entry")
    if answered.get("type") != "transaction-response" or not isinstance(entries, list) or len(entries) != len(urls):
        return None
    done = all(str(_member(entry, "response", "status")).startswith("2") for entry in entries)
    return Outcome(state=DeliveryState.DELIVERED, status=answer.code) if done else None


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = parsed(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _member(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
