"""Writes the JSON schema of packs, for editors and for whoever makes packs with a program.

python -m validation.packs.schema validation/packs/schema.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from validation.packs.model import Pack

SCHEMA = Path(__file__).with_name("schema.json")


def schema_text() -> str:
    """The text of schema.json."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "fax2fhir payer rule pack",
        **{key: value for key, value in Pack.model_json_schema(by_alias=True).items() if key != "title"},
    }
    return json.dumps(schema, indent=2) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(schema_text(), encoding="utf-8")
