"""What one region has and the other has not; which differences are derived, declared, or findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analysis.parity import Declaration, Difference, Pair, declarations, parity
from analysis.parity.compare import Lack
from analysis.parity.declared import DeclarationError
from graph import Node, Reference, ResourceGraph, Unknown
from graph.estate import Estate
from tests.analysis.recovery.kit import EAST, WEST, node, ref

PAIR = Pair("east", "west", EAST, WEST)
TODAY = date(2026, 11, 21)


def named(stack: str, region: str) -> list[Node]:
    """A network with addresses of its own, a bucket, a cluster, and a queue that knows its region."""
    vpc = node(stack, "ec2/vpc", "vpc", region, cidrBlock="10.0.0.0/16" if stack == "east" else "10.1.0.0/16")
    subnet = node(stack, "ec2/subnet", f"subnet-{region}a", region, vpcId=ref(vpc), cidrBlock=_block(stack))
    suffix = "" if stack == "east" else f"-{region}"
    return [
        vpc,
        subnet,
        node(stack, "s3/bucket", "bucket", region, bucket=f"app-logs{suffix}"),
        node(stack, "rds/cluster", "database", region, engineVersion="17.6", subnets=[ref(subnet)]),
        node(stack, "sqs/queue", "queue", region, policy=f"arn:aws:sqs:{region}:1:{stack}"),
    ]


def _block(stack: str) -> str:
    return "10.0.3.0/24" if stack == "east" else "10.1.3.0/24"


def compared(east: Iterable[Node], west: Iterable[Node], *declared: Declaration) -> tuple[Difference, ...]:
    return parity(_estate(east, west), PAIR, declared).differences


def _estate(east: Iterable[Node], west: Iterable[Node]) -> Estate:
    return Estate(
        {
            "east": ResourceGraph(east, project="atoll", stack="east"),
            "west": ResourceGraph(west, project="atoll", stack="west"),
        }
    )


def changed(nodes: list[Node], name: str, **inputs: Any) -> list[Node]:
    return [
        replace(one, inputs=type(one.inputs)({**one.inputs, **inputs})) if one.name == name else one for one in nodes
    ]


def test_nothing_differs_when_only_regions_names_and_addresses_do() -> None:
    assert compared(named("east", EAST), named("west", WEST)) == ()


def test_resource_is_missing_when_one_side_alone_has_it() -> None:
    west = [one for one in named("west", WEST) if one.name != "queue"]
    (one,) = compared(named("east", EAST), west)
    assert (one.kind, one.path, one.left, one.right) == (Lack.MISSING, "aws:sqs/queue:Queue queue", "queue", "")


def test_value_is_a_counter_example_when_it_differs() -> None:
    west = changed(named("west", WEST), "database", engineVersion="16.9")
    (one,) = compared(named("east", EAST), west)
    assert (one.kind, one.property, one.left, one.right) == (Lack.VALUE, "engineVersion", "17.6", "16.9")


def test_address_differs_when_it_is_another_place_in_its_network() -> None:
    west = changed(named("west", WEST), f"subnet-{WEST}a", cidrBlock="10.1.4.0/24")
    (one,) = compared(named("east", EAST), west)
    assert (one.property, one.left, one.right) == ("cidrBlock", "10.0.3.0/24", "10.1.4.0/24")


def test_region_differs_when_a_side_names_the_other_one() -> None:
    west = changed(named("west", WEST), "queue", policy=f"arn:aws:sqs:{EAST}:1:west")
    east = changed(named("east", EAST), "queue", policy=f"arn:aws:sqs:{EAST}:2:east")
    assert [one.property for one in compared(east, west)] == ["policy"]


def test_value_is_unknown_when_one_side_cannot_be_read() -> None:
    west = changed(named("west", WEST), "database", engineVersion=Unknown())
    (one,) = compared(named("east", EAST), west)
    assert one.kind is Lack.UNKNOWN


def test_wiring_is_the_same_when_both_point_at_counterparts() -> None:
    other = node("west", "ec2/subnet", "subnet-other", WEST)
    west = [*named("west", WEST), other]
    wrong = changed(west, "database", subnets=[ref(other)])
    assert [one.kind for one in compared(named("east", EAST), west)] == [Lack.MISSING]
    assert {one.property for one in compared(named("east", EAST), wrong)} == {"", "subnets"}


def test_name_clashes_when_aws_gives_it_out_once() -> None:
    west = changed(named("west", WEST), "bucket", bucket="app-logs")
    (one,) = compared(named("east", EAST), west)
    assert (one.kind, one.left) == (Lack.CLASH, "app-logs")


def test_resource_of_one_side_is_derived_when_it_serves_both() -> None:
    shared = node("east", "ecr/replicationConfiguration", "images", EAST, destination=WEST)
    found = parity(_estate([*named("east", EAST), shared], named("west", WEST)), PAIR)
    assert (found.differences, found.derived) == ((), 1)


def test_replica_stands_for_its_original_when_the_primary_makes_it_over_there() -> None:
    key = node("east", "kms/key", "key", EAST, description="storage")
    replica = node("east", "kms/replicaKey", "key-over-there", WEST, primaryKeyArn=ref(key, "arn"))
    assert compared([*named("east", EAST), key, replica], named("west", WEST)) == ()


def test_difference_is_no_finding_when_it_is_declared() -> None:
    declared = _declaration("aws:rds/cluster:Cluster *", "engineVersion")
    west = changed(named("west", WEST), "database", engineVersion="16.9")
    found = parity(_estate(named("east", EAST), west), PAIR, [declared])
    assert found.undeclared == ()
    assert found.stale == ()
    assert found.differences[0].declared == declared


def test_declaration_is_stale_when_there_is_no_such_difference() -> None:
    declared = _declaration("aws:rds/cluster:Cluster *", "engineVersion")
    found = parity(_estate(named("east", EAST), named("west", WEST)), PAIR, [declared])
    assert found.stale == ("aws:rds/cluster:Cluster * engineVersion: there is no such difference (any more)",)


def _declaration(path: str, property_: str) -> Declaration:
    return Declaration(path=path, property=property_, reason="while one side is upgraded", owner="team", expires=None)


def test_declarations_end_when_they_expire(tmp_path: Path) -> None:
    file = tmp_path / "parity.yaml"
    entry = '{path: "a", property: b, reason: while it is tried, owner: team, expires: '
    file.write_text(f"- {entry}2026-11-21}}\n- {entry}2026-11-20}}\n- {entry}null}}\n", encoding="utf-8")
    found = declarations(file, TODAY)
    assert len(found.valid) == 2
    assert found.expired == ("a b: the declaration has expired on 2026-11-20",)
    assert declarations(tmp_path / "nowhere.yaml", TODAY).valid == ()


def test_every_problem_of_the_declarations_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "parity.yaml"
    file.write_text('- {path: "*", reason: short, owner: team, expires: null}\n- {path: a, why: b}\n', encoding="utf-8")
    with pytest.raises(DeclarationError) as refused:
        declarations(file, TODAY)
    told = str(refused.value)
    for part in ("entry 1, path", "entry 1, reason", "entry 2, why", "entry 2, owner", "it would cover everything"):
        assert part in told


@pytest.mark.parametrize("content", ["a: b", "- [", "- 1"])
def test_declarations_are_refused_when_they_are_no_list_of_entries(tmp_path: Path, content: str) -> None:
    file = tmp_path / "parity.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"parity\.yaml"):
        declarations(file, TODAY)


def test_reference_to_an_output_of_the_peer_counts_as_what_it_stands_for() -> None:
    peer = Node(
        urn="urn:pulumi:west::atoll::pulumi:pulumi:StackReference::organization/atoll/east",
        type="pulumi:pulumi:StackReference",
        name="organization/atoll/east",
        custom=True,
    )
    given = Unknown(("key ", Reference(peer.urn, "outputs.keys.storage")))
    key = node("east", "kms/key", "key", EAST)
    own = Unknown(("key ", Reference(key.urn, "arn")))
    east = [*named("east", EAST), node("east", "sns/topic", "topic", EAST, key=own)]
    west = [*named("west", WEST), peer, node("west", "sns/topic", "topic", WEST, key=given)]
    assert [one.property for one in compared([*east, key], west) if one.property] == []
