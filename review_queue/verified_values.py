"""Joins a reading with what people decided: a verified value is never overwritten, a differing reading is shown.

A decision keeps the field as it was read, so that its counterpart in a later reading is found by where it stands on
the page, then by value, then by name. Row groups (`d1`, `d2`) may be numbered otherwise by then; a
verified value of a row that is not found again is kept beside the new rows, never written into another one. What was
entered for a line stays with that line (review_queue.entered).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from documents.pages import Box
from documents.records import Field, FieldStatus, Record
from documents.value import Value
from extractors.document_type import all_document_types
from review_queue.entered import entered_fields, is_entered
from review_queue.items import Action, Decision, Difference

# Half of the smaller box: a word's boxes differ by a few pixels between readings; neighbours do not overlap.
_SAME_PLACE = 0.5
DIFFERS = "differs_from_verified"
# The rules that find a required item unstated, by document type and by payer.
_NOT_STATED = frozenset({"REQ-001", "REQ-002"})


class Joined(Value):
    """A reading with the decisions in it.

    Attributes:
        record: verified and rejected fields as decided, the others as read, `missing` without what was settled.
        origins: for each field, the id of the decision it comes from, None where it is as read.
        differences: where the reading differs from what was verified.
        undecided: what still needs a person, as `path` or `path[group]`.
    """

    record: Record
    origins: tuple[int | None, ...]
    differences: tuple[Difference, ...]
    undecided: tuple[str, ...]


def in_force(decisions: Sequence[Decision]) -> list[Decision]:
    """Returns the decisions that no later one replaces, in order."""
    replaced = {decision.replaces for decision in decisions}
    return [decision for decision in decisions if decision.id not in replaced]


def join(record: Record, decisions: Sequence[Decision]) -> Joined:
    """Joins a record as read with all decisions on it; joining the outcome again changes nothing."""
    standing = in_force(decisions)
    on_read = [decision for decision in standing if not is_entered(record, decision.path)]
    fields: list[Field] = [field for field in record.fields if not is_entered(record, field.path)]
    origins: list[int | None] = [None] * len(fields)
    differences: list[Difference] = []
    partners = _counterparts(fields, on_read)
    for decision in on_read:
        if decision.after is None:
            continue
        at = partners.get(decision.id)
        if at is None:
            differences.extend(_not_read_again(decision))
            if decision.after.status is FieldStatus.VERIFIED:
                fields.append(_placed(decision.after, fields))
                origins.append(decision.id)
            continue
        differences.extend(_difference(decision, fields[at]))
        fields[at] = decision.after.model_copy(update={"group": fields[at].group})
        origins[at] = decision.id
    fields = [_doubted(field, origin, fields) for field, origin in zip(fields, origins, strict=True)]
    for field, origin in entered_fields(fields, [d for d in standing if is_entered(record, d.path)]):
        fields.append(field)
        origins.append(origin)
    missing = tuple(path for path in record.missing if not any(_settles(decision, path) for decision in standing))
    joined = record.model_copy(update={"fields": tuple(fields), "missing": missing})
    return Joined(
        record=joined,
        origins=tuple(origins),
        differences=tuple(differences),
        undecided=tuple(dict.fromkeys(_undecided(joined, standing))),
    )


def _undecided(record: Record, decisions: Sequence[Decision]) -> Iterator[str]:
    """Yields what still needs a person: doubtful fields, blank places, and required items that nobody read."""
    for field in record.fields:
        if field.status is FieldStatus.REVIEW:
            yield field.path if field.group is None else f"{field.path}[{field.group}]"
    yield from record.missing
    stated = {field.path for field in record.fields if field.status is not FieldStatus.REJECTED}
    for finding in record.findings:
        if finding.rule not in _NOT_STATED or finding.path is None:
            continue
        settled = any(_settles(decision, finding.path) for decision in decisions)
        if not settled and stated.isdisjoint(_alternatives(record, finding.path)):
            yield finding.path


def _alternatives(record: Record, path: str) -> tuple[str, ...]:
    """The paths any of which serves where this one is required."""
    required = all_document_types()[record.segment.document_type].required
    return next((paths for paths in required if paths[0] == path), (path,))


def _settles(decision: Decision, missing: str) -> bool:
    """Whether a decision settles a missing path."""
    return decision.before is None and decision.action in (Action.ADD, Action.REJECT) and decision.path == missing


def _counterparts(fields: Sequence[Field], decisions: Sequence[Decision]) -> dict[int, int]:
    """Returns the index of the field that each decision is about; the surest ways of finding it go first."""
    partners: dict[int, int] = {}
    for same in (_same_field, _same_place, _same_value, _same_name):
        for decision in decisions:
            if decision.id in partners or decision.after is None:
                continue
            known = [field for field in (decision.before, decision.after) if field is not None]
            at = _find(fields, known, same, taken=set(partners.values()))
            if at is not None:
                partners[decision.id] = at
    return partners


def _find(
    fields: Sequence[Field], known: Sequence[Field], same: Callable[[Field, Field], bool], *, taken: set[int]
) -> int | None:
    """Returns the first free field that is the same as a known one (a decision's, as read or as decided)."""
    for at, field in enumerate(fields):
        if at not in taken and any(field.path == one.path and same(field, one) for one in known):
            return at
    return None


def _same_field(new: Field, known: Field) -> bool:
    return (new.group, new.value, new.evidence) == (known.group, known.value, known.evidence)


def _same_place(new: Field, known: Field) -> bool:
    boxes = [(e.page, box) for e in new.evidence for box in e.boxes]
    known_boxes = [(e.page, box) for e in known.evidence for box in e.boxes]
    if boxes and known_boxes:
        return any(page == other and _overlap(a, b) for page, a in boxes for other, b in known_boxes)
    spans = [(e.page, e.start, e.end, e.quote) for e in known.evidence]
    return any((e.page, e.start, e.end, e.quote) in spans for e in new.evidence)


def _same_value(new: Field, known: Field) -> bool:
    """In rows, the same row that says already what was decided: two drugs may well share a frequency as read."""
    settled = new.group is None or known.status is FieldStatus.VERIFIED
    return settled and (new.value, new.group) == (known.value, known.group)


def _same_name(new: Field, known: Field) -> bool:
    """Rows that stand elsewhere on the page are other rows, though numbered alike."""
    placed = any(e.boxes for e in new.evidence) and any(e.boxes for e in known.evidence)
    return new.group == known.group and (new.group is None or not placed)


def _overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share at least half of the smaller one."""
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.bottom, b.bottom) - max(a.top, b.top)
    smaller = min(_area(a), _area(b))
    return width > 0 and height > 0 and width * height >= _SAME_PLACE * smaller


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)


def _difference(decision: Decision, reading: Field) -> Iterator[Difference]:
    """Yields a difference if the reading says neither what was read at the decision nor what was decided."""
    before, after = decision.before, decision.after
    expected = {field.value for field in (before, after) if field is not None}
    if after is not None and reading.value not in expected:
        yield Difference(path=decision.path, group=reading.group, verified=after.value, reading=reading.value)


def _not_read_again(decision: Decision) -> Iterator[Difference]:
    """Yields a difference for a verified field that had been read and is not any more."""
    if decision.before is not None and decision.after is not None and decision.after.status is FieldStatus.VERIFIED:
        yield Difference(path=decision.path, group=decision.group, verified=decision.after.value, reading=None)


def _placed(field: Field, fields: Sequence[Field]) -> Field:
    """Returns a kept field under a group that no other row of the new reading bears."""
    if field.group is None or not any(f.path == field.path and f.group == field.group for f in fields):
        return field
    return field.model_copy(update={"group": f"{field.group}-verified"})


def _doubted(field: Field, origin: int | None, fields: Sequence[Field]) -> Field:
    """Sends an accepted value to a person if it stands beside another one that a person verified for a single field."""
    if origin is not None or field.group is not None or field.status is not FieldStatus.ACCEPTED:
        return field
    beside = [f for f in fields if f.path == field.path and f.group is None and f.status is FieldStatus.VERIFIED]
    if not beside or any(f.value == field.value for f in beside):
        return field
    return field.model_copy(update={"status": FieldStatus.REVIEW, "reasons": (*field.reasons, DIFFERS)})
