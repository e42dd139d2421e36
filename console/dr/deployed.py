"""What is deployed, as plans need it: the facts of an environment from the outputs of its stacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from console.engine import Runner
from console.errors import EngineCommandError
from console.project import ProjectError
from contracts.outputs.world import WorldOutputs
from contracts.recovery.actions import TrafficDials
from contracts.recovery.facts import RecoveryFacts, Switch
from contracts.recovery.reading import facts_of
from contracts.settings import GlobalStackSettings, load_any

_FIX = "Deploy what is missing: atoll stack up {} --with-dependencies"


@dataclass(frozen=True)
class Deployed:
    """One environment in two regions."""

    settings: GlobalStackSettings
    facts: RecoveryFacts
    world: WorldOutputs


def global_settings(file: Path) -> GlobalStackSettings:
    """Settings of a global stack.

    Raises:
        SettingsError: they are wrong.
        ProjectError: they are those of another layer.
    """
    settings = load_any(file)
    if not isinstance(settings, GlobalStackSettings):
        raise ProjectError(
            f"{file.name} is a stack of the layer {settings.layer}; recovery is asked of the stack that spans regions: "
            "give --stack the name of a stack of the layer global"
        )
    return settings


def read(runner: Runner, stack: str, file: Path) -> Deployed:
    """Ask the backend for the outputs of a global stack and of the region stacks below it.

    Raises:
        SettingsError, ProjectError: see `global_settings`.
        EngineCommandError: a stack was never deployed.
    """
    settings = global_settings(file)
    exports = {name: _outputs(runner, name, stack) for name in settings.regions}
    world = WorldOutputs.from_exports(_outputs(runner, stack, stack), stack=stack)
    switches = {
        name: Switch(
            region=found.switch.region,
            namespace=found.switch.namespace,
            metric=found.switch.metric,
            dimensions=found.switch.dimensions,
            alarm=found.switch.alarm,
        )
        for name, found in world.traffic.endpoints.items()
    }
    groups = world.accelerator.endpoint_group_arns if world.accelerator else {}
    dials = TrafficDials(endpoint_groups={settings.regions[name].region: arn for name, arn in groups.items()})
    facts = facts_of(settings, exports, _Texts(exports), switches=switches, dials=dials if groups else None)
    return Deployed(settings, facts, world)


class _Texts:
    """The texts in the outputs of stacks."""

    def __init__(self, exports: Mapping[str, Mapping[str, Any]]) -> None:
        self._exports = exports

    def __call__(self, stack: str, *path: str) -> str:
        found: Any = self._exports[stack]
        for key in path:
            found = cast("Mapping[str, Any]", found)[key]
        return str(found)


def _outputs(runner: Runner, stack: str, asked: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = runner.ask("stack", "output", "--json", "--show-secrets", "--stack", stack)
    except EngineCommandError as error:
        raise EngineCommandError(
            f"{error}\nDeploy what is missing: atoll stack up {asked} --with-dependencies"
        ) from None
    if not found:
        raise EngineCommandError(
            f"{stack} has no outputs: it was never deployed. Run: atoll stack up {asked} --with-dependencies"
        )
    return found
