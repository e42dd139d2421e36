"""The service roles of one environment."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy
from pulumi_aws.iam.role_policy_attachment import RolePolicyAttachment

from components.identity.permissions import MANAGED_POLICIES, own_policy
from components.identity.roles import Scope, ServiceRole, trust_policy

TOKEN = "atoll:identity:ServiceRoles"
SESSION_SECONDS = 3600
"""Longest session: an hour, AWS's least. The services renew by themselves."""


@dataclass(frozen=True, kw_only=True)
class ServiceRolesArgs:
    """Wiring of the service roles of one environment and region."""

    environment: str
    region: str
    account_id: str
    account_name: str = ""
    """What the roles' names carry where it is not the environment alone (`Scope.account_name`)."""
    permissions_boundary_arn: pulumi.Input[str] | None = None
    """Policy that caps every role here, where the organisation demands one."""


class ServiceRoles(pulumi.ComponentResource):
    """The roles that services work under: ECS (two), Lambda, RDS monitoring, pipeline, monitoring, backup.

    Names are `<Role>-<environment>` and therefore known beforehand. What a role may touch is limited by the
    environment's names (`atoll/<environment>/…`, `app-…-<environment>-<account>`) and key aliases, so that every
    document is known before deployment and can be checked then. IAM is global: of two regions of one environment and
    account, one has `account_name`. Does not make people's access roles (IAM-2), pod roles (IAM-3) or what a service
    contract adds (CON-4). Costs nothing.
    Source: IAM-1; document 004, "Identity and Access Management";
    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """

    arns: dict[ServiceRole, pulumi.Output[str]]
    """Role → ARN."""
    names: dict[ServiceRole, pulumi.Output[str]]
    """Role → name, to attach more policies."""

    def __init__(self, name: str, *, args: ServiceRolesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-role-<slug>`, with its own policy and AWS's, for each role."""
        super().__init__(TOKEN, name, None, opts)
        scope = Scope(args.environment, args.region, args.account_id, args.account_name)
        self.arns, self.names = {}, {}
        for role in ServiceRole:
            made = self._make_role(name, role, scope, args)
            self.arns[role], self.names[role] = made.arn, made.name
        self.register_outputs({"arns": {role.value: arn for role, arn in self.arns.items()}})

    def _make_role(self, name: str, role: ServiceRole, scope: Scope, args: ServiceRolesArgs) -> Role:
        child = pulumi.ResourceOptions(parent=self)
        made = Role(
            f"{name}-role-{role.slug}",
            name=scope.role_name(role),
            description=f"Service role of {args.environment}: {role}",
            assume_role_policy=json.dumps(trust_policy(role, scope)),
            max_session_duration=SESSION_SECONDS,
            permissions_boundary=args.permissions_boundary_arn,
            opts=child,
        )
        document = own_policy(role, scope)
        if document is not None:
            RolePolicy(
                f"{name}-role-policy-{role.slug}",
                name=scope.role_name(role),
                role=made.name,
                policy=json.dumps(document),
                opts=child,
            )
        for policy in MANAGED_POLICIES.get(role, ()):
            RolePolicyAttachment(
                f"{name}-role-attachment-{role.slug}-{policy.rsplit('/', 1)[-1]}",
                role=made.name,
                policy_arn=f"arn:aws:iam::aws:policy/{policy}",
                opts=child,
            )
        return made
