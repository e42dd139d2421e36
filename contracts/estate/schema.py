"""JSON Schema of a preview of the estate, for programs that read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contracts.estate.preview import EstatePreview
from contracts.settings.schema import tidy

FILE = Path(__file__).parents[1] / "schemas" / "estate-preview.schema.json"
"""Where the generated schema is kept."""


def preview_schema() -> dict[str, Any]:
    """The schema of what `atoll stack preview --estate --json` prints."""
    model: dict[str, Any] = tidy(EstatePreview.model_json_schema(mode="serialization"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:atoll:schema:estate-preview",
        "title": "Atoll estate preview",
        **model,
        "description": "Preview of all stacks. Generated from contracts/estate; `python -m contracts.estate.schema`.",
    }


def render() -> str:
    """The text of the schema file."""
    return json.dumps(preview_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")
