"""`atoll stack preview --estate`: what a change in one stack does to the others, before anyone deploys."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from analysis.reach import drawn_ids
from console.offline import record_estate
from console.preview.estate import preview_estate
from console.preview.states import states_in
from console.preview.text import lines
from console.stack import app
from contracts.estate import SAID, EstatePreview, StackPreview, StackStatus, Step
from contracts.published import ESTATE_PREVIEW
from graph.nodes import Node
from graph.resource_graph import ResourceGraph

PROJECT = Path(__file__).parents[3]
States = dict[str, ResourceGraph]


def drawn(node: Node) -> Mapping[str, Any]:
    """What AWS would draw, as far as outputs of stacks are made of it."""
    found: dict[str, Any] = {"arn": f"arn:aws:x:us-east-1:444444444444:{node.name}", "id": f"{node.name}-id"}
    if node.type.endswith(":LoadBalancer"):
        found |= {"dnsName": f"{node.name}.elb.example", "zoneId": "Z35SXDOTRQ7X7K"}
    if node.type.endswith(":FileSystem"):
        found["id"] = "fs-0a"
    if node.type.endswith(":PeeringAttachment"):
        found["id"] = "tgw-attach-0a"
    return {**found, **drawn_ids(node)}


def deployed(*stacks: str) -> States:
    """The states of stacks, as if they had been deployed from their files."""
    return {stack: made.graph for stack, made in record_estate(PROJECT, stacks, drawn).items()}


@pytest.fixture(scope="module")
def dev() -> States:
    return deployed("order-dev")


def copied(folder: Path, *stacks: str, edit: Callable[[str], str] = lambda text: text) -> Path:
    """A project with these stacks; the first one is edited."""
    for number, stack in enumerate(stacks):
        text = (PROJECT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
        (folder / f"Pulumi.{stack}.yaml").write_text(text if number else edit(text), encoding="utf-8")
    shutil.copy(PROJECT / "Pulumi.yaml", folder)
    return folder


def of(preview: EstatePreview, stack: str) -> StackPreview:
    return next(each for each in preview.stacks if each.stack == stack)


def test_nothing_changes_when_programs_are_what_was_deployed(dev: States) -> None:
    preview = preview_estate(PROJECT, ["order-dev"], dev.get)

    assert [each.stack for each in preview.stacks] == ["dev", "order-dev"]
    assert preview.changes == 0
    assert not preview.refused
    assert [each.outputs for each in preview.stacks] == [(), ()]
    assert list(lines(preview)) == [SAID, "", "dev        no change", "order-dev  no change"]


def test_everything_is_created_when_nothing_was_deployed(dev: States) -> None:
    preview = preview_estate(PROJECT, ["order-dev"], lambda _: None)

    for each in preview.stacks:
        assert not each.deployed
        assert set(each.counts) == {Step.CREATE}
        external = sum(node.external for node in dev[each.stack])
        assert each.counts[Step.CREATE] == len(dev[each.stack]) - external
    assert "never deployed" in "\n".join(lines(preview))


def test_reader_is_refused_and_named_when_an_output_disappears(tmp_path: Path, dev: States) -> None:
    project = copied(
        tmp_path, "dev", "order-dev", edit=lambda text: text.replace("  atoll:ecs:\n    enabled: true", _NO_ECS)
    )
    preview = preview_estate(project, ["order-dev"], dev.get)

    removed = next(one for one in of(preview, "dev").outputs if one.output == "cluster")
    assert removed.step.value == "removed"
    order = of(preview, "order-dev")
    assert order.status is StackStatus.REFUSED
    assert "has no cluster: set atoll:ecs.enabled in Pulumi.dev.yaml" in (order.problem or "")


_NO_ECS = "  atoll:ecs:\n    enabled: false"


def test_resource_renamed_in_prod_is_seen_in_global_before_anyone_deploys() -> None:
    states = deployed("global")
    balancer = states["prod"].named("prod-alb", "*:LoadBalancer")
    states["prod"] = _renamed(states["prod"], balancer, "prod-alb-of-old")
    preview = preview_estate(PROJECT, ["global"], states.get)

    prod = {one.name: one for one in of(preview, "prod").resources}
    assert prod["prod-alb"].step is Step.CREATE
    assert (prod["prod-alb-of-old"].step, prod["prod-alb-of-old"].protected) == (Step.DELETE, balancer.protect)
    outputs = {one.output: one for one in of(preview, "prod").outputs}
    assert outputs["load_balancer.dns_name"].step.value == "redrawn"
    assert outputs["load_balancer.dns_name"].readers == ("global",)
    assert not of(preview, "prod-west").resources, "nothing there reads the load balancer of prod"
    led = [one for one in of(preview, "global").resources if one.causes]
    assert led
    causes = {(cause.stack, cause.output.partition(".")[0]) for one in led for cause in one.causes}
    assert causes == {("prod", "load_balancer")}
    assert {one.step for one in of(preview, "global").resources} <= {Step.UPDATE, Step.REPLACE}
    told = "\n".join(lines(preview))
    assert "output load_balancer.dns_name is redrawn, read by global" in told
    assert "from prod load_balancer.dns_name" in told


def _renamed(graph: ResourceGraph, node: Node, name: str) -> ResourceGraph:
    """A state in which a resource has another name: to the program it is one that was renamed."""
    other = replace(node, urn=f"{node.urn.rpartition('::')[0]}::{name}", name=name)
    return ResourceGraph(
        [other if each.urn == node.urn else each for each in graph], project=graph.project, stack=graph.stack
    )


def test_states_come_from_exports_in_a_folder(tmp_path: Path) -> None:
    urn = "urn:pulumi:dev::atoll::pulumi:pulumi:Stack::atoll-dev"
    resource = {"urn": urn, "type": "pulumi:pulumi:Stack", "custom": False}
    exported = {"version": 3, "deployment": {"resources": [resource]}}
    (tmp_path / "dev.json").write_text(json.dumps(exported), encoding="utf-8")
    (tmp_path / "empty.json").write_text('{"version": 3, "deployment": {}}', encoding="utf-8")
    states = states_in(tmp_path)

    found = states("dev")
    assert found is not None
    assert found.stack == "dev"
    assert states("empty") is None
    assert states("never") is None


def test_command_prints_what_the_schema_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import jsonschema

    monkeypatch.chdir(PROJECT)
    done = CliRunner().invoke(app, ["preview", "user-dev", "--estate", "--states", str(tmp_path), "--json"])

    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    jsonschema.validate(told, json.loads(ESTATE_PREVIEW.render()))
    assert [(each["stack"], each["deployed"]) for each in told["stacks"]] == [("dev", False), ("user-dev", False)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["preview"], "Name a stack, or say --estate"),
        (["preview", "dev", "--json"], "go with --estate"),
        (["preview", "dev", "--estate", "--environment", "dev"], "not both"),
        (["preview", "--estate", "--environment", "nowhere"], "no stack of the environment nowhere"),
        (["up", "dev", "--dry-run"], "--dry-run goes with --with-dependencies"),
        (["destroy", "dev", "--dry-run"], "--dry-run goes with --with-dependents"),
    ],
)
def test_command_says_which_options_go_together(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROJECT)
    done = CliRunner().invoke(app, arguments)

    assert done.exit_code == 2
    assert said in done.output
