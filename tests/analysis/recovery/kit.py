"""A small estate of two regions with a knob for everything that recovery depends on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from analysis.recovery import Budget, Outcome, budget
from contracts.recovery.scenarios import Scenario
from graph import Node, Reference, ResourceGraph, Unknown
from graph.values import FrozenMap

EAST, WEST = "us-east-1", "us-west-2"
REGIONS = {"east": EAST, "west": WEST}


@dataclass(frozen=True, kw_only=True)
class Knobs:
    """What can be set, as tight as it can be."""

    interval: int = 10
    threshold: int = 1
    ttl: int = 10
    alias: bool = False
    cdn_attempts: int = 1
    cdn_timeout: int = 1
    target_interval: int = 5
    target_threshold: int = 2
    tasks: int = 6
    zones: int = 3
    other_tasks: int = 6
    nodes: int = 6
    readers: int = 2
    readers_apart: bool = True
    standby: bool = True
    retention_days: int = 35
    global_database: bool = True
    cache_replicas: int = 1
    cache_zones: bool = True
    cache_global: bool = True
    snapshots: int = 7
    table_replica: str | None = "STRONG"
    restorable: bool = True
    versions: bool = True
    replication: str | None = "timed"
    files_replicated: bool = True
    backup: str | None = "rate(1 hour)"
    continuous: bool = False
    copied: bool = True
    locked: bool = True


def ref(node: Node, output: str = "id") -> Unknown:
    """What another resource's output is before deployment."""
    return Unknown((Reference(node.urn, output),))


def graphs(knobs: Knobs) -> dict[str, ResourceGraph]:
    """Two region stacks and, in the first one, what leads clients to them."""
    made = {stack: list(_region(stack, region, knobs)) for stack, region in REGIONS.items()}
    made["east"] += _edge(knobs)
    return {stack: ResourceGraph(nodes, project="atoll", stack=stack) for stack, nodes in made.items()}


def computed(knobs: Knobs) -> Budget:
    """The budget of the estate."""
    return budget(graphs(knobs))


def outcome(found: Budget, name: str, scenario: Scenario) -> Outcome:
    """The only outcome of a subject in a scenario."""
    (one,) = [item for item in found.outcomes if item.subject.name == name and item.scenario is scenario]
    return one


def with_knobs(**changes: Any) -> Budget:
    """The budget with some knobs turned."""
    return computed(replace(Knobs(), **changes))


def node(stack: str, type_: str, name: str, region: str = "", /, **inputs: Any) -> Node:
    """One resource; `rds/cluster` is `aws:rds/cluster:Cluster`."""
    kind = type_.partition("/")[2]
    token = f"aws:{type_}:{kind[0].upper()}{kind[1:]}"
    urn = f"urn:pulumi:{stack}::atoll::{token}::{name}"
    return Node(urn=urn, type=token, name=name, custom=True, region=region or None, inputs=FrozenMap(inputs))


def _region(stack: str, region: str, knobs: Knobs) -> Iterator[Node]:
    def make(type_: str, name: str, /, **inputs: Any) -> Node:
        return node(stack, type_, f"{stack}-{name}", region, **inputs)

    subnets = [
        make("ec2/subnet", f"subnet-{letter}", availabilityZone=f"{region}{letter}") for letter in "abc"[: knobs.zones]
    ]
    yield from subnets
    places = [ref(subnet) for subnet in subnets]
    check = {"interval": knobs.target_interval, "unhealthyThreshold": knobs.target_threshold, "healthyThreshold": 2}
    group = make("lb/targetGroup", "targets", healthCheck={**check, "timeout": 2})
    count = knobs.tasks if stack == "east" else knobs.other_tasks
    yield group
    yield make(
        "ecs/service",
        "service",
        name="api",
        desiredCount=count,
        networkConfiguration={"subnets": places},
        loadBalancers=[{"targetGroupArn": ref(group, "arn")}],
    )
    yield make(
        "eks/nodeGroup", "nodes", nodeGroupName="general", scalingConfig={"desiredSize": knobs.nodes}, subnetIds=places
    )
    stores = list(_stores(stack, region, knobs))
    yield from stores
    yield from _backups(stack, region, knobs, stores)


def _stores(stack: str, region: str, knobs: Knobs) -> Iterator[Node]:
    def make(type_: str, name: str, /, **inputs: Any) -> Node:
        return node(stack, type_, f"{stack}-{name}", region, **inputs)

    first = stack == "east"
    joined = {"globalClusterIdentifier": "both"} if knobs.global_database else {}
    login = {"masterUsername": "admin"} if first or not knobs.global_database else {}
    cluster = make(
        "rds/cluster",
        "aurora",
        clusterIdentifier="aurora",
        backupRetentionPeriod=max(knobs.retention_days, 1),
        **joined,
        **login,
    )
    yield cluster
    for index in range(knobs.readers + 1):
        zone = f"{region}{'abc'[index % 3] if knobs.readers_apart else 'a'}"
        yield make("rds/clusterInstance", f"aurora-{index}", clusterIdentifier=ref(cluster), availabilityZone=zone)
    yield make("rds/instance", "postgres", multiAz=knobs.standby, backupRetentionPeriod=knobs.retention_days)
    yield from _caches(stack, region, knobs)
    replicated = knobs.table_replica is not None
    replicas = [{"regionName": WEST if first else EAST, "consistencyMode": knobs.table_replica}] if replicated else []
    yield make("dynamodb/table", "table", replicas=replicas, pointInTimeRecovery={"enabled": knobs.restorable})
    yield from _bucket(stack, region, knobs)
    files = make("efs/fileSystem", "files")
    yield files
    if knobs.files_replicated:
        away = {"region": WEST if first else EAST}
        yield make("efs/replicationConfiguration", "files-away", sourceFileSystemId=ref(files), destination=away)
    if first and knobs.global_database:
        yield make("rds/globalCluster", "global", globalClusterIdentifier="both")


