"""Born-digital PDF of drawn pages: vectors and a real text layer, the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from evaluation.synth import faces
from evaluation.synth.sheet import PAGE_HEIGHT, PAGE_WIDTH, Box, Glyphs, Mark, Sheet, Stroke


def digital_pdf(sheets: Sequence[Sheet]) -> bytes:
    """Draws the pages with reportlab in invariant mode (no clock, no random ids)."""
    from reportlab.pdfgen.canvas import Canvas

    faces.register()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1, pageCompression=1)
    for sheet in sheets:
        for mark in sheet.marks:
            _draw(canvas, mark)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Any, mark: Mark) -> None:
    match mark:
        case Glyphs():
            canvas.setFillGray(1.0 if mark.type.white else 0.0)
            canvas.setFont(mark.type.face, mark.type.size)
            canvas.drawString(mark.x, PAGE_HEIGHT - mark.y, mark.text)
        case Box():
            x, y, width, height = mark.rect
            if mark.fill is not None:
                canvas.setFillGray(mark.fill)
            canvas.setLineWidth(mark.stroke)
            outlined = int(mark.stroke > 0)
            canvas.rect(x, PAGE_HEIGHT - y - height, width, height, stroke=outlined, fill=int(mark.fill is not None))
        case Stroke():
            _stroke(canvas, mark)


def _stroke(canvas: Any, mark: Stroke) -> None:
    canvas.setLineWidth(mark.width)
    if mark.radius:
        x, y = mark.points[0]
        canvas.setFillGray(0.0)
        canvas.circle(x, PAGE_HEIGHT - y, mark.radius, stroke=1, fill=int(mark.solid))
        return
    canvas.setDash(*((1, 2) if mark.dots else ((), 0)))
    path = canvas.beginPath()
    for index, (x, y) in enumerate(mark.points):
        (path.moveTo if index == 0 else path.lineTo)(x, PAGE_HEIGHT - y)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.setDash()
