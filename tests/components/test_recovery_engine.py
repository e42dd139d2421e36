"""What only a deployment proves about recovery plans: they stand, a second preview is empty, and they go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROJECT_FILE = "name: recovery\nruntime:\n  name: python\n"
PROGRAM = Path(__file__).with_name("recovery_program.py")


def run(session: Session, folder: Path, *arguments: str) -> str:
    done = session.pulumi(arguments, cwd=folder, capture=True)
    assert done.returncode == 0, f"pulumi {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("recovery")
    (folder / "Pulumi.yaml").write_text(PROJECT_FILE, encoding="utf-8")
    (folder / "__main__.py").write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    run(session, folder, "stack", "init", "recovery-test")
    run(session, folder, "up", "--yes", "--skip-preview")
    try:
        yield folder, json.loads(run(session, folder, "stack", "output", "--json"))
    finally:
        run(session, folder, "destroy", "--yes", "--remove")


def test_nothing_changes_when_the_plans_stand(session: Session, deployed: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = deployed
    run(session, folder, "preview", "--expect-no-changes", "--diff")
