"""Page counts between three parsers: never fewer pages silently."""

from __future__ import annotations

import re
from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from documents.outcomes import OutcomeCode
from documents.pdf_soundness import SoundPdf, make_sound
from tests.documents.drawing import draw_pdf, lines

PAGES = [lines(f"Page {n} of the request") for n in range(1, 6)]


def sound(path: Path, max_pages: int = 500) -> SoundPdf:
    scratch = path.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    return make_sound(path, scratch, max_pages=max_pages)


def texts(result: SoundPdf) -> list[str]:
    with pdfplumber.open(result.path) as pdf:
        return [page.extract_text() for page in pdf.pages]


def test_a_sound_file_is_used_as_it_is(tmp_path: Path) -> None:
    path = draw_pdf(tmp_path / "a.pdf", *PAGES)
    assert sound(path) == SoundPdf(path, 5, text_layer=True)


def test_pages_that_one_parser_loses_come_back_by_rewriting(tmp_path: Path) -> None:
    path = draw_pdf(tmp_path / "a.pdf", *PAGES)
    # Two pages without /Type: pdfplumber drops them without a word, PDFium and qpdf show them.
    path.write_bytes(re.sub(rb"/Type /Page\b", b"/Tipe /Page", path.read_bytes(), count=2))
    with pdfplumber.open(path) as pdf:
        assert len(pdf.pages) == 3
    result = sound(path)
    assert (result.pages, result.code) == (5, None)
    assert result.text_layer
    assert texts(result) == [f"Page {n} of the request" for n in range(1, 6)]
    assert "pdfplumber" in result.detail


def test_a_file_cut_short_is_truncated(tmp_path: Path) -> None:
    path = draw_pdf(tmp_path / "a.pdf", *PAGES)
    path.write_bytes(path.read_bytes()[:-200])
    assert sound(path).code is OutcomeCode.TRUNCATED


def test_a_lost_update_is_truncated(tmp_path: Path) -> None:
    path = draw_pdf(tmp_path / "a.pdf", *PAGES)
    path.write_bytes(path.read_bytes() + b"\n4 0 obj\n<< /Type /Page /Contents")
    assert sound(path).code is OutcomeCode.TRUNCATED


def test_a_password_is_needed(tmp_path: Path) -> None:
    path = draw_pdf(tmp_path / "a.pdf", *PAGES)
    with pikepdf.open(path) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(user="secret", owner="secret"))
        pdf.save(tmp_path / "owner.pdf", encryption=pikepdf.Encryption(user="", owner="secret"))
    assert sound(tmp_path / "locked.pdf").code is OutcomeCode.ENCRYPTED
    # With an empty user password every viewer opens it, and so do we.
    assert (sound(tmp_path / "owner.pdf").pages, sound(tmp_path / "owner.pdf").code) == (5, None)


def test_too_many_pages_are_counted_not_parsed(tmp_path: Path) -> None:
    result = sound(draw_pdf(tmp_path / "a.pdf", *PAGES), max_pages=4)
    assert (result.pages, result.code) == (5, OutcomeCode.TOO_MANY_PAGES)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7\nnothing of a PDF\nstartxref\n0\n%%EOF", OutcomeCode.DAMAGED),
        (b"%PDF-1.7\n", OutcomeCode.TRUNCATED),
    ],
)
def test_what_no_parser_opens(tmp_path: Path, content: bytes, code: OutcomeCode) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    result = sound(path)
    assert (result.pages, result.code) == (0, code)


def test_filled_form_fields_are_drawn_into_the_page(tmp_path: Path) -> None:
    def form(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Member ID")
        canvas.acroForm.textfield(name="member", value="W123456789", x=150, y=690, width=200, height=20)

    result = sound(draw_pdf(tmp_path / "a.pdf", form))
    assert (result.pages, result.code, result.text_layer) == (1, None, True)
    assert texts(result)[0].split() == ["Member", "ID", "W123456789"]


def test_active_content_is_told(tmp_path: Path) -> None:
    path = draw_pdf(tmp_path / "a.pdf", *PAGES)
    with pikepdf.open(path) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.attachments["owned"] = b"x"
        pdf.save(tmp_path / "b.pdf")
    assert sound(tmp_path / "b.pdf").detail == "active content: embedded file, javascript"
