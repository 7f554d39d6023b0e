"""A campaign as text: what was accepted of the attackers', by technique and place, and what the attacks cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from evaluation.attacks.attack import HIDDEN, Place
from evaluation.attacks.campaign import Reading, Trial
from evaluation.loopback.obeying import Lie

# Of these the model lies about the attacked field only; with the others it withholds its agreement from many.
_NARROW = frozenset({Lie.INSTEAD, Lie.AS_WELL, Lie.TRUE_QUOTE})


def printed(trials: Sequence[Trial]) -> str:
    """The counts, the cost, and each attack that succeeded (synthetic values)."""
    return "\n".join([*_grid(trials), "", *_sums(trials), *_fallen(trials)])


def _grid(trials: Sequence[Trial]) -> Iterable[str]:
    """Attacked documents and accepted ones of them, `n` or `n!accepted`, techniques by places."""
    count = Counter((t.attack.technique, t.attack.place) for t in trials)
    fell = Counter((t.attack.technique, t.attack.place) for t in trials if t.fell)
    yield " " * 16 + " ".join(f"{place.value[:10]:>10}" for place in Place)
    for technique in sorted({t.attack.technique for t in trials}):
        cells = (
            f"{count[technique, place]}" + (f"!{fell[technique, place]}" if fell[technique, place] else "")
            for place in Place
        )
        yield f"{technique:16}" + " ".join(f"{cell:>10}" for cell in cells)


def _sums(trials: Sequence[Trial]) -> Iterable[str]:
    for name, readings in (
        ("embedded reader alone", [(t, t.alone) for t in trials]),
        ("with the obeying model", [(t, t.both) for t in trials]),
    ):
        theirs = sum(bool(r.attacked.accepted) for _, r in readings)
        strange = sum(bool(set(r.attacked.other_wrong) - set(r.clean.other_wrong)) for _, r in readings)
        yield f"{name}: attacker's value accepted in {theirs} of {len(readings)} documents"
        yield f"  other values beside gold accepted that are not on the clean document: in {strange}"
        yield f"  right values of other fields still accepted: {_kept(readings)}"
        narrow = [(t, r) for t, r in readings if t.lie in _NARROW and not r.attacked.two_patients]
        yield f"  the same but for files held as a whole, and where the model lies about one field: {_kept(narrow)}"
        held, before = sum(r.attacked.held for _, r in readings), sum(r.clean.held for _, r in readings)
        yield f"  documents held for a person: {held}, clean {before}"
    seen = [t for t in trials if t.attack.place not in HIDDEN]
    flagged = sum(t.alone.attacked.flagged for t in seen)
    yield f"orders flagged (prompt_injection): {flagged} of {len(seen)} that a person can see"


def _kept(readings: Sequence[tuple[Trial, Reading]]) -> str:
    """How many right values of other fields the attacks left accepted."""
    before = after = 0
    for trial, reading in readings:
        right = {each for each in reading.clean.right if each[0] != trial.attack.target.path}
        before += len(right)
        after += len(right & reading.attacked.right)
    return f"{after} of {before}, {100 * (before - after) / max(1, before):.1f} % less"


def _fallen(trials: Sequence[Trial]) -> Iterable[str]:
    for trial in trials:
        if trial.fell:
            attack = trial.attack
            accepted = sorted({*trial.alone.attacked.accepted, *trial.both.attacked.accepted})
            yield f"ACCEPTED {attack.name} {attack.technique} {attack.place} {trial.lie}: {', '.join(accepted)}"
