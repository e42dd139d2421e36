"""One Aurora PostgreSQL cluster (DB-1, DB-3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, rds

from components.data.postgres_database import PORT, SLOW_STATEMENT_MILLISECONDS
from components.data.reader_scaling import scale_readers
from contracts.settings.aurora import AuroraSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:data:AuroraCluster"
ENGINE = "aurora-postgresql"


@dataclass(frozen=True, kw_only=True)
class MasterLogin:
    """A password that is kept by ourselves.

    RDS manages none in clusters of a global database.
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
    """

    secret_arn: pulumi.Input[str]
    """Secret with `username` and `password`."""
    password: pulumi.Input[str]
    """The password in it, a Pulumi secret."""


@dataclass(frozen=True, kw_only=True)
class AuroraClusterArgs:
    """What the cluster is wired to."""

    settings: AuroraSettings
    protection: ProtectionSettings
    environment: str
    """Part of the identifier `atoll-<environment>`; two clusters of one account and region need two values."""
    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Zone → database subnet; Aurora wants at least two zones."""
    workload_zones: Sequence[str]
    """Zones of the instances in turn: the writer is made in the first, the first reader in the second."""
    security_group_ids: Sequence[pulumi.Input[str]]
    storage_key_arn: pulumi.Input[str]
    """Encrypts storage, backups and Performance Insights."""
    secrets_key_arn: pulumi.Input[str]
    """Encrypts the master user's secret."""
    logs_key_arn: pulumi.Input[str]
    """Encrypts the log groups; its policy must admit `logs.<region>.amazonaws.com`."""
    log_retention_days: int
    monitoring_role_arn: pulumi.Input[str] | None
    """RDSEnhancedMonitoringRole; needed when `settings.monitoring_interval_seconds` is above 0."""
    global_cluster_id: pulumi.Input[str] | None = None
    """Aurora Global Database that the cluster belongs to."""
    primary_secret_arn: pulumi.Input[str] | None = None
    """Replica of the master user's secret in this region. Given for a secondary cluster of the global database, which
    has its users and databases from the primary; None for a primary, or a cluster by itself."""
    master: MasterLogin | None = None
    """Login of the master user, given for the primary of a global database, whose password RDS does not keep; None
    lets RDS make, keep and rotate it."""
    logical_replication: bool = False
    """Let changes be read as they happen (DMS); the write-ahead log then holds more."""


