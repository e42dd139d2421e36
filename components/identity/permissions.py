"""What each service role may do: one statement for each need, exact actions, resources of its environment (IAM-1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from components.identity.roles import Scope, ServiceRole

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

APPLICATION_USER = "app"
"""Database user as whom tasks log in with an IAM token; the master user is never theirs."""


def allow(sid: str, actions: list[str], resources: Any, **conditions: Any) -> Statement:
    """One allowing statement; `conditions` are operators such as `StringEquals={…}`."""
    statement: Statement = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
    return statement | ({"Condition": conditions} if conditions else {})


def _read_configuration(scope: Scope, keys: Mapping[str, pulumi.Input[str]]) -> list[Statement]:
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
        allow("DecryptConfiguration", ["kms:Decrypt"], keys["secrets"]),
    ]


def _write_logs(scope: Scope, group: str) -> Statement:
    return allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], scope.arn("logs", f"log-group:{group}:*"))


def _pull_images(scope: Scope) -> list[Statement]:
    return [
        allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], "*"),
        allow(
            "PullImages",
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            scope.arn("ecr", f"repository/{scope.environment}/*"),
        ),
    ]


def _trace() -> Statement:
    return allow("SendTraces", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")


def _task_execution(scope: Scope, keys: Mapping[str, pulumi.Input[str]]) -> list[Statement]:
    """What ECS does before a task runs: pull its image, open its log stream, fetch its secrets."""
    return [
        *_pull_images(scope),
        _write_logs(scope, f"/aws/ecs/app-service-{scope.environment}"),
        *_read_configuration(scope, keys),
    ]


def _task(scope: Scope, keys: Mapping[str, pulumi.Input[str]]) -> list[Statement]:
    """What the application itself does: its tables, objects and database; its traces and metrics."""
    buckets = [f"arn:aws:s3:::app-{role}-{scope.environment}-{scope.account_id}" for role in ("assets", "uploads")]
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
        allow(
            "UseDataKeys",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            [keys["database"], keys["storage"]],
            StringEquals={"kms:ViaService": [f"{name}.{scope.region}.amazonaws.com" for name in ("dynamodb", "s3")]},
        ),
        # The instance's resource id is in the ARN and known only once it stands; the user name is what limits this.
        allow("LogInToDatabase", ["rds-db:connect"], scope.arn("rds-db", f"dbuser:*/{APPLICATION_USER}")),
        _trace(),
        allow("SampleTraces", ["xray:GetSamplingRules", "xray:GetSamplingTargets"], "*"),
        allow(
            "SendMetrics",
            ["cloudwatch:PutMetricData"],
            "*",
            StringEquals={"cloudwatch:namespace": f"Atoll/{scope.environment}"},
        ),
    ]


def _lambda(scope: Scope, keys: Mapping[str, pulumi.Input[str]]) -> list[Statement]:
    """What every function needs; what one function needs beside comes from its contract."""
    interfaces = scope.arn("ec2", "network-interface/*")
    manage = [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:UnassignPrivateIpAddresses",
    ]
    return [
        _write_logs(scope, "/aws/lambda/function-*"),
        *_read_configuration(scope, keys),
        allow("DeadLetters", ["sqs:SendMessage"], scope.arn("sqs", f"atoll-{scope.environment}-*")),
        _trace(),
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


def _pipeline(scope: Scope, keys: Mapping[str, pulumi.Input[str]]) -> list[Statement]:
    """Build, push and roll out what runs in the environment; infrastructure has a deployment role of its own."""
    return [
        *_pull_images(scope),
        allow(
            "PushImages",
            [
                "ecr:CompleteLayerUpload",
                "ecr:DescribeImageScanFindings",
                "ecr:DescribeImages",
                "ecr:InitiateLayerUpload",
                "ecr:PutImage",
                "ecr:UploadLayerPart",
            ],
            scope.arn("ecr", f"repository/{scope.environment}/*"),
        ),
        allow("ReadTasks", ["ecs:DescribeTaskDefinition"], "*"),
        allow(
            "DefineTasks",
            ["ecs:RegisterTaskDefinition"],
            scope.arn("ecs", f"task-definition/{scope.environment}-*:*"),
        ),
        allow(
            "RollOutServices",
            ["ecs:DescribeServices", "ecs:UpdateService"],
            scope.arn("ecs", f"service/{scope.environment}-*/*"),
        ),
        allow(
            "HandRolesToTasks",
            ["iam:PassRole"],
            [scope.role_arn(ServiceRole.ECS_TASK_EXECUTION), scope.role_arn(ServiceRole.ECS_TASK)],
            StringEquals={"iam:PassedToService": "ecs-tasks.amazonaws.com"},
        ),
        allow(
            "ShiftTraffic",
            ["codedeploy:CreateDeployment", "codedeploy:GetDeployment"],
            scope.arn("codedeploy", f"deploymentgroup:{scope.environment}-*/*"),
        ),
        allow(
            "RegisterRevisions",
            ["codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision"],
            scope.arn("codedeploy", f"application:{scope.environment}-*"),
        ),
        allow("ReadDeploymentPace", ["codedeploy:GetDeploymentConfig"], scope.arn("codedeploy", "deploymentconfig:*")),
        allow(
            "RunBuilds",
            ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
            scope.arn("codebuild", f"project/{scope.environment}-*"),
        ),
        _write_logs(scope, f"/aws/codebuild/{scope.environment}-*"),
        allow(
            "UseArtifacts",
            ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
            f"arn:aws:s3:::app-artifacts-{scope.environment}-{scope.account_id}/*",
        ),
        allow(
            "UseArtifactKey",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            keys["storage"],
            StringEquals={"kms:ViaService": f"s3.{scope.region}.amazonaws.com"},
        ),
        allow(
            "ReadContracts",
            ["ssm:GetParameter", "ssm:GetParametersByPath"],
            scope.arn("ssm", "parameter/atoll/contracts/*"),
        ),
    ]


def _monitoring(scope: Scope, _keys: Mapping[str, pulumi.Input[str]]) -> list[Statement]:
    """Read metrics, logs, traces and alarms; notify the environment's topics."""
    return [
        allow(
            "ReadMetrics",
            ["cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics"],
            "*",
        ),
        allow(
            "ReadAlarms",
            ["cloudwatch:DescribeAlarmHistory", "cloudwatch:DescribeAlarms"],
            scope.arn("cloudwatch", "alarm:*"),
        ),
        allow(
            "QueryLogs",
            [
                "logs:FilterLogEvents",
                "logs:GetLogEvents",
                "logs:GetLogGroupFields",
                "logs:GetQueryResults",
                "logs:StartQuery",
            ],
            scope.arn("logs", "log-group:*"),
        ),
        allow("FindLogs", ["logs:DescribeLogGroups", "logs:StopQuery"], "*"),
        allow(
            "ReadTraces",
            ["xray:BatchGetTraces", "xray:GetServiceGraph", "xray:GetTraceSummaries"],
            "*",
        ),
        allow("FindResources", ["tag:GetResources"], "*"),
        allow("Notify", ["sns:Publish"], scope.arn("sns", f"{scope.environment}-*")),
    ]


