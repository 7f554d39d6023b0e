"""A model for the command line: an endpoint on loopback, named in the environment of a command."""

from __future__ import annotations

from evaluation.loopback.server import Loopback
from flows.settings import LLM_PREFIX


def configure(environment: dict[str, str], endpoint: Loopback, **settings: str) -> None:
    """Names the endpoint, and the model's other settings by their names in lower case."""
    environment |= {f"{LLM_PREFIX}BASE_URL": endpoint.url, f"{LLM_PREFIX}MODEL": "m"}
    environment |= {f"{LLM_PREFIX}{name.upper()}": value for name, value in settings.items()}
