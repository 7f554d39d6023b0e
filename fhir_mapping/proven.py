"""A record as the builders see it: only values that were accepted by proof or verified by a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from documents.records import Field, Record
from documents.values import Assertion
from fhir_mapping.citations import Citation, citations, identified
from fhir_mapping.elements import Element
from fhir_mapping.identity import full_url, resource_id
from fhir_mapping.source import RequestLink, SourceDocumentReference
from validation.dates import read_days
from validation.groups import Group, entities, readings
from validation.requests import asks_for_decision

# Who asks, as opposed to who treats or gives the service.
_ASKING_ROLES = frozenset({"requesting", "referring", "ordering"})
_REFERRAL = "referral"
_MESSAGE = "patient_message"


# What stands in a box that was left open: the element is left out, as for any item that nobody states.
_PLACEHOLDER = re.compile(
    r"n\.?/?a\.?|nil|null|none|unk(?:nown)?|unspecified|tbd|[-–—_.?]+|x{3,}|0{5,}|9{9,}|1900-01-01"
    r"|not (?:available|applicable|given|known|listed|on file|provided|specified|stated|found)",
    re.IGNORECASE,
)
# A test's result may well be none, and a sender who writes `?` for a modifier has one in mind.
_ALWAYS_MEANT = frozenset({"observation.value", "procedure.modifier"})
# What laboratories call sodium, and others an open box.
SODIUM = "NA"


@dataclass(frozen=True)
class Draft:
    """A resource before validation.

    Attributes:
        resource: JSON.
        deciding: fields that decided what it says without being printed in it, e.g. a drug's status.
        role: tells resources of one type apart, e.g. the payer's Organization from the facility's.
    """

    resource: Element
    deciding: tuple[Field, ...] = ()
    role: str = ""

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields it was built from, each once: those that its leaves carry, then those that decided."""
        found: dict[int, Field] = {}
        _gather(self.resource.values(), found)
        return tuple((found | {id(field): field for field in self.deciding}).values())

    @cached_property
    def citations(self) -> tuple[Citation, ...]:
        """Its elements that have ids, with the fields that state them."""
        return tuple(citations(self.resource))

    def identified(self) -> Draft:
        """The resource with an id at each element that fields state, for the Provenance to name."""
        made = Draft(identified(self.resource), self.deciding, self.role)
        vars(made)["fields"] = self.fields  # the ids change no leaf
        return made

    @property
    def type(self) -> str:
        """The resource's type."""
        return str(self.resource["resourceType"])

    @property
    def url(self) -> str:
        """The entry's fullUrl."""
        return full_url(self.resource["id"])

    @property
    def reference(self) -> Element:
        """A reference to it."""
        return {"reference": self.url}


def _gather(members: Iterable[Any], found: dict[int, Field]) -> None:
    for member in members:
        if isinstance(member, dict):
            _gather(member.values(), found)
        elif isinstance(member, list):
            _gather(member, found)
        else:
            for field in getattr(member, "fields", ()):
                found[id(field)] = field


Built = tuple[Draft, ...]


def drafts_of(built: Built, resource_type: str, role: str | None = None) -> Built:
    """The drafts of a type (and a role) among those built so far."""
    return tuple(d for d in built if d.type == resource_type and role in (None, d.role))


def fields_of(*fields: Field | None) -> tuple[Field, ...]:
    """The fields that are there."""
    return tuple(f for f in fields if f is not None)


def in_calendar(date: Field | None) -> Field | None:
    """A date, if a calendar holds it."""
    return date if date is not None and read_days(date.value) is not None else None


def _rank(field: Field) -> tuple[bool, bool, int, int]:
    """A person's before the rules', theirs before a model's; then as they stand on the pages."""
    first = field.evidence[0] if field.evidence else None
    place = (first.page, first.start) if first is not None else (0, 0)
    return field.source != "person", field.source != "rules", *place


def is_placeholder(field: Field) -> bool:
    """Whether what stands there says that nothing does (`N/A`, dashes)."""
    value = field.value.strip()
    if field.path == "observation.name" and value.upper() == SODIUM:
        return False
    return not value or (field.path not in _ALWAYS_MEANT and is_open_box(value))


def is_open_box(words: str) -> bool:
    """Whether words alone say that nothing stands there."""
    return _PLACEHOLDER.fullmatch(words.strip()) is not None


