"""One workflow on Step Functions (WF-1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, sfn
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.roles import Scope
from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow, send_traces
from components.workflows.definition import Callees, callees_of, definition
from contracts.services.naming import ROLE_SUFFIX, RunnerKind, role_name
from contracts.services.workflows import Workflow, WorkflowKind

TOKEN = "atoll:workflows:StateMachine"
LONGEST = 80

LOG_DELIVERY = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
]
"""What Step Functions needs to set up its own logging; CloudWatch Logs limits none of these to a resource.

https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
"""


@dataclass(frozen=True, kw_only=True)
class StateMachineArgs:
    """Wiring of a workflow."""

    workflow: Workflow
    """The contract's clause."""
    scope: Scope
    callees: Callees
    """Where the functions and operations are that its tasks call."""
    logs_key_arn: pulumi.Input[str]
    """Encrypts the log group."""
    key_arn: pulumi.Input[str] | None = None
    """Encrypts definition and executions; its policy must admit use through Step Functions. AWS's own key if None."""


def state_machine_arn(scope: Scope, name: str) -> str:
    """ARN of the state machine of this physical name."""
    return scope.arn("states", f"stateMachine:{name}")


def state_machine_role_name(scope: Scope, name: str) -> str:
    """Name of the role of the state machine of this physical name."""
    return role_name(name, ROLE_SUFFIX[RunnerKind.WORKFLOW], scope.region)


class StateMachine(pulumi.ComponentResource):
    """A state machine called `<name>`, compiled from a contract, with a role that may call what it names.

    Makes the role `<name>-workflow-<region>`, the state machine and, where the clause says for how many days, the
    encrypted log group `/aws/vendedlogs/states/<name>`: everything of an express workflow, which has no other history,
    and errors of a standard one. Input and output of states are left out of the log: they may hold anything.

    Costs: USD 25 a million state transitions (standard); USD 1 a million executions and USD 0.00001667 a GB-second
    (express). Does not make: what starts it, the functions.

    Raises:
        ValueError: the name is too long, or the workflow cannot be compiled (`definition`).

    Source: WF-1; AWS Step Functions Developer Guide, "How Step Functions works with IAM", "Using CloudWatch Logs to
    log execution history", "Data at rest encryption".
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    role_arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str] | None
    """None without a log."""

    def __init__(self, name: str, *, args: StateMachineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        if len(name) > LONGEST:
            raise ValueError(
                f"workflow {name}: its name has {len(name)} characters, {LONGEST} fit; shorten it in the contract, or "
                "the environment's"
            )
        compiled = _compiled(name, args)
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        workflow = args.workflow
        role = Role(
            f"{name}-role",
            name=state_machine_role_name(args.scope, name),
            description=f"What the workflow {name} may do",
            assume_role_policy=pulumi.Output.json_dumps(_trust(name, args.scope)),
            opts=child,
        )
        statements = state_machine_statements(name, args)
        policy = RolePolicy(
            f"{name}-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
            opts=child,
        )
        log = _log(name, args, child)
        machine = sfn.StateMachine(
            f"{name}-machine",
            name=name,
            type=workflow.kind.upper(),
            role_arn=role.arn,
            definition=pulumi.Output.json_dumps(compiled),
            tracing_configuration=sfn.StateMachineTracingConfigurationArgs(enabled=workflow.tracing),
            logging_configuration=_logging(workflow, log) if log else None,
            encryption_configuration=sfn.StateMachineEncryptionConfigurationArgs(
                type="CUSTOMER_MANAGED_KMS_KEY", kms_key_id=args.key_arn, kms_data_key_reuse_period_seconds=300
            )
            if args.key_arn is not None
            else None,
            # Step Functions sets up logging and traces with the role while it makes the state machine.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.name, self.arn, self.role_arn = machine.name, machine.arn, role.arn
        self.log_group_name = log.name if log else None
        self.register_outputs(
            {
                "name": self.name,
                "arn": self.arn,
                "role_arn": self.role_arn,
                "log_group_name": self.log_group_name,
            }
        )


def state_machine_statements(name: str, args: StateMachineArgs) -> list[Statement]:
    """Everything the workflow's role may do: call exactly what its states name, be traced, be logged."""
    called = callees_of(args.workflow, args.callees)
    own = sorted({callee.arn for callee in called if callee.role_arn is None})
    foreign = sorted({callee.role_arn for callee in called if callee.role_arn is not None})
    statements: list[Statement] = []
    if own:
        statements.append(allow("CallFunctions", ["lambda:InvokeFunction"], own))
    if foreign:
        statements.append(allow("TakeRolesOfOtherAccounts", ["sts:AssumeRole"], foreign))
    if args.workflow.tracing:
        sampling = ["xray:GetSamplingRules", "xray:GetSamplingTargets"]
        statements += [send_traces(), allow("SampleTraces", sampling, "*")]
    if args.workflow.log_days is not None:
        statements.append(allow("SetUpLogging", LOG_DELIVERY, "*"))
    if args.key_arn is not None:
        statements.append(
            allow(
                "UseKey",
                ["kms:Decrypt", "kms:GenerateDataKey"],
                args.key_arn,
                StringEquals={
                    "kms:ViaService": f"states.{args.scope.region}.amazonaws.com",
                    "kms:EncryptionContext:aws:states:stateMachineArn": state_machine_arn(args.scope, name),
                },
            )
        )
    return statements


def _compiled(name: str, args: StateMachineArgs) -> dict[str, Any]:
    try:
        return definition(args.workflow, args.callees)
    except ValueError as error:
        raise ValueError(f"workflow {name}: {error}") from None


def _log(name: str, args: StateMachineArgs, child: pulumi.ResourceOptions) -> cloudwatch.LogGroup | None:
    if args.workflow.log_days is None:
        return None
    # Below /aws/vendedlogs no resource policy grows with every log group that is added.
    return cloudwatch.LogGroup(
        f"{name}-logs",
        name=f"/aws/vendedlogs/states/{name}",
        retention_in_days=args.workflow.log_days,
        kms_key_id=args.logs_key_arn,
        opts=child,
    )


def _logging(workflow: Workflow, log: cloudwatch.LogGroup) -> sfn.StateMachineLoggingConfigurationArgs:
    return sfn.StateMachineLoggingConfigurationArgs(
        level="ALL" if workflow.kind is WorkflowKind.EXPRESS else "ERROR",
        include_execution_data=False,
        log_destination=pulumi.Output.concat(log.arn, ":*"),
    )


def _trust(name: str, scope: Scope) -> dict[str, Any]:
    """Step Functions takes the role, for this state machine alone."""
    return service_trust("States", "states.amazonaws.com", scope.account_id, state_machine_arn(scope, name))
