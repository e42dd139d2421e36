"""Data flow and replication: where data comes in, is kept, is copied to, and comes back from, region below region."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.diagrams.model import Box, Flow, Group, GroupKind, Layer, Link, Page, Space, kept
from analysis.diagrams.replication import copied, copies
from analysis.diagrams.roles import ROLES
from analysis.diagrams.scene import Scene
from analysis.diagrams.ways import link_of, ways

_STAGES: tuple[tuple[str, str, GroupKind, tuple[str, ...]], ...] = (
    ("messages", "Messages", GroupKind.STAGE, ("queues", "topics", "events", "workflows", "schedules")),
    ("work", "Entrance and work", GroupKind.STAGE, ("alb", "api", "graphql", "ecs", "eks-nodes", "lambda")),
    ("stores", "Stores", GroupKind.DATA, ("aurora", "rds", "cache", "tables", "buckets", "files")),
    ("flows", "Flows", GroupKind.STAGE, ("dms", "copies", "firehose", "stream", "logs")),
    ("analytics", "Analytics", GroupKind.STAGE, ("warehouse", "search", "catalogue")),
    ("recovery", "Backup and recovery", GroupKind.STAGE, ("vault", "restore-tests", "volumes")),
)
_LEFT_OUT = {("waf", "alb"), ("alb", "eks"), ("eks-nodes", "eks"), ("eks", "eks-nodes")}
_REVERSED = {("dms", "aurora"): "changes", ("dms", "rds"): "changes"}
"""Who asks is not who gives: the replication asks the database for what has changed."""


def data(scene: Scene) -> Page:
    """The diagram for all regions of the scene."""
    users = Box(key="users", service="users", label="Users", detail="browsers and apps")
    bands = tuple(_band(scene, region) for region in scene.regions)
    right = Group(key="bands", kind=GroupKind.PLAIN, label="", gap=60, members=bands)
    root = Group(key="page", kind=GroupKind.PAGE, label="", flow=Flow.ROW, gap=40, members=(right,))
    if len(scene.regions) == 1:
        root = Group(key="page", kind=GroupKind.PAGE, label="", flow=Flow.COLUMN, gap=40, members=(users, right))
    return Page(
        key="data",
        title=f"{scene.environment}: data flow and replication",
        subtitle=scene.subtitle,
        root=root,
        links=kept(_links(scene), root),
        notes=("Arrows follow the data; a line without a word is a permission or a subscription.",),
    )


def _band(scene: Scene, region: str) -> Group:
    stages: list[Group] = []
    for key, label, kind, roles in _STAGES:
        there = [role for role in roles if any(ROLES[role].nodes(scene, other) for other in scene.regions)]
        members = tuple(ROLES[role].box(scene, region, region) or Space(f"{region}/{role}") for role in there)
        if there:
            stages.append(
                Group(
                    key=f"{region}/{key}",
                    kind=kind,
                    label=label,
                    flow=Flow.GRID,
                    columns=1,
                    gap=20,
                    align=f"data-{key}",
                    members=members,
                )
            )
    return Group(
        key=region,
        kind=GroupKind.REGION,
        label=f"Region {region}",
        flow=Flow.ROW,
        gap=60,
        align="data-band",
        members=tuple(stages),
    )


def _links(scene: Scene) -> Iterator[Link]:
    for region in scene.regions:
        for door in ("alb", "api"):
            yield Link(key=f"users-{region}-{door}", source="users", target=f"{region}/{door}", layer=Layer.TRAFFIC)
        for store in ("aurora", "rds", "tables", "buckets", "files"):
            if scene.of("aws:backup/plan:Plan", region=region):
                yield Link(
                    key=f"backup-{region}-{store}",
                    source=f"{region}/{store}",
                    target=f"{region}/vault",
                    layer=Layer.BACKUP,
                    bundle=f"backup-{region}",
                )
        yield Link(
            key=f"restore-{region}",
            source=f"{region}/vault",
            target=f"{region}/restore-tests",
            layer=Layer.BACKUP,
            label="restored",
        )
    for way in ways(scene):
        pair = (way.source, way.target)
        if pair in _REVERSED:
            yield Link(
                key=f"{way.region}-{way.source}-{way.target}",
                source=f"{way.region}/{way.target}",
                target=f"{way.region}/{way.source}",
                layer=Layer.TRAFFIC,
                label=_REVERSED[pair],
                urns=way.urns,
            )
        elif pair not in _LEFT_OUT and way.layer in (Layer.TRAFFIC, Layer.EVENTS):
            yield link_of(way, "")
    for copy in copies(scene):
        if copy.layer is not Layer.TRAFFIC:
            yield copied(copy)
