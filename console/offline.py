"""The graph of a stack without deploying it: the program is run against a recorder, from its stack file alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML

from contracts.settings import load_any
from graph.record import Recording, record
from stacks import deploy


def record_stack(stack_file: Path) -> Recording:
    """Run the program as the engine would in a first preview: no engine, no plug-in, no credentials.

    Raises:
        SettingsError: the stack file is wrong.
    """
    settings = load_any(stack_file)
    config, secret_keys = engine_configuration(stack_file)
    stack = stack_file.name.removeprefix("Pulumi.").removesuffix(".yaml")
    return record(
        deploy,
        stack=stack,
        config=config,
        secret_keys=secret_keys,
        account=settings.account.id,
        root=stack_file.parent,
    )


def engine_configuration(stack_file: Path) -> tuple[dict[str, str], set[str]]:
    """What the engine would hand to the program: every value as text, objects as JSON; and the keys that hold secrets.

    An encrypted value cannot be read here, and stands as an empty secret.
    """
    content: Any = YAML(typ="safe").load(stack_file.read_text(encoding="utf-8"))  # pyright: ignore[reportUnknownMemberType]
    values = cast("dict[str, Any]", content["config"])
    secret = {key for key, value in values.items() if _holds_secret(value)}
    return {key: _as_text(_without_ciphertext(value)) for key, value in values.items()}, secret


def _is_encrypted(value: Any) -> bool:
    return isinstance(value, dict) and set(cast("dict[str, Any]", value)) == {"secure"}


def _holds_secret(value: Any) -> bool:
    if isinstance(value, dict):
        return _is_encrypted(value) or any(map(_holds_secret, cast("dict[str, Any]", value).values()))
    return isinstance(value, list) and any(map(_holds_secret, cast("list[Any]", value)))


def _without_ciphertext(value: Any) -> Any:
    if _is_encrypted(value):
        return ""
    if isinstance(value, dict):
        return {key: _without_ciphertext(inner) for key, inner in cast("dict[str, Any]", value).items()}
    return [_without_ciphertext(inner) for inner in cast("list[Any]", value)] if isinstance(value, list) else value


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
