"""Keeps leases alive while a chunk is worked on, from a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from documents.errors import LedgerError
from ledger.leases import Lease
from ledger.ledger import Ledger

LOG = logging.getLogger("fax2fhir")
# Two renewals may fail before another worker takes over.
RENEWALS_PER_LEASE = 3


@contextmanager
def kept_alive(ledger: Ledger, leases: Sequence[Lease], lease_s: float) -> Iterator[None]:
    """Renews the leases until the block ends; settled or lost ones are left alone."""
    done = threading.Event()
    keeper = threading.Thread(target=_renew, args=(ledger, list(leases), lease_s, done), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _renew(ledger: Ledger, leases: list[Lease], lease_s: float, done: threading.Event) -> None:
    while leases and not done.wait(lease_s / RENEWALS_PER_LEASE):
        try:
            leases = ledger.renew(leases, lease_s=lease_s)
        except LedgerError as error:  # the work itself will meet the same failure and end the run
            LOG.warning("leases could not be renewed: %s", error.code)
