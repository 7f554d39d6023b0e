"""The payer packs of an installation, read once a process, so that what is checked and its version agree."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from extractors.document_type import all_document_types
from flows.settings import Settings
from validation.errors import PackError
from validation.packs.loading import Names, load_shelf
from validation.packs.shelf import Shelf


def known_names() -> Names:
    """The fields and document types that packs may refer to."""
    types = all_document_types()
    return Names(frozenset(path for t in types.values() for path in t.specs), frozenset(types))


def loaded_shelf(settings: Settings) -> Shelf:
    """The approved packs; none where the default folder does not exist.

    Raises:
        PackError: a pack is broken, or the folder that was set does not exist.
    """
    return _loaded(settings.packs, settings.packs == settings.home / "packs")


@cache
def _loaded(folder: Path, may_be_missing: bool) -> Shelf:
    if not folder.is_dir():
        if may_be_missing:
            return Shelf()
        error = PackError("FAX2FHIR_PACKS names no folder")
        error.remedy = "Correct FAX2FHIR_PACKS, or leave it unset to go without packs."
        raise error
    return load_shelf(folder, names=known_names())
