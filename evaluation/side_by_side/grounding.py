"""Grounding side by side: near misses that must not pass, and right values on damaged text that should.

A claim is a value and the quote that is to prove it. The others align quotes and know nothing of values, so they are
read in the way that favours them: a claim passes only if both its value and its quote are found on the page.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version

from documents.pages import Page
from evaluation.side_by_side.near_misses import Case, damaged_right, near_misses
from evaluation.side_by_side.printed import page_of
from evaluation.side_by_side.results import GroundingResult
from extractors.grounding.proof import ground

# Whether a claim about a page is proven.
Grounder = Callable[[Case, Page], bool]
# Rounds of the generators: 1,552 near misses and 1,100 right claims.
_ROUNDS = 100
_SEED = 20260


def ours(case: Case, page: Page) -> bool:
    """This project's grounding: the value is derived anew from the quote where it stands."""
    return ground(case.value, case.quote, pages=[page], kind=case.kind).grounded


def citations(case: Case, page: Page) -> bool:
    """Instructor's `CitationMixin`: a quote that is not found within five edits is dropped."""
    from instructor.dsl.citation import CitationMixin

    told = {"substring_quotes": [case.value, case.quote]}
    kept = CitationMixin.model_validate(told, context={"context": page.text})
    return len(kept.substring_quotes) == len(told["substring_quotes"])


def aligned(case: Case, page: Page) -> bool:
    """The aligner of langextract as it comes: exact, partly matched and fuzzy alignments count."""
    return _langextract(case, page, strict=False)


def aligned_strictly(case: Case, page: Page) -> bool:
    """The aligner of langextract at its strictest: exact alignments only."""
    return _langextract(case, page, strict=True)


def _langextract(case: Case, page: Page, *, strict: bool) -> bool:
    from langextract.core.data import Extraction
    from langextract.resolver import WordAligner

    # One at a time: aligned together they must stand in order.
    for text in dict.fromkeys((case.value, case.quote)):
        ((found,),) = WordAligner().align_extractions(
            [[Extraction(extraction_class="value", extraction_text=text)]],
            page.text,
            enable_fuzzy_alignment=not strict,
            accept_match_lesser=not strict,
        )
        if found.alignment_status is None:
            return False
    return True


# Name, package, and what judges.
GROUNDERS: Sequence[tuple[str, str, Grounder]] = (
    ("fax2fhir", "fax2fhir", ours),
    ("instructor, CitationMixin", "instructor", citations),
    ("langextract, default", "langextract", aligned),
    ("langextract, exact only", "langextract", aligned_strictly),
)


def grounding_results(available: Callable[[str], bool], *, rounds: int = _ROUNDS) -> Iterator[GroundingResult]:
    """Yields how each grounder that is installed does.

    Args:
        available: whether a package is installed.
        rounds: of the generators; the same number gives the same claims.
    """
    wrong = [(case, page_of(case.text, ocr=True)) for case in near_misses(random.Random(_SEED), rounds=rounds)]
    right = [(case, page_of(case.text, ocr=True)) for case in damaged_right(random.Random(_SEED), rounds=rounds)]
    for name, package, grounder in GROUNDERS:
        if not available(package):
            continue
        grounder(*right[0])  # what is imported and compiled once is no claim's cost
        begun = time.process_time()
        accepted, passed = (sum(grounder(*claim) for claim in claims) for claims in (wrong, right))
        spent = 1000 * (time.process_time() - begun)
        yield GroundingResult(
            name=name,
            version=version(package),
            near_misses=len(wrong),
            accepted=accepted,
            right=len(right),
            passed=passed,
            ms=spent / (len(wrong) + len(right)),
        )
