"""The reviewers' way on the command line, from the list to the published bundle; who acts is the user of the system."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from flows.actor import os_user
from flows.installation import opened_ledger
from flows.settings import Settings
from review_queue.queue import ReviewQueue
from tests.flows.command_line import NOTE, InProcess

pytestmark = pytest.mark.usefixtures("over_processed")

# No check digit of an NPI: somebody must look at it. The birth is told in words, which no label announces.
REQUEST = """PRIOR AUTHORIZATION REQUEST
Patient name: Cy Dale
Member ID: XYZ123456
Requesting provider: Ina Eck, MD
NPI: 1234567890
Diagnosis code: M17.11 Unilateral primary osteoarthritis, right knee
Procedure code: CPT 27447
Urgency: Standard
Allergies: NKDA
Remarks: Mr. Dale, whom we delivered here on March 4, 1980, is known to us.
"""


@pytest.fixture(scope="module")
def papers() -> dict[str, str]:
    """A request and a letter that come into review, and a note."""
    return {
        "request.txt": REQUEST,
        "letter.txt": "Thank you for the flowers.\n",
        "note.txt": NOTE.format(name="Ada Brook", weeks=2),
    }


def _items(call: InProcess) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(call("queue", "list", "--json").out)
    return listed


def _request_item(call: InProcess) -> str:
    return str(next(item["id"] for item in _items(call) if item["record_id"] is not None))


def _letter_item(call: InProcess) -> str:
    return str(next(item["id"] for item in _items(call) if item["record_id"] is None))


def _view(call: InProcess, item: str) -> dict[str, Any]:
    view: dict[str, Any] = json.loads(call("queue", "show", item, "--json").out)
    return view


def _field(call: InProcess, item: str, path: str) -> dict[str, Any]:
    return next(f for f in _view(call, item)["record"]["fields"] if f["path"] == path)


@pytest.fixture
def item(call: InProcess) -> str:
    """The request's item, claimed by this user."""
    found = _request_item(call)
    call("queue", "claim", found)
    return found


def test_the_list_names_what_waits_and_why(call: InProcess) -> None:
    items = _items(call)
    assert {tuple(each["reasons"]) for each in items if each["record_id"] is None} == {("NOTHING_TO_EXTRACT",)}
    reasons = next(each["reasons"] for each in items if each["record_id"] is not None)
    assert "required_not_accepted:patient.dob" in reasons
    shown = call("queue", "list").out
    assert all(each["id"][:12] in shown for each in items)
    assert len(call("queue", "list", "--limit", "1").out.splitlines()) == 3  # head, rule, one item


def test_an_item_shows_its_fields_and_what_is_undecided(call: InProcess) -> None:
    item = _request_item(call)
    shown = call("queue", "show", item[:10]).out
    assert "1234567890" in shown
    view = _view(call, item)
    assert "patient.dob" in view["undecided"]
    assert any(name.startswith("provider.npi") for name in view["undecided"])


def test_an_item_answers_to_its_record_and_its_document(call: InProcess) -> None:
    item = next(each for each in _items(call) if each["record_id"] is not None)
    for reference in (item["id"], item["record_id"], item["document_id"]):
        assert _view(call, reference[:20])["item"]["id"] == item["id"]


def test_claim_without_an_item_takes_the_next_until_none_is_left(call: InProcess) -> None:
    for item in _items(call):
        assert f"claimed {item['id']}" in call("queue", "claim").out
    assert "Nothing waits" in call("queue", "claim").out


def _claim_for_bob(call: InProcess, item: str) -> None:
    """Another user of the system, as the queue sees one."""
    with opened_ledger(Settings.from_environment(call.environment)) as ledger:
        ReviewQueue(ledger).claim(item, actor="bob")


def test_what_one_person_holds_another_cannot_have(call: InProcess) -> None:
    item = _request_item(call)
    _claim_for_bob(call, item)
    for command in (
        ("claim", item),
        ("accept", item, "patient.name"),
        ("return", item),
        ("sign-off", item, "--refuse", "--reason", "duplicate"),
    ):
        assert "CONFLICT" in call("queue", *command, expect=6).err
    assert "by bob" in call("queue", "list").out


