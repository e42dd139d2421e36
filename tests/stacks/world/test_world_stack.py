"""The global stack: what it reads, makes in which region, and exports (EDGE-1, EDGE-2, EDGE-3, STO-1, NET-5)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pulumi
import pytest

from analysis.resolver import Conditions, delay, read_zone
from contracts.outputs.world import WorldOutputs
from contracts.settings.edge import ShieldSettings
from contracts.settings.global_layer import AcceleratorSettings
from graph.values import Unknown
from tests.kit import GraphView
from tests.kit.plain import plain
from tests.stacks.rows import misfits, resources, unmapped, value_at
from tests.stacks.world import kit

ROWS = Path(__file__).parent / "rows" / "edge.yaml"
FAST = AcceleratorSettings(health_interval_seconds=10, health_threshold=1)


@pytest.mark.parametrize(
    ("row", "entry"),
    [pytest.param(row, entry, id=f"{row}-{entry['type'].rpartition(':')[2]}") for row, entry in resources(ROWS)],
)
def test_global_stack_holds_what_the_row_asks(row: str, entry: Mapping[str, Any]) -> None:
    named, inputs = entry.get("name"), entry.get("inputs", {})
    there = [n for n in kit.whole().graph.of_type(entry["type"]) if named is None or n.name == named]
    found = [node.name for node in there if not misfits(node.inputs, inputs)]
    shown = {node.name: {path: value_at(node.inputs, path) for path in inputs} for node in there}
    assert len(found) == entry.get("count", 1), (row, shown)


def test_every_row_of_the_file_is_mapped_to_this_file() -> None:
    name = "tests/stacks/world/test_world_stack.py::test_global_stack_holds_what_the_row_asks"
    assert unmapped({row for row, _ in resources(ROWS)}, name) == []


# -- what is exported ---------------------------------------------------------------------------------------------


def drawn(value: Any) -> Any:
    """Stand-ins for what a deployment draws, of the shape that the record asks for."""
    if isinstance(value, Unknown):
        return _SHAPES.get(str(value).rpartition("#")[2].rstrip("}"), "x")
    if isinstance(value, Mapping):
        return {key: drawn(item) for key, item in cast("Mapping[str, Any]", value).items()}
    return plain(value)


_SHAPES = {
    "arn": "arn:aws:cloudfront::444444444444:distribution/E1",
    "zoneId": "Z0123456789",
    "nameServers": ["ns-1.example"],
    "transitGatewayAttachmentId": "tgw-attach-0a1b",
}


def exports(recording: Any) -> WorldOutputs:
    return WorldOutputs.from_exports(drawn(recording.stack_outputs), stack="global")


def test_outputs_are_what_the_record_promises() -> None:
    found = exports(kit.whole())
    assert (found.environment, found.region, found.zone.name) == ("prod", "us-east-1", "atoll.example")
    assert (found.traffic.host, found.traffic.policy, found.traffic.ttl_seconds) == (
        "api.atoll.example",
        "weighted",
        10,
    )
    prod = found.traffic.endpoints["prod"]
    assert (prod.host, prod.weight_percent, prod.switch.region) == ("origin-prod.atoll.example", 70, "us-west-2")
    assert prod.switch.alarm == "atoll-prod-evacuated-prod"
    assert found.replicated_buckets["assets"] == {"prod": "app-assets-prod", "prod-west": "app-assets-prod-west"}
    assert found.distribution is not None
    assert found.peering is not None
    assert (found.peering.asked_by, found.peering.accepted_by) == ("prod", "prod-west")
    assert found.accelerator is None


def test_accelerator_leads_instead_of_dns_when_there_is_one() -> None:
    recording = kit.recorded(kit.settings(accelerator=FAST))
    found = exports(recording)
    assert found.accelerator is not None
    assert set(found.accelerator.endpoint_group_arns) == {"prod", "prod-west"}
    assert (found.traffic.policy, found.traffic.ttl_seconds) == (None, None)
    zone = read_zone(recording.graph)
    lost = Conditions(lost_hosts=frozenset({"us-east-1"}))
    assert [answer.identifier for answer in zone.answers(found.traffic.host, lost)] == ["prod-west"]
    assert delay(zone, found.traffic.host, Conditions(), lost).total == 30


def test_less_is_made_when_less_is_asked() -> None:
    nothing = dict.fromkeys(("cdn", "firewall", "shield", "replication", "peering"))
    recording = kit.recorded(kit.settings(**nothing))
    found = exports(recording)
    assert (found.distribution, found.web_acl_arn, found.peering, found.replicated_buckets) == (None, None, None, {})
    kinds = {node.type.split("/")[0] for node in recording.graph if node.custom}
    assert not {"aws:cloudfront", "aws:wafv2", "aws:s3", "aws:ec2transitgateway", "aws:shield", "aws:acm"} & kinds


# -- who makes what, where -----------------------------------------------------------------------------------------


def test_everything_without_a_region_is_made_at_home_and_each_side_in_its_region() -> None:
    view = kit.view()
    home, west = "prod-aws", "prod-aws-us-west-2"
    for name in (
        "prod-global-waf-acl",
        "prod-global-signing",
        "prod-global-tls-certificate",
        "prod-global-health-prod-alarm",
    ):
        view.assert_provider(name, home)
    view.assert_provider("prod-global-health-prod-evacuated", west)
    view.assert_provider("prod-global-health-prod-west-evacuated", home)
    for role in ("assets", "uploads", "backups"):
        view.assert_provider(f"prod-global-copy-{role}-prod-replication", home)
        view.assert_provider(f"prod-global-copy-{role}-prod-west-replication", west)
    view.assert_provider("prod-global-between-accepted", west)


def test_regions_are_read_and_nothing_else() -> None:
    graph = kit.whole().graph
    references = graph.of_type("pulumi:pulumi:StackReference")
    assert {node.name.rpartition("/")[2] for node in references} == {"prod", "prod-west"}


def test_dns_leads_away_within_its_target_when_the_stack_of_the_project_is_asked() -> None:
    zone, settings = read_zone(kit.whole().graph), kit.settings()
    lost = Conditions(lost_hosts=frozenset({"origin-prod.atoll.example"}))
    assert settings.recovery.dns_rto is not None
    assert delay(zone, "api.atoll.example", Conditions(), lost).total <= settings.recovery.dns_rto.seconds
    evacuated = Conditions(alarms=frozenset({"atoll-prod-evacuated-prod"}))
    assert [a.identifier for a in zone.answers("api.atoll.example", evacuated)] == ["prod-west"]


def test_shield_protects_zone_and_accelerator_when_there_is_no_distribution() -> None:
    shield = ShieldSettings(subscribe=False, automatic_response=False, contacts=())
    changes: dict[str, Any] = {"cdn": None, "firewall": None, "shield": shield, "accelerator": FAST}
    view = GraphView(kit.recorded(kit.settings(**changes)).graph)
    view.assert_wired("prod-global-shield-entrance-protection", "resourceArn", "prod-global-accelerator.arn")
    view.assert_wired("prod-global-shield-zone", "resourceArn", "prod-global-zone.zoneId")


# -- what is refused -------------------------------------------------------------------------------------------------


def refusal(changes: Mapping[str, Mapping[str, Any] | None]) -> str:
    given = {stack: kit.outputs(stack) for stack in kit.REGIONS}
    for stack, change in changes.items():
        given[stack] = {} if change is None else {**given[stack], **change}
    with pytest.raises(pulumi.RunError) as caught:
        kit.recorded(kit.settings(), given)
    return str(caught.value)


def test_region_that_was_never_deployed_is_named_with_the_next_command() -> None:
    said = refusal({"prod-west": None})
    assert "global cannot use what it reads of other stacks; nothing was created:" in said
    assert "prod-west  (atoll:regions.prod-west)" in said
    assert "next: atoll stack up prod-west" in said


def test_every_missing_output_of_both_regions_is_told_at_once() -> None:
    said = refusal({"prod": {"transit_gateway": None}, "prod-west": {"buckets": {}}})
    assert "transit_gateway.id: is not exported, and is needed for the peering of the transit gateways" in said
    assert "buckets.uploads: is not exported, and is needed for replication" in said


def test_region_at_another_place_is_refused() -> None:
    said = refusal({"prod": {"region": "us-west-2"}})
    assert "prod  (atoll:regions.prod)\n    region: us-west-2" in said
