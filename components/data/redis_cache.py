"""One ElastiCache replication group in cluster mode (CAC-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import cloudwatch, elasticache

from contracts.settings.data import CacheSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:data:RedisCache"
PORT = 6379
LOG_TYPES = ("slow-log", "engine-log")
DEFAULT_EVICTION = "volatile-lru"


@dataclass(frozen=True, kw_only=True)
class RedisCacheArgs:
    """What the cache is wired to."""

    settings: CacheSettings
    protection: ProtectionSettings
    environment: str
    """Part of the replication group id `atoll-<environment>` (at most 40 characters)."""
    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Zone → database subnet."""
    workload_zones: Sequence[str]
    """Zones that nodes may be placed in."""
    security_group_ids: Sequence[pulumi.Input[str]]
    storage_key_arn: pulumi.Input[str]
    """Encrypts data and snapshots at rest."""
    logs_key_arn: pulumi.Input[str]
    log_retention_days: int
    auth_token: pulumi.Input[str] | None
    """16 to 128 printable characters, from Secrets Manager. None leaves the cache open to its security group."""
    auth_token_strategy: Literal["ROTATE", "SET"] = "ROTATE"
    """What a changed token does: `ROTATE` has it accepted beside the old one, `SET` makes it the only one."""
    rotated_elsewhere: bool = False
    """A rotation changes the token outside the program, which then leaves it alone."""
    notification_topic_arn: pulumi.Input[str] | None = None
    """Topic for events of nodes. ElastiCache cannot publish to an encrypted topic: it marks such a topic inactive."""
    global_datastore_id: pulumi.Input[str] | None = None
    """Global Datastore that this is a secondary of: engine, size, shards, TLS and parameters are its primary's."""


