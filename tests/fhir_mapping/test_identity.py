"""Names that follow from content: the same for the same thing, another for another."""

from __future__ import annotations

from uuid import UUID

import pytest

from fhir_mapping.identity import claim_identifier


def test_a_submission_has_one_name_and_each_has_its_own() -> None:
    first = claim_identifier("r-0001", 1)
    assert first == claim_identifier("r-0001", 1)
    assert len({first, claim_identifier("r-0001", 2), claim_identifier("r-0002", 1)}) == 3
    assert first.system == "urn:ietf:rfc:3986"
    assert UUID(first.value.removeprefix("urn:uuid:"))


def test_no_submission_has_a_number_below_one() -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        claim_identifier("r-0001", 0)
