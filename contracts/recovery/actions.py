"""What one step of a recovery plan does: a closed set of typed actions.

An action says what shall be true afterwards, not how it is called: `contracts.recovery.procedures` has the calls. All
of them may be repeated. Regions are AWS region names, times are seconds, percentages 0 to 100.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[int, Field(ge=0, le=604_800)]
Percent = Annotated[int, Field(ge=0, le=100)]
Words = Annotated[str, Field(min_length=1, max_length=900)]


class Part(BaseModel):
    """Base of every part of a plan: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@unique
class Health(StrEnum):
    """How a region is found."""

    HEALTHY = "healthy"
    IMPAIRED = "impaired"


@unique
class Store(StrEnum):
    """What is replicated between the regions."""

    DATABASE = "database"
    CACHE = "cache"
    TABLES = "tables"
    BUCKETS = "buckets"


@unique
class Writes(StrEnum):
    """Whether a region accepts writes."""

    OPEN = "open"
    FROZEN = "frozen"


@unique
class Takeover(StrEnum):
    """How the database's writer moves."""

    SWITCHOVER = "switchover"
    """Both regions work: writes stop, the rest is replicated, nothing is lost."""
    FAILOVER = "failover"
    """The old writer does not answer: what was not replicated is lost."""


class CheckRegionHealth(Part):
    """Refuse to go on unless a region is as expected, by its own alarm."""

    kind: Literal["check-region-health"] = "check-region-health"
    region: str
    """Region that is asked."""
    alarm: str
    """Alarm on the share of requests that the region fails, in that region."""
    expected: Health = Health.HEALTHY
    """What it must be."""


class CheckReplicationLag(Part):
    """Refuse to go on while a store lags more than its recovery point allows."""

    kind: Literal["check-replication-lag"] = "check-replication-lag"
    region: str
    """Region of the copy."""
    store: Store
    """What is replicated."""
    alarm: str
    """Alarm on the lag, in that region. Without data it is not OK: an unknown lag is a lag too long."""
    limit_seconds: Annotated[float, Field(gt=0)]
    """The alarm's threshold: the recovery point that is asked for."""
    accepted: bool = False
    """Whether a longer lag, and so the loss of that much, is accepted; it is then told, and the plan goes on."""


class SetWrites(Part):
    """Freeze or open the writes of a region: the fence that its services ask before they write."""

    kind: Literal["set-writes"] = "set-writes"
    region: str
    """Region whose services are told."""
    parameter: str
    """SSM parameter that they ask."""
    writes: Writes
    """What they may do from now on."""


class AuroraGlobalFailover(Part):
    """Make another region's cluster the writer of an Aurora Global Database."""

    kind: Literal["aurora-global-failover"] = "aurora-global-failover"
    region: str
    """Region of the cluster that becomes the writer."""
    source_region: str
    """Region of the present writer; a switchover is asked for there, a failover in `region`."""
    global_cluster: str
    """Identifier of the global database."""
    target_cluster_arn: str
    """ARN of the cluster that becomes the writer."""
    takeover: Takeover
    """With or without loss."""


class ElasticacheGlobalFailover(Part):
    """Make another region's cache the primary of a Global Datastore."""

    kind: Literal["elasticache-global-failover"] = "elasticache-global-failover"
    region: str
    """Region of the cache that becomes the primary."""
    asked_region: str
    """Region whose endpoint is asked: one that works."""
    global_group: str
    """Identifier of the global datastore."""
    target_group: str
    """Replication group that becomes the primary."""


class WeightedRecord(Part):
    """One region's weighted alias record of a name, whole: Route 53 replaces records, it does not amend them."""

    zone_id: str
    """Hosted zone of the record."""
    name: str
    """Name that is answered, such as `www.atoll.example`."""
    type: Literal["A", "AAAA"]
    """Type of the record."""
    set_identifier: str
    """Which record of the name it is."""
    alias_name: str
    """Name of the load balancer."""
    alias_zone_id: str
    """Hosted zone of that name."""
    health_check_id: str | None = None
    """Health check that takes it out of the answers; None for the target's health alone."""


class RecordWeights(Part):
    """By weighted records: costs nothing, but changes them through a control plane in us-east-1."""

    means: Literal["record-weights"] = "record-weights"
    records: dict[str, tuple[WeightedRecord, ...]]
    """Region → its records."""


