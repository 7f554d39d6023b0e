"""Pages cut out of a packet: what they show is there, what other pages hold is nowhere in the file."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pytest
from PIL import Image, ImageChops

from documents.cutting import cut_out
from documents.limits import ReadingLimits
from documents.outcomes import OutcomeCode
from documents.page_cuts import PageSpan, UncutError, cut_pages
from documents.sniff import MediaType, sniff
from tests.documents.drawing import draw_pdf, lines, picture_of_text
from tests.hostile.attacks import attacks

_PIXELS = 40_000_000
OURS, THEIRS = "Ottilie Vance", "Barnaby Quill"


# What acts when it is opened, what misleads parsers, what unpacks to more than fits.
HOSTILE = {
    *("js_openaction.pdf", "launch.pdf", "embedded_traversal.pdf", "kids_loop.pdf", "count_lies.pdf"),
    *("mediabox_huge.pdf", "image_bomb_flate.pdf", "tiff_bomb_deflate.tif", "flate_bomb_content.pdf"),
}


def pdf(path: Path) -> Path:
    """Four pages: the second and third are one patient's, the others another's."""
    return draw_pdf(path, *(lines("Page", name) for name in (THEIRS, OURS, OURS, THEIRS)))


def changed(path: Path, change: Callable[[pikepdf.Pdf], None]) -> Path:
    with pikepdf.open(path, allow_overwriting_input=True) as file:
        change(file)
        file.save(path)
    return path


def cut(path: Path, first: int, last: int, *, of: int = 4, media_type: MediaType = MediaType.PDF) -> bytes:
    return cut_pages(path, media_type, PageSpan(first=first, last=last, of=of), max_pixels=_PIXELS)


def everything_in(content: bytes) -> bytes:
    """All that a PDF holds: its objects as they are written, its streams unpacked."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as file:
        file.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all, qdf=True)
    return content + out.getvalue()


def text_of(content: bytes) -> str:
    with pdfplumber.open(io.BytesIO(content)) as file:
        return "\n".join(page.extract_text() for page in file.pages)


def test_a_cut_of_a_pdf_holds_its_pages_and_no_word_of_the_others(tmp_path: Path) -> None:
    made = cut(pdf(tmp_path / "packet.pdf"), 2, 3)
    assert text_of(made).count(OURS) == 2
    assert THEIRS.encode() not in everything_in(made)
    assert cut(tmp_path / "packet.pdf", 2, 3) == made


def _share_forms(file: pikepdf.Pdf) -> None:
    """Each page draws a form of its own, and all list the forms of all, as scanners' programs write it."""
    forms = pikepdf.Dictionary()
    for number, page in enumerate(file.pages, start=1):
        form = file.make_stream(page.Contents.read_bytes())
        form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 612, 792]
        if number % 2:  # else it draws with the resources of its page
            form.Resources = pikepdf.Dictionary(Font=page.Resources.Font, XObject=forms)
        forms[f"/Fm{number}"] = form
    shared = file.make_indirect(pikepdf.Dictionary(Font=file.pages[0].Resources.Font, XObject=forms))
    for number, page in enumerate(file.pages, start=1):
        page.Contents, page.Resources = file.make_stream(b"/Fm%d Do" % number), shared


def test_what_pages_share_stays_with_those_that_draw_it(tmp_path: Path) -> None:
    path = changed(pdf(tmp_path / "packet.pdf"), _share_forms)
    for first, last in ((2, 2), (3, 3), (2, 3)):
        made = cut(path, first, last)
        assert OURS in text_of(made)
        assert THEIRS.encode() not in everything_in(made)


def _hang_everything_on(file: pikepdf.Pdf) -> None:
    words = file.make_stream(THEIRS.encode())
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(f"app.alert('{THEIRS}')"))
    attached = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F=THEIRS, EF=pikepdf.Dictionary(F=words))
    for page in file.pages:
        page.AA, page.AF = pikepdf.Dictionary(O=script), pikepdf.Array([attached])
        page.PieceInfo, page.Metadata, page.Thumb = pikepdf.Dictionary(X=words), words, words
        page.Annots = pikepdf.Array(
            [
                file.make_indirect(
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot,
                        Subtype=pikepdf.Name.Link,
                        Rect=[0, 0, 50, 50],
                        Dest=pikepdf.Array([file.pages[0].obj, pikepdf.Name.Fit]),
                        Contents=THEIRS,
                    )
                )
            ]
        )
    file.attachments["note.txt"] = THEIRS.encode()
    file.Root.OpenAction, file.Root.Metadata = script, words
    file.docinfo["/Title"] = THEIRS
    with file.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(THEIRS, 0))


