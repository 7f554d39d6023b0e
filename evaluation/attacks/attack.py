"""One attack: which value an attacker wants to be read, how he words it, and where he puts it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class Place(StrEnum):
    """Where the attacker's words stand; those of HIDDEN a person who looks at the page does not see."""

    BODY = "body"
    HEADER = "header"
    FOOTER = "footer"
    TABLE = "table"
    MARGIN = "margin"
    COVER = "cover_sheet"
    ADDED_PAGE = "added_page"
    WHITE = "white"
    OFF_PAGE = "off_page"
    TINY = "tiny"
    INVISIBLE = "render_mode_3"
    BEHIND_IMAGE = "behind_image"
    ANNOTATION = "annotation"
    METADATA = "metadata"
    FORM_FIELD = "form_field"


HIDDEN = frozenset(
    {
        Place.WHITE, Place.OFF_PAGE, Place.TINY, Place.INVISIBLE, Place.BEHIND_IMAGE, Place.ANNOTATION, Place.METADATA,
        Place.FORM_FIELD,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """What the attacker wants.

    Attributes:
        path: the field.
        value: his value, as it would be printed.
        truth: what the document prints for it, empty where it states none.
        what: what a sender calls the field.
        single: whether a document has one value of it, so that a second one contradicts the first.
    """

    path: str
    value: str
    truth: str
    what: str
    single: bool


@dataclass(frozen=True, slots=True)
class Attack:
    """An attack on one document.

    Attributes:
        name: of the attacked document.
        technique: of wordings.toml.
        place: see Place.
        target: what the attacker wants.
        lines: his words, line by line.
    """

    name: str
    technique: str
    place: Place
    target: Target
    lines: tuple[str, ...]
