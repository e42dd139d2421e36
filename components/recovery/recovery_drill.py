"""The regular test of recovery plans (DR-3: monthly)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import scheduler
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.statements import allow
from components.recovery.plan_machine import trust
from components.recovery.step_states import Place
from contracts.recovery import names
from contracts.settings.recovery import DrillSettings

TOKEN = "atoll:recovery:RecoveryDrill"
START = "arn:aws:scheduler:::aws-sdk:sfn:startExecution"


@dataclass(frozen=True, kw_only=True)
class RecoveryDrillArgs:
    """Wiring of the drill of one region."""

    settings: DrillSettings
    place: Place
    machines: Mapping[str, pulumi.Input[str]]
    """Plan → its state machine; each is started at the time of the drill."""
    real: frozenset[str] = frozenset()
    """Plans that are started for real and ask for approval; the others change nothing."""


class RecoveryDrill(pulumi.ComponentResource):
    """Schedules that start recovery plans, most of them as dry runs, whose outcome the plans tell to their topic.

    Makes a schedule group, a role that may start exactly these state machines, and a schedule for each plan. A start
    that fails is tried again for an hour. Costs nothing below 14 million starts a month.
    Source: DR-3; Amazon EventBridge Scheduler User Guide, "Using universal targets".
    """

    def __init__(self, name: str, *, args: RecoveryDrillArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-group`, `{name}-role`, `{name}-permissions` and `{name}-<plan>`."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        place, settings = args.place, args.settings
        group_name = f"{place.environment}-recovery-drill"
        group = scheduler.ScheduleGroup(f"{name}-group", name=group_name, opts=child)
        role = Role(
            f"{name}-role",
            name=names.role(place.environment, "drill", place.region),
            description="Starts the drill of recovery plans",
            assume_role_policy=json.dumps(trust(place, f"schedule-group/{group_name}", "scheduler")),
            opts=child,
        )
        started = [args.machines[plan] for plan in sorted(args.machines)]
        policy = RolePolicy(
            f"{name}-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps(
                {"Version": "2012-10-17", "Statement": [allow("StartPlans", ["states:StartExecution"], started)]}
            ),
            opts=child,
        )
        for plan, machine in sorted(args.machines.items()):
            given = json.dumps({"dry_run": plan not in args.real})
            scheduler.Schedule(
                f"{name}-{plan}",
                name=f"{place.environment}-drill-{plan}",
                group_name=group.name,
                description=f"Drill of {plan}" + ("" if plan in args.real else ", nothing is changed"),
                schedule_expression=settings.schedule,
                schedule_expression_timezone=settings.timezone,
                flexible_time_window=scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
                target=scheduler.ScheduleTargetArgs(
                    arn=START,
                    role_arn=role.arn,
                    input=pulumi.Output.json_dumps({"StateMachineArn": machine, "Input": given}),
                    retry_policy=scheduler.ScheduleTargetRetryPolicyArgs(
                        maximum_retry_attempts=3, maximum_event_age_in_seconds=3600
                    ),
                ),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
            )
        self.register_outputs({"group_name": group.name})