class TrafficDials(Part):
    """By Global Accelerator: no DNS in the path; its control plane is in us-west-2."""

    means: Literal["traffic-dials"] = "traffic-dials"
    endpoint_groups: dict[str, str]
    """Region → ARN of its endpoint group."""


TrafficMeans = Annotated[RecordWeights | TrafficDials, Field(discriminator="means")]


class SetEvacuation(Part):
    """Take a region out of the answers of DNS, or put it back, without a control plane and without changing a record.

    A metric in the other region drives an alarm, and the alarm a health check of the region's records. A single value
    is enough: without new ones the alarm keeps its state.
    """

    kind: Literal["set-evacuation"] = "set-evacuation"
    evacuated_region: str
    """Region whose records it is about."""
    region: str
    """Region that keeps the metric: another one, for the region itself may be lost."""
    namespace: str
    """Namespace of the metric."""
    metric: str
    """Metric: 1 while the region is evacuated, 0 otherwise."""
    dimensions: dict[str, str]
    """Dimensions of the metric."""
    alarm: str
    """Alarm on it: ALARM while the region is evacuated."""
    evacuated: bool
    """Whether the region is out of the answers from now on."""


class SetTraffic(Part):
    """Share the traffic out among the regions."""

    kind: Literal["set-traffic"] = "set-traffic"
    shares: dict[str, Percent]
    """Region → share of the traffic in percent; together 100."""
    through: TrafficMeans
    """What sends it there."""


class ScaleService(Part):
    """Let an ECS service run at least so many tasks."""

    kind: Literal["scale-service"] = "scale-service"
    region: str
    """Region of the service."""
    cluster: str
    """ECS cluster."""
    service: str
    """ECS service."""
    minimum: Annotated[int, Field(ge=0)]
    """Tasks that run at least: the load of all regions."""
    maximum: Annotated[int, Field(ge=1)]
    """Tasks that its scaling may make."""


class ScaleNodes(Part):
    """Let a managed node group of EKS have at least so many nodes."""

    kind: Literal["scale-nodes"] = "scale-nodes"
    region: str
    """Region of the cluster."""
    cluster: str
    """EKS cluster."""
    node_group: str
    """Its node group."""
    minimum: Annotated[int, Field(ge=0)]
    """Nodes at least."""
    maximum: Annotated[int, Field(ge=1)]
    """Nodes at most."""


class ScaleReaders(Part):
    """Let an Aurora cluster have at least so many readers."""

    kind: Literal["scale-readers"] = "scale-readers"
    region: str
    """Region of the cluster."""
    cluster: str
    """Aurora cluster."""
    minimum: Annotated[int, Field(ge=0, le=15)]
    """Readers at least."""
    maximum: Annotated[int, Field(ge=1, le=15)]
    """Readers at most."""


class DatabaseFailover(Part):
    """Make a reader the writer of its Aurora cluster: another zone of the same region."""

    kind: Literal["database-failover"] = "database-failover"
    region: str
    """Region of the cluster."""
    cluster: str
    """Aurora cluster."""
    target_instance: str
    """Reader that becomes the writer."""


class ShiftZone(Part):
    """Lead the traffic of a load balancer away from a zone for some hours; the shift ends by itself."""

    kind: Literal["shift-zone"] = "shift-zone"
    region: str
    """Region of the load balancer."""
    load_balancer_arn: str
    """Load balancer."""
    zone: str = "zone_id"
    """Argument of the run with the id of the zone, such as `use1-az1`: names of zones differ between accounts."""
    hours: Annotated[int, Field(ge=1, le=72)] = 12
    """How long."""


class VerifyService(Part):
    """The service answers from a region: its alarm is quiet, and where a probe can be sent, it is answered."""

    kind: Literal["verify-service"] = "verify-service"
    region: str
    """Region that must answer."""
    alarm: str
    """Alarm on the share of requests that the region fails, in that region; must be OK."""
    url: str | None = None
    """What a person or the rehearsal asks for; must answer 200."""


class VerifyWriter(Part):
    """The database's writer is where it should be."""

    kind: Literal["verify-writer"] = "verify-writer"
    region: str
    """Region of the writer."""
    global_cluster: str
    """Identifier of the global database."""
    writer_cluster_arn: str
    """ARN of the cluster that must be the writer."""


