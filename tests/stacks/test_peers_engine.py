"""Peers under the real engine, in programs without resources: never deployed, another version, and after that."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from console.exits import Exit
from console.fleet.process import CommandWork
from console.fleet.walk import Outcome, walk
from embedded import language
from embedded.engine import Engine

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
from contracts.outputs.kubernetes import KubernetesLayerOutputs
from contracts.outputs.reading import Reading
from stacks.peers import read_peers

config = pulumi.Config()
if pulumi.get_stack() == "prod":
    if config.get_bool("broken"):
        raise pulumi.RunError("prod is broken on purpose")
    outputs = {"schema_version": config.require_int("version"), "environment": "prod", "region": "us-east-1",
               "cluster": "prod", "argocd_namespace": "argocd", "argocd_url": "https://argocd.example"}
    for name, value in outputs.items():
        pulumi.export(name, value)
else:
    reading = Reading(stack="prod", setting="atoll:regions.prod", record=KubernetesLayerOutputs, version=1)
    pulumi.export("cluster", read_peers([reading])["prod"].value("cluster"))
"""


class Project:
    """A project with the stacks `prod` and `global`, where the second reads the first."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder, self.engine = folder / "project", engine
        for name in ("project", "state"):
            (folder / name).mkdir()
        language.install(folder / "bin")
        self.environment = dict(
            os.environ,
            PATH=os.pathsep.join([str(folder / "bin"), str(engine.path.parent), os.environ["PATH"]]),
            PULUMI_HOME=str(folder / "home"),
            PULUMI_BACKEND_URL=(folder / "state").as_uri(),
            PULUMI_CONFIG_PASSPHRASE="test",
            PULUMI_SKIP_UPDATE_CHECK="true",
        )
        (self.folder / "Pulumi.yaml").write_text("name: peers\nruntime: python\n")
        (self.folder / "__main__.py").write_text(PROGRAM)

    def write(self, stack: str, **config: str) -> None:
        """The stack file."""
        lines = "".join(f"  peers:{key}: {value!r}\n" for key, value in config.items())
        (self.folder / f"Pulumi.{stack}.yaml").write_text(f"config:\n{lines}" if lines else "config: {}\n")

    def pulumi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.engine.path), *arguments, "--non-interactive"]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )

    def up(self, stack: str) -> str:
        """What a deployment says; an error's text if it fails."""
        done = self.pulumi("up", "--yes", "--skip-preview", "--suppress-progress", "--stack", stack)
        return "" if done.returncode == 0 else done.stdout + done.stderr

    def walk(self, said: Callable[[str], None] = lambda _: None) -> Outcome:
        """Both stacks in their order, each as a command of its own."""

        def start(stack: str) -> CommandWork:
            command = [str(self.engine.path), "up", "--yes", "--skip-preview", "--stack", stack, "--non-interactive"]
            return CommandWork(command, self.folder / f"{stack}.log", self.folder, self.environment)

        return walk({"prod": (), "global": ("prod",)}, start, parallel=2, tell=said)


@pytest.fixture
def project(tmp_path: Path, engine: Engine) -> Project:
    made = Project(tmp_path, engine)
    made.write("prod", version="1")
    made.write("global")
    assert made.pulumi("stack", "init", "global").returncode == 0
    return made


def test_reader_is_refused_with_both_names_until_its_peer_is_there_in_its_version(project: Project) -> None:
    never = project.up("global")
    assert "global cannot use what it reads of other stacks; nothing was created:" in never
    assert "exports nothing: it was never deployed" in never
    assert "next: atoll stack up prod" in never
    assert "Traceback" not in never

    assert project.pulumi("stack", "init", "prod").returncode == 0
    project.write("prod", version="1", broken="true")
    said: list[str] = []
    outcome = project.walk(said=said.append)
    assert outcome.failed == {"prod": Exit.FAILED}
    assert outcome.stopped == {"global": "prod"}
    assert any("prod is broken on purpose" in line for line in said)

    project.write("prod", version="1")
    assert list(project.walk().done) == ["prod", "global"]

    project.write("prod", version="2")
    assert project.up("prod") == ""
    assert "schema_version: prod exports version 2, and global reads version 1" in project.up("global")
