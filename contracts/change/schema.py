"""JSON Schema of a report of a change, for programs that read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contracts.change.report import ChangeReport
from contracts.settings.schema import tidy

FILE = Path(__file__).parents[1] / "schemas" / "change-report.schema.json"
"""Where the generated schema is kept."""


def report_schema() -> dict[str, Any]:
    """The schema of `change-report.json`."""
    model: dict[str, Any] = tidy(ChangeReport.model_json_schema(mode="serialization"))
    described = "Report of a change. Generated from contracts/change by `atoll change schema --write`."
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:atoll:schema:change-report",
        "title": "Atoll change report",
        **model,
        "description": described,
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