def test_nothing_that_acts_or_describes_comes_along(tmp_path: Path) -> None:
    held = everything_in(cut(changed(pdf(tmp_path / "packet.pdf"), _hang_everything_on), 2, 2))
    for word in (THEIRS.encode(), b"JavaScript", b"/Annot", b"/EmbeddedFile", b"/Outlines", b"/Info", b"/AA"):
        assert word not in held


def _fill_in(file: pikepdf.Pdf) -> None:
    """A form field on each page, the other patient's too, as a payer's form has them."""
    fields = pikepdf.Array()
    for page, name in zip(file.pages, (THEIRS, OURS, OURS, THEIRS), strict=True):
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=f"{name} {page.index}",
            V=f"Value of {name}",
            DA=pikepdf.String("/Helv 12 Tf 0 g"),
            Rect=[72, 300, 400, 330],
        )
        fields.append(file.make_indirect(field))
        page.Annots = pikepdf.Array([fields[-1]])
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    fonts = pikepdf.Dictionary(Helv=file.make_indirect(font))
    file.Root.AcroForm = pikepdf.Dictionary(
        Fields=fields, DR=pikepdf.Dictionary(Font=fonts), DA=pikepdf.String("/Helv 12 Tf 0 g"), NeedAppearances=True
    )


def test_what_was_filled_in_is_part_of_the_page(tmp_path: Path) -> None:
    made = cut(changed(pdf(tmp_path / "packet.pdf"), _fill_in), 2, 2)
    assert f"Value of {OURS}" in text_of(made)
    held = everything_in(made)
    assert THEIRS.encode() not in held
    assert b"/AcroForm" not in held


def test_a_mark_that_nobody_can_draw_is_not_left_out(tmp_path: Path) -> None:
    def strike(file: pikepdf.Pdf) -> None:
        mark = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.StrikeOut,
            Rect=[72, 690, 200, 710],
            QuadPoints=[72, 710, 200, 710, 72, 690, 200, 690],
        )
        file.pages[1].Annots = pikepdf.Array([file.make_indirect(mark)])

    path = changed(pdf(tmp_path / "packet.pdf"), strike)
    with pytest.raises(UncutError):
        cut(path, 2, 2)
    assert OURS in text_of(cut(path, 3, 3))


def test_pages_keep_their_turn_and_size(tmp_path: Path) -> None:
    def turn(file: pikepdf.Pdf) -> None:
        file.pages[1].rotate(90, relative=False)
        box = file.pages[2].MediaBox
        del file.pages[2].obj["/MediaBox"]
        file.Root.Pages.MediaBox = box  # inherited, as many programs write it

    with pikepdf.open(io.BytesIO(cut(changed(pdf(tmp_path / "packet.pdf"), turn), 2, 3))) as file:
        assert int(file.pages[0].obj.Rotate) == 90
        assert [float(each) for each in file.pages[1].MediaBox] == [0, 0, 612, 792]


def test_layers_that_are_hidden_stay_hidden_or_nothing_is_cut(tmp_path: Path) -> None:
    def hide(file: pikepdf.Pdf) -> None:
        layer = file.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="draft"))
        page = file.pages[1]
        page.Resources.Properties = pikepdf.Dictionary(L=layer)
        page.contents_add(b"/OC /L BDC 100 100 300 300 re f EMC", prepend=False)
        off = pikepdf.Dictionary(OFF=pikepdf.Array([layer]))
        file.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([layer]), D=off)

    with pytest.raises(UncutError):
        cut(changed(pdf(tmp_path / "packet.pdf"), hide), 2, 2)


@pytest.mark.parametrize("of", [3, 5])
def test_a_file_of_another_number_of_pages_is_not_cut(tmp_path: Path, of: int) -> None:
    with pytest.raises(UncutError) as refused:
        cut(pdf(tmp_path / "packet.pdf"), 2, 2, of=of)
    assert refused.value.code is OutcomeCode.PAGE_COUNT_DISAGREES


def test_an_encrypted_file_is_cut_only_if_anybody_may_open_it(tmp_path: Path) -> None:
    path = pdf(tmp_path / "packet.pdf")
    for password, name in (("", "open.pdf"), ("secret", "closed.pdf")):
        with pikepdf.open(path) as file:
            file.save(tmp_path / name, encryption=pikepdf.Encryption(owner="owner", user=password))
    assert OURS in text_of(cut(tmp_path / "open.pdf", 2, 2))
    with pytest.raises(UncutError) as refused:
        cut(tmp_path / "closed.pdf", 2, 2)
    assert refused.value.code is OutcomeCode.ENCRYPTED