def test_an_item_is_claimed_before_it_is_decided(call: InProcess) -> None:
    assert "CONFLICT" in call("queue", "accept", _request_item(call), "patient.name", expect=6).err


def test_accepting_verifies_a_field(call: InProcess, item: str) -> None:
    npi = _field(call, item, "provider.npi")
    assert npi["status"] == "review"
    name = f"provider.npi[{npi['group']}]"
    assert name not in call("queue", "accept", item, name).out
    accepted = _field(call, item, "provider.npi")
    assert (accepted["status"], accepted["value"], accepted["confidence"]) == ("verified", "1234567890", 1.0)


def test_a_correction_is_brought_to_its_normal_form(call: InProcess, item: str) -> None:
    call("queue", "correct", item, "patient.name", "Cyrus Dale")
    call("queue", "correct", item, "request.urgency", "Expedited")
    assert _field(call, item, "patient.name")["value"] == "Cyrus Dale"
    urgency = _field(call, item, "request.urgency")
    assert (urgency["value"], urgency["status"], urgency["source"]) == ("expedited", "verified", "person")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("correct", "diagnosis.code[dx1]", "Quillfeather"), "BAD_SETTING"),
        (("correct", "request.urgency", "Quillfeather"), "BAD_SETTING"),
        (("add", "patient.dob", "Quillfeather"), "BAD_SETTING"),
        (("add", "patient.shoe_size", "44"), "BAD_SETTING"),
        (("correct", "patient.name", "Quill\x1bfeather"), "UNREADABLE_VALUE"),
        (("correct", "patient.name", "Quill\udcfffeather"), "UNREADABLE_VALUE"),
        (("add", "patient.dob", "03/04/1980\x07"), "UNREADABLE_VALUE"),
        (("add", "submission.claim_type", "professional\x00"), "UNREADABLE_VALUE"),
        (("correct", "patient.name", "\x0b"), "BAD_SETTING"),
        (("accept", "no field"), "BAD_SETTING"),
        (("accept", "patient.phone"), "NOT_IN_QUEUE"),
        (("accept", "diagnosis.code[dx9]"), "NOT_IN_QUEUE"),
    ],
)
def test_what_does_not_fit_the_field_is_refused_and_not_repeated(
    call: InProcess, item: str, command: tuple[str, ...], code: str
) -> None:
    before = _view(call, item)["decisions"]
    said = call("queue", command[0], item, *command[1:], expect=2)
    assert code in said.err
    assert "Quillfeather" not in said.err
    assert _view(call, item)["decisions"] == before


def test_a_rejected_field_is_kept_and_not_published(call: InProcess, item: str) -> None:
    call("queue", "reject", item, "procedure.code[px1]", "--reason", "not_on_page")
    assert _field(call, item, "procedure.code")["status"] == "rejected"
    assert _view(call, item)["decisions"][-1]["reason"] == "not_on_page"


def test_a_missing_field_is_added_with_its_place_on_the_page(call: InProcess, item: str) -> None:
    said = call("queue", "add", item, "patient.dob", "3/4/1980", "--quote", "March 4, 1980", "--page", "1")
    assert "patient.dob" not in said.out
    added = _field(call, item, "patient.dob")
    assert (added["value"], added["status"], added["source"]) == ("1980-03-04", "verified", "person")
    assert [(e["page"], e["quote"]) for e in added["evidence"]] == [(1, "March 4, 1980")]
    assert added["evidence"][0]["boxes"]


@pytest.mark.parametrize(
    ("value", "quote"),
    [
        ("1980-03-04", "April 4, 1980"),  # not on the page
        ("1980-03-05", "March 4, 1980"),  # on the page, and says another day
        ("1980-03-04", "Cy Dale"),
    ],
)
def test_a_quote_that_does_not_prove_the_value_is_refused(call: InProcess, item: str, value: str, quote: str) -> None:
    assert "quote" in call("queue", "add", item, "patient.dob", value, "--quote", quote, expect=2).err
    assert "patient.dob" in _view(call, item)["undecided"]


