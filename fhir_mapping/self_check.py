"""The last look at a bundle before it is published: every reference resolves, nothing is empty, nothing is invented.

fhir.resources checks structure; it checks no references and knows no source. A string or number of a clinical resource
must be printed in one of the fields that the resource was built from, or be one of `fhir_mapping.constants`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from documents.records import Field
from fhir_mapping.constants import listed_strings
from fhir_mapping.elements import Element
from fhir_mapping.errors import FhirMappingError
from fhir_mapping.proven import Draft
from fhir_mapping.stated import Tabled, leaves
from fhir_mapping.tables import look_up

# Resources that describe our record and not the patient; they are built from the source, the software and the clock.
_ABOUT_OUR_RECORD = frozenset({"DocumentReference", "Device", "Provenance"})

# Members that are ours in clinical resources too: ids and the order of things.
_OUR_MEMBERS = frozenset({"resourceType", "id", "reference", "created"})
_OUR_MEMBERS |= {"sequence", "diagnosisSequence", "careTeamSequence", "informationSequence"}
_OUR_TRUTHS = frozenset({"active", "focal", "reportedBoolean", "valueBoolean"})

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # FHIR strings hold none; fhir.resources lets them pass

Leaf = tuple[str, str, Any]


def check_drafts(drafts: tuple[Draft, ...], *, also: frozenset[str] = frozenset()) -> None:
    """Proves a bundle's resources.

    Args:
        drafts: the resources.
        also: strings that this bundle may hold beside those of `fhir_mapping.constants`.

    Raises:
        FhirMappingError: at the first element that may not be published, named by its path.
    """
    urls = [draft.url for draft in drafts]
    if len(set(urls)) != len(urls):
        raise FhirMappingError("two resources have the same id")
    known = frozenset(urls)
    for draft in drafts:
        usable = all(field.usable for field in draft.fields)
        if not usable:
            raise FhirMappingError(f"{draft.type} was built from a value that is not proven")
        found = list(leaves(draft.resource, draft.type))
        for path, name, value in found:
            if value in ("", None, {}, []) or (isinstance(value, str) and not value.strip()):
                raise FhirMappingError(f"{path} is empty")
            if isinstance(value, str) and _CONTROL.search(value):
                raise FhirMappingError(f"{path} holds a control character")
            if name == "reference" and value not in known:
                raise FhirMappingError(f"{path} does not resolve")
        if draft.type not in _ABOUT_OUR_RECORD:
            _check_traced(draft, found, also)


def _check_traced(draft: Draft, found: list[Leaf], also: frozenset[str]) -> None:
    printed = Printed(draft.fields)
    for path, name, value in found:
        if name in _OUR_MEMBERS or (value is True and name in _OUR_TRUTHS):
            continue
        if value not in also and not printed.states(value):
            raise FhirMappingError(f"{path} is neither printed in the document nor a listed constant")


class Printed:
    """What the fields of a resource print, and whether that states a leaf of it."""

    def __init__(self, fields: tuple[Field, ...]) -> None:
        """`fields` are those that the resource was built from."""
        self._texts = frozenset(text for f in fields for text in (f.value, " ".join(f.quote.split())) if text)
        self._words = [_words(text) for text in sorted(self._texts, key=len, reverse=True)]

    def states(self, value: Any) -> bool:
        """Whether a leaf of this value is printed, or is a listed constant."""
        if isinstance(value, bool):
            return False
        if isinstance(value, Tabled):
            return look_up(value.table, value.fields[0].value) == value
        if isinstance(value, int | Decimal):
            return any(_equals(text, value) for text in self._texts)
        if value in listed_strings() or value in self._texts:
            return True
        return self._is_run_of(_words(value))

    def _is_run_of(self, words: list[str]) -> bool:
        """Whether the words are whole texts one after the other, or neighbours in one text (a part of a name)."""
        if any(_holds(text, words) for text in self._words):
            return True
        for text in self._words:
            if text and text == words[: len(text)] and (len(words) == len(text) or self._is_run_of(words[len(text) :])):
                return True
        return False


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _holds(text: list[str], words: list[str]) -> bool:
    return any(text[at : at + len(words)] == words for at in range(len(text) - len(words) + 1))


def _equals(text: str, number: int | Decimal) -> bool:
    # Both sides as numbers: a refill printed `03` is 3, and of `<0.5` the comparator is an element of its own.
    try:
        return Decimal(text.lstrip("<>= ")) == number
    except ArithmeticError:
        return False


def entry(draft: Draft) -> Element:
    """A draft as an entry of a Bundle."""
    return {"fullUrl": draft.url, "resource": draft.resource}
