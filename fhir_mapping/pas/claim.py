"""The Claim of a request: who asks whom for what, for whom and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from documents.records import Field
from fhir_mapping.builders import condition
from fhir_mapping.builders.condition import diagnosis_concept
from fhir_mapping.builders.organization import PAYER
from fhir_mapping.constants import CLAIM_USE, System
from fhir_mapping.elements import Element, coding, concept, present
from fhir_mapping.identity import claim_identifier
from fhir_mapping.pas.answers import Answer, Answers, coded
from fhir_mapping.pas.constants import (
    ACTIVE,
    Information,
    PasExtension,
    PasProfile,
    PasSystem,
)
from fhir_mapping.pas.gaps import Gap, IssueType, partial
from fhir_mapping.pas.lines import RequestedLine
from fhir_mapping.pas.members import profiled
from fhir_mapping.pas.orders import Order, quantity
from fhir_mapping.proven import Built, Draft
from fhir_mapping.requested import modifier_concept, place_concept
from fhir_mapping.source import instant
from fhir_mapping.stated import Stated
from fhir_mapping.tables import Table, tabled
from validation.code_shapes import is_place_of_service, modifier_system
from validation.entered_paths import (
    CERTIFICATION_TYPE,
    CLAIM_TYPE,
    LEVEL_OF_SERVICE,
    REPORT_TYPE,
    REQUEST_TYPE,
    SERVICE_CATEGORY,
)

Day = Stated | Gap | None

# X12 1322, compared with what was entered and never written: the profile's constraint ImmediateLevelOfCare wants the
# level of service of an immediate appeal.
_IMMEDIATE_APPEAL = "1"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the Claim refers to.

    Attributes:
        provider: who asks; None where it cannot be told.
        care_team: who gives the service.
        lines: what is asked for, with the order behind each.
        attachments: the documents that are sent along.
    """

    provider: Draft | None
    care_team: Built
    lines: tuple[tuple[RequestedLine, Order], ...]
    attachments: Built


def claim(answers: Answers, parts: Parts, *, number: int, recorded: datetime) -> Draft:
    """The Claim as a first request; `fhir_mapping.pas.update` makes an update of it.

    Args:
        answers: the record and the site's table.
        parts: what it refers to.
        number: of the submission, in its identifier.
        recorded: when it was released, aware.
    """
    proven, (start, end) = answers.proven, _service_dates(answers)
    identifier = claim_identifier(proven.record.id, number)
    informations = [*_patient_event(start, end), *_additional(answers, parts.attachments)]
    diagnoses = _diagnoses(answers)
    shared = present(
        careTeamSequence=_sequence(parts.care_team),
        diagnosisSequence=_sequence(diagnoses),
        informationSequence=_sequence(informations),
        **_serviced(start, end),
        locationCodeableConcept=_place(answers),
    )
    resource = present(
        resourceType="Claim",
        id=proven.id("Claim", "submission", str(number)),
        meta=profiled(PasProfile.CLAIM),
        extension=_level_of_service(answers, parts),
        identifier=[{"system": identifier.system, "value": identifier.value}],
        status=ACTIVE,
        type=coded(PasSystem.CLAIM_TYPE, answers.need(CLAIM_TYPE)),
        use=CLAIM_USE,
        patient={"reference": proven.url("Patient")},
        created=instant(recorded),
        insurer={"reference": proven.url("Organization", PAYER, None)},
        provider=parts.provider.reference if parts.provider is not None else _no_provider(answers),
        priority=_priority(answers),
        careTeam=[_member(at, draft) for at, draft in enumerate(parts.care_team, start=1)],
        supportingInfo=[{"sequence": at, **info} for at, info in enumerate(informations, start=1)],
        diagnosis=[{"sequence": at, "diagnosisCodeableConcept": code} for at, code in enumerate(diagnoses, start=1)],
        insurance=[{"sequence": 1, "focal": True, "coverage": {"reference": proven.url("Coverage")}}],
        item=[
            {"sequence": at, **_item(answers, line, placed), **shared}
            for at, (line, placed) in enumerate(parts.lines, start=1)
        ],
    )
    return Draft(resource)


def _sequence(members: Built | list[Element] | list[Element | Gap]) -> list[int]:
    return list(range(1, len(members) + 1))


def _service_dates(answers: Answers) -> tuple[Day, Day]:
    start, end = answers.full_date("service.start"), answers.full_date("service.end")
    if isinstance(start, Stated) and isinstance(end, Stated) and end < start:
        return start, Gap("service.end", "The service ends before it starts.", issue=IssueType.CONFLICT)
    return start, end


def _serviced(start: Day, end: Day) -> Element:
    return present(servicedDate=start) if end is None else {"servicedPeriod": present(start=start, end=end)}


def _patient_event(start: Day, end: Day) -> Iterator[Element]:
    if start is None and end is None:
        return
    dates = {"timingDate": start} if end is None else {"timingPeriod": present(start=start, end=end)}
    yield {"category": concept(coding(PasSystem.PAS, Information.PATIENT_EVENT)), **dates}


