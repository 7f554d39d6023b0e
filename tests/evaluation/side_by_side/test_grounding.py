"""Other people's grounders on near misses: the adapters ask them what they are meant to answer."""

from __future__ import annotations

from documents.values import Kind
from evaluation.side_by_side.grounding import GROUNDERS, Grounder, grounding_results
from evaluation.side_by_side.near_misses import Case
from evaluation.side_by_side.printed import page_of
from flows.side_by_side import installed

TEXT = "Prior imaging reviewed.\nSumatriptan 50 mg tablet as needed\nMember ID: KTR4471902"
AS_PRINTED = Case("", TEXT, Kind.STRENGTH, "50 mg", "Sumatriptan 50 mg tablet")
ELSEWHERE = Case("", TEXT, Kind.DRUG, "Rosuvastatin", "Rosuvastatin 20 mg capsule nightly")
ONE_DIGIT = Case("", TEXT, Kind.IDENTIFIER, "KTR4471962", "KTR4471902")


def judged(case: Case) -> dict[str, bool]:
    """What each grounder that is installed says of a claim about the page."""
    page = page_of(TEXT, ocr=True)
    there: list[tuple[str, Grounder]] = [(name, g) for name, package, g in GROUNDERS if installed(package)]
    return {name: grounder(case, page) for name, grounder in there}


def test_what_is_printed_passes_and_what_stands_nowhere_does_not() -> None:
    assert set(judged(AS_PRINTED).values()) == {True}
    assert set(judged(ELSEWHERE).values()) == {False}


def test_a_wrong_digit_passes_where_quotes_may_differ_by_a_few_letters() -> None:
    found = judged(ONE_DIGIT)
    assert not found["fax2fhir"]
    assert found["instructor, CitationMixin"]
    assert not found.get("langextract, exact only")


def test_every_installed_grounder_gets_the_same_claims() -> None:
    results = list(grounding_results(installed, rounds=2))
    assert [each.name for each in results][:2] == ["fax2fhir", "instructor, CitationMixin"]
    assert len({(each.near_misses, each.right) for each in results}) == 1
    own, cited = results[:2]
    assert own.near_misses > 20
    assert own.accepted == 0
    assert cited.accepted > own.near_misses / 2
    assert all(each.version and each.ms > 0 for each in results)
