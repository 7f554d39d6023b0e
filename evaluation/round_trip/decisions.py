"""A payer's decision as its letter: approved, pended or denied, from a ClaimResponse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluation.round_trip.elements import wording
from evaluation.round_trip.packages import Resource
from evaluation.round_trip.people import letterhead, patient_rows, provider_rows, show
from evaluation.round_trip.printout import Printout, Row, every, first
from evaluation.synth.flow import Para
from evaluation.synth.marks import line

_REVIEW_ACTIONS = {"A1": "approved", "A2": "approved", "A3": "denied", "A4": "pended", "A6": "approved"}


def decision_letter(out: Printout, resources: Sequence[Resource]) -> None:
    """The letter in which a payer says what it decided."""
    answer, patient = first(resources, "ClaimResponse"), first(resources, "Patient")
    by_id = {f"{r['resourceType']}/{r['id']}": r for r in resources}
    payer = by_id.get(answer["insurer"]["reference"])
    others = [each for each in every(resources, "Organization") if each is not payer]
    outcome = next((_REVIEW_ACTIONS[code] for code in _actions(answer) if code in _REVIEW_ACTIONS), "pended")
    letterhead(out, payer, outcome)
    if payer is not None:
        out.says(answer, "insurer", payer["name"])
    out.blocks.append(Para(line(out.says(answer, "created", out.day(answer["created"])))))
    rows = [*patient_rows(out, patient, full=False), *provider_rows(out, others[0] if others else None, "requester")]
    show(out, rows)
    out.says(answer, "decision", outcome)
    out.blocks.append(Para(line(out.called("sentences", outcome))))
    show(out, list(_terms(out, answer)))
    for practitioner in every(resources, "Practitioner"):
        show(out, provider_rows(out, practitioner, "servicer"))
    out.blocks += [Para(line(out.called("sentences", "closing"))), Para(line("Utilization Management"))]


def _actions(answer: Resource) -> Iterator[str]:
    return (each["code"] for each in _codes(answer) if str(each.get("system")).endswith("/306"))


def _codes(node: object) -> Iterator[Resource]:
    """Every coding anywhere under a node."""
    if isinstance(node, dict):
        if {"system", "code"} <= set(node):
            yield node
        for each in node.values():
            yield from _codes(each)
    elif isinstance(node, list):
        for each in node:
            yield from _codes(each)


def _terms(out: Printout, answer: Resource) -> Iterator[Row]:
    """Service, number and dates of the decision, from its items."""
    for item in answer.get("item", ()):
        extensions = {str(e["url"]).rpartition("/")[2]: e for e in item.get("extension", ())}
        detail = extensions.get("extension-itemAuthorizedDetail")
        if detail:
            concept = next(e["valueCodeableConcept"] for e in detail["extension"] if e["url"] == "productOrServiceCode")
            yield out.label("service"), out.says(answer, "service", wording(concept))
        number = extensions.get("extension-administrationReferenceNumber")
        if number:
            yield out.label("reference"), out.says(answer, "number", number["valueString"])
        for each in (
            e for a in item.get("adjudication", ()) for x in a.get("extension", ()) for e in x.get("extension", ())
        ):
            if each["url"] == "number":
                yield out.label("authorization"), out.says(answer, "preAuthRef", each["valueString"])
        period = extensions.get("extension-itemPreAuthPeriod")
        if period:
            dates = [out.day(period["valuePeriod"][end]) for end in ("start", "end")]
            yield out.habit("valid", ("Valid", "Authorized Dates", "Effective Dates")), f"{dates[0]} - {dates[1]}"
