"""One thing that begins by the clock: a function or a workflow."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import scheduler
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.functions.names import check_length
from components.functions.permissions import send_dead_letters, use_key
from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow
from contracts.services.contract import ScheduledRun
from contracts.services.naming import role_name

TOKEN = "atoll:functions:Schedule"
RETRIES = 10
RETRY_FOR_SECONDS = 3600
"""A run that could not begin for an hour is better begun by hand than with the next one."""


@dataclass(frozen=True, kw_only=True)
class ScheduleArgs:
    """Wiring of a schedule."""

    run: ScheduledRun
    """The contract's clause."""
    scope: Scope
    group: str
    """Name of the service's schedule group."""
    group_name: pulumi.Input[str]
    """The same, known once the group exists."""
    target_arn: pulumi.Input[str]
    """Function (or its alias) or state machine."""
    dead_letter_arn: pulumi.Input[str] | None = None
    """Needed where the clause names dead letters."""
    messaging_key_arn: pulumi.Input[str] | None = None
    """Key of the dead letters, needed with them."""


class Schedule(pulumi.ComponentResource):
    """A schedule called `<name>` that calls one function, or starts one workflow, with a role for exactly that.

    The target gets `{"schedule": …, "scheduled_at": …, "run_id": …}`; `scheduled_at` is the time it was meant for
    (ISO 8601, UTC), the same in every retry, so that the work can be made idempotent by it. A run that cannot begin is
    tried again 10 times within an hour, then sent to the dead letters, if there are any.

    Costs nothing up to 14 million calls a month. Does not make: the group (`ScheduleGroup`), the queue.

    Raises:
        ValueError: the name is too long, or dead letters are named and not wired.

    Source: EventBridge Scheduler User Guide, "Using context attributes", "Cross-service confused deputy prevention",
    "Configuring a dead-letter queue".
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: ScheduleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check_length("schedule", name)
        if args.run.dead_letter and (args.dead_letter_arn is None or args.messaging_key_arn is None):
            raise ValueError(f"schedule {name} lacks dead_letter_arn and messaging_key_arn of {args.run.dead_letter}")
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = Role(
            f"{name}-role",
            name=role_name(name, "schedule", args.scope.region),
            description=f"Lets EventBridge Scheduler begin {name}",
            assume_role_policy=pulumi.Output.json_dumps(_trust(args)),
            opts=child,
        )
        policy = RolePolicy(
            f"{name}-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": _statements(args)}),
            opts=child,
        )
        minutes = args.run.flexible_minutes
        schedule = scheduler.Schedule(
            f"{name}-schedule",
            name=name,
            group_name=args.group_name,
            schedule_expression=args.run.expression,
            schedule_expression_timezone=args.run.timezone,
            flexible_time_window=scheduler.ScheduleFlexibleTimeWindowArgs(
                mode="FLEXIBLE" if minutes else "OFF", maximum_window_in_minutes=minutes
            ),
            target=scheduler.ScheduleTargetArgs(
                arn=args.target_arn,
                role_arn=role.arn,
                input=_input(name),
                retry_policy=scheduler.ScheduleTargetRetryPolicyArgs(
                    maximum_retry_attempts=RETRIES, maximum_event_age_in_seconds=RETRY_FOR_SECONDS
                ),
                dead_letter_config=scheduler.ScheduleTargetDeadLetterConfigArgs(arn=args.dead_letter_arn)
                if args.run.dead_letter and args.dead_letter_arn is not None
                else None,
            ),
            # A schedule that fires before its role may act would only fail.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.name, self.arn = schedule.name, schedule.arn
        self.register_outputs({"name": self.name, "arn": self.arn})


def _input(name: str) -> str:
    """What the target gets; Scheduler fills in what stands in angle brackets."""
    return json.dumps(
        {
            "schedule": name,
            "scheduled_at": "<aws.scheduler.scheduled-time>",
            "run_id": "<aws.scheduler.execution-id>",
        }
    )


def _trust(args: ScheduleArgs) -> dict[str, Any]:
    """Scheduler takes the role, for this account's schedule group alone."""
    group = args.scope.arn("scheduler", f"schedule-group/{args.group}")
    return service_trust("AllowScheduleGroup", "scheduler.amazonaws.com", args.scope.account_id, group, exact=True)


def _statements(args: ScheduleArgs) -> list[Statement]:
    """One action on one target; sending to the dead letters."""
    begin = (
        allow("CallFunction", ["lambda:InvokeFunction"], args.target_arn)
        if args.run.function
        else allow("StartWorkflow", ["states:StartExecution"], args.target_arn)
    )
    if not args.run.dead_letter or args.dead_letter_arn is None or args.messaging_key_arn is None:
        return [begin]
    actions = ["kms:Decrypt", "kms:GenerateDataKey"]
    return [
        begin,
        send_dead_letters(args.dead_letter_arn),
        use_key("UseQueueKey", actions, args.messaging_key_arn, args.scope, "sqs"),
    ]
