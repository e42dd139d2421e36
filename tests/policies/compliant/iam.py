"""Roles and policies as they should be."""

from __future__ import annotations

import pulumi
from pulumi_aws import iam, s3


def program() -> None:
    """A policy that refers to another resource, as most do."""
    bucket = s3.Bucket.get("reports", "reports-bucket")
    read = {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [bucket.arn]}
    document = pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]})
    iam.Policy("policy", policy=document)
    iam.RolePolicy("role-policy", role="reporter", policy=document)
    iam.GroupPolicy("group-policy", group="reporters", policy=document)
