"""What a function's role may do because of how the function runs; what its code does is given as statements (FN-1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi

from components.functions.names import function_arn
from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow

_INTERFACES = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
]


def function_trust(scope: Scope) -> dict[str, Any]:
    """Lambda takes the role, for this account. It sends no function ARN while a function is being made."""
    return service_trust("Lambda", "lambda.amazonaws.com", scope.account_id)


def attach_to_vpc(
    scope: Scope, name: str, subnet_ids: Sequence[pulumi.Input[str]], group_ids: Sequence[pulumi.Input[str]]
) -> list[Statement]:
    """Lambda makes interfaces in exactly these subnets and groups, with the role that the function's code has too.

    The code must not: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice
    """
    interfaces = scope.arn("ec2", "network-interface/*")
    return [
        allow(
            "AttachToVpc",
            _INTERFACES,
            [
                interfaces,
                *(pulumi.Output.concat(scope.arn("ec2", "subnet/"), subnet) for subnet in subnet_ids),
                *(pulumi.Output.concat(scope.arn("ec2", "security-group/"), group) for group in group_ids),
            ],
        ),
        allow("SeeVpc", ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], "*"),
        {
            "Sid": "KeepCodeFromNetworkInterfaces",
            "Effect": "Deny",
            "Action": _INTERFACES,
            "Resource": interfaces,
            "Condition": {"ArnLike": {"lambda:SourceFunctionArn": function_arn(scope, name)}},
        },
    ]


def take_batches(queue_arns: Sequence[pulumi.Input[str]]) -> Statement:
    """Lambda receives from these queues, and deletes what has been handled."""
    actions = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    return allow("TakeBatches", actions, list(queue_arns))


def send_dead_letters(queue_arn: pulumi.Input[str]) -> Statement:
    """What failed for good goes to this queue."""
    return allow("SendDeadLetters", ["sqs:SendMessage"], queue_arn)


def read_streams(stream_arns: Sequence[pulumi.Input[str]], table_arns: Sequence[pulumi.Input[str]]) -> list[Statement]:
    """Lambda reads these streams; listing knows a table's streams only as a whole."""
    actions = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
    listed = [pulumi.Output.concat(table, "/stream/*") for table in table_arns]
    return [
        allow("ReadStreams", actions, list(stream_arns)),
        allow("ListStreams", ["dynamodb:ListStreams"], listed),
    ]


def use_key(sid: str, actions: list[str], key_arn: pulumi.Input[str], scope: Scope, service: str) -> Statement:
    """Use one key, through one AWS service only."""
    return allow(sid, actions, key_arn, StringEquals={"kms:ViaService": f"{service}.{scope.region}.amazonaws.com"})
