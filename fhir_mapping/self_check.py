"""The last look at a bundle before it is published: nothing is invented, nothing is empty, every reference resolves.

fhir.resources checks structure; it knows no source, no binding and no reference. Here each leaf proves itself:

- what is printed is `Stated` by accepted or verified fields, and is said by them;
- a code is printed under its system by a field of the right kind, or a listed table gives it when looked up again;
- everything else is a constant at a place listed for it (`fhir_mapping.constant_places`) or, where a resource
  describes our record, a fact about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from documents.records import Field, FieldStatus
from fhir_mapping.citations import pages_read, targets, uncited
from fhir_mapping.constant_places import (
    ABOUT_OUR_RECORD,
    AI_LABEL,
    COUNTED,
    INTERNAL,
    LABEL_AT,
    TABLE_AT,
    TABLE_OF,
    Places,
)
from fhir_mapping.constants import ParticipantType
from fhir_mapping.definitions import definition
from fhir_mapping.elements import Element
from fhir_mapping.errors import FhirMappingError
from fhir_mapping.pas.site_values import FromSite
from fhir_mapping.proven import Built, Draft
from fhir_mapping.stated import Stated, StatedDecimal, Tabled, stated
from fhir_mapping.tables import look_up

Facts = frozenset[str | int]

# FHIR strings hold none, nor can any encoding write half a surrogate pair; fhir.resources lets them pass.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CITATIONS = frozenset({"Provenance.target", "Provenance.entity.what.display"})
_PROVEN = (Stated, Tabled, FromSite)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def check_drafts(drafts: Built, facts: Facts = frozenset(), places: Places = INTERNAL) -> None:
    """Proves a bundle's resources.

    Args:
        drafts: the resources.
        facts: what is known of the source, the software and the time (`fhir_mapping.source.facts_of`).
        places: what this kind of bundle may hold beside.

    Raises:
        FhirMappingError: at the first element that may not be published, named by its path.
    """
    known = {draft.url: draft.type for draft in drafts}
    if len(known) != len(drafts):
        raise FhirMappingError("two resources have the same id")
    proofs: list[Element] = []
    for draft in drafts:
        if draft.type != "Provenance" and not all(field.usable for field in draft.fields):
            raise FhirMappingError(f"{draft.type} was built from a value that is not proven")
        if draft.type != "Provenance" or not _is_alike(draft.resource, proofs):
            for fault in _ResourceCheck(draft, known, facts, places).faults():
                raise FhirMappingError(fault)
    for fault in citation_faults(drafts):
        raise FhirMappingError(fault)


class _ResourceCheck:
    """One resource under the eyes of the others; faults name elements and never repeat their content."""

    def __init__(self, draft: Draft, known: dict[str, str], facts: Facts, places: Places) -> None:
        self._draft = draft
        self._known = known
        self._facts = facts
        self._places = places
        self._ours = draft.type in ABOUT_OUR_RECORD
        self._ids: set[str] = set()
        self._found: list[str] = []

    def faults(self) -> list[str]:
        resource = self._draft.resource
        self._of(resource, self._draft.type, "")
        return [*self._found, *counting_faults(resource)]

    def _of(self, value: Any, path: str, name: str) -> None:
        if isinstance(value, dict):
            self._of_object(value, path)
        elif isinstance(value, list):
            if not value:
                self._found.append(f"{path} is empty")
            for member in value:
                self._of(member, path, name)
        elif value is None or (isinstance(value, str) and not value.strip()):
            self._found.append(f"{path} is empty")
        elif isinstance(value, str) and _CONTROL.search(value):
            self._found.append(f"{path} holds a control character")
        elif not self._is_proven(value, path, name):
            self._found.append(f"{path} is neither proven by a field or table nor a constant of this place")

    def _of_object(self, value: Element, path: str) -> None:
        if not value:
            self._found.append(f"{path} is empty")
        coded = "system" in value and ("code" in value or type(value.get("value")) in (str, Stated))
        if coded and not self._is_coded_well(value, path):
            self._found.append(f"{path} holds a code that is neither printed under its system nor given by its table")
        if "system" not in value and isinstance(value.get("code"), str):
            self._found.append(f"{path} holds a code without a system")
        for name, member in value.items():
            if name == "reference" and not isinstance(member, dict):  # `Claim.related.reference` is an Identifier
                self._of_reference(member, path)
            elif (below := f"{path}.{name}") in _CITATIONS:
                self._of_cited(member)
            elif not (coded and name in ("system", "code") and not isinstance(member, _PROVEN)):
                self._of(member, below, name)

    def _of_cited(self, value: Any) -> None:
        """What a Provenance cites is compared as a whole (`citation_faults`); here only that it refers to something."""
        for target in value if isinstance(value, list) else ():
            self._of_reference(target.get("reference"), "Provenance.target")

    def _of_reference(self, url: Any, path: str) -> None:
        kind = self._known.get(url)
        defined = definition(path)
        if kind is None:
            self._found.append(f"{path} does not resolve")
        elif defined is None or defined.model != "Reference" or (defined.targets and kind not in defined.targets):
            self._found.append(f"{path} may not refer to {kind}")

    def _is_proven(self, value: Any, path: str, name: str) -> bool:
        match value:
            case _ if name in ("id", "resourceType"):
                return self._is_named(value, path, name)
            case Tabled():
                return (
                    _is_tabled(value) and _fits(value, path) and (name == "code" or TABLE_AT.get(path) == value.table)
                )
            case Stated():
                return states(value, name) and _may_be_printed(path, name)
            case FromSite():
                return value == value.row.value
            case StatedDecimal():
                return any(_equals(text, value) for field in value.fields for text in _texts(field))
        return self._is_ours(value, path, name)

    def _is_ours(self, value: Any, path: str, name: str) -> bool:
        """Whether a leaf without proof is a constant of its place, a fact about our record or a number in an order."""
        if isinstance(value, bool):
            return value and path in self._places.truths
        if isinstance(value, int) and (name == "sequence" or name in COUNTED):
            return value > 0
        if (self._ours or path in self._places.facts) and value in self._facts:
            return True
        return isinstance(value, str) and self._is_constant(value, path) and _fits(value, path)

    def _is_named(self, value: Any, path: str, name: str) -> bool:
        if name == "resourceType":
            return path == f"{self._draft.type}.resourceType"
        new = value not in self._ids
        self._ids.add(value)
        return new and isinstance(value, str) and _ID.fullmatch(value) is not None

    def _is_constant(self, value: str, path: str) -> bool:
        if value in self._places.constants.get(path, ()):
            return True
        return value in self._places.anywhere.get(".".join(path.rsplit(".", 2)[-2:]), ())

    def _is_coded_well(self, element: Element, path: str) -> bool:
        """Whether a code or identifier belongs to the system beside it."""
        system, code = element["system"], element.get("code", element.get("value"))
        if isinstance(system, Tabled):  # of identifiers whose issuer is printed; both leaves prove themselves
            return isinstance(code, Stated | FromSite)
        return _fits(system, f"{path}.system") and self._is_of(system, code, path)

    def _is_of(self, system: str, code: Any, path: str) -> bool:
        printed = self._places.printed.get(system, frozenset())
        match code:
            case Tabled():
                return TABLE_OF.get(system) == code.table
            case Stated():
                (field, *others) = code.fields
                return not others and code == stated(field) and not printed.isdisjoint((field.kind, field.path))
            case FromSite():
                return code.row.path in printed
        if (self._ours or path in self._places.facts) and {system, code} <= self._facts:
            return True
        return (system, code) in (AI_LABEL if path.endswith(LABEL_AT) else self._places.codes.get(path, ()))


def _is_alike(proof: Element, others: list[Element]) -> bool:
    """Whether a Provenance is like one that was looked at, but for its id and citations; if not, it joins them."""
    bare = uncited(proof)
    if bare in others:
        return _ID.fullmatch(proof["id"]) is not None
    others.append(bare)
    return False


def citation_faults(drafts: Built) -> Iterator[str]:
    """Provenances that cite other places, confidences, pages or people than the fields of their resources."""
    by_url = {draft.url: draft for draft in drafts}
    for proof in drafts:
        if proof.type != "Provenance":
            continue
        resource = proof.resource
        cited = by_url.get(resource["target"][0]["reference"])
        if cited is None:
            yield "Provenance.target does not resolve"
            return
        if resource["target"] != targets(cited.url, cited.citations, cited.deciding):
            yield "Provenance.target cites what the fields of its resource do not"
        if resource["entity"][0]["what"].get("display") != pages_read(cited.fields):
            yield "Provenance.entity names pages that its resource was not read from"
        if ParticipantType.VERIFIER in map(_role, resource["agent"]) and not any(
            f.status is FieldStatus.VERIFIED for f in cited.fields
        ):
            yield "Provenance.agent names a person who verified nothing of its resource"


def _role(agent: Element) -> str:
    return str(agent["type"]["coding"][0]["code"])


def counting_faults(resource: Element) -> Iterator[str]:
    """Sequence numbers that are not unique, and pointers at numbers that are not there."""
    kind = resource["resourceType"]
    counted = {
        name: [member["sequence"] for member in members if "sequence" in member]
        for name, members in resource.items()
        if isinstance(members, list) and members and isinstance(members[0], dict)
    }
    for name, numbers in counted.items():
        if len(set(numbers)) != len(numbers):
            yield f"{kind}.{name}.sequence is not unique"
    for item in resource.get("item", ()):
        for name, array in COUNTED.items():
            if not set(item.get(name, ())) <= set(counted.get(array, ())):
                yield f"{kind}.item.{name} points at nothing"


def _is_tabled(code: Tabled) -> bool:
    return any(look_up(code.table, field.value) == code for field in code.fields)


def _may_be_printed(path: str, name: str) -> bool:
    """Whether words of a document may stand at a path of R4: not where it wants a code, other than under a system."""
    defined = definition(path)
    return defined is not None and (not defined.is_code or name in ("code", "comparator"))


def _fits(value: str, path: str) -> bool:
    """Whether a code is one of the closed list that R4 binds its element to, if it binds it to one."""
    defined = definition(path)
    return defined is not None and (not defined.codes or str(value) in defined.codes)


def states(leaf: Stated, name: str = "") -> bool:
    """Whether the fields of a leaf say it: as a whole, one after the other, or as neighbouring words of one of them."""
    texts = [text for field in leaf.fields for text in _texts(field)]
    if leaf in texts:
        return True
    if name == "comparator":  # the sign before a number is a part of no word
        return any(text.startswith(leaf) and not text.removeprefix(leaf).startswith("=") for text in texts)
    words = sorted((_words(text) for text in texts), key=len, reverse=True)
    return _is_run_of(_words(leaf), words)


def _texts(field: Field) -> tuple[str, str]:
    return field.value, " ".join(field.quote.split())


def _is_run_of(said: list[str], printed: list[list[str]]) -> bool:
    if any(_holds(text, said) for text in printed):
        return True
    for text in printed:
        if text and text == said[: len(text)] and (len(said) == len(text) or _is_run_of(said[len(text) :], printed)):
            return True
    return False


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _holds(text: list[str], words: list[str]) -> bool:
    return any(text[at : at + len(words)] == words for at in range(len(text) - len(words) + 1))


def _equals(text: str, number: Decimal) -> bool:
    # Both sides as numbers: a refill printed `03` is 3, and of `<0.5` the comparator is an element of its own.
    try:
        return Decimal(text.lstrip("<>= ")) == number
    except ArithmeticError:
        return False


def entry(draft: Draft) -> Element:
    """A draft as an entry of a Bundle."""
    return {"fullUrl": draft.url, "resource": draft.resource}
