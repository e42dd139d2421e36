"""What only a deployment proves about joined networks: they stand, a second preview is empty, and they go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.components.network.joined_samples import changed, golden

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROJECT_FILE = "name: connectivity\nruntime:\n  name: python\n"
PROGRAM = Path(__file__).with_name("connectivity_program.py")


def run(session: Session, folder: Path, *arguments: str) -> str:
    done = session.pulumi(arguments, cwd=folder, capture=True)
    assert done.returncode == 0, f"pulumi {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Everything but what names something that is elsewhere: a line, an attachment to accept, another's VPC."""
    transit = golden().transit_gateway
    assert transit is not None
    settings = changed(
        transit_gateway=transit.model_copy(update={"accepts": {}}), direct_connect=None, vpc_peerings=None
    )
    folder = tmp_path_factory.mktemp("connectivity")
    (folder / "Pulumi.yaml").write_text(PROJECT_FILE, encoding="utf-8")
    (folder / "__main__.py").write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    run(session, folder, "stack", "init", "connectivity-test")
    run(session, folder, "config", "set", "atoll:settings", json.dumps(settings.model_dump(mode="json")))
    run(session, folder, "up", "--yes", "--skip-preview")
    try:
        yield folder
    finally:
        run(session, folder, "destroy", "--yes", "--remove")


def test_nothing_changes_when_the_networks_are_joined(session: Session, deployed: Path) -> None:
    run(session, deployed, "preview", "--expect-no-changes", "--diff")
