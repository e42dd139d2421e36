"""What delivery, monitoring and backup may do (IAM-1)."""

from __future__ import annotations

from components.identity.roles import Scope, ServiceRole
from components.identity.statements import Statement, allow, pull_images, use_encrypted_messages, use_keys, write_logs


def pipeline(scope: Scope) -> list[Statement]:
    """Build, push and roll out what runs in the environment; infrastructure has a deployment role of its own."""
    return [
        *pull_images(scope),
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
        write_logs(scope, f"/aws/codebuild/{scope.environment}-*"),
        allow(
            "UseArtifacts",
            ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
            f"arn:aws:s3:::app-artifacts-{scope.environment}-{scope.account_id}/*",
        ),
        use_keys(
            "UseArtifactKey",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            scope,
            ["storage"],
            StringEquals={"kms:ViaService": f"s3.{scope.region}.amazonaws.com"},
        ),
        allow(
            "ReadContracts",
            ["ssm:GetParameter", "ssm:GetParametersByPath"],
            scope.arn("ssm", "parameter/atoll/contracts/*"),
        ),
    ]


def monitoring(scope: Scope) -> list[Statement]:
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
        allow("Notify", ["sns:Publish"], scope.arn("sns", f"atoll-{scope.environment}-*")),
        use_encrypted_messages(scope, "sns"),
    ]


def backup(scope: Scope) -> list[Statement]:
    """The customer-managed keys of what is backed up; the rest is in AWS's own service-role policies."""
    data = ["database", "storage"]
    for_aws = {"kms:GrantIsForAWSResource": "true"}
    return [
        use_keys("UseDataKeys", ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], scope, data),
        use_keys("GrantDataKeys", ["kms:CreateGrant"], scope, data, Bool=for_aws),
    ]
