"""Draws attacked documents: each base document clean, and once for each attack on it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice

from evaluation.attacks.attack import Attack, Json, Place
from evaluation.attacks.places import in_file, on_pages
from evaluation.attacks.targets import targets
from evaluation.attacks.techniques import fits, techniques, worded
from evaluation.synth.files import render_document
from evaluation.synth.generate import drawn, labels
from evaluation.synth.plan import Order, plan

# A faxed page has print only, a text file lines only.
_PRINTED = (Place.BODY, Place.HEADER, Place.TABLE, Place.COVER, Place.ADDED_PAGE)
_TYPED = (Place.HEADER, Place.BODY, Place.FOOTER)
# Pages of a base document: recognition and reading of long packets would only repeat the same.
_MOST_PAGES = 3
_TYPES = frozenset(
    {"prior_auth_request", "clinical_note", "referral", "lab_report", "denial_letter", "patient_message"}
)


@dataclass(frozen=True, slots=True)
class Base:
    """A document before it is attacked.

    Attributes:
        order, seed: from which it is drawn again.
        data, extension: the clean file.
        gold: its labels.
    """

    order: Order
    seed: int
    data: bytes
    extension: str
    gold: Json


@dataclass(frozen=True, slots=True)
class Attacked:
    """A base document with an attack on it; `gold` has the base's labels with the pages' new numbers."""

    attack: Attack
    base: Base
    data: bytes
    gold: Json


def bases(count: int, seed: int, *, rendition: str) -> Iterator[Base]:
    """Yields different short documents of one rendition, with something to attack, of senders and types by chance."""
    found = 0
    for index, planned in enumerate(plan(200 * count, seed)):
        if planned.what.startswith("packet:") or (planned.rendition == "txt") != (rendition == "txt"):
            continue
        order = replace(planned, rendition=rendition, severity="clean", faults=(), turned=((1, 0),))
        own = seed * 100_003 + index
        parts, sent, rng = drawn(order, own)
        if parts[0].type not in _TYPES or sum(part.pages for part in parts) > _MOST_PAGES:
            continue
        rendered = render_document(parts, sent, rng)
        gold = labels(order, own, parts, rendered)
        if next(targets(gold, random.Random(own)), None) is None:
            continue
        yield Base(order, own, rendered.data, rendered.extension, gold)
        found += 1
        if found == count:
            return


def attacked(sources: Sequence[Base], count: int, seed: int, *, places: Sequence[Place] = ()) -> Iterator[Attacked]:
    """Yields attacked documents: every technique at every place in turn, on the documents in turn.

    Args:
        sources: documents of one rendition.
        count: how many.
        seed: decides everything.
        places: where; all that the rendition has if empty.
    """
    rng = random.Random(seed)
    rendition = sources[0].order.rendition
    where = places or {"digital": tuple(Place), "txt": _TYPED}.get(rendition, _PRINTED)
    pairs = [(technique, place) for technique in techniques() for place in where]
    rng.shuffle(pairs)
    bases_in_turn = cycle(sources)
    fits_somewhere = 0
    for number in range(2 * count + len(pairs)):  # a few documents may have no room for some of the pairs
        technique, place = pairs[number % len(pairs)]
        made = (_attacked(base, technique, place, number, rng) for base in islice(bases_in_turn, len(sources)))
        found = next((each for each in made if each is not None), None)
        if found is not None:
            yield found
            fits_somewhere += 1
        if fits_somewhere == count:
            return


def _attacked(base: Base, technique: str, place: Place, number: int, rng: random.Random) -> Attacked | None:
    """The document with an attack; None where none fits or its pages hold no more words."""
    wanted = next((t for t in islice(targets(base.gold, rng), 12) if fits(technique, place, t)), None)
    if wanted is None:
        return None
    name = f"{base.order.doc_id}-{base.order.rendition}-{number:04d}"
    attack = Attack(name, technique, place, wanted, worded(technique, wanted, base.gold, rng))
    parts, sent, noise = drawn(base.order, base.seed)
    altered = on_pages(attack, parts)
    if altered is None:
        return None
    data = in_file(attack, render_document(altered, sent, noise).data)
    return Attacked(attack, base, data, _shifted(base.gold, int(place is Place.COVER)))


def _shifted(gold: Json, pages: int) -> Json:
    """The labels of a document that has so many pages more in front."""
    if not pages:
        return gold
    fields = [
        {**f, "mentions": [{**m, "page": m["page"] + pages} for m in f.get("mentions", ())]} for f in gold["fields"]
    ]
    return {**gold, "fields": fields}
