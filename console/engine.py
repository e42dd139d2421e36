"""Run the Pulumi CLI for a command: on the embedded cloud, or on AWS with the caller's own credentials."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console import project
from console.cloud_choice import CloudChoice
from console.errors import EngineCommandError
from console.exits import Exit
from console.interrupts import passed_on
from console.talk import say
from embedded.cloud import CloudError
from embedded.engine import EngineError, obtain
from embedded.home import cache_dir
from embedded.plugins import PluginError, PluginKind
from embedded.session import Session

LOCKED = "the stack is currently locked"
"""How the CLI says that another update holds the lock, or left it behind."""


@dataclass(frozen=True)
class Runner:
    """The CLI, the environment it runs in, and the project it works on."""

    cli: Path
    environment: dict[str, str]
    session: Session | None

    @staticmethod
    def open(cloud: CloudChoice) -> Runner:
        """Prepare the engine for `cloud`; for the embedded one, start what is down.

        Raises:
            EngineCommandError: something cannot be had on this machine; the message says what to do.
        """
        try:
            if cloud is CloudChoice.EMBEDDED:
                session = Session.open(talk=say)
                return Runner(session.engine.path, session.environment, session)
            return Runner(obtain(cache_dir(), say).path, dict(os.environ), None)
        except (CloudError, EngineError, PluginError) as error:
            raise EngineCommandError(str(error)) from None

    @property
    def notes_creations(self) -> bool:
        """Whether the aws plug-in is the stand-in, which notes what it creates."""
        plugins = self.session.plugins if self.session else ()
        return any(plugin.name == "aws" and plugin.kind is PluginKind.STAND_IN for plugin in plugins)

    def run(self, *arguments: str) -> Exit:
        """Run one command in the open, and translate its outcome; a lock left behind is explained."""
        command = [str(self.cli), *arguments, "--non-interactive"]
        locked = False
        with (
            subprocess.Popen(
                command,
                cwd=project.root(),
                env=self.environment,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,
            ) as process,
            passed_on(process) as interrupted,
        ):
            assert process.stderr is not None
            for line in process.stderr:
                locked = locked or LOCKED in line
                sys.stderr.write(line)
            status = process.wait()
        if locked:
            return Exit.LOCKED
        if interrupted():
            say("Interrupted. The state holds what was done until then: the same command goes on from there.")
            return Exit.FAILED
        return Exit.OK if status == 0 else Exit.FAILED

    def quietly(self, *arguments: str) -> str:
        """Run one command without showing it, and return what it printed.

        Raises:
            EngineCommandError: the CLI failed; its own message is kept.
        """
        command = [str(self.cli), *arguments, "--non-interactive"]
        run = subprocess.run(
            command, cwd=project.root(), env=self.environment, capture_output=True, text=True, check=False
        )
        if run.returncode:
            raise EngineCommandError((run.stderr.strip() or run.stdout.strip()).removeprefix("error: "))
        return run.stdout

    def ask(self, *arguments: str) -> Any:
        """Run one command quietly and parse the JSON it prints.

        Raises:
            EngineCommandError: the CLI failed; its own message is kept.
        """
        return json.loads(self.quietly(*arguments))

    def export(self, stack: str) -> dict[str, Any]:
        """The state of a stack, secrets encrypted, as `pulumi stack export` gives it."""
        return self.ask("stack", "export", "--stack", stack)

    def replace(self, stack: str, exported: dict[str, Any]) -> None:
        """Give a stack another state, in the form of `export`."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(exported, file)
            file.flush()
            self.quietly("stack", "import", "--stack", stack, "--file", file.name)

    def select(self, stack: str) -> None:
        """Make sure that the backend knows the stack.

        Raises:
            EngineCommandError: the backend cannot be reached, or refuses.
        """
        known = {entry["name"].rsplit("/", 1)[-1] for entry in self.ask("stack", "ls", "--json")}
        if stack not in known:
            self.quietly("stack", "init", stack, "--no-select")
