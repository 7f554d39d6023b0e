"""Characters that nobody can print or read: a page shows each as U+FFFD, and what stands there proves no value.

A PDF's text layer may hold any of them (a font's own character map decides), and so may a typed file.
"""

from __future__ import annotations

import re

SHOWN_AS = "\N{REPLACEMENT CHARACTER}"
"""What a page's text holds where a character cannot be read; a text layer may hold it of itself."""

# Control characters that are mere white space: vertical tab, the separators and the next line.
_SPACES = re.compile("[\x0b\x0c\x1c-\x1f\x85]")
# The other control characters, halves of surrogate pairs (no encoding holds one), and the two that are no characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def shown(text: str) -> str:
    """The text with white space of every sort as spaces, tabs and line ends, and U+FFFD for what cannot be read."""
    return text if text.isprintable() else _UNPRINTABLE.sub(SHOWN_AS, _SPACES.sub(" ", text))


def is_unreadable(text: str) -> bool:
    """Whether a text holds a character that cannot be read, or the sign for one."""
    return SHOWN_AS in text or not (text.isprintable() or _UNPRINTABLE.search(text) is None)
