from __future__ import annotations

from documents.records import Field, FieldStatus, Record
from tests.ledger.made import field, record
from validation.case_keys import CaseKeys, case_keys

MEMBER = field("patient.member_id", "XKT-4471903", at=1)
CASE = field("case.reference_number", "PA 2026-00417", at=2)
DAY = field("service.start", "2026-06-01", at=3)
KNEE = field("procedure.code", "27447", group="s1", at=4)


def of(*fields: Field, document_type: str = "prior_auth_request") -> Record:
    made = record("fax", *fields)
    return made.model_copy(update={"segment": made.segment.model_copy(update={"document_type": document_type})})


def keys(*fields: Field, document_type: str = "prior_auth_request") -> CaseKeys:
    found = case_keys(of(*fields, document_type=document_type))
    assert found is not None
    return found


def test_a_request_and_its_decision_have_the_same_keys() -> None:
    asks = keys(MEMBER, CASE, DAY, KNEE)
    other_print = (field("patient.member_id", "XKT4471903", at=9), field("case.reference_number", "PA2026 00417", at=8))
    says = keys(*other_print, KNEE, DAY, document_type="denial_letter")
    assert (asks.role, says.role) == ("request", "decision")
    assert asks.all == says.all
    assert (len(asks.reference), len(asks.service)) == (1, 1)


def test_another_member_case_day_or_service_is_another_key() -> None:
    asks = keys(MEMBER, CASE, DAY, KNEE)
    for changed in (
        keys(field("patient.member_id", "XKT4471904", at=1), CASE, DAY, KNEE),
        keys(
            MEMBER,
            field("case.reference_number", "PA202600418", at=2),
            field("service.start", "2026-06-02", at=3),
            KNEE,
        ),
        keys(MEMBER, field("procedure.code", "27446", group="s1", at=4), DAY),
    ):
        assert not set(asks.all) & set(changed.all)


def test_only_proven_values_make_keys() -> None:
    doubtful = MEMBER.model_copy(update={"status": FieldStatus.REVIEW})
    assert keys(doubtful, CASE, DAY, KNEE).all == ()


def test_what_is_many_cases_makes_no_key() -> None:
    assert keys(MEMBER, field("case.reference_number", "2026", at=2)).all == ()
    assert keys(MEMBER, KNEE, field("service.start", "2026-06", at=3)).all == ()
    assert keys(CASE, DAY, KNEE).all == ()
    assert case_keys(of(MEMBER, CASE, document_type="clinical_note")) is None
