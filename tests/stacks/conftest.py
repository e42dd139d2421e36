"""Stacks in the embedded cloud of a test, as a user would run them."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit.inventory import LISTINGS, inventory

if TYPE_CHECKING:
    from embedded.session import Session

PROJECT = Path(__file__).parent.parent.parent
ACCOUNT, REGION = "222222222222", "us-east-1"
Counts = dict[str, int]
READS_CONFIG = {"up", "preview", "refresh", "destroy"}
"""Commands of the engine that read a stack file."""


@dataclass(frozen=True)
class Deployment:
    """Runs the engine on one stack, and asks the cloud what is there."""

    session: Session
    stack: str = "dev"
    account: str = ACCOUNT
    region: str = REGION
    config: Path | None = None
    """Stack file to use in place of the project's."""

    def pulumi(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        config = ["--config-file", str(self.config)] if self.config and arguments[0] in READS_CONFIG else []
        done = self.session.pulumi([*arguments, *config, "--stack", self.stack], cwd=PROJECT, capture=True)
        assert not check or done.returncode == 0, f"pulumi {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done

    def up(self) -> subprocess.CompletedProcess[str]:
        return self.pulumi("up", "--yes", "--skip-preview", "--suppress-progress")

    def destroy(self) -> None:
        self.pulumi("destroy", "--yes", "--skip-preview", "--suppress-progress")

    def changes(self) -> dict[str, Any]:
        """What a preview would change: logical name → operation and properties; empty when nothing would."""
        steps = json.loads(self.pulumi("preview", "--json").stdout)["steps"]
        return {
            step["urn"].rsplit("::", 1)[-1]: (step["op"], sorted(step.get("detailedDiff") or {}))
            for step in steps
            if step["op"] not in {"same", "read"}
        }

    def export(self) -> str:
        return self.pulumi("stack", "export").stdout

    def in_state(self) -> Counts:
        """How many resources of each listed type the state holds."""
        resources = json.loads(self.export())["deployment"].get("resources") or []
        found = Counter(resource["type"] for resource in resources if not resource.get("delete"))
        return {kind: found[kind] for kind in LISTINGS}

    def in_cloud(self) -> Counts:
        """How many the cloud holds."""
        there = inventory(self.session.variables, self.account, self.region)
        return {kind: len(identifiers) for kind, identifiers in there.items()}


@pytest.fixture(scope="module")
def dev(session: Session) -> Deployment:
    """The dev stack, known to the backend and not deployed."""
    return known(Deployment(session))


def known(deployment: Deployment) -> Deployment:
    """Let the backend know the stack."""
    made = deployment.session.pulumi(["stack", "init", deployment.stack, "--no-select"], cwd=PROJECT, capture=True)
    assert made.returncode == 0, made.stderr
    return deployment
