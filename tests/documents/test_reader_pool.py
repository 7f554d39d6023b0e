"""The pool: pages complete and in order, limits kept, faults contained, nothing left running, nothing passed on."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest
from PIL import Image

from documents.outcomes import OutcomeCode
from documents.pages import PageFlag, WordSource
from documents.reader_pool import ReaderPool, ReadingLimits
from documents.sniff import MediaType
from tests.documents.drawing import draw_pdf, full_page_image, lines, picture_of_text

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
LIMITS = ReadingLimits(memory_bytes=1 << 30, base_s=60, ocr_page_s=40)


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(LIMITS, 2) as running:
        yield running


def text_file(path: Path, *pages: str) -> Path:
    path.write_text("\f".join(pages))
    return path


def children() -> dict[int, str]:
    """Process ids and command lines of this process's descendants."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(entry.name)] = int(fields[1])
    found: dict[int, str] = {}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in {os.getpid(), *found} and pid not in found}
        grown = bool(more)
        for pid in more:
            try:
                found[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                found[pid] = ""
    return found


def test_a_digital_document(pool: ReaderPool, tmp_path: Path) -> None:
    path = draw_pdf(tmp_path / "a.pdf", *(lines(f"Page {n}", "Member ID W123456789") for n in range(1, 8)))
    document = pool.submit(path, MediaType.PDF).result()
    assert (document.code, document.page_count) == (None, 7)
    assert [page.number for page in document.pages] == list(range(1, 8))
    assert [page.text.split("\n")[0] for page in document.pages] == [f"Page {n}" for n in range(1, 8)]
    assert {word.source for page in document.pages for word in page.words} == {WordSource.TEXT_LAYER}


def test_scans_and_text_pages_in_one_document(pool: ReaderPool, tmp_path: Path) -> None:
    scan = full_page_image(picture_of_text("Request for imaging", "Member ID W123456789"))
    document = pool.submit(draw_pdf(tmp_path / "a.pdf", scan, lines("Page two"), scan), MediaType.PDF).result()
    assert (document.code, len(document.pages)) == (None, 3)
    assert [page.words[0].source for page in document.pages] == [
        WordSource.OCR,
        WordSource.TEXT_LAYER,
        WordSource.OCR,
    ]
    assert "W123456789" in document.pages[2].text


def test_every_frame_of_a_tiff(pool: ReaderPool, tmp_path: Path) -> None:
    frames = [picture_of_text(f"Frame number {word}").convert("1") for word in ("one", "two", "three")]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:], dpi=(100, 100))
    document = pool.submit(tmp_path / "a.tif", MediaType.TIFF).result()
    assert [page.text for page in document.pages] == [f"Frame number {word}" for word in ("one", "two", "three")]


@pytest.mark.parametrize(
    ("content", "media_type", "code"),
    [
        (b"", None, OutcomeCode.EMPTY_FILE),
        (b"PK\x03\x04", None, OutcomeCode.UNSUPPORTED_TYPE),
        (b"Ann\0Lee", MediaType.TEXT, OutcomeCode.UNREADABLE_TEXT),
        (b"\x89PNG\r\n\x1a\n", MediaType.PNG, OutcomeCode.DAMAGED),
        (b"%PDF-1.7", MediaType.PDF, OutcomeCode.TRUNCATED),
        (b"page\f" * 600, MediaType.TEXT, OutcomeCode.TOO_MANY_PAGES),
    ],
)
def test_codes(
    pool: ReaderPool, tmp_path: Path, content: bytes, media_type: MediaType | None, code: OutcomeCode
) -> None:
    (tmp_path / "a").write_bytes(content)
    document = pool.submit(tmp_path / "a", media_type).result()
    assert (document.code, document.pages) == (code, ())


def test_an_image_over_the_pixel_limit_is_not_decoded(tmp_path: Path) -> None:
    Image.new("1", (3000, 3000), 1).save(tmp_path / "a.png")
    with ReaderPool(ReadingLimits(max_pixels=8_000_000), 1) as pool:
        document = pool.submit(tmp_path / "a.png", MediaType.PNG).result()
    assert document.code is OutcomeCode.TOO_LARGE


