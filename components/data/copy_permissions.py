"""What data copies may do, and who may compute masks (DB-6): pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi

from components.data.database_end import DatabaseEnd
from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow
from components.security.key_policy import ADMINISTRATION


def trust(principal: str, scope: Scope, source: str) -> dict[str, Any]:
    """A service may take the role, on behalf of exactly this resource."""
    return service_trust("OnBehalfOfOne", principal, scope.account_id, source, exact=True)


def run_statements(
    scope: Scope,
    *,
    log_group: str | pulumi.Output[str],
    objects: Sequence[pulumi.Input[str]],
    storage_key_arn: pulumi.Input[str],
    ends: Sequence[DatabaseEnd],
    mask_key_arn: pulumi.Input[str] | None,
    subnet_ids: Sequence[pulumi.Input[str]],
    group_id: pulumi.Input[str],
) -> list[Statement]:
    """What one flow's run may do."""
    told = {end.secret_arn.split(":")[3] for end in ends if isinstance(end.secret_arn, str)}
    regions = sorted({scope.region, *told})
    interface = scope.arn("ec2", "network-interface/*")
    subnets = [pulumi.Output.concat(scope.arn("ec2", "subnet/"), subnet) for subnet in subnet_ids]
    statements = [
        allow(
            "WriteLogs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            pulumi.Output.concat(scope.arn("logs", "log-group:"), log_group, ":*"),
        ),
        allow("ReadCodeAndPlan", ["s3:GetObject", "s3:GetObjectVersion"], list(objects)),
        allow(
            "DecryptCodeAndPlan",
            ["kms:Decrypt"],
            storage_key_arn,
            StringEquals={"kms:ViaService": f"s3.{scope.region}.amazonaws.com"},
        ),
        allow("ReadLogins", ["secretsmanager:GetSecretValue"], [end.secret_arn for end in ends]),
        allow(
            "DecryptLogins",
            ["kms:Decrypt"],
            [end.secret_key_arn for end in ends],
            StringEquals={"kms:ViaService": [f"secretsmanager.{region}.amazonaws.com" for region in regions]},
        ),
        allow(
            "SeeVpc",
            [
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
            "*",
        ),
        allow(
            "AttachToVpc",
            ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"],
            [interface, *subnets, pulumi.Output.concat(scope.arn("ec2", "security-group/"), group_id)],
        ),
        allow(
            "LendInterface",
            ["ec2:CreateNetworkInterfacePermission"],
            interface,
            StringEquals={"ec2:AuthorizedService": "codebuild.amazonaws.com"},
        ),
    ]
    if mask_key_arn is not None:
        statements.append(allow("ComputeMasks", ["kms:GenerateMac"], mask_key_arn))
    return statements


def start(projects: Sequence[pulumi.Input[str]]) -> Statement:
    """Start builds of these projects."""
    return allow("StartCopies", ["codebuild:StartBuild"], list(projects))


def mask_key_policy(scope: Scope) -> dict[str, Any]:
    """The account administers the key; roles compute with it by their own policies, and nobody verifies."""
    account = {"AWS": f"arn:aws:iam::{scope.account_id}:root"}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AdministerByAccount",
                "Effect": "Allow",
                "Principal": account,
                "Action": list(ADMINISTRATION),
                "Resource": "*",
            },
            {
                "Sid": "ComputeByRoles",
                "Effect": "Allow",
                "Principal": account,
                "Action": "kms:GenerateMac",
                "Resource": "*",
                "Condition": {"StringEquals": {"kms:CallerAccount": scope.account_id}},
            },
        ],
    }
