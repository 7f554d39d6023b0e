"""Documents read by a warm pool of child processes: pages spread over all cores, limits kept, bombs contained."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import shutil
import signal
import threading
import time
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from documents.errors import StageError
from documents.limits import ReadingLimits
from documents.outcomes import OutcomeCode
from documents.pages import Page, PageFlag
from documents.reader import Reader, ReaderDiedError, ReaderTimeoutError, Template
from documents.reading import (
    Counted,
    Finished,
    Inspect,
    NeedsOcr,
    ReadDocument,
    Ready,
    Recognise,
    unread_page,
)
from documents.scratch import OCR_PREFIX, open_scratch, page_images, remove_abandoned
from documents.sniff import MediaType

__all__ = ["ReadDocument", "ReaderPool", "ReadingLimits"]


@dataclass
class _Reading:
    """A document on its way through the pool. Every member is guarded by the pool's lock."""

    sequence: int
    path: Path
    media_type: MediaType
    scratch: Path
    future: Future[ReadDocument]
    pages: dict[int, Page] = field(default_factory=dict)
    page_count: int = 0
    spent_s: float = 0.0
    open_tasks: int = 1
    code: OutcomeCode | None = None
    detail: str = ""


@dataclass(order=True)
class _Task:
    """Work for one reading process; earlier documents first, then pages in order."""

    sequence: int
    number: int
    reading: _Reading = field(compare=False)
    page: NeedsOcr | None = field(compare=False, default=None)


