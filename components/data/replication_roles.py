"""Roles of replication: what DMS reads, where it writes, and what it asks for by name (DB-6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy
from pulumi_aws.iam.role_policy_attachment import RolePolicyAttachment

from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow

if TYPE_CHECKING:
    from components.data.database_end import DatabaseEnd

ACCOUNT_ROLES = {
    "dms-vpc-role": "service-role/AmazonDMSVPCManagementRole",
    "dms-cloudwatch-logs-role": "service-role/AmazonDMSCloudWatchLogsRole",
}
"""Role that DMS looks for by this name → AWS's policy for it. https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole"""


def account_roles(parent: pulumi.Resource, name: str, scope: Scope) -> list[pulumi.Resource]:
    """The account's own roles; subnet group and logs of every replication stand on them."""
    made: list[pulumi.Resource] = []
    for role_name, policy in ACCOUNT_ROLES.items():
        role = Role(
            f"{name}-replication-{role_name}",
            name=role_name,
            description="Lets DMS work in VPCs" if "vpc" in role_name else "Lets DMS write logs",
            assume_role_policy=pulumi.Output.json_dumps(
                service_trust("OnBehalfOfThisAccount", "dms.amazonaws.com", scope.account_id)
            ),
            opts=pulumi.ResourceOptions(parent=parent),
        )
        made.append(
            RolePolicyAttachment(
                f"{name}-replication-{role_name}-policy",
                role=role.name,
                policy_arn=f"arn:aws:iam::aws:policy/{policy}",
                opts=pulumi.ResourceOptions(parent=parent),
            )
        )
    return made


def role(
    parent: pulumi.Resource, name: str, description: str, principal: str, scope: Scope, statements: list[Statement]
) -> Role:
    """A role of DMS and what it may do."""
    child = pulumi.ResourceOptions(parent=parent)
    made = Role(
        f"{name}-role",
        description=description,
        assume_role_policy=pulumi.Output.json_dumps(
            service_trust("OnBehalfOfThisAccount", principal, scope.account_id)
        ),
        opts=child,
    )
    RolePolicy(
        f"{name}-permissions",
        role=made.name,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
        opts=child,
    )
    return made


def read_secrets(scope: Scope, databases: Mapping[str, DatabaseEnd]) -> list[Statement]:
    """Read exactly the logins of these databases."""
    ends = list(databases.values())
    actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    return [
        allow("ReadLogins", actions, [end.secret_arn for end in ends]),
        allow(
            "DecryptLogins",
            ["kms:Decrypt"],
            [end.secret_key_arn for end in ends],
            StringEquals={"kms:ViaService": f"secretsmanager.{scope.region}.amazonaws.com"},
        ),
    ]


def write_lake(scope: Scope, prefix: str, bucket_arn: pulumi.Input[str], key_arn: pulumi.Input[str]) -> list[Statement]:
    """Write files below one prefix of the lake."""
    actions = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"]
    return [
        allow("WriteFiles", actions, pulumi.Output.concat(bucket_arn, f"/{prefix}/*")),
        allow("ListFiles", ["s3:ListBucket"], bucket_arn, StringLike={"s3:prefix": [prefix, f"{prefix}/*"]}),
        allow(
            "EncryptFiles",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            key_arn,
            StringEquals={"kms:ViaService": f"s3.{scope.region}.amazonaws.com"},
        ),
    ]