class Wait(Part):
    """Let time pass: caches of DNS answers, connections that drain."""

    kind: Literal["wait"] = "wait"
    seconds: Annotated[int, Field(ge=1, le=86_400)]
    """How long."""


class Notify(Part):
    """Tell people."""

    kind: Literal["notify"] = "notify"
    region: str
    """Region of the topic."""
    topic_arn: str
    """SNS topic."""
    subject: Annotated[str, Field(min_length=1, max_length=99)]
    """First line."""
    message: Words
    """What they are told."""


class Approval(Part):
    """Wait until a person has agreed; a refusal or the end of the timeout aborts the plan."""

    kind: Literal["approval"] = "approval"
    region: str
    """Region of the topic."""
    topic_arn: str
    """SNS topic of those who may agree."""
    approvers: Words
    """Who may agree, in words."""
    question: Words
    """What they agree to."""


class RestoreDatabase(Part):
    """Restore an Aurora cluster to a moment, beside the present one."""

    kind: Literal["restore-database"] = "restore-database"
    region: str
    """Region of both clusters."""
    source_cluster: str
    """Cluster whose past is restored."""
    target_cluster: str
    """Cluster that is made; must not be the source."""
    subnet_group: str
    """Subnet group of the new cluster."""
    security_group_ids: tuple[str, ...]
    """Security groups of the new cluster."""
    instance_class: str
    """Class of its first instance."""
    moment: str = "restore_time"
    """Argument of the run with the moment, ISO 8601 in UTC."""


class RestoreTable(Part):
    """Restore a DynamoDB table to a moment, beside the present one."""

    kind: Literal["restore-table"] = "restore-table"
    region: str
    """Region of both tables."""
    source_table: str
    """Table whose past is restored."""
    target_table: str
    """Table that is made; must not be the source."""
    moment: str = "restore_time"
    """Argument of the run with the moment, ISO 8601 in UTC."""


class RestoreBackup(Part):
    """Restore a recovery point of a locked vault, beside the present resource."""

    kind: Literal["restore-backup"] = "restore-backup"
    region: str
    """Region of the vault, and of what is made."""
    resource: Literal["Aurora", "DynamoDB"]
    """What is restored."""
    target: str
    """Cluster or table that is made; must not exist."""
    role_arn: str
    """Role that AWS Backup restores with."""
    metadata: dict[str, str]
    """What AWS Backup is told of the new resource; depends on `resource`."""
    recovery_point: str
    """Argument of the run with the ARN of the recovery point."""


class Reconcile(Part):
    """List the writes that the old writer had and the new one has not, before anything overwrites them."""

    kind: Literal["reconcile"] = "reconcile"
    region: str
    """Region of the old writer."""
    cluster: str
    """Cluster of the old writer; RDS keeps a snapshot of its volume when a failover with loss has left it behind."""
    snapshot_prefix: str = "rds:unplanned-global-failover"
    """How RDS names that snapshot."""


Action = Annotated[
    CheckRegionHealth
    | CheckReplicationLag
    | SetWrites
    | AuroraGlobalFailover
    | ElasticacheGlobalFailover
    | SetTraffic
    | SetEvacuation
    | ScaleService
    | ScaleNodes
    | ScaleReaders
    | DatabaseFailover
    | ShiftZone
    | VerifyService
    | VerifyWriter
    | Wait
    | Notify
    | Approval
    | RestoreDatabase
    | RestoreTable
    | RestoreBackup
    | Reconcile,
    Field(discriminator="kind"),
]
"""What a step does."""

READS = (CheckRegionHealth, CheckReplicationLag, VerifyService, VerifyWriter, Reconcile)
"""Actions that change nothing."""
TALKS = (Wait, Notify, Approval)
"""Actions that change nothing in the regions either: they need no way back."""


def changes(action: Action) -> bool:
    """Whether an action changes a region."""
    return not isinstance(action, READS + TALKS)


def regions_of(action: Action) -> frozenset[str]:
    """Regions whose control plane an action needs; empty for those that need none."""
    match action:
        case SetTraffic():
            return frozenset({"us-east-1" if isinstance(action.through, RecordWeights) else "us-west-2"})
        case Wait():
            return frozenset()
        case AuroraGlobalFailover(takeover=Takeover.SWITCHOVER):
            return frozenset({action.region, action.source_region})
        case ElasticacheGlobalFailover():
            return frozenset({action.asked_region})
        case _:
            return frozenset({action.region})
