"""Pages of a PDF with what they draw: no annotation, action, form, file, bookmark or metadata, nothing of other pages.

Pages of one file share resources: a scanner's PDF may list the images of all pages at each. So each page keeps the
resources that its own contents name, and those what theirs name.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from documents.outcomes import OutcomeCode
from documents.pdf_hidden import hides_pictures
from documents.pdf_keys import CATEGORIES, keep_known

# Of ISO 32000-1, table 30: what decides how a page looks. All else refers to other pages, acts or describes.
_KEPT = frozenset(
    {"/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/Contents", "/UserUnit", "/Group"}
)
# What no cut may hold, wherever it hides.
_FORBIDDEN = frozenset({"/Action", "/Annot", "/Filespec", "/EmbeddedFile", "/Metadata"})
# Annotations that a viewer draws as part of the page; links, pop-ups and the icons of notes and files are none.
_DRAWN = frozenset(
    {
        *("/Widget", "/FreeText", "/Stamp", "/Ink", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine"),
        *("/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Caret", "/Redact"),
    }
)
_HIDDEN, _NO_VIEW = 1 << 1, 1 << 5  # ISO 32000-1, table 165
_FAULTS = (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, AttributeError, RecursionError, IndexError)


@dataclass(frozen=True)
class CutPdf:
    """Pages that were cut out, and what they are to be held against.

    Attributes:
        cut: the pages' own file.
        drawn: the whole file, with what annotations draw as part of its pages.
        page_count: pages of the whole file.
    """

    cut: bytes
    drawn: bytes
    page_count: int


def cut_pdf(path: Path, *, first: int, last: int) -> CutPdf | OutcomeCode:
    """The pages `first` to `last` (1-based, inclusive), or why they cannot be had."""
    try:
        with pikepdf.open(path) as source:
            count = len(source.pages)
            if last > count:
                return OutcomeCode.PAGE_COUNT_DISAGREES
            wanted = [source.pages[index] for index in range(first - 1, last)]
            drawn = _with_annotations_drawn(source, wanted)
            return OutcomeCode.DAMAGED if drawn is None else CutPdf(_cut(wanted), drawn, count)
    except pikepdf.PasswordError:
        return OutcomeCode.ENCRYPTED
    except _FAULTS:
        return OutcomeCode.DAMAGED  # qpdf reports damage in all these ways


def _with_annotations_drawn(source: pikepdf.Pdf, wanted: list[pikepdf.Page]) -> bytes | None:
    """The file with form values, stamps and marks as part of its pages; None where nobody can say how one looks."""
    if any(True for page in wanted for _ in _drawn_annotations(page)):
        source.generate_appearance_streams()
        unsure = (
            annotation
            for page in wanted
            for annotation in _drawn_annotations(page)
            if "/AP" not in annotation and annotation.get("/Subtype") != "/Widget"
        )
        if any(True for _ in unsure):
            return None
        source.flatten_annotations("screen")
    for page in source.pages:
        if "/Annots" in page.obj:
            del page.obj["/Annots"]
    out = io.BytesIO()
    source.save(out, encryption=False)
    return out.getvalue()


def _drawn_annotations(page: pikepdf.Page) -> Iterator[pikepdf.Dictionary]:
    found = page.obj.get("/Annots")
    for annotation in found if isinstance(found, pikepdf.Array) else ():
        if not isinstance(annotation, pikepdf.Dictionary) or str(annotation.get("/Subtype", "")) not in _DRAWN:
            continue
        if not int(annotation.get("/F", 0)) & (_HIDDEN | _NO_VIEW):
            yield annotation


def _cut(wanted: list[pikepdf.Page]) -> bytes:
    """The pages alone.

    Raises:
        ValueError: something hangs on them that is none of theirs.
    """
    made = pikepdf.new()
    for page in wanted:
        for key in set(page.obj.keys()) - _KEPT:
            del page.obj[key]
        made.pages.append(page)
    seen: set[tuple[int, int]] = set()
    for page in made.pages:
        _keep_used(page.obj, seen)
        if hides_pictures(page):
            raise ValueError("a page holds more of its pictures than it shows")
    keep_known(page.obj for page in made.pages)
    out = io.BytesIO()
    # Streams stay as they were packed, so that no other version of a library packs them otherwise.
    made.save(out, deterministic_id=True, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    _prove_alone(out, len(wanted))
    return out.getvalue()


def _keep_used(owner: pikepdf.Object, seen: set[tuple[int, int]]) -> None:
    """Leaves a page, form, pattern or font the resources that its contents name; then the same in these."""
    resources = owner.get("/Resources")
    if not isinstance(resources, pikepdf.Dictionary):
        return
    used = _used(owner, resources)
    kept = {}
    for category in CATEGORIES & set(resources.keys()):
        entries = resources[category]
        kept[category] = pikepdf.Dictionary({name: entries[name] for name in set(entries.keys()) & used})
    # A dictionary of its own: the old one may be another page's too.
    owner.Resources = pikepdf.Dictionary(kept)
    for entry in (entry for entries in kept.values() for entry in entries.values()):
        for drawn in _owners(entry):
            if not drawn.is_indirect or drawn.objgen not in seen:
                seen.add(drawn.objgen)
                _keep_used(drawn, seen)


def _used(owner: pikepdf.Object, resources: pikepdf.Dictionary) -> set[str]:
    """The names in contents, and in those that draw with the same resources."""
    used: set[str] = set()
    waiting = [owner]
    while waiting:
        new = _names(waiting.pop()) - used
        used |= new
        for entries in resources.values():
            for name in new & set(entries.keys() if isinstance(entries, pikepdf.Dictionary) else ()):
                waiting += [drawn for drawn in _owners(entries[name]) if "/Resources" not in drawn]
    return used


def _owners(entry: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """What a resource draws with: its own contents, its letters', its mask's."""
    if isinstance(entry, pikepdf.Stream):
        if entry.get("/Subtype") == "/Form" or "/PatternType" in entry:
            yield entry
    elif isinstance(entry, pikepdf.Dictionary):
        mask = entry.get("/SMask")
        if isinstance(entry.get("/CharProcs"), pikepdf.Dictionary):
            yield entry
            # Resources stand at the font; some programs read a letter's own all the same.
            yield from (letter for letter in entry.CharProcs.values() if "/Resources" in letter)
        if isinstance(mask, pikepdf.Dictionary) and isinstance(mask.get("/G"), pikepdf.Stream):
            yield mask["/G"]


def _names(owner: pikepdf.Object) -> set[str]:
    if "/CharProcs" in owner:
        return {name for letter in owner.CharProcs.values() for name in _names(letter)}
    content = pikepdf.Page(owner) if owner.get("/Type") == "/Page" else owner
    found: set[str] = set()
    for instruction in pikepdf.parse_content_stream(content):
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            found |= {str(value) for value in instruction.iimage.obj.values() if isinstance(value, pikepdf.Name)}
        else:
            found |= {str(operand) for operand in instruction.operands if isinstance(operand, pikepdf.Name)}
    return found


def _prove_alone(content: io.BytesIO, pages: int) -> None:
    """Looks at every object of a cut.

    Raises:
        ValueError: one is another page, or acts, or holds a file or a description.
    """
    with pikepdf.open(content) as made:
        bearers = (each for each in made.objects if isinstance(each, pikepdf.Dictionary | pikepdf.Stream))
        held = [str(each.get("/Type", "")) for each in bearers]
        if held.count("/Page") != pages or _FORBIDDEN & set(held):
            raise ValueError("a cut holds more than its pages")
