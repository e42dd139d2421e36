"""Where a rehearsal with the engine plays: the stacks of an environment, deployed into the embedded cloud."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.resolver import read_zone
from console import estate
from console.dr import deployed
from console.dr.rehearsal.stage import Stage
from console.engine import Runner
from console.errors import EngineCommandError
from console.exits import Exit
from console.talk import say
from graph import state

_UNCHANGED = frozenset({"same", "read", "refresh"})


@dataclass(frozen=True)
class Theatre:
    """The engine, and the folder of the stack files: the project's, or another one with a smaller estate."""

    runner: Runner
    settings: Path
    stack: str = "global"

    @property
    def stacks(self) -> Sequence[str]:
        """The global stack and those that it reads, in the order in which they are deployed."""
        return tuple(estate.order(self.settings, [self.stack]))

    def file(self, stack: str) -> Path:
        """The settings of a stack."""
        return self.settings / f"Pulumi.{stack}.yaml"

    def up(self) -> None:
        """Deploy every stack.

        Raises:
            EngineCommandError: one could not be deployed; the engine has said why.
        """
        self.up_to(self.stack)

    def up_to(self, last: str) -> None:
        """Deploy the stacks up to one of them; those that are there already are looked at."""
        stacks = list(self.stacks)
        for stack in stacks[: stacks.index(last) + 1]:
            self.deploy(stack)

    def deploy(self, stack: str, *, refresh: bool = False) -> None:
        """Deploy one stack, whose peers are there.

        `refresh` looks at everything first: an update that a lost region cut off may have left a resource made and not
        finished, which its state does not show.
        """
        say(f"deploying {stack}")
        self.runner.select(stack)
        extra = ["--refresh"] if refresh else []
        status = self.runner.run("up", "--yes", "--skip-preview", "--suppress-progress", *extra, *self._of(stack))
        if status is not Exit.OK:
            raise EngineCommandError(f"{stack} could not be deployed; the rehearsal needs it. See above")

    def destroy(self) -> None:
        """Destroy every stack, the last one first."""
        for stack in reversed(self.stacks):
            self.runner.run("destroy", "--yes", "--skip-preview", "--suppress-progress", *self._of(stack))

    def stage(self) -> Stage:
        """The estate as it is deployed."""
        session = self.runner.session
        assert session is not None, "a rehearsal is held in the embedded cloud"
        found = deployed.read(self.runner, self.stack, self.file(self.stack))
        graph = state.load(json.dumps(self.runner.export(self.stack)))
        return Stage(
            cloud=session.cloud,
            account=found.settings.account.id,
            facts=found.facts,
            zone=read_zone(graph),
            host=found.world.traffic.host,
            hosts={one.region: one.host for one in found.world.traffic.endpoints.values()},
            previews=self.previews,
            machinery=(
                f"pulumi {session.engine.version}",
                *(f"{plugin.name} plug-in: {plugin.kind.value}" for plugin in session.plugins),
            ),
        )

    def previews(self) -> dict[str, tuple[str, ...]]:
        """What the program would change in each stack, compared with what is really there."""
        return {stack: self._changes(stack) for stack in self.stacks}

    def _changes(self, stack: str) -> tuple[str, ...]:
        try:
            told: dict[str, Any] = self.runner.ask("preview", "--refresh", "--json", *self._of(stack))
        except EngineCommandError as error:
            raise EngineCommandError(f"{stack} cannot be previewed:\n{_messages(str(error))}") from None
        return tuple(
            f"{step['op']} {step['urn'].rsplit('::', 1)[-1]} ({', '.join(sorted(step.get('detailedDiff') or {}))})"
            for step in told["steps"]
            if step["op"] not in _UNCHANGED
        )

    def _of(self, stack: str) -> tuple[str, ...]:
        return "--config-file", str(self.file(stack)), "--stack", stack


def _messages(told: str) -> str:
    """What the engine complains of in the JSON of a preview that failed; other text as it is."""
    try:
        found: list[dict[str, str]] = json.loads(told)["diagnostics"]
    except (ValueError, KeyError):
        return told
    return "\n".join(one["message"].strip() for one in found if one.get("severity") == "error")
