"""`python -m evaluation.calibration LABELS...`: what labels would make of the weights, judged on labels they never saw.

Reads labels as JSON lines (`fax2fhir evaluate --labels FILE` writes them), refits, and prints the figures before and
after by family. With `--unseen`, those labels judge the outcome as a whole: other documents, other layouts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from evaluation.calibration.certificate import audited, by_record, in_words
from evaluation.calibration.fitting import recalibrated
from evaluation.calibration.labels import Label, by_family
from evaluation.calibration.quality import Quality, quality
from evaluation.errors import EvaluationInputError
from extractors.records.weighting import COLD_WEIGHTS, Weights, load_weights

# What a manager is told of; the other costs tolerate more.
_RISK = 0.01
_HEAD = "family      labels wrong          AUROC              AUGRC            Brier       at 99 %  accepted (wrong)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.calibration", description=__doc__)
    parser.add_argument("labels", nargs="+", type=Path, help="files of labels to learn from")
    parser.add_argument("--unseen", nargs="+", type=Path, default=[], help="files of labels to judge the outcome by")
    parser.add_argument("--weights", type=Path, default=COLD_WEIGHTS, help="weights in force; else the shipped ones")
    parser.add_argument("--out", type=Path, help="write the new weights")
    chosen = parser.parse_args(arguments)
    try:
        current = load_weights(chosen.weights)
        labels = [label for path in chosen.labels for label in read_labels(path)]
        unseen = [label for path in chosen.unseen for label in read_labels(path)]
    except EvaluationInputError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return error.exit_code
    found = recalibrated(labels, current, version=f"{current.version}+{len(labels)}")
    for each in found.families:
        print(f"{each.family} is {each.mode}: {each.why}")
    seen = audited(labels, found.weights)
    print(in_words(*by_record(seen), _RISK))
    print("\n".join(table(unseen or labels, current, found.weights)))
    if not unseen:
        print("These labels were learned from: the figures flatter. Give others with --unseen.")
    if chosen.out is not None:
        chosen.out.write_text(found.weights.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return 0


def read_labels(path: Path) -> list[Label]:
    """The labels of a file, a JSON object a line.

    Raises:
        EvaluationInputError: it cannot be read, or a line is no label.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise EvaluationInputError("a file of labels cannot be read") from None
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(Label.model_validate_json(line))
        except ValidationError:
            raise EvaluationInputError(f"line {number} of a file of labels is no label") from None
    return found


def table(labels: Sequence[Label], before: Weights, after: Weights) -> Iterator[str]:
    """Yields a line for each family and one for all: figures with the weights before and after."""
    if not labels:
        return
    yield _HEAD
    for name, own in [*sorted(by_family(labels).items()), ("all", list(labels))]:
        one, two = quality(own, before), quality(own, after)
        yield (
            f"{name:<11}{one.labels:>7,}{one.wrong:>6,}  {_auroc(one)} {_auroc(two)}  {one.augrc:.5f} > {two.augrc:.5f}"
            f"  {one.brier:.4f} > {two.brier:.4f}  {one.coverage_99:5.1%} {two.coverage_99:6.1%}"
            f"  {one.accepted:.1%} ({one.accepted_wrong:.2%}) > {two.accepted:.1%} ({two.accepted_wrong:.2%})"
        )


def _auroc(found: Quality) -> str:
    return "  none" if found.auroc is None else f"{found.auroc:6.3f}"


if __name__ == "__main__":
    sys.exit(main())
