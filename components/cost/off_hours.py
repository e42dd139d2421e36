"""Stops an environment outside office hours and starts it again (COST-3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_aws import scheduler, sqs
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.service_trust import service_trust
from contracts.settings.operations import OffHoursSettings

TOKEN = "atoll:cost:OffHours"
RETRIES = 10
RETRY_FOR_SECONDS = 3600
"""A database that is backing up or being changed cannot be stopped at that moment; an hour later it can."""
DEAD_LETTERS_KEPT_SECONDS = 14 * 24 * 3600

_API = "arn:aws:scheduler:::aws-sdk"
"""Universal targets: EventBridge Scheduler calls the service's API itself, no function in between."""


@dataclass(frozen=True, kw_only=True)
class SleepingService:
    """One ECS service that sleeps."""

    name: pulumi.Input[str]
    arn: pulumi.Input[str]
    awake_tasks: int
    """Desired count in the morning: the minimum of the service's scaling."""


@dataclass(frozen=True, kw_only=True)
class SleepingDatabase:
    """One RDS instance or Aurora cluster that sleeps."""

    identifier: pulumi.Input[str]
    arn: pulumi.Input[str]
    cluster: bool = False
    """It is a cluster: all its instances stop and start together."""


@dataclass(frozen=True, kw_only=True)
class OffHoursArgs:
    """What sleeps, and when."""

    settings: OffHoursSettings
    environment: str
    account_id: str
    region: str
    cluster_name: pulumi.Input[str] | None
    services: Mapping[str, SleepingService] = field(default_factory=dict[str, SleepingService])
    """Stable key → service of the cluster."""
    database: SleepingDatabase | None = None


@dataclass(frozen=True, kw_only=True)
class _Action:
    """One API call at one time."""

    key: str
    description: str
    expression: str
    api: str
    """`<service>:<camelCase operation>`."""
    parameters: Mapping[str, Any]
    """In the notation of the AWS SDK for Java 2, which universal targets take (`DbInstanceIdentifier`)."""


