"""Answers for the loopback endpoint: nothing stated, or what the gold labels of the document it is shown say."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]
NOT_STATED = "not stated"
# One page begins where this line stands (the reader's prompt prints it).
_PAGE = re.compile(r"(?m)^--- page (\d+) ---$")


def schema_of(body: Mapping[str, Any]) -> Json:
    """The JSON schema that a request asks an answer for.

    Raises:
        KeyError: the request asks for none (modes that describe it in words only).
    """
    if body.get("tools"):
        parameters: Json = body["tools"][0]["function"]["parameters"]
        return parameters
    asked: Json = body["response_format"]["json_schema"]["schema"]
    return asked


def nothing_stated(body: Mapping[str, Any]) -> Json:
    """An answer in which every leaf is not stated."""
    schema = schema_of(body)
    return {name: _blank(member, schema.get("$defs", {})) for name, member in schema["properties"].items()}


def _blank(member: Json, definitions: Json) -> Any:
    if member.get("type") == "array":
        return []
    entity = definitions[member["$ref"].rsplit("/", 1)[1]]
    return dict.fromkeys(entity["properties"], NOT_STATED)


class GoldModel:
    """A model that has read the gold labels: it answers for the document whose words it is shown."""

    def __init__(self, gold: Sequence[Json], *, error_rate: float = 0.0, seed: int = 1) -> None:
        """`error_rate` is the share of values that are answered with one wrong character, in value and quote."""
        self.documents = gold
        self._error_rate = error_rate
        self._seed = seed
        self.planted: set[tuple[str, str]] = set()

    def __call__(self, body: Mapping[str, Any]) -> Json:
        """The answer to a request: the gold values whose text stands on the pages that it shows."""
        shown = _pages(str(body["messages"][-1]["content"]))
        document = self._shown(" ".join(shown.values()))
        answer = nothing_stated(body)
        lists: dict[str, dict[str, Json]] = defaultdict(dict)
        definitions = schema_of(body).get("$defs", {})
        if document is None:
            return answer
        for entry in document["fields"]:
            entity, leaf = entry["field"].split(".", 1)
            mention = next((m for m in entry["mentions"] if m["page"] in shown), None)
            if entity not in answer or mention is None:
                continue
            quoted = self._quoted(document["doc_id"], entry, mention)
            if isinstance(answer[entity], dict):
                if leaf in answer[entity]:
                    answer[entity][leaf] = quoted
                continue
            items = schema_of(body)["properties"][entity]["items"]["$ref"].rsplit("/", 1)[1]
            blank = dict.fromkeys(definitions[items]["properties"], NOT_STATED)
            one = lists[entity].setdefault(str(entry.get("group")), blank)
            if leaf in one:
                one[leaf] = quoted
        return {**answer, **{entity: list(groups.values()) for entity, groups in lists.items()}}

    def _shown(self, text: str) -> Json | None:
        """The document most of whose printed values stand in the text."""
        squeezed = _squeezed(text)

        def share(document: Json) -> float:
            printed = {_squeezed(e["evidence"]) for e in document["fields"] if e.get("evidence")}
            return sum(p in squeezed for p in printed if len(p) > 3) / max(1, len(printed))

        return max(self.documents, key=share, default=None)

    def _quoted(self, doc_id: str, entry: Json, mention: Json) -> Json:
        value, quote = str(entry["value"]), str(mention["text"])
        chance = random.Random(f"{self._seed}|{doc_id}|{entry['field']}|{value}|{entry.get('group')}")
        if chance.random() < self._error_rate:
            value, quote = _misread(value, chance), _misread(quote, chance)
            self.planted.add((doc_id, entry["field"]))
        return {"value": value, "quote": quote, "page": mention["page"]}


def _pages(prompt: str) -> dict[int, str]:
    parts = _PAGE.split(prompt)
    return {int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)}


def _squeezed(text: str) -> str:
    return re.sub(r"\W", "", text).lower()


def _misread(text: str, chance: random.Random) -> str:
    """The text with one letter or digit replaced by another."""
    places = [i for i, c in enumerate(text) if c.isalnum()]
    if not places:
        return text
    at = chance.choice(places)
    pool = "0123456789" if text[at].isdigit() else "abcdefghijklmnopqrstuvwxyz"
    return text[:at] + chance.choice([c for c in pool if c != text[at].lower()]) + text[at + 1 :]
