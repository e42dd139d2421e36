"""The CloudWatch metrics that alarms and dashboards may name. One that is not in the table cannot be built.

CloudWatch takes any name and shows an empty graph for a wrong one, so the names are checked here. Source: CloudWatch
metrics pages of the service guides (Amazon ECS, RDS, ElastiCache, DynamoDB, Elastic Load Balancing, AWS Billing).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

ERROR_COUNT = "ErrorCount"

PLATFORM = "Atoll"
"""Prefix of the namespaces of our own metrics; the environment follows, so that two in one account stay apart."""

_LOAD_BALANCER = frozenset({"LoadBalancer"})
_TARGET_GROUP = frozenset({"LoadBalancer", "TargetGroup"})
_ECS_SERVICE = frozenset({"ClusterName", "ServiceName"})
_DATABASE = frozenset({"DBInstanceIdentifier"})
_ROLE_OF_CLUSTER = frozenset({"DBClusterIdentifier", "Role"})
_CACHE_NODE = frozenset({"CacheClusterId", "CacheNodeId"})
_TABLE = frozenset({"TableName"})

NAMESPACES: dict[str, dict[str, frozenset[frozenset[str]]]] = {
    "AWS/ApplicationELB": {
        "RequestCount": frozenset({_LOAD_BALANCER, _TARGET_GROUP}),
        "TargetResponseTime": frozenset({_LOAD_BALANCER, _TARGET_GROUP}),
        "HTTPCode_Target_5XX_Count": frozenset({_LOAD_BALANCER, _TARGET_GROUP}),
        "HTTPCode_Target_4XX_Count": frozenset({_LOAD_BALANCER, _TARGET_GROUP}),
        "HTTPCode_ELB_5XX_Count": frozenset({_LOAD_BALANCER}),
        "ActiveConnectionCount": frozenset({_LOAD_BALANCER}),
        "HealthyHostCount": frozenset({_TARGET_GROUP}),
        "UnHealthyHostCount": frozenset({_TARGET_GROUP}),
    },
    # Fargate has no cluster-wide CPU or memory: those are shares of container instances, which it has not.
    "AWS/ECS": {
        "CPUUtilization": frozenset({_ECS_SERVICE}),
        "MemoryUtilization": frozenset({_ECS_SERVICE}),
    },
    "AWS/RDS": {
        "AuroraReplicaLagMaximum": frozenset({_ROLE_OF_CLUSTER}),
        "CPUUtilization": frozenset({_DATABASE, _ROLE_OF_CLUSTER}),
        "DatabaseConnections": frozenset({_DATABASE, _ROLE_OF_CLUSTER}),
        "FreeLocalStorage": frozenset({_ROLE_OF_CLUSTER}),
        "FreeStorageSpace": frozenset({_DATABASE}),
        "FreeableMemory": frozenset({_DATABASE, _ROLE_OF_CLUSTER}),
        "ReadLatency": frozenset({_DATABASE, _ROLE_OF_CLUSTER}),
        "WriteLatency": frozenset({_DATABASE, _ROLE_OF_CLUSTER}),
        "CPUCreditBalance": frozenset({_DATABASE, _ROLE_OF_CLUSTER}),
    },
    "AWS/ElastiCache": {
        "EngineCPUUtilization": frozenset({_CACHE_NODE}),
        "DatabaseMemoryUsagePercentage": frozenset({_CACHE_NODE}),
        "CacheHitRate": frozenset({_CACHE_NODE}),
        "Evictions": frozenset({_CACHE_NODE}),
        "CurrConnections": frozenset({_CACHE_NODE}),
    },
    "AWS/DynamoDB": {
        "ConsumedReadCapacityUnits": frozenset({_TABLE}),
        "ConsumedWriteCapacityUnits": frozenset({_TABLE}),
    },
    "AWS/Billing": {
        "EstimatedCharges": frozenset({frozenset({"Currency"})}),
    },
    PLATFORM: {
        ERROR_COUNT: frozenset({frozenset[str]()}),
    },
}
"""Namespace → metric → the sets of dimensions it is published with."""


@dataclass(frozen=True)
class Metric:
    """A metric of one subject, with the statistic it is read by.

    Raises:
        ValueError: no such namespace or metric, or the metric is not published with these dimensions.
    """

    namespace: str
    name: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: str
    """`Average`, `Sum`, `Minimum`, `Maximum` or a percentile such as `p95`."""
    label: str | None = None

    def __post_init__(self) -> None:
        known = NAMESPACES.get(
            self.namespace.split("/", 1)[0] if self.namespace.startswith(PLATFORM) else self.namespace
        )
        if known is None:
            raise ValueError(f"metric namespace {self.namespace} is unknown; known: {', '.join(sorted(NAMESPACES))}")
        if self.name not in known:
            raise ValueError(f"{self.namespace} has no metric {self.name}; it has {', '.join(sorted(known))}")
        if frozenset(self.dimensions) not in known[self.name]:
            choices = " or ".join(sorted("{" + ", ".join(sorted(dims)) + "}" for dims in known[self.name]))
            given = "{" + ", ".join(sorted(self.dimensions)) + "}"
            raise ValueError(f"{self.namespace} {self.name} is published with {choices}, not {given}")

    @property
    def is_percentile(self) -> bool:
        """Whether the statistic is an extended one, which alarms take in another property."""
        return self.statistic.startswith("p")


def platform_namespace(environment: str) -> str:
    """Return the namespace of an environment's own metrics."""
    return f"{PLATFORM}/{environment}"
