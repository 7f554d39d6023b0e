"""FHIR there and back: `python -m evaluation.round_trip [--packages FOLDER] [--json FILE] [--variants N] [--faxes N]`.

The example resources of US Core and Da Vinci PAS are drawn as documents that a person could have sent, rendered as
digital PDF, as text and as fax, read, mapped and compared element by element. Printed are recall and precision by
resource type, and what is left out and why.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from evaluation.round_trip.packages import packages_folder, read_examples
from evaluation.round_trip.results import in_words
from evaluation.round_trip.trial import Read, round_trip


def main() -> None:
    """Runs the trial and prints its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, help="folder of uscore-*.tgz and pas-*.tgz; else FHIR_PACKAGES")
    parser.add_argument("--json", type=Path, help="file for the result")
    parser.add_argument("--variants", type=int, default=3, help="drawings of each document")
    parser.add_argument("--faxes", type=int, default=2, help="of them, so many are faxed as well: fine, then standard")
    parser.add_argument("--show", action="store_true", help="print every missed and false element of the examples")
    chosen = parser.parse_args()
    examples = read_examples(packages_folder(chosen.packages))
    result = round_trip(examples, variants=chosen.variants, faxes=chosen.faxes, look=_show if chosen.show else None)
    if chosen.json is not None:
        chosen.json.write_text(result.model_dump_json(), "utf-8")
    print(in_words(result))


def _show(read: Read) -> None:
    """What went amiss in a document; the examples hold no patient's data."""
    for mode, judged in read.judged.items():
        for what in ("missed", "false"):
            for element in getattr(judged, what):
                where = f"{read.sent.drawing.name} {read.sent.rendition} {mode}"
                print(f"{where} {what} {element.path}: {element.value[:100]}")


if __name__ == "__main__":
    main()
