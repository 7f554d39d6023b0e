"""Form fields side by side: openmed's form extractor and ours on the same labelled fields of digital documents.

openmed gets what favours it: the schema's labels as aliases, and the page's words in the cells that wide gaps make,
with which it finds more than with the lines of the page or with its own reading of the file. Values are compared
without regard to the entity they belong to, which it does not tell.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from documents.pages import Page, Word
from documents.records import Segment
from evaluation.scoring.corpus import Gold, Prediction
from evaluation.scoring.normal_forms import is_same, normal
from evaluation.side_by_side.results import FormResult
from extractors.document_type import DocumentType, all_document_types

# Of the page's width: columns of a form stand farther apart than words.
_GAP = 0.012
# Values by path.
Said = Mapping[str, Sequence[str]]


@dataclass(slots=True)
class FormComparison:
    """Counts right, wrong and missed values of labelled fields, reader by reader.

    Attributes:
        openmed: whether it is installed.
    """

    openmed: bool
    _documents: int = 0
    _pages: int = 0
    _counts: dict[str, list[float]] = field(default_factory=dict)

    def add(
        self, gold: Gold, pages: Sequence[Page], segments: Sequence[Segment], *, ours: Prediction, ms: float
    ) -> None:
        """Adds a document whose pages were never on paper; others are left out.

        Args:
            gold: labels.
            pages: as read.
            segments: with the document types whose labels are looked for.
            ours: what our rules alone say.
            ms: what that took.
        """
        kinds = [kind for s in segments if (kind := all_document_types()[s.document_type]).extracts]
        paths = {path for kind in kinds for path in labelled(kind)}
        if gold.rendition not in ("digital", "txt") or not paths:
            return
        self._documents += 1
        self._pages += len(pages)
        said: dict[str, list[str]] = {}
        for each in ours.fields:
            said.setdefault(each.field, []).append(each.value or "")
        self._count("fax2fhir", gold, paths, said, ms)
        if self.openmed:
            begun = time.process_time()
            found = openmed_fields(pages, kinds)
            self._count("openmed", gold, paths, found, 1000 * (time.process_time() - begun))

    def _count(self, reader: str, gold: Gold, paths: set[str], said: Said, ms: float) -> None:
        counts = self._counts.setdefault(reader, [0.0] * 4)
        for path in paths:
            wanted = [g for g in gold.fields if g.field == path and not g.damaged]
            stated = list({normal(path, value): value for value in said.get(path, ()) if value}.values())
            right = [any(is_same(path, value, g) for value in stated) for g in wanted if not g.optional]
            counts[0] += sum(right)
            counts[1] += sum(not any(is_same(path, value, g) for g in wanted) for value in stated)
            counts[2] += len(right) - sum(right)
        counts[3] += ms

    def results(self) -> Iterator[FormResult]:
        """Yields one result a reader, ours first."""
        for reader, (right, wrong, missed, ms) in self._counts.items():
            yield FormResult(
                name=reader,
                version=version(reader),
                documents=self._documents,
                right=int(right),
                wrong=int(wrong),
                missed=int(missed),
                ms=ms / max(1, self._pages),
            )


def labelled(kind: DocumentType) -> list[str]:
    """The paths of a document type that forms print labels for."""
    return [path for path, spec in kind.specs.items() if spec.reads.labels]


def openmed_fields(pages: Sequence[Page], kinds: Sequence[DocumentType]) -> Said:
    """What openmed's form extractor finds."""
    from openmed.multimodal.document_graph import build_document_graph
    from openmed.structured.forms import extract_form_fields

    schema = [
        {"linkId": path, "text": path, "aliases": list(kind.specs[path].reads.labels)}
        for kind in kinds
        for path in labelled(kind)
    ]
    graph = build_document_graph([block for page in pages for block in _blocks(page)])
    said: dict[str, list[str]] = {}
    for found in extract_form_fields(graph, schema=schema).fields:
        said.setdefault(found.link_id, []).append(found.value)
    return said


def _blocks(page: Page) -> Iterator[dict[str, Any]]:
    """The page's cells as openmed's blocks; boxes in points."""
    for cell in _cells(page):
        left, right = cell[0].box.left * page.width_pt, cell[-1].box.right * page.width_pt
        top, bottom = min(w.box.top for w in cell) * page.height_pt, max(w.box.bottom for w in cell) * page.height_pt
        yield {"text": " ".join(w.text for w in cell), "page": page.number, "bbox": (left, top, right, bottom)}


def _cells(page: Page) -> Iterator[list[Word]]:
    """Runs of words that neither a line's end nor a wide gap cuts."""
    cell: list[Word] = []
    for word in page.words:
        before = cell[-1] if cell else None
        if before is not None and (
            "\n" in page.text[before.end : word.start]
            or word.box.left - before.box.right > _GAP
            or word.box.top > before.box.bottom
        ):
            yield cell
            cell = []
        cell.append(word)
    if cell:
        yield cell
