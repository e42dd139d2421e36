"""One recovery plan, where it runs: a state machine and an automation (DR-3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, sfn, ssm
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow, send_traces
from components.recovery.automation import plan_document
from components.recovery.definition import definition
from components.recovery.permissions import calls, statements
from components.recovery.stand_ins import StandIns
from components.recovery.step_states import Place, foreign
from components.workflows.state_machine import LOG_DELIVERY
from contracts.recovery import names
from contracts.recovery.plan import RecoveryPlan

TOKEN = "atoll:recovery:PlanMachine"


@dataclass(frozen=True, kw_only=True)
class PlanMachineArgs:
    """Wiring of a plan."""

    plan: RecoveryPlan
    """The plan; its target region is the provider's."""
    place: Place
    stand_ins: StandIns
    """What stands in the plan for values of the deployment."""
    topic_arn: str
    """Topic in the region that is told and asked: a value or what stands for it."""
    logs_key_arn: pulumi.Input[str]
    """Encrypts the log group."""
    messaging_key_arn: pulumi.Input[str]
    """Encrypts the topic."""
    log_retention_days: int
    automation_document_arn: str
    """ARN of the document that does steps in other regions."""


class PlanMachine(pulumi.ComponentResource):
    """A plan as a state machine `<environment>-recovery-<plan>`, and as an Automation document.

    Makes a role with exactly the calls of the plan, an encrypted log group, the state machine with its log and traces,
    and the document. Start it with `{"arguments": {…}, "dry_run": true}`; a run may be started again at any time.
    Costs: nothing until it runs, then USD 25 a million transitions (a failover has about 60).
    Does not: start by itself. Approval is asked for by SNS and answered with the token of the message.
    Source: DR-3; AWS Step Functions Developer Guide, "Using AWS SDK integrations", "Wait for a callback with task
    token".
    """

    arn: pulumi.Output[str]
    name: str

    def __init__(self, name: str, *, args: PlanMachineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-role`, `{name}-permissions`, `{name}-log`, `{name}-machine` and `{name}-document`."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        place, plan = args.place, args.plan
        self.name = names.machine(place.environment, plan.name)
        role = Role(
            f"{name}-role",
            name=names.role(place.environment, plan.name, place.region),
            description=f"What the recovery plan {plan.name} may do",
            assume_role_policy=pulumi.Output.json_dumps(trust(place, f"stateMachine:{self.name}", "states")),
            opts=child,
        )
        document = {"Version": "2012-10-17", "Statement": machine_statements(args)}
        policy = RolePolicy(f"{name}-permissions", role=role.name, policy=args.stand_ins.settled(document), opts=child)
        log = cloudwatch.LogGroup(
            f"{name}-log",
            name=f"/aws/vendedlogs/states/{self.name}",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=child,
        )
        machine = sfn.StateMachine(
            f"{name}-machine",
            name=self.name,
            type="STANDARD",
            role_arn=role.arn,
            definition=args.stand_ins.settled(definition(plan, place, args.topic_arn)),
            tracing_configuration=sfn.StateMachineTracingConfigurationArgs(enabled=True),
            logging_configuration=sfn.StateMachineLoggingConfigurationArgs(
                level="ALL",
                # What a run is given are moments and ids; who looks into it later wants to see them.
                include_execution_data=True,
                log_destination=pulumi.Output.concat(log.arn, ":*"),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        ssm.Document(
            f"{name}-document",
            name=names.document(place.environment, plan.name),
            document_type="Automation",
            document_format="JSON",
            content=args.stand_ins.settled(plan_document(plan, place.environment)),
            opts=child,
        )
        self.arn = machine.arn
        self.register_outputs({"arn": self.arn, "name": self.name})


def machine_statements(args: PlanMachineArgs) -> list[Statement]:
    """Everything that the machine's role may do: its own calls here, automations elsewhere, traces, logs."""
    place = args.place
    made = calls([args.plan])
    here = [call for call in made if not foreign(call, place)]
    found = [
        *statements(here, place.account_id),
        allow("Tell", ["sns:Publish"], args.topic_arn),
        allow(
            "TellEncrypted",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            args.messaging_key_arn,
            StringEquals={"kms:ViaService": f"sns.{place.region}.amazonaws.com"},
        ),
        allow("DeliverLog", LOG_DELIVERY, "*"),
        send_traces(),
    ]
    if len(here) == len(made):
        return found
    executions = f"arn:aws:ssm:{place.region}:{place.account_id}:automation-execution/*"
    return [
        *found,
        allow("ActElsewhere", ["ssm:StartAutomationExecution"], [args.automation_document_arn]),
        allow("LookElsewhere", ["ssm:GetAutomationExecution"], executions),
        allow(
            "PassAutomationRole",
            ["iam:PassRole"],
            place.automation_role_arn,
            StringEquals={"iam:PassedToService": "ssm.amazonaws.com"},
        ),
    ]


def trust(place: Place, source: str, service: str) -> dict[str, Any]:
    """A service of AWS, for this account and this resource alone."""
    return service_trust(
        "Service",
        f"{service}.amazonaws.com",
        place.account_id,
        f"arn:aws:{service}:{place.region}:{place.account_id}:{source}",
    )