def tiff(path: Path, *frames: Image.Image, **given: Any) -> Path:
    frames[0].save(path, save_all=True, append_images=frames[1:], **given)
    return path


def test_a_cut_of_a_tiff_holds_its_frames_as_they_were(tmp_path: Path) -> None:
    pictures = [picture_of_text(name) for name in (THEIRS, OURS, OURS, THEIRS)]
    for mode, compression, dpi in (
        ("1", "group4", (204, 98)),
        ("L", "tiff_lzw", (200, 200)),
        ("RGB", "jpeg", (96, 96)),
    ):
        frames = [each.convert(mode) for each in pictures]
        path = tiff(tmp_path / f"{mode}.tif", *frames, compression=compression, dpi=dpi, description=THEIRS)
        made = cut(path, 2, 3, media_type=MediaType.TIFF)
        assert made == cut(path, 2, 3, media_type=MediaType.TIFF)
        assert THEIRS.encode() not in made
        with Image.open(io.BytesIO(made)) as image, Image.open(path) as whole:
            assert getattr(image, "n_frames", 0) == 2
            for at in range(2):
                image.seek(at)
                whole.seek(at + 1)
                assert ImageChops.difference(image.convert("L"), whole.convert("L")).getbbox() is None
                assert image.info["dpi"] == pytest.approx(dpi)


def test_a_turned_frame_stays_upright(tmp_path: Path) -> None:
    frame = picture_of_text(OURS)
    path = tiff(tmp_path / "turned.tif", frame, frame, compression="tiff_lzw", tiffinfo={274: 6}, dpi=(204, 98))
    made = cut(path, 1, 1, of=2, media_type=MediaType.TIFF)
    with Image.open(io.BytesIO(made)) as image:
        image.load()
        assert image.size == (1100, 850)
        assert image.info["dpi"] == pytest.approx((98, 204))


def test_a_text_is_cut_at_its_page_breaks(tmp_path: Path) -> None:
    path = tmp_path / "packet.txt"
    path.write_bytes(f"{THEIRS}\f{OURS} é\r\nend\f{OURS}\f{THEIRS}\f".encode("cp1252"))
    assert cut(path, 2, 3, media_type=MediaType.TEXT).decode() == f"{OURS} é\nend\f{OURS}"


def test_cuts_are_made_in_a_process_of_their_own(tmp_path: Path) -> None:
    path = pdf(tmp_path / "packet.pdf")
    spans = [PageSpan(first=2, last=3, of=4), PageSpan(first=4, last=9, of=4)]
    made, refused = cut_out(path, MediaType.PDF, spans, limits=ReadingLimits())
    assert made == cut(path, 2, 3)
    assert refused is OutcomeCode.PAGE_COUNT_DISAGREES
    (hurried,) = cut_out(path, MediaType.PDF, spans[:1], limits=ReadingLimits(base_s=0.01, page_s=0))
    assert hurried is OutcomeCode.TIMEOUT
    (small,) = cut_out(path, MediaType.PDF, spans[:1], limits=ReadingLimits(max_pixels=1000))
    assert small is OutcomeCode.TOO_LARGE


def test_of_a_hostile_file_comes_a_cut_that_does_nothing_or_a_code(tmp_path: Path) -> None:
    limits = ReadingLimits(base_s=4, page_s=0)
    cuts = 0
    for name, content in attacks():
        media_type = sniff(content)
        if name not in HOSTILE or media_type is None:
            continue
        path = tmp_path / name
        path.write_bytes(content)
        (made,) = cut_out(path, media_type, [PageSpan(first=1, last=1, of=1)], limits=limits)
        if isinstance(made, bytes):
            cuts += 1
            if media_type is MediaType.PDF:
                held = everything_in(made)
                assert not [word for word in (b"/JavaScript", b"/Launch", b"/EmbeddedFile") if word in held], name
    assert cuts >= 3


def picture(file: pikepdf.Pdf, pixels: bytes) -> pikepdf.Stream:
    """A hundred grey dots."""
    made = file.make_stream(pixels)
    made.Type, made.Subtype, made.ColorSpace = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DeviceGray
    made.Width, made.Height, made.BitsPerComponent = 10, 10, 8
    return made


def _list_at_a_drawn_font(file: pikepdf.Pdf) -> None:
    """A font whose letters are drawings, with the pictures of the whole file among its resources."""
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type3,
        FontBBox=[0, 0, 500, 500],
        FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
        CharProcs=pikepdf.Dictionary(a=file.make_stream(b"500 0 d0 500 0 0 500 0 0 cm /Seal Do")),
        Encoding=pikepdf.Dictionary(Differences=[97, pikepdf.Name.a]),
        FirstChar=97,
        LastChar=97,
        Widths=[500],
        Resources=pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(
                Seal=picture(file, b"\x30" * 100), Scan=picture(file, THEIRS.encode().ljust(100))
            )
        ),
    )
    for page in file.pages:
        page.Resources.Font["/Drawn"] = font
        page.contents_add(b"BT /Drawn 90 Tf 50 50 Td (a) Tj ET")


