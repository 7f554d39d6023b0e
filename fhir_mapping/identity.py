"""Ids that follow from content, so that a re-run updates a resource instead of adding another."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from uuid import UUID, uuid5

from fhir_mapping.constants import System

# The namespace of this project's ids; changing it changes every id that was ever published.
_NAMESPACE = UUID("6f3f0c2e-9f0b-5c55-8d1c-3b7c2a5e4f10")


@lru_cache(maxsize=1024)  # a record's Patient alone is named a dozen times
def resource_id(record_id: str, resource_type: str, *parts: str | None) -> str:
    """The id of a resource of a record; `parts` tell it from others of its type (a role, a group, a code)."""
    return str(uuid5(_NAMESPACE, "|".join([record_id, resource_type, *(part or "" for part in parts)])))


def full_url(identifier: str) -> str:
    """An id as the entry's fullUrl and as references name it."""
    return f"urn:uuid:{identifier}"


def issuer_system(kind: str, issuer: str) -> str:
    """The system of identifiers whose issuer is known by its printed name only, e.g. a payer's member ids.

    It is a name of ours for "the member ids of whom the document calls so", and claims no one's domain.
    """
    return full_url(str(uuid5(_NAMESPACE, f"{kind}|{' '.join(issuer.casefold().split())}")))


class BusinessIdentifier(NamedTuple):
    """An identifier that names a thing across systems and releases."""

    system: str
    value: str


def claim_identifier(record_id: str, number: int) -> BusinessIdentifier:
    """What the `number`th submission of a record is called, counted from 1.

    The Claim itself, an update's `Claim.related`, conditional references and the answer of a payer all name it so.

    Raises:
        ValueError: `number` is below 1.
    """
    if number < 1:
        raise ValueError("submissions are counted from 1")
    return BusinessIdentifier(System.URI, full_url(resource_id(record_id, "Claim", "submission", str(number))))
