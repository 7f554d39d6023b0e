"""An update or a cancellation: what changed since the payer got the prior request, and what is no longer asked for.

Source: the profile of updates in PAS 2.2.1. An update holds every item and attachment that was ever sent, under its old
sequence; what was changed, added or dropped since the prior request is marked; the prior Claim is sent along.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from documents.value import Value
from fhir_mapping.constants import System
from fhir_mapping.elements import Element, coding, concept, present
from fhir_mapping.errors import FhirMappingError
from fhir_mapping.identity import claim_identifier, resource_id
from fhir_mapping.pas.constants import CANCELLED, PRIOR, Change, PasExtension, PasProfile, PasSystem
from fhir_mapping.pas.members import profiled
from fhir_mapping.proven import Built, Draft
from fhir_mapping.source import instant
from fhir_mapping.stated import leaves

# Strings that an update adds to what was sent and to what is proven.
_ADDED = frozenset(
    (
        *(PasProfile.CLAIM_UPDATE, PasExtension.CERTIFICATION_TYPE, PasExtension.INFO_CANCELLED),
        *(PasExtension.INFO_CHANGED, *Change, PasSystem.X12_CERTIFICATION_TYPE, CANCELLED),
        *(PasSystem.RELATED_CLAIM, PRIOR),
    )
)


class PriorRequest(Value):
    """The request that an update or a cancellation follows.

    Attributes:
        identifier_system, identifier_value: of its Claim.
        number: of its submission.
        bundle: JSON, as it was submitted.
    """

    identifier_system: str
    identifier_value: str
    number: int
    bundle: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What the payer has.

    Attributes:
        claim: of the prior request.
        url: its fullUrl.
        resources: of the prior request, but for Claims, by fullUrl.
    """

    claim: Element
    url: str
    resources: dict[str, Element]


def read_prior(prior: PriorRequest) -> Sent:
    """The prior request's resources; numbers keep their digits.

    Raises:
        FhirMappingError: the bundle is not the one that the identifier names.
    """
    sent = read_sent(prior.bundle)
    named = {"system": prior.identifier_system, "value": prior.identifier_value}
    if sent.claim["resourceType"] != "Claim" or named not in sent.claim["identifier"]:
        raise FhirMappingError("the prior bundle is not the request that its identifier names")
    return sent


def read_sent(bundle: str) -> Sent:
    """A submission's resources, its Claim first; numbers keep their digits."""
    entries = json.loads(bundle, parse_float=Decimal)["entry"]
    others = {e["fullUrl"]: e["resource"] for e in entries if e["resource"]["resourceType"] != "Claim"}
    return Sent(entries[0]["resource"], entries[0]["fullUrl"], others)


def updated(drafts: Built, sent: Sent) -> Built:
    """A request's drafts, the Claim first, as an update of what was sent."""
    claim, resources = drafts[0].resource, {draft.url: draft.resource for draft in drafts}
    informations = _merged(_informations(claim), _informations(sent.claim))
    places = {each.entry["sequence"]: merged["sequence"] for each, merged in informations if each is not None}
    items = _merged(_items(claim, resources), _items(sent.claim, sent.resources))
    gone = frozenset(url for each, merged in informations if each is None for url in _references(merged))
    resource = {
        **claim,
        "meta": profiled(PasProfile.CLAIM_UPDATE),
        "related": [_related(sent)],
        "supportingInfo": [_named(merged, gone) for _, merged in informations],
        "item": [_moved(merged, places) if each is not None else merged for each, merged in items],
    }
    return _with_prior((Draft(resource), *drafts[1:]), sent, gone)


def _named(info: Element, gone: frozenset[str]) -> Element:
    """An attachment's entry; one that goes no more is named and not sent again: it may be another patient's."""
    url = info.get("valueReference", {}).get("reference")
    if url not in gone:
        return info
    return {**info, "valueReference": {"identifier": {"system": System.URI, "value": url}}}


