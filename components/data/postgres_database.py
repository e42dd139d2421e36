"""One RDS for PostgreSQL instance (DB-1 and DB-3 at the size of dev)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, rds

from contracts.settings.data import PostgresSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:data:PostgresDatabase"
PORT = 5432
CA_CERTIFICATE = "rds-ca-rsa2048-g1"
"""Root of the server certificate that clients verify: RSA 2048, which every driver knows, valid until 2061."""

SLOW_STATEMENT_MILLISECONDS = 1000


@dataclass(frozen=True, kw_only=True)
class PostgresDatabaseArgs:
    """What the instance is wired to."""

    settings: PostgresSettings
    protection: ProtectionSettings
    environment: str
    """Part of the identifier `atoll-<environment>`; two instances of one account and region need two values."""
    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Zone → database subnet; RDS wants at least two zones even for a single-zone instance."""
    workload_zones: Sequence[str]
    """The first is where a single-zone instance is placed; unused when `settings.multi_az`."""
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
    logical_replication: bool = False
    """Let changes be read as they happen (DMS); the write-ahead log then holds more."""


class PostgresDatabase(pulumi.ComponentResource):
    """A PostgreSQL instance that only speaks TLS, whose password nobody knows.

    Makes a subnet group, a parameter group, one log group per exported log and the instance. The master password is
    made, kept and rotated by RDS in Secrets Manager. RDS for PostgreSQL exports `postgresql` (errors are in it) and
    `upgrade`: the `error` log of document 004's `/aws/rds/instance/{id}/error` exists for MySQL and MariaDB only, so
    no group of that name is made.

    Costs instance hours and GiB-months; a stopped instance pays for storage alone. Backups up to the size of the
    storage, seven days of Performance Insights and minor upgrades are free. Enhanced monitoring every 60 s writes
    about 0.27 GB of logs a month.

    Does not make: read replicas, Aurora, a proxy, the application's own users. Changes wait for the maintenance window
    unless `settings.apply_immediately`.

    Raises:
        ValueError: monitoring is on without a role, or a single-zone instance has no zone to be in.

    Source: Amazon RDS User Guide, "Settings for DB instances", "Publishing PostgreSQL logs to Amazon CloudWatch Logs".
    """

    identifier: str
    """`atoll-<environment>`, known before the instance exists: log groups, schedules and alarms are named after it."""
    address: pulumi.Output[str]
    reader_address: None
    """An instance has no readers."""
    endpoint: pulumi.Output[str]
    """`address:port`."""
    port: pulumi.Output[int]
    arn: pulumi.Output[str]
    resource_id: pulumi.Output[str]
    """`db-…`, the id that `rds-db:connect` grants name."""
    master_secret_arn: pulumi.Output[str]
    watched_identifier: pulumi.Output[str]
    """The identifier, known only once the instance exists: for what refuses to name one that does not."""
    subnet_group_name: pulumi.Output[str]
    log_group_names: dict[str, pulumi.Output[str]]
    """Exported log → its log group."""

    def __init__(self, name: str, *, args: PostgresDatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the instance and what it stands on."""
        super().__init__(TOKEN, name, None, opts)
        settings, protection = args.settings, args.protection
        _check(args)
        self.identifier = f"atoll-{args.environment}"
        child = pulumi.ResourceOptions(parent=self)

        subnet_group = rds.SubnetGroup(
            f"{name}-database-subnets",
            description=f"Database subnets of {args.environment}",
            subnet_ids=[args.subnet_ids[zone] for zone in sorted(args.subnet_ids)],
            opts=child,
        )
        parameter_group = rds.ParameterGroup(
            f"{name}-database-parameters",
            family=f"postgres{_major(settings.engine_version)}",
            description=f"TLS only, slow statements logged, statistics kept: {self.identifier}",
            parameters=[
                rds.ParameterGroupParameterArgs(name=key, value=value, apply_method=method)
                for key, (value, method) in parameters(logical_replication=args.logical_replication).items()
            ],
            opts=child,
        )
        log_groups = {
            log: cloudwatch.LogGroup(
                f"{name}-database-log-{log}",
                name=f"/aws/rds/instance/{self.identifier}/{log}",
                retention_in_days=args.log_retention_days,
                kms_key_id=args.logs_key_arn,
                opts=child,
            )
            for log in settings.log_exports
        }
        monitored = settings.monitoring_interval_seconds > 0
        instance = rds.Instance(
            f"{name}-database",
            identifier=self.identifier,
            engine="postgres",
            engine_version=settings.engine_version,
            instance_class=settings.instance_class,
            db_name=settings.database_name,
            username=settings.username,
            port=PORT,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=args.secrets_key_arn,
            iam_database_authentication_enabled=settings.iam_authentication,
            db_subnet_group_name=subnet_group.name,
            parameter_group_name=parameter_group.name,
            vpc_security_group_ids=list(args.security_group_ids),
            publicly_accessible=False,
            multi_az=settings.multi_az,
            availability_zone=None if settings.multi_az else args.workload_zones[0],
            storage_type="gp3",
            allocated_storage=settings.storage_gib,
            max_allocated_storage=settings.storage_max_gib,
            storage_encrypted=True,
            kms_key_id=args.storage_key_arn,
            backup_retention_period=settings.backup_retention_days,
            backup_window=settings.backup_window,
            maintenance_window=settings.maintenance_window,
            copy_tags_to_snapshot=True,
            auto_minor_version_upgrade=True,
            ca_cert_identifier=CA_CERTIFICATE,
            enabled_cloudwatch_logs_exports=list(settings.log_exports),
            monitoring_interval=settings.monitoring_interval_seconds,
            monitoring_role_arn=args.monitoring_role_arn if monitored else None,
            performance_insights_enabled=settings.performance_insights,
            performance_insights_kms_key_id=args.storage_key_arn if settings.performance_insights else None,
            performance_insights_retention_period=(
                settings.performance_insights_retention_days if settings.performance_insights else None
            ),
            apply_immediately=settings.apply_immediately,
            deletion_protection=protection.deletion_protection,
            skip_final_snapshot=not protection.final_snapshot,
            final_snapshot_identifier=f"{self.identifier}-final" if protection.final_snapshot else None,
            delete_automated_backups=not protection.final_snapshot,
            # RDS makes a missing group itself, without retention or key: ours have to be there first.
            opts=pulumi.ResourceOptions(
                parent=self, protect=protection.protect, depends_on=[log_groups[log] for log in settings.log_exports]
            ),
        )
        self.address = instance.address
        self.reader_address = None
        self.endpoint = instance.endpoint
        self.port = instance.port
        self.arn = instance.arn
        self.resource_id = instance.resource_id
        self.master_secret_arn = instance.master_user_secrets[0].secret_arn
        self.watched_identifier = instance.identifier
        self.subnet_group_name = subnet_group.name
        self.log_group_names = {log: group.name for log, group in log_groups.items()}
        self.register_outputs(
            {
                "address": self.address,
                "endpoint": self.endpoint,
                "port": self.port,
                "arn": self.arn,
                "identifier": self.identifier,
                "resource_id": self.resource_id,
                "master_secret_arn": self.master_secret_arn,
            }
        )


def parameters(*, logical_replication: bool = False) -> dict[str, tuple[str, str]]:
    """Parameter → (value, apply method). Static parameters wait for a restart, dynamic ones do not."""
    return {
        "rds.force_ssl": ("1", "immediate"),
        "shared_preload_libraries": ("pg_stat_statements", "pending-reboot"),
        "pg_stat_statements.track": ("ALL", "immediate"),
        "log_min_duration_statement": (str(SLOW_STATEMENT_MILLISECONDS), "immediate"),
        "log_connections": ("1", "immediate"),
        "log_disconnections": ("1", "immediate"),
        "log_lock_waits": ("1", "immediate"),
        "log_statement": ("ddl", "immediate"),
        **({"rds.logical_replication": ("1", "pending-reboot")} if logical_replication else {}),
    }


def _major(version: str) -> str:
    return version.split(".", 1)[0]


def _check(args: PostgresDatabaseArgs) -> None:
    if args.settings.monitoring_interval_seconds > 0 and args.monitoring_role_arn is None:
        raise ValueError(
            f"database of {args.environment}: monitored every {args.settings.monitoring_interval_seconds} s but there "
            "is no monitoring role; pass monitoring_role_arn or set database.monitoring_interval_seconds to 0"
        )
    if not args.settings.multi_az and not args.workload_zones:
        raise ValueError(
            f"database of {args.environment}: a single-zone instance needs a zone; set network.workload_zones "
            "or database.multi_az: true"
        )