class AuroraCluster(pulumi.ComponentResource):
    """A PostgreSQL cluster that only speaks TLS, whose password nobody knows: one writer, readers in other zones.

    Makes a subnet group, a cluster parameter group, one log group per exported log, the cluster, its instances and,
    where asked for, a scalable target with a policy for the readers' CPU, their connections, or both. Storage spans
    three zones, grows by itself and is backed up continuously; a reader takes over within a minute when the writer
    fails. The master password is made, kept and rotated by RDS in Secrets Manager. Instances are named after their
    zone, for any of them may be the writer. Backtrack does not exist for PostgreSQL: restore to a point in time.

    Costs instance hours (or capacity units), GiB-months, and I/O by the million. Backups up to the size of the
    storage, seven days of Performance Insights and minor upgrades are free. Enhanced monitoring every 60 s writes
    about 0.27 GB of logs a month and instance. Readers that scaling has added are not in the program; they go with
    the load, and have to be gone before the cluster is deleted.

    Does not make: the global database, a proxy, the application's own users, alarms. Changes wait for the maintenance
    window unless `settings.apply_immediately`.

    Raises:
        ValueError: monitoring is on without a role, or there is no zone to be in.

    Source: DB-1, DB-3; Amazon Aurora User Guide, "Creating an Amazon Aurora DB cluster", "Amazon Aurora Auto Scaling
    with Aurora Replicas", "Using Aurora Serverless v2", "Publishing Aurora PostgreSQL logs to Amazon CloudWatch Logs".
    """

    identifier: str
    """`atoll-<environment>`, known before the cluster exists: log groups, schedules and alarms are named after it."""
    instance_identifiers: tuple[str, ...]
    """`<identifier>-<zone letter>`, the one made as the writer first."""
    address: pulumi.Output[str]
    """Host of the writer."""
    reader_address: pulumi.Output[str]
    """Host of the readers in turn; the writer where there is none."""
    endpoint: pulumi.Output[str]
    """`address:port`."""
    port: pulumi.Output[int]
    arn: pulumi.Output[str]
    resource_id: pulumi.Output[str]
    """`cluster-…`, the id that `rds-db:connect` grants name."""
    master_secret_arn: pulumi.Output[str]
    watched_identifier: pulumi.Output[str]
    """The identifier, known only once the cluster exists: for what refuses to name one that does not."""
    watched_instances: list[pulumi.Output[str]]
    """Likewise of each instance."""
    subnet_group_name: pulumi.Output[str]
    log_group_names: dict[str, pulumi.Output[str]]
    """Exported log → its log group."""

    def __init__(self, name: str, *, args: AuroraClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the cluster and what it stands on."""
        super().__init__(TOKEN, name, None, opts)
        _check(args)
        settings = args.settings
        self.identifier = f"atoll-{args.environment}"
        child = pulumi.ResourceOptions(parent=self)
        subnet_group = rds.SubnetGroup(
            f"{name}-database-subnets",
            description=f"Database subnets of {args.environment}",
            subnet_ids=[args.subnet_ids[zone] for zone in sorted(args.subnet_ids)],
            opts=child,
        )
        log_groups = {
            log: cloudwatch.LogGroup(
                f"{name}-database-log-{log}",
                name=f"/aws/rds/cluster/{self.identifier}/{log}",
                retention_in_days=args.log_retention_days,
                kms_key_id=args.logs_key_arn,
                opts=child,
            )
            for log in settings.log_exports
        }
        cluster = self._make_cluster(name, args, subnet_group.name, list(log_groups.values()))
        instances = {
            key: self._make_instance(f"{name}-database-{key}", key, tier, args, cluster)
            for tier, key in enumerate(instance_keys(args.workload_zones, 1 + settings.readers))
        }
        if settings.reader_scaling is not None:
            scale_readers(self, name, cluster, settings.readers, settings.reader_scaling, list(instances.values()))
        self.instance_identifiers = tuple(f"{self.identifier}-{_letter(key)}" for key in instances)
        self.address = cluster.endpoint
        self.reader_address = cluster.reader_endpoint
        self.endpoint = pulumi.Output.concat(cluster.endpoint, ":", cluster.port.apply(str))
        self.port = cluster.port
        self.arn = cluster.arn
        self.resource_id = cluster.cluster_resource_id
        self.master_secret_arn = _master_secret(args, cluster)
        self.watched_identifier = cluster.cluster_identifier
        self.watched_instances = [instance.identifier for instance in instances.values()]
        self.subnet_group_name = subnet_group.name
        self.log_group_names = {log: group.name for log, group in log_groups.items()}
        self.register_outputs(
            {
                "address": self.address,
                "reader_address": self.reader_address,
                "endpoint": self.endpoint,
                "port": self.port,
                "arn": self.arn,
                "identifier": self.identifier,
                "resource_id": self.resource_id,
                "master_secret_arn": self.master_secret_arn,
            }
        )

    def _make_cluster(
        self,
        name: str,
        args: AuroraClusterArgs,
        subnet_group: pulumi.Output[str],
        log_groups: list[cloudwatch.LogGroup],
    ) -> rds.Cluster:
        settings, protection = args.settings, args.protection
        primary = args.primary_secret_arn is None
        by_rds = primary and args.master is None
        parameter_group = rds.ClusterParameterGroup(
            f"{name}-database-parameters",
            family=f"{ENGINE}{settings.engine_version.split('.', 1)[0]}",
            description=f"TLS only, slow statements logged, statistics kept: {self.identifier}",
            parameters=[
                rds.ClusterParameterGroupParameterArgs(name=key, value=value, apply_method=method)
                for key, (value, method) in cluster_parameters(
                    audit=settings.audit, logical_replication=args.logical_replication
                ).items()
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        bounds = settings.serverless
        return rds.Cluster(
            f"{name}-database",
            cluster_identifier=self.identifier,
            engine=ENGINE,
            engine_version=settings.engine_version,
            global_cluster_identifier=args.global_cluster_id,
            database_name=settings.database_name if primary else None,
            master_username=settings.username if primary else None,
            master_password=args.master.password if args.master else None,
            manage_master_user_password=True if by_rds else None,
            master_user_secret_kms_key_id=args.secrets_key_arn if by_rds else None,
            port=PORT,
            iam_database_authentication_enabled=settings.iam_authentication,
            db_subnet_group_name=subnet_group,
            db_cluster_parameter_group_name=parameter_group.name,
            vpc_security_group_ids=list(args.security_group_ids),
            storage_encrypted=True,
            kms_key_id=args.storage_key_arn,
            serverlessv2_scaling_configuration=(
                rds.ClusterServerlessv2ScalingConfigurationArgs(
                    min_capacity=bounds.minimum_units, max_capacity=bounds.maximum_units
                )
                if bounds
                else None
            ),
            backup_retention_period=settings.backup_retention_days,
            preferred_backup_window=settings.backup_window,
            preferred_maintenance_window=settings.maintenance_window,
            copy_tags_to_snapshot=True,
            enabled_cloudwatch_logs_exports=list(settings.log_exports),
            apply_immediately=settings.apply_immediately,
            deletion_protection=protection.deletion_protection,
            skip_final_snapshot=not protection.final_snapshot,
            final_snapshot_identifier=f"{self.identifier}-final" if protection.final_snapshot else None,
            delete_automated_backups=not protection.final_snapshot,
            # RDS makes a missing group itself, without retention or key: ours have to be there first.
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=protection.protect,
                depends_on=log_groups,
                # Who follows whom in a global database is AWS's, and changes with every failover.
                ignore_changes=["replicationSourceIdentifier"] if args.global_cluster_id is not None else None,
            ),
        )

    def _make_instance(
        self, name: str, key: str, tier: int, args: AuroraClusterArgs, cluster: rds.Cluster
    ) -> rds.ClusterInstance:
        settings = args.settings
        watched, insights = settings.monitoring_interval_seconds > 0, settings.performance_insights
        return rds.ClusterInstance(
            name,
            identifier=f"{self.identifier}-{_letter(key)}",
            cluster_identifier=cluster.id,
            engine=rds.EngineType.AURORA_POSTGRESQL,
            engine_version=cluster.engine_version,
            instance_class=settings.instance_class,
            availability_zone=_zone(key),
            db_subnet_group_name=cluster.db_subnet_group_name,
            publicly_accessible=False,
            # The lowest takes over first; readers that scaling adds have 15.
            promotion_tier=min(tier, 14),
            preferred_maintenance_window=settings.maintenance_window,
            auto_minor_version_upgrade=True,
            copy_tags_to_snapshot=True,
            # No ca_cert_identifier: new members have rds-ca-rsa2048-g1 anyway, and naming it restarts each once more.
            monitoring_interval=settings.monitoring_interval_seconds,
            monitoring_role_arn=args.monitoring_role_arn if watched else None,
            performance_insights_enabled=insights,
            performance_insights_kms_key_id=args.storage_key_arn if insights else None,
            performance_insights_retention_period=settings.performance_insights_retention_days if insights else None,
            apply_immediately=settings.apply_immediately,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
        )


def cluster_parameters(*, audit: bool, logical_replication: bool = False) -> dict[str, tuple[str, str]]:
    """Parameter → (value, apply method). Static parameters wait for a restart, dynamic ones do not."""
    libraries = ["pg_stat_statements", *(["pgaudit"] if audit else [])]
    return {
        "rds.force_ssl": ("1", "immediate"),
        "shared_preload_libraries": (",".join(libraries), "pending-reboot"),
        "pg_stat_statements.track": ("all", "immediate"),
        "log_min_duration_statement": (str(SLOW_STATEMENT_MILLISECONDS), "immediate"),
        "log_connections": ("1", "immediate"),
        "log_disconnections": ("1", "immediate"),
        "log_lock_waits": ("1", "immediate"),
        "log_statement": ("ddl", "immediate"),
        **({"pgaudit.log": ("ddl,role", "immediate")} if audit else {}),
        **({"rds.logical_replication": ("1", "pending-reboot")} if logical_replication else {}),
    }


def instance_keys(zones: Sequence[str], count: int) -> list[str]:
    """Stable keys of so many instances, zone by zone in turn: `us-west-2a`, `us-west-2b`, …, `us-west-2a-2`."""
    rounds = [(zone, turn) for turn in range(1, count + 1) for zone in zones]
    return [zone if turn == 1 else f"{zone}-{turn}" for zone, turn in rounds[:count]]


def _zone(key: str) -> str:
    """`us-west-2a-2` → `us-west-2a`: a zone ends with a letter, a further turn with a number."""
    return key if key[-1].isalpha() else key.rpartition("-")[0]


def _letter(key: str) -> str:
    """`us-west-2a-2` → `a-2`."""
    zone = _zone(key)
    return zone[-1] + key.removeprefix(zone)


def _master_secret(args: AuroraClusterArgs, cluster: rds.Cluster) -> pulumi.Output[str]:
    """Where the master user's password is: the primary's secret, ours, or the one that RDS made."""
    if args.primary_secret_arn is not None:
        return pulumi.Output.from_input(args.primary_secret_arn)
    if args.master is not None:
        return pulumi.Output.from_input(args.master.secret_arn)
    return cluster.master_user_secrets[0].secret_arn


def _check(args: AuroraClusterArgs) -> None:
    if args.settings.monitoring_interval_seconds > 0 and args.monitoring_role_arn is None:
        raise ValueError(
            f"cluster of {args.environment}: monitored every {args.settings.monitoring_interval_seconds} s but there "
            "is no monitoring role; pass monitoring_role_arn or set aurora.monitoring_interval_seconds to 0"
        )
    missing = [zone for zone in args.workload_zones if zone not in args.subnet_ids]
    if missing or not args.workload_zones:
        raise ValueError(
            f"cluster of {args.environment}: no database subnet in {', '.join(missing) or 'any workload zone'}; "
            f"there are subnets in {', '.join(sorted(args.subnet_ids)) or 'no zone'}: change network.workload_zones"
        )
    if args.primary_secret_arn is not None and args.master is not None:
        raise ValueError(
            f"cluster of {args.environment}: a secondary cluster has the primary's master user; pass "
            "primary_secret_arn or master, not both"
        )
    if args.primary_secret_arn is not None and args.global_cluster_id is None:
        raise ValueError(
            f"cluster of {args.environment}: primary_secret_arn is for a secondary cluster of a global database; "
            "pass global_cluster_id as well, or neither"
        )
