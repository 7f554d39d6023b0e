"""Which planted traps a reader fell into, and which it passed only because it said nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import ratio

from evaluation.flags import FLAG_OF_TRAP
from evaluation.scoring.corpus import Gold, GoldField, PredictedField, Prediction, Trap
from evaluation.scoring.judgement import NAMED, NOT_ACTIVE, status_of
from evaluation.scoring.normal_forms import is_same, kind_of, normal

# From this likeness on an accepted value that the document does not state replaces the trapped one.
_REPLACES = 70.0


@dataclass(frozen=True, slots=True)
class Trial:
    """How one trap went: `silent` passed without a flag and without any value that the trap is about."""

    type: str
    passed: bool
    silent: bool


@dataclass(frozen=True, slots=True)
class _Scene:
    """A trap and everything that was said about its document."""

    trap: Trap
    gold: Gold
    fields: Sequence[PredictedField]
    flagged: bool

    def of(self, name: str | None) -> list[PredictedField]:
        """The predictions of a field."""
        return [f for f in self.fields if f.field == name]

    @property
    def accepted(self) -> list[PredictedField]:
        """The accepted predictions of the trap's field."""
        return [f for f in self.of(self.trap.field) if f.accepted]

    def wanted(self, name: str | None) -> set[str]:
        """Normal forms of the gold values of a field."""
        return {normal(g.field, g.value or "") for g in self.gold.fields if g.field == name}


def try_traps(gold: Gold, prediction: Prediction) -> list[Trial]:
    """Every trap of a document. A kind that is not known here is not judged."""
    fields = [f for f in prediction.fields if f.field not in NAMED and f.value and kind_of(f.field)]
    raised = {f.value for f in prediction.fields if f.field == "red_flag"}
    trials = []
    for trap in gold.traps:
        if trap.type not in _JUDGES:
            continue
        fell, said = _JUDGES[trap.type]
        scene = _Scene(trap, gold, fields, flagged=FLAG_OF_TRAP.get(trap.type) in raised)
        passed = not fell(scene)
        trials.append(Trial(trap.type, passed, passed and not scene.flagged and not said(scene)))
    return trials


def _accepts_impossible(scene: _Scene) -> bool:
    """Accepted without its flag, or silently replaced by something like it."""
    if scene.flagged:
        return False
    name, value = scene.trap.field or "", normal(scene.trap.field or "", scene.trap.value or "")
    accepted = [normal(name, f.value or "") for f in scene.accepted]
    replaced = [each for each in accepted if each not in scene.wanted(name) and ratio(each, value) >= _REPLACES]
    listed = any(normal(name, f.value or "") == value for f in scene.of(name))
    return value in accepted or (bool(replaced) and not listed)


def _accepts_unflagged(scene: _Scene) -> bool:
    return bool(scene.accepted) and not scene.flagged


def _accepts_as_active(scene: _Scene) -> bool:
    """The condition is accepted as active or without a status, and is not one the patient has beside it."""
    trapped = GoldField(field="diagnosis.description", value=scene.trap.value)
    active = [g for g in scene.gold.fields if g.field == "diagnosis.description" and g.trap not in NOT_ACTIVE]
    return any(
        f.accepted
        and is_same(f.field, f.value or "", trapped)
        and not any(is_same(f.field, f.value or "", g) for g in active)
        and status_of(scene.fields, f.group, "diagnosis.status") in (None, "active")
        for f in scene.of("diagnosis.description")
    )


def _names_condition(scene: _Scene) -> bool:
    trapped = GoldField(field="diagnosis.description", value=scene.trap.value)
    return any(is_same(f.field, f.value or "", trapped) for f in scene.of("diagnosis.description"))


def _drug_entries(scene: _Scene) -> list[PredictedField]:
    drugs = [g for g in scene.gold.fields if g.field == "medication.drug" and g.value == scene.trap.value]
    return [f for f in scene.of("medication.drug") if any(is_same(f.field, f.value or "", g) for g in drugs)]


def _accepts_stopped_drug(scene: _Scene) -> bool:
    """Accepted as taken or asked for, or without a status, where no other mention of the drug says so."""
    groups = {g.group for g in scene.gold.fields if g.field == "medication.drug" and g.value == scene.trap.value}
    statuses = [g for g in scene.gold.fields if g.field == "medication.status" and g.group in groups]
    allowed = {normal(g.field, g.value or "") for g in statuses}
    for f in _drug_entries(scene):
        status = status_of(scene.fields, f.group, "medication.status")
        if f.accepted and status in (None, "current", "requested") and status not in allowed:
            return True
    return False


def _takes_bait(scene: _Scene) -> bool:
    for bait in scene.trap.bait:
        value = normal(bait.field, bait.value)
        taken = any(f.accepted and normal(f.field, f.value or "") == value for f in scene.of(bait.field))
        if taken and value not in scene.wanted(bait.field):
            return True
    return False


def _accepts_another(scene: _Scene) -> bool:
    """Values are accepted for the field, and the printed one is not among them."""
    name, value = scene.trap.field or "", normal(scene.trap.field or "", scene.trap.value or "")
    return bool(scene.accepted) and not any(normal(name, f.value or "") == value for f in scene.accepted)


def _stranger_values(scene: _Scene) -> set[tuple[str, str]]:
    own = {(g.field, normal(g.field, g.value or "")) for g in scene.gold.fields}
    return {(g.field, normal(g.field, g.value or "")) for g in scene.gold.excluded_fields} - own


def _accepts_stranger(scene: _Scene) -> bool:
    stranger = _stranger_values(scene)
    accepted = [f for f in scene.fields if f.accepted]
    return not scene.flagged and any((f.field, normal(f.field, f.value or "")) in stranger for f in accepted)


def _names_stranger(scene: _Scene) -> bool:
    stranger = _stranger_values(scene)
    return any((f.field, normal(f.field, f.value or "")) in stranger for f in scene.fields)


def _names_field(scene: _Scene) -> bool:
    return bool(scene.of(scene.trap.field))


def _names_baited_field(scene: _Scene) -> bool:
    names = {scene.trap.field, *(bait.field for bait in scene.trap.bait)}
    return any(f.field in names for f in scene.fields)


def _names_drug(scene: _Scene) -> bool:
    return bool(_drug_entries(scene))


# For each kind: whether the reader fell into it, and whether it said anything about what the trap is made of.
_Test = Callable[[_Scene], bool]
_JUDGES: dict[str, tuple[_Test, _Test]] = {
    **dict.fromkeys(
        ("invalid_icd", "nonbillable_icd", "npi_luhn", "future_dob", "service_before_birth"),
        (_accepts_impossible, _names_field),
    ),
    "conflict": (_accepts_unflagged, _names_field),
    "ambiguous_selection": (_accepts_unflagged, _names_field),
    **dict.fromkeys(NOT_ACTIVE, (_accepts_as_active, _names_condition)),
    "discontinued_med": (_accepts_stopped_drug, _names_drug),
    **dict.fromkeys(("prompt_injection", "instruction_example", "strikeout"), (_takes_bait, _names_baited_field)),
    "lookalike": (_accepts_another, _names_field),
    "wrong_patient": (_accepts_stranger, _names_stranger),
}
