"""What only a deployment proves about recovery plans: they stand, a second preview is empty, and they go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.kit.project import Project

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROGRAM = Path(__file__).with_name("recovery_program.py")


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with Project.write(session, tmp_path_factory.mktemp("recovery"), PROGRAM).standing() as project:
        yield project


def test_nothing_changes_when_the_plans_stand(deployed: Project) -> None:
    deployed.assert_unchanged()
