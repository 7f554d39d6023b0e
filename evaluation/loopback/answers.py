"""Answers for the loopback endpoint: nothing stated, or what the gold labels of the document it is shown say."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from evaluation.scoring.normal_forms import kind_of, normal

Json = dict[str, Any]
NOT_STATED = "not stated"
# One page begins where this line stands (the reader's prompt prints it).
_PAGE = re.compile(r"(?m)^--- page (\d+) ---$")
# Share of the errors that are not misreadings: a slip of the pen is the lesser half of what models get wrong.
_ELSEWHERE = 0.5


def schema_of(body: Mapping[str, Any]) -> Json:
    """The JSON schema that a request asks an answer for.

    Raises:
        KeyError: the request asks for none.
    """
    if body.get("tools"):
        parameters: Json = body["tools"][0]["function"]["parameters"]
        return parameters
    form = body.get("response_format", {}).get("json_schema")
    return form["schema"] if form else _described(body)


def _described(body: Mapping[str, Any]) -> Json:
    """The schema that the instructions hold, in modes that describe it in words."""
    for message in body["messages"]:
        text = str(message.get("content") or "")
        at = text.find("{")
        while at >= 0:
            try:
                found, _ = json.JSONDecoder().raw_decode(text, at)
            except ValueError:
                found = None
            if isinstance(found, dict) and "properties" in found:
                return found
            at = text.find("{", at + 1)
    raise KeyError("schema")


def nothing_stated(body: Mapping[str, Any]) -> Json:
    """An answer in which every leaf is not stated."""
    schema = schema_of(body)
    return {name: _blank(member, schema.get("$defs", {})) for name, member in schema["properties"].items()}


def scripted(answers: Sequence[Json]) -> Callable[[Mapping[str, Any]], Json]:
    """An answerer that gives these in order, whatever it is asked, and begins again after the last."""
    left = itertools.cycle(answers or [{}])
    return lambda _body: next(left)


def _blank(member: Json, definitions: Json) -> Any:
    if member.get("type") == "array":
        return []
    entity = definitions[member["$ref"].rsplit("/", 1)[1]]
    return dict.fromkeys(entity["properties"], NOT_STATED)


class Error(StrEnum):
    """What is wrong with a planted value.

    MISREAD: one letter or digit is another one, in the value and in its quote alike. SWAPPED: a genuine value of the
    document, with its own quote, that belongs elsewhere: another drug's dose, a signature's date as the birth date.
    FLIPPED: the quote is right, the choice made of it is not: `negated` for `active`.
    """

    MISREAD = "misread"
    SWAPPED = "swapped"
    FLIPPED = "flipped"


@dataclass(frozen=True, slots=True)
class Planted:
    """One error in an answer: where, and what was said. Test data: `said` and `meant` are values."""

    doc_id: str
    field: str
    group: str | None
    said: str
    meant: str
    error: Error


class GoldModel:
    """A model that has read the gold labels: it answers for the document whose words it is shown."""

    def __init__(self, gold: Sequence[Json], *, error_rate: float = 0.0, seed: int = 1) -> None:
        """`error_rate` is the share of values that are answered wrongly, half of them SWAPPED or FLIPPED."""
        self.documents = gold
        self._error_rate = error_rate
        self._seed = seed
        self._printed = [_printed(document) for document in gold]
        self._choices: dict[str, set[str]] = defaultdict(set)
        for entry in (entry for document in gold for entry in document["fields"]):
            self._choices[entry["field"]].add(str(entry["value"]))
        self.planted: set[Planted] = set()

    def __call__(self, body: Mapping[str, Any]) -> Json:
        """The answer to a request: the gold values whose text stands on the pages that it shows."""
        shown = pages_shown(body)
        document = self._shown(" ".join(shown.values()))
        answer = nothing_stated(body)
        lists: dict[str, dict[str, Json]] = defaultdict(dict)
        definitions = schema_of(body).get("$defs", {})
        if document is None:
            return answer
        for entry in document["fields"]:
            entity, leaf = entry["field"].split(".", 1)
            mention = _mention(entry, shown) or _follows_from(entry, document, shown)
            if entity not in answer or mention is None:
                continue
            if isinstance(answer[entity], dict):
                if leaf in answer[entity]:
                    answer[entity][leaf] = self._quoted(document, entry, mention, shown)
                continue
            items = schema_of(body)["properties"][entity]["items"]["$ref"].rsplit("/", 1)[1]
            blank = dict.fromkeys(definitions[items]["properties"], NOT_STATED)
            one = lists[entity].setdefault(str(entry.get("group")), blank)
            if leaf in one:
                one[leaf] = self._quoted(document, entry, mention, shown)
        return {**answer, **{entity: list(groups.values()) for entity, groups in lists.items()}}

    def _shown(self, text: str) -> Json | None:
        """The document most of whose printed values stand in the text."""
        squeezed = _squeezed(text)
        shares = [sum(p in squeezed for p in printed) / max(1, len(printed)) for printed in self._printed]
        return self.documents[shares.index(max(shares))] if shares and max(shares) > 0 else None

    def _quoted(self, document: Json, entry: Json, mention: Json, shown: Mapping[int, str]) -> Json:
        right = {"value": str(entry["value"]), "quote": str(mention["text"]), "page": mention["page"]}
        doc_id, group = str(document["doc_id"]), entry.get("group")
        chance = random.Random(f"{self._seed}|{doc_id}|{entry['field']}|{right['value']}|{group}")
        if chance.random() >= self._error_rate:
            return right
        elsewhere = self._elsewhere(document, entry, shown, right, chance) if chance.random() < _ELSEWHERE else None
        wrong, error = elsewhere or ({**right, **_misread(right, chance)}, Error.MISREAD)
        self.planted.add(Planted(doc_id, entry["field"], group, wrong["value"], right["value"], error))
        return wrong

    def _elsewhere(
        self, document: Json, entry: Json, shown: Mapping[int, str], right: Json, chance: random.Random
    ) -> tuple[Json, Error] | None:
        """A value that belongs elsewhere, with its own quote; of a choice another one, with the right quote."""
        field, kind = entry["field"], kind_of(entry["field"])
        said = normal(field, right["value"])
        if kind == "word":
            flipped = [{**right, "value": v} for v in sorted(self._choices[field]) if normal(field, v) != said]
            return (chance.choice(flipped), Error.FLIPPED) if flipped else None
        others = [
            {"value": str(other["value"]), "quote": str(place["text"]), "page": place["page"]}
            for other in document["fields"]
            if kind is not None and kind_of(other["field"]) == kind and normal(field, str(other["value"])) != said
            if (place := _mention(other, shown)) is not None
        ]
        return (chance.choice(others), Error.SWAPPED) if others else None


def _printed(document: Json) -> tuple[str, ...]:
    """What a document is told by: its printed values, squeezed."""
    squeezed = {_squeezed(str(e["evidence"])) for e in document["fields"] if e.get("evidence")}
    return tuple(p for p in squeezed if len(p) > 3)


def _mention(entry: Json, shown: Mapping[int, str]) -> Json | None:
    """Where a value is printed on the pages that are shown."""
    return next((m for m in entry["mentions"] if m["page"] in shown), None)


def _follows_from(entry: Json, document: Json, shown: Mapping[int, str]) -> Json | None:
    """What a value that is printed nowhere follows from: its entity's name, of a drug's status the drug."""
    if not entry.get("derived") or entry.get("group") is None:
        return None
    named = (_mention(other, shown) for other in document["fields"] if other.get("group") == entry["group"])
    return next((mention for mention in named if mention is not None), None)


def pages_shown(body: Mapping[str, Any]) -> dict[int, str]:
    """The text of each page that a request shows, by its number; what an answer was sent back with shows none."""
    parts = _PAGE.split("".join(str(m["content"]) for m in body["messages"] if m["role"] == "user"))
    return {int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)}


def _squeezed(text: str) -> str:
    return re.sub(r"\W", "", text).lower()


def _misread(right: Json, chance: random.Random) -> Json:
    """Value and quote with one letter or digit replaced by another, in both alike where the quote holds the value."""
    value, quote = str(right["value"]), str(right["quote"])
    places = [i for i, c in enumerate(value) if c.isalnum()]
    if not places:
        return {}
    at = chance.choice(places)
    pool = "0123456789" if value[at].isdigit() else "abcdefghijklmnopqrstuvwxyz"
    other = chance.choice([c for c in pool if c != value[at].lower()])
    wrong = value[:at] + (other.upper() if value[at].isupper() else other) + value[at + 1 :]
    return {"value": wrong, "quote": quote.replace(value, wrong)}
