"""Rehearsals in an embedded cloud, on an estate made by hand: same plans, executor and report as with the engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.dr.rehearsal.page import to_html
from console.dr.rehearsal.record import Rehearsal
from console.dr.rehearsal.scenes import Rehearser
from console.dr.rehearsal.stage import Stage
from embedded.cloud import Cloud
from tests.rehearsal.estate import EAST, WEST, estate

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    cloud = Cloud.start(tmp_path_factory.mktemp("cloud"), port=0, idle=600)
    yield estate(cloud)
    cloud.stop()


def rehearser(stage: Stage, folder: Path) -> Rehearser:
    return Rehearser(stage, folder, orders=4, lag_seconds=0.6, talk=print)


def failing(found: Rehearsal) -> list[str]:
    return [f"{claim.claim}: {claim.found}" for claim in found.claims if not claim.holds]


@pytest.mark.parametrize("lost", [EAST, WEST])
def test_service_goes_on_and_every_order_is_accounted_for_when_a_region_is_lost(
    stage: Stage, tmp_path: Path, lost: str
):
    found = rehearser(stage, tmp_path).region_loss(lost)
    assert failing(found) == []
    database, *tables = found.stores
    if lost == EAST:
        assert database.missing > 0, "the orders right before the loss were on their way"
        assert len(found.unreplicated) == database.missing + 3, "and those from inside"
    else:
        assert database.missing == 0, "the writer was elsewhere"
    [strong] = [store for store in tables if store.loses_nothing]
    assert (strong.missing, strong.duplicated) == (0, 0)
    assert strong.acknowledged > 8
    assert set(found.writers) == {"before", "after the failover", "after the failback"}
    assert Rehearsal.model_validate_json(found.model_dump_json()) == found
    page = to_html(found)
    assert page.count("<tr>") > 40
    assert f"Rehearsal: loss of {lost}" in page
    assert "no name server was asked" in page
    assert "https://" not in page, "nothing is loaded from elsewhere"


def test_nothing_is_lost_when_the_writers_instance_fails(stage: Stage, tmp_path: Path):
    found = rehearser(stage, tmp_path).database_failure(EAST)
    assert failing(found) == []
    [database] = found.stores
    assert database.missing == 0
    assert database.acknowledged > 4


def test_nothing_is_lost_when_a_zone_is_lost(stage: Stage, tmp_path: Path):
    found = rehearser(stage, tmp_path).zone_loss(f"{WEST}a")
    assert failing(found) == []
    assert [store.missing for store in found.stores] == [0]
