"""The explicit AWS provider of a stack: one account, one region, one set of tags."""

from __future__ import annotations

import pulumi
from pulumi_aws._inputs import ProviderAssumeRoleArgs, ProviderDefaultTagsArgs
from pulumi_aws.provider import Provider

from contracts.settings import AnySettings, StackSettings

ANALYSED = "DevOps-Guru-Atoll"
"""Tag by which DevOps Guru finds what it analyses; it takes keys with this beginning alone."""


def tags(settings: AnySettings, stack: str) -> dict[str, str]:
    """The tags that every resource of the stack carries (COST-1)."""
    found = {
        "Environment": settings.environment,
        "Owner": settings.tags.owner,
        "CostCenter": settings.tags.cost_center,
        "DataClassification": settings.tags.data_classification,
        "Platform": "atoll",
        "ManagedBy": "pulumi",
        "Stack": stack,
    }
    if isinstance(settings, StackSettings) and settings.intelligence and settings.intelligence.devops_guru:
        found[ANALYSED] = settings.environment
    return found


def provider(settings: AnySettings, stack: str, region: str | None = None) -> Provider:
    """The provider; refuses any other account, so that wrong credentials fail before they change anything (ORG-5).

    `region` is another one than the stack's, for the little that a stack makes elsewhere. Pulumi's own setting
    `aws:s3UsePathStyle` is honoured, because an explicit provider does not read it by itself and S3-compatible
    endpoints without wildcard DNS need it.
    """
    account = settings.account
    role = ProviderAssumeRoleArgs(
        role_arn=f"arn:aws:iam::{account.id}:role/{account.deploy_role}", session_name=f"atoll-{stack}"
    )
    return Provider(
        f"{settings.environment}-aws-{region}" if region else f"{settings.environment}-aws",
        region=region or settings.region,
        allowed_account_ids=[account.id],
        assume_roles=[role] if account.deploy_role else None,
        default_tags=ProviderDefaultTagsArgs(tags=tags(settings, stack)),
        s3_use_path_style=pulumi.Config("aws").get_bool("s3UsePathStyle"),
    )
