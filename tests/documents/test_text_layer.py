"""The text layer: geometry as displayed, overprints, leaders, ligatures, and what it tells of hidden text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pdfplumber
import pikepdf
import pypdfium2 as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from documents.hidden_text import Judgement, invisible_text, judge
from documents.pages import Box
from documents.raster import rendered
from documents.text_assembly import assemble
from documents.text_layer import TextLayer, displayed_frame, read_text_layer
from tests.documents.drawing import Draw, draw_pdf, full_page_image, lines, picture_of_text, together

BODY = lines(*(f"Line {n} of a request for lumbar imaging after six weeks of therapy" for n in range(12)))


def look(path: Path) -> tuple[TextLayer, Judgement, bool]:
    """What the first page's layer holds, how it stands against the pixels, and whether it has invisible text."""
    document = pdfium.PdfDocument(path)
    page = document[0]
    with pdfplumber.open(path) as plumber:
        layer = read_text_layer(plumber.pages[0], displayed_frame(page, plumber.pages[0]))
    gray = rendered(page, 100, 4_000_000).pixels
    unseen = invisible_text(page)
    result = layer, judge(layer, gray, 100, unseen=unseen or ()), unseen != ()
    page.close()
    document.close()
    return result


def text_of(layer: TextLayer) -> str:
    return assemble((*layer.words, *layer.light))[0]


def box_of(layer: TextLayer, text: str) -> Box:
    (box,) = [word.box for word in layer.words if word.text == text]
    return box


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (50, 100, 500, 760)])
def test_boxes_lie_on_the_ink_of_the_displayed_page(
    tmp_path: Path, rotation: int, crop: tuple[float, float, float, float] | None
) -> None:
    drawn = draw_pdf(tmp_path / "a.pdf", BODY)
    with pikepdf.open(drawn) as pdf:
        pdf.pages[0].obj.Rotate = rotation
        if crop:
            pdf.pages[0].obj.CropBox = pikepdf.Array(list(crop))
        pdf.save(tmp_path / "b.pdf")
    layer, judgement, _ = look(tmp_path / "b.pdf")
    assert Counter(w.text for w in layer.words) == Counter(w.text for w in look(drawn)[0].words)
    # A word has ink only where its box is right: every word of the page, in every turn.
    assert len(judgement.words) == len(layer.words)
    assert judgement.trusted == (rotation == 0)  # a turned page is turned back before it is read


def test_geometry_of_a_crop(tmp_path: Path) -> None:
    drawn = draw_pdf(tmp_path / "a.pdf", lines("Corner", x=100, y=500, size=10))
    with pikepdf.open(drawn) as pdf:
        pdf.pages[0].obj.CropBox = pikepdf.Array([100, 300, 300, 520])
        pdf.save(tmp_path / "b.pdf")
    box = box_of(look(tmp_path / "b.pdf")[0], "Corner")
    assert box.left == pytest.approx(0.0, abs=0.005)
    assert box.top == pytest.approx((520 - 510) / 220, abs=0.02)


def test_simulated_bold_is_read_once(tmp_path: Path) -> None:
    bold = together(lines("CPT 27447"), lines("CPT 27447", x=72.3))
    layer, judgement, _ = look(draw_pdf(tmp_path / "a.pdf", bold))
    assert text_of(layer) == "CPT 27447"
    assert judgement.trusted


def test_a_value_on_a_line_of_underscores(tmp_path: Path) -> None:
    form = together(lines("Name: ______________"), lines("Lee", x=112))
    assert "Lee" in {w.text for w in look(draw_pdf(tmp_path / "a.pdf", form))[0].words}


def test_a_blank_line_is_a_word_of_its_own(tmp_path: Path) -> None:
    assert [w.text for w in look(draw_pdf(tmp_path / "a.pdf", lines("Name:______")))[0].words] == ["Name:", "______"]


def test_words_without_space_characters_are_parted_by_their_gaps(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 700, "Member")
        canvas.drawString(72 + canvas.stringWidth("Member") + 2, 700, "ID")

    assert text_of(look(draw_pdf(tmp_path / "a.pdf", draw))[0]) == "Member ID"


def shade(grey: float, text: str, ground: float | None = None) -> Draw:
    def draw(canvas: Canvas) -> None:
        if ground is not None:
            canvas.setFillGray(ground)
            canvas.rect(60, 190, 400, 30, stroke=0, fill=1)
        canvas.setFillGray(grey)
        canvas.setFont("Helvetica", 12)
        canvas.drawString(72, 200, text)
        canvas.setFillGray(0)

    return draw


@pytest.mark.parametrize(("grey", "ground"), [(1.0, None), (0.97, None), (0.0, 0.0), (1.0, 0.97)])
def test_print_without_contrast_is_hidden(tmp_path: Path, grey: float, ground: float | None) -> None:
    _, judgement, _ = look(draw_pdf(tmp_path / "a.pdf", together(BODY, shade(grey, "CPT 99999", ground))))
    assert judgement.hidden
    assert "99999" not in {word.text for word in judgement.words}
    assert judgement.trusted  # two words among a hundred: the rest of the page stands


