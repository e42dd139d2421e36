"""What only a deployment proves about joined networks: they stand, a second preview is empty, and they go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.components.network.joined_samples import changed, golden
from tests.kit.project import Project

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROGRAM = Path(__file__).with_name("connectivity_program.py")


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Everything but what names something that is elsewhere: a line, an attachment to accept, another's VPC."""
    transit = golden().transit_gateway
    assert transit is not None
    settings = changed(
        transit_gateway=transit.model_copy(update={"accepts": {}}), direct_connect=None, vpc_peerings=None
    )
    config = {"atoll:settings": json.dumps(settings.model_dump(mode="json"))}
    with Project.write(session, tmp_path_factory.mktemp("connectivity"), PROGRAM, config).standing() as project:
        yield project


def test_nothing_changes_when_the_networks_are_joined(deployed: Project) -> None:
    deployed.assert_unchanged()
