"""The multi-region disaster recovery diagram: users, DNS and CDN, both regions, and what is copied between them."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.diagrams.model import Box, Flow, Group, GroupKind, Layer, Link, Page, Space, kept
from analysis.diagrams.replication import copied, copies
from analysis.diagrams.roles import ROLES
from analysis.diagrams.scene import GLOBAL, Scene
from analysis.diagrams.traffic import second_origin, shares
from analysis.diagrams.ways import link_of, ways

_BEFORE, _AFTER = ("health", "zone"), ("cdn", "accelerator", "waf", "shield")
_EDGE = (*_BEFORE, *_AFTER)
_ENTRY = ("alb", "waf", "api", "certificate")
_COMPUTE = ("ecs", "eks-nodes", "lambda", "eks", "fargate", "argocd")
_NETWORK = ("nat", "internet-gateway", "endpoints", "flow-logs")
_WATCH = ("alarms", "canaries", "guardduty", "hub")
_DATA = ("aurora", "rds", "cache", "tables", "buckets", "files")
_KEPT = ("vault", "volumes", "keys", "secrets", "images", "transit")


def dr(scene: Scene) -> Page:
    """The diagram of 003's figure 2 for all regions of the scene."""
    share = shares(scene)
    edge = [box for role in _EDGE if (box := ROLES[role].box(scene, GLOBAL, GLOBAL))]
    users = Box(key="users", service="users", label="Users", detail="browsers and apps")
    before = [box for box in edge if box.key.removeprefix(f"{GLOBAL}/") in _BEFORE]
    row = (*before, users, *(box for box in edge if box not in before))
    top = Group(key="global", kind=GroupKind.PLAIN, label="", flow=Flow.ROW, gap=60, members=row)
    sides = tuple(_region(scene, region, index, share) for index, region in enumerate(scene.regions))
    below = Group(key="regions", kind=GroupKind.PLAIN, label="", flow=Flow.ROW, gap=220, members=sides)
    root = Group(key="page", kind=GroupKind.PAGE, label="", gap=60, members=(top, below))
    links = (*_entrance(scene, edge, share), *_within(scene), *_between(scene))
    return Page(
        key="dr",
        title=f"{scene.environment}: multi-Region disaster recovery",
        subtitle=scene.subtitle,
        root=root,
        links=kept(links, root),
        notes=_notes(scene),
    )


def _region(scene: Scene, region: str, index: int, share: dict[str, int]) -> Group:
    outer = Group(
        key=f"{region}/outer",
        kind=GroupKind.PLAIN,
        label="",
        align="dr-outer",
        members=(
            _stage(scene, region, "entry", "Entrance", _ENTRY, 2),
            _stage(scene, region, "compute", vpc_title(scene, region), _COMPUTE, 2, GroupKind.VPC),
            _stage(scene, region, "network", "Ways out", _NETWORK, 2),
            _stage(scene, region, "watch", "Watched by", _WATCH, 2),
        ),
    )
    inner = Group(
        key=f"{region}/inner",
        kind=GroupKind.PLAIN,
        label="",
        align="dr-inner",
        members=(
            _stage(scene, region, "data", "Data", _DATA, 1, GroupKind.DATA),
            _stage(scene, region, "kept", "Backups, keys, images", _KEPT, 1),
        ),
    )
    weight = f" · {share[region]} % of traffic" if region in share else ""
    part = ("primary" if index == 0 else "secondary") + " region" if len(scene.regions) > 1 else "region"
    return Group(
        key=region,
        kind=GroupKind.REGION,
        label=f"{region} · {part}{weight}",
        flow=Flow.ROW,
        align="dr-region",
        members=(outer, inner) if index == 0 else (inner, outer),
    )


def _stage(
    scene: Scene,
    region: str,
    key: str,
    label: str,
    roles: tuple[str, ...],
    columns: int,
    kind: GroupKind = GroupKind.STAGE,
) -> Group:
    """A frame with one cell for each part that any region has, so that all regions have their rows in common."""
    there = [role for role in roles if any(ROLES[role].nodes(scene, other) for other in scene.regions)]
    members = tuple(ROLES[role].box(scene, region, region) or Space(f"{region}/{role}") for role in there)
    return Group(
        key=f"{region}/{key}",
        kind=kind,
        label=label,
        flow=Flow.GRID,
        columns=columns,
        gap=20 if columns == 1 else None,
        align=f"dr-{key}",
        members=members,
    )


def vpc_title(scene: Scene, region: str) -> str:
    """The blocks of a region's own networks."""
    blocks = [
        scene.text(node, "cidrBlock")
        for node in scene.of("aws:ec2/vpc:Vpc", region=region)
        if "shared" not in node.name
    ]
    zones = {scene.text(node, "availabilityZone") for node in scene.of("aws:ec2/subnet:Subnet", region=region)} - {""}
    return f"VPC {', '.join(filter(None, blocks))} · {len(zones)} zone{'s' if len(zones) != 1 else ''}"


def _entrance(scene: Scene, edge: list[Box], share: dict[str, int]) -> Iterator[Link]:
    there = {box.key.removeprefix("global/") for box in edge}
    asked = "zone" if "zone" in there else None
    if asked:
        yield Link(key="users-zone", source="users", target="global/zone", layer=Layer.TRAFFIC, label="DNS")
    first = next((role for role in ("cdn", "accelerator") if role in there), None)
    door = f"global/{first}" if first else "global/zone" if asked else "users"
    if first:
        yield Link(key="users-cdn", source="users", target=door, layer=Layer.TRAFFIC, label="HTTPS")
    for region in scene.regions:
        weight = f"{share[region]} %" if region in share else "HTTPS"
        yield Link(key=f"enter-{region}", source=door, target=f"{region}/alb", layer=Layer.TRAFFIC, label=weight)
        if "health" in there:
            yield Link(
                key=f"check-{region}",
                source="global/health",
                target=f"{region}/alb",
                layer=Layer.FAILOVER,
                label="checks",
                bundle="checks",
            )
    second = second_origin(scene)
    if first == "cdn" and second:
        target = f"{second}/alb"
        yield Link(key="after-errors", source=door, target=target, layer=Layer.FAILOVER, label="after errors")
    if "health" in there and "zone" in there:
        yield Link(
            key="fail-over",
            source="global/health",
            target="global/zone",
            layer=Layer.FAILOVER,
            label="withdraws",
        )
    if "waf" in there and "cdn" in there:
        yield Link(key="filter", source="global/waf", target="global/cdn", layer=Layer.TRAFFIC, label="filters")


_SHOWN = {
    ("alb", "ecs"),
    ("api", "lambda"),
    ("ecs", "aurora"),
    ("ecs", "rds"),
    ("ecs", "cache"),
    ("lambda", "tables"),
    ("alb", "eks-nodes"),
}


def _within(scene: Scene) -> Iterator[Link]:
    for way in ways(scene):
        if (way.source, way.target) in _SHOWN:
            yield link_of(way)


def _between(scene: Scene) -> Iterator[Link]:
    for copy in copies(scene):
        yield copied(copy)


def _notes(scene: Scene) -> tuple[str, ...]:
    if len(scene.regions) > 1:
        return ("Equal rows are equal parts; an empty place is one that only the other region has.",)
    return ("One region: what is lost with it comes back from its backups.",)
