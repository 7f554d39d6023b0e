"""Other people's extractors and ours on the documents of an evaluation."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version

from evaluation.scoring.corpus import Gold
from evaluation.side_by_side.forms import FormComparison
from evaluation.side_by_side.grounding import GROUNDERS, grounding_results
from evaluation.side_by_side.results import SideBySide
from flows import stages
from flows.backend_runs import Labelled, read_by_rules

_OPENMED = "openmed"


@dataclass(slots=True)
class SideBySideRun:
    """Compares what is installed; what is not is named.

    Attributes:
        golds: labels by name.
    """

    golds: Mapping[str, Gold]
    _forms: FormComparison = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is imported that is not installed."""
        self._forms = FormComparison(openmed=installed(_OPENMED))

    def add(self, document: Labelled, facility: stages.Facility) -> None:
        """Compares the fields of a form; our rules read it again, so that their time is known."""
        begun = time.process_time()
        extracted = stages.extract(document.pages, stages.load_backend("rules"))
        ours = read_by_rules(replace(document, extracted=extracted), facility)
        ms = 1000 * (time.process_time() - begun)
        segments = [part.segment for part in extracted.parts]
        self._forms.add(self.golds[document.name], document.pages, segments, ours=ours, ms=ms)

    def result(self) -> SideBySide:
        """Of all documents that were added, and of the claims about quotes."""
        packages = dict.fromkeys((*(package for _, package, _ in GROUNDERS), _OPENMED))
        return SideBySide(
            grounding=tuple(grounding_results(installed)),
            forms=tuple(self._forms.results()),
            absent=tuple(package for package in packages if not installed(package)),
        )


def installed(package: str) -> bool:
    """Whether a package is there."""
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
