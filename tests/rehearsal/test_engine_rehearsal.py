"""The whole rehearsal: production's program in both regions and above them, deployed by the engine, and taken away."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from console.dr.rehearsal.record import Rehearsal
from console.dr.rehearsal.scenes import Rehearser
from console.dr.theatre import Theatre
from console.engine import Runner
from console.errors import EngineCommandError
from tests.rehearsal.smaller import PROJECT, smaller_estate

if TYPE_CHECKING:
    from embedded.cloud import Cloud
    from embedded.gateway.faults import Fault
    from embedded.session import Session

pytestmark = [pytest.mark.engine, pytest.mark.rehearsal]
EAST, WEST = "us-east-1", "us-west-2"


@pytest.fixture(scope="module")
def theatre(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Theatre:
    """Everything is deployed, and us-west-2 went away in the middle of it: a second run did what was left."""
    folder = smaller_estate(tmp_path_factory.mktemp("estate"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        made = Theatre(Runner(session.engine.path, session.environment, session), folder)
        made.up_to("prod")
        with ThreadPoolExecutor(max_workers=1) as pool:
            losing = pool.submit(lose_when_busy, session.cloud)
            with pytest.raises(EngineCommandError, match="prod-west could not be deployed"):
                made.deploy("prod-west")
            session.cloud.heal(losing.result().id)
        made.deploy("prod-west", refresh=True)
        made.up()
    return made


def lose_when_busy(cloud: Cloud) -> Fault:
    """Take us-west-2 away once an update has made some of what it has to make there."""
    began = time.time()
    while len(cloud.journal(region=WEST, action="Create*", since=began)) < 20:
        time.sleep(0.5)
    return cloud.lose_region(WEST)


def rehearser(theatre: Theatre, folder: Path) -> Rehearser:
    return Rehearser(theatre.stage(), folder, orders=5, lag_seconds=2.0, talk=print)


def failing(found: Rehearsal) -> list[str]:
    return [f"{claim.claim}: {claim.found}" for claim in found.claims if not claim.holds]


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)


@pytest.mark.parametrize("lost", [EAST, WEST])
def test_program_is_content_in_both_roles_when_a_region_is_lost(theatre: Theatre, tmp_path: Path, lost: str):
    found = rehearser(theatre, tmp_path).region_loss(lost)
    assert failing(found) == []
    assert {preview.stack for preview in found.previews} == {"prod", "prod-west", "global"}
    assert len({preview.when for preview in found.previews}) == 2


def test_nothing_is_lost_when_the_writers_instance_fails(theatre: Theatre, tmp_path: Path):
    assert failing(rehearser(theatre, tmp_path).database_failure(EAST)) == []


def test_nothing_is_lost_when_a_zone_is_lost(theatre: Theatre, tmp_path: Path):
    assert failing(rehearser(theatre, tmp_path).zone_loss(f"{EAST}b")) == []
