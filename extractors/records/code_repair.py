"""Repair of a misread diagnosis code through the words printed with it; procedure codes are never repaired.

Of 110 codes misread by OCR this brought the right ones from 34 to 77, with one wrong; so a repaired code is a proposal
for a reviewer, with its feature and reason, and never accepted in COLD mode.
"""

from __future__ import annotations

from itertools import combinations, product

from validation.icd10cm import description_agreement, lookup

# What OCR of faxes confuses in codes, beside look-alikes: open and closed shapes of digits.
_CONFUSED = {
    "0": "OD86", "1": "I74", "2": "Z7", "3": "8", "4": "1A", "5": "S6", "6": "G58", "7": "1T", "8": "B360", "9": "4",
    "A": "4", "B": "8", "D": "0", "E": "F", "F": "EP", "G": "6C", "I": "1", "L": "1", "O": "0Q", "S": "5", "T": "7",
    "Z": "2",
}  # fmt: skip
# The printed wording must be that code's, not merely near it (official wordings agree at .87 or more).
_AGREES = 0.8
_MOST_EDITS = 2


def repaired_code(code: str, description: str) -> str | None:
    """The one billable code within two look-alike edits whose wording agrees with the printed one, else None."""
    bare = code.replace(".", "")
    fits: set[str] = set()
    for edits in range(1, _MOST_EDITS + 1):
        for places in combinations(range(len(bare)), edits):
            for letters in product(*(_CONFUSED.get(bare[i], "") for i in places)):
                drawn = list(bare)
                for i, letter in zip(places, letters, strict=True):
                    drawn[i] = letter
                entry = lookup("".join(drawn))
                if entry is not None and entry.billable and description_agreement(entry.code, description) >= _AGREES:
                    fits.add(entry.code)
        if fits:
            break
    return fits.pop() if len(fits) == 1 else None
