"""A payer's decision as its letter: approved, pended or denied, from a ClaimResponse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluation.round_trip.elements import wording
from evaluation.round_trip.packages import Resource
from evaluation.round_trip.people import letterhead, patient_rows, provider_rows, show
from evaluation.round_trip.plainly import outcome_of, plainly
from evaluation.round_trip.printout import Printout, Row, every, first
from evaluation.synth.flow import Para
from evaluation.synth.marks import line


def decision_letter(out: Printout, resources: Sequence[Resource]) -> None:
    """The letter in which a payer says what it decided."""
    answer, patient = first(resources, "ClaimResponse"), first(resources, "Patient")
    by_id = {f"{r['resourceType']}/{r['id']}": r for r in resources}
    payer = by_id.get(answer["insurer"]["reference"])
    others = [each for each in every(resources, "Organization") if each is not payer]
    outcome = outcome_of(answer)
    letterhead(out, payer, outcome)
    if payer is not None:
        out.says(answer, "insurer", payer["name"])
    out.blocks.append(Para(line(out.says(answer, "created", out.day(answer["created"])))))
    rows = [*patient_rows(out, patient, full=False), *provider_rows(out, others[0] if others else None, "requester")]
    show(out, rows)
    sentence = out.called("sentences", outcome)
    for words in (outcome, sentence, out.called("titles", outcome)):
        out.says(answer, "disposition", words)
        out.says(answer, "addItem.adjudication.category", words)
    out.blocks.append(Para(line(sentence)))
    show(out, list(_terms(out, answer)))
    for practitioner in every(resources, "Practitioner"):
        show(out, provider_rows(out, practitioner, "servicer"))
    out.blocks += [Para(line(out.called("sentences", "closing"))), Para(line("Utilization Management"))]


def _terms(out: Printout, answer: Resource) -> Iterator[Row]:
    """Service, number and dates of the decision."""
    said = plainly(answer)
    for item in said.get("addItem", ()):
        if "productOrService" in item:
            words = out.says(answer, "addItem.productOrService", wording(item["productOrService"]))
            yield out.label("service"), words
    for identifier in said.get("identifier", ()):
        yield out.label("reference"), out.says(answer, "identifier.other", identifier["value"])
    if "preAuthRef" in said:
        yield out.label("authorization"), out.says(answer, "preAuthRef", said["preAuthRef"])
    for item in said.get("addItem", ()):
        if "servicedPeriod" in item:
            start, end = (out.day(item["servicedPeriod"][end]) for end in ("start", "end"))
            out.says(answer, "addItem.serviced", start)
            out.says(answer, "addItem.serviced.end", end)
            yield out.habit("valid", ("Valid", "Authorized Dates", "Effective Dates")), f"{start} - {end}"
