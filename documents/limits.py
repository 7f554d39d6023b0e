"""What reading one document may cost: pages, pixels, memory and time."""

from __future__ import annotations

from documents.value import Value


class ReadingLimits(Value):
    """Limits of one document's reading; beyond one of them the document gets an outcome code, never a loss.

    Attributes:
        max_pages: a longer document goes to a person unread.
        max_pixels: of one page, checked before anything is decoded or rendered. 40 megapixels hold a letter page at
            650 dpi.
        memory_bytes: address space of a reading process. The worst of 667 odd PDFs needed 534 MB; two bombs needed more
            than 1.6 GB.
        base_s, page_s: a document may keep reading processes busy for `base_s + page_s * pages` seconds.
        ocr_page_s: the share of that which a single page's recognition may take; a page takes 1 to 3 seconds.
    """

    max_pages: int = 500
    max_pixels: int = 40_000_000
    memory_bytes: int = 2 << 30
    base_s: float = 60.0
    page_s: float = 5.0
    ocr_page_s: float = 60.0

    def document_s(self, pages: int) -> float:
        """Seconds that a document of so many pages may keep reading processes busy."""
        return self.base_s + self.page_s * pages
