"""What an update waited for, told from the state alone."""

from __future__ import annotations

from typing import Any

import pytest
from typer.testing import CliRunner

from console.stack import app
from console.timings import BY_ORDER, timings

STACK = "urn:pulumi:dev::atoll::"
VPC, SUBNET, DATABASE, POLICY = (
    f"{STACK}atoll:network:Vpc$aws:ec2/vpc:Vpc::dev",
    f"{STACK}atoll:network:Vpc$aws:ec2/subnet:Subnet::dev-data-a",
    f"{STACK}aws:rds/instance:Instance::dev-database",
    f"{STACK}aws:iam/rolePolicy:RolePolicy::dev-late",
)


def resource(urn: str, second: float, *, after: dict[str, list[str]] | None = None, order: tuple[str, ...] = ()) -> Any:
    """A resource of a state, ready in this second of a minute; `after`: property → what it takes values of."""
    needed = [*(one for many in (after or {}).values() for one in many), *order]
    return {
        "urn": urn,
        "custom": True,
        "created": f"2026-11-21T10:52:{second:012.9f}Z",
        "dependencies": needed,
        "propertyDependencies": after or {},
    }


def exported(*resources: Any) -> dict[str, Any]:
    return {"deployment": {"resources": list(resources)}}


STATE = exported(
    {"urn": f"{STACK}pulumi:pulumi:Stack::atoll-dev", "custom": False},
    resource(VPC, 1),
    resource(SUBNET, 3.5, after={"vpcId": [VPC]}),
    resource(DATABASE, 43.5, after={"subnets": [SUBNET], "vpcId": [VPC]}),
    resource(POLICY, 44.25, order=(DATABASE,)),
)


def test_chain_leads_from_the_first_to_the_last_when_each_needs_the_one_before() -> None:
    found = timings(STATE)
    assert found is not None
    assert (found.seconds, found.resources) == (43.25, 4)
    assert [(step.urn, step.seconds, step.through) for step in found.chain] == [
        (VPC, 0, ""),
        (SUBNET, 2.5, "vpcId"),
        (DATABASE, 40, "subnets"),
        (POLICY, 0.75, BY_ORDER),
    ]


def test_seconds_of_the_chain_are_the_seconds_of_the_stack() -> None:
    found = timings(STATE)
    assert found is not None
    assert sum(step.seconds for step in found.chain) == found.seconds


def test_resource_that_was_made_again_later_is_not_waited_for() -> None:
    """What was made after its reader, by a replacement, cannot be what the reader waited for."""
    found = timings(exported(resource(VPC, 50), resource(SUBNET, 3, after={"vpcId": [VPC]})))
    assert found is not None
    assert [step.urn for step in found.chain] == [VPC]


def test_leftover_of_a_replacement_counts_for_nothing() -> None:
    found = timings(exported(resource(VPC, 1), {**resource(SUBNET, 59), "delete": True}))
    assert found is not None
    assert found.resources == 1


def test_nothing_is_told_of_a_stack_that_holds_nothing() -> None:
    assert timings({"deployment": {}}) is None
    assert timings(exported({"urn": f"{STACK}pulumi:pulumi:Stack::atoll-dev", "custom": False})) is None


class Deployed:
    """Stands for the engine; knows one state."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state

    def export(self, stack: str) -> dict[str, Any]:
        assert stack == "dev"
        return self.state


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Deployed:
    deployed = Deployed(STATE)
    monkeypatch.setattr("console.stack._prepare", lambda *_: deployed)
    return deployed


def test_command_shows_the_chain_with_the_slowest_step_and_orders_marked(engine: Deployed) -> None:
    shown = CliRunner().invoke(app, ["timings", "dev"])
    assert shown.exit_code == 0, shown.output
    assert "43 s" in shown.output
    assert "aws:rds/instance:Instance dev-database" in shown.output
    assert "subnets" in shown.output
    assert f"1 of 4 links is an order alone ({BY_ORDER})" in shown.output


def test_command_says_so_when_nothing_is_deployed(engine: Deployed) -> None:
    engine.state = {"deployment": {}}
    shown = CliRunner().invoke(app, ["timings", "dev"])
    assert shown.exit_code != 0
    assert "atoll stack up dev" in shown.output
