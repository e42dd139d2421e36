"""What the functions of incident response may do: exactly what `services/platform/incidents` calls; pure."""

from __future__ import annotations

import pulumi

from components.functions import function_role_name
from components.identity.roles import Scope
from components.identity.statements import Statement, allow

DENY_ALL = "arn:aws:iam::aws:policy/AWSDenyAll"
"""The one policy that may be attached and detached, so that nobody gains a right by these functions."""
MARK = "atoll:incident"


def own_roles(scope: Scope) -> list[str]:
    """ARNs of the roles that close and open buckets."""
    names = (function_role_name(scope, f"{scope.environment}-incidents-{step}") for step in ("contain", "lift"))
    return [f"arn:aws:iam::{scope.account_id}:role/{name}" for name in names]


def preserve(scope: Scope) -> list[Statement]:
    """Snapshots, marks, no termination, out of the group."""
    instances, snapshots = scope.arn("ec2", "instance/*"), f"arn:aws:ec2:{scope.region}::snapshot/*"
    return [
        allow("SeeInstances", ["autoscaling:DescribeAutoScalingInstances", "ec2:DescribeInstances"], "*"),
        allow("KeepVolumes", ["ec2:CreateSnapshot"], [scope.arn("ec2", "volume/*"), snapshots]),
        allow("MarkSnapshots", ["ec2:CreateTags"], snapshots, StringEquals={"ec2:CreateAction": "CreateSnapshot"}),
        allow("MarkInstances", ["ec2:CreateTags"], instances, **_only_mark()),
        allow("KeepInstances", ["ec2:ModifyInstanceAttribute"], instances),
        allow(
            "LeaveGroups",
            ["autoscaling:DetachInstances"],
            scope.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/*"),
        ),
    ]


def contain(scope: Scope) -> list[Statement]:
    """Cut instances off, stop tasks, deny roles, disable keys, close buckets."""
    groups = scope.arn("ec2", "security-group/*")
    return [
        allow("SeeNetwork", ["ec2:DescribeInstances", "ec2:DescribeSecurityGroups"], "*"),
        allow("MakeClosedGroup", ["ec2:CreateSecurityGroup"], [groups, scope.arn("ec2", "vpc/*")]),
        allow("MarkClosedGroup", ["ec2:CreateTags"], groups, StringEquals={"ec2:CreateAction": "CreateSecurityGroup"}),
        allow(
            "EmptyClosedGroup",
            ["ec2:RevokeSecurityGroupEgress"],
            groups,
            Null={f"aws:ResourceTag/{MARK}": "false"},
        ),
        _interfaces(scope),
        allow("StopTasks", ["ecs:DescribeTasks", "ecs:StopTask"], scope.arn("ecs", "task/*")),
        *_roles(scope, "iam:AttachRolePolicy"),
        *_keys(scope),
        *_buckets(),
    ]


def lift(scope: Scope) -> list[Statement]:
    """Put back what `contain` has changed."""
    instances = scope.arn("ec2", "instance/*")
    return [
        _interfaces(scope),
        allow("FreeInstances", ["ec2:ModifyInstanceAttribute"], instances),
        allow("UnmarkInstances", ["ec2:DeleteTags"], instances, **_only_mark()),
        *_roles(scope, "iam:DetachRolePolicy"),
        *_keys(scope),
        allow("OpenBuckets", ["s3:DeleteBucketPolicy"], "arn:aws:s3:::*"),
        *_buckets(),
    ]


def tell(scope: Scope, topic: pulumi.Input[str], key: pulumi.Input[str]) -> list[Statement]:
    """Publish to the topic of findings."""
    through = {"kms:ViaService": f"sns.{scope.region}.amazonaws.com"}
    return [
        allow("Tell", ["sns:Publish"], topic),
        allow("Encrypt", ["kms:Decrypt", "kms:GenerateDataKey"], key, StringEquals=through),
    ]


def _only_mark() -> dict[str, dict[str, list[str]]]:
    return {"ForAllValues:StringEquals": {"aws:TagKeys": [MARK]}}


def _interfaces(scope: Scope) -> Statement:
    kinds = ("instance/*", "network-interface/*", "security-group/*")
    return allow("MoveInterfaces", ["ec2:ModifyNetworkInterfaceAttribute"], [scope.arn("ec2", kind) for kind in kinds])


def _roles(scope: Scope, action: str) -> list[Statement]:
    roles = f"arn:aws:iam::{scope.account_id}:role/*"
    return [
        allow("SeeRoles", ["iam:ListAttachedRolePolicies"], roles),
        allow("DenyRoles", [action], roles, ArnEquals={"iam:PolicyARN": DENY_ALL}),
    ]


def _keys(scope: Scope) -> list[Statement]:
    return [
        allow(
            "SwitchAccessKeys",
            ["iam:ListAccessKeys", "iam:UpdateAccessKey"],
            f"arn:aws:iam::{scope.account_id}:user/*",
        )
    ]


def _buckets() -> list[Statement]:
    return [
        allow(
            "CloseBuckets",
            [
                "s3:GetBucketPolicy",
                "s3:GetBucketPublicAccessBlock",
                "s3:PutBucketPolicy",
                "s3:PutBucketPublicAccessBlock",
            ],
            "arn:aws:s3:::*",
        )
    ]
