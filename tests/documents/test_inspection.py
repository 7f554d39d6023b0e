"""What a reading process answers, asked without the process."""

from __future__ import annotations

import threading
from multiprocessing import Pipe
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from documents.limits import ReadingLimits
from documents.outcomes import OutcomeCode
from documents.pages import Page, PageFlag, Tick
from documents.reader_process import replies, serve
from documents.reading import REPLY, Counted, Finished, Inspect, NeedsOcr, Ready, Recognise
from documents.sniff import MediaType
from tests.documents.drawing import draw_pdf, full_page_image, lines, picture_of_text

LIMITS = ReadingLimits()


def inspect(path: Path, media_type: MediaType, limits: ReadingLimits = LIMITS) -> list[object]:
    return list(replies(Inspect(path=path, media_type=media_type, scratch=path.parent, limits=limits)))


def recognise(path: Path, media_type: MediaType, number: int = 1, limits: ReadingLimits = LIMITS) -> list[object]:
    flags = (PageFlag.HIDDEN_TEXT,)
    asked = Recognise(path=path, media_type=media_type, number=number, flags=flags, limits=limits, timeout_s=30)
    return list(replies(asked))


def test_pages_with_and_without_text(tmp_path: Path) -> None:
    path = draw_pdf(tmp_path / "a.pdf", lines("[X] Urgent"), full_page_image(picture_of_text("Scan")))
    counted, ready, needs, finished = inspect(path, MediaType.PDF)
    assert counted == Counted(page_count=2)
    assert isinstance(ready, Ready)
    assert ready.page.text == "[X] Urgent"
    assert [mark.tick for mark in ready.page.marks if mark.start is not None] == [Tick.TICKED]
    assert (ready.page.width_pt, ready.page.height_pt) == (612, 792)
    assert needs == NeedsOcr(path=path, number=2, flags=(PageFlag.TEXT_LAYER_REJECTED,))
    assert finished == Finished(page_count=2)


def test_damaged_content_of_one_page_goes_to_ocr(tmp_path: Path) -> None:
    path = draw_pdf(tmp_path / "a.pdf", lines("One"), lines("Two"))
    with pikepdf.open(path) as pdf:
        pdf.pages[0].Contents = pdf.make_stream(b"BT /F1 12 Tf 72 700 Td (One", Filter=pikepdf.Name.FlateDecode)
        pdf.pages[0].obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pikepdf.Array([1])))
        pdf.save(tmp_path / "b.pdf")
    messages = inspect(tmp_path / "b.pdf", MediaType.PDF)
    assert [message.number for message in messages if isinstance(message, NeedsOcr)] == [1]
    assert [message.page.text for message in messages if isinstance(message, Ready)] == ["Two"]


def test_a_sheet_too_large_to_look_at(tmp_path: Path) -> None:
    path = draw_pdf(tmp_path / "a.pdf", lines("A poster"), size=(14_400, 14_400))
    messages = inspect(path, MediaType.PDF, ReadingLimits(max_pixels=1_000_000))
    assert isinstance(messages[1], Ready)
    assert messages[1].page.flags == (PageFlag.OCR_FAILED,)
    assert messages[-1] == Finished(code=OutcomeCode.TOO_LARGE, page_count=1)


def test_large_paper_within_the_limit_is_read_as_text(tmp_path: Path) -> None:
    path = draw_pdf(tmp_path / "a.pdf", lines("Wide table", size=30), size=(2400, 3000))
    assert isinstance(inspect(path, MediaType.PDF)[1], Ready)


@pytest.mark.parametrize(
    ("content", "media_type", "finished"),
    [
        (b"", MediaType.PDF, Finished(code=OutcomeCode.EMPTY_FILE)),
        (b"one\ftwo", MediaType.TEXT, Finished(page_count=2)),
        (b"\xff\xfeA", MediaType.TEXT, Finished(code=OutcomeCode.UNREADABLE_TEXT)),
        (b"x" * 20_000_001, MediaType.TEXT, Finished(code=OutcomeCode.TOO_LARGE)),
        (b"II*\0", MediaType.TIFF, Finished(code=OutcomeCode.DAMAGED)),
    ],
)
def test_endings(tmp_path: Path, content: bytes, media_type: MediaType, finished: Finished) -> None:
    (tmp_path / "a").write_bytes(content)
    assert inspect(tmp_path / "a", media_type)[-1] == finished


def test_frames_beyond_the_limit(tmp_path: Path) -> None:
    frame = Image.new("1", (100, 100), 1)
    frame.save(tmp_path / "a.tif", save_all=True, append_images=[frame] * 3)
    finished = Finished(code=OutcomeCode.TOO_MANY_PAGES, page_count=4)
    assert inspect(tmp_path / "a.tif", MediaType.TIFF, ReadingLimits(max_pages=3))[-1] == finished


def test_a_page_by_ocr_keeps_what_inspection_found(tmp_path: Path) -> None:
    path = draw_pdf(tmp_path / "a.pdf", lines("One"), full_page_image(picture_of_text("Second page")))
    ready, finished = recognise(path, MediaType.PDF, 2)
    assert isinstance(ready, Ready)
    assert (ready.page.number, ready.page.text) == (2, "Second page")
    assert PageFlag.HIDDEN_TEXT in ready.page.flags
    assert finished == Finished()


@pytest.mark.parametrize(
    ("limits", "number", "code"),
    [(LIMITS, 9, OutcomeCode.OCR_FAILED), (ReadingLimits(max_pixels=1000), 1, OutcomeCode.TOO_LARGE)],
)
def test_a_page_that_cannot_be_shown_keeps_its_place(
    tmp_path: Path, limits: ReadingLimits, number: int, code: OutcomeCode
) -> None:
    picture_of_text("Request").save(tmp_path / "a.tif")
    ready, finished = recognise(tmp_path / "a.tif", MediaType.TIFF, number, limits)
    assert isinstance(ready, Ready)
    assert (ready.page.number, ready.page.flags, ready.page.words) == (number, (PageFlag.OCR_FAILED,), ())
    assert finished == Finished(code=code)


def test_any_exception_becomes_a_code_without_its_text(tmp_path: Path) -> None:
    assert inspect(tmp_path / "Ann Lee.pdf", MediaType.PDF) == [Finished(code=OutcomeCode.DAMAGED)]


def test_requests_are_served_until_the_line_is_closed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Name: Ann")
    ours, theirs = Pipe()
    serving = threading.Thread(target=serve, args=(theirs,))
    serving.start()
    asked = Inspect(path=tmp_path / "a.txt", media_type=MediaType.TEXT, scratch=tmp_path, limits=LIMITS)
    answers = []
    for _ in range(2):
        ours.send_bytes(asked.model_dump_json().encode())
        answers.append([REPLY.validate_json(ours.recv_bytes()) for _ in range(3)])
    ours.close()
    serving.join(timeout=5)
    theirs.close()
    assert not serving.is_alive()
    assert answers[0] == answers[1]
    ready = answers[0][1]
    assert isinstance(ready, Ready)
    assert isinstance(ready.page, Page)
    assert ready.page.text == "Name: Ann"
