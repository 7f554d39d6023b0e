"""Draws the sample inbox: a fixed set of documents under names as fax servers and portals give them.

`python -m evaluation.synth.samples samples` writes `samples/inbox` and `samples/gold`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from evaluation.synth.generate import write_document
from evaluation.synth.plan import Order

SEED = 20_260_401

ORDERS = (
    Order("FAX20260211_084512_0031", "s_grid", "digital", "clean"),
    Order("FAX20260211_091700_0032", "s_grid", "fax_fine", "typical"),
    Order("FAX20260211_093344_0033", "s_leaders", "fax_std", "clean"),
    Order("scan-000418", "s_leaders", "digital", "clean"),
    Order("inbound_7195550113_0007", "s_soap", "tiff", "typical"),
    Order("portal-upload-55210", "s_apso", "txt", "clean"),
)


def draw_samples(out: Path) -> None:
    """Writes `out/inbox` and `out/gold`."""
    for index, order in enumerate(ORDERS):
        write_document(order, SEED + index, out, docs="inbox")


if __name__ == "__main__":
    draw_samples(Path(sys.argv[1]))
