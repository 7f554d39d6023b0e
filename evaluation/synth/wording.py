"""What a template says in its own words: its labels, titles and headings, and the phrases of its running text.

No two senders share them (but for words that every sender must use), so that what is read well on one sender says
something about the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from evaluation.synth.template import Template

# Words in a row that make a phrase: five may coincide by chance only in stock formulas, which senders must not share.
_PHRASE = 5
_MARKS = re.compile(r"(@if (none )?\w+ |@\w+ |\^[lcr][\d.]* |~~~\*? ?|\d+\. |[-=+_&#?|]+ )+")
_KINDS = re.compile(r"^(?:(?:any|imaging|surgery|infusion|drug|dme|therapy|behavioral|sleep|lab) ?)+: ")
_SLOT = re.compile(r"\{[^{}]*\}")
_STATED = re.compile(r"\{fact\?? [^|{}]*\|([^{}]*)\}")
_CHOICE = re.compile(r"\[(?:on|off|sex \w+|urgency \w+|place \d+|has \w+|kind \w+)\] ?([^\[]*)")


def labels(template: Template) -> frozenset[str]:
    """Labels of entries, boxes and columns, titles and headings, in lower case without signs."""
    found = (_bare(text) for row in template.body for text in _labels(row))
    return frozenset(text for text in found if text)


def phrases(template: Template) -> frozenset[str]:
    """All runs of five words of the running text and of the lists of phrases."""
    texts = [row for row in template.body if not row.startswith("|")]
    texts += [entry for name, entries in template.lists.items() if name != "analytes" for entry in entries]
    return frozenset(phrase for text in texts for phrase in _runs(text))


def _labels(row: str) -> Iterator[str]:
    rest = re.sub(r"^(@if (none )?\w+ |@\w+ )+", "", row)
    if rest.startswith(("# ", "## ", "^")):
        yield rest.split(" ", 1)[1]
    elif rest.startswith("|| "):
        yield from (cell.strip().partition(" ")[2] for cell in rest[3:].split("|"))
    elif rest.startswith("= "):
        yield from (cell.partition(": ")[0] for cell in rest[2:].split(" | "))
    elif rest.startswith(("+ ", "_ ", "& ")):
        heads = (cell.partition("::")[0].partition("*")[0] for cell in rest[2:].split(" | "))
        yield from (re.sub(r"^\s*\d* ", "", head) for head in heads)
    elif rest.startswith("? "):
        question, _, boxes = rest[2:].partition("::")
        yield question.partition("*")[0]
        yield from _CHOICE.findall(boxes)
    elif rest.startswith("~~~"):
        yield rest.lstrip("~* ").partition("::")[0]
    elif ":: " in rest:
        yield rest.partition(":: ")[0]


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9#]+", _SLOT.sub(" ", _STATED.sub(r"\1", text)).lower()))


def _runs(text: str) -> Iterable[str]:
    plain = _STATED.sub(r"\1", _MARKS.sub("", _KINDS.sub("", text)))
    # A slot or a choice ends a phrase: what stands in it is not the sender's wording.
    for part in re.split(r"\{[^{}]*\}|<<|>>|\|\|", plain):
        words = re.findall(r"[a-z0-9']+", part.lower())
        yield from (" ".join(words[i : i + _PHRASE]) for i in range(len(words) - _PHRASE + 1))
