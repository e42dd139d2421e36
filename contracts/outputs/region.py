"""What a region stack exports: the record that the global, Kubernetes and service stacks read instead of strings."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.addresses import SharedTier, Tier
from contracts.outputs.base import Arn, Name, Outputs, OutputsError, Port, StackOutputs
from contracts.settings.connectivity import Segment
from contracts.settings.pair import PairRole

__all__ = ["Arn", "Name", "Outputs", "OutputsError", "Port", "RegionOutputs"]


class LoadBalancerOutputs(Outputs):
    """The internet-facing load balancer."""

    arn: Arn
    """ARN of the load balancer."""
    dns_name: Name
    """Name that AWS gave it."""
    zone_id: Annotated[str, Field(pattern="^Z[A-Z0-9]+$")]
    """Hosted zone of that name, for alias records."""
    listener_arn: Arn
    """HTTPS listener, to which services add rules."""


class ClusterOutputs(Outputs):
    """The ECS cluster."""

    arn: Arn
    """ARN of the cluster."""
    name: Name
    """Name of the cluster."""
    namespace_id: Name
    """Cloud Map namespace in which its services are found."""
    namespace_name: Name
    """DNS name of that namespace."""
    log_group: Name
    """Log group of its services."""


class DatabaseOutputs(Outputs):
    """The PostgreSQL instance or Aurora cluster."""

    arn: Arn
    """ARN of the instance or cluster, for replicas and backups."""
    resource_id: Annotated[str, Field(pattern="^(db|cluster)-[A-Za-z0-9-]+$")]
    """Id that AWS drew for it, part of the ARNs by which IAM lets users log in."""
    endpoint: Name
    """Host name; of a cluster, that of its writer."""
    reader_endpoint: Name | None = None
    """Host name of a cluster's readers in turn; null for an instance."""
    port: Port
    """TCP port."""
    name: Name
    """Database."""
    secret_arn: Arn
    """Secret with user and password."""


class CacheOutputs(Outputs):
    """The Redis or Valkey cluster."""

    id: Name
    """Replication group, for a global datastore."""
    arn: Arn | None = None
    """ARN of it; null from a stack that an older program deployed."""
    endpoint: Name
    """Configuration endpoint of the cluster."""
    port: Port
    """TCP port."""
    secret_arn: Arn
    """Secret with the AUTH token."""


class TableOutputs(Outputs):
    """One DynamoDB table."""

    name: Name
    """Name of the table."""
    arn: Arn
    """ARN of the table."""
    stream_arn: Arn | None = None
    """ARN of its stream; null without one."""


class BucketOutputs(Outputs):
    """One bucket."""

    name: Name
    """Name of the bucket."""
    arn: Arn
    """ARN of the bucket."""


class KarpenterOutputs(Outputs):
    """What Karpenter's NodePools and its controller are told."""

    queue: Name
    """Name of the SQS queue with the interruptions of its nodes."""
    node_role: Name
    """Name of the role that its nodes work under."""
    instance_profile: Name
    """Name of the instance profile with that role."""
    discovery_tag: Name
    """Value of the tag `karpenter.sh/discovery` on the subnets and the security group of its nodes."""


class TransitGatewayOutputs(Outputs):
    """The transit gateway, and what others need to attach to it."""

    id: Annotated[str, Field(pattern="^tgw-[0-9a-f]+$")]
    """The gateway."""
    arn: Arn
    """Its ARN, for sharing."""
    table_ids: dict[Segment, Annotated[str, Field(pattern="^tgw-rtb-[0-9a-f]+$")]]
    """Segment → route table."""
    peering_ids: dict[str, Annotated[str, Field(pattern="^tgw-attach-[0-9a-f]+$")]]
    """Name of a peering that this region asks for → attachment that the other region accepts."""


class SharedServicesOutputs(Outputs):
    """The VPC of shared services."""

    vpc_id: Annotated[str, Field(pattern="^vpc-[0-9a-f]+$")]
    """The VPC."""
    vpc_cidr: Annotated[str, Field(pattern=r"^[0-9.]+/[0-9]+$")]
    """Its IPv4 block."""
    subnet_ids: dict[SharedTier, dict[str, Annotated[str, Field(pattern="^subnet-[0-9a-f]+$")]]]
    """Tier → zone → subnet."""
    security_group_ids: dict[SharedTier, Annotated[str, Field(pattern="^sg-[0-9a-f]+$")]]
    """Tier → security group of its services."""


