"""The generated JSON Schema: current, complete, and of one mind with the models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from contracts.services import schema
from tests.contracts.services.kit import SAMPLE, edit, sample, values
from tests.contracts.services.test_refusals import CASES

SCHEMA: dict[str, Any] = json.loads(schema.FILE.read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
CONTRACTS = sorted(path.relative_to(SAMPLE).as_posix() for path in SAMPLE.rglob("contract.yaml"))


def test_schema_file_is_what_the_models_say() -> None:
    assert schema.is_current(), "run `atoll contract schema --write`"


def test_schema_is_a_schema_and_names_no_host_of_ours() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "urn:atoll:schema:service-contract"


@pytest.mark.parametrize("file", CONTRACTS)
def test_contract_names_the_schema_and_satisfies_it(file: str) -> None:
    first = (SAMPLE / file).read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith(schema.MODELINE)
    named = (SAMPLE / file).parent / first.removeprefix(schema.MODELINE)
    assert named.resolve() == schema.FILE
    assert [error.message for error in VALIDATOR.iter_errors(values(file))] == []


@pytest.mark.parametrize(
    "when",
    [
        "a key is unknown",
        "a section is unknown",
        "a required part is missing",
        "the version is a number",
        "the version is no semantic version",
        "the id has no domain",
        "the id has a Cyrillic letter",
        "a document is outside the folder",
        "visibility is above the limit",
        "throttling is above the limit",
        "a runtime does not exist",
        "a list says the same twice",
    ],
)
def test_editor_is_told_when(when: str, tmp_path: Path) -> None:
    (case,) = [case for case in CASES if case["when"] == when]
    folder = sample(tmp_path)
    edit(folder, case["file"], case["old"], case["new"])
    spoilt = YAML(typ="safe").load((folder / case["file"]).read_text(encoding="utf-8"))
    assert list(VALIDATOR.iter_errors(spoilt))


def test_every_part_is_described_to_the_editor() -> None:
    assert [path for path, node in properties(SCHEMA) if "description" not in node] == []


def properties(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of the schema with its path."""
    if isinstance(node, dict):
        for name, item in node.get("properties", {}).items() if isinstance(node.get("properties"), dict) else ():
            if isinstance(item, dict) and name != "properties":
                yield f"{path}.{name}", item
        for key, item in node.items():
            yield from properties(item, f"{path}/{key}")
    elif isinstance(node, list):
        for item in node:
            yield from properties(item, path)
