"""One role with one policy: of a container, or of a consumer in another account (ORG-5, CON-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.identity.roles import Scope
from components.identity.service_trust import trust_statement
from components.identity.statements import Statement

TOKEN = "atoll:identity:WorkloadRole"


@dataclass(frozen=True, kw_only=True)
class WorkloadRoleArgs:
    """Wiring of a role."""

    role: str
    """Physical name, at most 64 characters."""
    description: str
    trust: Sequence[Mapping[str, Any]] | pulumi.Output[str]
    """Statements of the trust policy: `taken_by_tasks`, `taken_by_consumer`; or the policy as text."""
    statements: Sequence[Statement]
    """What it may do; no policy is made if empty."""


class WorkloadRole(pulumi.ComponentResource):
    """A role called exactly so, and its policy. Costs nothing.

    Source: CON-4, ORG-5; IAM User Guide, "Access to AWS accounts owned by third parties".
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(self, name: str, *, args: WorkloadRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = Role(
            f"{name}-role",
            name=args.role,
            description=args.description,
            assume_role_policy=args.trust
            if isinstance(args.trust, pulumi.Output)
            else pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(args.trust)}),
            opts=child,
        )
        if args.statements:
            RolePolicy(
                f"{name}-permissions",
                role=role.name,
                policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(args.statements)}),
                opts=child,
            )
        self.arn, self.name = role.arn, role.name
        self.register_outputs({"arn": self.arn, "name": self.name})


def taken_by_tasks(scope: Scope) -> dict[str, Any]:
    """ECS takes the role, for tasks of this account."""
    return trust_statement("EcsTasks", "ecs-tasks.amazonaws.com", scope.account_id, scope.arn("ecs", "*"))


def taken_by_consumer(account: str, roles: Sequence[str], external_id: str | None) -> dict[str, Any]:
    """Exactly these roles of another account take the role.

    They are told by a condition, for IAM refuses principals that do not exist yet, and consumers are deployed after
    their provider. Step Functions sends no external id, so its roles get a statement without one.
    """
    equals = {"StringEquals": {"sts:ExternalId": external_id}} if external_id is not None else {}
    return {
        "Sid": "Code" if external_id is not None else "Workflows",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnEquals": {"aws:PrincipalArn": sorted(roles)}, **equals},
    }
