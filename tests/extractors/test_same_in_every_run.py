"""A misread word that two listed words are equally near to is read alike in every run, whatever Python's hash seed."""

from __future__ import annotations

import os
import subprocess
import sys

_READS = """
from extractors.forms.headings import as_meant
from extractors.packets.phrases import PhraseIndex
words = [f"refer{a}{b}" for a in "abcdefg" for b in "abcdefg"]
print(PhraseIndex(words).corrected(["referxx", "referax", "referxc"]))
print(as_meant("Requestxd Proceduret Servicel"))
"""


def test_a_tie_is_decided_alike_in_every_run() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", _READS],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(4)
    }
    assert len(said) == 1
