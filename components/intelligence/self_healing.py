"""Alarms that set off remedies (AI-1)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, sfn
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow, send_traces
from components.intelligence.healing_plan import HealingPlan, definition
from components.workflows.state_machine import LOG_DELIVERY
from contracts.settings.intelligence import Remedy, SelfHealingSettings

TOKEN = "atoll:intelligence:SelfHealing"
FAILED_LOGINS = "FailedLogins"
PATTERN = '"password authentication failed"'
"""What PostgreSQL writes. https://www.postgresql.org/docs/current/protocol-error-fields.html"""


@dataclass(frozen=True, kw_only=True)
class HealedService:
    """An ECS service that is looked after."""

    name: pulumi.Input[str]
    arn: pulumi.Input[str]
    maximum: int
    """Most tasks it may have."""
    unhealthy_alarm: str | None
    """Alarm on its unhealthy tasks; None where it takes no requests."""
    cpu_alarm: str


@dataclass(frozen=True, kw_only=True)
class SelfHealingArgs:
    """Who is looked after."""

    scope: Scope
    settings: SelfHealingSettings
    cluster_name: pulumi.Input[str] | None
    cluster_arn: pulumi.Input[str] | None
    services: Mapping[str, HealedService]
    database: pulumi.Input[str]
    """Identifier of the instance or cluster."""
    database_is_cluster: bool
    database_arn: pulumi.Input[str]
    database_log_group: pulumi.Input[str] | None
    """PostgreSQL's log; needed for `rotate-credentials`."""
    topic_arn: pulumi.Input[str]
    messaging_key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class _Trigger:
    """One rule: which alarms, and what the state machine is told."""

    key: str
    alarms: Sequence[Any]
    """Of the event pattern's `alarmName`."""
    told: Mapping[str, Any] | None = None
    """Constant input; None for the queue of the alarm's metric."""


