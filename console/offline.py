"""The graph of a stack without deploying it: the program is run against a recorder, from its stack file alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pulumi
from ruamel.yaml import YAML

from contracts.settings import AnySettings, KubernetesStackSettings, ServiceStackSettings, StackSettings, load_any
from graph.errors import RecordingError
from graph.invokes import InvokeHook
from graph.monitor import ProviderModel
from graph.nodes import Node
from graph.record import Recording, record
from graph.values import UNKNOWN, FrozenMap, Secret, Unknown
from stacks import deploy


def _answers() -> dict[str, InvokeHook]:
    """What cannot be known here: records of other services are unknown, and vault entries stand as the word unknown."""
    entry = json.dumps({"client_id": "unknown", "client_secret": "unknown"})
    return {
        "aws:ssm/getParametersByPath:getParametersByPath": lambda _question: {"names": [UNKNOWN], "values": [UNKNOWN]},
        "aws:secretsmanager/getSecrets:getSecrets": lambda question: {**question, "names": [UNKNOWN]},
        "aws:secretsmanager/getSecretVersion:getSecretVersion": lambda question: {**question, "secretString": entry},
    }


def record_stack(stack_file: Path, outputs: ProviderModel | None = None) -> Recording:
    """Run the program as the engine would in a first preview: no engine, no plug-in, no credentials.

    The stack of a service, or of what runs on a cluster, is told what its region's stack exports, as far as that is
    known offline; the deployment records of other services are unknown. ``outputs`` may know what AWS would draw, in
    either stack.

    Raises:
        SettingsError: the stack file is wrong.
        RecordingError: the program refuses its settings.
    """
    settings = load_any(stack_file)
    try:
        return _recorded(stack_file, settings, outputs)
    except pulumi.RunError as error:
        raise RecordingError(str(error)) from None


def _recorded(stack_file: Path, settings: AnySettings, outputs: ProviderModel | None) -> Recording:
    config, secret_keys = engine_configuration(stack_file)
    stack = stack_file.name.removeprefix("Pulumi.").removesuffix(".yaml")
    return record(
        deploy,
        stack=stack,
        config=config,
        secret_keys=secret_keys,
        account=settings.account.id,
        invokes=_answers(),
        outputs=outputs or _nothing_known,
        stack_outputs=None if isinstance(settings, StackSettings) else _regions(settings, stack_file, outputs),
        root=stack_file.parent,
    )


def _nothing_known(_node: Node) -> Mapping[str, Any]:
    return {}


def _regions(
    settings: ServiceStackSettings | KubernetesStackSettings, stack_file: Path, outputs: ProviderModel | None
) -> dict[str, dict[str, Any]]:
    """Stack of each region that is read → its outputs, with unknowns for what AWS draws."""
    names = [settings.region_stack]
    if isinstance(settings, KubernetesStackSettings):
        names += [cluster.region_stack for cluster in settings.clusters.values()]
    files = {name: stack_file.with_name(f"Pulumi.{name}.yaml") for name in names}
    return {
        name: cast("dict[str, Any]", _plain(record_stack(file, outputs).stack_outputs)) for name, file in files.items()
    }


def _plain(value: Any) -> Any:
    """Outputs as the program takes them; a secret is an unknown here, for its value is."""
    if isinstance(value, FrozenMap):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[Any, ...]", value)]
    return UNKNOWN if isinstance(value, Unknown | Secret) else value


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
