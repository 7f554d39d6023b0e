"""Delivery to FHIR servers and payers over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fhir_mapping.operation_outcome import claim_responses, payer_errors
from fhir_mapping.pas.addressee import addressee
from fhir_mapping.transaction import ResourceKey, held, parsed, reads, transaction
from flows.delivery.answers import failed, issues, unanswered
from flows.delivery.client import Answer, FhirClient
from flows.delivery.parcels import Parcel
from ledger.deliveries import DeliveryKind, DeliveryState, Issue, Outcome

# FHIR R4, valueset-remittance-outcome, a required binding.
_OUTCOMES = frozenset({"queued", "complete", "error", "partial"})
UNCHANGED = "unchanged"
BAD_ANSWER = "bad-answer"
OTHER_PAYER = "other-payer"


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
        asked = self._client.post("", reads(keys))
        outcome = unanswered(asked, attempts=attempts, now=now)
        if outcome is not None:
            return outcome
        try:
            found = held(parsed(asked.text), keys)
        except (ValueError, AttributeError):
            return failed(BAD_ANSWER, attempts=attempts, now=now)
        text = transaction(wanted, found, base=self._client.target.url, dropped=dropped)
        if text is None:
            return Outcome(state=DeliveryState.DELIVERED, status=UNCHANGED)
        answer = self._client.post("", text)
        urls = [entry["request"]["url"] for entry in parsed(text)["entry"]]
        outcome = unanswered(answer, attempts=attempts, now=now, urls=urls)
        if outcome is not None:
            return outcome
        return _taken(answer, urls) or failed(BAD_ANSWER, attempts=attempts, now=now)


def _taken(answer: Answer, urls: Sequence[str]) -> Outcome | None:
    """A transaction that every entry of the answer confirms; None for an answer that says something else."""
    answered = _parsed(answer.text)
    entries = answered.get("entry")
    if answered.get("type") != "transaction-response" or not isinstance(entries, list) or len(entries) != len(urls):
        return None
    done = all(str(_member(entry, "response", "status")).startswith("2") for entry in entries)
    return Outcome(state=DeliveryState.DELIVERED, status=answer.code) if done else None


class PayerSender:
    """A payer's API: each submission is posted to `Claim/$submit`.

    Repeating it is safe: Bundle.identifier and Claim.identifier follow from the record and the submission's number,
    so that a payer sees the same request again and not another one.
    """

    kinds = (DeliveryKind.SUBMISSION,)
    together = 1

    def __init__(self, client: FhirClient) -> None:
        """`client` is the payer's."""
        self._client = client
        self.longest_s = client.longest_s

    def send(self, parcels: Sequence[Parcel], *, now: datetime) -> list[Outcome]:
        """Delivers one submission."""
        return [self._send(parcel, now) for parcel in parcels]

    def _send(self, parcel: Parcel, now: datetime) -> Outcome:
        attempts = parcel.claimed.attempts
        if not self._client.target.stands_for(addressee(parcel.text)):
            return Outcome(state=DeliveryState.REFUSED, status=OTHER_PAYER)
        urls = [ResourceKey(each["resourceType"], each.get("id", "")).url for each in _resources(parcel.text)]
        answer = self._client.post("Claim/$submit", parcel.text)
        outcome = unanswered(answer, attempts=attempts, now=now, urls=urls)
        if outcome is not None:
            return outcome
        answered = _parsed(answer.text)
        responses = claim_responses(answered)
        if not responses:
            # Accepted, says HTTP, and complains all the same: an OperationOutcome, which the operation may return.
            said = issues(answer.text, urls)
            refused = Outcome(state=DeliveryState.REFUSED, status=answer.code, issues=said)
            return refused if said else failed(BAD_ANSWER, attempts=attempts, now=now)
        said_so = str(responses[0].get("outcome"))
        code = f"claim-{said_so}" if said_so in _OUTCOMES else answer.code
        state = DeliveryState.REFUSED if said_so == "error" else DeliveryState.DELIVERED
        errors = tuple(Issue(code=each.code) for each in payer_errors(answered))
        return Outcome(state=state, status=code, issues=errors, answer=answer.text)


def _resources(bundle: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in parsed(bundle).get("entry", ())]


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
