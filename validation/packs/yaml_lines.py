"""YAML read as plain text values, each with the line it stands on.

Scalars stay as written: YAML's own guesses would turn the code 0042 into a number, the phrase `no` into false, and a
date into one of two kinds. Aliases are refused (ten lines of them can stand for a billion values), and so is a key that
is there twice.
"""

from __future__ import annotations

from typing import Any

import yaml

Location = tuple[str | int, ...]

_DEEPEST = 12  # packs nest five levels
_EMPTY_TAG = "tag:yaml.org,2002:null"


class YamlTextError(Exception):
    """What is wrong with a text, and on which line (1-based)."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what


class Lines:
    """The lines of a document's values by their location."""

    def __init__(self) -> None:
        self._lines: dict[Location, int] = {(): 1}

    def put(self, location: Location, line: int) -> None:
        """Notes where a value (or its key) begins."""
        self._lines[location] = line

    def of(self, location: Location) -> int:
        """The line of a value; of what should hold it, where it is missing."""
        while location not in self._lines:
            location = location[:-1]
        return self._lines[location]


def read_yaml(text: str) -> tuple[Any, Lines]:
    """The document of a text as mappings, lists and strings, and where each stands.

    Raises:
        YamlTextError: it is no YAML, holds more than one document, an alias, a repeated key or an empty value, or is
            nested too deeply.
    """
    try:
        _check_shape(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlTextError(1 if mark is None else mark.line + 1, error.problem or "this is no YAML") from None
    except (yaml.YAMLError, RecursionError):
        raise YamlTextError(1, "this is no YAML") from None
    lines = Lines()
    return (None if node is None else _value(node, (), lines)), lines


def _check_shape(text: str) -> None:
    """Refuses aliases and deep nesting while parsing goes on: each level makes the whole dearer to compose."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise YamlTextError(line, "aliases (*name) are not allowed")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise YamlTextError(line, "it is nested too deeply")


def _value(node: yaml.Node, location: Location, lines: Lines) -> Any:
    line = node.start_mark.line + 1
    lines.put(location, line)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, location, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, (*location, at), lines) for at, each in enumerate(node.value)]
    if node.tag == _EMPTY_TAG and not node.value:
        raise YamlTextError(line, "the value is empty; leave the key out instead")
    return str(node.value)


def _mapping(node: yaml.MappingNode, location: Location, lines: Lines) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise YamlTextError(line, "a key must be a word")
        if key.value in found:
            raise YamlTextError(line, f"the key {key.value} is there twice")
        found[key.value] = _value(value, (*location, key.value), lines)
        lines.put((*location, key.value), line)
    return found
