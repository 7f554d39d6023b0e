"""Requests as their senders would write them: prior authorization of services and of drugs, referrals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.round_trip.elements import called, wording
from evaluation.round_trip.packages import Resource
from evaluation.round_trip.people import Rows, coverage_rows, letterhead, member_id, patient_rows, provider_rows, show
from evaluation.round_trip.printout import Printout, Row, every, first
from evaluation.synth.flow import Gap, Heading, Items, Para
from evaluation.synth.marks import line

_X12 = "codesystem.x12.org"
_URGENCY = {"normal": ("Standard", "Routine", "Non-urgent"), "stat": ("Urgent", "Expedited", "Expedited/Urgent")}


def service_request(out: Printout, resources: Sequence[Resource]) -> None:
    """A request for services from a Claim: a form, or a letter."""
    claim, patient = first(resources, "Claim"), first(resources, "Patient")
    coverage, by_id = first(resources, "Coverage"), {f"{r['resourceType']}/{r['id']}": r for r in resources}
    payer, provider = (by_id.get(claim[role]["reference"]) for role in ("insurer", "provider"))
    if out.habit("form", ("form", "form", "letter")) == "letter":
        _letter(out, claim, {"patient": patient, "coverage": coverage, "payer": payer, "provider": provider})
    else:
        letterhead(out, None, "request")
        created = out.day(claim["created"])
        show(out, [(out.label("requested_on"), created), *_urgency(out, claim)])
        show(out, patient_rows(out, patient), "patient")
        show(out, coverage_rows(out, coverage, payer), "insurance")
        show(out, provider_rows(out, provider, "requester"), "provider")
    if payer is not None:
        out.says(claim, "insurer", payer["name"])
    if provider is not None:
        out.says(claim, "provider", provider["name"])
    show(out, [row for each in every(resources, "Practitioner") for row in provider_rows(out, each, "servicer")])
    show(out, [(out.label("facility"), out.says(p, "name", p["name"])) for p in every(resources, "Location")])
    _diagnoses(out, claim)
    _services(out, claim)
    _closing(out, provider)


def _letter(out: Printout, claim: Resource, parts: Mapping[str, Any]) -> None:
    patient, coverage, payer, provider = (parts[name] for name in ("patient", "coverage", "payer", "provider"))
    letterhead(out, provider, "request")
    npi = provider_rows(out, provider, "requester")[1:2]
    out.blocks.append(Para(line(out.day(claim["created"]))))
    dob = out.says(patient, "birthDate", out.day(patient["birthDate"])) if "birthDate" in patient else ""
    out.says(coverage, "payor", payer["name"])
    opening = out.called("sentences", "request" if dob else "undated").format(
        patient=out.person(patient, credentials=True),
        dob=dob,
        member=out.says(coverage, "memberId", member_id(coverage) or ""),
        payer=payer["name"],
    )
    out.blocks += [Para(line(f"To: {out.says(payer, 'name', payer['name'])}")), Para(line(opening))]
    out.blocks.extend(Para(line(value), lead=f"{label}:") for label, value in [*npi, *_urgency(out, claim)])


def _urgency(out: Printout, claim: Resource) -> list[Row]:
    code = claim.get("priority", {}).get("coding", [{}])[0].get("code")
    if code not in _URGENCY:
        return []
    word = out.says(claim, "priority.coding", out.habit("urgency", _URGENCY[code]))
    return [(out.label("urgency"), word)]


def _diagnoses(out: Printout, claim: Resource) -> None:
    codes = [
        out.says(claim, "diagnosis.diagnosisCodeableConcept.coding", coding["code"])
        for each in claim.get("diagnosis", ())
        for coding in each["diagnosisCodeableConcept"]["coding"]
    ]
    show(out, [(out.label("diagnosis"), code) for code in codes], "diagnoses")


def _services(out: Printout, claim: Resource) -> None:
    """The service lines: a table, or line by line."""
    rows = [_service_line(out, claim, item) for item in claim["item"]]
    columns = [name for name in ("code", "service", "quantity", "serviced", "place") if any(r.get(name) for r in rows)]
    if out.habit("services", ("table", "table", "listed")) == "listed":
        for number, row in enumerate(rows, 1):
            show(out, [(out.label(name), row.get(name, "")) for name in columns], "services" if number == 1 else "")
        return
    out.blocks.append(Heading(out.called("headings", "services")))
    cells = [[row.get(name, "") for name in columns] for row in rows]
    out.blocks.append(Rows([out.label(name) for name in columns], cells, ruled=out.habit("rules", ("y", "n")) == "y"))


def _service_line(out: Printout, claim: Resource, item: Resource) -> dict[str, str]:
    concept, row = item["productOrService"], dict[str, str]()
    for coding in concept.get("coding", ()):
        if _X12 not in coding["system"]:
            row["code"] = out.says(claim, "item.productOrService.coding", coding["code"])
    words = wording(concept)
    if words:
        row["service"] = out.says(claim, "item.productOrService", words)
    if "quantity" in item:
        row["quantity"] = out.says(claim, "item.quantity", str(item["quantity"]["value"]))
    if "servicedDate" in item:
        row["serviced"] = out.says(claim, "item.serviced", out.day(item["servicedDate"]))
    for coding in item.get("locationCodeableConcept", {}).get("coding", ()):
        row["place"] = out.says(claim, "item.location.coding", coding["code"])
    return row


def drug_request(out: Printout, resources: Sequence[Resource]) -> None:
    """A request for a drug from a MedicationRequest and the patient's Coverage."""
    order, patient = first(resources, "MedicationRequest"), first(resources, "Patient")
    letterhead(out, None, "prescription")
    show(out, patient_rows(out, patient), "patient")
    show(out, coverage_rows(out, first(resources, "Coverage"), _payer(resources)), "insurance")
    prescriber = first(resources, "Practitioner")
    show(out, provider_rows(out, prescriber, "prescriber"), "provider")
    rows = [(out.label("drug"), drug_name(out, order))]
    rows += [
        (out.label("sig"), out.says(order, "dosageInstruction.text", d["text"])) for d in order["dosageInstruction"]
    ]
    show(out, [*rows, *_dispense(out, order)], "drug")
    if prescriber is not None:
        out.says(order, "requester", called(prescriber, {}))
    show(out, [(out.label("diagnosis"), wording(r)) for r in order.get("reasonCode", ())])
    _closing(out, prescriber)