class SelfHealing(pulumi.ComponentResource):
    """A state machine that does what a person on call would try first, and says so.

    | remedy | set off by | what is done |
    |---|---|---|
    | restart-service | UnhealthyHosts of a service | a new deployment; under CodeDeploy each task in turn is replaced |
    | scale-out | HighCPUUtilization of a service | one task more, up to the maximum |
    | redrive-dead-letters | any alarm `<environment>-…-dead-letters` on a queue | its messages go back, ten a second |
    | rotate-credentials | many failed log-ins to the database | RDS changes the master password |

    **Guard rails.** While there is a parameter `/atoll/<environment>/self-healing/maintenance` nothing is done; make it
    before maintenance (its value says why) and delete it afterwards. A remedy claims its subject by a parameter that
    only one can make, and keeps the claim for the cool-down, so nothing is done twice in a row; whether done, held back
    or failed, the alarm topic is told.

    Makes: the log group, roles, the state machine `<environment>-self-healing`, a rule for each alarm; with
    rotate-credentials a metric filter and an alarm.
    Costs: below USD 1 a month. Source: AI-1; Amazon CloudWatch User Guide, "Alarm events and EventBridge"; AWS Step
    Functions Developer Guide, "AWS SDK service integrations".
    """

    state_machine_arn: pulumi.Output[str]
    alarm_names: tuple[str, ...]

    def __init__(self, name: str, *, args: SelfHealingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        scope, self._name, self._args = args.scope, name, args
        physical = f"{scope.environment}-self-healing"
        log = cloudwatch.LogGroup(
            f"{name}-self-healing-logs",
            name=f"/aws/vendedlogs/states/{physical}",
            retention_in_days=args.settings.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=child,
        )
        role = self._role("states", "AtollSelfHealing", scope.arn("states", f"stateMachine:{physical}"))
        allowed = self._allow("states", role, statements(args))
        plan = HealingPlan(
            maintenance_parameter=f"/{parameters(scope)}/maintenance",
            claims_path=f"/{parameters(scope)}/claims",
            topic_arn=args.topic_arn,
            cool_down_seconds=args.settings.cool_down_minutes * 60,
            queue_arn_prefix=scope.arn("sqs", ""),
            database_is_cluster=args.database_is_cluster,
        )
        machine = sfn.StateMachine(
            f"{name}-self-healing",
            name=physical,
            role_arn=role.arn,
            definition=pulumi.Output.json_dumps(definition(plan)),
            logging_configuration=sfn.StateMachineLoggingConfigurationArgs(
                level="ALL", include_execution_data=True, log_destination=pulumi.Output.concat(log.arn, ":*")
            ),
            tracing_configuration=sfn.StateMachineTracingConfigurationArgs(enabled=True),
            # Step Functions sets up logging with the role while it makes the state machine.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[allowed]),
        )
        starter = self._role("events", "AtollHealingTrigger", scope.arn("events", "rule/*"))
        self._allow("events", starter, [allow("StartRemedies", ["states:StartExecution"], machine.arn)])
        self.alarm_names = tuple(self._watch_logins())
        for trigger in self._triggers():
            self._rule(trigger, machine, starter)
        self.state_machine_arn = machine.arn
        self.register_outputs({"state_machine_arn": self.state_machine_arn, "alarm_names": list(self.alarm_names)})

    def _triggers(self) -> Iterator[_Trigger]:
        args, remedies = self._args, self._args.settings.remedies
        for key, service in args.services.items():
            told = {"subject": key, "cluster": args.cluster_name, "service": service.name}
            if Remedy.RESTART_SERVICE in remedies and service.unhealthy_alarm is not None:
                restart = {"remedy": str(Remedy.RESTART_SERVICE), **told}
                yield _Trigger(key=f"restart-{key}", alarms=[service.unhealthy_alarm], told=restart)
            if Remedy.SCALE_OUT in remedies:
                scale = {"remedy": str(Remedy.SCALE_OUT), **told, "maximum": service.maximum}
                yield _Trigger(key=f"scale-out-{key}", alarms=[service.cpu_alarm], told=scale)
        if Remedy.REDRIVE_DEAD_LETTERS in remedies:
            yield _Trigger(key="redrive", alarms=[{"wildcard": f"{args.scope.environment}-*-dead-letters"}])
        if Remedy.ROTATE_CREDENTIALS in remedies:
            rotate = {"remedy": str(Remedy.ROTATE_CREDENTIALS), "subject": "database", "database": args.database}
            yield _Trigger(key="rotate", alarms=list(self.alarm_names), told=rotate)

    def _rule(self, trigger: _Trigger, machine: sfn.StateMachine, starter: Role) -> None:
        child = pulumi.ResourceOptions(parent=self)
        name = f"{self._name}-self-healing-{trigger.key}"
        rule = cloudwatch.EventRule(
            name,
            name=f"{self._args.scope.environment}-healing-{trigger.key}",
            description="An alarm sets off a remedy",
            event_pattern=json.dumps(
                {
                    "source": ["aws.cloudwatch"],
                    "detail-type": ["CloudWatch Alarm State Change"],
                    "detail": {"alarmName": trigger.alarms, "state": {"value": ["ALARM"]}},
                }
            ),
            opts=child,
        )
        queue = "$.detail.configuration.metrics[0].metricStat.metric.dimensions.QueueName"
        cloudwatch.EventTarget(
            name,
            rule=rule.name,
            arn=machine.arn,
            role_arn=starter.arn,
            input=pulumi.Output.json_dumps(dict(trigger.told)) if trigger.told is not None else None,
            input_transformer=cloudwatch.EventTargetInputTransformerArgs(
                input_paths={"queue": queue},
                input_template=json.dumps({"remedy": str(Remedy.REDRIVE_DEAD_LETTERS), "subject": "<queue>"}),
            )
            if trigger.told is None
            else None,
            opts=child,
        )

    def _watch_logins(self) -> Iterator[str]:
        args = self._args
        if Remedy.ROTATE_CREDENTIALS not in args.settings.remedies or args.database_log_group is None:
            return
        child, environment = pulumi.ResourceOptions(parent=self), args.scope.environment
        cloudwatch.LogMetricFilter(
            f"{self._name}-failed-logins",
            name=FAILED_LOGINS,
            log_group_name=args.database_log_group,
            pattern=PATTERN,
            metric_transformation=cloudwatch.LogMetricFilterMetricTransformationArgs(
                name=FAILED_LOGINS, namespace=f"Atoll/{environment}", value="1", default_value="0", unit="Count"
            ),
            opts=child,
        )
        alarm = f"atoll-{environment}-rds-{FAILED_LOGINS}"
        cloudwatch.MetricAlarm(
            f"{self._name}-failed-logins",
            name=alarm,
            alarm_description=f"More than {args.settings.failed_logins} log-ins to the database failed in 5 minutes.",
            namespace=f"Atoll/{environment}",
            metric_name=FAILED_LOGINS,
            statistic="Sum",
            comparison_operator="GreaterThanThreshold",
            threshold=args.settings.failed_logins,
            period=300,
            evaluation_periods=1,
            treat_missing_data="notBreaching",
            alarm_actions=[args.topic_arn],
            ok_actions=[args.topic_arn],
            opts=child,
        )
        yield alarm

    def _role(self, service: str, purpose: str, source_arn: str) -> Role:
        scope = self._args.scope
        trust = service_trust("Service", f"{service}.amazonaws.com", scope.account_id, source_arn)
        return Role(
            f"{self._name}-self-healing-{service}",
            name=f"{purpose}-{scope.environment}-{scope.region}",
            description="Self-healing",
            assume_role_policy=json.dumps(trust),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _allow(self, service: str, role: Role, allowed: Sequence[Statement]) -> RolePolicy:
        return RolePolicy(
            f"{self._name}-self-healing-{service}-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(allowed)}),
            opts=pulumi.ResourceOptions(parent=self),
        )


def parameters(scope: Scope) -> str:
    """Path of the parameters of self-healing, without the slash at its beginning."""
    return f"atoll/{scope.environment}/self-healing"


def statements(args: SelfHealingArgs) -> list[Statement]:
    """What the chosen remedies need, on the resources that are looked after, and nothing else."""
    scope, remedies = args.scope, args.settings.remedies

    found = [
        allow(
            "LookForMaintenance", ["ssm:GetParameter"], scope.arn("ssm", f"parameter/{parameters(scope)}/maintenance")
        ),
        allow(
            "Claim",
            ["ssm:DeleteParameter", "ssm:PutParameter"],
            scope.arn("ssm", f"parameter/{parameters(scope)}/claims/*"),
        ),
        allow("Tell", ["sns:Publish"], args.topic_arn),
        allow(
            "UseMessagingKey",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            args.messaging_key_arn,
            StringEquals={"kms:ViaService": [f"{each}.{scope.region}.amazonaws.com" for each in ("sns", "sqs")]},
        ),
        allow("SetUpLogging", LOG_DELIVERY, "*"),
        send_traces(),
        allow("SampleTraces", ["xray:GetSamplingRules", "xray:GetSamplingTargets"], "*"),
    ]
    services = [service.arn for service in args.services.values()]
    if services and {Remedy.RESTART_SERVICE, Remedy.SCALE_OUT} & set(remedies):
        found.append(allow("ChangeServices", ["ecs:DescribeServices", "ecs:UpdateService"], services))
    if services and Remedy.RESTART_SERVICE in remedies and args.cluster_arn is not None:
        in_cluster = {"ArnEquals": {"ecs:cluster": args.cluster_arn}}
        found.append(allow("FindTasks", ["ecs:ListTasks"], "*", **in_cluster))
        tasks = pulumi.Output.concat(scope.arn("ecs", "task/"), args.cluster_name or "", "/*")
        found.append(allow("ReplaceTasks", ["ecs:StopTask"], tasks, **in_cluster))
    if Remedy.REDRIVE_DEAD_LETTERS in remedies:
        actions = ["DeleteMessage", "GetQueueAttributes", "ReceiveMessage", "SendMessage", "StartMessageMoveTask"]
        queues = scope.arn("sqs", f"{scope.environment}-*")
        found.append(allow("RedriveDeadLetters", [f"sqs:{action}" for action in actions], queues))
    if Remedy.ROTATE_CREDENTIALS in remedies:
        change = "rds:ModifyDBCluster" if args.database_is_cluster else "rds:ModifyDBInstance"
        found.append(allow("ChangeMasterPassword", [change], args.database_arn))
        secret = scope.arn("secretsmanager", "secret:rds!*")
        found.append(allow("RotateMasterSecret", ["secretsmanager:RotateSecret"], secret))
    return found
