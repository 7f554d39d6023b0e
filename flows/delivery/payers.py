"""Delivery to payers: each request takes effect once, even where an answer was lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from fhir_mapping.errors import FhirMappingError
from fhir_mapping.operation_outcome import claim_responses, payer_errors
from fhir_mapping.pas.addressee import addressee
from fhir_mapping.pas.inquiry import Knowledge, inquiry, told
from fhir_mapping.transaction import ResourceKey, parsed
from flows.delivery.answers import failed, issues, unanswered
from flows.delivery.client import Answer, FhirClient
from flows.delivery.parcels import Parcel
from flows.delivery.servers import BAD_ANSWER
from flows.delivery.targets import Unsure
from ledger.deliveries import DeliveryKind, DeliveryState, Doubt, Issue, Outcome

# FHIR R4, valueset-remittance-outcome, a required binding.
_OUTCOMES = frozenset({"queued", "complete", "error", "partial"})
OTHER_PAYER = "other-payer"
UNCONFIRMED = "unconfirmed"
# Whoever says so has looked at us, not at the request. A 503 is not among them: proxies say it too when what they
# passed on was cut off.
_NOT_TAKEN = ("no-connection", "login", "http-401", "http-403", "http-429", "http-3")
# The payer will not answer this question however often it is asked; what is asked for must not wait for it.
_NO_INQUIRIES = ("http-403", "http-3", "too-large")


class PayerSender:
    """A payer's API: each submission is posted to `Claim/$submit`.

    One that may have been taken already is asked for with `Claim/$inquire` first, and sent again only if the payer
    knows none, or cannot say and the target's settings want it so.
    """

    kinds = (DeliveryKind.SUBMISSION,)
    together = 1

    def __init__(self, client: FhirClient) -> None:
        """`client` is the payer's."""
        self._client = client
        self.longest_s = 2 * client.longest_s

    def send(self, parcels: Sequence[Parcel], *, now: datetime) -> list[Outcome]:
        """Delivers one submission."""
        return [self._send(parcel, now) for parcel in parcels]

    def _send(self, parcel: Parcel, now: datetime) -> Outcome:
        doubt = parcel.claimed.doubt
        if not self._client.target.stands_for(addressee(parcel.text)):
            return Outcome(state=DeliveryState.REFUSED, status=OTHER_PAYER, doubt=doubt)
        if doubt is None:
            return self._submitted(parcel, now)
        found = self._asked(parcel, now)
        if isinstance(found, Outcome):
            return found
        if found is Knowledge.NOT_TAKEN:
            known = _still(doubt)
            return self._submitted(parcel, now, before=known, after=known)
        if self._client.target.unsure is Unsure.HOLD or doubt is Doubt.TWICE:  # no third one without a person
            return Outcome(state=DeliveryState.HELD, status=UNCONFIRMED, doubt=doubt)
        return self._submitted(parcel, now, before=doubt, after=Doubt.TWICE)

    def _submitted(
        self, parcel: Parcel, now: datetime, *, before: Doubt | None = None, after: Doubt | None = None
    ) -> Outcome:
        """Posts the request. What stays unknown is `before` if this one was not taken and `after` if it was."""
        attempts = parcel.claimed.attempts
        urls = [ResourceKey(each["resourceType"], each.get("id", "")).url for each in _resources(parcel.text)]
        answer = self._client.post("Claim/$submit", parcel.text)
        outcome = unanswered(answer, attempts=attempts, now=now, urls=urls) or _decided(answer, urls)
        if outcome is None:
            outcome = failed(BAD_ANSWER, attempts=attempts, now=now)
        if outcome.state is DeliveryState.DELIVERED:
            return outcome.model_copy(update={"doubt": after})
        if outcome.state is DeliveryState.REFUSED or outcome.status.startswith(_NOT_TAKEN):
            return outcome.model_copy(update={"doubt": before})
        settled = now + timedelta(seconds=self._client.target.at_work_s)
        not_before = max(outcome.not_before or now, settled)
        return outcome.model_copy(update={"doubt": after or Doubt.UNSURE, "not_before": not_before})

    def _asked(self, parcel: Parcel, now: datetime) -> Outcome | Knowledge:
        """What the payer knows of a request that it may have taken; the outcome where that ends the attempt."""
        doubt, attempts = parcel.claimed.doubt, parcel.claimed.attempts
        if not self._client.target.inquire:
            return Knowledge.UNSAID
        try:
            question = inquiry(parcel.text, asked=now)
        except FhirMappingError:
            return Knowledge.UNSAID
        answer = self._client.post("Claim/$inquire", question)
        outcome = unanswered(answer, attempts=attempts, now=now)
        if outcome is not None:
            later = outcome.state is DeliveryState.FAILED and not outcome.status.startswith(_NO_INQUIRIES)
            return outcome.model_copy(update={"doubt": doubt}) if later else Knowledge.UNSAID
        try:
            found = told(parsed(answer.text) if answer.text else None, parcel.text)
        except ValueError:
            return failed(BAD_ANSWER, attempts=attempts, now=now).model_copy(update={"doubt": doubt})
        if found.knowledge is not Knowledge.TAKEN:
            return found.knowledge
        status = f"claim-{found.outcome}"
        return Outcome(state=DeliveryState.DELIVERED, status=status, answer=answer.text, doubt=_still(doubt))


def _still(doubt: Doubt | None) -> Doubt | None:
    """What an answer of the payer leaves unknown: whether two were taken before it was asked."""
    return doubt if doubt is Doubt.TWICE else None


def _decided(answer: Answer, urls: Sequence[str]) -> Outcome | None:
    """What an answer to `Claim/$submit` that succeeded says; None if it says nothing."""
    try:
        answered = parsed(answer.text)
    except ValueError:
        return None
    responses = claim_responses(answered)
    if not responses:
        # Accepted, says HTTP, and complains all the same: an OperationOutcome, which the operation may return.
        said = issues(answer.text, urls)
        return Outcome(state=DeliveryState.REFUSED, status=answer.code, issues=said) if said else None
    said_so = str(responses[0].get("outcome"))
    code = f"claim-{said_so}" if said_so in _OUTCOMES else answer.code
    state = DeliveryState.REFUSED if said_so == "error" else DeliveryState.DELIVERED
    errors = tuple(Issue(code=each.code) for each in payer_errors(answered))
    return Outcome(state=state, status=code, issues=errors, answer=answer.text)


def _resources(bundle: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in parsed(bundle).get("entry", ())]