class ReaderPool:
    """Reads documents in child processes, one per worker; use it as a context manager.

    A document is inspected by one process (page count, text layer); its pages for OCR are then spread over all of
    them. A process that exceeds its limits is killed with all it started and replaced; only its document notices.
    """

    def __init__(self, limits: ReadingLimits, workers: int, *, scratch: Path | None = None) -> None:
        """Takes limits of a document, the number of processes, and a folder for copies (default: the system's)."""
        self._limits = limits
        self._template = Template(limits.memory_bytes)
        self._scratch_parent = scratch
        self._scratch = Path()
        self._tasks: list[_Task] = []
        self._change = threading.Condition()
        self._closing = False
        self._open: dict[int, _Reading] = {}
        self._sequence = itertools.count()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]

    def __enter__(self) -> ReaderPool:
        self._scratch = open_scratch(self._scratch_parent)
        remove_abandoned(page_images(), OCR_PREFIX)
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._change:
            self._closing = True
            self._change.notify_all()
        self._template.close()
        for thread in self._threads:
            thread.join()
        for reading in self._open.values():
            reading.future.cancel()
        shutil.rmtree(self._scratch, ignore_errors=True)
        remove_abandoned(page_images(), OCR_PREFIX)

    def submit(self, path: Path, media_type: MediaType | None) -> Future[ReadDocument]:
        """Queues a document; earlier ones come first.

        Args:
            path: the document in the store; never changed.
            media_type: as sniffed; None ends as an empty file or an unsupported type.

        Returns:
            A future; its exception, if any, is a `StageError`. It is cancelled when the pool closes before its turn.
        """
        future: Future[ReadDocument] = Future()
        if media_type is None:
            empty = path.stat().st_size == 0
            future.set_result(ReadDocument(code=OutcomeCode.EMPTY_FILE if empty else OutcomeCode.UNSUPPORTED_TYPE))
            return future
        with self._change:
            sequence = next(self._sequence)
            reading = _Reading(sequence, path, media_type, self._scratch / str(sequence), future)
            self._open[sequence] = reading
            self._put(_Task(sequence, 0, reading))
        return future

    def _put(self, task: _Task) -> None:
        heapq.heappush(self._tasks, task)
        self._change.notify()

    def _work(self) -> None:
        """One thread per reading process: takes tasks until the pool closes."""
        reader = Reader(self._template)
        while True:
            with self._change:
                while not self._tasks and not self._closing:
                    self._change.wait()
                if self._closing:
                    return
                task = heapq.heappop(self._tasks)
            started = time.monotonic()
            try:
                if task.page is None:
                    self._inspect(reader, task.reading, started)
                else:
                    self._recognise(reader, task.reading, task.page)
            except StageError as error:
                with contextlib.suppress(InvalidStateError):
                    task.reading.future.set_exception(error)
            self._done(task.reading, time.monotonic() - started)

    def _inspect(self, reader: Reader, reading: _Reading, started: float) -> None:
        reading.scratch.mkdir(mode=0o700)
        reader.ask(
            Inspect(path=reading.path, media_type=reading.media_type, scratch=reading.scratch, limits=self._limits)
        )
        allowed = self._limits.base_s
        while True:
            try:
                message = reader.receive(started + allowed - time.monotonic())
            except ReaderTimeoutError:
                reader.end()
                self._fail(reading, OutcomeCode.TIMEOUT)
                return
            except ReaderDiedError:
                # C++ code that runs out of memory aborts; any other death is a parser brought down by the file.
                aborted = reader.end() == signal.SIGABRT
                self._fail(reading, OutcomeCode.TOO_LARGE if aborted else OutcomeCode.DAMAGED)
                return
            if isinstance(message, Counted):
                allowed = self._limits.document_s(message.page_count)
            if self._take_in(reading, message):
                return

    def _recognise(self, reader: Reader, reading: _Reading, page: NeedsOcr) -> None:
        with self._change:
            left = self._limits.document_s(reading.page_count) - reading.spent_s
        timeout = min(self._limits.ocr_page_s, left)
        if timeout <= 0:
            self._give_up(reading, page, PageFlag.OCR_TIMEOUT, OutcomeCode.TIMEOUT)
            return
        reader.ask(
            Recognise(
                path=page.path,
                media_type=reading.media_type,
                number=page.number,
                flags=page.flags,
                limits=self._limits,
                timeout_s=timeout,
            )
        )
        # Tesseract is stopped inside the process; the process itself gets a page's time more for the repair.
        deadline = time.monotonic() + timeout + self._limits.page_s
        while True:
            try:
                message = reader.receive(deadline - time.monotonic())
            except ReaderTimeoutError:
                reader.end()
                self._give_up(reading, page, PageFlag.OCR_TIMEOUT, OutcomeCode.OCR_FAILED)
                return
            except ReaderDiedError:
                reader.end()
                self._give_up(reading, page, PageFlag.OCR_FAILED, OutcomeCode.OCR_FAILED)
                return
            if self._take_in(reading, message):
                return

    def _take_in(self, reading: _Reading, message: Counted | Ready | NeedsOcr | Finished) -> bool:
        """Notes a message; whether it was the request's last."""
        with self._change:
            if isinstance(message, Ready):
                reading.pages[message.page.number] = message.page
            elif isinstance(message, NeedsOcr):
                reading.open_tasks += 1
                self._put(_Task(reading.sequence, message.number, reading, message))
            else:
                reading.page_count = max(reading.page_count, message.page_count)
            if isinstance(message, Finished):
                reading.code = reading.code or message.code
                reading.detail = reading.detail or message.detail
                return True
        return False

    def _fail(self, reading: _Reading, code: OutcomeCode) -> None:
        with self._change:
            reading.code = reading.code or code

    def _give_up(self, reading: _Reading, page: NeedsOcr, flag: PageFlag, code: OutcomeCode) -> None:
        with self._change:
            unread = unread_page(page.number, flag)
            reading.pages[page.number] = unread.model_copy(update={"flags": (*page.flags, flag)})
            reading.code = reading.code or code

    def _done(self, reading: _Reading, spent_s: float) -> None:
        """Closes a task; the last one of a document closes the document."""
        with self._change:
            reading.spent_s += spent_s
            reading.open_tasks -= 1
            if reading.open_tasks or self._closing:
                return
            del self._open[reading.sequence]
        shutil.rmtree(reading.scratch, ignore_errors=True)
        with contextlib.suppress(InvalidStateError):  # the caller cancelled it
            reading.future.set_result(_result(reading))


def _result(reading: _Reading) -> ReadDocument:
    """The document, with a place for each page that got lost on the way: never fewer pages silently."""
    code = reading.code
    if reading.pages and code in (OutcomeCode.DAMAGED, OutcomeCode.TOO_LARGE):
        # Refusing the whole file for one bad page would lose the others: those were read, a person sees the rest.
        readable = any(PageFlag.OCR_FAILED not in page.flags for page in reading.pages.values())
        code = OutcomeCode.OCR_FAILED if readable else code
    if code in (None, OutcomeCode.OCR_FAILED):
        for number in range(1, reading.page_count + 1):
            if number not in reading.pages:
                reading.pages[number] = unread_page(number, PageFlag.OCR_FAILED)
                code = OutcomeCode.OCR_FAILED
    pages = tuple(reading.pages[number] for number in sorted(reading.pages))
    return ReadDocument(pages=pages, code=code, page_count=reading.page_count, detail=reading.detail)
