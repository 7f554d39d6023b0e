"""Random packets of many senders' documents: how often boundaries, types and strangers are found. Floors, not hopes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

import pytest

from documents.records import Segment
from extractors.packets.splitting import split
from extractors.records.acceptance import SURE_TYPE
from tests.extractors.packets.packets import Packet, packet

PACKETS = 80


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over a set of packets: boundaries found, too many, too few; packets and segments right."""

    found: int
    over: int
    under: int
    exact: float
    typed: float
    sure: int
    sure_wrong: int

    @property
    def f1(self) -> float:
        """Of the boundaries between segments."""
        return 2 * self.found / (2 * self.found + self.over + self.under)


@cache
def drawn(seed: int, noise: float, stranger: float) -> tuple[tuple[Packet, tuple[Segment, ...]], ...]:
    rng = random.Random(seed)
    packets = [packet(rng, noise=noise, stranger=stranger) for _ in range(PACKETS)]
    return tuple((p, split(p.pages)) for p in packets)


def tally(seed: int, noise: float) -> Tally:
    found = over = under = exact = typed = parts = sure = sure_wrong = 0
    for truth, segments in drawn(seed, noise, 0.0):
        starts, ours = {s[1] for s in truth.segments if s[1] > 1}, {s.page_start for s in segments if s.page_start > 1}
        found, over, under = found + len(starts & ours), over + len(ours - starts), under + len(starts - ours)
        exact += [s[:3] for s in truth.segments] == [(s.document_type, s.page_start, s.page_end) for s in segments]
        types = {page: s[0] for s in truth.segments for page in range(s[1], s[2] + 1)}
        parts += len(truth.segments)
        typed += sum(
            next(s.document_type for s in segments if s.page_start <= t[1] <= s.page_end) == t[0]
            for t in truth.segments
        )
        for s in segments:
            wrong = any(types[page] != s.document_type for page in range(s.page_start, s.page_end + 1))
            sure += s.confidence >= SURE_TYPE
            sure_wrong += s.confidence >= SURE_TYPE and wrong
    return Tally(found, over, under, exact / PACKETS, typed / parts, sure, sure_wrong)


@pytest.mark.parametrize("noise", [0.0, 0.03, 0.08], ids=["clean", "faxed", "badly_faxed"])
def test_boundaries_and_types_of_random_packets(noise: float) -> None:
    counts = tally(11, noise)
    assert counts.f1 >= 0.95
    assert counts.over <= 0.03 * counts.found
    assert counts.exact >= 0.70
    assert counts.typed >= 0.95
    assert counts.sure_wrong <= 0.02 * counts.sure


def test_pages_of_another_patient_are_segments_of_their_own_and_flagged() -> None:
    ours = theirs = missed = 0
    for truth, segments in drawn(12, 0.0, 1.0):
        other = {page for s in truth.segments if s[3] for page in range(s[1], s[2] + 1)}
        blank = {page for s in truth.segments if s[0] == "blank_page" for page in range(s[1], s[2] + 1)}
        flagged = {page for s in segments if s.other_patient for page in range(s.page_start, s.page_end + 1)}
        theirs, ours, missed = theirs + len(other), ours + len(flagged - other - blank), missed + len(other - flagged)
    assert ours == 0
    assert missed <= 0.03 * theirs


def test_a_packet_is_split_the_same_way_again() -> None:
    for truth, segments in drawn(11, 0.03, 0.0)[:10]:
        assert split(truth.pages) == segments