def _hang_on_what_is_drawn(file: pikepdf.Pdf) -> None:
    """Entries of a program's own, at all that a page draws with."""
    theirs = picture(file, THEIRS.encode().ljust(100))
    for page in file.pages:
        seal, profile = picture(file, b"\x30" * 100), file.make_stream(b"")
        seal.XX_Original, profile.XX_Source, profile.N = theirs, theirs, 3
        page.Resources.XObject = pikepdf.Dictionary(Seal=seal)
        page.Resources.ExtGState = pikepdf.Dictionary(Faint=pikepdf.Dictionary(ca=0.5, XX_Before=theirs))
        page.Resources.ColorSpace = pikepdf.Dictionary(Ours=pikepdf.Array([pikepdf.Name.ICCBased, profile]))
        page.Group = pikepdf.Dictionary(S=pikepdf.Name.Transparency, XX_Page=theirs)
        for font in page.Resources.Font.values():
            font.XX_Words = pikepdf.String(THEIRS)
        page.contents_add(b"q /Faint gs /Ours cs 50 0 0 50 10 10 cm /Seal Do Q")
        for content in page.Contents if isinstance(page.Contents, pikepdf.Array) else [page.Contents]:
            content.XX_Before = theirs


@pytest.mark.parametrize("change", [_list_at_a_drawn_font, _hang_on_what_is_drawn])
def test_what_is_drawn_with_brings_nothing_of_other_pages(tmp_path: Path, change: Callable[..., None]) -> None:
    made = cut(changed(pdf(tmp_path / "packet.pdf"), change), 2, 2)
    assert OURS in text_of(made)
    assert b"0" * 100 in everything_in(made)  # the seal
    assert THEIRS.encode() not in everything_in(made)


def _crop_one_strip(file: pikepdf.Pdf) -> None:
    strip = picture(file, THEIRS.encode().ljust(100))
    for at, page in enumerate(file.pages):
        page.Resources.XObject = pikepdf.Dictionary(Strip=strip)
        page.contents_add(b"q 612 0 0 3168 0 %d cm /Strip Do Q" % (-792 * at))


def _clip_one_strip(file: pikepdf.Pdf) -> None:
    strip = picture(file, THEIRS.encode().ljust(100))
    for at, page in enumerate(file.pages):
        page.Resources.XObject = pikepdf.Dictionary(Strip=strip)
        page.contents_add(b"q 50 %d 500 190 re W n 612 0 0 792 0 0 cm /Strip Do Q" % (198 * at))


def _form_with_a_strip(file: pikepdf.Pdf) -> None:
    strip = picture(file, THEIRS.encode().ljust(100))
    for page in file.pages:
        form = file.make_stream(b"612 0 0 1584 0 0 cm /Strip Do")
        form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 612, 792]
        form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Strip=strip))
        page.Resources.XObject = pikepdf.Dictionary(Half=form)
        page.contents_add(b"q /Half Do Q")


def _write_beyond_the_edge(file: pikepdf.Pdf) -> None:
    for page in file.pages:
        (font, *_) = page.Resources.Font.keys()
        page.contents_add(b"BT %s 12 Tf 700 300 Td (%s) Tj ET" % (font.encode(), THEIRS.encode()))


@pytest.mark.parametrize("change", [_crop_one_strip, _clip_one_strip, _form_with_a_strip, _write_beyond_the_edge])
def test_pages_that_are_cropped_from_one_sheet_do_not_come_apart(tmp_path: Path, change: Callable[..., None]) -> None:
    path = changed(pdf(tmp_path / "packet.pdf"), change)
    with pytest.raises(UncutError):
        cut(path, 2, 2)


def test_a_scan_that_bleeds_and_a_mark_beyond_the_edge_are_no_hindrance(tmp_path: Path) -> None:
    def change(file: pikepdf.Pdf) -> None:
        for page in file.pages:
            page.Resources.XObject = pikepdf.Dictionary(Scan=picture(file, b"\x30" * 100))
            (font, *_) = page.Resources.Font.keys()
            page.contents_add(b"q 630 9 -9 810 -9 -9 cm /Scan Do Q BT %s 8 Tf 700 300 Td (CMYK) Tj ET" % font.encode())

    assert b"0" * 100 in everything_in(cut(changed(pdf(tmp_path / "packet.pdf"), change), 2, 2))