def _additional(answers: Answers, attachments: Built) -> Iterator[Element]:
    for draft in attachments:
        report = coded(PasSystem.X12_REPORT_TYPE, answers.need(REPORT_TYPE))
        kind = {"url": PasExtension.REPORT_TYPE, "valueCodeableConcept": report}
        yield {
            "extension": [{"url": PasExtension.DOCUMENT_INFORMATION, "extension": [kind]}],
            "category": concept(coding(PasSystem.PAS, Information.ADDITIONAL_INFORMATION)),
            "valueReference": draft.reference,
        }


def _diagnoses(answers: Answers) -> list[Element | Gap]:
    """The code of each diagnosis that the patient has now, once; a description alone is no diagnosis to a payer."""
    found: dict[str, Element | Gap] = {}
    for draft in condition.build(answers.proven, ()):
        code = draft.resource["code"]
        if "coding" in code:
            found.setdefault(code["coding"][0]["code"], code)
        else:
            group = next((f.group for f in draft.fields if f.path.startswith("diagnosis.")), None)
            found[draft.url] = _no_diagnosis(answers, group)
    return list(found.values())


def _no_diagnosis(answers: Answers, group: str | None) -> Gap:
    for code in answers.proven.fields:
        if (code.path, code.group) == ("diagnosis.code", group) and "coding" not in diagnosis_concept(code, None):
            return partial(code, "The code has not the shape of ICD-10-CM: correct it.")
    return Gap("diagnosis.code", "Enter the ICD-10-CM code of the diagnosis.", group)


def _place(answers: Answers) -> Element | Gap:
    place = answers.single("service.place", "Enter the place of service (CMS code).")
    if isinstance(place, Field) and not is_place_of_service(place.value):
        return partial(place, "It is no place of service of CMS: enter its two digits.")
    return place if isinstance(place, Gap) else place_concept(place)


def _priority(answers: Answers) -> Element | Gap:
    urgency = answers.single("request.urgency", "Enter whether the request is standard or expedited.")
    if isinstance(urgency, Gap):
        return urgency
    code = tabled(urgency, Table.PROCESS_PRIORITY)
    return concept(coding(System.PROCESS_PRIORITY, code)) if code else partial(urgency, "Enter standard or expedited.")


def _no_provider(answers: Answers) -> Gap:
    """What would tell who asks; no role helps a provider of whom something is read as no fact of now."""
    for field in answers.proven.no_facts("provider"):
        to_do = "It is read as no fact of now: if it is one, reject it and enter it again; if not, say who else asks."
        return Gap(field.path, to_do, field.group, IssueType.CONFLICT)
    if any(True for _ in answers.proven.groups("provider")):
        return Gap("provider.role", "Say which one provider asks.", issue=IssueType.CONFLICT)
    return Gap("provider.name", "Enter the provider who asks, with the NPI.")


def _level_of_service(answers: Answers, parts: Parts) -> list[Element]:
    types = {answers.give(CERTIFICATION_TYPE, line.line) for line, _ in parts.lines}
    level = answers.need(LEVEL_OF_SERVICE) if _IMMEDIATE_APPEAL in types else answers.give(LEVEL_OF_SERVICE)
    return [_coded_extension(PasExtension.LEVEL_OF_SERVICE, PasSystem.X12_LEVEL_OF_SERVICE, level)] if level else []


def _coded_extension(url: PasExtension, system: PasSystem, code: Answer | Gap) -> Element:
    return {"url": url, "valueCodeableConcept": coded(system, code)}


def _member(at: int, draft: Draft) -> Element:
    scope = {"url": PasExtension.CARE_TEAM_SCOPE, "valueBoolean": True}
    return {"extension": [scope], "sequence": at, "provider": draft.reference}


def _item(answers: Answers, requested: RequestedLine, placed: Order) -> Element:
    line = requested.line
    request_type, certification = answers.need(REQUEST_TYPE, line), answers.need(CERTIFICATION_TYPE, line)
    extensions = [
        _coded_extension(PasExtension.REQUEST_TYPE, PasSystem.X12_REQUEST_TYPE, request_type),
        _coded_extension(PasExtension.CERTIFICATION_TYPE, PasSystem.X12_CERTIFICATION_TYPE, certification),
    ]
    if placed is not None:
        extensions.append({"url": PasExtension.REQUESTED_SERVICE, "valueReference": placed.reference})
    return present(
        extension=extensions,
        category=coded(PasSystem.X12_SERVICE_TYPE, answers.need(SERVICE_CATEGORY, line)),
        productOrService=requested.product,
        modifier=list(_modifiers(requested)),
        quantity=quantity(answers, requested),
    )


def _modifiers(requested: RequestedLine) -> Iterator[Element | Gap]:
    group = requested.service
    stated = {f.value: f for f in group.all("modifier")} if group is not None else {}
    for modifier in stated.values():
        if requested.shared:
            message = "The group names several codes: say for which the modifier is."
            yield Gap(modifier.path, message, modifier.group, IssueType.CONFLICT)
        elif modifier_system(modifier.value) is None:
            yield partial(modifier, "It is no modifier of CPT or HCPCS: correct it.")
        else:
            yield modifier_concept(modifier)
