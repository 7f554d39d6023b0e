"""No value that a model may give holds the reading of a document: patterns that backtrack without end would."""

from __future__ import annotations

import multiprocessing

from documents.values import Cited
from extractors.document_type import all_document_types
from extractors.records.mentions import make_mention
from tests.extractors.records_of import pages_of

# All values of all paths take some seconds; one that backtracks takes longer than anybody waits.
_PATIENCE_S = 240
_LONG = 200
_REPEATED = (
    ".",
    "-",
    "7",
    " ",
    "(",
    "[]",
    "_",
    "/ ",
    ". - 7 (",
    "1/",
    "a ",
    "mg ",
    "and ",
    "and/or ",
    "icd-10 ",
    "Dr. ",
)


def _mention_all() -> None:
    types = all_document_types().values()
    for path, document_type in {path: each for each in types if each.schema for path in each.specs}.items():
        for value in (((part * _LONG)[:_LONG] + end) for part in _REPEATED for end in (" mg", "é")):
            pages = pages_of(f"PROGRESS NOTE\nDiagnosis: {value}\n")
            cited = Cited(path=path, group="a", value=value, quote=value, page=1)
            make_mention(cited, document_type, pages=pages, numbered={1: pages[0]})


def test_a_hostile_value_is_read_in_bounded_time() -> None:
    reading = multiprocessing.get_context("spawn").Process(target=_mention_all)
    reading.start()
    reading.join(_PATIENCE_S)
    ended = reading.exitcode
    reading.kill()
    reading.join()
    assert ended == 0
