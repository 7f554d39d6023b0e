"""Runs the pipeline over an inbox and kills itself without warning at the nth stage boundary."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from flows.installation import opened
from flows.settings import Settings


def main(inbox: str, fatal: int) -> None:
    """Ends by SIGKILL at boundary number `fatal` (from 1), or in good order if there are fewer."""
    passed = 0

    def boundary(document_id: str, point: str) -> None:
        nonlocal passed
        passed += 1
        print(document_id, point, flush=True)
        if passed == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    with opened(Settings.from_environment(), kind="run", actor="test", boundary=boundary) as pipeline:
        pipeline.take_in(Path(inbox))
        for chunk in pipeline.chunks(size=2):
            pipeline.process(chunk)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
