"""Typefaces beside the standard ones of PDF: Bitstream Vera, which comes with reportlab and is embedded."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1)
def register() -> None:
    """Makes `Vera` and `Vera-Bold` known to reportlab."""
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    registerFont(TTFont("Vera", "Vera.ttf"))
    registerFont(TTFont("Vera-Bold", "VeraBd.ttf"))
