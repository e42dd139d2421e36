"""The last states of stacks, read without the engine where that is possible."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from console.engine import CloudChoice, Runner
from console.errors import EngineCommandError
from embedded.home import state_dir
from graph import state
from graph.errors import FormatError
from graph.resource_graph import ResourceGraph

States: TypeAlias = "Callable[[str], ResourceGraph | None]"
"""Stack → its last state, None if it was never deployed or holds nothing."""


def states_in(folder: Path) -> States:
    """States from a folder with `<stack>.json`, each made by `pulumi stack export`; a missing file is no state."""

    def read(stack: str) -> ResourceGraph | None:
        file = folder / f"{stack}.json"
        return _graph(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None

    return read


def states_of(cloud: CloudChoice, project: str = "atoll") -> States:
    """States where `cloud` keeps them: files of the embedded one, which need no engine; else the engine is asked.

    Raises:
        EngineCommandError: when called for a stack, and the backend cannot be reached.
    """
    if cloud is CloudChoice.EMBEDDED:
        return _embedded(state_dir() / "pulumi", project)
    runner = Runner.open(cloud)
    known = {entry["name"].rsplit("/", 1)[-1] for entry in runner.ask("stack", "ls", "--json")}
    return lambda stack: _graph(runner.export(stack)) if stack in known else None


def _embedded(backend: Path, project: str) -> States:
    def read(stack: str) -> ResourceGraph | None:
        file = backend / ".pulumi" / "stacks" / project / f"{stack}.json"
        if not file.is_file():
            return None
        try:
            checkpoint: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            latest = checkpoint["checkpoint"]["latest"]
        except (ValueError, KeyError, TypeError):
            raise EngineCommandError(
                f"the state of {stack} in {file} cannot be read; ask the engine for it: atoll stack preview {stack}"
            ) from None
        return _graph({"version": checkpoint.get("version"), "deployment": latest or {}})

    return read


def _graph(exported: dict[str, Any]) -> ResourceGraph | None:
    deployment: dict[str, Any] = exported.get("deployment") or {}
    if not deployment.get("resources"):
        return None
    try:
        return state.load(exported)
    except FormatError as error:
        raise EngineCommandError(str(error)) from None