def _moved(item: Element, places: dict[int, int]) -> Element:
    """An item that points to the attachments where the update has them."""
    return {**item, "informationSequence": [places[at] for at in item["informationSequence"]]}


def cancellation(record_id: str, sent: Sent, *, number: int, recorded: datetime) -> Built:
    """The drafts of a request that takes back everything that was sent, the Claim first.

    Args:
        record_id: of the record.
        sent: the prior request.
        number: of the submission.
        recorded: when it was released, aware.
    """
    identifier = claim_identifier(record_id, number)
    certification = {"url": PasExtension.CERTIFICATION_TYPE, "valueCodeableConcept": _cancel_code()}
    kept = [e for e in sent.claim.get("extension", []) if e["url"] != PasExtension.CERTIFICATION_TYPE]
    resource = {
        **sent.claim,
        "id": resource_id(record_id, "Claim", "submission", str(number)),
        "meta": profiled(PasProfile.CLAIM_UPDATE),
        "extension": [*kept, certification],
        "identifier": [{"system": identifier.system, "value": identifier.value}],
        "created": instant(recorded),
        "related": [_related(sent)],
        "supportingInfo": [_dropped(each) for each in sent.claim["supportingInfo"]],
        "item": [_dropped(each) for each in sent.claim["item"]],
    }
    return _with_prior((Draft(resource),), sent)


def _related(sent: Sent) -> Element:
    claim = {"reference": sent.url, "identifier": sent.claim["identifier"][0]}
    return {"claim": claim, "relationship": concept(coding(PasSystem.RELATED_CLAIM, PRIOR))}


def _with_prior(drafts: Built, sent: Sent, gone: frozenset[str] = frozenset()) -> Built:
    """The drafts, the prior Claim, and of its resources those that are still referred to and not here anew."""
    claim = {**sent.claim, "supportingInfo": [_named(info, gone) for info in sent.claim["supportingInfo"]]}
    if "related" in claim:
        # A bundle holds two Claims at most: the one before the prior one is named by its identifier only.
        related = claim["related"][0]
        claim["related"] = [{**related, "claim": {"identifier": related["claim"]["identifier"]}}]
    return (*drafts, Draft(claim), *carried((Draft(claim), *drafts), sent))


def carried(drafts: Built, sent: Sent) -> Built:
    """What was sent and is referred to, by drafts or by what is carried itself, and is not among the drafts anew."""
    known = {draft.url for draft in drafts}
    waiting, found = [draft.resource for draft in drafts], []
    while waiting:
        for url in _references(waiting.pop()):
            if url not in known and url in sent.resources:
                known.add(url)
                found.append(Draft(sent.resources[url]))
                waiting.append(sent.resources[url])
    return tuple(found)


def _references(resource: Element) -> Iterator[str]:
    return (value for _, name, value in leaves(resource) if name == "reference")


@dataclass(frozen=True, slots=True)
class _Said:
    """An entry of a Claim's list.

    Attributes:
        entry: as it stands there.
        key: by which it is the same entry in another Claim.
        says: what must be equal for it to be unchanged.
    """

    entry: Element
    key: Any
    says: Any


def _informations(claim: Element) -> list[_Said]:
    found = claim.get("supportingInfo", [])
    return [_Said(info, (info["category"], info.get("valueReference")), _plain(info)) for info in found]


def _items(claim: Element, resources: dict[str, Element]) -> list[_Said]:
    """A Claim's items; each says its diagnoses, its care team and the order behind it too.

    Another code or modifier asks for something else: that is a dropped item and an added one.
    """
    diagnoses = {each["sequence"]: each["diagnosisCodeableConcept"] for each in claim.get("diagnosis", [])}
    team = {each["sequence"]: each["provider"] for each in claim.get("careTeam", [])}
    return [
        _Said(
            item,
            (item["productOrService"].get("coding"), item.get("modifier")),
            (
                _plain(item),
                [diagnoses[at] for at in item.get("diagnosisSequence", [])],
                [team[at] for at in item.get("careTeamSequence", [])],
                [resources.get(url) for url in _references(item)],
            ),
        )
        for item in claim["item"]
    ]


