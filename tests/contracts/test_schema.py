"""The generated JSON Schema: current, complete, and of one mind with the models."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from contracts.field_docs import field_docs
from contracts.settings import StackSettings, schema
from contracts.settings.base import Settings
from tests.contracts.test_refusals import CASES, changed
from tests.kit.settings import PROJECT, plain, stack_settings, stack_values

SCHEMA: dict[str, Any] = json.loads(schema.FILE.read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
STACKS = ("dev", "staging", "prod")


def test_schema_file_is_what_the_models_say() -> None:
    assert schema.is_current(), "run `atoll settings schema --write`"


def test_schema_is_a_schema_and_names_no_host_of_ours() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "urn:atoll:schema:stack-settings"


@pytest.mark.parametrize("stack", STACKS)
def test_stack_file_names_the_schema_and_satisfies_it(stack: str) -> None:
    file = PROJECT / f"Pulumi.{stack}.yaml"
    assert file.read_text(encoding="utf-8").splitlines()[0] == schema.MODELINE
    assert errors(stack_values(file.name)) == []


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(stack_settings())
def test_schema_accepts_whatever_the_models_accept(found: StackSettings) -> None:
    assert errors(plain(found)) == []


@pytest.mark.parametrize(
    "when",
    [
        "a key is unknown",
        "a section is unknown",
        "a setting is missing",
        "a word is misspelt",
        "a zone letter exists nowhere",
        "a zone is named twice",
        "CloudWatch has no such retention",
        "the account id is too short",
        "the account id is a number",
        "the instance class does not exist",
        "the cache node type does not exist",
        "cron has five fields",
        "a name has a slash",
        "a name has a Cyrillic letter",
        "a name is too long",
        "AWS has withdrawn the release",
        "a version is a number",
        "Fargate has no such CPU",
        "a window is prose",
        "enhanced monitoring has no such interval",
        "keys rotate too often",
        "a recovery window does not exist",
        "the TLS policy is old",
        "the region is unknown",
        "the environment is unknown",
        "an endpoint service does not exist",
        "the image tag moves",
        "a CIDR stands where a block is named",
    ],
)
def test_editor_is_told_when(when: str) -> None:
    (case,) = [case for case in CASES if case["when"] == when]
    assert errors(changed(case))


MODELS = [model for model in Settings.__subclasses__() if model.__module__.startswith("contracts.")]
"""Other tests make settings of their own."""


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_every_setting_describes_itself(model: type[Settings]) -> None:
    assert model.__doc__
    assert set(model.model_fields) - set(field_docs(model)) == set()


def test_every_setting_is_described_to_the_editor() -> None:
    silent = [path for path, node in properties(SCHEMA) if "description" not in node]
    assert silent == []


def test_no_setting_has_a_default_that_its_description_does_not_tell() -> None:
    found = {
        f"{model.__name__}.{name}": field_docs(model).get(name, "")
        for model in MODELS
        for name, field in model.model_fields.items()
        if not field.is_required()
    }
    assert [name for name, description in found.items() if "left out" not in description] == []


def errors(values: dict[str, Any]) -> list[str]:
    document = {"config": {f"atoll:{name}": copy.deepcopy(value) for name, value in values.items()}}
    return [error.message for error in VALIDATOR.iter_errors(document)]


def properties(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of the schema with its path."""
    if isinstance(node, dict):
        for name, item in node.get("properties", {}).items() if isinstance(node.get("properties"), dict) else ():
            yield f"{path}.{name}", item
        for key, item in node.items():
            yield from properties(item, f"{path}/{key}")
