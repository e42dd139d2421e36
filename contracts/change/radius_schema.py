"""JSON Schema of what `atoll blast-radius --json` prints."""

from __future__ import annotations

import json
from pathlib import Path

from contracts.change.radius import BlastRadius
from contracts.settings.schema import tidy

FILE = Path(__file__).parents[1] / "schemas" / "blast-radius.schema.json"
"""Where the generated schema is kept."""


def render() -> str:
    """The text of the schema file."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:atoll:schema:blast-radius",
        "title": "Atoll blast radius",
        **tidy(BlastRadius.model_json_schema(mode="serialization")),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def is_current() -> bool:
    """Whether the file on disk is what the models say."""
    return FILE.is_file() and FILE.read_text(encoding="utf-8") == render()


def write() -> None:
    """Bring the file up to date."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(render(), encoding="utf-8")