def _plain(entry: Element) -> Element:
    """What an entry says, without its place and its marks of earlier changes."""
    said = {name: value for name, value in entry.items() if not name.lower().endswith("sequence")}
    return {**said, "extension": _unmarked(entry)}


def _merged(now: list[_Said], before: list[_Said]) -> list[tuple[_Said | None, Element]]:
    """Each entry as the update has it, with the one of this request that it is; None for what was dropped."""
    waiting = list(now)
    merged: list[tuple[_Said | None, Element]] = []
    for old in before:
        at = next((at for at, each in enumerate(waiting) if each.key == old.key), None)
        if at is None:
            merged.append((None, _dropped(old.entry)))
            continue
        new = waiting.pop(at)
        entry = new.entry if new.says == old.says else _marked(new.entry, Change.CHANGED)
        merged.append((new, {**entry, "sequence": old.entry["sequence"]}))
    last = max((old.entry["sequence"] for old in before), default=0)
    added = enumerate(waiting, start=last + 1)
    return [*merged, *((new, {**_marked(new.entry, Change.ADDED), "sequence": at}) for at, new in added)]


def _unmarked(entry: Element) -> list[Element]:
    return [each for each in entry.get("extension", []) if each["url"] != PasExtension.INFO_CHANGED]


def _marked(entry: Element, change: Change) -> Element:
    return {**entry, "extension": [*_unmarked(entry), {"url": PasExtension.INFO_CHANGED, "valueCode": change}]}


def _dropped(entry: Element) -> Element:
    """An entry that is no longer to be used; one that was dropped before is no new change."""
    flag = {"url": PasExtension.INFO_CANCELLED, "valueBoolean": True}
    before = flag in entry.get("modifierExtension", [])
    # The lists it pointed to are those of an earlier Claim.
    kept = {name: value for name, value in entry.items() if not name.endswith("Sequence")}
    extensions = [
        {**each, "valueCodeableConcept": _cancel_code()} if each["url"] == PasExtension.CERTIFICATION_TYPE else each
        for each in (_unmarked(kept) if before else _marked(kept, Change.CHANGED)["extension"])
    ]
    return present(**{**kept, "extension": extensions, "modifierExtension": [flag]})


def _cancel_code() -> Element:
    return concept(coding(PasSystem.X12_CERTIFICATION_TYPE, CANCELLED))


def check_sent(drafts: Built, fresh: Built, sent: Sent, *, adds: frozenset[str] = _ADDED) -> None:
    """Proves what an update adds to proven resources: it says nothing that was not sent before or is proven now.

    Args:
        drafts: of the update, the cancellation or the inquiry.
        fresh: of the request as it stands now, proven; none for a cancellation or an inquiry.
        sent: the prior request.
        adds: strings that it may hold beside.

    Raises:
        FhirMappingError: a reference does not resolve, or a value is of neither.
    """
    known = {draft.url for draft in drafts}
    ours = (drafts[0].resource["id"], drafts[0].resource["created"], drafts[0].resource["identifier"][0]["value"])
    said = {value for draft in fresh for _, _, value in leaves(draft.resource)} | adds | {sent.url, *ours}
    said |= {value for resource in (sent.claim, *sent.resources.values()) for _, _, value in leaves(resource)}
    if len(known) != len(drafts):
        raise FhirMappingError("two resources have the same id")
    for draft in drafts:
        for path, name, value in leaves(draft.resource, draft.type):
            if name == "reference" and value not in known:
                raise FhirMappingError(f"{path} does not resolve")
            if name != "sequence" and not name.endswith("Sequence") and value not in said:
                raise FhirMappingError(f"{path} was neither sent before nor is it proven now")
