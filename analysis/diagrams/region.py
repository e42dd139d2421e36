"""The regional detail: zones, subnets and what stands in them, the way of traffic, and what has no zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from analysis.diagrams.model import Box, Flow, Group, GroupKind, Layer, Link, Page, Space, kept, walk
from analysis.diagrams.roles import ROLES, Role, boxed
from analysis.diagrams.scene import Scene, stack_of
from analysis.diagrams.ways import link_of, ways
from graph import Node

_ZONAL = ("nat", "ecs", "eks-nodes", "aurora", "rds", "cache")
"""Parts of which each zone has its own; they are drawn in its subnets."""
_ZONELESS = ("eks", "fargate", "lambda", "endpoints", "files", "internal-alb", "dms", "warehouse", "search")
"""Parts with network interfaces in several subnets; drawn once for the network."""
_TIERS = {"public": GroupKind.PUBLIC, "private": GroupKind.PRIVATE, "database": GroupKind.DATA}
_ASIDE = (
    ("Data without a zone", ("tables", "buckets", "images", "vault", "warehouse")),
    ("Messages and workflows", ("queues", "topics", "events", "workflows")),
    ("Watched by", ("alarms", "logs", "prometheus", "firehose")),
    ("Protected by", ("keys", "secrets", "guardduty", "hub")),
)


@dataclass(frozen=True, slots=True, order=True)
class _Spot:
    """A subnet: its zone, tier and block."""

    zone: str
    tier: str
    block: str


def region(scene: Scene) -> tuple[Page, ...]:
    """One page for each region."""
    return tuple(_page(scene, name) for name in scene.regions)


def _page(scene: Scene, name: str) -> Page:
    networks = scene.of("aws:ec2/vpc:Vpc", region=name)
    own = [vpc for vpc in networks if "shared" not in vpc.name]
    beside = [vpc for vpc in networks if vpc not in own]
    shown = [_network(scene, name, vpc) for vpc in own]
    left = [_outside(scene, name), *shown]
    area = Group(key=f"{name}/left", kind=GroupKind.PLAIN, label="", gap=20, members=tuple(left))
    right = (
        *(group for title, roles in _ASIDE if (group := _aside(scene, name, title, roles, shown))),
        *(_shared(scene, name, vpc) for vpc in beside),
    )
    aside = Group(key=f"{name}/aside", kind=GroupKind.PLAIN, label="", members=right)
    frame = Group(key=name, kind=GroupKind.REGION, label=f"Region {name}", flow=Flow.ROW, gap=40, members=(area, aside))
    users = Box(key="users", service="users", label="Users", detail="browsers and apps")
    above = Group(
        key="users-column", kind=GroupKind.PLAIN, label="", gap=20, packed=True, members=(Space("above"), users)
    )
    root = Group(key="page", kind=GroupKind.PAGE, label="", flow=Flow.ROW, gap=40, members=(above, frame))
    stacks = sorted({stack_of(node) for node in networks})
    return Page(
        key=f"region-{name}",
        title=f"{scene.environment}: {name} in detail",
        subtitle=f"Stacks {', '.join(stacks)}",
        root=root,
        links=kept(_links(scene, name), root),
        notes=("A number is how many stand in that subnet, or work through it.",),
    )


def _outside(scene: Scene, name: str) -> Group:
    """What stands before the network: firewall and gateways."""
    roles = ("waf", "certificate", "internet-gateway", "transit", "vpn", "direct-connect")
    boxes = [box for role in roles if (box := ROLES[role].box(scene, name, name))]
    return Group(
        key=f"{name}/before", kind=GroupKind.STAGE, label="Entrances", flow=Flow.GRID, columns=4, members=tuple(boxes)
    )


def _network(scene: Scene, name: str, vpc: Node) -> Group:
    spots = _spots(scene, vpc)
    here = _standing(scene, vpc, spots)
    zones = sorted({spot.zone for spot in spots.values()})
    tiers = [tier for tier in _TIERS if any(here.get(urn) and spot.tier == tier for urn, spot in spots.items())]
    columns: list[Group] = []
    for zone in zones:
        members: list[Group] = []
        for tier in tiers:
            within = sorted((spot.block, urn) for urn, spot in spots.items() if (spot.zone, spot.tier) == (zone, tier))
            boxes = [box for _, urn in within for box in _boxes_in(scene, name, zone, here.get(urn, {}))]
            blocks = ", ".join(block for block, _ in within if block)
            members.append(
                Group(
                    key=f"{name}/{zone}/{tier}",
                    kind=_TIERS[tier],
                    label=f"{tier} {blocks}".strip(),
                    flow=Flow.GRID,
                    columns=1,
                    gap=20,
                    align=f"{name}/{tier}",
                    members=tuple(boxes),
                )
            )
        columns.append(
            Group(
                key=f"{name}/{zone}",
                kind=GroupKind.ZONE,
                label=zone,
                gap=20,
                align=f"{name}/zone",
                members=tuple(members),
            )
        )
    row = Group(key=f"{vpc.name}/zones", kind=GroupKind.PLAIN, label="", flow=Flow.ROW, gap=40, members=tuple(columns))
    spanning = [_wide(box) for role in ("alb",) if (box := ROLES[role].box(scene, name, name))]
    label = f"VPC {scene.text(vpc, 'cidrBlock')} · {len(zones)} zones"
    across = _once(scene, name, here, spots)
    return Group(
        key=f"{name}/vpc/{vpc.name}",
        kind=GroupKind.VPC,
        label=label,
        gap=20,
        members=(*spanning, row, *([across] if across.members else [])),
    )


def _once(scene: Scene, name: str, here: dict[str, dict[str, list[Node]]], spots: dict[str, _Spot]) -> Group:
    """Parts that stand in several subnets at once, with the tiers of these."""
    boxes: list[Box] = []
    for key in _ZONELESS:
        nodes = {node.urn: node for parts in here.values() for node in parts.get(key, ())}
        if nodes:
            tiers = sorted({spots[urn].tier for urn, parts in here.items() if key in parts})
            detail = f"in {' and '.join(tiers)} subnets"
            boxes.append(boxed(f"{name}/{key}", ROLES[key], tuple(nodes.values()), detail))
    return Group(
        key=f"{name}/across", kind=GroupKind.PLAIN, label="", flow=Flow.GRID, columns=4, gap=20, members=tuple(boxes)
    )


def _wide(box: Box) -> Box:
    detail = f"{box.detail} · in every zone"
    return Box(
        key=box.key, service=box.service, label=box.label, detail=detail, urns=box.urns, source=box.source, wide=True
    )


def _spots(scene: Scene, vpc: Node) -> dict[str, _Spot]:
    found: dict[str, _Spot] = {}
    for subnet in scene.of("aws:ec2/subnet:Subnet"):
        if vpc in scene.needs(subnet, "vpcId"):
            zone, tier = scene.text(subnet, "availabilityZone"), scene.text(subnet, "tags.Tier")
            found[subnet.urn] = _Spot(zone, tier, scene.text(subnet, "cidrBlock"))
    return found


def _standing(scene: Scene, vpc: Node, spots: dict[str, _Spot]) -> dict[str, dict[str, list[Node]]]:
    """Subnet → part → resources that stand in it, directly or by a subnet group."""
    found: dict[str, dict[str, list[Node]]] = {}
    place = scene.region_of(vpc)
    for key in (*_ZONAL, *_ZONELESS):
        for node in ROLES[key].nodes(scene, place):
            for urn in sorted(_subnets_of(scene, node, spots)):
                found.setdefault(urn, {}).setdefault(key, []).append(node)
    return found


def _subnets_of(scene: Scene, node: Node, spots: dict[str, _Spot]) -> set[str]:
    """Subnets of a resource; of a database only those of the zones in which it has an instance."""
    near = [node]
    if node.type == "aws:efs/fileSystem:FileSystem":
        near = list(_users(scene, node, "mountTarget"))
    if node.type == "aws:dms/replicationTask:ReplicationTask":
        near = list(scene.needs(node, "replicationInstanceArn"))
    direct = {one.urn for user in near for one in scene.needs(user) if one.urn in spots}
    grouped = {
        one.urn
        for user in near
        for group in scene.needs(user)
        if "ubnetGroup" in group.type
        for one in scene.needs(group)
        if one.urn in spots
    }
    zones = {scene.text(one, "availabilityZone") for one in _users(scene, node, "clusterInstance")} - {""}
    return direct | {urn for urn in grouped if not zones or spots[urn].zone in zones}


def _users(scene: Scene, node: Node, kind: str) -> tuple[Node, ...]:
    return tuple(user for user in scene.graph_of(node).dependents(node.urn, transitive=False) if kind in user.type)


def _boxes_in(scene: Scene, name: str, zone: str, here: dict[str, list[Node]]) -> Iterator[Box]:
    for key in _ZONAL:
        if nodes := tuple(here.get(key, ())):
            role = ROLES[key]
            yield boxed(f"{name}/{zone}/{key}", role, nodes, _part(scene, role, nodes, zone))


def _part(scene: Scene, role: Role, nodes: tuple[Node, ...], zone: str) -> str:
    """What a part is in one zone: the writer's instance, the reader's, or what it is everywhere."""
    if role.key == "aurora":
        if scene.regions.index(scene.region_of(nodes[0])) and any(
            scene.has(n, "globalClusterIdentifier") for n in nodes
        ):
            return "reader of the other region"
        members = [one for node in nodes for one in _users(scene, node, "clusterInstance")]
        first = min(members, key=lambda one: (scene.number(one, "promotionTier"), one.name), default=None)
        return "writer" if first is not None and scene.text(first, "availabilityZone") == zone else "reader"
    if role.key == "cache":
        detail = role.detail(scene, nodes)
        return f"{detail.rpartition(' · ')[2]} in the zones" if " · " in detail else detail
    return role.detail(scene, nodes)


def _shared(scene: Scene, name: str, vpc: Node) -> Group:
    """The shared-services network, tier by tier."""
    spots = _spots(scene, vpc)
    here = _standing(scene, vpc, spots)
    parts: dict[str, dict[str, Node]] = {}
    for urn in spots:
        for key, nodes in here.get(urn, {}).items():
            parts.setdefault(key, {}).update({node.urn: node for node in nodes})
    boxes = [
        boxed(f"{name}/shared/{key}", ROLES[key], tuple(parts[key].values()), "for all networks")
        for key in (*_ZONAL, *_ZONELESS)
        if key in parts
    ]
    tiers = sorted({spot.tier for spot in spots.values()})
    label = f"Shared services VPC {scene.text(vpc, 'cidrBlock')} · {len(tiers)} tiers"
    return Group(
        key=f"{name}/shared", kind=GroupKind.VPC, label=label, flow=Flow.GRID, columns=2, gap=20, members=tuple(boxes)
    )


def _aside(scene: Scene, name: str, title: str, roles: tuple[str, ...], shown: list[Group]) -> Group | None:
    drawn = {box.key.rsplit("/", 1)[-1] for group in shown for box in walk(group) if isinstance(box, Box)}
    boxes = [box for role in roles if role not in drawn and (box := ROLES[role].box(scene, name, name))]
    if not boxes:
        return None
    return Group(
        key=f"{name}/aside/{title}",
        kind=GroupKind.STAGE,
        label=title,
        flow=Flow.GRID,
        columns=2,
        gap=20,
        members=tuple(boxes),
    )


def _links(scene: Scene, name: str) -> Iterator[Link]:
    yield Link(key="in", source="users", target=f"{name}/waf", layer=Layer.TRAFFIC, label="HTTPS")
    yield Link(key="filtered", source=f"{name}/waf", target=f"{name}/alb", layer=Layer.TRAFFIC, label="443")
    zones = sorted({scene.text(one, "availabilityZone") for one in scene.of("aws:ec2/subnet:Subnet", region=name)})
    for way in ways(scene):
        if way.region != name or way.layer is not Layer.TRAFFIC:
            continue
        if (way.source, way.target) in (("alb", "ecs"), ("alb", "eks-nodes")):
            for zone in zones:
                yield Link(
                    key=f"{way.source}-{way.target}-{zone}",
                    source=f"{name}/alb",
                    target=f"{name}/{zone}/{way.target}",
                    layer=way.layer,
                    label=way.label,
                    urns=way.urns,
                    bundle=f"alb-{zone}",
                )
        elif (way.source, way.target) in (("ecs", "aurora"), ("ecs", "rds"), ("ecs", "cache")):
            for zone in zones[:1]:
                yield Link(
                    key=f"{way.source}-{way.target}-{zone}",
                    source=f"{name}/{zone}/{way.source}",
                    target=f"{name}/{zone}/{way.target}",
                    layer=way.layer,
                    label=way.label,
                    urns=way.urns,
                )
        elif (way.source, way.target) in (("logs", "firehose"), ("firehose", "buckets")):
            yield link_of(way, "")
    yield Link(
        key="way-out", source=f"{name}/transit", target=f"{name}/shared/nat", layer=Layer.TRAFFIC, label="way out"
    )
    for zone in zones:
        yield Link(
            key=f"out-{zone}",
            source=f"{name}/{zone}/nat",
            target=f"{name}/internet-gateway",
            layer=Layer.TRAFFIC,
            bundle="way out",
        )
    for before, after in pairwise(zones):
        for role, label in (("aurora", "storage"), ("rds", "standby"), ("cache", "replica")):
            yield Link(
                key=f"{role}-{before}",
                source=f"{name}/{before}/{role}",
                target=f"{name}/{after}/{role}",
                layer=Layer.REPLICATION,
                label="",
                bundle=f"{role}-{label}",
            )
