"""Replication of databases that never stops: DMS with full load and change data capture (DB-6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, dms
from pulumi_aws.iam.role import Role

from components.data import replication_roles as roles
from components.data.database_end import DatabaseEnd, client_group
from components.data.spectrum import LAKE_PREFIX
from components.data.table_mappings import COMMITTED, table_mappings, task_settings
from components.identity.roles import Scope
from contracts.settings.flows import ReplicationSettings

TOKEN = "atoll:data:Replication"


@dataclass(frozen=True, kw_only=True)
class LakeEnd:
    """A bucket that rows go to, as Parquet below `lake/<flow>/`."""

    bucket: pulumi.Input[str]
    bucket_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class ReplicatedFlow:
    """One flow."""

    source: str
    """Key of a database."""
    target: str | None
    """Key of a database; None for the lake."""
    tables: Sequence[str]
    """`schema.table` or `schema.%`."""


@dataclass(frozen=True, kw_only=True)
class ReplicationArgs:
    """Wiring of replication."""

    settings: ReplicationSettings
    scope: Scope
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Zone → private subnet, of two zones at least."""
    databases: Mapping[str, DatabaseEnd]
    lake: LakeEnd | None
    """Needed where a flow goes there."""
    flows: Mapping[str, ReplicatedFlow]
    """Name → flow."""
    key_arn: pulumi.Input[str]
    """Encrypts the instance's storage and the endpoints; its policy must admit use through `dms`."""
    logs_key_arn: pulumi.Input[str]
    topic_arn: pulumi.Input[str]
    """Where failures are told."""