class OffHours(pulumi.ComponentResource):
    """Schedules that stop and start the database and set the desired count of every ECS service to 0 and back.

    **Why UpdateService.** A service with a scalable target of minimum 1 stays at 0 when its desired count is set so:
    Application Auto Scaling acts on alarms and on RegisterScalableTarget only; without tasks the CPU metric has no
    data, so no alarm calls, and a scale-in leaves a count below the minimum alone. Registering the target with
    minimum and maximum 0 would stop the tasks as well, but it changes a resource that Pulumi owns: every later
    preview would show drift and every deployment would wake the environment. The desired count belongs to scaling
    already and is ignored by the program. One gap is left: a scale-out alarm that fires in the very minute of the
    stop brings the service back to its minimum; it then runs until the next stop. And a deployment that changes a
    scalable target at night wakes its service (RegisterScalableTarget moves a count into its bounds).

    **Database.** A stopped instance costs storage only. RDS starts it by itself after seven days, so that it misses
    no maintenance: the next stop on a weekday stops it again. Changes to it fail while it is stopped
    (`InvalidDBInstanceState`); start it first. It takes some minutes to start, so services retry their first
    connection.

    Makes a schedule group, one schedule an action, a role that may do exactly these calls, and a dead-letter queue
    that keeps calls that failed for an hour. Costs nothing below 14 million calls a month. Caches, load balancers and
    NAT gateways cannot be stopped and are paid for day and night.

    Raises:
        ValueError: services are given without their cluster.

    Source: COST-3; Amazon EventBridge Scheduler User Guide, "Using universal targets", "Confused deputy prevention";
    Application Auto Scaling API Reference, "RegisterScalableTarget"; Amazon RDS User Guide, "Stopping an Amazon RDS
    DB instance temporarily".
    """

    group_name: str
    dead_letter_queue_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: OffHoursArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the schedules."""
        super().__init__(TOKEN, name, None, opts)
        if args.services and args.cluster_name is None:
            raise ValueError(
                f"off-hours of {args.environment}: services {', '.join(args.services)} without cluster_name"
            )
        child = pulumi.ResourceOptions(parent=self)
        self.group_name = f"atoll-{args.environment}-off-hours"
        group = scheduler.ScheduleGroup(f"{name}-off-hours", name=self.group_name, opts=child)
        dead_letters = sqs.Queue(
            f"{name}-off-hours-failed",
            name=f"{self.group_name}-failed",
            message_retention_seconds=DEAD_LETTERS_KEPT_SECONDS,
            sqs_managed_sse_enabled=True,
            opts=child,
        )
        role = Role(
            f"{name}-off-hours-role",
            description=f"Lets EventBridge Scheduler put {args.environment} to sleep and wake it",
            assume_role_policy=pulumi.Output.json_dumps(_trust(args, self.group_name)),
            opts=child,
        )
        policy = RolePolicy(
            f"{name}-off-hours-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps(_permissions(args, dead_letters.arn)),
            opts=child,
        )
        for action in _actions(args):
            scheduler.Schedule(
                f"{name}-off-hours-{action.key}",
                name=f"atoll-{args.environment}-{action.key}",
                group_name=group.name,
                description=action.description,
                schedule_expression=action.expression,
                schedule_expression_timezone=args.settings.timezone,
                flexible_time_window=scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
                target=scheduler.ScheduleTargetArgs(
                    arn=f"{_API}:{action.api}",
                    role_arn=role.arn,
                    input=pulumi.Output.json_dumps(action.parameters, sort_keys=True),
                    retry_policy=scheduler.ScheduleTargetRetryPolicyArgs(
                        maximum_retry_attempts=RETRIES, maximum_event_age_in_seconds=RETRY_FOR_SECONDS
                    ),
                    dead_letter_config=scheduler.ScheduleTargetDeadLetterConfigArgs(arn=dead_letters.arn),
                ),
                # A schedule that fires before its role may act would only fill the dead-letter queue.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
            )
        self.dead_letter_queue_arn = dead_letters.arn
        self.register_outputs({"group_name": self.group_name, "dead_letter_queue_arn": self.dead_letter_queue_arn})


def _actions(args: OffHoursArgs) -> list[_Action]:
    """Return the calls: a stop and a start for the database and for every service."""
    settings = args.settings
    found: list[_Action] = []
    if args.database is not None:
        for verb, expression in (("stop", settings.stop), ("start", settings.start)):
            found.append(
                _Action(
                    key=f"{verb}-database",
                    description=f"{verb} the database of {args.environment}".capitalize(),
                    expression=expression,
                    api=f"rds:{verb}{'DBCluster' if args.database.cluster else 'DBInstance'}",
                    parameters={
                        f"Db{'Cluster' if args.database.cluster else 'Instance'}Identifier": args.database.identifier
                    },
                )
            )
    for key, service in args.services.items():
        for verb, expression, tasks in (("stop", settings.stop, 0), ("start", settings.start, service.awake_tasks)):
            found.append(
                _Action(
                    key=f"{verb}-service-{key}",
                    description=f"Set {key} of {args.environment} to {tasks} tasks",
                    expression=expression,
                    api="ecs:updateService",
                    parameters={"Cluster": args.cluster_name, "Service": service.name, "DesiredCount": tasks},
                )
            )
    return found


def _trust(args: OffHoursArgs, group_name: str) -> dict[str, Any]:
    """Return the trust policy: Scheduler, for this account's schedule group alone."""
    group_arn = f"arn:aws:scheduler:{args.region}:{args.account_id}:schedule-group/{group_name}"
    return service_trust("AllowScheduleGroup", "scheduler.amazonaws.com", args.account_id, group_arn, exact=True)


def _permissions(args: OffHoursArgs, dead_letters_arn: pulumi.Input[str]) -> dict[str, Any]:
    """Return the permissions policy: one statement a need."""
    statements: list[dict[str, Any]] = [
        {
            "Sid": "KeepFailedCalls",
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Resource": dead_letters_arn,
        }
    ]
    if args.database is not None:
        statements.append(
            {
                "Sid": "StopAndStartDatabase",
                "Effect": "Allow",
                "Action": (
                    ["rds:StartDBCluster", "rds:StopDBCluster"]
                    if args.database.cluster
                    else ["rds:StartDBInstance", "rds:StopDBInstance"]
                ),
                "Resource": args.database.arn,
            }
        )
    if args.services:
        statements.append(
            {
                "Sid": "SetTaskCounts",
                "Effect": "Allow",
                "Action": "ecs:UpdateService",
                "Resource": [service.arn for service in args.services.values()],
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}
