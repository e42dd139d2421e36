"""What only a deployment proves about stores and backups: they stand, a second preview is empty, and they go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.kit.project import Project

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROGRAM = Path(__file__).with_name("stores_program.py")


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with Project.write(session, tmp_path_factory.mktemp("stores"), PROGRAM).standing() as project:
        yield project


def test_nothing_changes_when_the_stores_stand(deployed: Project) -> None:
    deployed.assert_unchanged()


def test_nothing_has_drifted_when_the_stores_are_asked(deployed: Project) -> None:
    deployed.assert_not_drifted()


def test_readers_have_an_address_of_their_own_when_the_cluster_stands(deployed: Project) -> None:
    assert deployed.outputs["reader_address"].startswith("atoll-test.cluster-ro-")
    assert deployed.outputs["resource_id"].startswith("cluster-")
