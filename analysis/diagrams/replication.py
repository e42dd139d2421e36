"""What is copied from one region to another, read from the resources that copy it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.diagrams.model import Layer, Link
from analysis.diagrams.scene import Scene
from graph import Node


@dataclass(frozen=True, slots=True, order=True)
class Copy:
    """One way of copying: the part that is copied, from where to where, and the resources that do it."""

    role: str
    source: str
    target: str
    label: str
    both: bool = False
    layer: Layer = Layer.REPLICATION
    urns: tuple[str, ...] = ()


def copies(scene: Scene) -> tuple[Copy, ...]:
    """Every way between the two regions, one for each part and direction; both directions of one are joined."""
    if len(scene.regions) < 2:
        return ()
    found: dict[tuple[str, str, str], Copy] = {}
    for copy in _all(scene):
        back = found.get((copy.role, copy.target, copy.source))
        key = (copy.role, copy.source, copy.target) if back is None else (copy.role, copy.target, copy.source)
        known = found.get(key)
        both = copy.both or back is not None or (known is not None and known.both)
        urns = tuple(sorted({*copy.urns, *(known.urns if known else ())}))
        found[key] = Copy(copy.role, key[1], key[2], copy.label, both, copy.layer, urns)
    return tuple(sorted(found.values()))


def _all(scene: Scene) -> Iterator[Copy]:
    for kind, role, label, both in (
        ("aws:dynamodb/tableReplica:TableReplica", "tables", "Global tables", True),
        ("aws:kms/replicaKey:ReplicaKey", "keys", "Multi-Region keys", False),
    ):
        for node in scene.of(kind):
            yield from _into(scene, node, role, label, both=both)
    yield from _members(scene, "aws:rds/cluster:Cluster", "globalClusterIdentifier", "aurora", "Aurora Global Database")
    yield from _members(
        scene,
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "globalReplicationGroupId",
        "cache",
        "Global Datastore",
    )
    for node in scene.of("aws:s3/bucketReplicationConfig:*"):
        timed = scene.text(node, "rules[0].destination.replicationTime.status") == "Enabled"
        yield from _out_of(scene, node, "buckets", "Replication, 15 min SLA" if timed else "Replication")
    for node in scene.of("aws:efs/replicationConfiguration:*"):
        yield from _out_of(scene, node, "files", "EFS replication")
    for node in scene.of("aws:secretsmanager/secret:Secret"):
        if scene.text(node, "replicas[0].region"):
            yield from _to(scene, node, scene.text(node, "replicas[0].region"), "secrets", "Replicas")
    for node in scene.of("aws:ecr/replicationConfiguration:*"):
        target = scene.text(node, "replicationConfiguration.rules[0].destinations[0].region")
        yield from _to(scene, node, target, "images", "Image replication")
    for node in scene.of("aws:backup/plan:Plan"):
        if any(scene.has(node, f"rules[{index}].copyActions[0]") for index in range(8)):
            yield from _out_of(scene, node, "vault", "Copies of backups", Layer.BACKUP)
    for node in scene.of("aws:dlm/lifecyclePolicy:LifecyclePolicy"):
        if scene.has(node, "policyDetails.schedules[0].crossRegionCopyRules[0]"):
            yield from _out_of(scene, node, "volumes", "Copies of snapshots", Layer.BACKUP)
    for node in scene.of("aws:ec2transitgateway/peeringAttachment:PeeringAttachment"):
        target = scene.text(node, "peerRegion")
        yield from _to(scene, node, target, "transit", "Peering", both=True, layer=Layer.TRAFFIC)


def _other(scene: Scene, region: str) -> str | None:
    return next((other for other in scene.regions if other != region), None)


def _to(
    scene: Scene,
    node: Node,
    target: str,
    role: str,
    label: str,
    *,
    both: bool = False,
    layer: Layer = Layer.REPLICATION,
) -> Iterator[Copy]:
    source = scene.region_of(node)
    if target in scene.regions and source in scene.regions and source != target:
        yield Copy(role, source, target, label, both, layer, (node.urn,))


def _into(scene: Scene, node: Node, role: str, label: str, *, both: bool) -> Iterator[Copy]:
    """A resource that stands where the copy is."""
    target = scene.region_of(node)
    source = _other(scene, target)
    if source is not None and target in scene.regions:
        yield Copy(role, source, target, label, both, Layer.REPLICATION, (node.urn,))


def _out_of(scene: Scene, node: Node, role: str, label: str, layer: Layer = Layer.REPLICATION) -> Iterator[Copy]:
    """A resource that stands where the original is."""
    yield from _to(scene, node, _other(scene, scene.region_of(node)) or "", role, label, layer=layer)


def _members(scene: Scene, kind: str, path: str, role: str, label: str) -> Iterator[Copy]:
    """Members of something that spans regions: one that stands in another region than the first joins it."""
    members = [node for node in scene.of(kind) if scene.has(node, path)]
    everyone = [node for node in scene.of(kind) if scene.region_of(node) in scene.regions]
    for node in members:
        first = next((one for one in everyone if scene.region_of(one) != scene.region_of(node)), None)
        if first is not None and scene.regions.index(scene.region_of(node)) > 0:
            yield Copy(role, scene.region_of(first), scene.region_of(node), label, urns=(first.urn, node.urn))


def copied(copy: Copy) -> Link:
    """The line of a copy from one region to another."""
    return Link(
        key=f"copy-{copy.role}-{copy.source}-{copy.target}",
        source=f"{copy.source}/{copy.role}",
        target=f"{copy.target}/{copy.role}",
        layer=copy.layer,
        label=copy.label,
        both=copy.both,
        urns=copy.urns,
    )
