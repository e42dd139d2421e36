"""What only a deployment proves of telemetry: it stands, a second preview is empty, and nothing has drifted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROGRAM = Path(__file__).with_name("telemetry_program.py")


def run(session: Session, folder: Path, *arguments: str) -> str:
    done = session.pulumi(arguments, cwd=folder, capture=True)
    assert done.returncode == 0, f"pulumi {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("deployed")
    (folder / "Pulumi.yaml").write_text("name: deployed\nruntime:\n  name: python\n", encoding="utf-8")
    (folder / "__main__.py").write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    run(session, folder, "stack", "init", "deployed-test")
    run(session, folder, "up", "--yes", "--skip-preview")
    try:
        yield folder
    finally:
        run(session, folder, "destroy", "--yes", "--remove")


def test_nothing_changes_when_telemetry_stands(session: Session, deployed: Path) -> None:
    run(session, deployed, "preview", "--expect-no-changes", "--diff")


def test_nothing_has_drifted_when_telemetry_is_asked(session: Session, deployed: Path) -> None:
    run(session, deployed, "refresh", "--yes", "--expect-no-changes", "--diff")
