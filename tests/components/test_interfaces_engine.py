"""What only a deployment proves about interfaces and users: they stand, a second preview is empty, and they go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.kit.project import Project

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROGRAM = Path(__file__).with_name("interfaces_program.py")


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with Project.write(session, tmp_path_factory.mktemp("interfaces"), PROGRAM).standing() as project:
        yield project


def test_nothing_changes_when_the_interfaces_stand(deployed: Project) -> None:
    deployed.assert_unchanged()


def test_nothing_has_drifted_when_the_interfaces_are_asked(deployed: Project) -> None:
    deployed.assert_not_drifted()


def test_client_secret_is_encrypted_when_the_state_is_exported(deployed: Project) -> None:
    assert "very-hidden-value" in PROGRAM.read_text(encoding="utf-8")
    assert "very-hidden-value" not in deployed.pulumi("stack", "export")
