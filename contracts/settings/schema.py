"""JSON Schema of a whole stack file, for editors: names, descriptions, enums, limits and patterns of every setting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contracts.field_docs import described_schema
from contracts.settings.base import Layer
from contracts.settings.reading import FILE_KEYS, MODELS, NAMESPACE, OTHER_NAMESPACES
from contracts.settings.stack import StackSettings

FILE = Path(__file__).parents[1] / "schemas" / "stack-settings.schema.json"
"""Where the generated schema of a region's stack is kept; the stack files name it in their first line."""
SERVICE_FILE = FILE.with_name("service-stack-settings.schema.json")
"""The same for a service's stack."""
KUBERNETES_FILE = FILE.with_name("kubernetes-stack-settings.schema.json")
"""The same for what runs on a cluster."""
GLOBAL_FILE = FILE.with_name("global-stack-settings.schema.json")
"""The same for what spans the regions."""
MODELINE = f"# yaml-language-server: $schema=contracts/schemas/{FILE.name}"
"""First line of a region's stack file."""
SERVICE_MODELINE = f"# yaml-language-server: $schema=contracts/schemas/{SERVICE_FILE.name}"
"""First line of a service's stack file."""

_PULUMI: dict[str, dict[str, Any]] = {
    "secretsprovider": {"type": "string", "description": "What encrypts the secrets of this stack (Pulumi)."},
    "encryptedkey": {"type": "string", "description": "Data key, encrypted by the secrets provider (Pulumi)."},
    "encryptionsalt": {"type": "string", "description": "Salt of the passphrase secrets provider (Pulumi)."},
    "environment": {"type": ["array", "object"], "description": "Pulumi ESC environments to import (Pulumi)."},
    "policies": {"type": ["array", "object"], "description": "Policy packs and their configuration (Pulumi)."},
}


def stack_file_schema(layer: Layer = Layer.REGION) -> dict[str, Any]:
    """The schema of `Pulumi.<stack>.yaml` of a layer."""
    model = described_schema(MODELS.get(layer, StackSettings), "validation")
    definitions: dict[str, Any] = model.pop("$defs")
    config = {
        "type": "object",
        "description": model["description"],
        "properties": {f"{NAMESPACE}:{name}": found for name, found in model["properties"].items()},
        "required": [f"{NAMESPACE}:{name}" for name in model["required"]],
        "patternProperties": {
            f"^({'|'.join(OTHER_NAMESPACES)}):": {"description": "Configuration of a plug-in or of the engine."}
        },
        "additionalProperties": False,
    }
    properties = {"config": config, **{key: _PULUMI[key] for key in FILE_KEYS if key != "config"}}
    schema = {"properties": properties, "$defs": definitions}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:atoll:schema:{_files()[layer].name.removesuffix('.schema.json')}",
        "title": "Atoll stack file" if layer is Layer.REGION else f"Atoll {layer} stack file",
        "description": "Values of one stack. Generated from contracts/settings by `atoll settings schema --write`.",
        "type": "object",
        "required": ["config"],
        "additionalProperties": False,
        **tidy(schema),
    }


def render(layer: Layer = Layer.REGION) -> str:
    """The text of the schema file of a layer."""
    return json.dumps(stack_file_schema(layer), indent=2, ensure_ascii=False) + "\n"


def is_current() -> bool:
    """Whether the files on disk are what the models say."""
    return all(file.is_file() and file.read_text(encoding="utf-8") == render(layer) for layer, file in _files().items())


def write() -> None:
    """Bring the files up to date."""
    FILE.parent.mkdir(exist_ok=True)
    for layer, file in _files().items():
        file.write_text(render(layer), encoding="utf-8")


def _files() -> dict[Layer, Path]:
    """Layer → its schema file; they are kept together."""
    return {
        Layer.REGION: FILE,
        Layer.SERVICE: FILE.with_name(SERVICE_FILE.name),
        Layer.KUBERNETES: FILE.with_name(KUBERNETES_FILE.name),
        Layer.GLOBAL: FILE.with_name(GLOBAL_FILE.name),
    }


def tidy(value: Any, *, names: bool = False) -> Any:
    """pydantic's schema without derived titles, which editors show first, and with two rules it leaves out.

    `names` is set below `properties` and the like, whose keys are names and no keywords.
    """
    if isinstance(value, list):
        return [tidy(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
    cleaned = {
        key: tidy(item, names=not names and key in _NAMED) for key, item in found.items() if names or key != "title"
    }
    if not names and "patternProperties" in cleaned:
        cleaned.setdefault("additionalProperties", False)
    if not names and cleaned.get("type") == "array" and "items" in cleaned:
        cleaned["uniqueItems"] = True
    return cleaned


_NAMED = ("properties", "patternProperties", "$defs")
