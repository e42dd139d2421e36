"""Log groups by name and retention (OBS-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

TOKEN = "atoll:observability:LogGroups"


@dataclass(frozen=True, kw_only=True)
class LogGroupsArgs:
    """Which groups there are."""

    retention_days: Mapping[str, int]
    """Log group name → days, one of the values CloudWatch Logs accepts."""
    key_arn: pulumi.Input[str]
    """Key whose policy admits `logs.<region>.amazonaws.com`."""


class LogGroups(pulumi.ComponentResource):
    """Encrypted log groups that forget in time.

    For groups that no component of their own makes: databases, caches, clusters and flow logs bring theirs along.
    Document 002 names `/aws/lambda/platform-functions` (14 days) and, where there is an EKS cluster,
    `/aws/eks/cluster/control-plane` (30 days).

    Costs USD 0.50 a GB taken in and USD 0.03 a GB-month kept (us-east-1). Does not make metric filters
    (`ErrorFilters`).

    Source: OBS-1; Amazon CloudWatch Logs User Guide, "Working with log groups and log streams".
    """

    names: dict[str, pulumi.Output[str]]
    """Log group name → the same, known once the group exists."""
    arns: dict[str, pulumi.Output[str]]
    """Log group name → ARN."""

    def __init__(self, name: str, *, args: LogGroupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the groups."""
        super().__init__(TOKEN, name, None, opts)
        groups = {
            group: cloudwatch.LogGroup(
                f"{name}-logs-{slug(group)}",
                name=group,
                retention_in_days=days,
                kms_key_id=args.key_arn,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for group, days in args.retention_days.items()
        }
        self.names = {name: group.name for name, group in groups.items()}
        self.arns = {name: group.arn for name, group in groups.items()}
        self.register_outputs({"arns": self.arns})


def slug(log_group: str) -> str:
    """Return a log group's name as part of a logical name: `/aws/lambda/x` becomes `aws-lambda-x`."""
    return log_group.strip("/").replace("/", "-")
