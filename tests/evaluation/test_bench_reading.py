"""The bench on one drawn page: it runs, and its word error is the scorer's."""

import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from evaluation.bench_reading import main
from evaluation.scoring.words import word_error


@pytest.mark.parametrize(
    ("printed", "read", "error"),
    [
        ("One two three four", "four three, TWO one.", 0.0),
        ("one two three four", "one two three", 0.25),
        ("one two three four", "one two three four five six", 0.5),
        ("one one", "one", 0.5),
        ("", "", 0.0),
    ],
)
def test_word_error_ignores_order_case_and_edges(printed: str, read: str, error: float) -> None:
    assert word_error(printed, read) == error


def test_a_folder_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs, gold = tmp_path / "docs", tmp_path / "gold"
    docs.mkdir()
    gold.mkdir()
    text = "Member ID KXW 4471902 was seen on 04/15/1961 for low back pain"
    page = Image.new("L", (1700, 2200), 255)
    draw = ImageDraw.Draw(page)
    for i in range(6):
        draw.text((150, 200 + 60 * i), text, font=ImageFont.load_default(size=32), fill=0)
    page.save(docs / "a.tif", dpi=(200, 200))
    label = {"number": 1, "page": 1, "rendition": "tiff", "rotation": 0, "text": "\n".join([text] * 6)}
    document = {"doc_id": "a", "file": "docs/a.tif", "severity": "clean", "pages": [label]}
    (gold / "a.json").write_text(json.dumps(document))
    main(["--docs", str(docs), "--gold", str(gold), "--workers", "1", "--only", "cpu"])
    main(["--docs", str(docs), "--gold", str(gold), "--workers", "1", "--only", "second"])
    main(["--docs", str(docs), "--gold", str(gold), "--workers", "1", "--only", "errors"])
    printed = capsys.readouterr().out
    assert "over 1 upright pages" in printed
    assert "share of the first's CPU" in printed
    assert "clean tiff" in printed