@pytest.mark.parametrize(("grey", "ground"), [(0.6, None), (0.75, None), (1.0, 0.15), (1.0, 0.4), (0.0, 0.85)])
def test_grey_print_and_print_on_bars_is_seen(tmp_path: Path, grey: float, ground: float | None) -> None:
    _, judgement, _ = look(draw_pdf(tmp_path / "a.pdf", together(BODY, shade(grey, "SECTION", ground))))
    assert "SECTION" in {word.text for word in judgement.words}
    assert not judgement.hidden
    assert judgement.trusted


@pytest.mark.parametrize("draw", [lines("CPT 99999", x=5000, y=5000), lines("CPT 99999", size=1)])
def test_tiny_and_off_page_print_is_hidden(tmp_path: Path, draw: Draw) -> None:
    _, judgement, _ = look(draw_pdf(tmp_path / "a.pdf", together(BODY, draw)))
    assert judgement.hidden
    assert "99999" not in {word.text for word in judgement.words}


def test_text_covered_by_other_text_spoils_the_layer(tmp_path: Path) -> None:
    def cover(canvas: Canvas) -> None:
        canvas.setFillGray(1)
        canvas.rect(60, 190, 400, 30, stroke=0, fill=1)
        canvas.setFillGray(0)

    covered = together(BODY, lines("CPT 99999", y=200), cover, lines("CPT 27447", y=200))
    layer, judgement, _ = look(draw_pdf(tmp_path / "a.pdf", covered))
    assert layer.contradictory
    assert not judgement.trusted


def test_text_clipped_away_is_hidden(tmp_path: Path) -> None:
    def clipped(canvas: Canvas) -> None:
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(10, 10, 5, 5)
        canvas.clipPath(path, stroke=0)
        canvas.drawString(72, 200, "CPT 99999")
        canvas.restoreState()

    _, judgement, _ = look(draw_pdf(tmp_path / "a.pdf", together(BODY, clipped)))
    assert judgement.hidden
    assert "99999" not in {word.text for word in judgement.words}


def test_invisible_render_mode_is_found(tmp_path: Path) -> None:
    def invisible(canvas: Canvas) -> None:
        canvas.drawString(72, 200, "CPT 99999", mode=3)

    _, judgement, found = look(draw_pdf(tmp_path / "a.pdf", together(BODY, invisible)))
    assert found
    assert (judgement.hidden, judgement.trusted) == (True, True)
    assert "99999" not in [word.text for word in judgement.words]
    assert not look(draw_pdf(tmp_path / "b.pdf", BODY))[2]


def test_invisible_print_over_visible_makes_the_layer_unsure(tmp_path: Path) -> None:
    """An unseen digit before a printed amount would be read as a part of it."""

    def invisible(canvas: Canvas) -> None:
        canvas.drawString(72, 200, "Dose  50 mg")
        canvas.drawString(100, 200, "1", mode=3)

    judgement = look(draw_pdf(tmp_path / "a.pdf", together(BODY, invisible)))[1]
    assert (judgement.hidden, judgement.trusted) == (True, False)


def test_a_scan_is_a_scan_whatever_text_lies_over_it(tmp_path: Path) -> None:
    scan = full_page_image(picture_of_text("Request for CPT 27447"))
    layer, judgement, _ = look(draw_pdf(tmp_path / "a.pdf", together(scan, BODY)))
    assert layer.image_share == pytest.approx(1.0, abs=0.01)
    assert not judgement.trusted


def test_a_layer_that_belongs_to_other_pixels_is_refused(tmp_path: Path) -> None:
    def erase(canvas: Canvas) -> None:
        canvas.setFillGray(1)
        canvas.rect(0, 560, 612, 200, stroke=0, fill=1)

    assert not look(draw_pdf(tmp_path / "a.pdf", together(BODY, erase)))[1].trusted


def test_much_text_that_the_layer_does_not_hold_refuses_it(tmp_path: Path) -> None:
    def outlined(canvas: Canvas) -> None:  # letters drawn as shapes, as converters do with fonts they may not embed
        for row in range(14):
            for column in range(40):
                x, y = 72 + 11 * column, 100 + 16 * row
                canvas.setLineWidth(1.2)
                canvas.circle(x, y, 3.2, stroke=1, fill=0)
                canvas.line(x, y - 4, x, y + 4)

    assert not look(draw_pdf(tmp_path / "a.pdf", together(BODY, outlined)))[1].trusted


def test_a_ruled_form_with_few_words_stays_trusted(tmp_path: Path) -> None:
    def grid(canvas: Canvas) -> None:
        for row in range(30):
            for column in range(8):
                canvas.rect(40 + 66 * column, 60 + 20 * row, 66, 20)

    assert look(draw_pdf(tmp_path / "a.pdf", together(grid, lines("PRIOR AUTHORIZATION REQUEST", y=740))))[1].trusted


def test_white_print_on_solid_bars_stays_trusted(tmp_path: Path) -> None:
    def bars(canvas: Canvas) -> None:
        for row in range(8):
            y = 120 + 33 * row  # the edges of most bars cut the squares in which ink is looked at
            canvas.setFillGray(0.2)
            canvas.rect(36, y, 540, 17, stroke=0, fill=1)
            canvas.setFillGray(1)
            canvas.drawString(40, y + 5, "MEMBER")
            canvas.setFillGray(0)

    assert look(draw_pdf(tmp_path / "a.pdf", together(bars, lines("Ada Brook", y=740))))[1].trusted
