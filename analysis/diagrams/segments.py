"""Security groups as boxes, in columns by how far they are from the entrance, with the ports between them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from analysis.diagrams.model import Box, Layer, Link
from analysis.diagrams.roles import ROLES, role_by_urn, short
from analysis.diagrams.scene import Scene
from analysis.diagrams.text import TO
from analysis.diagrams.ways import carrier, part_of
from graph import Node

MOST = 9
"""Security groups of one column; more are told in one box."""


@dataclass(frozen=True, slots=True)
class Segments:
    """Columns of boxes, rules between them, the box before each member, and what the internet reaches."""

    columns: tuple[tuple[Box, ...], ...]
    links: tuple[Link, ...]
    by_member: dict[str, str]
    entrances: tuple[str, ...]


def segments(scene: Scene, region: str) -> Segments:
    """The security groups of a region."""
    groups = {node.urn: node for node in scene.of("aws:ec2/securityGroup:SecurityGroup", region=region)}
    rules = _rules(scene, region, groups)
    depths = _depths(sorted(groups), rules)
    connected = {end for pair in rules for end in pair}
    open_to_all = _open(scene, region)
    members = {urn: _members(scene, node) for urn, node in groups.items()}
    shown = [urn for urn in sorted(groups) if (urn in connected or urn in open_to_all) and urn in depths]
    columns: list[tuple[Box, ...]] = []
    for depth in range(max(depths.values(), default=0) + 1):
        here = [urn for urn in shown if depths[urn] == depth]
        columns.append(tuple(_box(scene, region, groups[urn], members[urn]) for urn in here[:MOST]))
    rest = [urn for urn in sorted(groups) if urn not in shown]
    if rest and columns:
        columns[0] = (
            *columns[0],
            Box(
                key=f"{region}/sg/rest",
                service="security-group",
                label="Other groups",
                detail="let in no other group",
                count=len(rest),
                urns=tuple(rest),
            ),
        )
    links = tuple(
        Link(
            key=f"rule-{groups[a].name}-{groups[b].name}",
            source=f"{region}/sg/{groups[a].name}",
            target=f"{region}/sg/{groups[b].name}",
            layer=Layer.TRAFFIC,
            label=_ports(scene, found),
            urns=tuple(sorted(rule.urn for rule in found)),
        )
        for (a, b), found in sorted(rules.items())
    )
    behind = {node.urn: f"{region}/sg/{groups[urn].name}" for urn in shown for node in members[urn]}
    return Segments(
        tuple(columns), links, behind, tuple(f"{region}/sg/{groups[urn].name}" for urn in sorted(open_to_all))
    )


def _rules(scene: Scene, region: str, groups: dict[str, Node]) -> dict[tuple[str, str], list[Node]]:
    found: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for rule in scene.of("aws:vpc/securityGroupIngressRule:*", region=region):
        for source in scene.needs(rule, "referencedSecurityGroupId"):
            for target in scene.needs(rule, "securityGroupId"):
                if source.urn != target.urn and source.urn in groups and target.urn in groups:
                    found[source.urn, target.urn].append(rule)
    return dict(found)


def _open(scene: Scene, region: str) -> set[str]:
    """Groups that let the internet in."""
    return {
        group.urn
        for rule in scene.of("aws:vpc/securityGroupIngressRule:*", region=region)
        if scene.text(rule, "cidrIpv4") == "0.0.0.0/0"
        for group in scene.needs(rule, "securityGroupId")
    }


def _depths(urns: list[str], rules: dict[tuple[str, str], list[Node]]) -> dict[str, int]:
    """Group → column: the longest way of rules to it, circles walked once; at most three columns."""
    ahead: dict[str, list[str]] = defaultdict(list)
    for source, target in sorted(rules):
        if (target, source) not in rules or source < target:
            ahead[source].append(target)
    left: dict[str, int] = {}

    def to_go(urn: str, seen: frozenset[str]) -> int:
        if urn not in left:
            left[urn] = max((1 + to_go(after, seen | {urn}) for after in ahead[urn] if after not in seen), default=0)
        return left[urn]

    for urn in urns:
        to_go(urn, frozenset())
    most = min(max(left.values(), default=0), 2)
    return {urn: most - min(count, most) for urn, count in left.items()}


def _members(scene: Scene, group: Node) -> tuple[Node, ...]:
    return tuple(
        user for user in scene.graph_of(group).dependents(group.urn, transitive=False) if carrier(scene, group, user)
    )


def _box(scene: Scene, region: str, group: Node, members: tuple[Node, ...]) -> Box:
    roles = role_by_urn(scene)
    parts = sorted({ROLES[part].label for node in members if (part := part_of(node, roles))})
    return Box(
        key=f"{region}/sg/{group.name}",
        service="security-group",
        label=short(scene, group),
        detail=", ".join(parts),
        urns=(group.urn, *(node.urn for node in members)),
        source=group.source.file if group.source else None,
    )


def _ports(scene: Scene, rules: list[Node]) -> str:
    ports = sorted({(scene.number(rule, "fromPort"), scene.number(rule, "toPort")) for rule in rules})
    if any(port == (0, 0) for port in ports):
        return "all"
    shown = [str(low) if low == high else f"{low}{TO}{high}" for low, high in ports]
    return ", ".join(shown[:2]) + (" …" if len(shown) > 2 else "")
