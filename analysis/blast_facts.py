"""What is dated or counted about resources: copies of their data, ends of support, quotas."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from analysis.diagrams.model import Layer
from analysis.diagrams.replication import copies
from analysis.diagrams.roles import role_by_urn
from analysis.diagrams.scene import Scene
from analysis.parity.quotas import quotas
from contracts.change.radius import Quota, Support, Survivor
from contracts.versions import END_OF_STANDARD_SUPPORT, NO_DATE, SOURCES, Engine, series_of
from graph.nodes import Node

_VERSIONED: dict[str, tuple[Engine, str]] = {
    "aws:rds/cluster:Cluster": (Engine.RDS_POSTGRES, "engineVersion"),
    "aws:rds/instance:Instance": (Engine.RDS_POSTGRES, "engineVersion"),
    "aws:elasticache/replicationGroup:ReplicationGroup": (Engine.REDIS, "engineVersion"),
    "aws:eks/cluster:Cluster": (Engine.EKS, "version"),
    "aws:lambda/function:Function": (Engine.LAMBDA, "runtime"),
}
"""Type → what has the version, and the input that says it."""


def survivors(scene: Scene, nodes: Iterable[Node]) -> tuple[Survivor, ...]:
    """Copies of what the resources hold, in other regions."""
    roles = role_by_urn(scene)
    held = {(roles[node.urn], scene.region_of(node)) for node in nodes if node.urn in roles}
    found: set[tuple[str, str, tuple[str, ...]]] = set()
    for copy in copies(scene):
        if copy.layer is Layer.TRAFFIC:
            continue
        if (copy.role, copy.source) in held:
            found.add((copy.target, copy.label, copy.urns))
        if (copy.role, copy.target) in held:
            found.add((copy.source, copy.label, copy.urns))
    return tuple(Survivor(where=where, how=how, urns=urns) for where, how, urns in sorted(found))


def supported_until(scene: Scene, nodes: Iterable[Node]) -> tuple[Support, ...]:
    """Ends of support of the versions that resources run, the earliest first; unknown versions are left out."""
    found: list[Support] = []
    for node in nodes:
        if node.type not in _VERSIONED:
            continue
        engine, path = _VERSIONED[node.type]
        if engine is Engine.REDIS and scene.text(node, "engine") == "valkey":
            engine = Engine.VALKEY
        if version := scene.text(node, path):
            ends = END_OF_STANDARD_SUPPORT[engine].get(series_of(engine, version))
            found.append(Support(urn=node.urn, engine=engine, version=version, ends=None if ends == NO_DATE else ends,
                                 page=SOURCES[engine]))  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.ends or date.max, one.urn)))


def quotas_of(scene: Scene, node: Node) -> tuple[Quota, ...]:
    """Quotas that count resources of this type in its region, as AWS sets them by default."""
    used = len(scene.of(node.type, region=scene.region_of(node)))
    return tuple(
        Quota(name=f"{quota.service}: {quota.what}", used=used, limit=int(quota.value), page=quota.page)
        for quota in quotas()
        if quota.counts == "each" and quota.types == (node.type,)
    )