def test_one_page_over_the_limit_does_not_lose_the_others(tmp_path: Path) -> None:
    Image.new("1", (3000, 3000), 1).save(
        tmp_path / "a.tif", save_all=True, append_images=[picture_of_text("Page two").convert("1")]
    )
    with ReaderPool(ReadingLimits(max_pixels=8_000_000), 1) as pool:
        document = pool.submit(tmp_path / "a.tif", MediaType.TIFF).result()
    assert (document.code, document.page_count) == (OutcomeCode.OCR_FAILED, 2)
    assert PageFlag.OCR_FAILED in document.pages[0].flags
    assert document.pages[1].text == "Page two"


def test_a_bomb_delays_no_neighbour(tmp_path: Path) -> None:
    # Text drawn a million times: tens of seconds for any parser.
    bomb = draw_pdf(tmp_path / "bomb.pdf", lines(*["A" * 90] * 9000))
    others = [text_file(tmp_path / f"{n}.txt", f"Document {n}") for n in range(49)]
    with ReaderPool(ReadingLimits(base_s=4, page_s=0.1), 2) as pool:
        pool.submit(others[0], MediaType.TEXT).result()  # the pool is warm
        started = time.monotonic()
        exploding = pool.submit(bomb, MediaType.PDF)
        texts = [pool.submit(path, MediaType.TEXT).result().pages[0].text for path in others]
        assert time.monotonic() - started < 4
        assert not exploding.done()
        assert exploding.result().code is OutcomeCode.TIMEOUT
        assert pool.submit(others[0], MediaType.TEXT).result().code is None
    assert texts == [f"Document {n}" for n in range(49)]


def cpu_seconds(process: int) -> float:
    """What a process has used; proc(5), `stat`: utime and stime are the 14th and 15th, after the name in brackets."""
    used = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


@LINUX
def test_a_killed_process_costs_its_document_only(tmp_path: Path) -> None:
    bomb = draw_pdf(tmp_path / "bomb.pdf", lines("Page one"), lines(*["A" * 90] * 9000), lines("Page three"))
    after = text_file(tmp_path / "a.txt", "Next")
    before = set(children())
    with ReaderPool(LIMITS, 1) as pool:
        exploding = pool.submit(bomb, MediaType.PDF)
        for _ in range(2000):
            ours = set(children()) - before
            # The template beside the reading process is idle; a page of one line takes far less than a second.
            if len(ours) == 2 and cpu_seconds(reading := max(ours, key=cpu_seconds)) > 1:
                break
            time.sleep(0.05)
        os.kill(reading, signal.SIGKILL)
        document = exploding.result()
        assert (document.code, document.page_count) == (OutcomeCode.OCR_FAILED, 3)
        assert [page.text for page in document.pages] == ["Page one", "", ""]
        assert [PageFlag.OCR_FAILED in page.flags for page in document.pages] == [False, True, True]
        assert pool.submit(after, MediaType.TEXT).result().pages[0].text == "Next"


@pytest.fixture
def broken_tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in front of PATH for a `tesseract` that fails."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder / "tesseract"


VERSION = 'case "$*" in *version*) echo "tesseract 5.3.0"; exit 0;; *list-langs*) echo eng; exit 0;; esac\n'