def _backup(scope: Scope, keys: Mapping[str, pulumi.Input[str]]) -> list[Statement]:
    """The customer-managed keys of what is backed up; the rest is in AWS's own service-role policies."""
    data = [keys["database"], keys["storage"]]
    return [
        allow("UseDataKeys", ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], data),
        allow("GrantDataKeys", ["kms:CreateGrant"], data, Bool={"kms:GrantIsForAWSResource": "true"}),
    ]


OWN_POLICIES = {
    ServiceRole.ECS_TASK_EXECUTION: _task_execution,
    ServiceRole.ECS_TASK: _task,
    ServiceRole.LAMBDA_EXECUTION: _lambda,
    ServiceRole.PIPELINE: _pipeline,
    ServiceRole.MONITORING: _monitoring,
    ServiceRole.BACKUP: _backup,
}
"""Role → statements of its own policy, from the scope and the key ARNs by purpose."""

MANAGED_POLICIES: dict[ServiceRole, tuple[str, ...]] = {
    ServiceRole.RDS_ENHANCED_MONITORING: ("service-role/AmazonRDSEnhancedMonitoringRole",),
    ServiceRole.BACKUP: (
        "service-role/AWSBackupServiceRolePolicyForBackup",
        "service-role/AWSBackupServiceRolePolicyForRestores",
        "AWSBackupServiceRolePolicyForS3Backup",
        "AWSBackupServiceRolePolicyForS3Restore",
    ),
}
"""Role → AWS's policies, only those AWS writes for exactly this service role and keeps current with the service."""


def own_policy(role: ServiceRole, scope: Scope, keys: Mapping[str, pulumi.Input[str]]) -> dict[str, Any] | None:
    """The policy document of a role; None where AWS's managed policy is all it needs.

    Raises:
        KeyError: a key that the role needs is missing from `keys`.
    """
    statements = OWN_POLICIES.get(role)
    return None if statements is None else {"Version": "2012-10-17", "Statement": statements(scope, keys)}
