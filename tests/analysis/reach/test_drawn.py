"""Ids that are drawn for the recorder, taken back."""

from __future__ import annotations

from dataclasses import replace

from analysis.reach.drawn import drawn_ids, undrawn_estate
from graph import Estate, Node, PropertyReference, Reference, ResourceGraph, Unknown
from graph.values import UNKNOWN, FrozenMap, Value

VPC = Node(urn="urn:pulumi:dev::atoll::aws:ec2/vpc:Vpc::vpc", type="aws:ec2/vpc:Vpc", name="vpc", custom=True)
READ = Reference("urn:pulumi:dev::atoll::pulumi:pulumi:StackReference::organization/atoll/prod", "outputs.vpc_id")
ID = drawn_ids(VPC)["id"]


def subnet(value: Value, *references: PropertyReference) -> Node:
    urn = "urn:pulumi:dev::atoll::aws:ec2/subnet:Subnet::subnet"
    inputs = FrozenMap({"vpcId": value})
    return Node(urn=urn, type="aws:x:Y", name="subnet", custom=True, inputs=inputs, references=references)


def read_back(value: Value, *references: PropertyReference) -> Value:
    drawn = replace(VPC, id=ID)
    recorded = ResourceGraph([drawn, subnet(value, *references)], project="atoll", stack="dev")
    graph = undrawn_estate(Estate({"dev": recorded}))["dev"]
    assert graph[VPC.urn].id == UNKNOWN
    return graph["urn:pulumi:dev::atoll::aws:ec2/subnet:Subnet::subnet"].inputs["vpcId"]


def test_id_is_its_resources_again_when_taken_back() -> None:
    assert read_back(ID) == Unknown((Reference(VPC.urn, "id"),))


def test_id_is_the_output_that_it_was_read_from_when_another_stack_has_it() -> None:
    assert read_back(ID, PropertyReference("vpcId", READ)) == Unknown((READ,))


def test_id_is_found_within_a_text_when_it_is_part_of_one() -> None:
    arn = Unknown(("arn:aws:ec2:us-east-1:1:vpc/", Reference(VPC.urn, "id"), "/*"))
    assert read_back(f"arn:aws:ec2:us-east-1:1:vpc/{ID}/*") == arn
    assert read_back(FrozenMap({"a": [f"{ID}", "vpc-0123456789abcdef0"]})) == {
        "a": [Unknown((Reference(VPC.urn, "id"),)), "vpc-0123456789abcdef0"]
    }


def test_text_stays_as_it_is_when_nobody_drew_it() -> None:
    assert read_back("vpc-0123456789abcdef0") == "vpc-0123456789abcdef0"