class Replication(pulumi.ComponentResource):
    """One private replication instance, the databases it knows, and a task that never stops for each flow.

    Makes the subnet group, the instance (encrypted, minor upgrades, standby by setting), its security group with the
    ways to the databases, a TLS endpoint for each end whose login it reads from Secrets Manager, an endpoint for the
    lake, a task of full load and then change data capture for each flow, the log group of all tasks, and event
    subscriptions. Source tables need a primary key for changes to be applied; the source server needs
    `rds.logical_replication`, and its login `rds_replication`.

    Costs: the instance's hours (see the settings), twice with a standby, and USD 0.115 a GiB and month of storage.
    Does not make: schemas, indexes and sequences of the target. A task that is stopped by hand goes on where it was.
    Errors: DMS asks for the account's roles `dms-vpc-role` and `dms-cloudwatch-logs-role` by these names; exactly one
    stack of an account has `account_roles: true`.
    Source: DB-6; AWS DMS User Guide, "Using a PostgreSQL database as a source", "Using secrets to access AWS DMS
    endpoints", "Using Amazon S3 as a target".
    """

    instance_arn: pulumi.Output[str]
    task_arns: dict[str, pulumi.Output[str]]
    """Flow → its task."""

    def __init__(self, name: str, *, args: ReplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the instance `{name}-replication` and a task `{name}-replication-<flow>` for each flow."""
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        _check(args)
        instance = self._instance()
        login = roles.role(
            self,
            f"{name}-replication-logins",
            f"Lets DMS read the logins of {args.scope.environment}",
            f"dms.{args.scope.region}.amazonaws.com",
            args.scope,
            roles.read_secrets(args.scope, args.databases),
        )
        sources = {flow.source for flow in args.flows.values()}
        targets = {flow.target for flow in args.flows.values() if flow.target is not None}
        ends = {("source", key): self._database(key, "source", login) for key in sorted(sources)}
        ends |= {("target", key): self._database(key, "target", login) for key in sorted(targets)}
        self.task_arns = {}
        for flow, told in args.flows.items():
            target = self._lake(flow) if told.target is None else ends["target", told.target].endpoint_arn
            self.task_arns[flow] = dms.ReplicationTask(
                f"{name}-replication-{flow}",
                replication_task_id=f"atoll-{args.scope.environment}-{flow}",
                replication_instance_arn=instance.replication_instance_arn,
                source_endpoint_arn=ends["source", told.source].endpoint_arn,
                target_endpoint_arn=target,
                migration_type="full-load-and-cdc",
                table_mappings=pulumi.Output.json_dumps(table_mappings(told.tables)),
                replication_task_settings=pulumi.Output.json_dumps(task_settings(validated=told.target is not None)),
                start_replication_task=True,
                opts=self._child,
            ).replication_task_arn
        self._events()
        self.instance_arn = instance.replication_instance_arn
        self.register_outputs({"instance_arn": self.instance_arn, "task_arns": self.task_arns})

    def _instance(self) -> dms.ReplicationInstance:
        name, args, settings = self._name, self._args, self._args.settings
        identifier = f"atoll-{args.scope.environment}"
        account_roles = roles.account_roles(self, name, args.scope) if settings.account_roles else []
        subnets = dms.ReplicationSubnetGroup(
            f"{name}-replication-subnets",
            replication_subnet_group_id=identifier,
            replication_subnet_group_description=f"Private subnets of {args.scope.environment}",
            subnet_ids=[args.subnet_ids[zone] for zone in sorted(args.subnet_ids)],
            # DMS looks the subnets up with the account's role.
            opts=pulumi.ResourceOptions(parent=self, depends_on=account_roles),
        )
        log = cloudwatch.LogGroup(
            f"{name}-replication-log",
            name=f"dms-tasks-{identifier}",
            retention_in_days=settings.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=self._child,
        )
        return dms.ReplicationInstance(
            f"{name}-replication",
            replication_instance_id=identifier,
            replication_instance_class=settings.instance_class,
            engine_version=settings.engine_version,
            allocated_storage=settings.storage_gib,
            multi_az=settings.multi_az,
            publicly_accessible=False,
            kms_key_arn=args.key_arn,
            replication_subnet_group_id=subnets.replication_subnet_group_id,
            vpc_security_group_ids=[self._group()],
            preferred_maintenance_window=settings.maintenance_window,
            auto_minor_version_upgrade=True,
            allow_major_version_upgrade=False,
            apply_immediately=False,
            # DMS makes a missing group itself, without retention or key.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[log]),
        )

    def _database(self, key: str, kind: str, login: Role) -> dms.Endpoint:
        args, end = self._args, self._args.databases[key]
        return dms.Endpoint(
            f"{self._name}-replication-{kind}-{key}",
            endpoint_id=f"atoll-{args.scope.environment}-{kind}-{key.replace('_', '-')}",
            endpoint_type=kind,
            engine_name="postgres",
            database_name=end.database,
            secrets_manager_arn=end.secret_arn,
            secrets_manager_access_role_arn=login.arn,
            ssl_mode="require",
            kms_key_arn=args.key_arn,
            # The heartbeat moves the slot on while nothing changes, so that the source's disk does not fill up.
            postgres_settings=dms.EndpointPostgresSettingsArgs(
                heartbeat_enable=True, heartbeat_frequency=5, heartbeat_schema="atoll_heartbeat"
            )
            if kind == "source"
            else None,
            opts=self._child,
        )

    def _lake(self, flow: str) -> pulumi.Output[str]:
        args, lake = self._args, self._args.lake
        assert lake is not None, "checked before"
        writer = roles.role(
            self,
            f"{self._name}-replication-{flow}-lake",
            f"Lets DMS write {flow} into the lake of {args.scope.environment}",
            "dms.amazonaws.com",
            args.scope,
            roles.write_lake(args.scope, f"{LAKE_PREFIX}/{flow}", lake.bucket_arn, lake.key_arn),
        )
        return dms.S3Endpoint(
            f"{self._name}-replication-target-{flow}",
            endpoint_id=f"atoll-{args.scope.environment}-lake-{flow}",
            endpoint_type="target",
            bucket_name=lake.bucket,
            bucket_folder=f"{LAKE_PREFIX}/{flow}",
            service_access_role_arn=writer.arn,
            kms_key_arn=args.key_arn,
            encryption_mode="SSE_KMS",
            server_side_encryption_kms_key_id=lake.key_arn,
            data_format="parquet",
            parquet_version="parquet-2-0",
            compression_type="GZIP",
            include_op_for_full_load=True,
            timestamp_column_name=COMMITTED,
            date_partition_enabled=True,
            ssl_mode="none",  # S3 is reached by its API, over HTTPS
            opts=self._child,
        ).endpoint_arn

    def _group(self) -> pulumi.Output[str]:
        args = self._args
        return client_group(
            f"{self._name}-replication",
            args.databases,
            what="Replication",
            tag=f"atoll-{args.scope.environment}-replication",
            vpc_id=args.vpc_id,
            of_aws="Secrets Manager, S3 and logs of AWS",
            opts=self._child,
        )

    def _events(self) -> None:
        """Failures and changes of state, of the instance and of its tasks."""
        for kind, categories in {
            "replication-instance": ["configuration change", "failover", "failure", "low storage", "maintenance"],
            "replication-task": ["failure", "state change"],
        }.items():
            dms.EventSubscription(
                f"{self._name}-{kind}-events",
                name=f"atoll-{self._args.scope.environment}-{kind}",
                enabled=True,
                source_type=kind,
                event_categories=categories,
                sns_topic_arn=self._args.topic_arn,
                opts=self._child,
            )


def _check(args: ReplicationArgs) -> None:
    if not args.flows:
        raise ValueError(f"replication of {args.scope.environment}: there is no flow; leave the instance out")
    for flow, told in args.flows.items():
        missing = sorted({told.source, told.target} - {None} - set(args.databases), key=str)
        if missing or (told.target is None and args.lake is None):
            there = ", ".join(args.databases) or "none"
            raise ValueError(f"flow {flow}: no database {missing[0] if missing else 'nor lake'}; there is {there}")