class KubernetesOutputs(Outputs):
    """The Kubernetes cluster."""

    name: Name
    """Name of the cluster."""
    arn: Arn
    """ARN of the cluster."""
    version: Annotated[str, Field(pattern=r"^1\.[0-9]+$")]
    """Kubernetes version of the control plane."""
    endpoint: Annotated[str, Field(pattern=r"^https?://")]
    """Address of the API server, reachable from inside the VPC."""
    certificate_authority: Name
    """Certificate of the API server's authority, PEM in base64."""
    kubeconfig: Name
    """How to reach it, JSON; holds no secret, callers log in with IAM (`aws eks get-token`)."""
    oidc_issuer: Name
    """Issuer of its service accounts' tokens, without `https://`."""
    oidc_provider_arn: Arn
    """IAM's provider for that issuer."""
    security_group_id: Annotated[str, Field(pattern="^sg-[0-9a-f]+$")]
    """Security group that EKS made for the control plane and for pods on Fargate."""
    node_security_group_id: Annotated[str, Field(pattern="^sg-[0-9a-f]+$")]
    """Security group of the nodes."""
    node_role_arn: Arn
    """Role of the nodes in managed groups; pods cannot take it."""
    role_arns: dict[str, Arn]
    """Identity (`velero`, `external-secrets` …) → role that its service account works under (IAM-3)."""
    karpenter: KarpenterOutputs | None = None
    """Karpenter; null where it is switched off."""
    file_system_id: Annotated[str, Field(pattern="^fs-[0-9a-f]+$")] | None = None
    """EFS file system for volumes that several pods share; null without one."""


class PrometheusOutputs(Outputs):
    """The managed workspace of Prometheus."""

    arn: Arn
    """ARN of the workspace."""
    remote_write_url: Annotated[str, Field(pattern="^https?://")]
    """Where Prometheus on the cluster writes its samples, signed with IAM."""


class LogAnalyticsOutputs(Outputs):
    """Where logs go beside CloudWatch; what Fluent Bit on the cluster is told."""

    search_endpoint: Annotated[str, Field(pattern="^https://")] | None = None
    """Address of the search domain, to which requests are signed with IAM; null without one."""
    search_arn: Arn | None = None
    """ARN of the search domain; null without one."""
    delivery_stream: Name | None = None
    """Firehose stream for the logs of containers, as they are; null without an archive."""
    delivery_stream_arn: Arn | None = None
    """ARN of that stream."""
    archive_bucket: Name | None = None
    """Bucket of the archive; null without one."""


class WarehouseOutputs(Outputs):
    """The data warehouse."""

    arn: Arn
    """ARN of the cluster, or of the serverless namespace."""
    endpoint: Name
    """Host name."""
    port: Port
    """TCP port."""
    name: Name
    """Database."""
    secret_arn: Arn
    """Secret of the administrator."""
    catalog_database: Name
    """Database of the Glue Data Catalog whose tables it sees."""


class PairOutputs(Outputs):
    """What the two regions of an environment share; the primary's is what the secondary joins."""

    role: PairRole
    """Of the stack that exports it."""
    peer_region: Name
    """Region of the other stack."""
    global_database_id: Name | None = None
    """Aurora Global Database; null where databases are not replicated."""
    global_datastore_id: Name | None = None
    """Global Datastore of the caches; null where they are not replicated."""
    replica_key_arns: dict[str, Arn] = Field(default_factory=dict[str, str])
    """Purpose → replica of the key in the peer region, that the secondary encrypts with; of the primary alone."""
    replica_secret_arns: dict[str, Arn] = Field(default_factory=dict[str, str])
    """What it opens (`database`, `cache`) → replica of the secret in the peer region; of the primary alone."""
    backup_vault_arn: Arn | None = None
    """Vault of this stack, which the other one copies to; null without one."""


