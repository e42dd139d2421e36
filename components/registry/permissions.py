"""Who may do what with the registry: trust, permissions and key policy, all known before deployment (CON-2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components.identity.roles import Scope
from components.identity.statements import Statement, allow
from components.security.key_policy import ADMINISTRATION
from contracts.settings.registry import (
    CONTRACTS_PATH,
    DEPLOYMENTS_PATH,
    EXTERNAL_ID,
    PENDING,
    PUBLISHED,
    PUBLISHER_ROLE,
    READER_ROLE,
    STATE_TAG,
    RegistrySettings,
)

READING = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]


def trust(registry: RegistrySettings, roles: Sequence[str] = ()) -> dict[str, Any]:
    """Who may assume a role of the registry: whoever states the external id, from these accounts or the organization.

    Args:
        registry: the accounts and the organization.
        roles: names of the roles that may, in any of these accounts; any identity there if empty.
    """
    stated: dict[str, Any] = {"sts:ExternalId": EXTERNAL_ID}
    only = {"ArnLike": {"aws:PrincipalArn": [f"arn:aws:iam::*:role/{role}" for role in roles]}} if roles else {}
    accounts = [f"arn:aws:iam::{account}:root" for account in (registry.account, *registry.trusted_accounts)]
    statements: list[Statement] = [
        {
            "Sid": "TrustAccounts",
            "Effect": "Allow",
            "Principal": {"AWS": accounts},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": stated, **only},
        }
    ]
    if registry.organization_id is not None:
        statements.append(
            {
                "Sid": "TrustOrganization",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {**stated, "aws:PrincipalOrgID": registry.organization_id}, **only},
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}


def reader(scope: Scope, key_arn: Any) -> dict[str, Any]:
    """Read contracts and deployment records, classified contracts included."""
    return {"Version": "2012-10-17", "Statement": [*_read(scope), _use_key(scope, key_arn, ["kms:Decrypt"])]}


def publisher(scope: Scope, key_arn: Any) -> dict[str, Any]:
    """Publish contracts, never change one, and delete only what was not published; keep deployment records.

    A publication that fails takes back what it wrote, so it has to delete. What it may delete carries the tag
    `pending`; once published, the tag can neither be removed nor changed back.
    https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
    """
    contracts, deployments = _below(scope, CONTRACTS_PATH), _below(scope, DEPLOYMENTS_PATH)
    statements: list[Statement] = [
        *_read(scope),
        _use_key(scope, key_arn, ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]),
        allow("WriteContracts", ["ssm:PutParameter"], contracts),
        allow(
            "MarkContracts",
            ["ssm:AddTagsToResource"],
            contracts,
            **{
                "StringEquals": {f"aws:RequestTag/{STATE_TAG}": [PENDING, PUBLISHED]},
                "ForAllValues:StringEquals": {"aws:TagKeys": [STATE_TAG]},
            },
        ),
        allow(
            "TakeBackWhatIsNotPublished",
            ["ssm:DeleteParameter"],
            contracts,
            StringEquals={f"aws:ResourceTag/{STATE_TAG}": PENDING},
        ),
        allow(
            "KeepDeploymentRecords",
            [
                "ssm:AddTagsToResource",
                "ssm:DeleteParameter",
                "ssm:ListTagsForResource",
                "ssm:PutParameter",
                "ssm:RemoveTagsFromResource",
            ],
            deployments,
        ),
        {
            "Sid": "NeverChangeAContract",
            "Effect": "Deny",
            "Action": ["ssm:PutParameter"],
            "Resource": contracts,
            "Condition": {"StringEquals": {"ssm:Overwrite": "true"}},
        },
        {
            "Sid": "NeverUnmarkAPublishedContract",
            "Effect": "Deny",
            "Action": ["ssm:AddTagsToResource"],
            "Resource": contracts,
            "Condition": {
                "StringEquals": {f"aws:ResourceTag/{STATE_TAG}": PUBLISHED},
                "StringNotEquals": {f"aws:RequestTag/{STATE_TAG}": PUBLISHED},
            },
        },
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def key_policy(scope: Scope) -> dict[str, Any]:
    """The account administers the key; only the registry's roles use it, through Parameter Store, for contracts.

    The roles are told by their ARNs in a condition, not as principals: KMS refuses a principal that does not exist
    yet, and forgets one that is made again.
    """
    account = {"AWS": f"arn:aws:iam::{scope.account_id}:root"}

    def use(sid: str, actions: list[str], *roles: str) -> Statement:
        arns = [f"arn:aws:iam::{scope.account_id}:role/{role}" for role in roles]
        return {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": account,
            "Action": actions,
            "Resource": "*",
            "Condition": {
                "ArnEquals": {"aws:PrincipalArn": arns},
                "ArnLike": {"kms:EncryptionContext:PARAMETER_ARN": _below(scope, CONTRACTS_PATH)},
                "StringEquals": {"kms:ViaService": f"ssm.{scope.region}.amazonaws.com"},
            },
        }

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
            use("ReadContracts", ["kms:Decrypt"], READER_ROLE, PUBLISHER_ROLE),
            use("WriteContracts", ["kms:Encrypt", "kms:GenerateDataKey"], PUBLISHER_ROLE),
        ],
    }


def _read(scope: Scope) -> list[Statement]:
    return [
        allow(
            "ReadRegistry",
            READING,
            [
                place
                for path in (CONTRACTS_PATH, DEPLOYMENTS_PATH)
                for place in (scope.arn("ssm", f"parameter{path}"), _below(scope, path))
            ],
        ),
        # Names and descriptions only; AWS knows no resource for it.
        allow("ListRegistry", ["ssm:DescribeParameters"], "*", StringEquals={"aws:RequestedRegion": scope.region}),
    ]


def _use_key(scope: Scope, key_arn: Any, actions: list[str]) -> Statement:
    via = {"kms:ViaService": f"ssm.{scope.region}.amazonaws.com"}
    return allow("UseRegistryKey", actions, key_arn, StringEquals=via)


def _below(scope: Scope, path: str) -> str:
    return scope.arn("ssm", f"parameter{path}/*")
