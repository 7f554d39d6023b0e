"""Look-alike characters, read only towards the class of character that a grammar demands at a position.

Tables keep the length of a text, so that spans stay true. They hold the pairs that OCR of faxes confuses most
(0/O, 1/l/I, 2/Z, 5/S, 6/G, 8/B); anything wilder is for a person.
"""

from __future__ import annotations

# A character class for regular expressions where a digit is demanded.
DIGIT = r"[0-9]"
DIGIT_OR_ALIKE = r"[0-9OoIl|SsBZzG]"

_TO_DIGIT = str.maketrans("OoIl|SsBZzG", "00111558226")
_TO_LETTER = str.maketrans("015826|", "OISBZGI")

# Printed character -> characters it may stand for. `i` pairs with 1 and | only: i and l are told apart by OCR.
_ALIKE: dict[str, frozenset[str]] = {}
for _group in ("0Oo", "1lI|", "1i|", "5Ss", "8B", "2Zz", "6G"):
    for _character in _group:
        _ALIKE[_character] = _ALIKE.get(_character, frozenset()) | frozenset(_group)


def to_digits(text: str) -> str:
    """The text with every look-alike of a digit replaced by that digit; same length."""
    return text.translate(_TO_DIGIT)


def to_letters(text: str) -> str:
    """The text with every look-alike of a letter replaced by that capital letter; same length."""
    return text.translate(_TO_LETTER)


def digit_class(*, from_ocr: bool) -> str:
    """The class for a regular expression where the grammar demands a digit."""
    return DIGIT_OR_ALIKE if from_ocr else DIGIT


def mostly_digits(text: str) -> bool:
    """Whether at least half of the letters and digits are digits as printed.

    A run made of look-alikes only (`SOS`, `Is`) is a word, not a number.
    """
    drawn = [c for c in text if c.isalnum() or c == "|"]
    return 2 * sum(c.isdigit() for c in drawn) >= len(drawn) > 0


def alike(printed: str, claimed: str) -> bool:
    """Whether two texts of the same length differ in case and look-alike characters only."""
    if len(printed) != len(claimed):
        return False
    return all(
        a == b or a.casefold() == b.casefold() or b in _ALIKE.get(a, frozenset())
        for a, b in zip(printed, claimed, strict=True)
    )
