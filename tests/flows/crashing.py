"""Runs the pipeline over an inbox and kills itself without warning at the nth boundary, or at one with a name."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from flows.installation import opened
from flows.settings import Settings


def main(inbox: str, fatal: str) -> None:
    """Ends by SIGKILL at the first boundary with this number (from 1) or name, or in good order if there is none."""
    passed = 0

    def boundary(document_id: str, point: str) -> None:
        nonlocal passed
        passed += 1
        print(document_id, point, flush=True)
        if fatal in (str(passed), point):
            os.kill(os.getpid(), signal.SIGKILL)

    with opened(Settings.from_environment(), kind="run", actor="test", boundary=boundary) as pipeline:
        pipeline.take_in(Path(inbox))
        for _ in pipeline.rounds():
            for chunk in pipeline.chunks(size=2):
                pipeline.process(chunk)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