class TaskLimitOutputs(Outputs):
    """How far a service scales."""

    minimum: Annotated[int, Field(ge=0)]
    """Tasks at least."""
    maximum: Annotated[int, Field(ge=1)]
    """Tasks at most."""


class ClusterRecoveryOutputs(Outputs):
    """An Aurora cluster, as far as recovery moves and restores it."""

    identifier: Name
    """Identifier of the cluster."""
    instances: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Its instances; the first was made as the writer."""
    subnet_group: Name
    """Subnet group, for clusters that are restored beside it."""
    security_group_id: Annotated[str, Field(pattern="^sg-[0-9a-f]+$")]
    """Security group, likewise."""
    instance_class: Name
    """Class of its instances, likewise."""


class RecoveryOutputs(Outputs):
    """What recovery plans need to know of the region beside its other outputs."""

    services: dict[Name, TaskLimitOutputs]
    """ECS service → its limits; empty without ECS."""
    aurora: ClusterRecoveryOutputs | None = None
    """The Aurora cluster; null where the database is an instance."""
    backup_role_arn: Arn | None = None
    """Role that AWS Backup restores with; null without backups."""


class RegionOutputs(StackOutputs):
    """Everything a region stack exports; every field is one stack output of the same name."""

    VERSION: ClassVar[int] = 1

    environment: Name
    """Environment of the stack."""
    region: Name
    """Its region."""
    account_id: Annotated[str, Field(pattern="^[0-9]{12}$")]
    """Its account."""
    vpc_id: Annotated[str, Field(pattern="^vpc-[0-9a-f]+$")]
    """The VPC."""
    vpc_cidr: Annotated[str, Field(pattern=r"^[0-9.]+/[0-9]+$")]
    """Its IPv4 block."""
    subnet_ids: dict[Tier, dict[str, Annotated[str, Field(pattern="^subnet-[0-9a-f]+$")]]]
    """Tier → zone → subnet."""
    security_group_ids: dict[str, Annotated[str, Field(pattern="^sg-[0-9a-f]+$")]]
    """Role (`alb`, `ecs` …) → security group."""
    load_balancer: LoadBalancerOutputs
    """The load balancer."""
    cluster: ClusterOutputs | None = None
    """The ECS cluster; null where the stack has none."""
    kubernetes: KubernetesOutputs | None = None
    """The Kubernetes cluster; null where the stack has none."""
    database: DatabaseOutputs
    """The PostgreSQL instance or Aurora cluster."""
    cache: CacheOutputs
    """The cache."""
    tables: dict[str, TableOutputs]
    """Name in the settings → table."""
    buckets: dict[str, BucketOutputs]
    """Role (`assets` …) → bucket."""
    key_arns: dict[str, Arn]
    """Purpose → KMS key."""
    log_groups: dict[str, Name]
    """What is logged → log group."""
    dashboards: dict[str, Name]
    """Audience → dashboard."""
    alarm_topic_arn: Arn
    """Topic that alarms are sent to."""
    web_acl_arn: Arn | None = None
    """Regional web ACL that APIs of services stand behind, too; null where the stack has none."""
    transit_gateway: TransitGatewayOutputs | None = None
    """The transit gateway; null where the stack has none."""
    shared_services: SharedServicesOutputs | None = None
    """The VPC of shared services; null where the stack has none."""
    prometheus: PrometheusOutputs | None = None
    """The managed workspace of Prometheus; null where the stack has none."""
    log_analytics: LogAnalyticsOutputs | None = None
    """Search domain and archive for logs; null where the stack has neither."""
    warehouse: WarehouseOutputs | None = None
    """The data warehouse; null where the stack has none."""
    vpc_peering_ids: dict[str, Annotated[str, Field(pattern="^pcx-[0-9a-f]+$")]] = Field(default_factory=dict[str, str])
    """Name of a peering that this stack asks for → connection that the other stack accepts."""
    pair: PairOutputs | None = None
    """What it shares with the other region of the environment; null where it has one region."""
    recovery: RecoveryOutputs | None = None
    """What recovery plans need to know; null from a stack that an older program deployed."""
