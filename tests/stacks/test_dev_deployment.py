"""One real life of the dev environment: previewed, deployed, looked at again, refreshed, destroyed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from console.offline import record_stack
from contracts.outputs.region import RegionOutputs
from graph import preview, state
from graph.agreement import Difference, agreement
from graph.resource_graph import ResourceGraph
from tests.stacks.conftest import ACCOUNT, PROJECT, Counts, DevStack

pytestmark = pytest.mark.engine


@dataclass(frozen=True)
class Life:
    """What was seen at each step."""

    offline: ResourceGraph
    previewed: ResourceGraph
    deployed: ResourceGraph
    outputs: dict[str, Any]
    changes_after_up: dict[str, Any]
    changes_after_refresh: dict[str, Any]
    before: Counts
    state_while_up: Counts
    cloud_while_up: Counts
    after: Counts


@pytest.fixture(scope="module")
def life(dev: DevStack) -> Life:
    before = dev.in_cloud()
    offline = record_stack(PROJECT / "Pulumi.dev.yaml").graph
    previewed = dev.pulumi("preview", "--json", "--show-sames", "--show-reads").stdout
    try:
        dev.up()
        outputs = json.loads(dev.pulumi("stack", "output", "--json", "--show-secrets").stdout)
        exported = dev.export()
        changes_after_up = dev.changes()
        state_while_up, cloud_while_up = dev.in_state(), dev.in_cloud()
        dev.pulumi("refresh", "--yes", "--skip-preview", "--suppress-progress")
        changes_after_refresh = dev.changes()
    finally:
        dev.destroy()
    return Life(
        offline=offline,
        previewed=preview.load(previewed, account=ACCOUNT),
        deployed=state.load(exported, account=ACCOUNT),
        outputs=outputs,
        changes_after_up=changes_after_up,
        changes_after_refresh=changes_after_refresh,
        before=before,
        state_while_up=state_while_up,
        cloud_while_up=cloud_while_up,
        after=dev.in_cloud(),
    )


def told(differences: list[Difference]) -> str:
    return "\n".join(map(str, differences))


def test_second_preview_is_empty_after_up(life: Life) -> None:
    assert life.changes_after_up == {}


def test_preview_is_still_empty_after_refresh(life: Life) -> None:
    assert life.changes_after_refresh == {}


def test_cloud_holds_exactly_what_the_state_says(life: Life) -> None:
    assert life.cloud_while_up == {kind: life.before[kind] + count for kind, count in life.state_while_up.items()}


def test_nothing_is_left_behind_when_destroyed(life: Life) -> None:
    assert life.after == life.before


def test_outputs_are_what_readers_were_promised(life: Life) -> None:
    outputs = RegionOutputs.from_exports(life.outputs, stack="dev")
    assert outputs.account_id == ACCOUNT
    assert set(outputs.subnet_ids) == {"public", "private", "database"}


def test_offline_graph_agrees_with_the_preview(life: Life) -> None:
    differences = agreement(life.offline, life.previewed)
    assert not differences, told(differences)


def test_offline_graph_agrees_with_the_state(life: Life) -> None:
    differences = agreement(life.offline, life.deployed)
    assert not differences, told(differences)


def test_preview_agrees_with_the_state(life: Life) -> None:
    differences = agreement(life.previewed, life.deployed)
    assert not differences, told(differences)
