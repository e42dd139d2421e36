"""What tasks and functions may do (IAM-1)."""

from __future__ import annotations

from components.identity.roles import Scope
from components.identity.statements import (
    Statement,
    allow,
    pull_images,
    read_configuration,
    send_traces,
    use_encrypted_messages,
    use_keys,
    write_logs,
)

APPLICATION_USER = "app"
"""Database user as whom tasks log in with an IAM token; the master user is never theirs."""


def task_execution(scope: Scope) -> list[Statement]:
    """What ECS does before a task runs: pull its image, open its log stream, fetch its secrets."""
    return [
        *pull_images(scope),
        write_logs(scope, f"/aws/ecs/app-service-{scope.environment}"),
        *read_configuration(scope),
    ]


def task(scope: Scope) -> list[Statement]:
    """What the application itself does: its tables, objects and database; its traces and metrics."""
    buckets = [f"arn:aws:s3:::app-{role}-{scope.shared}-{scope.account_id}" for role in ("assets", "uploads")]
    tables = scope.arn("dynamodb", f"table/atoll-{scope.environment}-*")
    return [
        allow(
            "UseTables",
            [
                "dynamodb:BatchGetItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:ConditionCheckItem",
                "dynamodb:DeleteItem",
                "dynamodb:DescribeTable",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            ],
            [tables, f"{tables}/index/*"],
        ),
        allow("ListBuckets", ["s3:ListBucket"], buckets),
        allow(
            "UseObjects",
            ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
            [f"{bucket}/*" for bucket in buckets],
        ),
        use_keys(
            "UseDataKeys",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            scope,
            ["database", "storage"],
            StringEquals={"kms:ViaService": [f"{name}.{scope.region}.amazonaws.com" for name in ("dynamodb", "s3")]},
        ),
        # The instance's resource id is in the ARN and known only once it stands; the user name is what limits this.
        allow("LogInToDatabase", ["rds-db:connect"], scope.arn("rds-db", f"dbuser:*/{APPLICATION_USER}")),
        send_traces(),
        allow("SampleTraces", ["xray:GetSamplingRules", "xray:GetSamplingTargets"], "*"),
        allow(
            "SendMetrics",
            ["cloudwatch:PutMetricData"],
            "*",
            StringEquals={"cloudwatch:namespace": f"Atoll/{scope.environment}"},
        ),
    ]


def functions(scope: Scope) -> list[Statement]:
    """What every function needs; what one function needs beside comes from its contract."""
    interfaces = scope.arn("ec2", "network-interface/*")
    manage = [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:UnassignPrivateIpAddresses",
    ]
    return [
        write_logs(scope, "/aws/lambda/platform-functions", "/aws/lambda/function-*"),
        *read_configuration(scope),
        allow("DeadLetters", ["sqs:SendMessage"], scope.arn("sqs", f"atoll-{scope.environment}-*")),
        use_encrypted_messages(scope, "sqs"),
        send_traces(),
        allow(
            "AttachToVpc",
            manage,
            [interfaces, scope.arn("ec2", "subnet/*"), scope.arn("ec2", "security-group/*")],
        ),
        allow("SeeVpc", ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], "*"),
        # Lambda attaches interfaces with this role, and a function's code has the same role: it must not.
        # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice
        {
            "Sid": "KeepCodeFromNetworkInterfaces",
            "Effect": "Deny",
            "Action": manage,
            "Resource": interfaces,
            "Condition": {"ArnLike": {"lambda:SourceFunctionArn": scope.arn("lambda", "function:*")}},
        },
    ]
