"""The lines of a request: each service, device or drug that is asked for, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from documents.records import Field
from fhir_mapping.builders.medication_request import requested_drugs
from fhir_mapping.constants import System
from fhir_mapping.elements import Element, coding, concept
from fhir_mapping.pas.answers import Answers
from fhir_mapping.pas.constants import PasSystem
from fhir_mapping.pas.gaps import Gap, partial
from fhir_mapping.pas.site_values import Line, LineKind
from fhir_mapping.requested import procedure_concept, service_lines
from validation.code_shapes import is_device, procedure_system
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
    drugs = tuple(requested_drugs(answers.proven))
    coded = {str(answers.give(DRUG_CODE, _drug(answers, group))): group for group in drugs}
    services = tuple(_services(answers, coded))
    served = tuple(line.drug for line in services)
    lines = (*services, *(_drug_line(answers, group) for group in drugs if group not in served))
    return lines or (RequestedLine(Line(kind=LineKind.SERVICE, payer=answers.payer), _NOTHING),)


def _services(answers: Answers, drugs: dict[str, Group]) -> Iterator[RequestedLine]:
    for group, code, description in service_lines(answers.proven):
        known = code is not None and procedure_system(code.value) is not None
        kind = LineKind.DEVICE if code is not None and is_device(code.value) else LineKind.SERVICE
        drug = drugs.get(code.value) if code is not None else None
        yield RequestedLine(
            line=Line(
                kind=LineKind.DRUG if drug else kind,
                code=code.value if code is not None and known else "",
                group=group.key,
                payer=answers.payer,
            ),
            product=procedure_concept(code, description) if known else _no_code(group, code),
            service=group,
            drug=drug,
            shared=len({f.value for f in group.all("code")}) > 1,
        )


def _no_code(group: Group, code: Field | None) -> Gap:
    if code is not None:
        return partial(code, "The code has the shape of neither CPT nor HCPCS: correct it.")
    return Gap("procedure.code", "Enter the CPT or HCPCS code of the service.", group.key)


def _drug(answers: Answers, group: Group, code: str = "") -> Line:
    return Line(kind=LineKind.DRUG, code=code, group=group.key, payer=answers.payer)


def _drug_line(answers: Answers, group: Group) -> RequestedLine:
    code = answers.need(DRUG_CODE, _drug(answers, group))
    if isinstance(code, Gap):
        return RequestedLine(_drug(answers, group), code, drug=group)
    system = System.HCPCS if procedure_system(code) else PasSystem.NDC
    return RequestedLine(_drug(answers, group, code), concept(coding(system, code), text=group.one("drug")), drug=group)
