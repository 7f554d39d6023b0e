"""Each field of each document type has the place that docs/fhir.md gives it, or is listed there as having none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extractors.document_type import DocumentType, all_document_types
from fhir_mapping.bundle import assembled
from fhir_mapping.proven import Draft
from fhir_mapping.stated import leaves
from tests.fhir_mapping.records import RECORDED, SOFTWARE, SOURCE, record
from tests.fhir_mapping.records_by_type import COMPLETE

_DOCS = Path(__file__).parents[2] / "docs" / "fhir.md"
_ROW = re.compile(r"\| `([a-z_]+\.[a-z_]+)` \| ([a-z_, ]+) \| (.+) \|")
_PLACE = re.compile(r"`([A-Z][A-Za-z]+\.[A-Za-z]+)`")
# A field that has its place only where others are not stated.
_WITHOUT = {"allergy.none": ("allergy.substance", "allergy.reaction")}


def rows() -> list[tuple[str, str, str]]:
    table = _DOCS.read_text(encoding="utf-8").split("## Where each field goes")[1]
    found = [_ROW.fullmatch(line) for line in table.splitlines() if line.startswith("| `")]
    return [(m.group(1), m.group(2), m.group(3)) for m in found if m is not None]


ROWS = rows()
EXTRACTED = [t for t in all_document_types().values() if t.extracts and t.schema is not None]
EACH = [(t, path) for t in EXTRACTED for path in t.specs]


def said_of(path: str, document_type: str) -> list[str]:
    return [said for named, types, said in ROWS if named == path and document_type in types_in(types)]


def types_in(types: str) -> set[str]:
    return {t.name for t in EXTRACTED} if types == "all" else set(types.split(", "))


def drafts(path: str, document_type: str) -> tuple[Draft, ...]:
    read = record((f for f in COMPLETE[document_type] if f.path not in _WITHOUT.get(path, ())), document_type)
    return assembled(read, SOURCE, recorded=RECORDED, software=SOFTWARE)


def holds(draft: Draft, place: str, path: str) -> bool:
    return any(
        leaf_path.removeprefix("_") == place or leaf_path.startswith(f"{place}.")
        for leaf_path, _, leaf in leaves(draft.resource, draft.type)
        if any(field.path == path for field in getattr(leaf, "fields", ()))
    )


@pytest.mark.parametrize(("of", "path"), EACH, ids=[f"{t.name}-{path}" for t, path in EACH])
def test_each_field_is_where_the_table_says(of: DocumentType, path: str) -> None:
    (said,) = said_of(path, of.name)  # one row and no more
    built = drafts(path, of.name)
    if said.startswith("not mapped: "):
        stated_by = [d.type for d in built if any(f.path == path for f in d.fields) and d.type != "Provenance"]
        assert stated_by == []
        return
    places = _PLACE.findall(said.split(" (")[0])
    assert places
    for place in places:
        kind = place.split(".")[0]
        if said.startswith("decides "):
            of_kind = [d for d in built if d.type == kind]
            assert any(any(f.path == path for f in d.fields) for d in of_kind), place
        else:
            assert any(holds(d, place, path) for d in built), place


@pytest.mark.parametrize(("of", "path"), EACH, ids=[f"{t.name}-{path}" for t, path in EACH])
def test_the_table_names_every_place_where_a_field_stands(of: DocumentType, path: str) -> None:
    named = {place for said in said_of(path, of.name) for place in _PLACE.findall(said)}
    stands = {
        ".".join(leaf_path.split(".")[:2])
        for draft in drafts(path, of.name)
        if draft.type != "Provenance"
        for leaf_path, _, leaf in leaves(draft.resource, draft.type)
        if any(field.path == path for field in getattr(leaf, "fields", ()))
    }
    assert stands <= named


@pytest.mark.parametrize("row", ROWS, ids=[f"{path}-{types}" for path, types, _ in ROWS])
def test_the_table_names_only_what_there_is(row: tuple[str, str, str]) -> None:
    path, types, _ = row
    having = {t.name for t in EXTRACTED if path in t.specs}
    assert having if types == "all" else types_in(types) <= having
