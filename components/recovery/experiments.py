"""What is broken on purpose, to see whether recovery holds (DR-3): templates of AWS Fault Injection Service; pure.

Source: AWS FIS User Guide, "FIS actions reference".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

MINUTES = 10
DURATION = f"PT{MINUTES}M"


@dataclass(frozen=True, kw_only=True)
class Target:
    """What an action is done to."""

    type: str
    """Kind of resource, as FIS calls it."""
    arns: tuple[pulumi.Input[str], ...] = ()
    """The resources; none where parameters say which."""
    parameters: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    selection: str = "ALL"


@dataclass(frozen=True, kw_only=True)
class Break:
    """One action of an experiment."""

    action: str
    """Id of the action, such as `aws:ecs:stop-task`."""
    key: str
    """What the action calls its target, such as `Tasks`."""
    target: Target
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """What is broken at once."""

    title: str
    breaks: Mapping[str, Break]
    """Name → action."""


@dataclass(frozen=True, kw_only=True)
class Breakable:
    """What a region has that can be broken; None or nothing where it has none."""

    region: str
    other_region: str
    zone: str
    """Zone that is lost in the experiment, such as `us-east-1a`."""
    zone_subnet_arns: Sequence[pulumi.Input[str]]
    subnet_arns: Sequence[pulumi.Input[str]]
    cluster: pulumi.Input[str] | None = None
    """ECS cluster."""
    service: str | None = None
    """One of its services, half of whose tasks are stopped."""
    database_arn: pulumi.Input[str] | None = None
    """Aurora cluster."""
    cache_arn: pulumi.Input[str] | None = None
    """Replication group of the cache."""
    bucket_arns: Sequence[pulumi.Input[str]] = ()
    """Buckets that are replicated to the other region."""


def experiments(found: Breakable) -> dict[str, Experiment]:
    """Name → experiment: a zone, the way to the other region, tasks, the writer; each where there is such a thing."""
    made = {
        "zone-loss": Experiment(title=f"{found.zone} loses its power", breaks=_zone(found)),
        "region-cut": Experiment(title=f"{found.region} is cut off from {found.other_region}", breaks=_cut(found)),
        "tasks": Experiment(title="Half of a service's tasks stop", breaks=_tasks(found)),
        "writer": Experiment(title="The writer of the database fails", breaks=_writer(found)),
    }
    return {name: experiment for name, experiment in made.items() if experiment.breaks}


def _zone(found: Breakable) -> dict[str, Break]:
    breaks = {
        "network": Break(
            action="aws:network:disrupt-connectivity",
            key="Subnets",
            target=Target(type="aws:ec2:subnet", arns=tuple(found.zone_subnet_arns)),
            parameters={"duration": DURATION, "scope": "all"},
        ),
        **_tasks(found),
        **_writer(found),
    }
    if found.cache_arn is not None:
        target = Target(
            type="aws:elasticache:replicationgroup",
            arns=(found.cache_arn,),
            parameters={"availabilityZoneIdentifier": found.zone},
        )
        breaks["cache"] = Break(
            action="aws:elasticache:replicationgroup-interrupt-az-power",
            key="ReplicationGroups",
            target=target,
            parameters={"duration": DURATION},
        )
    return breaks


def _cut(found: Breakable) -> dict[str, Break]:
    breaks = {
        "routes": Break(
            action="aws:network:route-table-disrupt-cross-region-connectivity",
            key="Subnets",
            target=Target(type="aws:ec2:subnet", arns=tuple(found.subnet_arns)),
            parameters={"duration": DURATION, "region": found.other_region},
        )
    }
    if found.bucket_arns:
        breaks["buckets"] = Break(
            action="aws:s3:bucket-pause-replication",
            key="Buckets",
            target=Target(type="aws:s3:bucket", arns=tuple(found.bucket_arns)),
            parameters={"duration": DURATION, "region": found.other_region},
        )
    return breaks


def _tasks(found: Breakable) -> dict[str, Break]:
    if found.cluster is None or found.service is None:
        return {}
    target = Target(
        type="aws:ecs:task",
        parameters={"cluster": found.cluster, "service": found.service},
        selection="PERCENT(50)",
    )
    return {"tasks": Break(action="aws:ecs:stop-task", key="Tasks", target=target)}


def _writer(found: Breakable) -> dict[str, Break]:
    if found.database_arn is None:
        return {}
    target = Target(type="aws:rds:cluster", arns=(found.database_arn,))
    return {"writer": Break(action="aws:rds:failover-db-cluster", key="Clusters", target=target)}
