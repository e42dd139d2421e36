"""JSON Schema of a contract, for editors: names, descriptions, enums, limits and patterns of every part."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contracts.field_docs import described_schema
from contracts.services.contract import ServiceContract
from contracts.settings.schema import tidy

FILE = Path(__file__).parents[1] / "schemas" / "service-contract.schema.json"
"""Where the generated schema is kept."""
MODELINE = "# yaml-language-server: $schema="
"""Beginning of a contract's first line; the path to `FILE` follows."""


def contract_schema() -> dict[str, Any]:
    """The schema of `contract.yaml`."""
    model: dict[str, Any] = tidy(described_schema(ServiceContract, "validation"))
    described = "A service's contract. Generated from contracts/services by `atoll contract schema --write`."
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:atoll:schema:service-contract",
        "title": "Atoll service contract",
        **model,
        "description": described,
    }


def render() -> str:
    """The text of the schema file."""
    return json.dumps(contract_schema(), indent=2, ensure_ascii=False) + "\n"


def is_current() -> bool:
    """Whether the file on disk is what the models say."""
    return FILE.is_file() and FILE.read_text(encoding="utf-8") == render()


def write() -> None:
    """Bring the file up to date."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(render(), encoding="utf-8")
