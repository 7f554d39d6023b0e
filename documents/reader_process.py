"""The inside of a reading process: answers requests with messages, whatever the document does to the parsers."""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing.connection import Connection

from documents.inspection import Message, inspect
from documents.outcomes import OutcomeCode
from documents.pages import Page, PageFlag
from documents.raster import OverPixelLimitError, Raster, UnreadableImageError, frame_raster, pdf_page_raster
from documents.raster_page import read_raster_page
from documents.reading import REPLY, REQUEST, Finished, Inspect, Ready, Recognise, unread_page
from documents.sniff import MediaType


def serve(connection: Connection) -> None:
    """Answers requests until the other side closes the connection."""
    while True:
        try:
            content = connection.recv_bytes()
        except EOFError:
            return
        for message in replies(REQUEST.validate_json(content)):
            connection.send_bytes(REPLY.dump_json(message))


def replies(request: Inspect | Recognise) -> Iterator[Message]:
    """Messages for one request; the last is a `Finished`.

    This is the boundary where any exception ends: parsers of damaged files raise nearly every type, and its text may
    hold document text, so only a code goes out.
    """
    try:
        if isinstance(request, Inspect):
            yield from inspect(request)
        else:
            yield from _recognise(request)
    except MemoryError:
        yield Finished(code=OutcomeCode.TOO_LARGE)
    except Exception:
        yield Finished(code=OutcomeCode.DAMAGED)


def _recognise(request: Recognise) -> Iterator[Message]:
    try:
        raster = _raster(request)
        page = read_raster_page(raster, number=request.number, timeout_s=request.timeout_s)
    except OverPixelLimitError:
        yield Ready(page=unread_page(request.number, PageFlag.OCR_FAILED))
        yield Finished(code=OutcomeCode.TOO_LARGE)
        return
    except UnreadableImageError:
        yield Ready(page=unread_page(request.number, PageFlag.OCR_FAILED))
        yield Finished(code=OutcomeCode.OCR_FAILED)
        return
    yield Ready(page=_flagged(page, request.flags))
    failed = {PageFlag.OCR_FAILED, PageFlag.OCR_TIMEOUT} & set(page.flags)
    yield Finished(code=OutcomeCode.OCR_FAILED if failed else None)


def _raster(request: Recognise) -> Raster:
    if request.media_type is MediaType.PDF:
        return pdf_page_raster(request.path, request.number - 1, request.limits.max_pixels)
    return frame_raster(request.path, request.number - 1, request.limits.max_pixels)


def _flagged(page: Page, flags: tuple[PageFlag, ...]) -> Page:
    return page.model_copy(update={"flags": (*flags, *page.flags)}) if flags else page
