"""The data warehouse: Redshift, provisioned or serverless, with Spectrum over the lake (DB-5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, redshift, redshiftserverless
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.glue.catalog_database import CatalogDatabase
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

from components.data.spectrum import LAKE_PREFIX, spectrum_statements
from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import allow
from contracts.settings.security import ProtectionSettings
from contracts.settings.warehouse import ProvisionedSettings, ServerlessSettings, WarehouseSettings

TOKEN = "atoll:data:Warehouse"
PORT = 5439
LOGS = ("connectionlog", "userlog", "useractivitylog")


@dataclass(frozen=True, kw_only=True)
class WarehouseArgs:
    """Wiring of the warehouse."""

    settings: WarehouseSettings
    protection: ProtectionSettings
    scope: Scope
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Zone → private subnet: it reads S3 and Glue itself, which database subnets have no way to."""
    client_group_ids: Mapping[str, pulumi.Input[str]]
    """Stable key → security group that may connect."""
    storage_key_arn: pulumi.Input[str]
    """Encrypts data and snapshots."""
    secrets_key_arn: pulumi.Input[str]
    """Encrypts the administrator's secret."""
    logs_key_arn: pulumi.Input[str]
    lake_bucket: str
    """Physical name of the bucket with the lake's files."""
    lake_key_arn: pulumi.Input[str]
    """Key of that bucket."""


