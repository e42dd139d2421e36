"""An identity pool: AWS credentials for users who signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cognito, iam

from components.authentication.trust import VERSION, identity_trust
from components.identity.statements import Statement
from contracts.services.identity import IdentityPool as IdentityPoolClause
from contracts.services.naming import role_name

TOKEN = "atoll:authentication:IdentityPool"


@dataclass(frozen=True, kw_only=True)
class IdentityPoolArgs:
    """Wiring of an identity pool."""

    key: str
    """Name in the contract, which is the pool's own name too."""
    identity_pool: IdentityPoolClause
    region: str
    provider_name: pulumi.Input[str]
    """`UserPool.provider_name` of the pool that signs the users in."""
    client_ids: Mapping[str, pulumi.Input[str]]
    """Client in the contract → its id."""
    statements: Sequence[Statement] = ()
    """What users who signed in may do; nothing if empty."""


class IdentityPool(pulumi.ComponentResource):
    """An identity pool with one role for users who signed in through the clients it names (AUTH-1).

    Makes: the pool, named as in the contract; the role `<name>-authenticated-<region>`, which only users of this very
    pool that have signed in can take; its policy, if it may do anything; the link between the two. Only where the
    contract allows strangers, a role `<name>-unauthenticated-<region>` that may do nothing. Tokens are checked for
    revocation, and the classic flow, in which a client asks STS for any role that trusts the pool, is off.
    Costs nothing.
    Does not: give roles by group or by claim.
    Errors: ValueError for clients that the user pool does not have.
    Source: AUTH-1; https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
    """

    id: pulumi.Output[str]
    authenticated_role_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: IdentityPoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        if missing := [client for client in args.identity_pool.clients if client not in args.client_ids]:
            raise ValueError(
                f"identity pool {args.key}: user pool {args.identity_pool.user_pool} has no client "
                f"{', '.join(missing)}; it has {', '.join(sorted(args.client_ids)) or 'none'}"
            )
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        strangers = args.identity_pool.allow_unauthenticated
        pool = cognito.IdentityPool(
            f"{name}-pool",
            identity_pool_name=args.key,
            allow_unauthenticated_identities=strangers,
            allow_classic_flow=False,
            cognito_identity_providers=[
                cognito.IdentityPoolCognitoIdentityProviderArgs(
                    client_id=args.client_ids[client],
                    provider_name=args.provider_name,
                    server_side_token_check=True,
                )
                for client in args.identity_pool.clients
            ],
            opts=child,
        )
        kinds = ("authenticated", "unauthenticated") if strangers else ("authenticated",)
        roles = {kind: _role(self, name, kind, pool, args) for kind in kinds}
        if args.statements:
            iam.RolePolicy(
                f"{name}-authenticated-policy",
                name="contract",
                role=roles["authenticated"].name,
                policy=pulumi.Output.json_dumps({"Version": VERSION, "Statement": list(args.statements)}),
                opts=child,
            )
        cognito.IdentityPoolRoleAttachment(
            f"{name}-roles",
            identity_pool_id=pool.id,
            roles={kind: role.arn for kind, role in roles.items()},
            opts=child,
        )
        self.id, self.authenticated_role_arn = pool.id, roles["authenticated"].arn
        self.register_outputs({"id": self.id, "authenticated_role_arn": self.authenticated_role_arn})


def _role(parent: IdentityPool, name: str, kind: str, pool: cognito.IdentityPool, args: IdentityPoolArgs) -> iam.Role:
    return iam.Role(
        f"{name}-{kind}",
        name=role_name(name, kind, args.region),
        description=f"{kind.capitalize()} users of the identity pool {args.key}",
        assume_role_policy=pulumi.Output.json_dumps(identity_trust(pool.id, authenticated=kind == "authenticated")),
        opts=pulumi.ResourceOptions(parent=parent),
    )
