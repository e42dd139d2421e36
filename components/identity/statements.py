"""How statements are written here, and those that several roles share (IAM-1)."""

from __future__ import annotations

from typing import Any

from components.identity.roles import Scope

Statement = dict[str, Any]

UNSCOPED_ACTIONS: dict[str, str] = {
    "ecr:GetAuthorizationToken": "a token is for the whole registry",
    "xray:PutTraceSegments": "traces are no resources",
    "xray:PutTelemetryRecords": "traces are no resources",
    "xray:GetSamplingRules": "the SDK reads the rules of the account",
    "xray:GetSamplingTargets": "the SDK reads the targets of the account",
    "xray:BatchGetTraces": "traces are no resources",
    "xray:GetTraceSummaries": "traces are no resources",
    "xray:GetServiceGraph": "the service graph is the account's",
    "cloudwatch:PutMetricData": "metrics are no resources; limited to a namespace by condition",
    "cloudwatch:GetMetricData": "metrics are no resources",
    "cloudwatch:GetMetricStatistics": "metrics are no resources",
    "cloudwatch:ListMetrics": "metrics are no resources",
    "logs:DescribeLogGroups": "lists the account",
    "logs:StopQuery": "a query is no resource",
    "tag:GetResources": "searches the account",
    "ec2:DescribeNetworkInterfaces": "EC2's describe calls know no resource",
    "ec2:DescribeSubnets": "EC2's describe calls know no resource",
    "ecs:DescribeTaskDefinition": "knows no resource",
}
"""Action that AWS cannot limit to a resource → why. A `Resource: "*"` may hold these and no other; a test holds it.

Source:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""


def allow(sid: str, actions: list[str], resources: Any, **conditions: Any) -> Statement:
    """One allowing statement; `conditions` are operators such as `StringEquals={…}`."""
    statement: Statement = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
    return statement | ({"Condition": conditions} if conditions else {})


def read_configuration(scope: Scope) -> list[Statement]:
    """Read the environment's secrets and parameters."""
    return [
        allow(
            "ReadSecrets",
            ["secretsmanager:GetSecretValue"],
            scope.arn("secretsmanager", f"secret:atoll/{scope.environment}/*"),
        ),
        allow(
            "ReadParameters",
            ["ssm:GetParameter", "ssm:GetParameters"],
            scope.arn("ssm", f"parameter/atoll/{scope.environment}/*"),
        ),
        use_keys("DecryptConfiguration", ["kms:Decrypt"], scope, ["secrets"]),
    ]


def use_keys(sid: str, actions: list[str], scope: Scope, purposes: list[str], **conditions: Any) -> Statement:
    """Use the keys of these purposes, told by their aliases, which are known before deployment.

    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """
    aliases = [f"alias/atoll-{scope.environment}-{purpose}" for purpose in purposes]
    matches: dict[str, Any] = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": aliases}}
    return allow(sid, actions, scope.arn("kms", "key/*"), **matches, **conditions)


def write_logs(scope: Scope, *groups: str) -> Statement:
    """Write streams of the log groups of these names (patterns)."""
    streams = [scope.arn("logs", f"log-group:{group}:*") for group in groups]
    return allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], streams)


def use_encrypted_messages(scope: Scope, service: str) -> Statement:
    """Send to queues or topics (`service`: sqs or sns) that the messaging key encrypts."""
    return use_keys(
        "UseMessagingKey",
        ["kms:Decrypt", "kms:GenerateDataKey"],
        scope,
        ["messaging"],
        StringEquals={"kms:ViaService": f"{service}.{scope.region}.amazonaws.com"},
    )


def pull_images(scope: Scope) -> list[Statement]:
    """Pull images of the environment's repositories, `<environment>/<service>`."""
    return [
        allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], "*"),
        allow(
            "PullImages",
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            scope.arn("ecr", f"repository/{scope.environment}/*"),
        ),
    ]


def send_traces() -> Statement:
    """Send X-Ray segments."""
    return allow("SendTraces", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")
