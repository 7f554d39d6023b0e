"""Each hostile file ends in one of the closed set of outcomes, and none of them is believed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from documents.outcomes import OutcomeCode
from documents.pages import PageFlag
from documents.reader_pool import ReadDocument, ReaderPool, ReadingLimits
from documents.sniff import HEAD_BYTES, sniff
from tests.hostile.attacks import attacks

REJECTED = PageFlag.TEXT_LAYER_REJECTED
HIDDEN = PageFlag.HIDDEN_TEXT
BODY = ["Prior", "Authorization", "Request", "CPT", "27447", "ICD-10", "M17.11", "Due", "2026-12-04"]

# Outcome, and for files that can be read the flags that their one page must and must not have.
ENDINGS: dict[str, tuple[set[OutcomeCode | None], set[PageFlag]]] = {
    "ok_plain.pdf": ({None}, set()),
    "inj_visible.pdf": ({None}, set()),
    "inj_white.pdf": ({None}, {REJECTED, HIDDEN}),
    "inj_invisible_tr3.pdf": ({None}, {REJECTED, HIDDEN}),
    "inj_tiny.pdf": ({None}, {HIDDEN}),
    "inj_offpage.pdf": ({None}, {HIDDEN}),
    "inj_covered.pdf": ({None}, {REJECTED}),
    "inj_in_title.pdf": ({OutcomeCode.NO_PAGES}, set()),
    "xss_name.pdf": ({None}, set()),
    "js_openaction.pdf": ({None}, set()),
    "launch.pdf": ({None}, set()),
    "embedded_traversal.pdf": ({None}, set()),
    "mediabox_huge.pdf": ({OutcomeCode.TOO_LARGE}, set()),
    "mediabox_userunit.pdf": ({OutcomeCode.TOO_LARGE}, set()),
    "mediabox_nan.pdf": ({None}, {REJECTED}),
    "kids_loop.pdf": ({OutcomeCode.NO_PAGES, OutcomeCode.DAMAGED}, set()),
    "kids_deep.pdf": ({OutcomeCode.NO_PAGES, OutcomeCode.DAMAGED}, set()),
    "count_lies.pdf": ({OutcomeCode.NO_PAGES}, set()),
    "array_deep.pdf": ({None}, {REJECTED}),
    "pages_20000.pdf": ({OutcomeCode.TOO_MANY_PAGES}, set()),
    "chars_2M.pdf": ({OutcomeCode.TIMEOUT, OutcomeCode.TOO_LARGE}, set()),
    "flate_bomb_content.pdf": ({OutcomeCode.TIMEOUT, OutcomeCode.TOO_LARGE}, set()),
    "flate_bomb_nested.pdf": ({None, OutcomeCode.TIMEOUT, OutcomeCode.TOO_LARGE}, set()),
    "image_bomb_flate.pdf": ({OutcomeCode.TOO_LARGE}, set()),
    "tiff_bomb_deflate.tif": ({OutcomeCode.TOO_LARGE}, set()),
    "tiff_ifd_loop.tif": ({OutcomeCode.DAMAGED}, set()),
    "tiff_as.pdf": ({None}, set()),
    "empty.pdf": ({OutcomeCode.EMPTY_FILE}, set()),
    "truncated.pdf": ({OutcomeCode.TRUNCATED}, set()),
    "html_as.pdf": ({OutcomeCode.UNSUPPORTED_TYPE}, set()),
    "polyglot_zip.pdf": ({None}, set()),
    "two_eof_update.pdf": ({None, OutcomeCode.TRUNCATED}, {REJECTED}),
}
# Those that only a limit stops; they get a shorter one, so that the tests are quick.
ENDLESS = {"chars_2M.pdf", "flate_bomb_content.pdf", "flate_bomb_nested.pdf"}
# Injected and replaced text that a person looking at the page does not see.
UNSEEN = ("99999", "ignore", "SYSTEM:", "approved")


@pytest.fixture(scope="module")
def endings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ReadDocument]]:
    """All files, read by two pools with tight limits."""
    folder = tmp_path_factory.mktemp("hostile")
    patient = ReadingLimits(memory_bytes=1 << 30, base_s=40, ocr_page_s=30)
    curt = ReadingLimits(memory_bytes=1 << 30, base_s=2, page_s=0.5, ocr_page_s=2)
    with ReaderPool(patient, 2) as ordinary, ReaderPool(curt, 1) as impatient:
        futures = {}
        for name, content in attacks():
            path = folder / name
            path.write_bytes(content)
            pool = impatient if name in ENDLESS else ordinary
            futures[name] = pool.submit(path, sniff(content[:HEAD_BYTES]))
        yield {name: future.result(timeout=120) for name, future in futures.items()}
    assert {path.name for path in folder.iterdir()} == set(ENDINGS)  # nothing was unpacked beside them


def test_every_attack_has_an_expected_ending(endings: dict[str, ReadDocument]) -> None:
    assert set(endings) == set(ENDINGS)
    assert len(ENDINGS) == 32


@pytest.mark.parametrize("name", sorted(ENDINGS))
def test_ending(endings: dict[str, ReadDocument], name: str) -> None:
    document = endings[name]
    codes, flags = ENDINGS[name]
    assert document.code in codes
    if document.code is None:
        assert len(document.pages) == document.page_count == 1
        assert flags <= set(document.pages[0].flags)
        if REJECTED not in flags:
            assert REJECTED not in document.pages[0].flags or name == "flate_bomb_nested.pdf"


@pytest.mark.parametrize("name", ["inj_white.pdf", "inj_invisible_tr3.pdf", "inj_tiny.pdf", "inj_offpage.pdf"])
def test_hidden_text_is_not_on_the_page(endings: dict[str, ReadDocument], name: str) -> None:
    text = endings[name].pages[0].text
    assert "27447" in text
    assert not [word for word in UNSEEN if word in text]


def test_covered_text_is_read_as_it_is_seen(endings: dict[str, ReadDocument]) -> None:
    text = endings["inj_covered.pdf"].pages[0].text
    assert text.count("27447") == 2
    assert "99999" not in text


def test_visible_text_is_read_as_it_stands(endings: dict[str, ReadDocument]) -> None:
    assert endings["ok_plain.pdf"].pages[0].text.split() == BODY
    assert "onerror=alert(1)>" in endings["xss_name.pdf"].pages[0].text


@pytest.mark.parametrize(
    ("name", "told"),
    [("js_openaction.pdf", "javascript"), ("launch.pdf", "launch"), ("embedded_traversal.pdf", "embedded file")],
)
def test_active_content_is_told_not_run(endings: dict[str, ReadDocument], name: str, told: str) -> None:
    assert told in endings[name].detail
    assert endings[name].pages[0].text.split() == BODY
