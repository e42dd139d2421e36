"""What is done about a finding before a person has read it (SEC-5)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule

from components.detection import incident_permissions as permissions
from components.detection.incident_workflow import workflow
from components.functions import Function, FunctionArgs, FunctionKeys, FunctionNetwork, bundle, function_arn
from components.identity.roles import Scope
from components.identity.statements import Statement
from components.messaging.event_rule import EventRule, EventRuleArgs
from components.messaging.receivers import Receivers
from components.workflows import Callee, Callees, StateMachine, StateMachineArgs
from contracts.services import compute
from contracts.services.messaging import Rule, RuleTarget
from contracts.settings.detection import IncidentSettings

TOKEN = "atoll:detection:IncidentResponse"
RUNTIME = "python3.13"
STEPS = {"classify": 15, "preserve": 60, "contain": 60, "lift": 60, "tell": 15, "ask": 15}
"""Function → its longest run in seconds; each is called `<environment>-incidents-<function>`."""


@dataclass(frozen=True, kw_only=True)
class IncidentResponseArgs:
    """Wiring of incident response."""

    settings: IncidentSettings
    scope: Scope
    code: Path
    """Folder with the functions: `services/platform/incidents`."""
    topic_arn: pulumi.Input[str]
    """Who is told, and asked."""
    logs_key_arn: pulumi.Input[str]
    secrets_key_arn: pulumi.Input[str]
    """Encrypts the variables of the functions."""
    messaging_key_arn: pulumi.Input[str]
    """Encrypts the topic."""
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets from which the functions reach AWS."""
    investigators: Sequence[str] = ()
    """ARNs (patterns) of those who reach a bucket that is closed, beside the functions themselves."""


def machine_name(environment: str) -> str:
    """Physical name of the workflow."""
    return f"{environment}-incidents"


class IncidentResponse(pulumi.ComponentResource):
    """From a finding of GuardDuty to its containment, to people who are told, and to one who lifts it.

    Instances are preserved (snapshots, no termination, out of their group) and cut off; tasks stopped; roles denied
    everything; access keys made inactive; buckets closed. Each branch is a state of its own, and what is contained
    already is left as it is. A finding that nothing can be done about is told. Containment that fails is told, too.
    Makes: six functions with a role each, the workflow, the rule. Costs nothing until something happens, then cents
    and the snapshots (USD 0.05 a GB and month).
    Does not: end the containment of a role's sessions by itself, act in other accounts, or act on findings of others.
    Source: SEC-5; AWS Security Incident Response Guide, "Containment".
    """

    machine_arn: pulumi.Output[str]
    rule_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: IncidentResponseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-incidents-<step>` for each function, `{name}-incidents`, and the rule that starts it."""
        super().__init__(TOKEN, name, None, opts)
        scope = args.scope
        network = FunctionNetwork(subnet_ids=args.subnet_ids, security_group_ids=[self._group(name, args.vpc_id)])
        functions = {step: self._function(f"{name}-incidents-{step}", step, args, network) for step in STEPS}
        machine = StateMachine(
            machine_name(name),
            args=StateMachineArgs(
                workflow=workflow(args.settings),
                scope=scope,
                callees=Callees(
                    functions={step: Callee(arn=function_arn(scope, f"{name}-incidents-{step}")) for step in STEPS},
                    operations={},
                ),
                logs_key_arn=args.logs_key_arn,
            ),
            # A finding that comes early must find the functions.
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(functions.values())),
        )
        rule = EventRule(
            f"{name}-incidents-found",
            args=EventRuleArgs(
                rule=Rule(
                    bus="default",
                    sources=("aws.guardduty",),
                    detail_types=("GuardDuty Finding",),
                    detail={"severity": [{"numeric": [">=", args.settings.contain_from_severity]}]},
                    targets={"workflow": RuleTarget(workflow="incidents")},
                ),
                bus_name="default",
                region=scope.region,
                account_id=scope.account_id,
                description="Findings that are contained",
                receivers=Receivers(workflows={"incidents": machine.arn}),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.machine_arn, self.rule_arn = machine.arn, rule.arn
        self.register_outputs({"machine_arn": self.machine_arn, "rule_arn": self.rule_arn})

    def _group(self, name: str, vpc_id: pulumi.Input[str]) -> pulumi.Output[str]:
        """A group of their own, out of which HTTPS alone leads: that of a compromised service may be changed."""
        child = pulumi.ResourceOptions(parent=self)
        group = SecurityGroup(
            f"{name}-incidents-group",
            vpc_id=vpc_id,
            description="Functions of incident response",
            tags={"Name": f"{name}-incidents"},
            opts=child,
        )
        SecurityGroupEgressRule(
            f"{name}-incidents-https",
            security_group_id=group.id,
            description="APIs of AWS",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            cidr_ipv4="0.0.0.0/0",
            opts=child,
        )
        return group.id

    def _function(self, name: str, step: str, args: IncidentResponseArgs, network: FunctionNetwork) -> Function:
        clause = compute.Function(
            runtime=RUNTIME,
            handler=f"incidents.{step}",
            timeout_seconds=STEPS[step],
            memory_mib=256,
            log_days=args.settings.log_retention_days,
        )
        return Function(
            name,
            args=FunctionArgs(
                function=clause,
                scope=args.scope,
                code=bundle(name, clause, service=args.code),
                keys=FunctionKeys(
                    logs=args.logs_key_arn, variables=args.secrets_key_arn, messaging=args.messaging_key_arn
                ),
                variables=_variables(step, args),
                statements=_statements(step, args),
                network=network,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )


def _variables(step: str, args: IncidentResponseArgs) -> dict[str, pulumi.Input[str]]:
    match step:
        case "classify":
            return {"CONTAIN_FROM_SEVERITY": str(args.settings.contain_from_severity)}
        case "contain":
            return {"INVESTIGATORS": json.dumps([*permissions.own_roles(args.scope), *args.investigators])}
        case "tell" | "ask":
            return {"TOPIC_ARN": args.topic_arn}
        case _:
            return {}


def _statements(step: str, args: IncidentResponseArgs) -> list[Statement]:
    match step:
        case "preserve":
            return permissions.preserve(args.scope)
        case "contain":
            return permissions.contain(args.scope)
        case "lift":
            return permissions.lift(args.scope)
        case "tell" | "ask":
            return permissions.tell(args.scope, args.topic_arn, args.messaging_key_arn)
        case _:
            return []