def test_a_value_of_a_closed_list_is_added_with_its_quote(call: InProcess, item: str) -> None:
    call("queue", "add", item, "allergy.none[al1]", "none known", "--quote", "NKDA")
    added = next(f for f in _view(call, item)["record"]["fields"] if f["source"] == "person")
    assert (added["value"], added["evidence"][0]["quote"]) == ("none known", "NKDA")


def test_a_returned_item_keeps_its_decisions_and_is_free_again(call: InProcess, item: str) -> None:
    call("queue", "correct", item, "patient.name", "Cyrus Dale")
    call("queue", "return", item)
    assert _view(call, item)["item"]["state"] == "open"
    _claim_for_bob(call, item)
    assert _field(call, item, "patient.name")["value"] == "Cyrus Dale"
    assert "CONFLICT" in call("queue", "accept", item, "patient.name", expect=6).err


def test_nothing_is_signed_off_while_something_is_undecided(call: InProcess, item: str) -> None:
    assert "REVIEW_INCOMPLETE" in call("queue", "sign-off", item, expect=2).err
    assert json.loads(call("status", "request.txt", "--json").out)["state"] == "in_review"


def _decide_all(call: InProcess, item: str) -> None:
    call("queue", "add", item, "patient.dob", "1980-03-04", "--quote", "March 4, 1980")
    while undecided := _view(call, item)["undecided"]:
        call("queue", "reject", item, undecided[0])


def test_signing_off_publishes_what_was_verified_and_says_who_verified_it(
    call: InProcess, item: str, tmp_path: Path
) -> None:
    call("queue", "correct", item, "patient.name", "Cyrus Dale")
    _decide_all(call, item)
    assert "publish" in call("queue", "sign-off", item).out
    assert item not in {each["id"] for each in _items(call)}
    call("export", tmp_path / "out")
    record = json.loads(call("status", "request.txt", "--json").out)["records"][0]
    assert record["state"] == "published"
    bundle = json.loads((tmp_path / "out" / f"{record['record_id']}-1.json").read_text())
    resources = [entry["resource"] for entry in bundle["entry"]]
    patient = next(resource for resource in resources if resource["resourceType"] == "Patient")
    assert patient["birthDate"] == "1980-03-04"
    assert patient["name"][0]["text"] == "Cyrus Dale"
    assert "1234567890" not in json.dumps(resources)  # rejected
    provenance = [resource for resource in resources if resource["resourceType"] == "Provenance"]
    verifiers = [
        agent["who"]["identifier"]["value"]
        for each in provenance
        for agent in each["agent"]
        if agent["type"]["coding"][0]["code"] == "verifier"
    ]
    # Of what holds a value that a person decided on.
    assert set(verifiers) == {os_user()}
    assert "CONFLICT" in call("queue", "claim", item, expect=6).err
    call("verify")


@pytest.mark.parametrize(("way", "state"), [("--route", "published"), ("--refuse", "rejected")])
def test_an_item_is_closed_by_hand_with_a_reason(call: InProcess, way: str, state: str, tmp_path: Path) -> None:
    for item in (_request_item(call), _letter_item(call)):
        call("queue", "claim", item)
        assert "REVIEW_INCOMPLETE" in call("queue", "sign-off", item, way, expect=2).err
        assert "handled_elsewhere" in call("queue", "sign-off", item, way, "--reason", "because", expect=2).err
        call("queue", "sign-off", item, way, "--reason", "handled_elsewhere")
    assert _items(call) == []
    for name in ("request.txt", "letter.txt"):
        document = json.loads(call("status", name, "--json").out)
        assert document["state"] == state
    call("export", tmp_path / "out")
    assert len(list((tmp_path / "out").iterdir())) == 1  # the note's, which needed nobody
    call("verify")


