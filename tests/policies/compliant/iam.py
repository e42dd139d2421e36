"""Roles and policies as they should be."""

from __future__ import annotations

import json

import pulumi
from pulumi_aws import iam, s3

ISSUER = "token.actions.githubusercontent.com"


def program() -> None:
    """Policies that refer to another resource, as most do, attachments of them, and a role."""
    bucket = s3.Bucket.get("reports", "reports-bucket")
    read = {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [bucket.arn]}
    document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]})
    iam.Policy("policy", policy=document)
    iam.RolePolicy("role-policy", role="reporter", policy=document)
    iam.GroupPolicy("group-policy", group="reporters", policy=document)
    iam.GroupPolicyAttachment(
        "group-attachment", group="reporters", policy_arn="arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
    )
    iam.PolicyAttachment(
        "attachment", roles=["reporter"], policy_arn="arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
    )
    service = {
        "Effect": "Allow",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
    }
    identity = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {
                f"{ISSUER}:aud": "sts.amazonaws.com",
                f"{ISSUER}:sub": "repo:platform/atoll:ref:refs/heads/main",
            }
        },
    }
    logs = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "arn:aws:logs:us-east-1:111122223333:*"}
    role = iam.Role(
        "role",
        assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [service, identity]}),
        inline_policies=[{"name": "logs", "policy": json.dumps({"Version": "2012-10-17", "Statement": [logs]})}],
        managed_policy_arns=["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"],
    )
    iam.RolePolicy("role-more", role=role.name, policy=document)
