"""Draws a set of synthetic faxes with gold labels: the same count and seed give the same bytes."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from evaluation.synth.cases import Case
from evaluation.synth.document import Part, Rendered
from evaluation.synth.files import Transmission, render_document
from evaluation.synth.gold import make_gold
from evaluation.synth.machine import Caller
from evaluation.synth.packet import draw
from evaluation.synth.plan import Order, climb, plan

SCHEMA = "fax2fhir-gold/1"
FAMILY = "s"


def generate(
    count: int, seed: int, out: Path, *, noise: Sequence[int] = (), voices: frozenset[str] | None = None
) -> None:
    """Writes `out/docs`, `out/gold` and `out/manifest.json`.

    Args:
        count: number of documents; with `noise` of different ones.
        seed: decides everything.
        out: folder, made if missing.
        noise: steps of the noise ladder at which each document is drawn; empty for one rendition of each.
        voices: senders whose templates are used; all and the office layouts if None.
    """
    rows = []
    for index, order in enumerate(plan(count, seed, voices=voices)):
        for step in climb(order, noise) if noise else (order,):
            rows.append(write_document(step, seed * 100_003 + index, out))
    manifest = {"family": FAMILY, "seed": seed, "n": count, "docs": rows}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")


def write_document(order: Order, seed: int, out: Path, *, docs: str = "docs") -> dict[str, Any]:
    """Draws one document and its gold; returns its row of the manifest.

    Args:
        order: what to draw.
        seed: decides the rest.
        out: folder for the two folders.
        docs: name of the folder of documents.
    """
    parts, sent, rng = drawn(order, seed)
    rendered = render_document(parts, sent, rng)
    gold = labels(order, seed, parts, rendered)
    name = order.doc_id + rendered.extension
    for folder in (docs, "gold"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    (out / docs / name).write_bytes(rendered.data)
    (out / "gold" / f"{order.doc_id}.json").write_text(json.dumps(gold, indent=1) + "\n", "utf-8")
    return {
        **{
            k: gold[k]
            for k in ("doc_id", "file", "document_type", "is_packet", "rendition", "severity", "handwritten", "n_pages")
        },
        "layouts": [s["layout"] for s in gold["segments"]],
        "fields": len(gold["fields"]),
        "bytes": len(rendered.data),
        "traps": sorted({t["type"] for t in gold["traps"]}),
        "missing": [m["field"] for m in gold["missing_fields"]],
    }


def drawn(order: Order, seed: int) -> tuple[list[Part], Transmission, random.Random]:
    """A document's parts, how it is sent, and the source of noise for rendering it."""
    rng = random.Random(seed)
    case, parts = draw(order, rng)
    return parts, Transmission(order.rendition, order.severity, _caller(case, rng), dict(order.turned)), rng


def labels(order: Order, seed: int, parts: list[Part], rendered: Rendered) -> dict[str, Any]:
    """The gold labels of a document that was drawn and rendered."""
    types = [part.type for part in parts if not part.other_patient]
    actionable = next((t for t in ("prior_auth_request", "referral") if t in types), types[0])
    severity = {"digital": "none", "txt": "none", "scan_jpeg": "jpeg"}.get(order.rendition, order.severity)
    steps = {} if order.noise is None else {"noise": order.noise, "ladder": order.ladder}
    return {
        "schema": SCHEMA,
        "doc_id": order.doc_id,
        "family": FAMILY,
        "seed": seed,
        "file": order.doc_id + rendered.extension,
        "rendition": order.rendition,
        "severity": severity,
        "handwritten": False,
        **steps,
        "document_type": actionable,
        **make_gold(parts, rendered.fates),
    }


def _caller(case: Case, rng: random.Random) -> Caller:
    when = datetime.combine(case.today, time(rng.randrange(7, 19), rng.randrange(60), rng.randrange(60)))
    return Caller(
        when=when + timedelta(days=rng.choice((0, 0, 1))),
        name=case.provider.practice,
        number=case.provider.fax,
        to=f"(877) 555-01{rng.randrange(100):02d}",
        style=rng.randrange(4),
    )