def drug_name(out: Printout, order: Resource) -> str:
    """Prints the drug of a MedicationRequest."""
    return out.says(order, "medication", called_drug(out, order))


def called_drug(out: Printout, order: Resource) -> str:
    """The drug of a MedicationRequest as the order calls it."""
    reference = order.get("medicationReference", {})
    named = wording(order.get("medicationCodeableConcept", {}))
    return named or out.names.get(str(reference.get("reference"))) or str(reference.get("display", ""))


def _dispense(out: Printout, order: Resource) -> list[Row]:
    asked, rows = order.get("dispenseRequest", {}), list[Row]()
    for key, path in (("dispense", "quantity"), ("days", "expectedSupplyDuration")):
        if path in asked:
            amount = asked[path]
            unit = f" {amount['unit']}" if key == "dispense" else ""
            printed = out.says(order, f"dispenseRequest.{path}", f"{amount['value']}{unit}")
            rows.append((out.label(key), printed))
    if "numberOfRepeatsAllowed" in asked:
        count = str(asked["numberOfRepeatsAllowed"])
        rows.append((out.label("refills"), out.says(order, "dispenseRequest.numberOfRepeatsAllowed", count)))
    return rows


def referral(out: Printout, resources: Sequence[Resource]) -> None:
    """A referral from a ServiceRequest: a form, or a letter."""
    order, patient = first(resources, "ServiceRequest"), first(resources, "Patient")
    by_id = {f"{r['resourceType']}/{r['id']}": r for r in resources}
    requester = by_id.get(str(order.get("requester", {}).get("reference")))
    service = out.says(order, "code", wording(order["code"]))
    letterhead(out, first(resources, "Organization"), "referral")
    rows = [(out.label("ordered_on"), out.says(order, "authoredOn", out.day(order["authoredOn"])))]
    if "occurrenceDateTime" in order:
        rows.append((out.label("serviced"), out.says(order, "occurrence", out.day(order["occurrenceDateTime"]))))
    rows += [(out.label("reason"), wording(r)) for r in order.get("reasonCode", ())]
    if out.habit("form", ("form", "letter")) == "letter":
        dob = out.says(patient, "birthDate", out.day(patient["birthDate"]))
        name = out.person(patient, credentials=True)
        opening = out.called("sentences", "referral").format(patient=name, dob=dob, service=service)
        out.blocks += [Para(line("Dear Colleague,")), Para(line(opening))]
        show(out, [*patient_rows(out, patient, full=False)[2:], *rows])
    else:
        show(out, patient_rows(out, patient), "patient")
        show(out, [*rows, (out.label("service"), service)], "referral")
    show(out, provider_rows(out, requester, "referrer"))
    if requester is not None:
        out.says(order, "requester", called(requester, {}))
    _closing(out, requester)


def _payer(resources: Sequence[Resource]) -> Resource | None:
    coverage = first(resources, "Coverage")
    payor = coverage["payor"][0].get("reference") if coverage else None
    return next((r for r in every(resources, "Organization") if f"Organization/{r['id']}" == payor), None)


def _closing(out: Printout, signer: Resource | None) -> None:
    if signer is not None:
        name = out.person(signer, credentials=True) if signer["resourceType"] == "Practitioner" else signer["name"]
        out.blocks += [
            Gap(8),
            Para(line(out.called("sentences", "closing"))),
            Gap(30, signature=name),
            Para(line(name)),
        ]


def listed(out: Printout, heading: str, lines: Sequence[str]) -> None:
    """A list under a heading, as the sender makes lists."""
    if lines:
        out.blocks.append(Heading(out.called("headings", heading)))
        out.blocks.append(Items([line(each) for each in lines], bullet=out.habit("bullet", ("-", "1", "*"))))