@dataclass(frozen=True)
class ProvenRecord:
    """What of a record may be mapped.

    Attributes:
        record: of which only usable fields are mapped.
        source: the document it was read from.
        request: what a payer's decision answers, where it is known.
    """

    record: Record
    source: SourceDocumentReference
    request: RequestLink | None = None

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The usable fields that say something; of those that say the same, the one that is proven best."""
        best: dict[tuple[str, str | None, str], Field] = {}
        for field in self.record.fields:
            if field.usable and not is_placeholder(field):
                key = (field.path, field.group or None, field.value)
                best[key] = min(best.get(key, field), field, key=_rank)
        return tuple(best.values())

    def one(self, path: str) -> Field | None:
        """The value of an item that a document has once; None if it is not there, or stated in two ways."""
        found = self._by_path.get(path, [])
        return found[0] if len({f.value for f in found}) == 1 else None

    @cached_property
    def _by_path(self) -> dict[str, list[Field]]:
        found: dict[str, list[Field]] = {}
        for field in self.fields:
            found.setdefault(field.path, []).append(field)
        return found

    def date(self, path: str) -> Field | None:
        """A date that a document has once; one that no calendar holds is left out."""
        return in_calendar(self.one(path))

    @cached_property
    def service_dates(self) -> tuple[Field | None, Field | None]:
        """Start and end of the service; neither, where the end lies before the start, since one of them is wrong."""
        start, end = self.date("service.start"), self.date("service.end")
        first, last = (read_days(f.value) if f else None for f in (start, end))
        return (None, None) if first and last and last.last < first.first else (start, end)

    def groups(self, entity: str) -> Iterator[Group]:
        """Usable fields by group, of groups that are facts about the patient now.

        A status that was read but not accepted (`historical`, negated) still keeps its group out.
        """
        return iter(self._groups.get(entity, ()))

    def no_facts(self, entity: str) -> tuple[Field, ...]:
        """The fields that keep their groups out, since what they state is no fact of now."""
        kept_out = (g for g in self._read.get(entity, ()) if not g.is_current_fact)
        return tuple(f for g in kept_out for f in g.fields if f.assertion is not Assertion.PRESENT)

    @cached_property
    def _groups(self) -> dict[str, tuple[Group, ...]]:
        facts = {entity: {g.key for g in groups if g.is_current_fact} for entity, groups in self._read.items()}
        return {
            entity: tuple(g for g in groups if g.key in facts.get(entity, ()))
            for entity, groups in entities(self.fields).items()
        }

    @cached_property
    def _read(self) -> dict[str, tuple[Group, ...]]:
        return entities(readings(self.record))

    @cached_property
    def requester(self) -> Group | None:
        """The provider who asks: the only one with such a role, or else the only one there is without a role."""
        if self.record.segment.document_type == _MESSAGE:
            return None  # who writes to a clinician asks the clinician
        providers = list(self.groups("provider"))
        asking = [g for g in providers if (role := g.one("role")) is not None and role.value in _ASKING_ROLES]
        if asking:
            return asking[0] if len(asking) == 1 else None
        if not (asks_for_decision(self.record) or self.record.segment.document_type == _REFERRAL):
            return None  # the only clinician in a note, a letter or a message need not be who asks
        read = self._read.get("provider", ())
        return providers[0] if len(read) == len(providers) == 1 and not read[0].all("role") else None

    @cached_property
    def asking_facility(self) -> Group | None:
        """The practice that asks: who asks has no name but that of a facility, printed at the same place."""
        asks = self.requester
        role = asks.one("role") if asks is not None and asks.one("name") is None else None
        if role is None or not role.evidence:
            return None
        named = ((group, group.one("name")) for group in self.groups("facility"))
        return next((group for group, name in named if name is not None and name.evidence == role.evidence), None)

    def id(self, resource_type: str, *parts: str | None) -> str:
        """The id of a resource of this record."""
        return resource_id(self.record.id, resource_type, *parts)

    def url(self, resource_type: str, *parts: str | None) -> str:
        """A resource's fullUrl."""
        return full_url(self.id(resource_type, *parts))


def lacks(record: Record) -> frozenset[str]:
    """What a record is said to lack: the paths of missing items, and the texts of the payer's requirements."""
    return frozenset({*record.missing, *(item.text for item in record.checklist)})


def role_of(*groups: Group | None) -> tuple[Field, ...]:
    """The fields that state the roles of providers; what they decided is a reference and prints none of them."""
    return fields_of(*(group.one("role") for group in groups if group is not None))


def having(proven: ProvenRecord, role: str) -> tuple[Group, ...]:
    """The providers whose role the document states so."""
    return tuple(g for g in proven.groups("provider") if (said := g.one("role")) is not None and said.value == role)


def with_role(proven: ProvenRecord, built: Built, role: str) -> Built:
    """The clinicians whose role the document states so."""
    keys = {g.key or "" for g in having(proven, role)}
    return tuple(d for d in drafts_of(built, "Practitioner") if d.role in keys)
