"""The desk of a message and the words that decide: symptoms before everything, the others by evidence."""

from __future__ import annotations

import pytest

from extractors.messages.routing import read_bucket, route
from extractors.messages.thread import thread_of
from tests.extractors.printed import page_of


def decided(text: str) -> tuple[str, str] | None:
    """The desk and the words that decided."""
    page = page_of(text)
    decision = route(thread_of([page]).own)
    return None if decision is None else (decision.bucket, page.text[decision.start : decision.end])


@pytest.mark.parametrize(
    ("text", "bucket", "words"),
    [
        ("Hi, I am running low on my Synthroid.", "refill_request", "am running low on my"),
        ("I have two pills left.", "refill_request", "have two pills left"),
        ("I need to move my appointment to Friday.", "appointment", "need to move my appointment"),
        ("Do you have any openings next week?", "appointment", "any openings"),
        ("I got a bill for $240.", "billing", "got a bill"),
        ("My claim was denied by the plan.", "billing", "claim was denied"),
        ("Please send my records to Dr. Ruiz.", "other", "Please send my records to Dr."),
        ("Thank you for the card!", "other", "Thank you for the card!"),
    ],
)
def test_each_desk(text: str, bucket: str, words: str) -> None:
    assert decided(text) == (bucket, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I need a refill. Also since yesterday I can't catch my breath.", "can't catch my breath"),
        ("Please cancel my visit. My left arm went numb.", "went numb"),
        ("I got a bill. I have been thinking about suicide.", "suicide"),
        ("Refill my inhaler please, and I have a rash on my neck.", "rash"),
        ("My husband fell and is confused.", "fell"),
        ("Can you send more pills? My chest feels tight on the stairs but no pain.", "My chest feels tight"),
        (
            "Please renew my statin. Her left ankle has been really throbbing at night.",
            "left ankle has been really throbbing",
        ),
        ("I owe a copay. my knee keeps giving out", "my knee keeps giving out"),
        ("I need to move my visit, the incision looks red.", "the incision looks red"),
        ("If you cannot see me today I go to the emergency room, the chest pain is back.", "chest pain"),
        ("Refill please. I have chest pain\nIf you have an emergency call 911", "chest pain"),
    ],
)
def test_a_symptom_goes_before_everything(text: str, words: str) -> None:
    assert decided(text) == ("symptom_escalation", words)


@pytest.mark.parametrize(
    "text",
    [
        "I need a refill of my nausea pills.",
        "I need a refill. I have no chest pain.",
        "I need a refill. My knee is doing great and my back feels better.",
        "I need a refill. My chest is not tight.",
        "Please refill my cream, my skin is healing well.",
        "I need a refill. If you have chest pain or trouble breathing call 911.",
        "Please renew my pain patch refill. I am not having any dizziness.",
    ],
)
def test_what_is_no_symptom(text: str) -> None:
    found = decided(text)
    assert found is not None
    assert found[0] == "refill_request"


def test_the_clinics_warning_escalates_nothing() -> None:
    text = "I need a refill of my Lasix.\nReply from Dana, RN: go to the ER if you have chest pain."
    found = decided(text)
    assert found is not None
    assert found[0] == "refill_request"


def test_mixed_wishes_go_to_a_person() -> None:
    (clear,) = read_bucket(thread_of([page_of("I need a refill of my Lasix.")]))
    (mixed,) = read_bucket(thread_of([page_of("I got a bill. I also have to reschedule my appointment.")]))
    assert clear.derived
    assert clear.features["label_score"] > mixed.features["label_score"]


def test_no_words_no_desk() -> None:
    assert list(read_bucket(thread_of([page_of("From: Ann Lee\nTo: Dr. Ruiz")]))) == []
