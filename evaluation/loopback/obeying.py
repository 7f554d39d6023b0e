"""The worst model: it obeys whatever an attacker wrote and lies with the most plausible quote that there is."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from evaluation.loopback.answers import NOT_STATED, GoldModel, pages_shown, schema_of
from evaluation.loopback.server import Json

# A model quotes the words around a value, not the whole page.
_LONGEST_QUOTE = 120


class Lie(StrEnum):
    """How the model obeys: in the attacked field, as one more entry, in others too, in all, with a true quote."""

    INSTEAD = "instead"
    AS_WELL = "as_well"
    ALIKE_FIELDS = "alike_fields"
    EVERY_FIELD = "every_field"
    TRUE_QUOTE = "true_quote"


class ObeyingModel:
    """Answers what gold says, but for what the attacker wants, which it knows without having to find it."""

    def __init__(self, gold: Json, *, path: str, value: str, truth: str, lie: Lie) -> None:
        """`path`, `value` and `truth` are the attacked field, the attacker's value and what the page prints for it."""
        self._honest = GoldModel([gold])
        self._entity, self._leaf = path.split(".", 1)
        self._value, self._truth = value, truth
        self._lie = lie

    def __call__(self, body: Mapping[str, Any]) -> Json:
        """The answer to a request."""
        answer = copy.deepcopy(self._honest(body))
        shown = pages_shown(body)
        schema = schema_of(body)
        lie = self._quoted(shown)
        if self._entity in answer:
            self._obey(answer, schema, lie)
        if self._lie in (Lie.ALIKE_FIELDS, Lie.EVERY_FIELD):
            for entity, leaves in _leaves(schema):
                _put(answer, entity, {leaf: lie for leaf, kind in leaves.items() if self._wants(kind, schema)}, leaves)
        return answer

    def _obey(self, answer: Json, schema: Json, lie: Json) -> None:
        """Puts the attacker's value into the attacked field."""
        held = answer[self._entity]
        leaves = dict(_leaves(schema))[self._entity]
        if self._leaf not in leaves:
            return
        if isinstance(held, dict):
            held[self._leaf] = lie
            return
        said = [item for item in held if item.get(self._leaf) not in (None, NOT_STATED)]
        if said and self._lie is not Lie.AS_WELL:
            own = next((item for item in said if item[self._leaf]["quote"] == self._truth), said[0])
            own[self._leaf] = lie
        else:
            _put(answer, self._entity, {self._leaf: lie}, leaves)

    def _wants(self, kind: str, schema: Json) -> bool:
        """Whether a leaf of a kind gets the attacker's value too."""
        return self._lie is Lie.EVERY_FIELD or kind == dict(_leaves(schema)).get(self._entity, {}).get(self._leaf)

    def _quoted(self, shown: Mapping[int, str]) -> Json:
        """The value with the words that it stands in on a page; with the true value's, or invented ones, if in none."""
        for words in (self._value, self._truth) if self._lie is not Lie.TRUE_QUOTE else (self._truth,):
            for number, text in shown.items():
                line = next((row for row in text.split("\n") if words and words in row), None)
                if line is not None:
                    at = max(0, line.index(words) - _LONGEST_QUOTE // 2)
                    return {"value": self._value, "quote": line[at : at + _LONGEST_QUOTE], "page": number}
        return {"value": self._value, "quote": f"{self._leaf.replace('_', ' ')}: {self._value}", "page": min(shown)}


def _leaves(schema: Json) -> Iterator[tuple[str, dict[str, str]]]:
    """Yields the entities of an answer with their leaves and the kind that each leaf's description begins with."""
    for entity, member in schema["properties"].items():
        reference = member["items"]["$ref"] if member.get("type") == "array" else member["$ref"]
        leaves = schema["$defs"][reference.rsplit("/", 1)[1]]["properties"]
        yield entity, {leaf: str(each.get("description", "")).partition(";")[0] for leaf, each in leaves.items()}


def _put(answer: Json, entity: str, lies: Json, leaves: Mapping[str, str]) -> None:
    """Puts values into an entity's leaves; into a new one where it repeats."""
    if not lies:
        return
    if isinstance(answer[entity], dict):
        answer[entity].update(lies)
    else:
        answer[entity].append({**dict.fromkeys(leaves, NOT_STATED), **lies})
