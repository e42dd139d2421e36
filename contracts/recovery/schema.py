"""JSON Schema of what `atoll recovery … --json` prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contracts.recovery.report import RecoveryReport
from contracts.settings.schema import tidy

FILE = Path(__file__).parents[1] / "schemas" / "recovery-report.schema.json"
"""Where the generated schema is kept."""


def report_schema() -> dict[str, Any]:
    """The schema of the report."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:atoll:schema:recovery-report",
        "title": "Atoll recovery report",
        **tidy(RecoveryReport.model_json_schema(mode="serialization")),
    }


def render() -> str:
    """The text of the schema file."""
    return json.dumps(report_schema(), indent=2, ensure_ascii=False) + "\n"


def is_current() -> bool:
    """Whether the file on disk is what the models say."""
    return FILE.is_file() and FILE.read_text(encoding="utf-8") == render()


def write() -> None:
    """Bring the file up to date."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(render(), encoding="utf-8")
