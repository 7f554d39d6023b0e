"""How many pages a PDF has, agreed between three parsers, and the copy of it that all three read alike.

pdfplumber loses pages of damaged files without a word (28 of 520 odd PDFs that raised nothing; one gave 1 page of 429),
so its count must agree with PDFium's and qpdf's. qpdf's rewriting repairs most of the rest.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pdfplumber
import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from documents.outcomes import OutcomeCode

_OBJECT = re.compile(rb"\b\d+ \d+ obj\b")
# Annotations that print: a viewer shows form values, typed text, stamps and ink; a parser of page contents does not.
_PRINTING = frozenset(
    {"/Widget", "/FreeText", "/Stamp", "/Ink", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine"}
)


@dataclass(frozen=True)
class SoundPdf:
    """A PDF ready to be read page by page.

    Attributes:
        path: the file itself, or a rewritten copy of it.
        pages: the agreed number of pages (0 with a code: nothing to read).
        text_layer: whether pdfplumber reads the same pages, so that its text may be tried.
        code: what keeps the document from being complete, if anything.
        detail: counts and active content, for the ledger; never document text.
    """

    path: Path
    pages: int
    text_layer: bool
    code: OutcomeCode | None = None
    detail: str = ""


@dataclass(frozen=True)
class _Counts:
    """Pages by parser, None where it cannot open the file."""

    plumber: int | None
    pdfium: int | None
    qpdf: int | None

    @property
    def most(self) -> int:
        """The largest count that any parser gives."""
        return max(self.plumber or 0, self.pdfium or 0, self.qpdf or 0)

    @property
    def agree(self) -> bool:
        """Whether all three give the same number of pages, and at least one."""
        return self.most > 0 and self.plumber == self.pdfium == self.qpdf

    def __str__(self) -> str:
        return f"pages: pdfplumber {self.plumber}, pdfium {self.pdfium}, qpdf {self.qpdf}"


class _EncryptedError(Exception):
    """The file needs a password."""


def make_sound(path: Path, scratch: Path, *, max_pages: int) -> SoundPdf:
    """Counts a PDF's pages with three parsers, rewriting it where they disagree or where form values must be drawn.

    Args:
        path: the file; never changed.
        scratch: an existing folder for the rewritten copy.
        max_pages: a longer document is not parsed further.
    """
    if _ends_early(path):
        return SoundPdf(path, 0, text_layer=False, code=OutcomeCode.TRUNCATED, detail="no end marker")
    try:
        qpdf, printing, active = _look_with_qpdf(path, max_pages)
        seen = _count_pdfium(path)
    except _EncryptedError:
        return SoundPdf(path, 0, text_layer=False, code=OutcomeCode.ENCRYPTED)
    if max(qpdf or 0, seen or 0) > max_pages:
        pages = max(qpdf or 0, seen or 0)
        return SoundPdf(path, pages, text_layer=False, code=OutcomeCode.TOO_MANY_PAGES, detail=active)
    if printing and qpdf is not None:
        flat = _rewritten(path, scratch / "flattened.pdf", flatten=True)
        if flat is not None and _count_pdfium(flat) == seen:
            path = flat
    sound = _settle(path, scratch, _Counts(_count_plumber(path), seen, qpdf))
    return replace(sound, detail="; ".join(part for part in (sound.detail, active) if part))


def _settle(path: Path, scratch: Path, counts: _Counts) -> SoundPdf:
    """Decides on a count: all three, else all three after a rewriting, else two of them, else a person."""
    if counts.agree:
        return SoundPdf(path, counts.most, text_layer=True)
    if counts.most == 0:
        opened = counts.pdfium is not None or counts.qpdf is not None
        return SoundPdf(path, 0, text_layer=False, code=OutcomeCode.NO_PAGES if opened else OutcomeCode.DAMAGED)
    copy = _rewritten(path, scratch / "rewritten.pdf", flatten=False) if counts.qpdf else None
    if copy is not None:
        again = _Counts(_count_plumber(copy), _count_pdfium(copy), counts.qpdf)
        if again.agree and again.most >= counts.most:
            return SoundPdf(copy, again.most, text_layer=True, detail=f"rewritten; {counts}")
        if again.pdfium == again.qpdf == counts.most:
            return SoundPdf(copy, counts.most, text_layer=False, detail=f"rewritten, read by OCR; {counts}")
    if counts.pdfium == counts.most and counts.most in (counts.qpdf, counts.plumber):
        return SoundPdf(path, counts.most, text_layer=False, detail=f"read by OCR; {counts}")
    # Nobody confirms the largest count: what can be rendered is read, and a person looks at the original.
    code = OutcomeCode.PAGE_COUNT_DISAGREES
    return SoundPdf(path, counts.pdfium or 0, text_layer=False, code=code, detail=str(counts))


def _ends_early(path: Path) -> bool:
    """Whether the file lacks its end: no `%%EOF`, or objects of an update after the last one.

    A file cut in a download or a transmission may still open, with its last pages gone.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        marker = max(content.rfind(b"%%EOF"), content.rfind(b"startxref"))
        return marker < 0 or _OBJECT.search(content, marker) is not None


def _look_with_qpdf(path: Path, max_pages: int) -> tuple[int | None, bool, str]:
    """Qpdf's page count, whether annotations print, and the active content found (never run, only told)."""
    try:
        with pikepdf.open(path) as pdf:
            pages = len(pdf.pages)
            if pages > max_pages:
                return pages, False, ""
            subtypes = set(_annotation_subtypes(pdf))
            active = sorted(set(_active_content(pdf)))
            return pages, bool(subtypes & _PRINTING), f"active content: {', '.join(active)}" if active else ""
    except pikepdf.PasswordError:
        raise _EncryptedError from None
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None, False, ""  # qpdf reports damage in all these ways


def _annotation_subtypes(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        if not isinstance(annotations, pikepdf.Array):
            continue
        for annotation in annotations:
            if isinstance(annotation, pikepdf.Dictionary):
                yield str(annotation.get("/Subtype", ""))


def _active_content(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Names of what a careless viewer would run or unpack (ISO 32000-1, 12.6.4 and 7.11.4)."""
    root = pdf.Root
    opening = root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary):
        yield {"/JavaScript": "javascript", "/Launch": "launch"}.get(str(opening.get("/S", "")), "open action")
    if "/AA" in root:
        yield "additional actions"
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        if "/JavaScript" in names:
            yield "javascript"
        if "/EmbeddedFiles" in names:
            yield "embedded file"


def _count_pdfium(path: Path) -> int | None:
    """PDFium's page count; it believes /Count, so the last page must load."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_raw.FPDF_ERR_PASSWORD:
            raise _EncryptedError from None
        return None
    try:
        count = len(document)
        if count:
            document[count - 1].close()
        return count
    except pdfium.PdfiumError:
        return 0
    finally:
        document.close()


def _count_plumber(path: Path) -> int | None:
    try:
        with pdfplumber.open(path) as pdf:
            return len(pdf.pages)
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise _EncryptedError from None
        return None
    except Exception:
        # TypeError, IndexError and RecursionError were all seen to escape pdfplumber's wrapper on damaged files.
        return None


def _rewritten(path: Path, copy: Path, *, flatten: bool) -> Path | None:
    """A copy with a sound cross-reference table and, if asked, with form values and stamps drawn into the pages."""
    try:
        with pikepdf.open(path) as pdf:
            if flatten:
                pdf.generate_appearance_streams()
                pdf.flatten_annotations("screen")
            pdf.save(copy)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, RecursionError):
        return None
    return copy
