"""What only a deployment proves of telemetry: it stands, a second preview is empty, and nothing has drifted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.kit.project import Project

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROGRAM = Path(__file__).with_name("telemetry_program.py")


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with Project.write(session, tmp_path_factory.mktemp("telemetry"), PROGRAM).standing() as project:
        yield project


def test_nothing_changes_when_telemetry_stands(deployed: Project) -> None:
    deployed.assert_unchanged()


def test_nothing_has_drifted_when_telemetry_is_asked(deployed: Project) -> None:
    deployed.assert_not_drifted()
