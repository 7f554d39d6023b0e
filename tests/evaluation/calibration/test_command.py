"""`python -m evaluation.calibration` as users run it."""

from __future__ import annotations

from pathlib import Path

import pytest

from documents.values import Kind
from evaluation.calibration.__main__ import main
from evaluation.calibration.labels import Label
from extractors.records.weighting import Mode, Weights
from tests.evaluation.calibration.labelled import drawn, shifted

TIMID = shifted(bias=1.2)


def written(path: Path, labels: list[Label]) -> str:
    path.write_text("".join(f"{label.model_dump_json()}\n" for label in labels))
    return str(path)


def test_it_learns_from_some_labels_and_is_judged_by_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = written(tmp_path / "known.jsonl", drawn(1500, kind=Kind.TEXT, truth=TIMID))
    unseen = written(tmp_path / "unseen.jsonl", drawn(800, kind=Kind.TEXT, truth=TIMID, seed=4))
    out = tmp_path / "warm.json"
    assert main([known, "--unseen", unseen, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "words is WARM: level shifted: Brier" in said
    assert "Not certified: nothing is audited yet" in said
    assert [line.split()[0] for line in said.splitlines()[-2:]] == ["words", "all"]
    assert said.splitlines()[-1].split()[1] == "800"
    weights = Weights.model_validate_json(out.read_text())
    assert (weights.version, weights.family("words").mode) == ("cold-2+1500", Mode.WARM)
    assert main([known, "--weights", str(out)]) == 0
    assert "the figures flatter" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["{}\n", "no label\n", None])
def test_what_is_no_label_is_refused_without_repeating_it(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "labels.jsonl"
    if content is not None:
        path.write_text(content)
    assert main([str(path)]) == 2
    said = capsys.readouterr()
    assert (said.out, "no label\n" in said.err.removesuffix("is no label\n")) == ("", False)
    assert said.err.startswith("EVALUATION_INPUT: ")
