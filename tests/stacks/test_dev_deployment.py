"""One real life of the dev environment: previewed, deployed, looked at again, refreshed, destroyed."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest

from console.offline import record_stack
from contracts.outputs.region import RegionOutputs
from graph import preview, state
from graph.agreement import Difference, agreement
from graph.resource_graph import ResourceGraph
from tests.stacks.conftest import ACCOUNT, PROJECT, Counts, Deployment
from tests.stacks.packs import Finding, analyzed, checked, packs

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
    under_every_pack: subprocess.CompletedProcess[str]
    found_by_the_engine: set[Finding]


@pytest.fixture(scope="module")
def life(dev: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Life:
    before = dev.in_cloud()
    offline = record_stack(PROJECT / "Pulumi.dev.yaml").graph
    previewed = dev.pulumi("preview", "--json", "--show-sames", "--show-reads").stdout
    try:
        dev.up()
        outputs = json.loads(dev.pulumi("stack", "output", "--json", "--show-secrets").stdout)
        exported = dev.export()
        changes_after_up = dev.changes()
        under_every_pack = dev.pulumi("preview", "--suppress-progress", *packs(), check=False)
        file = tmp_path_factory.mktemp("dev") / "state.json"
        file.write_text(exported)
        found_by_the_engine = analyzed(dev.session, file)
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
        under_every_pack=under_every_pack,
        found_by_the_engine=found_by_the_engine,
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


def test_every_pack_lets_dev_pass_when_the_engine_runs_them_together(life: Life) -> None:
    done = life.under_every_pack
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[mandatory]" not in done.stdout, done.stdout
    assert "atoll-baseline" in done.stdout


def test_packs_in_the_engine_and_controls_outside_it_agree_when_both_look_at_the_state(life: Life) -> None:
    ours = checked(life.deployed, "dev")
    assert life.found_by_the_engine - ours == set()
    assert ours - life.found_by_the_engine == set()