class Warehouse(pulumi.ComponentResource):
    """A private warehouse that speaks TLS only, whose administrator's password nobody knows.

    Makes a cluster with subnet and parameter group, logging and, where the settings say so, pauses; or a serverless
    namespace and workgroup with a limit of use a month. Also its security group, encrypted log groups, the Glue
    database `atoll_<environment>_lake`, and the role by which Spectrum reads exactly that database and the files below
    `lake/`. `CREATE EXTERNAL SCHEMA … FROM DATA CATALOG` with `IAM_ROLE default` then shows the lake's tables.

    Costs: nodes by the hour (paused: storage alone, USD 0.024 a GiB and month), or RPU-hours of use (USD 0.375);
    Spectrum USD 5 a TB read from a cluster. The Glue database is free up to a million tables.
    Does not make: schemas, users, tables; a copy of its snapshots in another region.
    Units: GiB, RPU-hours, UTC.
    Source: DB-5; Amazon Redshift Management Guide, "Security in Amazon Redshift", "Enhanced VPC routing", "Pausing and
    resuming a cluster"; Database Developer Guide, "IAM policies for Amazon Redshift Spectrum".
    """

    identifier: str
    """`atoll-<environment>`: the cluster, or namespace and workgroup."""
    arn: pulumi.Output[str]
    """Of the cluster, or of the namespace."""
    endpoint: pulumi.Output[str]
    """Host name."""
    port: int
    database_name: str
    secret_arn: pulumi.Output[str]
    """Secret of the administrator."""
    catalog_database: pulumi.Output[str]
    """Database of the Glue Data Catalog that Spectrum sees."""
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, *, args: WarehouseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the warehouse and what it stands on."""
        super().__init__(TOKEN, name, None, opts)
        settings = args.settings
        self.identifier, self.port = f"atoll-{args.scope.environment}", PORT
        self.database_name = settings.database_name
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        self.security_group_id = self._group()
        catalog = CatalogDatabase(
            f"{name}-warehouse-catalog",
            name=f"atoll_{args.scope.environment.replace('-', '_')}_lake",
            description=f"Files of the lake of {args.scope.environment}",
            location_uri=f"s3://{args.lake_bucket}/{LAKE_PREFIX}/",
            opts=self._child,
        )
        role = self._role(catalog.name)
        if settings.serverless is not None:
            self._serverless(settings.serverless, role)
        elif settings.provisioned is not None:
            self._provisioned(settings.provisioned, role)
        else:
            raise ValueError(f"warehouse of {args.scope.environment}: give it provisioned or serverless settings")
        self.catalog_database = catalog.name
        self.register_outputs(self.exports())

    def exports(self) -> dict[str, pulumi.Input[str | int]]:
        """What `contracts.outputs.region.WarehouseOutputs` holds."""
        return {
            "arn": self.arn,
            "endpoint": self.endpoint,
            "port": self.port,
            "name": self.database_name,
            "secret_arn": self.secret_arn,
            "catalog_database": self.catalog_database,
        }

    def _provisioned(self, nodes: ProvisionedSettings, role: Role) -> None:
        name, args, settings, child = self._name, self._args, self._args.settings, self._child
        subnets = redshift.SubnetGroup(
            f"{name}-warehouse-subnets",
            name=self.identifier,
            description=f"Private subnets of {args.scope.environment}",
            subnet_ids=[args.subnet_ids[zone] for zone in sorted(args.subnet_ids)],
            opts=child,
        )
        parameters = redshift.ParameterGroup(
            f"{name}-warehouse-parameters",
            name=self.identifier,
            family="redshift-2.0",
            description=f"TLS only, every statement logged: {self.identifier}",
            parameters=[
                redshift.ParameterGroupParameterArgs(name=key, value=value) for key, value in parameter_values().items()
            ],
            opts=child,
        )
        final = args.protection.final_snapshot
        cluster = redshift.Cluster(
            f"{name}-warehouse",
            cluster_identifier=self.identifier,
            cluster_type="multi-node" if nodes.nodes > 1 else "single-node",
            node_type=nodes.node_type,
            number_of_nodes=nodes.nodes,
            multi_az=nodes.multi_az,
            availability_zone_relocation_enabled=not nodes.multi_az,
            database_name=settings.database_name,
            master_username=settings.username,
            manage_master_password=True,
            master_password_secret_kms_key_id=args.secrets_key_arn,
            port=PORT,
            encrypted="true",
            kms_key_id=args.storage_key_arn,
            publicly_accessible=False,
            enhanced_vpc_routing=True,
            cluster_subnet_group_name=subnets.name,
            cluster_parameter_group_name=parameters.name,
            vpc_security_group_ids=[self.security_group_id],
            iam_roles=[role.arn],
            default_iam_role_arn=role.arn,
            automated_snapshot_retention_period=settings.snapshot_retention_days,
            preferred_maintenance_window=settings.maintenance_window,
            allow_version_upgrade=True,
            skip_final_snapshot=not final,
            final_snapshot_identifier=f"{self.identifier}-final" if final else None,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
        )
        groups = self._log_groups(f"/aws/redshift/cluster/{self.identifier}")
        redshift.Logging(
            f"{name}-warehouse-logging",
            cluster_identifier=cluster.cluster_identifier,
            log_destination_type="cloudwatch",
            log_exports=list(LOGS),
            # Redshift makes a missing group itself, without retention or key.
            opts=pulumi.ResourceOptions(parent=self, depends_on=groups),
        )
        if nodes.pause is not None:
            self._pauses(cluster, {"pause": nodes.pause.pause, "resume": nodes.pause.resume})
        self.arn, self.endpoint = cluster.arn, cluster.dns_name
        self.secret_arn = cluster.master_password_secret_arn

    def _serverless(self, capacity: ServerlessSettings, role: Role) -> None:
        name, args, settings = self._name, self._args, self._args.settings
        groups = self._log_groups(f"/aws/redshift/{self.identifier}")
        namespace = redshiftserverless.Namespace(
            f"{name}-warehouse-namespace",
            namespace_name=self.identifier,
            db_name=settings.database_name,
            admin_username=settings.username,
            manage_admin_password=True,
            admin_password_secret_kms_key_id=args.secrets_key_arn,
            kms_key_id=args.storage_key_arn,
            iam_roles=[role.arn],
            default_iam_role_arn=role.arn,
            log_exports=list(LOGS),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect, depends_on=groups),
        )
        workgroup = redshiftserverless.Workgroup(
            f"{name}-warehouse-workgroup",
            workgroup_name=self.identifier,
            namespace_name=namespace.namespace_name,
            base_capacity=capacity.base_capacity,
            enhanced_vpc_routing=True,
            publicly_accessible=False,
            port=PORT,
            subnet_ids=[args.subnet_ids[zone] for zone in sorted(args.subnet_ids)],
            security_group_ids=[self.security_group_id],
            config_parameters=[
                redshiftserverless.WorkgroupConfigParameterArgs(parameter_key=key, parameter_value=value)
                for key, value in serverless_values().items()
            ],
            opts=self._child,
        )
        redshiftserverless.UsageLimit(
            f"{name}-warehouse-limit",
            resource_arn=workgroup.arn,
            usage_type="serverless-compute",
            period="monthly",
            amount=capacity.monthly_hours,
            breach_action="deactivate",
            opts=self._child,
        )
        self.arn, self.secret_arn = namespace.arn, namespace.admin_password_secret_arn
        self.endpoint = workgroup.endpoints[0].address

    def _pauses(self, cluster: redshift.Cluster, schedules: Mapping[str, str]) -> None:
        name, scope = self._name, self._args.scope
        role = Role(
            f"{name}-warehouse-pause-role",
            description=f"Lets Redshift's scheduler pause and resume the warehouse of {scope.environment}",
            assume_role_policy=pulumi.Output.json_dumps(
                service_trust("OnBehalfOfThisAccount", "scheduler.redshift.amazonaws.com", scope.account_id)
            ),
            opts=self._child,
        )
        policy = RolePolicy(
            f"{name}-warehouse-pause-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        allow(
                            "PauseAndResume",
                            ["redshift:PauseCluster", "redshift:ResumeCluster"],
                            scope.arn("redshift", f"cluster:{self.identifier}"),
                        )
                    ],
                }
            ),
            opts=self._child,
        )
        for verb, schedule in schedules.items():
            redshift.ScheduledAction(
                f"{name}-warehouse-{verb}",
                name=f"{self.identifier}-{verb}",
                description=f"{verb} the warehouse of {scope.environment}".capitalize(),
                schedule=schedule,
                iam_role=role.arn,
                target_action=redshift.ScheduledActionTargetActionArgs(
                    pause_cluster=redshift.ScheduledActionTargetActionPauseClusterArgs(
                        cluster_identifier=cluster.cluster_identifier
                    )
                    if verb == "pause"
                    else None,
                    resume_cluster=redshift.ScheduledActionTargetActionResumeClusterArgs(
                        cluster_identifier=cluster.cluster_identifier
                    )
                    if verb == "resume"
                    else None,
                ),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
            )

    def _role(self, catalog: pulumi.Input[str]) -> Role:
        name, scope = self._name, self._args.scope
        role = Role(
            f"{name}-warehouse-spectrum-role",
            description=f"Lets the warehouse of {scope.environment} read the lake",
            assume_role_policy=pulumi.Output.json_dumps(
                service_trust("OnBehalfOfThisAccount", "redshift.amazonaws.com", scope.account_id)
            ),
            opts=self._child,
        )
        RolePolicy(
            f"{name}-warehouse-spectrum-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": spectrum_statements(scope, self._args.lake_bucket, self._args.lake_key_arn, catalog),
                }
            ),
            opts=self._child,
        )
        return role

    def _group(self) -> pulumi.Output[str]:
        name, args = self._name, self._args
        group = SecurityGroup(
            f"{name}-warehouse-security-group",
            description="Warehouse: its clients in, APIs of AWS out",
            vpc_id=args.vpc_id,
            tags={"Name": f"{self.identifier}-warehouse"},
            opts=self._child,
        )
        for key, client in args.client_group_ids.items():
            SecurityGroupIngressRule(
                f"{name}-warehouse-ingress-{key}",
                security_group_id=group.id,
                referenced_security_group_id=client,
                ip_protocol="tcp",
                from_port=PORT,
                to_port=PORT,
                description=f"Queries from {key}",
                opts=self._child,
            )
            SecurityGroupEgressRule(
                f"{name}-warehouse-client-{key}",
                security_group_id=client,
                referenced_security_group_id=group.id,
                ip_protocol="tcp",
                from_port=PORT,
                to_port=PORT,
                description="Queries to the warehouse",
                opts=self._child,
            )
        SecurityGroupEgressRule(
            f"{name}-warehouse-egress-aws",
            security_group_id=group.id,
            cidr_ipv4="0.0.0.0/0",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            description="S3, Glue and other APIs of AWS",
            opts=self._child,
        )
        return group.id

    def _log_groups(self, prefix: str) -> Sequence[pulumi.Resource]:
        return [
            cloudwatch.LogGroup(
                f"{self._name}-warehouse-log-{log}",
                name=f"{prefix}/{log}",
                retention_in_days=self._args.settings.log_retention_days,
                kms_key_id=self._args.logs_key_arn,
                opts=self._child,
            )
            for log in LOGS
        ]


def parameter_values() -> dict[str, str]:
    """Parameters of a cluster. https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-parameter-groups.html"""
    return {"enable_user_activity_logging": "true", "require_ssl": "true"}


def serverless_values() -> dict[str, str]:
    """Parameters of a workgroup; `enable_user_activity_logging` is always on there."""
    return {"require_ssl": "true"}
