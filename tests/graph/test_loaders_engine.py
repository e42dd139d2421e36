"""The real engine writes what the loaders read: a small stack, previewed, deployed, previewed again and exported."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graph import preview, state
from graph.agreement import agreement
from graph.codec import to_json
from graph.values import SECRET
from tests.graph import engine_program
from tests.kit import record_program

if TYPE_CHECKING:
    from embedded.session import Session

CANARY = "canary-3c81"
FULL_PREVIEW = ["preview", "--json", "--show-sames", "--show-reads"]


@pytest.fixture
def pulumi(session: Session, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Run the CLI in a project of its own; the stack is destroyed in the end."""
    (tmp_path / "Pulumi.yaml").write_text("name: graph-loaders\nruntime: python\n")
    shutil.copy(engine_program.__file__, tmp_path / "__main__.py")

    def run(*arguments: str) -> str:
        finished = session.pulumi([*arguments, "-s", "dev"], cwd=tmp_path, capture=True)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    session.pulumi(["stack", "init", "dev"], cwd=tmp_path, capture=True)
    run("config", "set", "--secret", "app:token", CANARY)
    run("config", "set", "aws:region", "us-east-1")
    yield run
    run("destroy", "--yes", "--skip-preview")
    session.pulumi(["stack", "rm", "dev", "--yes"], cwd=tmp_path, capture=True)


@pytest.mark.engine
def test_three_loaders_agree_when_the_engine_runs_the_program(pulumi: Callable[..., str]) -> None:
    before = preview.load(pulumi(*FULL_PREVIEW))
    pulumi("up", "--yes", "--skip-preview")
    unchanged = preview.load(pulumi(*FULL_PREVIEW))
    deployed = state.load(pulumi("stack", "export"))
    shown = state.load(pulumi("stack", "export", "--show-secrets"))
    merged = preview.load(pulumi("preview", "--json"), state=deployed)
    recorded = record_program(
        engine_program.main,
        project="graph-loaders",
        stack="dev",
        config={"app:token": CANARY},
        secret_keys=["app:token"],
    ).graph

    graphs = [recorded, before, unchanged, deployed, shown, merged]
    for left in graphs:
        assert CANARY not in to_json(left)
        assert left.property(left.named("p"), "value") == SECRET
        for right in graphs:
            assert [str(difference) for difference in agreement(left, right)] == []
