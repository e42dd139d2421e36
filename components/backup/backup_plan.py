"""When what is backed up, how long it is kept, and where it is copied to (BKP-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import backup

from contracts.settings.backup import BackupRuleSettings, BackupSettings

TOKEN = "atoll:backup:BackupPlan"
START_MINUTES = 60
"""A job that has not begun an hour after its time has expired, and is told of."""
COMPLETION_MINUTES = 720


@dataclass(frozen=True, kw_only=True)
class BackupPlanArgs:
    """What the plan is wired to."""

    settings: BackupSettings
    environment: str
    vault_name: pulumi.Input[str]
    role_arn: pulumi.Input[str]
    """BackupServiceRole."""
    resource_arns: Mapping[str, pulumi.Input[str]]
    """Stable key → what is backed up whatever its tags; in the order of the keys."""


class BackupPlan(pulumi.ComponentResource):
    """One plan with a daily, a weekly and a monthly rule, and two selections: by ARN, and by tag.

    Long retention moves to cold storage where the kind of resource has one (tables, files and volumes that opt in,
    with `opt_in_to_archive`); databases stay warm. Every rule copies to the vault of another region where
    one is configured, and the copy is kept and moved like the original. The selection by tag takes resources that
    others of the environment make: `<selection_tag>: true` together with the environment's own tag, so that two
    environments of one account keep apart.

    Costs GiB-months of recovery points, warm or cold, and of their copies.

    Does not make: the vault, restore tests (`RestoreTests`).

    Source: BKP-1; AWS Backup Developer Guide, "Backup plan options and configuration", "Selecting AWS services to
    backup", "Feature availability by resource".
    """

    id: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: BackupPlanArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-backup-plan` and its selections."""
        super().__init__(TOKEN, name, None, opts)
        settings = args.settings
        child = pulumi.ResourceOptions(parent=self)
        rules = {"daily": settings.daily, "weekly": settings.weekly, "monthly": settings.monthly}
        plan = backup.Plan(
            f"{name}-backup-plan",
            name=f"atoll-{args.environment}",
            rules=[_rule(key, rule, args) for key, rule in rules.items() if rule is not None],
            opts=child,
        )
        backup.Selection(
            f"{name}-backup-stores",
            name="stores",
            plan_id=plan.id,
            iam_role_arn=args.role_arn,
            resources=[args.resource_arns[key] for key in sorted(args.resource_arns)],
            opts=child,
        )
        backup.Selection(
            f"{name}-backup-tagged",
            name="tagged",
            plan_id=plan.id,
            iam_role_arn=args.role_arn,
            resources=["*"],
            conditions=[
                backup.SelectionConditionArgs(
                    string_equals=[
                        backup.SelectionConditionStringEqualArgs(key=f"aws:ResourceTag/{key}", value=value)
                        for key, value in ((settings.selection_tag, "true"), ("Environment", args.environment))
                    ]
                )
            ],
            opts=child,
        )
        self.id, self.arn = plan.id, plan.arn
        self.register_outputs({"id": self.id, "arn": self.arn})


def _rule(key: str, rule: BackupRuleSettings, args: BackupPlanArgs) -> backup.PlanRuleArgs:
    cold = rule.cold_after_days
    destination = args.settings.copy_to_vault
    return backup.PlanRuleArgs(
        rule_name=key,
        target_vault_name=args.vault_name,
        schedule=rule.schedule,
        start_window=START_MINUTES,
        completion_window=COMPLETION_MINUTES,
        enable_continuous_backup=rule.continuous,
        lifecycle=backup.PlanRuleLifecycleArgs(
            delete_after=rule.kept_days,
            cold_storage_after=cold,
            opt_in_to_archive_for_supported_resources=True if cold is not None else None,
        ),
        copy_actions=[
            backup.PlanRuleCopyActionArgs(
                destination_vault_arn=destination,
                lifecycle=backup.PlanRuleCopyActionLifecycleArgs(
                    delete_after=rule.kept_days,
                    cold_storage_after=cold,
                    opt_in_to_archive_for_supported_resources=True if cold is not None else None,
                ),
            )
        ]
        if destination
        else None,
        recovery_point_tags={"BackupRule": key},
    )
