"""Posts bundles as transactions to the in-memory FHIR server beside the checker, and compares what comes back."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evaluation.conformance.checker import Findings
from evaluation.errors import EvaluationInputError
from fhir_mapping.transaction import held, is_same, parsed, reads, resources, transaction

_TIMEOUT_S = 60


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The base URL of a server on loopback; it forgets everything when it ends.

    Raises:
        EvaluationInputError: it does not start.
    """
    with subprocess.Popen(
        ["node", "tx_server.mjs", "0"], cwd=folder, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL
    ) as server:
        try:
            url = "" if server.stdout is None else server.stdout.readline().strip()
            if not url.startswith("http://127.0.0.1:"):
                raise EvaluationInputError("the server beside the checker does not start")
            yield url
        finally:
            server.terminate()


def post(base: str, bundle: str, name: str, findings: Findings) -> None:
    """Writes a bundle to the server as a transaction and reads every resource back; differences are faults."""
    wanted = resources(bundle)
    sent = transaction(wanted, {}, base=base)
    if sent is None:
        return
    answer = _asked(base, sent)
    for entry in answer.get("entry", ()):
        if not str(entry.get("response", {}).get("status", "")).startswith("2"):
            findings.fault(f"[server] a write was answered with {entry.get('response', {}).get('status')}", name)
    findings.files += 1
    keys = list(wanted)
    found = held(_asked(base, reads(keys)), keys)
    for key, ours in wanted.items():
        findings.resources[key.type] += 1
        if key not in found:
            findings.fault(f"[server] {key.type} is not there", name)
        elif not is_same(ours, found[key].resource):
            findings.fault(f"[server] {key.type} differs: {', '.join(_differing(ours, found[key].resource))}", name)
    if transaction(wanted, found, base=base) is not None:
        findings.fault("[server] a repeat would write again", name)


def _differing(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    names = sorted({*ours, *theirs} - {"meta"})
    return [name for name in names if ours.get(name) != theirs.get(name)]


def _asked(base: str, bundle: str) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - loopback
        base, data=bundle.encode(), headers={"Content-Type": "application/fhir+json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - loopback
            said: dict[str, Any] = parsed(answer.read().decode())
            return said
    except urllib.error.HTTPError as error:
        code = json.loads(error.read() or b"{}").get("issue", [{}])[0].get("code", "")
        raise EvaluationInputError(f"the server answered {error.code} {code}") from None
