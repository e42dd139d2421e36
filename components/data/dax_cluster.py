"""One DynamoDB Accelerator cluster (DDB-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import dax
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.service_trust import service_trust
from components.network.client_rules import admit
from contracts.settings.data import DaxSettings

TOKEN = "atoll:data:DaxCluster"
PORT = 9111
"""Port of a cluster that speaks TLS; 8111 is that of one in clear."""
PARAMETER_FAMILY = "dax1.0"
TABLE_ACTIONS = (
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
)
"""What the cluster does in the name of its callers."""
KEY_ACTIONS = ("kms:Decrypt", "kms:DescribeKey")


@dataclass(frozen=True, kw_only=True)
class DaxClusterArgs:
    """What the cluster is wired to."""

    settings: DaxSettings
    environment: str
    """Part of the name `atoll-<environment>`, of which DAX takes 20 characters."""
    region: str
    account_id: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Zone → database subnet."""
    workload_zones: Sequence[str]
    """Zones of the nodes in turn."""
    client_groups: Mapping[str, pulumi.Input[str]]
    """Stable key → security group that may call, and gets the rule to do so."""
    table_arns: Sequence[pulumi.Input[str]]
    """Tables that it accelerates."""
    table_key_arn: pulumi.Input[str]
    """Key of the tables."""
    notification_topic_arn: pulumi.Input[str] | None = None
    """Topic for events of nodes."""


class DaxCluster(pulumi.ComponentResource):
    """A cache in front of DynamoDB that speaks DynamoDB's own API, encrypted on the way and at rest.

    Makes a role that may use the tables and nothing else, a subnet group, a parameter group with the times to live, a
    security group that admits the callers on port 9111, and the cluster, whose nodes are in the workload zones in turn.
    The encryption at rest has a key of DAX's own: it takes no other. Callers use the DAX client with the cluster's
    `daxs://` address, and need `dax:` rights besides; what they write past the cluster is not seen until it expires.

    Costs node hours; a cluster cannot be stopped.

    Does not make: the callers' rights, alarms.

    Raises:
        ValueError: a workload zone has no subnet.

    Source: DDB-1; Amazon DynamoDB Developer Guide, "DAX: How it works", "DAX encryption at rest", "DAX access control".
    """

    cluster_name: str
    arn: pulumi.Output[str]
    address: pulumi.Output[str]
    """Host that clients discover the nodes from."""
    port: int
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, *, args: DaxClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the cluster and what it stands on."""
        super().__init__(TOKEN, name, None, opts)
        settings = args.settings
        self.cluster_name = cluster_name(args.environment)
        self.port = PORT
        child = pulumi.ResourceOptions(parent=self)
        subnets = _subnets(args)
        role = Role(
            f"{name}-dax-role",
            description=f"Lets DAX use the tables of {args.environment}",
            assume_role_policy=pulumi.Output.json_dumps(service_trust("Dax", "dax.amazonaws.com", args.account_id)),
            opts=child,
        )
        policy = RolePolicy(
            f"{name}-dax-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps(permissions(args.table_arns, args.table_key_arn, args.region)),
            opts=child,
        )
        subnet_group = dax.SubnetGroup(
            f"{name}-dax-subnets",
            name=self.cluster_name,
            description=f"Database subnets of {args.environment}",
            subnet_ids=subnets,
            opts=child,
        )
        parameter_group = dax.ParameterGroup(
            f"{name}-dax-parameters",
            name=self.cluster_name,
            description=f"Times to live: {self.cluster_name}",
            parameters=[
                dax.ParameterGroupParameterArgs(name="query-ttl-millis", value=str(settings.query_seconds * 1000)),
                dax.ParameterGroupParameterArgs(name="record-ttl-millis", value=str(settings.item_seconds * 1000)),
            ],
            opts=child,
        )
        group = self._make_group(name, args)
        zones = [args.workload_zones[index % len(args.workload_zones)] for index in range(settings.nodes)]
        cluster = dax.Cluster(
            f"{name}-dax",
            cluster_name=self.cluster_name,
            description=f"Answers of tables in {args.environment}",
            node_type=settings.node_type,
            replication_factor=settings.nodes,
            availability_zones=sorted(set(zones)),
            iam_role_arn=role.arn,
            subnet_group_name=subnet_group.name,
            parameter_group_name=parameter_group.name,
            security_group_ids=[group.id],
            cluster_endpoint_encryption_type="TLS",
            server_side_encryption=dax.ClusterServerSideEncryptionArgs(enabled=True),
            maintenance_window=settings.maintenance_window,
            notification_topic_arn=args.notification_topic_arn,
            # Nodes read the tables' descriptions as they come up.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.arn = cluster.arn
        self.address = cluster.cluster_address
        self.security_group_id = group.id
        self.register_outputs({"arn": self.arn, "address": self.address, "port": self.port})

    def _make_group(self, name: str, args: DaxClusterArgs) -> SecurityGroup:
        child = pulumi.ResourceOptions(parent=self)
        group = SecurityGroup(
            f"{name}-dax-group",
            description="DynamoDB Accelerator: callers in, nothing out",
            vpc_id=args.vpc_id,
            tags={"Name": f"atoll-{args.environment}-dax"},
            opts=child,
        )
        admit(f"{name}-dax", group.id, args.client_groups, PORT, "DAX over TLS", child)
        return group


def cluster_name(environment: str) -> str:
    """The name, within the 20 characters that DAX takes."""
    return f"atoll-{environment}"[:20].rstrip("-")


def permissions(table_arns: Sequence[pulumi.Input[str]], key_arn: pulumi.Input[str], region: str) -> dict[str, Any]:
    """The permissions policy: the tables with their indexes, and the tables' key through DynamoDB."""
    indexes = [pulumi.Output.concat(arn, "/index/*") for arn in table_arns]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "UseTables",
                "Effect": "Allow",
                "Action": list(TABLE_ACTIONS),
                "Resource": [*table_arns, *indexes],
            },
            {
                "Sid": "UseTableKey",
                "Effect": "Allow",
                "Action": list(KEY_ACTIONS),
                "Resource": key_arn,
                "Condition": {"StringEquals": {"kms:ViaService": f"dynamodb.{region}.amazonaws.com"}},
            },
        ],
    }


def _subnets(args: DaxClusterArgs) -> list[pulumi.Input[str]]:
    missing = [zone for zone in args.workload_zones if zone not in args.subnet_ids]
    if missing or not args.workload_zones:
        raise ValueError(
            f"DAX of {args.environment}: no database subnet in {', '.join(missing) or 'any workload zone'}; "
            f"there are subnets in {', '.join(sorted(args.subnet_ids)) or 'no zone'}: change network.workload_zones"
        )
    return [args.subnet_ids[zone] for zone in args.workload_zones]
