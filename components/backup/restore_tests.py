"""Restores that prove, month by month, that backups can be restored (BKP-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique

import pulumi
from pulumi_aws import backup

from contracts.settings.backup import RestoreTestSettings

TOKEN = "atoll:backup:RestoreTests"


@unique
class Restorable(StrEnum):
    """Kinds of resources that are restored; the value is what AWS Backup calls the kind."""

    AURORA = "Aurora"
    RDS = "RDS"
    TABLE = "DynamoDB"
    FILES = "EFS"
    BUCKET = "S3"
    VOLUME = "EBS"


@dataclass(frozen=True, kw_only=True)
class RestoreTestsArgs:
    """What the tests are wired to."""

    settings: RestoreTestSettings
    environment: str
    vault_arn: pulumi.Input[str]
    role_arn: pulumi.Input[str]
    """BackupServiceRole, which restores and deletes."""
    metadata: Mapping[Restorable, Mapping[str, pulumi.Input[str]]]
    """Kind that is tested → settings of its restore that AWS Backup cannot choose, such as a subnet group."""


class RestoreTests(pulumi.ComponentResource):
    """A restore-testing plan over one vault, and a selection for each kind of resource.

    On schedule the newest recovery point of every selected resource is restored beside the original, kept for
    validation, and deleted. The outcome and how long it took are in AWS Backup and, where there is a report plan, in
    its restore report; a failure reaches the vault's topic. Costs USD 1.50 for each test, and the restored resource as
    long as it stands.

    Does not make: validation of what is in the restored resource (a function that hears of `Restore Job State Change`
    and answers with `PutRestoreValidationResult`).

    Source: BKP-1; AWS Backup Developer Guide, "Restore testing", "Restore testing inferred metadata".
    """

    plan_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: RestoreTestsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-restore-tests` and a selection for each kind."""
        super().__init__(TOKEN, name, None, opts)
        settings = args.settings
        # Names of restore tests have no hyphens.
        slug = f"atoll_{args.environment}".replace("-", "_")
        plan = backup.RestoreTestingPlan(
            f"{name}-restore-tests",
            name=slug,
            schedule_expression=settings.schedule,
            schedule_expression_timezone="Etc/UTC",
            start_window_hours=1,
            recovery_point_selection=backup.RestoreTestingPlanRecoveryPointSelectionArgs(
                algorithm="LATEST_WITHIN_WINDOW",
                include_vaults=[args.vault_arn],
                recovery_point_types=["CONTINUOUS", "SNAPSHOT"],
                selection_window_days=settings.window_days,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        for kind, metadata in args.metadata.items():
            backup.RestoreTestingSelection(
                f"{name}-restore-test-{kind.name.lower()}",
                name=f"{slug}_{kind.name.lower()}",
                restore_testing_plan_name=plan.name,
                protected_resource_type=kind.value,
                iam_role_arn=args.role_arn,
                protected_resource_arns=["*"],
                restore_metadata_overrides=dict(metadata) or None,
                validation_window_hours=settings.kept_hours,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.plan_arn = plan.arn
        self.register_outputs({"plan_arn": self.plan_arn})
