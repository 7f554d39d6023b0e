"""The committed sample inbox: large enough, in line with its gold, and what its command draws."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.synth.generate import write_document
from evaluation.synth.samples import ORDERS, SEED

SAMPLES = Path(__file__).parents[2] / "samples"


def test_samples_are_many_and_small() -> None:
    golds = [json.loads(path.read_text("utf-8")) for path in (SAMPLES / "gold").iterdir()]
    files = sorted(path.name for path in (SAMPLES / "inbox").iterdir())

    assert files == sorted(gold["file"] for gold in golds)
    assert len(files) >= 25
    assert sum(gold["n_pages"] for gold in golds) >= 80
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 6_000_000


def test_samples_show_what_they_promise() -> None:
    golds = [json.loads(path.read_text("utf-8")) for path in (SAMPLES / "gold").iterdir()]
    pages = [page for gold in golds for page in gold["pages"]]

    assert {"digital", "fax_fine", "fax_std", "tiff", "scan_jpeg", "scan_badtext", "txt"} <= {
        g["rendition"] for g in golds
    }
    assert {90, 180} <= {page["rotation"] for page in pages}
    assert any(page["damage"] for page in pages)
    assert sum(not g["needs_review"] and g["rendition"] == "digital" for g in golds) >= 5
    layouts = {s["layout"] for g in golds for s in g["segments"] if s["type"] == "prior_auth_request"}
    assert len(layouts) >= 6


# Pixels may differ between releases of the rasterizer; labels and text may not.
@pytest.mark.parametrize("index", [i for i, o in enumerate(ORDERS) if o.rendition in ("digital", "txt")])
def test_gold_is_what_the_command_draws(index: int, tmp_path: Path) -> None:
    order = ORDERS[index]
    write_document(order, SEED + index, tmp_path, docs="inbox")
    name = f"{order.doc_id}.json"

    assert (tmp_path / "gold" / name).read_text("utf-8") == (SAMPLES / "gold" / name).read_text("utf-8")
