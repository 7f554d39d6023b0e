"""The files of a drawn set: the same bytes every time, each of them opens, pages and resolutions as the gold says."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from evaluation.synth.files import RENDITIONS
from evaluation.synth.generate import generate, write_document
from evaluation.synth.group4 import g4, tiff
from evaluation.synth.plan import Order


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_count_and_seed_decide_every_byte(tmp_path: Path) -> None:
    generate(7, 3, tmp_path / "one")
    generate(7, 3, tmp_path / "two")
    generate(7, 4, tmp_path / "other")

    assert _bytes_of(tmp_path / "one") == _bytes_of(tmp_path / "two")
    assert not set(_bytes_of(tmp_path / "one").values()) & set(_bytes_of(tmp_path / "other").values())


def test_a_longer_set_begins_with_the_shorter_one(tmp_path: Path) -> None:
    generate(2, 3, tmp_path / "short")
    generate(3, 3, tmp_path / "long")

    short, longer = (_bytes_of(tmp_path / name) for name in ("short", "long"))
    assert {k: v for k, v in short.items() if k != "manifest.json"}.items() <= longer.items()


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_every_rendition_opens_with_its_pages(rendition: str, tmp_path: Path) -> None:
    what = "s_hp" if rendition == "txt" else "packet:s_grid+s_hp"
    row = write_document(Order("one", what, rendition, "poor"), 5, tmp_path)
    path = tmp_path / "docs" / row["file"]

    if path.suffix == ".txt":
        assert row["n_pages"] == 1
        assert len(path.read_text("utf-8")) > 800
    elif path.suffix == ".tif":
        with Image.open(path) as image:
            assert getattr(image, "n_frames", 1) == row["n_pages"]
    else:
        document = pypdfium2.PdfDocument(path)
        assert len(document) == row["n_pages"]
        ink = [float((np.asarray(page.render(scale=0.5, grayscale=True).to_numpy()) < 128).mean()) for page in document]
        document.close()
        assert all(0.001 < share < 0.3 for share in ink), "pages are neither empty nor inverted"


@pytest.mark.parametrize(("rendition", "lines"), [("fax_fine", 2156), ("fax_std", 1078)])
def test_fax_pages_are_g4_images_of_1728_pixels(rendition: str, lines: int, tmp_path: Path) -> None:
    row = write_document(Order("one", "s_soap", rendition, "clean"), 5, tmp_path)

    with pikepdf.open(tmp_path / "docs" / row["file"]) as pdf:
        image = pdf.pages[0].Resources.XObject.Im0
        assert (int(image.Width), int(image.Height)) == (1728, lines)
        assert image.Filter == pikepdf.Name.CCITTFaxDecode


def test_a_page_can_be_sent_upside_down_and_sideways(tmp_path: Path) -> None:
    order = Order("one", "packet:s_grid+s_soap+s_hp", "tiff", "clean", turned=((2, 180), (3, 90)))
    write_document(order, 8, tmp_path)

    with Image.open(tmp_path / "docs" / "one.tif") as image:
        sizes = []
        for frame in range(3):
            image.seek(frame)
            sizes.append(image.size)
    assert sizes[0] == sizes[1]
    assert sizes[2] == sizes[0][::-1]


def test_wrong_text_layer_differs_from_what_is_seen(tmp_path: Path) -> None:
    write_document(Order("one", "s_soap", "scan_badtext", "clean"), 5, tmp_path)
    gold = json.loads((tmp_path / "gold" / "one.json").read_text("utf-8"))
    document = pypdfium2.PdfDocument(tmp_path / "docs" / gold["file"])
    words = set(document[0].get_textpage().get_text_bounded().split())
    document.close()
    printed = set(gold["pages"][0]["text"].split())

    assert words & printed
    assert len(words - printed) > 5


def test_group_4_keeps_every_pixel() -> None:
    pixels = np.where(np.random.default_rng(1).random((120, 200)) < 0.2, 0, 255).astype(np.uint8)
    two = [pixels, np.rot90(pixels).copy()]

    with Image.open(io.BytesIO(tiff(two, (204, 98)))) as image:
        assert image.info["dpi"] == (204, 98)
        for index, expected in enumerate(two):
            image.seek(index)
            assert np.array_equal(np.asarray(image.convert("L")), expected)
    assert g4(pixels) in tiff(two, (204, 98))
