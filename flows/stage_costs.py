"""What each stage costs this process, for benchmarks: `python -m flows.stage_costs INBOX [INBOX...]`.

The folders are processed one after the other in one process, files kept, and a line of JSON tells what each cost. What
is loaded only once is paid for by the first, so the later ones show what a document costs in a long run.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from flows.actor import os_user
from flows.installation import opened
from flows.pipeline import Pipeline
from flows.settings import Settings

# Large enough for every benchmark's inbox to be one chunk, so that a stage runs once an inbox.
_ALL = 10_000


def main(inboxes: list[Path]) -> None:
    """Processes the folders with the installation that the environment names."""
    with opened(Settings.from_environment(), kind="run", actor=os_user()) as pipeline:
        for inbox in inboxes:
            sys.stdout.write(json.dumps(_costs(pipeline, inbox)) + "\n")


def _costs(pipeline: Pipeline, inbox: Path) -> dict[str, float]:
    """CPU seconds of this process by stage, children left out, beside the counts they are to be divided by."""
    started = time.process_time()
    pipeline.take_in(inbox, keep=True)
    chunks = list(pipeline.chunks(size=_ALL))
    costs = {"take_in": time.process_time() - started, "read": 0.0, "extract": 0.0, "publish": 0.0}
    documents = pages = 0
    for chunk in chunks:
        documents += len(chunk.leases)
        for name, stage in (("read", pipeline.read), ("extract", pipeline.extract), ("publish", pipeline.publish)):
            before = time.process_time()
            pages += stage(chunk).pages
            costs[name] += time.process_time() - before
    return {"documents": documents, "pages": pages, **costs}


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
