"""A printed name as a FHIR HumanName: whole as text, and in parts where the order is beyond doubt."""

from __future__ import annotations

from documents.records import Field
from fhir_mapping.elements import Element, absent, present, text_of
from fhir_mapping.stated import Stated, stated

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})

# Credentials that US clinicians print after their names.
_CREDENTIAL_WORDS = """
md do phd pharmd rph np fnp fnp-c aprn arnp cnp dnp pa pa-c rn bsn msn lpn cnm crna dpm dds dmd od dc pt dpt ot otr slp
lcsw lmft psyd mph ms ma mba facp facs facc faap faan faaos facog
"""
_CREDENTIALS = frozenset(_CREDENTIAL_WORDS.split())

# Words that open a family name of several words (van der Berg, de la Cruz).
_PARTICLES = frozenset(
    (
        "van",
        "von",
        "der",
        "den",
        "de",
        "del",
        "della",
        "la",
        "le",
        "da",
        "di",
        "dos",
        "du",
        "st",
        "st.",
        "al",
        "el",
        "bin",
    )
)


_LONGEST_INITIAL = 3  # `J.`, `Wm.`


def human_name(field: Field) -> Element:
    """A HumanName; a single word is neither surely a given nor surely a family name, so it stays text.

    Every part is a run of words of the field's value.
    """
    words = field.value.replace(",", " , ").split()
    suffix: list[str] = []
    while len(words) > 2 and _is_suffix(words[-1], after_comma=words[-2] == ","):
        suffix.insert(0, words.pop())
        if words[-1] == ",":
            words.pop()
    if "," in words:  # Last, First Middle
        comma = words.index(",")
        family, given = words[:comma], [word for word in words[comma + 1 :] if word != ","]
    else:
        start = len(words) - 1
        while start > 1 and words[start - 1].lower() in _PARTICLES:
            start -= 1
        family, given = words[start:], words[:start]
    # A full stop behind a whole word is a comma that was misread (`Bone. Ronald`), and which name is which is open.
    stopped = any(w.endswith(".") and len(w) > _LONGEST_INITIAL and w.lower() not in _PARTICLES for w in words)
    if not family or not given or stopped:
        return {"text": stated(field), **absent()}
    return present(
        text=stated(field),
        family=Stated(" ".join(family), field),
        given=[Stated(word, field) for word in given],
        suffix=[Stated(word, field) for word in suffix],
    )


def family_name(field: Field | None) -> Element:
    """A HumanName where a family name is mandatory: said to be unknown where it is not known."""
    name = human_name(field) if field else {}
    return name if "family" in name else present(text=text_of(field), _family=absent())


def _is_suffix(word: str, *, after_comma: bool) -> bool:
    plain = word.replace(".", "")
    # Ma and Do are family names too: without a comma, credentials are known by their capitals.
    written_as_credential = after_comma or plain != plain.capitalize()
    return plain.lower() in _SUFFIXES or (plain.lower() in _CREDENTIALS and written_as_credential)
