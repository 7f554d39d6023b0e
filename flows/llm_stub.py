"""`llm stub`: a model on loopback for dry runs and tests; it answers from labels, from a script, or wrongly."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from documents.errors import SettingsError
from evaluation.loopback.answers import GoldModel, nothing_stated, scripted
from evaluation.loopback.faults import Fault
from evaluation.loopback.server import Answerer, loopback
from flows.settings import LLM_PREFIX
from flows.tables import say


def serve_stub(*, port: int, gold: Path | None, script: Path | None, errors: float, fault: str) -> None:
    """Serves until it is interrupted; what to set for a run against it is printed first.

    Raises:
        SettingsError: the labels or the script cannot be read, both are given, or there is no such fault.
    """
    if gold is not None and script is not None:
        raise SettingsError("--gold and --script exclude each other")
    if fault and fault not in set(Fault):
        raise SettingsError(f"--fault is one of {', '.join(Fault)}")
    with loopback(_answerer(gold, script, errors), port=port) as endpoint:
        endpoint.fault = Fault(fault) if fault else None
        say(f"export {LLM_PREFIX}BASE_URL={endpoint.url} {LLM_PREFIX}MODEL=stub {LLM_PREFIX}AGREEMENT=true")
        try:
            threading.Event().wait()
        finally:
            say(f"requests {len(endpoint.requests)}")


def _answerer(gold: Path | None, script: Path | None, errors: float) -> Answerer:
    if script is not None:
        return scripted([_object(line) for line in _text(script).splitlines() if line.strip()])
    if gold is None:
        return nothing_stated
    labels = [_object(_text(path)) for path in sorted(gold.glob("*.json"))]
    if not labels:
        raise SettingsError("--gold names a folder without labels")
    return GoldModel(labels, error_rate=errors)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingsError("a label or script file cannot be read") from None


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        raise SettingsError("a label or script file holds no JSON") from None
    if not isinstance(found, dict):
        raise SettingsError("a label or script file holds no JSON object")
    return found
