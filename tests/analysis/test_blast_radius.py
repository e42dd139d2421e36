"""What hangs on a resource: on two small regions made by hand, where every answer can be told by looking."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from analysis.blast_radius import blast_radius
from contracts.change.radius import BlastRadius, Fate, Touch
from graph import Node, PropertyReference, Reference, ResourceGraph
from graph.errors import GraphError
from graph.estate import Estate
from graph.nodes import STACK_REFERENCE_TYPE, Options
from graph.values import FrozenMap, Unknown
from tests.analysis.diagrams.kit import node, two_regions

TODAY = date(2026, 11, 21)
VPC = "urn:pulumi:prod::atoll::aws:ec2/vpc:Vpc::prod-vpc"
KEY = "urn:pulumi:prod::atoll::aws:kms/key:Key::prod-key-database"
CLUSTER = "urn:pulumi:prod::atoll::aws:rds/cluster:Cluster::prod-database"


def asked(urn: str, *more: Node, day: date = TODAY, **changed: Any) -> BlastRadius:
    """The blast radius in the two regions; ``changed`` are other options of the database's cluster."""
    graphs = two_regions(*more)
    if changed:
        graphs["prod"] = ResourceGraph(
            [replace(one, **changed) if one.urn == CLUSTER else one for one in graphs["prod"]],
            project="atoll",
            stack="prod",
        )
    return blast_radius(Estate(graphs), urn, today=day)


def touched(found: BlastRadius) -> dict[str, Touch]:
    return {touch.urn.rsplit("::", 1)[-1]: touch for touch in found.replacement}


def test_dependents_are_told_with_their_distance_when_a_resource_fails() -> None:
    found = asked(VPC)
    distance = {hit.urn.rsplit("::", 1)[-1]: hit.distance for hit in found.fails}
    assert distance["prod-private-a"] == 1
    assert distance["prod-subnets"] == 2
    assert distance["prod-database"] == 2  # over its security group
    assert distance["prod-a"] == 3
    assert not [name for name in distance if name.startswith("prod-west")]
    assert [hit.distance for hit in found.fails] == sorted(hit.distance for hit in found.fails)


def test_nothing_fails_when_nothing_hangs_on_it() -> None:
    found = asked("urn:pulumi:prod::atoll::aws:lb/loadBalancer:LoadBalancer::prod-alb")
    assert found.fails == ()
    assert [touch.fate for touch in found.replacement] == [Fate.REPLACED]
    assert found.critical_path == (found.urn,)


def test_replacement_goes_on_where_an_input_forces_it() -> None:
    found = touched(asked(VPC))
    assert found["prod-private-a"].fate is Fate.REPLACED
    assert found["prod-private-a"].inputs == ("vpcId",)
    assert found["prod-private-a"].step == 1
    assert found["prod-subnets"].fate is Fate.UPDATED  # a subnet group takes other subnets in place
    assert "prod-a" not in found  # what is updated keeps its outputs


def test_data_is_at_stake_when_the_key_of_a_database_is_replaced() -> None:
    found = asked(KEY)
    assert found.forced_by == ("multiRegion",)
    assert touched(found)["prod-database"].loses == "the rows of its databases"
    assert found.critical_path[:2] == (KEY, CLUSTER)
    assert any(said.startswith("A replacement loses data: prod-key-database, prod-database") for said in found.warnings)


def test_last_copy_and_protection_are_told_when_the_database_has_them() -> None:
    inputs = {"skipFinalSnapshot": False, "finalSnapshotIdentifier": "last", "deletionProtection": True}
    plain = Estate(two_regions())["prod"][CLUSTER]
    found = asked(
        KEY, inputs=FrozenMap({**plain.inputs, **inputs}), protect=True, options=Options(retain_on_delete=True)
    )
    touch = touched(found)["prod-database"]
    assert (touch.last_copy, touch.refused_by) == (True, "deletionProtection")
    said = " ".join(found.warnings)
    assert "A replacement loses data: prod-key-database." in said
    assert "AWS refuses to delete prod-database until its deletion protection is off." in said
    assert "Pulumi refuses to replace prod-database until `protect` is off." in said
    assert "The old one stays as an orphan that no stack knows: prod-database." in said


def test_copy_in_the_other_region_survives_when_the_database_is_lost() -> None:
    found = asked(CLUSTER)
    assert [(copy.where, copy.how) for copy in found.survives] == [("us-west-2", "Aurora Global Database")]
    assert found.holds == "the rows of its databases"
    assert not any("nothing copies" in said for said in found.warnings)


def test_loss_is_told_when_nothing_copies_the_data() -> None:
    table = node("prod", "aws:dynamodb/table:Table", "prod-table-orders", "us-east-1")
    graph = ResourceGraph([table], project="atoll", stack="prod")
    found = blast_radius(Estate({"prod": graph}), table.urn, today=TODAY)
    assert "prod-table-orders holds its items, and nothing copies them to another region." in found.warnings


def test_other_stacks_fail_with_what_they_read() -> None:
    root = node("prod", "pulumi:pulumi:Stack", "atoll-prod", None)
    vpc = node("prod", "aws:ec2/vpc:Vpc", "prod-vpc", "us-east-1")
    root = replace(root, custom=False, outputs=FrozenMap({"vpc": {"id": Unknown((Reference(vpc.urn, "id"),))}}))
    reads = replace(node("west", STACK_REFERENCE_TYPE, "organization/atoll/prod", None),
                    inputs=FrozenMap({"name": "organization/atoll/prod"}))  # fmt: skip
    group = replace(node("west", "aws:ec2/securityGroup:SecurityGroup", "west-group", "us-west-2"),
                    references=(PropertyReference("vpcId", Reference(reads.urn, "outputs.vpc.id")),))  # fmt: skip
    graphs = {"prod": [root, vpc], "west": [reads, group]}
    estate = Estate({name: ResourceGraph(nodes, project="atoll", stack=name) for name, nodes in graphs.items()})
    found = blast_radius(estate, vpc.urn, today=TODAY)
    assert [(hit.stack, hit.urn) for hit in found.fails] == [("west", group.urn)]
    assert found.readers == ("west",)
    assert touched(found)["west-group"].fate is Fate.REPLACED


def test_end_of_support_is_told_when_it_has_passed() -> None:
    assert [(one.version, one.ends) for one in asked(KEY).support] == [("17.6", date(2030, 2, 28))]
    assert not any("support" in said for said in asked(KEY).warnings)
    said = asked(KEY, day=date(2030, 3, 1)).warnings
    assert "Standard support of RDS for PostgreSQL 17.6 ended on 2030-02-28: prod-database." in said


def test_quota_is_counted_with_its_page_when_there_is_one() -> None:
    found = [quota for quota in asked(CLUSTER).quotas if "clusters" in quota.name]
    assert [(quota.used, quota.limit) for quota in found] == [(1, 40)]
    assert found[0].page.startswith("https://docs.aws.amazon.com/")


def test_resource_is_refused_when_no_stack_has_it() -> None:
    with pytest.raises(GraphError, match="no resource urn:pulumi:prod::atoll::aws:ec2/vpc:Vpc::moon in stack prod"):
        asked("urn:pulumi:prod::atoll::aws:ec2/vpc:Vpc::moon")
