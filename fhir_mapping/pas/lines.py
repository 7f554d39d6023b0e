"""The lines of a request: each service, device or drug that is asked for, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from documents.records import Field
from fhir_mapping.builders.medication_request import REQUESTED
from fhir_mapping.constants import System
from fhir_mapping.elements import Element, coding, concept
from fhir_mapping.pas.answers import Answers, only
from fhir_mapping.pas.constants import PasSystem
from fhir_mapping.pas.gaps import Gap, partial
from fhir_mapping.pas.site_values import Line, LineKind
from fhir_mapping.requested import procedure_concept, service_lines
from validation.code_shapes import is_device, is_drug, procedure_system
from validation.entered_paths import DRUG_CODE
from validation.groups import Group

_NOTHING = Gap("procedure.code", "Enter the code of the service or drug that is asked for.")


@dataclass(frozen=True, slots=True)
class RequestedLine:
    """A line of the request.

    Attributes:
        line: as the site's table knows it.
        product: its code with its wording, or the gap.
        service: the group of the procedure, None for a drug that no procedure names.
        drug: the group of the drug, None for anything else.
        shared: whether the group names several codes, so that its modifiers and units are nobody's.
    """

    line: Line
    product: Element | Gap
    service: Group | None = None
    drug: Group | None = None
    shared: bool = False


def requested_lines(answers: Answers) -> tuple[RequestedLine, ...]:
    """Services in the record's order, then drugs; a drug whose code a service line bears is that line.

    A request for nothing has one line, of which everything is missing.
    """
    drugs = tuple(g for g in answers.proven.groups("medication") if any(f.value == REQUESTED for f in g.all("status")))
    clear = (group for group in drugs if group.one("drug") and group.one("status"))
    coded = {str(answers.give(DRUG_CODE, _drug(answers, group))): group for group in clear}
    services = tuple(_services(answers, coded))
    served = tuple(line.drug for line in services)
    lines = (*services, *(_drug_line(answers, group) for group in drugs if group not in served))
    return lines or (RequestedLine(Line(kind=LineKind.SERVICE, payer=answers.payer), _NOTHING),)


def _services(answers: Answers, drugs: dict[str, Group]) -> Iterator[RequestedLine]:
    named = list(service_lines(answers.proven))
    yield from (_service(answers, group, code, description, drugs) for group, code, description in named)
    known = [group for group, _, _ in named]
    for group in answers.proven.groups("procedure"):
        if group not in known:
            yield _service(answers, group, None, None, drugs)


def _service(
    answers: Answers, group: Group, code: Field | None, description: Field | None, drugs: dict[str, Group]
) -> RequestedLine:
    known = code is not None and procedure_system(code.value) is not None
    drug = drugs.get(code.value) if code is not None else None
    return RequestedLine(
        line=Line(
            kind=_kind(code.value if code is not None else "", drug),
            code=code.value if code is not None and known else "",
            group=group.key,
            payer=answers.payer,
        ),
        product=procedure_concept(code, description) if known else _no_code(group, code),
        service=group,
        drug=drug,
        shared=len({f.value for f in group.all("code")}) > 1,
    )


def _kind(code: str, drug: Group | None) -> LineKind:
    if drug is not None or is_drug(code):
        return LineKind.DRUG
    return LineKind.DEVICE if is_device(code) else LineKind.SERVICE


def _no_code(group: Group, code: Field | None) -> Gap:
    if code is not None:
        return partial(code, "The code has the shape of neither CPT nor HCPCS: correct it.")
    return Gap("procedure.code", "Enter the CPT or HCPCS code of the service.", group.key)


def _drug(answers: Answers, group: Group, code: str = "") -> Line:
    return Line(kind=LineKind.DRUG, code=code, group=group.key, payer=answers.payer)


def _drug_line(answers: Answers, group: Group) -> RequestedLine:
    name = only(group, "drug") or Gap("medication.drug", "Enter the drug that is asked for.", group.key)
    status, code = only(group, "status"), answers.need(DRUG_CODE, _drug(answers, group))
    if isinstance(name, Gap) or isinstance(status, Gap) or isinstance(code, Gap):
        missing = next(each for each in (name, status, code) if isinstance(each, Gap))
        return RequestedLine(_drug(answers, group), missing, drug=group)
    system = System.HCPCS if procedure_system(code) else PasSystem.NDC
    product = concept(coding(system, code), text=name)
    return RequestedLine(_drug(answers, group, code), product, drug=group)
