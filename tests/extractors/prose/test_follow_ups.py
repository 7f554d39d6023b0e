"""What has to happen next, as the note says it, and after how long."""

import pytest

from documents.records import FieldStatus
from tests.extractors.prose.reads import entities, read, record_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Follow-up: Return to clinic in 6 weeks.", [{"text": "Return to clinic in 6 weeks", "interval": "6 weeks"}]),
        ("PLAN:\n3. RTC in 3-4 months.", [{"text": "RTC in 3-4 months", "interval": "3-4 months"}]),
        (
            "Plan: Follow up with nephrology within two weeks.",
            [{"text": "Follow up with nephrology within two weeks", "interval": "two weeks"}],
        ),
        ("Plan: Repeat CBC in 10 days.", [{"text": "Repeat CBC in 10 days", "interval": "10 days"}]),
        ("DISPOSITION: Home. See your PCP in a month.", [{"text": "See your PCP in a month", "interval": "a month"}]),
        ("Plan: Biopsy results pending.", [{"text": "Biopsy results pending"}]),
        ("Follow-up: Return to clinic if the pain returns.", []),
        ("HPI: Seen for follow-up of asthma.", []),
        ("Plan: No follow-up needed.", []),
        ("Plan: Continue metformin for 3 months.", []),
    ],
)
def test_follow_ups(text: str, expected: list[dict[str, str]]) -> None:
    assert entities(read(text), "follow_up") == expected


def test_other_documents_have_none() -> None:
    assert entities(read("Plan: Return in 6 weeks.", document_type="prior_auth_request"), "follow_up") == []


def test_it_is_accepted_as_printed() -> None:
    fields = [f for f in record_of("FOLLOW-UP:\nReturn to clinic in 6 weeks.\n").fields if f.path.startswith("follow")]
    assert [f.value for f in fields] == ["Return to clinic in 6 weeks", "6 weeks"]
    assert all(f.status is FieldStatus.ACCEPTED and f.evidence for f in fields)
