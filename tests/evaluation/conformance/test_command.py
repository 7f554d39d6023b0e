"""`python -m evaluation.conformance` with the real checker and server, where FHIR_CHECKER names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.conformance import __main__ as command
from evaluation.conformance.checker import Checker, Findings
from evaluation.conformance.server import post, serving
from evaluation.errors import EvaluationInputError
from fhir_mapping.bundle import build_bundle
from tests.evaluation.conformance.specimens import TEXT
from tests.fhir_mapping.records import RECORDED, SOFTWARE, SOURCE, VARIANTS


@pytest.fixture(scope="module")
def checker() -> Checker:
    try:
        return Checker.from_environment()
    except EvaluationInputError as error:
        pytest.skip(f"{error}: conformance is not tested")


def _bundle() -> str:
    return build_bundle(VARIANTS["full"], SOURCE, recorded=RECORDED, software=SOFTWARE)


def test_a_checker_that_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FHIR_CHECKER", raising=False)
    with pytest.raises(EvaluationInputError, match="FHIR_CHECKER"):
        Checker.from_environment()
    monkeypatch.setenv("FHIR_CHECKER", str(tmp_path))
    with pytest.raises(EvaluationInputError):
        Checker.from_environment()


def test_faults_are_counted_by_class_and_hold_no_values(checker: Checker, tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(_bundle())
    for name in ("one", "two"):
        (tmp_path / f"{name}.json").write_text(_bundle().replace('"gender":"female"', f'"gender":"F-{name}"'))
    findings = Findings()
    checker.check(sorted(tmp_path.iterdir()), ("uscore-610",), findings)
    assert (findings.files, findings.invalid) == (3, {"one.json", "two.json"})
    assert all(names == findings.invalid for names in findings.faults.values()), "a fault of both is one class"
    said = "\n".join(findings.lines())
    assert "3 bundles, 2 invalid" in said
    assert "gender" in said
    assert "F-one" not in said
    assert findings.resources["Patient"] == 3
    with pytest.raises(EvaluationInputError, match="uscore-000"):
        checker.check(sorted(tmp_path.iterdir()), ("uscore-000",), Findings())


def test_what_is_posted_comes_back_as_it_was(checker: Checker) -> None:
    findings = Findings()
    with serving(checker.folder) as base:
        post(base, _bundle(), "full.json", findings)
        changed = _bundle().replace("Total knee arthroplasty", "Partial knee arthroplasty")
        post(base, changed, "changed.json", findings)
    assert (findings.files, findings.invalid) == (2, set())
    assert findings.resources["Patient"] == 2


@pytest.mark.slow
@pytest.mark.timeout(900)  # the checker starts five times, on a busy machine
def test_the_documents_of_a_folder_are_checked_and_a_spoilt_bundle_is_found(
    checker: Checker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checker.folder.is_dir()
    (tmp_path / "set" / "docs").mkdir(parents=True)
    (tmp_path / "set" / "docs" / "request.txt").write_text(TEXT)
    assert command.main(["--corpus", str(tmp_path / "set"), "--workers", "1", "--keep", str(tmp_path / "kept")]) == 0
    printed = capsys.readouterr().out
    for title, count in (("mapped", 6), ("US Core 6.1.0", 3), ("US Core 7.0.0", 1), ("PAS 2.2.1", 3)):
        assert f"\n{title}: {count} bundles, 0 invalid" in printed
    (request,) = (tmp_path / "kept" / "request").glob("*.json")
    spoilt = request.read_text().replace('"use":"preauthorization"', '"use":"claim"')
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / request.name).write_text(spoilt)
    assert command.main(["--bundles", str(tmp_path / "export")]) == 1
    assert "PAS 2.2.1: 1 bundles, 1 invalid" in capsys.readouterr().out
