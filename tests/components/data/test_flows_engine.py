"""What only a deployment proves of warehouse, replication and logs: they stand, a second preview is empty, they go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROJECT_FILE = "name: flows\nruntime:\n  name: python\n"
PROGRAM = Path(__file__).with_name("flows_program.py")


def run(session: Session, folder: Path, *arguments: str) -> str:
    done = session.pulumi(arguments, cwd=folder, capture=True)
    assert done.returncode == 0, f"pulumi {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("flows")
    (folder / "Pulumi.yaml").write_text(PROJECT_FILE, encoding="utf-8")
    (folder / "__main__.py").write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    run(session, folder, "stack", "init", "flows-test")
    run(session, folder, "up", "--yes", "--skip-preview")
    try:
        yield folder
    finally:
        run(session, folder, "destroy", "--yes", "--remove")


def test_nothing_changes_when_the_flows_stand(session: Session, deployed: Path) -> None:
    run(session, deployed, "preview", "--expect-no-changes", "--diff")


def test_nothing_has_drifted_when_the_flows_are_asked(session: Session, deployed: Path) -> None:
    run(session, deployed, "refresh", "--yes", "--expect-no-changes", "--diff")
