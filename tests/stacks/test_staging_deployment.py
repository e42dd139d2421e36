"""One life of staging: the region with its cluster, then what runs on the cluster; looked at again, and destroyed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from console.offline import record_stack
from contracts.outputs.region import RegionOutputs
from graph import state
from graph.agreement import agreement
from graph.resource_graph import ResourceGraph
from tests.stacks.conftest import PROJECT, Counts, Deployment, known

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = [pytest.mark.engine, pytest.mark.whole]
ACCOUNT, REGION = "333333333333", "us-west-2"
UNPROTECTED = {
    "deletion_protection: true": "deletion_protection: false",
    "final_snapshot: true": "final_snapshot: false",
    "force_destroy: false": "force_destroy: true",
    "locked_days: 35": "locked_days: null",
}
"""What staging says, and what can be destroyed."""


@dataclass(frozen=True)
class Life:
    """What was seen at each step."""

    offline: ResourceGraph
    deployed: ResourceGraph
    outputs: dict[str, Any]
    changes: dict[str, Any]
    changes_of_the_layer: dict[str, Any]
    objects: int
    before: Counts
    after: Counts


def unprotected(folder: Path) -> Path:
    """The settings of staging, of which nothing refuses to be destroyed."""
    text = (PROJECT / "Pulumi.staging.yaml").read_text(encoding="utf-8")
    for told, wanted in UNPROTECTED.items():
        assert text.count(told) == 1, told
        text = text.replace(told, wanted)
    file = folder / "Pulumi.staging.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def life(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Life:
    settings = unprotected(tmp_path_factory.mktemp("staging"))
    region = known(Deployment(session, "staging", ACCOUNT, REGION, settings))
    layer = known(Deployment(session, "staging-kubernetes", ACCOUNT, REGION))
    before = region.in_cloud()
    try:
        region.up()
        exported, changes = region.export(), region.changes()
        outputs = json.loads(region.pulumi("stack", "output", "--json", "--show-secrets").stdout)
        try:
            layer.up()
            changes_of_the_layer = layer.changes()
            objects = len(json.loads(layer.export())["deployment"]["resources"])
        finally:
            layer.destroy()
    finally:
        region.destroy()
    return Life(
        offline=record_stack(settings).graph,
        deployed=state.load(exported, account=ACCOUNT),
        outputs=outputs,
        changes=changes,
        changes_of_the_layer=changes_of_the_layer,
        objects=objects,
        before=before,
        after=region.in_cloud(),
    )


def test_second_preview_of_the_region_is_empty_after_up(life: Life) -> None:
    assert life.changes == {}


def test_layer_comes_up_on_the_cluster_that_the_region_exports_and_stays_as_it_is(life: Life) -> None:
    assert life.changes_of_the_layer == {}
    assert life.objects > 10


def test_nothing_is_left_behind_when_both_are_destroyed(life: Life) -> None:
    assert life.after == life.before


def test_outputs_are_what_the_layer_was_promised(life: Life) -> None:
    outputs = RegionOutputs.from_exports(life.outputs, stack="staging")
    assert outputs.kubernetes is not None
    assert outputs.transit_gateway is not None


def test_offline_graph_agrees_with_the_state(life: Life) -> None:
    differences = agreement(life.offline, life.deployed)
    assert not differences, "\n".join(map(str, differences))
