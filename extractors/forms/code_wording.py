"""The words printed with a diagnosis code, told from a label's words before them by the official wording."""

from __future__ import annotations

import re

from validation.icd10cm import description_agreement

# Words that forms set before a wording: `Illness it is ...`, `in words: ...`. Doubt and history are none of them.
_LABEL_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        no problem problems disease illness condition diagnosis diagnoses dx indication disorder reason description desc
        name named in words word meaning means called it is which that of for text narrative says code codes icd number
        primary secondary principal clinical working
        """,
    )
)
# Those of them that mean nothing for the code: where a wording is as good without them they are the label's.
_EMPTY = frozenset(["it", "is", "in", "which", "that", "of", "for", "means", "called", "named", "says", "text"])
_MOST_LABEL_WORDS = 4
_WORD = re.compile(r"\S+")
# Official wordings, shortened or reordered, reach .87; beside the code less is somebody else's text.
_AGREES = 0.8


def without_label(code: str, text: str) -> int:
    """Where the wording of a code begins in a text that may start with a label's words; 0 if it starts at once."""
    starts = [m.start() for m in _WORD.finditer(text)]
    best, start = description_agreement(code, text), 0
    for position, word in enumerate(_WORD.findall(text)[:_MOST_LABEL_WORDS]):
        bare = word.lower().strip(":.,-–—=")
        if bare not in _LABEL_WORDS or position + 1 >= len(starts):
            break
        agreement = description_agreement(code, text[starts[position + 1] :])
        if agreement > best or (agreement == best and bare in _EMPTY and start == starts[position]):
            best, start = agreement, starts[position + 1]
    return start


def own_wording(code: str, text: str) -> tuple[int, int] | None:
    """The span of a text that is the wording of a code, without a label's words before it, or None."""
    start = without_label(code, text)
    end = len(text.rstrip(" .;,:"))
    return (start, end) if description_agreement(code, text[start:end]) >= _AGREES else None
