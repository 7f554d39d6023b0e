"""A server's address that each run keeps holds nothing secret."""

from __future__ import annotations

import pytest

from documents.server_url import server_url

ELSEWHERE = "the key belongs elsewhere"


@pytest.mark.parametrize("given", ["https://fhir.example.org/r4", "http://[::1]:8080", "https://example.org/a%20b/"])
def test_an_address_is_kept_as_it_is_given(given: str) -> None:
    assert server_url(given, instead=ELSEWHERE) == given


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("http://[::1", "not a URL"),
        ("fhir.example.org", "http or https"),
        ("ftp://fhir.example.org", "http or https"),
        ("https://", "http or https"),
        ("https://:443/r4", "http or https"),
        ("https://ann:s3cret@fhir.example.org", ELSEWHERE),
        ("https://fhir.example.org/r4?key=s3cret", ELSEWHERE),
        ("https://fhir.example.org/r4#s3cret", ELSEWHERE),
    ],
)
def test_what_is_no_address_or_may_hold_a_secret_is_refused(given: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        server_url(given, instead=ELSEWHERE)
    assert "s3cret" not in str(refused.value)
