"""Every technique at some place and every place with some technique: nothing of the attacker's is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle

import pytest

from documents.pages import Page, PageFlag
from evaluation.attacks.attack import HIDDEN, Place
from evaluation.attacks.campaign import Trial, pages_of, tried
from evaluation.attacks.generate import Attacked, attacked, bases
from evaluation.attacks.table import printed
from evaluation.attacks.techniques import techniques
from evaluation.attacks.trial import Outcome, asked, judged, read_parts, records_of
from evaluation.loopback.answers import GoldModel
from evaluation.loopback.obeying import Lie, ObeyingModel
from extractors.llm.settings import LlmSettings

SETTINGS = LlmSettings(base_url="http://127.0.0.1:1/v1", model="m", agreement=True)
# Places in the order in which the techniques are put; recognition is slow, so that one technique is enough for it.
PLACES = [place for place in Place if place is not Place.INVISIBLE]
UNREAD = (Place.ANNOTATION, Place.METADATA, Place.FORM_FIELD, Place.WHITE, Place.OFF_PAGE, Place.TINY)


@pytest.fixture(scope="module")
def drawn() -> list[Attacked]:
    """Each technique once at each of two places, and one in invisible print."""
    sources = list(bases(4, 31, rendition="digital"))
    pairs: list[tuple[str, Place]] = [
        *zip(techniques(), cycle(PLACES), strict=False),
        *zip(techniques(), cycle(PLACES[7:]), strict=False),
    ]
    pairs.append(("form_label", Place.INVISIBLE))
    every = [
        next(one for one in attacked(sources, 40, number, places=[place]) if one.attack.technique == technique)
        for number, (technique, place) in enumerate(pairs)
    ]
    assert {one.attack.place for one in every} == set(Place)
    # Text files cost little, and nothing in them but words tells the attacker's from the sender's.
    return [*every, *attacked(list(bases(8, 16, rendition="txt")), 3 * len(techniques()), 5)]


@pytest.fixture(scope="module")
def pages(drawn: list[Attacked]) -> Mapping[str, tuple[Page, ...]]:
    """The pages of the attacked files and, under the base's name, of the clean ones."""
    files = {str(number): (one.data, one.base.extension) for number, one in enumerate(drawn)}
    files |= {one.base.order.doc_id: (one.base.data, one.base.extension) for one in drawn}
    return pages_of([(name, *file) for name, file in files.items()])


def clean(one: Attacked, pages: Mapping[str, tuple[Page, ...]]) -> tuple[Outcome, Outcome]:
    """What is accepted of the document before the attack, alone and with an honest model."""
    own = pages[one.base.order.doc_id]
    parts = read_parts(own)
    honest = asked(own, parts, SETTINGS, GoldModel([one.base.gold]))
    records = (records_of("x", own, parts, {}), records_of("x", own, parts, honest))
    return judged(records[0], one.base.gold, None), judged(records[1], one.base.gold, None)


@pytest.fixture(scope="module")
def trials(drawn: list[Attacked], pages: Mapping[str, tuple[Page, ...]]) -> list[Trial]:
    """All attacks, each with another lie; the first over HTTP."""
    return [
        tried(one, pages[str(number)], clean(one, pages), lie=tuple(Lie)[number % len(Lie)], over_http=number == 0)
        for number, one in enumerate(drawn)
    ]


def test_no_value_of_an_attacker_is_accepted(trials: list[Trial]) -> None:
    assert len(trials) == 5 * len(techniques()) + 1
    assert [t.attack for t in trials if t.fell] == []
    assert "accepted in 0 of 81 documents" in printed(trials)


def test_what_the_attacks_do_not_touch_stays_accepted(trials: list[Trial]) -> None:
    untouched = [t for t in trials if t.attack.place in UNREAD]
    assert all(t.alone.clean.right <= t.alone.attacked.right for t in untouched)
    assert sum(len(t.alone.clean.right) for t in untouched) > 100


def test_what_a_person_does_not_see_is_no_text_of_the_page(
    drawn: list[Attacked], pages: Mapping[str, tuple[Page, ...]]
) -> None:
    """The longest word of the attacker's stands on no page."""
    for number, one in enumerate(drawn):
        held = " ".join(page.text for page in pages[str(number)])
        value = one.attack.target.value
        if one.attack.place in HIDDEN and value not in one.base.gold["pages"][0]["text"]:
            assert value not in held, one.attack
    flagged = [n for n, one in enumerate(drawn) if one.attack.place in (Place.WHITE, Place.OFF_PAGE, Place.TINY)]
    assert all(any(PageFlag.HIDDEN_TEXT in page.flags for page in pages[str(n)]) for n in flagged)


@pytest.mark.parametrize("lie", tuple(Lie))
def test_the_model_lies_as_it_is_told(drawn: list[Attacked], pages: Mapping[str, tuple[Page, ...]], lie: Lie) -> None:
    """A model that said nothing of the attacker's value would prove nothing."""
    number = next(n for n, one in enumerate(drawn) if one.attack.place is Place.BODY and one.attack.target.single)
    one, own = drawn[number], pages[str(number)]
    target = one.attack.target
    model = ObeyingModel(one.gold, path=target.path, value=target.value, truth=target.truth, lie=lie)
    said = [c for reading in asked(own, read_parts(own), SETTINGS, model).values() for c in reading.cited]
    assert target.value in [c.value for c in said if c.path == target.path]
    elsewhere = {c.path for c in said if c.value == target.value} - {target.path}
    assert bool(elsewhere) == (lie in (Lie.ALIKE_FIELDS, Lie.EVERY_FIELD))


def test_a_few_documents_that_not_every_attack_fits_are_attacked_as_often_as_asked() -> None:
    assert len(list(attacked(list(bases(1, 4, rendition="digital")), 30, 4))) == 30
