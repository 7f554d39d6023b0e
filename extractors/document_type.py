"""What a document type declares, and where the pipeline finds all of them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from documents.pages import Page
from documents.values import Cited
from extractors import document_types
from extractors.schema import FieldSpec, Schema, field_specs
from validation.entered_paths import EnteredPath

# Reads a segment's pages for what only documents of one type say, and cites each value.
PagesReader = Callable[[Sequence[Page]], Iterable[Cited]]


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A complete declaration; a module in `extractors/document_types` exposes it as `DOCUMENT_TYPE`.

    Attributes:
        name: stable name, e.g. `prior_auth_request`.
        description: one sentence for reviewers.
        schema: its Pydantic schema; None for types that are not extracted (cover sheet, unknown).
        prediction_type: its name in the neutral prediction format.
        titles: printed titles that announce it, lower case; strong evidence for the classifier.
        title_parts: for titles that senders put together: words of what it is about, words of what paper it is; a line
            near the top that holds one of each announces the type.
        cues: words and phrases that make it likely, with weights.
        shapes: kinds of page (extractors/packets/shapes.py) that speak for it or, below zero, against it, with weights.
        required: paths without which a record needs a person; each entry is a set of alternatives.
        extracts: whether a segment of this type yields a record.
        closes_with_document: true for parts that need nobody (a cover sheet).
        instructions: what whoever reads such a document has to know beyond the schema, in words.
        readers: the type's own embedded readers, beside those of forms and prose that every type has.
        own_paths: paths that only `readers` give; what forms and prose make of them is left out.
        summarised: whether its records carry a summary in the document's own words.
        claiming_paths: paths of `readers` whose words say nothing else: a drug named in a criterion is nobody's.
        entered: what no such document states, so that a person enters it; no reader, rule or model ever sees these.
        specs: the fields of `schema` by path.
        entered_specs: those of `entered`.
    """

    name: str
    description: str
    schema: type[Schema] | None
    prediction_type: str
    titles: tuple[str, ...] = ()
    title_parts: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    cues: tuple[tuple[str, float], ...] = ()
    shapes: tuple[tuple[str, float], ...] = ()
    required: tuple[tuple[str, ...], ...] = ()
    extracts: bool = True
    closes_with_document: bool = False
    instructions: str = ""
    readers: tuple[PagesReader, ...] = ()
    own_paths: frozenset[str] = frozenset()
    claiming_paths: frozenset[str] = frozenset()
    summarised: bool = False
    entered: tuple[EnteredPath, ...] = ()
    specs: dict[str, FieldSpec] = field(init=False)
    entered_specs: dict[str, EnteredPath] = field(init=False)

    def __post_init__(self) -> None:
        """Flattens the schema once."""
        specs = {} if self.schema is None else {s.path: s for s in field_specs(self.schema)}
        object.__setattr__(self, "specs", specs)
        object.__setattr__(self, "entered_specs", {each.path: each for each in self.entered})


@cache
def all_document_types() -> dict[str, DocumentType]:
    """Every declared type by name: the modules of `extractors/document_types`, in alphabetical order."""
    names = sorted(m.name for m in pkgutil.iter_modules(document_types.__path__))
    modules = [importlib.import_module(f"{document_types.__name__}.{name}") for name in names]
    types: list[DocumentType] = [module.DOCUMENT_TYPE for module in modules]
    return {t.name: t for t in types}