def _caches(stack: str, region: str, knobs: Knobs) -> Iterator[Node]:
    shared = {
        "replicasPerNodeGroup": knobs.cache_replicas,
        "multiAzEnabled": knobs.cache_zones,
        "automaticFailoverEnabled": knobs.cache_zones,
        "snapshotRetentionLimit": knobs.snapshots,
    }
    if stack == "east":
        cache = node(stack, "elasticache/replicationGroup", "east-cache", region, replicationGroupId="cache", **shared)
        yield cache
        if knobs.cache_global:
            yield node(
                stack,
                "elasticache/globalReplicationGroup",
                "east-both",
                region,
                name="both-caches",
                primaryReplicationGroupId=ref(cache),
            )
    else:
        joined = {"globalReplicationGroupId": "both-caches"} if knobs.cache_global else {}
        yield node(stack, "elasticache/replicationGroup", "west-cache", region, **shared, **joined)


def _bucket(stack: str, region: str, knobs: Knobs) -> Iterator[Node]:
    other = "west" if stack == "east" else "east"
    yield node(stack, "s3/bucket", f"{stack}-bucket", region, bucket=f"bucket-{stack}")
    status = {"status": "Enabled" if knobs.versions else "Suspended"}
    yield node(
        stack,
        "s3/bucketVersioning",
        f"{stack}-versioning",
        region,
        bucket=f"bucket-{stack}",
        versioningConfiguration=status,
    )
    if knobs.replication is not None:
        time = {"replicationTime": {"status": "Enabled"}} if knobs.replication == "timed" else {}
        rule = {"status": "Enabled", "destination": {"bucket": f"arn:aws:s3:::bucket-{other}", **time}}
        yield node(stack, "s3/bucketReplicationConfig", f"{stack}-crr", region, bucket=f"bucket-{stack}", rules=[rule])


def _backups(stack: str, region: str, knobs: Knobs, stores: list[Node]) -> Iterator[Node]:
    other = WEST if stack == "east" else EAST
    yield node(stack, "backup/vault", f"{stack}-vault", region, name="vault")
    if knobs.locked:
        yield node(
            stack,
            "backup/vaultLockConfiguration",
            f"{stack}-lock",
            region,
            backupVaultName="vault",
            changeableForDays=3,
        )
    if knobs.backup is None:
        return
    copies = [{"destinationVaultArn": f"arn:aws:backup:{other}:111122223333:backup-vault:vault"}]
    rule = {
        "ruleName": "rule",
        "schedule": knobs.backup,
        "startWindow": 60,
        "completionWindow": 120,
        "enableContinuousBackup": knobs.continuous,
        "targetVaultName": "vault",
        **({"copyActions": copies} if knobs.copied else {}),
    }
    plan = node(stack, "backup/plan", f"{stack}-plan", region, name="plan", rules=[rule])
    yield plan
    kept = [ref(store, "arn") for store in stores if store.type.split(":")[2] in _BACKED_UP]
    yield node(stack, "backup/selection", f"{stack}-stores", region, planId=ref(plan), resources=kept)


_BACKED_UP = ("Cluster", "Instance", "Table", "Bucket", "FileSystem")


def _edge(knobs: Knobs) -> Iterator[Node]:
    for stack in REGIONS:
        check = node(
            "east",
            "route53/healthCheck",
            f"check-{stack}",
            type="HTTPS",
            requestInterval=knobs.interval,
            failureThreshold=knobs.threshold,
        )
        yield check
        answer = {"aliases": [{"name": f"{stack}.example"}]} if knobs.alias else {"ttl": knobs.ttl}
        yield node(
            "east",
            "route53/record",
            f"answer-{stack}",
            name="api.example",
            type="A" if knobs.alias else "CNAME",
            zoneId="Z1",
            healthCheckId=ref(check),
            weightedRoutingPolicies=[{"weight": 50}],
            **answer,
        )
    tries = {"connectionAttempts": knobs.cdn_attempts, "connectionTimeout": knobs.cdn_timeout}
    yield node(
        "east",
        "cloudfront/distribution",
        "cdn",
        origins=[{"originId": stack, **tries} for stack in REGIONS],
        originGroups=[{"originId": "both", "members": [{"originId": stack} for stack in REGIONS]}],
    )
