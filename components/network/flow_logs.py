"""Flow logs of a VPC or of a transit gateway: who talked to whom, accepted and rejected."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws.cloudwatch.log_group import LogGroup
from pulumi_aws.ec2.flow_log import FlowLog
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.service_trust import service_trust

TOKEN = "atoll:network:FlowLogs"
AGGREGATION_SECONDS = 60
"""The finer of the two intervals AWS offers (60 and 600): a rejected flow is visible within minutes."""


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    """Wiring of the flow logs of one VPC or transit gateway."""

    environment: str
    """Ends the name of the log group: `staging`, or `staging-shared` for a second network."""
    region: str
    account_id: str
    vpc_id: pulumi.Input[str] | None = None
    """The VPC; None for a transit gateway."""
    transit_gateway_id: pulumi.Input[str] | None = None
    """The transit gateway; None for a VPC."""
    key_arn: pulumi.Input[str]
    """KMS key whose policy lets CloudWatch Logs use it: the `logs` key."""
    retention_days: int


def trust_policy(region: str, account_id: str) -> dict[str, Any]:
    """Only flow logs of this account and region may take the role (no confused deputy)."""
    return service_trust(
        "FlowLogsOfThisAccount",
        "vpc-flow-logs.amazonaws.com",
        account_id,
        f"arn:aws:ec2:{region}:{account_id}:vpc-flow-log/*",
    )


def delivery_policy(group_arn: str) -> dict[str, Any]:
    """Write streams of this one group; look groups up, an action that AWS cannot limit to a resource."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "WriteStreams",
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                "Resource": f"{group_arn}:*",
            },
            {
                "Sid": "FindGroup",
                "Effect": "Allow",
                "Action": "logs:DescribeLogGroups",
                "Resource": "*",
            },
        ],
    }


class FlowLogs(pulumi.ComponentResource):
    """All traffic of a VPC or a transit gateway over 60 seconds, in an encrypted log group with a role of its own.

    Costs: USD 0.50 per GB taken in, the first 10 TB a month; storage USD 0.03 per GB and month.
    Does not alarm on anything; metric filters belong to observability.
    Source: NET-6; https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """

    log_group_name: pulumi.Output[str]
    """`/aws/vpc/flow-logs-<environment>`."""
    log_group_arn: pulumi.Output[str]
    role_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the log group, the role and the flow log."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        group_name = f"/aws/vpc/flow-logs-{args.environment}"
        group = LogGroup(
            f"{name}-group",
            name=group_name,
            kms_key_id=args.key_arn,
            retention_in_days=args.retention_days,
            opts=child,
        )
        role = Role(
            f"{name}-role",
            description=f"Delivers the flow logs of the {args.environment} {_kind(args)} to CloudWatch Logs",
            assume_role_policy=json.dumps(trust_policy(args.region, args.account_id)),
            opts=child,
        )
        policy = RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=json.dumps(delivery_policy(f"arn:aws:logs:{args.region}:{args.account_id}:log-group:{group_name}")),
            opts=child,
        )
        FlowLog(
            f"{name}-log",
            vpc_id=args.vpc_id,
            transit_gateway_id=args.transit_gateway_id,
            # AWS takes no traffic type for a transit gateway, of which everything is logged.
            traffic_type="ALL" if args.transit_gateway_id is None else None,
            max_aggregation_interval=AGGREGATION_SECONDS,
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            tags={"Name": f"atoll-{args.environment}"},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.log_group_name = group.name
        self.log_group_arn = group.arn
        self.role_arn = role.arn
        self.register_outputs(
            {"log_group_name": self.log_group_name, "log_group_arn": self.log_group_arn, "role_arn": self.role_arn}
        )


def _kind(args: FlowLogsArgs) -> str:
    return "VPC" if args.transit_gateway_id is None else "transit gateway"
