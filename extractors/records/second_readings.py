"""Whether the second reading of a value's words says what the first one said (see `documents.second_reading`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from documents.pages import SURE_WORD, Page, SecondReading, Word
from documents.values import Evidence, Kind

# Where the grammar of a kind has digits only, a letter that looks like one is that digit: `1O` read again for `10`.
_DIGITS = str.maketrans("OoQDIilLSsZzBGb", "000011115522866")
_ALL_DIGITS = frozenset({Kind.NPI, Kind.PHONE, Kind.NUMBER, Kind.PLACE_OF_SERVICE, Kind.DATE, Kind.RESULT, Kind.RANGE})
# Where it has digits in some places: between the first and the last character of a CPT or HCPCS code, in the second
# place of an ICD-10-CM code.
_DIGIT_PLACES = {Kind.PROCEDURE_CODE: slice(1, 4), Kind.DIAGNOSIS_CODE: slice(1, 2)}
# Signs inside these mean nothing.
_UNPUNCTUATED = frozenset({Kind.IDENTIFIER, Kind.NPI, Kind.PHONE, Kind.PROCEDURE_CODE, Kind.DIAGNOSIS_CODE})
_EDGES = re.compile(r"^[^A-Za-z0-9]+|[^A-Za-z0-9]+$")


def second_features(
    value: str, kind: Kind, evidence: Sequence[Evidence], pages: Mapping[int, Page]
) -> dict[str, float]:
    """`second_differs` if a word of the value was read otherwise; `second_agrees` if all unsure ones were read alike.

    Neither where no word was read again, or where an unsure one was not. An id of letters and digits is never agreed
    upon: look-alikes deceive both readings, and no grammar says where a zero and where a letter O belongs.
    """
    said = [(e, word) for e in evidence for word in pages[e.page].words_in(e.start, e.end) if _bare(word.text)]
    alike = {
        (e.page, word.start): same
        for e in evidence
        for reading in pages[e.page].second_in(e.start, e.end)
        for word, same in _compared(reading, pages[e.page], kind)
    }
    found = [alike.get((e.page, word.start), None if word.confidence < SURE_WORD else True) for e, word in said]
    if any(same is False for same in found):
        return {"second_differs": 1.0}
    read = any((e.page, word.start) in alike for e, word in said)
    mixed = kind is Kind.IDENTIFIER and any(c.isalpha() for c in value)
    return {"second_agrees": 1.0} if read and all(found) and not mixed else {}


def _compared(reading: SecondReading, page: Page, kind: Kind) -> Iterator[tuple[Word, bool]]:
    """The words of a reading, each with whether the second one agrees; spaces may stand elsewhere."""
    words = [word for word in page.words_in(reading.start, reading.end) if _bare(word.text)]
    first = [_form(word.text, kind) for word in words]
    second = [_form(word, kind) for word in reading.text.split() if _bare(word)]
    together = _form("".join(word.text for word in words), kind) == _form("".join(reading.text.split()), kind)
    for index, word in enumerate(words):
        yield word, together or (len(first) == len(second) and first[index] == second[index])


def _form(text: str, kind: Kind) -> str:
    """What must be equal of two readings of one word of a value."""
    bare = re.sub(r"[^A-Za-z0-9]", "", text) if kind in _UNPUNCTUATED else _bare(text)
    if not any(c.isdigit() for c in bare) and kind is not Kind.IDENTIFIER:
        return bare.casefold().replace("e", "c")  # `meg` for `mcg`; no two units or months differ in that alone
    if kind in _ALL_DIGITS and re.fullmatch(r"[\dOoQDIilLSsZzBGb.,/:-]+", bare):
        return bare.translate(_DIGITS)
    places = _DIGIT_PLACES.get(kind)
    if places is not None:
        letters = list(bare)
        letters[places] = "".join(letters[places]).translate(_DIGITS)
        bare = "".join(letters)
    return bare.casefold()


def _bare(text: str) -> str:
    return _EDGES.sub("", text)
