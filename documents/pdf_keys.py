"""What the parts of a PDF page may hold: the entries that decide how it looks, of ISO 32000-1 and -2.

Anything else may carry what no page shows: a program's own entry may hold the original of a picture, another page's
pictures or words. So it is named here what stays, and not what goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pikepdf

_HOLDERS = (pikepdf.Array, pikepdf.Dictionary, pikepdf.Stream)
# Tables 30 and 31 (pages), by what is looked into; boxes and numbers hold nothing.
_OF_PAGES = ("/Contents", "/Group")
CATEGORIES = frozenset({"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading"})
# Entries whose keys are names that the document gives.
_NAMING = frozenset({"/CharProcs", "/Colorants"})
_KNOWN = frozenset(
    {
        *("/Type", "/Subtype", "/Resources", *_NAMING),
        # streams and their filters
        *("/Length", "/Filter", "/DecodeParms", "/K", "/EndOfLine", "/EncodedByteAlign", "/Columns", "/Rows"),
        *("/EndOfBlock", "/BlackIs1", "/DamagedRowsBeforeError", "/JBIG2Globals", "/Predictor", "/Colors"),
        *("/EarlyChange", "/ColorTransform"),
        # pictures and forms
        *("/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Intent", "/ImageMask", "/Mask", "/Decode"),
        *("/Interpolate", "/SMask", "/SMaskInData", "/Matte", "/FormType", "/BBox", "/Matrix", "/Group"),
        # groups and masks
        *("/S", "/CS", "/I", "/G", "/BC", "/TR"),
        # patterns, shadings, functions, colours
        *("/PatternType", "/PaintType", "/TilingType", "/XStep", "/YStep", "/Shading", "/ExtGState", "/ShadingType"),
        *("/Background", "/AntiAlias", "/Coords", "/Domain", "/Function", "/Extend", "/BitsPerCoordinate"),
        *("/BitsPerFlag", "/VerticesPerRow", "/FunctionType", "/Range", "/Size", "/BitsPerSample", "/Order"),
        *("/Encode", "/C0", "/C1", "/N", "/Functions", "/Bounds", "/Alternate", "/WhitePoint", "/BlackPoint"),
        *("/Gamma", "/Process", "/Components", "/MixingHints", "/Solidities", "/PrintingOrder", "/DotGain"),
        # graphics states
        *("/LW", "/LC", "/LJ", "/ML", "/D", "/RI", "/OP", "/op", "/OPM", "/Font", "/BG", "/BG2", "/UCR", "/UCR2"),
        *("/TR2", "/HT", "/FL", "/SM", "/SA", "/BM", "/CA", "/ca", "/AIS", "/TK"),
        # fonts
        *("/BaseFont", "/FirstChar", "/LastChar", "/Widths", "/FontDescriptor", "/Encoding", "/ToUnicode"),
        *("/FontBBox", "/FontMatrix", "/DescendantFonts", "/CIDSystemInfo", "/DW", "/W", "/DW2", "/W2"),
        *("/CIDToGIDMap", "/Registry", "/Ordering", "/Supplement", "/BaseEncoding", "/Differences", "/CMapName"),
        *("/WMode", "/UseCMap", "/FontName", "/FontFamily", "/FontStretch", "/FontWeight", "/Flags", "/ItalicAngle"),
        *("/Ascent", "/Descent", "/Leading", "/CapHeight", "/XHeight", "/StemV", "/StemH", "/AvgWidth", "/MaxWidth"),
        *("/MissingWidth", "/FontFile", "/FontFile2", "/FontFile3", "/CharSet", "/CIDSet", "/Length1", "/Length2"),
        "/Length3",
    }
)


def keep_known(pages: Iterable[pikepdf.Object]) -> None:
    """Removes from everything that pages draw with what is not known to decide how it looks."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = []
    for page in pages:
        waiting += [page[name] for name in _OF_PAGES if name in page]
        waiting += _held(_named(page.get("/Resources"), categories=True))
    while waiting:
        each = waiting.pop()
        if each.is_indirect:
            if each.objgen in seen:
                continue
            seen.add(each.objgen)
        waiting += _held(_kept(each))


def _held(values: Iterable[Any]) -> list[pikepdf.Object]:
    return [value for value in values if isinstance(value, _HOLDERS)]


def _kept(holder: pikepdf.Object) -> list[Any]:
    """What stays in an array, a dictionary or that of a stream; of resources and letters, each by itself."""
    if isinstance(holder, pikepdf.Array):
        return list(holder)
    kept: list[Any] = []
    for key in set(holder.keys()):
        if key not in _KNOWN:
            del holder[key]
        elif key in _NAMING or key == "/Resources":
            kept += _named(holder[key], categories=key == "/Resources")
        else:
            kept.append(holder[key])
    return kept


def _named(names: Any, *, categories: bool) -> list[Any]:
    if not isinstance(names, pikepdf.Dictionary):
        return []
    if not categories:
        return list(names.values())
    for key in set(names.keys()) - CATEGORIES:
        del names[key]
    return [entry for entries in names.values() for entry in _named(entries, categories=False)]
