"""Who calls, feeds or may read whom inside a region, read from what wires them: rules, mappings, policies, targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.diagrams.model import Layer, Link
from analysis.diagrams.roles import role_by_urn
from analysis.diagrams.scene import Scene
from graph import Node


@dataclass(frozen=True, slots=True, order=True)
class Way:
    """One part leads to another, in one region."""

    region: str
    source: str
    target: str
    layer: Layer
    label: str = ""
    urns: tuple[str, ...] = ()


_WIRES: tuple[tuple[str, str, str, Layer, str], ...] = (
    ("aws:lambda/eventSourceMapping:*", "eventSourceArn", "functionName", Layer.EVENTS, ""),
    ("aws:sns/topicSubscription:*", "topic", "endpoint", Layer.EVENTS, ""),
    ("aws:cloudwatch/eventTarget:*", "rule", "arn", Layer.EVENTS, ""),
    ("aws:scheduler/schedule:Schedule", "", "target", Layer.EVENTS, "on schedule"),
    ("aws:kinesis/firehoseDeliveryStream:*", "", "extendedS3Configuration.bucketArn", Layer.TRAFFIC, "delivers"),
    ("aws:cloudwatch/logSubscriptionFilter:*", "logGroup", "destinationArn", Layer.TRAFFIC, ""),
    ("aws:dms/replicationTask:*", "sourceEndpointArn", "", Layer.TRAFFIC, "changes"),
    ("aws:dms/replicationTask:*", "", "targetEndpointArn", Layer.TRAFFIC, ""),
    ("aws:ecs/service:Service", "loadBalancers", "", Layer.TRAFFIC, ""),
    ("aws:apigatewayv2/integration:*", "apiId", "integrationUri", Layer.TRAFFIC, ""),
    ("aws:backup/selection:Selection", "resources", "planId", Layer.BACKUP, ""),
    ("aws:guardduty/publishingDestination:*", "detectorId", "destinationArn", Layer.EVENTS, ""),
    ("aws:cloudtrail/trail:Trail", "", "s3BucketName", Layer.EVENTS, ""),
    ("aws:cfg/deliveryChannel:*", "", "s3BucketName", Layer.EVENTS, ""),
)
"""Type of a wire, where it says its start and its end (empty: itself), and what it carries."""


def ways(scene: Scene) -> tuple[Way, ...]:
    """Every way between two different parts, once for each region and layer."""
    roles = role_by_urn(scene)
    found: dict[tuple[str, str, str, Layer], Way] = {}
    for way in (*_wired(scene, roles), *_let_in(scene, roles), *_permitted(scene, roles)):
        if way.source == way.target:
            continue
        key = (way.region, way.source, way.target, way.layer)
        known = found.get(key)
        urns = tuple(sorted({*way.urns, *(known.urns if known else ())}))
        found[key] = Way(*key, (known.label if known else "") or way.label, urns)
    return tuple(sorted(found.values()))


def _wired(scene: Scene, roles: dict[str, str]) -> Iterator[Way]:
    for kind, start, end, layer, label in _WIRES:
        for node in scene.of(kind):
            sources = _played(scene, node, start, roles)
            targets = _played(scene, node, end, roles)
            for source in sorted(sources):
                for target in sorted(targets):
                    yield Way(scene.region_of(node), source, target, layer, label, (node.urn,))


def _played(scene: Scene, node: Node, path: str, roles: dict[str, str]) -> set[str]:
    """Parts played by what a property leads to, over resources that play none (a target group, an endpoint)."""
    if not path:
        own = roles.get(node.urn)
        return {own} if own else set()
    found: set[str] = set()
    for one in scene.needs(node, path):
        if one.urn in roles:
            found.add(roles[one.urn])
            continue
        graph = scene.graph_of(one)
        near = (*scene.needs(one), *graph.dependents(one.urn, transitive=False))
        if "targetGroup" in one.type:
            near = tuple(b for rule in near for b in _balancers(scene, rule))
        found.update(played for other in near if (played := roles.get(other.urn)) and played not in _ONLY_DIRECT)
    return found


def _balancers(scene: Scene, rule: Node) -> Iterator[Node]:
    """The load balancer of a listener, or of the listener of a rule."""
    for listener in (rule, *scene.needs(rule)):
        if listener.type == "aws:lb/listener:Listener":
            yield from (node for node in scene.needs(listener) if node.type == "aws:lb/loadBalancer:LoadBalancer")


# -- who lets whom in -------------------------------------------------------------------------------------------


def _let_in(scene: Scene, roles: dict[str, str]) -> Iterator[Way]:
    """Rules between security groups, as ways between the parts that carry them."""
    for rule in scene.of("aws:vpc/securityGroupIngressRule:*"):
        port = scene.text(rule, "toPort")
        for source in carriers(scene, rule, "referencedSecurityGroupId", roles):
            for target in carriers(scene, rule, "securityGroupId", roles):
                yield Way(
                    scene.region_of(rule), source, target, Layer.TRAFFIC, f"TCP {port}" if port else "", (rule.urn,)
                )


_CARRY = {"launchTemplate": "eks-nodes", "mountTarget": "files", "replicationInstance": "dms"}
_ONLY_DIRECT = {"keys", "secrets", "logs", "roles", "security-group"}
"""Parts that something leads to only where it says so itself."""
_CARRIED = (
    "securityGroups",
    "securityGroupIds",
    "vpcSecurityGroupIds",
    "networkConfiguration",
    "vpcConfig",
    "networkInterfaces",
)


def carriers(scene: Scene, rule: Node, path: str, roles: dict[str, str]) -> tuple[str, ...]:
    """Parts whose network interfaces are in the security group that a property of a rule names."""
    found: set[str] = set()
    for group in scene.needs(rule, path):
        for user in scene.graph_of(group).dependents(group.urn, transitive=False):
            stands_in = part_of(user, roles)
            if stands_in and carrier(scene, group, user):
                found.add(stands_in)
    return tuple(sorted(found))


def part_of(user: Node, roles: dict[str, str]) -> str | None:
    """The part of a resource that has network interfaces, or that stands for one which has."""
    return next((role for word, role in _CARRY.items() if word in user.type), roles.get(user.urn))


def carrier(scene: Scene, group: Node, user: Node) -> bool:
    """Whether a resource has its network interfaces in a security group."""
    return any(group in scene.needs(user, path) for path in _CARRIED)


# -- who may do what ---------------------------------------------------------------------------------------------

_STORES = {"tables", "buckets", "queues", "topics", "aurora", "rds", "files", "stream", "workflows"}
_WORKERS = {"lambda", "ecs", "eks", "workflows"}


def _permitted(scene: Scene, roles: dict[str, str]) -> Iterator[Way]:
    """Policies of roles: whoever runs as the role may use the stores that the policy names."""
    for policy in scene.of("aws:iam/rolePolicy:RolePolicy"):
        graph = scene.graph_of(policy)
        used = {roles[node.urn]: node for node in scene.needs(policy, "policy") if roles.get(node.urn) in _STORES}
        if not used:
            continue
        for role in scene.needs(policy, "role"):
            for worker in graph.dependents(role.urn, transitive=False):
                kind = roles.get(worker.urn) or ("ecs" if "taskDefinition" in worker.type else "")
                if kind in _WORKERS:
                    for target in sorted(used):
                        yield Way(scene.region_of(used[target]), kind, target, Layer.TRAFFIC, "", (policy.urn,))


def link_of(way: Way, label: str | None = None) -> Link:
    """The line of a way; those from one part may share it."""
    key = f"{way.region}/{way.source}"
    return Link(
        key=f"{key}-{way.target}-{way.layer.name.lower()}",
        source=key,
        target=f"{way.region}/{way.target}",
        layer=way.layer,
        label=way.label if label is None else label,
        urns=way.urns,
    )