class RedisCache(pulumi.ComponentResource):
    """A Redis or Valkey cluster that speaks TLS only and asks for a token.

    Makes a subnet group, a parameter group with cluster mode on, two log groups (slow and engine log, JSON) and the
    replication group. Nodes are placed by their subnets: the subnet group holds those of the workload zones alone, so
    that a single-zone environment has its node beside its tasks and pays for no traffic between zones. Cluster mode
    obliges automatic failover to be on even without replicas; a standby in another zone (`multi_az_enabled`) exists
    from one replica on.

    Costs node hours, `shards * (1 + replicas_per_shard)` nodes; a cache cannot be stopped. One day of snapshots is
    free.

    Does not make: the token (see components.security), users and groups, a global datastore (`global_datastore_id`
    joins one as its secondary). Nor does it tell of its events: ElastiCache publishes to unencrypted topics alone, so
    alarms and the engine log have to speak for it.

    Raises:
        ValueError: a workload zone has no subnet.

    Source: Amazon ElastiCache User Guide, "CreateReplicationGroup", "Authenticating with the AUTH command", "Log
    delivery".
    """

    replication_group_id: str
    node_ids: tuple[str, ...]
    """Cache cluster ids, `<group>-<shard>-<node>`: known beforehand, for alarms and dashboards."""
    log_group_names: dict[str, pulumi.Output[str]]
    """`slow-log` and `engine-log` → log group."""
    configuration_endpoint: pulumi.Output[str]
    """Host that cluster-aware clients discover the shards from."""
    port: int
    arn: pulumi.Output[str]
    group_id: pulumi.Output[str]
    """`replication_group_id`, known only once the group is there: for the Global Datastore over it."""

    def __init__(self, name: str, *, args: RedisCacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the cache and what it stands on."""
        super().__init__(TOKEN, name, None, opts)
        settings, protection = args.settings, args.protection
        self.replication_group_id = f"atoll-{args.environment}"
        self.node_ids = node_ids(self.replication_group_id, settings)
        self.port = PORT
        child = pulumi.ResourceOptions(parent=self)

        subnet_group = elasticache.SubnetGroup(
            f"{name}-cache-subnets",
            description=f"Cache subnets of {args.environment}",
            subnet_ids=_subnets(args),
            opts=child,
        )
        parameter_group = elasticache.ParameterGroup(
            f"{name}-cache-parameters",
            family=f"{settings.engine}{settings.engine_version.split('.', 1)[0]}",
            description=f"Cluster mode: {self.replication_group_id}",
            parameters=[
                elasticache.ParameterGroupParameterArgs(name=key, value=value)
                for key, value in sorted(cache_parameters(settings).items())
            ],
            opts=child,
        )
        log_groups = {
            log: cloudwatch.LogGroup(
                f"{name}-cache-{log}",
                name=f"/aws/elasticache/{self.replication_group_id}/{log}",
                retention_in_days=args.log_retention_days,
                kms_key_id=args.logs_key_arn,
                opts=child,
            )
            for log in LOG_TYPES
        }
        alone = args.global_datastore_id is None
        group = elasticache.ReplicationGroup(
            f"{name}-cache",
            replication_group_id=self.replication_group_id,
            description=f"Sessions, API responses and rate limits of {args.environment}",
            global_replication_group_id=args.global_datastore_id,
            engine=settings.engine if alone else None,
            engine_version=settings.engine_version if alone else None,
            node_type=settings.node_type if alone else None,
            num_node_groups=settings.shards if alone else None,
            replicas_per_node_group=settings.replicas_per_shard,
            automatic_failover_enabled=True,
            multi_az_enabled=settings.replicas_per_shard > 0,
            port=PORT,
            subnet_group_name=subnet_group.name,
            parameter_group_name=parameter_group.name if alone else None,
            security_group_ids=list(args.security_group_ids),
            transit_encryption_enabled=True if alone else None,
            at_rest_encryption_enabled=True if alone else None,
            kms_key_id=args.storage_key_arn,
            auth_token=args.auth_token,
            # A new token is accepted beside the old one until clients have changed over.
            auth_token_update_strategy=None if args.auth_token is None else args.auth_token_strategy,
            notification_topic_arn=args.notification_topic_arn,
            snapshot_retention_limit=settings.snapshot_retention_days,
            snapshot_window=settings.snapshot_window,
            maintenance_window=settings.maintenance_window,
            final_snapshot_identifier=f"{self.replication_group_id}-final" if protection.final_snapshot else None,
            auto_minor_version_upgrade=True,
            apply_immediately=settings.apply_immediately,
            log_delivery_configurations=[
                elasticache.ReplicationGroupLogDeliveryConfigurationArgs(
                    destination=log_groups[log].name,
                    destination_type="cloudwatch-logs",
                    log_format="json",
                    log_type=log,
                )
                for log in LOG_TYPES
            ],
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=protection.protect,
                ignore_changes=["authToken"] if args.rotated_elsewhere else None,
            ),
        )
        self.log_group_names = {log: made.name for log, made in log_groups.items()}
        self.configuration_endpoint = group.configuration_endpoint_address
        self.arn, self.group_id = group.arn, group.id
        self.register_outputs(
            {
                "configuration_endpoint": self.configuration_endpoint,
                "port": self.port,
                "arn": self.arn,
                "replication_group_id": self.replication_group_id,
                # A secondary's resource does not say them.
                "engine": settings.engine,
                "node_type": settings.node_type,
                "shards": settings.shards,
            }
        )


def cache_parameters(settings: CacheSettings) -> dict[str, str]:
    """Parameter → value, where it is not what ElastiCache takes anyway."""
    eviction = {} if settings.eviction == DEFAULT_EVICTION else {"maxmemory-policy": settings.eviction}
    return {"cluster-enabled": "yes", **eviction}


def node_ids(replication_group_id: str, settings: CacheSettings) -> tuple[str, ...]:
    """Ids that ElastiCache gives the nodes of a cluster-mode group, shard by shard."""
    return tuple(
        f"{replication_group_id}-{shard:04d}-{node:03d}"
        for shard in range(1, settings.shards + 1)
        for node in range(1, settings.replicas_per_shard + 2)
    )


def _subnets(args: RedisCacheArgs) -> list[pulumi.Input[str]]:
    missing = [zone for zone in args.workload_zones if zone not in args.subnet_ids]
    if missing or not args.workload_zones:
        raise ValueError(
            f"cache of {args.environment}: no database subnet in {', '.join(missing) or 'any workload zone'}; "
            f"there are subnets in {', '.join(sorted(args.subnet_ids)) or 'no zone'}: change network.workload_zones"
        )
    return [args.subnet_ids[zone] for zone in args.workload_zones]
