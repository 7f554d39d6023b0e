"""Fax repair: the page as it arrived becomes the page a recogniser reads best, and every step is recorded."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.deskew import skew_degrees
from documents.pages import Affine, Repair
from documents.raster import Gray, Raster

TARGET_DPI = 200
_ANALYSIS_DPI = 100.0
_BLUR_SIGMA = 0.7


@dataclass(frozen=True)
class RepairedPage:
    """Upright, straight, square pixels at `TARGET_DPI`, with the way back to the page as it arrived."""

    pixels: Gray
    rotation: int
    repairs: tuple[Repair, ...]
    to_source: Affine


def repair(raster: Raster, rotation: int = 0) -> RepairedPage:
    pixels = raster.pixels
    steps = []
    sx, sy = TARGET_DPI / raster.x_dpi, TARGET_DPI / raster.y_dpi
    h, w = pixels.shape
    src = pixels
    k = 1
    if raster.y_dpi < 0.75 * raster.x_dpi:
        k = round(raster.x_dpi / raster.y_dpi)
        src = np.repeat(pixels, k, axis=0)
    small = cv2.resize(pixels, (round(w / raster.x_dpi * 100), round(h / raster.y_dpi * 100)), interpolation=cv2.INTER_AREA)
    ink = small < 160
    angle = skew_degrees(ink)
    W, H = round(w * sx), round(h * sy)
    # centre rotation
    a = np.radians(angle)
    c, s = np.cos(a), np.sin(a)
    S = np.array([[sx, 0, (sx - 1) / 2], [0, sy / k, (sy / k - 1) / 2], [0, 0, 1.0]])
    cx, cy = W / 2, H / 2
    T = np.array([[1, 0, -cx], [0, 1, -cy], [0, 0, 1.0]])
    R = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1.0]])
    M = np.linalg.inv(T) @ R @ T @ S
    out = cv2.warpAffine(src, M[:2], (W, H), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    out = cv2.GaussianBlur(out, (0, 0), _BLUR_SIGMA)
    steps.append(Repair(name="deskew", amount=angle))
    N = np.diag([1 / w, 1 / (h * k), 1]) @ np.linalg.inv(M) @ np.diag([W, H, 1.0])
    return RepairedPage(out, rotation, tuple(steps), Affine(*N[:2].ravel().tolist()))
