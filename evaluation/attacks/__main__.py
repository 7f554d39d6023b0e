"""Attacks the pipeline: `python -m evaluation.attacks [--documents N] [--seed N] [--http N] [--out FILE]`.

Documents of many senders and types are drawn, clean and with an attacker's words on them: every technique of
wordings.toml at every place. Each is read by the embedded backend alone and with a model that obeys the attacker beside
it (`evaluation.loopback.obeying`), a share of them over HTTP. Printed are the attacker's values that were accepted
without a person, by technique and place, and what the attack cost: the right values of other fields that are accepted
on the clean document and no longer on the attacked one. It ends with 1 if any of the attacker's values was accepted.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from evaluation.attacks.campaign import Campaign, run
from evaluation.attacks.table import printed


def main() -> None:
    """Runs a campaign and prints its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=560, help="attacked documents")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--http", type=int, default=10, help="every so manieth over a loopback endpoint; 0 for none")
    parser.add_argument("--faxes", type=int, default=8, help="of a hundred documents, so many are faxed pages")
    parser.add_argument("--out", type=Path, help="folder for the attacked files, to look at them")
    chosen = parser.parse_args()
    begun = time.monotonic()
    campaign = Campaign(chosen.documents, chosen.seed, http=chosen.http, faxes=chosen.faxes, keep=chosen.out)
    trials = run(campaign)
    print(printed(trials))
    print(f"{len(trials)} attacked documents in {time.monotonic() - begun:.0f} s")
    sys.exit(int(any(trial.fell for trial in trials)))


if __name__ == "__main__":
    main()
