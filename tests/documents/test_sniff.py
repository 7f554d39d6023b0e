"""The type is told from content."""

from __future__ import annotations

import pytest

from documents.sniff import MediaType, sniff


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", MediaType.PDF),
        (b"\r\nMIME junk before it\r\n\r\n%PDF-1.4\n", MediaType.PDF),
        (b"II*\0\x08\0\0\0", MediaType.TIFF),
        (b"MM\0*\0\0\0\x08", MediaType.TIFF),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", MediaType.PNG),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", MediaType.JPEG),
        (b"Patient: Ann\nDOB: 3/4/1962\n", MediaType.TEXT),
        ("Señora Núñez".encode(), MediaType.TEXT),
        ("Señora".encode("cp1252"), MediaType.TEXT),
        ("Patient".encode("utf-16"), MediaType.TEXT),
        (b"Patient: Ann\0\nDOB: 3/4/1962, seen in clinic today\n", MediaType.TEXT),
        (b"", None),
        (b"<html><script>alert(1)</script></html>", None),
        (b'\xef\xbb\xbf<?xml version="1.0"?>', None),
        (b"{\\rtf1\\ansi", None),
        (b"PK\x03\x04 then %PDF-1.7", None),
        (b"\x7fELF\x02\x01\x01", None),
        (bytes(range(256)) * 4, None),
    ],
)
def test_types(head: bytes, expected: MediaType | None) -> None:
    assert sniff(head) is expected


def test_a_pdf_header_far_inside_a_text_does_not_make_it_a_pdf() -> None:
    assert sniff(b"a line of text\n" * 100 + b"%PDF-1.7") is MediaType.TEXT
