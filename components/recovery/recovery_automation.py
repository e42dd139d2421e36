"""What does a step of a plan in another region (DR-3)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ssm
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.statements import allow
from components.recovery.automation import step_document
from components.recovery.permissions import calls, statements
from components.recovery.plan_machine import trust
from components.recovery.stand_ins import StandIns
from components.recovery.step_states import Place
from contracts.recovery import names
from contracts.recovery.plan import RecoveryPlan

TOKEN = "atoll:recovery:RecoveryAutomation"


@dataclass(frozen=True, kw_only=True)
class RecoveryAutomationArgs:
    """Wiring of a region's automation."""

    plans: Sequence[RecoveryPlan]
    """Plans that run in the region."""
    place: Place
    stand_ins: StandIns


class RecoveryAutomation(pulumi.ComponentResource):
    """The document that does one step of any plan in any region, and the role that it does it under.

    Step Functions calls AWS in its own region alone. The document's script looks, changes and looks again, as the
    state machine does, from the same description. Costs USD 0.002 a step beyond 100,000 a month, USD 0.00003 a second
    of its script. Does not: act on anything that no plan of its region names.
    Source: DR-3; AWS Systems Manager User Guide, "Creating a service role for Automation".
    """

    role_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: RecoveryAutomationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-role`, `{name}-permissions` and `{name}-document`."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        place = args.place
        role = Role(
            f"{name}-role",
            name=role_name(place.environment, place.region),
            description="Steps of recovery plans, in either region",
            assume_role_policy=json.dumps(trust(place, "automation-execution/*", "ssm")),
            opts=child,
        )
        document_arn = document_definition_arn(place)
        granted = [
            *statements(calls(args.plans), place.account_id),
            allow("RunStep", ["ssm:StartAutomationExecution"], [document_arn]),
            allow(
                "LookAtStep",
                ["ssm:GetAutomationExecution"],
                f"arn:aws:ssm:{place.region}:{place.account_id}:automation-execution/*",
            ),
        ]
        RolePolicy(
            f"{name}-permissions",
            role=role.name,
            policy=args.stand_ins.settled({"Version": "2012-10-17", "Statement": granted}),
            opts=child,
        )
        ssm.Document(
            f"{name}-document",
            name=names.step_document(place.environment),
            document_type="Automation",
            document_format="JSON",
            content=json.dumps(step_document()),
            opts=child,
        )
        self.role_arn = role.arn
        self.register_outputs({"role_arn": self.role_arn})


def role_name(environment: str, region: str) -> str:
    """Name of the role, known before it is made: plans name it."""
    return names.role(environment, "automation", region)


def document_definition_arn(place: Place) -> str:
    """What IAM calls the document when it is started."""
    name = names.step_document(place.environment)
    return f"arn:aws:ssm:{place.region}:{place.account_id}:automation-definition/{name}:*"
