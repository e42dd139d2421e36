"""Zero trust in layers: the edge, security groups and the ports between them, identity, keys, detection, response."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from analysis.diagrams.model import Box, Flow, Group, GroupKind, Layer, Link, Page, kept
from analysis.diagrams.roles import ROLES, role_by_urn, short
from analysis.diagrams.scene import GLOBAL, Scene
from analysis.diagrams.segments import Segments, segments
from graph import Node

_EDGE = ("waf", "certificate", "acls", "flow-logs", "endpoints")
_GLOBAL_EDGE = ("cdn", "waf", "shield")
_STORES = ("tables", "buckets", "secrets", "queues", "topics", "logs", "images", "vault")
_IDENTITY = ("access-entries", "roles", "pod-identities", "analyzer")
_SEEING = ("guardduty", "inspector", "macie", "config", "trail", "detective")
_ACTING = ("hub", "events", "workflows", "topics")


def security(scene: Scene) -> Page:
    """The diagram of the first region (the others are built alike), with what is global."""
    region = scene.regions[0]
    found = segments(scene, region)
    users = Box(key="users", service="users", label="Users", detail="browsers and apps")
    edge = [box for role in _GLOBAL_EDGE if (box := ROLES[role].box(scene, GLOBAL, GLOBAL))]
    edge += _boxes(scene, region, _EDGE)
    top = Group(
        key="top",
        kind=GroupKind.PLAIN,
        label="",
        flow=Flow.ROW,
        gap=40,
        members=(
            _stage("edge", "1 · Edge", (users, *edge)),
            _network(scene, region, found),
            _stage("stores", "3 · Data at rest", _boxes(scene, region, _STORES), GroupKind.DATA),
            _stage("keys", "4 · Keys", _keys(scene, region), GroupKind.SECURITY_GROUP),
        ),
    )
    below = Group(
        key="below",
        kind=GroupKind.PLAIN,
        label="",
        flow=Flow.ROW,
        gap=40,
        members=(
            _stage("identity", "5 · Identity: who may, for how long", _boxes(scene, region, _IDENTITY), columns=2),
            _stage("seeing", "6 · Detection", _boxes(scene, region, _SEEING), columns=3),
            _stage("acting", "7 · Response", _boxes(scene, region, _ACTING, "acting"), columns=2),
        ),
    )
    beside = scene.regions[1:]
    root = Group(key="page", kind=GroupKind.PAGE, label="", gap=40, members=(top, below))
    return Page(
        key="security",
        title=f"{scene.environment}: security architecture",
        subtitle=scene.subtitle + f" · {region}" + (f", one of {len(scene.regions)} regions" if beside else ""),
        root=root,
        links=kept(_links(scene, region, found), root),
        notes=("A port on a line is what one security group lets in from another.",),
    )


def _stage(
    key: str, label: str, boxes: tuple[Box, ...], kind: GroupKind = GroupKind.STAGE, *, columns: int = 1
) -> Group:
    return Group(
        key=key, kind=kind, label=label, flow=Flow.GRID, columns=columns, gap=20 if columns == 1 else 30, members=boxes
    )


def _boxes(scene: Scene, region: str, roles: tuple[str, ...], prefix: str | None = None) -> tuple[Box, ...]:
    found = (
        ROLES[role].box(scene, GLOBAL, GLOBAL) if role == "roles" else ROLES[role].box(scene, region, prefix or region)
        for role in roles
    )
    return tuple(box for box in found if box is not None)


def _network(scene: Scene, region: str, found: Segments) -> Group:
    columns = [
        Group(key=f"segments-{depth}", kind=GroupKind.PLAIN, label="", flow=Flow.GRID, columns=1, gap=20, members=boxes)
        for depth, boxes in enumerate(found.columns)
        if boxes
    ]
    return Group(
        key="network",
        kind=GroupKind.VPC,
        label="2 · Network segments: security groups and open ports",
        flow=Flow.ROW,
        gap=100,
        members=tuple(columns),
    )


def _own_keys(scene: Scene, region: str) -> tuple[Node, ...]:
    return ROLES["keys"].nodes(scene, region)


def _keys(scene: Scene, region: str) -> tuple[Box, ...]:
    return tuple(
        Box(
            key=f"{region}/key/{node.name}",
            service="kms",
            label=short(scene, node),
            detail="multi-Region key"
            if scene.text(node, "multiRegion") == "true"
            else "rotates every year"
            if scene.text(node, "enableKeyRotation") == "true"
            else "customer managed",
            urns=(node.urn,),
            source=node.source.file if node.source else None,
        )
        for node in _own_keys(scene, region)
    )


def _links(scene: Scene, region: str, found: Segments) -> Iterator[Link]:
    doors = ["users", *(key for key in (f"{GLOBAL}/cdn", f"{GLOBAL}/waf", f"{region}/waf") if _there(scene, key))]
    for before, after in pairwise(doors):
        label = "HTTPS" if before == "users" else ""
        yield Link(key=f"enter-{after}", source=before, target=after, layer=Layer.TRAFFIC, label=label)
    for box in found.entrances:
        yield Link(key=f"entrance-{box}", source=doors[-1], target=box, layer=Layer.TRAFFIC, label="443")
    yield from found.links
    yield from _encryption(scene, region, found)
    for role in _SEEING:
        yield Link(
            key=f"finding-{role}",
            source=f"{region}/{role}",
            target="acting/hub",
            layer=Layer.EVENTS,
            label="findings",
            bundle="findings",
        )
    yield from _identity(scene, region, found)
    for source, target in (("hub", "events"), ("events", "workflows"), ("events", "topics")):
        yield Link(key=f"respond-{target}", source=f"acting/{source}", target=f"acting/{target}", layer=Layer.EVENTS)


def _identity(scene: Scene, region: str, found: Segments) -> Iterator[Link]:
    """Who is given a role: pods by their identities, tasks and functions by their definitions."""
    roles = f"{GLOBAL}/roles"
    yield Link(key="pods", source=f"{region}/pod-identities", target=roles, layer=Layer.IDENTITY, label="given")
    yield Link(key="analysed", source=f"{region}/analyzer", target=roles, layer=Layer.IDENTITY, label="checks")
    run_as: set[str] = set()
    for urn, box in found.by_member.items():
        node = next(graph[urn] for graph in scene.estate.values() if urn in graph)
        near = (node, *(one for one in scene.needs(node) if "taskDefinition" in one.type))
        if any(one.type == "aws:iam/role:Role" for user in near for one in scene.needs(user)):
            run_as.add(box)
    for box in sorted(run_as):
        yield Link(key=f"run-as-{box}", source=roles, target=box, layer=Layer.IDENTITY, label="run as")


def _there(scene: Scene, key: str) -> bool:
    place, _, role = key.partition("/")
    return bool(ROLES[role].nodes(scene, place))


def _encryption(scene: Scene, region: str, found: Segments) -> Iterator[Link]:
    """Which key encrypts what: resources that name the key, and buckets whose encryption does."""
    roles = role_by_urn(scene)
    for key in _own_keys(scene, region):
        used: dict[str, set[str]] = defaultdict(set)
        graph = scene.graph_of(key)
        for user in graph.dependents(key.urn, transitive=False):
            near = (user, *scene.needs(user, "bucket")) if "Encryption" in user.type else (user,)
            for node in near:
                if node.urn in found.by_member:
                    used[found.by_member[node.urn]].add(user.urn)
                elif roles.get(node.urn) in _STORES:
                    used[f"{region}/{roles[node.urn]}"].add(user.urn)
        for target, urns in sorted(used.items()):
            yield Link(
                key=f"encrypts-{key.name}-{target}",
                source=f"{region}/key/{key.name}",
                target=target,
                layer=Layer.ENCRYPTION,
                urns=tuple(sorted(urns)),
                bundle=f"key-{key.name}",
            )