def install(program: Path, body: str) -> None:
    program.write_text(f"#!/bin/sh\n{VERSION}{body}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@LINUX
def test_a_hanging_tesseract_costs_its_page_and_ends_with_its_group(broken_tesseract: Path, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    install(broken_tesseract, f"sleep 300 &\necho $$ $! >> {pids}\nwait")
    scan = full_page_image(picture_of_text("Request"))
    path = draw_pdf(tmp_path / "a.pdf", lines("Page one"), scan, lines("Page three"))
    with ReaderPool(ReadingLimits(base_s=20, page_s=2, ocr_page_s=1), 1) as pool:
        document = pool.submit(path, MediaType.PDF).result()
    assert document.code is OutcomeCode.OCR_FAILED
    assert [page.text for page in document.pages] == ["Page one", "", "Page three"]
    assert PageFlag.OCR_TIMEOUT in document.pages[1].flags
    for pid in pids.read_text().split():
        assert not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()


@pytest.mark.parametrize("body", ["kill -SEGV $$", "echo garbage", "exit 1", "head -c 100000 /dev/urandom"])
def test_a_crashing_tesseract_costs_its_page(broken_tesseract: Path, tmp_path: Path, body: str) -> None:
    install(broken_tesseract, body)
    path = draw_pdf(tmp_path / "a.pdf", full_page_image(picture_of_text("Request")), lines("Page two"))
    with ReaderPool(ReadingLimits(base_s=20, ocr_page_s=5), 1) as pool:
        document = pool.submit(path, MediaType.PDF).result()
    assert document.code is OutcomeCode.OCR_FAILED
    assert [page.text for page in document.pages] == ["", "Page two"]
    assert PageFlag.OCR_FAILED in document.pages[0].flags


def test_a_document_that_uses_up_its_time_keeps_its_page_numbers(broken_tesseract: Path, tmp_path: Path) -> None:
    install(broken_tesseract, "sleep 300")
    scan = full_page_image(picture_of_text("Request"))
    with ReaderPool(ReadingLimits(base_s=3, page_s=0.1, ocr_page_s=2), 1) as pool:
        document = pool.submit(draw_pdf(tmp_path / "a.pdf", *[scan] * 6), MediaType.PDF).result()
    assert document.code in (OutcomeCode.OCR_FAILED, OutcomeCode.TIMEOUT)
    assert [page.number for page in document.pages] == [1, 2, 3, 4, 5, 6]
    assert all(PageFlag.OCR_TIMEOUT in page.flags for page in document.pages)


@LINUX
def test_children_get_no_secret_and_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary-key")
    before = set(children())
    picture_of_text("Request for imaging").save(tmp_path / "a.png")
    with ReaderPool(LIMITS, 1) as pool:
        pool.submit(tmp_path / "a.png", MediaType.PNG).result()  # repair and OCR have run
        running = set(children()) - before
        assert len(running) == 2
        for pid in running:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
            assert b"canary" not in environment
            assert b"OMP_THREAD_LIMIT=1\0" in environment
            assert "\nThreads:\t1\n" in Path(f"/proc/{pid}/status").read_text()
            assert os.readlink(f"/proc/{pid}/fd/2") == os.devnull


MAIN = """
import sys
from pathlib import Path
from documents.reader_pool import ReaderPool, ReadingLimits
from documents.sniff import MediaType
with ReaderPool(ReadingLimits(), 2, scratch=Path(sys.argv[2])) as pool:
    pool.submit(Path(sys.argv[1]), MediaType.PDF).result()
"""


@LINUX
def test_a_killed_main_process_takes_its_readers_with_it(tmp_path: Path) -> None:
    bomb = draw_pdf(tmp_path / "bomb.pdf", lines(*["A" * 90] * 9000))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    before = set(children())
    with subprocess.Popen([sys.executable, "-c", MAIN, bomb, scratch], cwd=Path(__file__).parents[2]) as main:
        readers: set[int] = set()
        for _ in range(400):
            readers = set(children()) - before - {main.pid}
            if len(readers) >= 2 and any(scratch.glob("*/0")):
                break
            time.sleep(0.05)
        assert len(readers) >= 2
        main.kill()
    for _ in range(100):
        if not any(Path(f"/proc/{pid}").exists() for pid in readers):
            break
        time.sleep(0.05)
    assert not [pid for pid in readers if Path(f"/proc/{pid}").exists()]
    assert len(list(scratch.iterdir())) == 1  # what it left ...
    with ReaderPool(LIMITS, 1, scratch=scratch):
        assert [folder.name.split("-")[2] for folder in scratch.iterdir()] == [str(os.getpid())]  # ... the next removes


@LINUX
def test_nothing_runs_or_lies_about_after_closing(tmp_path: Path) -> None:
    before = set(children())
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    bomb = draw_pdf(tmp_path / "bomb.pdf", lines(*["A" * 90] * 9000))
    with ReaderPool(LIMITS, 2, scratch=scratch) as pool:
        running = pool.submit(bomb, MediaType.PDF)
        queued = [pool.submit(bomb, MediaType.PDF) for _ in range(5)]
        time.sleep(1)
    assert set(children()) <= before
    assert list(scratch.iterdir()) == []
    for future in [running, *queued]:
        with pytest.raises(CancelledError):
            future.result(timeout=0)