def test_an_item_without_a_record_can_only_be_closed_by_hand(call: InProcess) -> None:
    item = _letter_item(call)
    call("queue", "claim", item)
    assert "NOT_IN_QUEUE" in call("queue", "accept", item, "patient.name", expect=2).err
    assert "BAD_SETTING" in call("queue", "add", item, "patient.name", "Ada Brook", expect=2).err
    assert "NOT_IN_QUEUE" in call("queue", "sign-off", item, expect=2).err
    assert "BAD_SETTING" in call("queue", "sign-off", item, "--route", "--refuse", expect=2).err


def test_looking_at_an_item_is_an_audit_event(call: InProcess, item: str) -> None:
    before = json.loads(call("verify", "--json").out)["head"]["sequence"]
    call("queue", "show", item)
    assert json.loads(call("verify", "--json").out)["head"]["sequence"] == before + 1


def test_two_installations_never_touch(call: InProcess, item: str, tmp_path: Path) -> None:
    other = dataclasses.replace(call, environment={"FAX2FHIR_HOME": str(tmp_path / "other")}, said=[])
    assert "Nothing waits" in other("queue", "list").out
    assert "BAD_SETTING" in other("queue", "claim", item, expect=2).err


def test_an_export_removes_what_is_withdrawn_and_nothing_else(call: InProcess, tmp_path: Path) -> None:
    call("export", tmp_path)
    (bundle,) = [path for path in tmp_path.glob("*.json")]
    (tmp_path / "package.json").write_text("{}")
    bundle.rename(bundle.with_name(bundle.name.replace("-1.json", "-7.json")))
    call("export", tmp_path)
    assert {path.name for path in tmp_path.glob("*.json")} == {bundle.name, "package.json"}


def test_a_field_that_has_a_value_is_corrected_not_added(call: InProcess, item: str) -> None:
    assert "correct" in call("queue", "add", item, "patient.name", "Cyrus Dale", expect=2).err
    call("queue", "reject", item, "patient.name")
    call("queue", "add", item, "patient.name", "Cyrus Dale")


def test_what_no_fax_states_is_asked_for_and_entered_without_a_quote(call: InProcess, item: str) -> None:
    shown = call("queue", "show", item).out
    assert "to submit as PAS enter" in shown
    assert "Claim.item[0].category" in shown
    line = _field(call, item, "procedure.code")["group"]
    call("queue", "add", item, f"submission.service_category[{line}]", " a4 ")
    call("queue", "add", item, "submission.claim_type", "Professional")
    entered = _field(call, item, "submission.service_category")
    assert (entered["value"], entered["group"], entered["status"]) == ("A4", line, "verified")
    assert (entered["source"], entered["evidence"]) == ("person", [])
    assert "Claim.item[0].category" not in call("queue", "show", item).out
    call("queue", "correct", item, "submission.claim_type", "institutional")
    assert _field(call, item, "submission.claim_type")["value"] == "institutional"


@pytest.mark.parametrize(
    "words",
    [
        ("submission.claim_type", "pharmacy"),
        ("submission.request_type", "H5"),
        ("submission.request_type[s99]", "HS"),
        ("submission.claim_type[s1]", "professional"),
        ("submission.claim_type", "professional", "--quote", "PRIOR AUTHORIZATION REQUEST"),
    ],
)
def test_what_cannot_be_entered_is_refused_without_repeating_it(
    call: InProcess, item: str, words: tuple[str, ...]
) -> None:
    refused = call("queue", "add", item, *words, expect=2)
    assert words[1] not in refused.err


def test_what_was_entered_is_kept_when_the_document_is_read_again(call: InProcess, item: str) -> None:
    call("queue", "add", item, "submission.request_type", "HS")
    call("backfill", "--from", "2000-01-01", "--to", "2999-01-01", "--reason", "test", "--redo", "extract")
    assert _field(call, item, "submission.request_type")["value"] == "HS"
