"""pytesseract without pandas.

It imports pandas wherever that is installed, for a form of answer that nobody here asks for: some hundred libraries and
a background thread in every process that parses hostile files.
"""

from __future__ import annotations

import sys

_LOADED = sys.modules.get("pandas")

if _LOADED is None:
    sys.modules["pandas"] = None  # type: ignore[assignment]  # what an import of it meets: not installed
try:
    import pytesseract
finally:
    if _LOADED is None:
        del sys.modules["pandas"]

__all__ = ["pytesseract"]
