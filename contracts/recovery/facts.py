"""What plans are built from: the two regions as they are deployed, and what spans them.

Everything here comes from outputs and settings. A value that is not known before a deployment may be any text that
stands for it: plans only carry it on.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.recovery.actions import Part, Percent, Store, TrafficMeans


class TaskLimits(Part):
    """How far a service, a node group or the readers of a database scale."""

    minimum: Annotated[int, Field(ge=0)]
    """At least, as deployed."""
    maximum: Annotated[int, Field(ge=1)]
    """At most."""


class DatabaseFacts(Part):
    """The Aurora cluster of a region."""

    cluster: str
    """Identifier of the cluster."""
    cluster_arn: str
    """Its ARN."""
    subnet_group: str
    """Subnet group, for clusters that are restored beside it."""
    security_group_ids: tuple[str, ...]
    """Security groups, likewise."""
    instance_class: str
    """Class of its instances, likewise."""
    reader: str | None = None
    """A reader in another zone than the writer was made in; None without readers."""


class Switch(Part):
    """What takes a region out of the answers of DNS."""

    region: str
    """Region that keeps it: another one."""
    namespace: str
    """Namespace of the metric."""
    metric: str
    """Metric: 1 while the region is evacuated."""
    dimensions: dict[str, str]
    """Its dimensions."""
    alarm: str
    """Alarm on it."""


class Lag(Part):
    """How far the copy of a store in a region is behind."""

    alarm: str
    """Alarm on it, in the region of the copy."""
    limit_seconds: Annotated[float, Field(gt=0)]
    """Its threshold."""


class RegionFacts(Part):
    """One region."""

    stack: str
    """Its stack."""
    region: str
    """AWS region."""
    share: Percent
    """Its share of the traffic, as deployed."""
    health_alarm: str
    """Alarm on the share of requests that it fails, in the region."""
    topic_arn: str
    """SNS topic of those who are told and asked, in the region."""
    writes_parameter: str
    """SSM parameter that its services ask before they write."""
    load_balancer_arn: str
    """The load balancer that zones are left by."""
    url: str | None = None
    """What answers 200 when it serves; None if nothing can be asked from outside."""
    switch: Switch | None = None
    """What takes it out of the answers of DNS; None where DNS does not lead to it."""
    database: DatabaseFacts | None = None
    """The Aurora cluster; None where databases are no Aurora."""
    cache_group: str | None = None
    """Replication group of the cache; None where it is not replicated."""
    lags: dict[Store, Lag] = Field(default_factory=dict[Store, Lag])
    """Store → how far its copy here is behind."""
    cluster: str | None = None
    """ECS cluster; None without one."""
    services: dict[str, TaskLimits] = Field(default_factory=dict[str, TaskLimits])
    """ECS service → its limits."""
    tables: tuple[str, ...] = ()
    """DynamoDB tables that can be restored to a moment."""
    backup_role_arn: str | None = None
    """Role that AWS Backup restores with; None without a vault."""


class RecoveryFacts(Part):
    """The estate of one environment, as far as recovery is concerned."""

    environment: str
    """The environment."""
    home: str
    """Region that writers return to."""
    regions: Annotated[dict[str, RegionFacts], Field(min_length=2, max_length=2)]
    """AWS region → what it has."""
    global_database: str | None = None
    """Aurora Global Database; None where databases are not replicated."""
    global_datastore: str | None = None
    """Global Datastore of the caches; None where they are not replicated."""
    dials: TrafficMeans | None = None
    """What shares the traffic out, if that is not left to the switches: traffic dials, or weighted records."""
    ttl_seconds: Annotated[int, Field(ge=0)]
    """Seconds that an answer of DNS is kept; 0 where DNS does not lead to regions."""
    approvers: str = "the incident lead of the platform team"
    """Who agrees to what cannot be taken back."""
    approval_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    """Minutes in which somebody has to agree; then the plan is aborted."""

    def other(self, region: str) -> RegionFacts:
        """The other one of the two regions.

        Raises:
            KeyError: the region is none of them.
        """
        if region not in self.regions:
            raise KeyError(region)
        return next(facts for name, facts in self.regions.items() if name != region)
