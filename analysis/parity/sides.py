"""Two region stacks side by side: which resource of the one is the counterpart of which of the other.

A resource belongs to the side whose region it is in, whoever made it: the primary makes replica keys over there. It is
known by its component path and its logical name, with regions, zones and stacks written the same on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network

from graph.estate import Estate
from graph.nodes import Node
from graph.resource_graph import ResourceGraph
from graph.values import Reference, Unknown

Key = tuple[str, str]
"""Component path (types from the outermost) and logical name, as both sides write them."""

HERE, THERE = "<region>", "<other region>"
REPLICAS = {
    "aws:kms/replicaKey:ReplicaKey": "primaryKeyArn",
    "aws:dynamodb/tableReplica:TableReplica": "globalTableArn",
}
"""Type of a replica → the property that names what it is a replica of, and stands for over there."""
UNIQUE_NAMES = {"aws:s3/bucket:Bucket": "bucket"}
"""Type → property that has to be unique over all regions, so that the sides cannot but differ in it."""
_VPC = "aws:ec2/vpc:Vpc"


@dataclass(frozen=True)
class Pair:
    """Two region stacks of one environment."""

    left: str
    """Stack that leads."""
    right: str
    left_region: str
    right_region: str

    def flipped(self) -> Pair:
        """The same, seen from the other side."""
        return Pair(self.right, self.left, self.right_region, self.left_region)


@dataclass(frozen=True)
class Item:
    """A resource and the stack that makes it."""

    stack: str
    node: Node


class Side:
    """Everything of one region, by key."""

    def __init__(self, estate: Estate, pair: Pair) -> None:
        """Take the left side of a pair."""
        self.estate = estate
        self.pair = pair
        self.graph: ResourceGraph = estate[pair.left]

    @cached_property
    def items(self) -> Mapping[Key, Item]:
        """The resources of the side."""
        found: dict[Key, Item] = {}
        for item in self._all():
            found.setdefault(self.key(item), item)
        return found

    def _all(self) -> Iterator[Item]:
        for stack in (self.pair.left, self.pair.right):
            for node in self.estate[stack]:
                if node.package == "pulumi" or node.is_stack or node.is_provider:
                    continue
                region = node.region if isinstance(node.region, str) else ""
                home = stack == self.pair.left
                if region == self.pair.left_region if region in self._regions else home:
                    yield Item(stack, node)

    @property
    def _regions(self) -> tuple[str, str]:
        return self.pair.left_region, self.pair.right_region

    def key(self, item: Item) -> Key:
        """How both sides call a resource; a replica is called like its original."""
        path = REPLICAS.get(item.node.type)
        if path is not None:
            original = self.referred(item.stack, item.node.inputs.get(path))
            if original is not None:
                home = original.stack
                pair = self.pair if home == self.pair.left else self.pair.flipped()
                return self._plain_key(original.node, pair)
        home = self.pair if item.stack == self.pair.left else self.pair.flipped()
        return self._plain_key(item.node, home)

    @staticmethod
    def _plain_key(node: Node, home: Pair) -> Key:
        types = node.urn.split("::")[2]
        return types, neutral(node.name, home)

    def referred(self, stack: str, value: object) -> Item | None:
        """The resource whose output a value is, followed through stacks."""
        if isinstance(value, Unknown):
            for reference in value.references:
                found = self.origin(stack, reference)
                if found is not None:
                    return found[0]
        return None

    def origin(self, stack: str, reference: Reference) -> tuple[Item, str] | None:
        """The resource and the output that a reference leads to in the end."""
        home, made = self.estate.origin(stack, reference)
        node = self.estate[home].get(made.urn)
        return (Item(home, node), made.output) if node is not None else None

    @cached_property
    def networks(self) -> tuple[tuple[IPv4Network, str], ...]:
        """Address blocks of the VPCs of the side, and what both sides call each."""
        found: list[tuple[IPv4Network, str]] = []
        for node in self.graph.of_type(_VPC):
            block = node.inputs.get("cidrBlock")
            if isinstance(block, str):
                found.append((IPv4Network(block), f"<{neutral(node.name, self.pair)}>"))
        return tuple(found)


def neutral(text: str, pair: Pair) -> str:
    """A text with the regions and stacks of a side written as on either side.

    A region that only tells names apart goes: the secondary's `app-logs-us-west-2` is the primary's `app-logs`.
    """
    if pair.left_region in text or pair.right_region in text:
        text = text.replace(f"-{pair.left_region}", "").replace(pair.left_region, HERE)
        text = text.replace(pair.right_region, THERE)
    for stack in sorted((pair.left, pair.right), key=len, reverse=True):
        if stack in text:
            text = re.sub(rf"(?<![\w-]){re.escape(stack)}(?![\w-])", "<stack>", text)
    return text
