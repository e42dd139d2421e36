"""What only a deployment proves of what watches an account: it stands, a second preview is empty, and it goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.kit.project import Project

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROGRAM = Path(__file__).with_name("detection_program.py")


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with Project.write(session, tmp_path_factory.mktemp("detection"), PROGRAM).standing() as project:
        yield project


def test_nothing_changes_when_the_account_is_watched(deployed: Project) -> None:
    deployed.assert_unchanged()


def test_nothing_has_drifted_when_the_watchers_are_asked(deployed: Project) -> None:
    deployed.assert_not_drifted()
