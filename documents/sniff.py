"""What a file is, told from its first bytes; its name is never trusted."""

from __future__ import annotations

import re
from enum import StrEnum

# The first bytes that `sniff` needs: enough text to judge an encoding, little enough to read of any file.
HEAD_BYTES = 65_536

# ISO 32000-1, annex H, note 13: viewers accept the header anywhere in the first 1024 bytes.
_PDF_HEADER = re.compile(rb"%PDF-\d\.\d")
_PDF_HEADER_WITHIN = 1024

# Text formats that are no plain text: reading their markup as prose would put tags into values.
_MARKUP = re.compile(rb"\s*(<!doctype|<html|<\?xml|<svg|<script|\{\\rtf|%!PS)", re.IGNORECASE)

_ALLOWED_CONTROLS = frozenset(b"\t\n\r\f\v")
# Binary formats have one control byte in four to eight; text with printer codes or stray NULs has one in fifty.
_CONTROL_SHARE = 0.10


class MediaType(StrEnum):
    """The types that can be read."""

    PDF = "application/pdf"
    TIFF = "image/tiff"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TEXT = "text/plain"


_SIGNATURES: tuple[tuple[bytes, MediaType], ...] = (
    (b"II*\0", MediaType.TIFF),
    (b"MM\0*", MediaType.TIFF),
    (b"II+\0", MediaType.TIFF),  # BigTIFF
    (b"MM\0+", MediaType.TIFF),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
)
# Containers that may hold a PDF header early on without being a PDF.
_OTHER_CONTAINERS = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\xd0\xcf\x11\xe0",
    b"\x7fELF",
    b"MZ",
)


def sniff(head: bytes) -> MediaType | None:
    """The type of a file that starts with `head` (its first `HEAD_BYTES`), or None if it is none that can be read.

    Text counts as text even if a later look finds its encoding broken: then it ends as unreadable text, not as an
    unknown type.
    """
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head.startswith(_OTHER_CONTAINERS):
        return None
    if _PDF_HEADER.search(head, 0, _PDF_HEADER_WITHIN):
        return MediaType.PDF
    return MediaType.TEXT if _looks_like_text(head) else None


def _looks_like_text(head: bytes) -> bool:
    if not head or _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return False
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    controls = sum(1 for byte in head if byte < 0x20 and byte not in _ALLOWED_CONTROLS)
    return controls <= _CONTROL_SHARE * len(head)
