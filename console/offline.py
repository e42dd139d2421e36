"""The graphs of stacks without deploying them: the program is run against a recorder, from the stack files alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import pulumi

from console.estate import order, stack_file, stack_of, stacks_of
from contracts.settings import AnySettings, source
from graph.errors import RecordingError
from graph.estate import Estate
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

    A stack that reads others is told what they export, as far as that is known offline: they are recorded first. The
    deployment records of other services are unknown. ``outputs`` may know what AWS would draw, in any of the stacks.

    Raises:
        SettingsError: a stack file is wrong.
        EstateError: a stack that it reads has no file, or stacks read one another in a circle.
        RecordingError: the program refuses its settings.
    """
    stack = stack_of(stack_file)
    return record_estate(stack_file.parent, [stack], outputs)[stack]


def offline_estate(
    project: Path,
    stacks: Iterable[str] = (),
    *,
    environment: str | None = None,
    outputs: ProviderModel | None = None,
) -> Estate:
    """The graphs of several stacks, of one environment, or of the whole project, recorded in one process.

    Stacks that the wanted ones read are part of it, and come before them.

    Args:
        project: folder of the stack files.
        stacks: names; those of `environment`, or all, if left out.
        environment: dev, staging, prod, or env-<name>.
        outputs: may know what AWS would draw.

    Raises:
        SettingsError, EstateError, RecordingError: as `record_stack`.
    """
    wanted = list(stacks) or stacks_of(project, environment)
    return Estate({stack: made.graph for stack, made in record_estate(project, wanted, outputs).items()})


def record_estate(
    project: Path, stacks: Iterable[str], outputs: ProviderModel | None = None
) -> Mapping[str, Recording]:
    """The recordings of stacks and of those that they read, in the order of their dependencies, as `offline_estate`."""
    found = order(project, stacks)
    done: dict[str, Recording] = {}
    exports: dict[str, Mapping[str, Any]] = {}
    for stack, settings in found.settings.items():
        read = {peer: exports[peer] for peer in found.needs(stack)}
        done[stack] = record_one(stack_file(project, stack), settings, outputs, read)
        exports[stack] = exported(done[stack])
    return done


def record_one(
    file: Path, settings: AnySettings, outputs: ProviderModel | None, read: Mapping[str, Mapping[str, Any]]
) -> Recording:
    """The recording of one stack, given what those that it reads export (`exported`).

    Raises:
        RecordingError: the program refuses its settings, or what it reads.
    """
    config, secret_keys = engine_configuration(file)
    try:
        return record(
            deploy,
            stack=stack_of(file),
            config=config,
            secret_keys=secret_keys,
            account=settings.account.id,
            invokes=_answers(),
            outputs=outputs or _nothing_known,
            stack_outputs=read,
            root=file.parent,
        )
    except pulumi.RunError as error:
        raise RecordingError(str(error)) from None


def exported(recording: Recording) -> dict[str, Any]:
    """What a stack exports, as its readers take it: what is unknown or secret is an unknown."""
    return cast("dict[str, Any]", _plain(recording.stack_outputs))


def _nothing_known(_node: Node) -> Mapping[str, Any]:
    return {}


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
    values = cast("dict[str, Any]", source.read(stack_file).values["config"])
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
