"""Who may call: the user pool whose tokens are accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from contracts.services.interfaces import JwtAuthorizer


@dataclass(frozen=True, kw_only=True)
class TokenIssuer:
    """A user pool by its ids; everything else about it can be worked out.

    The pool may belong to another service, whose deployment record tells the ids.
    """

    user_pool_id: pulumi.Input[str]
    client_ids: Mapping[str, pulumi.Input[str]]
    """Name of a client in the contract → its id."""
    region: str
    account_id: str

    @property
    def issuer(self) -> pulumi.Output[str]:
        """The claim `iss` of the pool's tokens."""
        return pulumi.Output.concat(f"https://cognito-idp.{self.region}.amazonaws.com/", self.user_pool_id)

    @property
    def user_pool_arn(self) -> pulumi.Output[str]:
        """ARN of the pool."""
        return pulumi.Output.concat(f"arn:aws:cognito-idp:{self.region}:{self.account_id}:userpool/", self.user_pool_id)

    def audience(self, authorizer: JwtAuthorizer) -> list[pulumi.Input[str]]:
        """The ids of the clients whose tokens an authorizer accepts.

        Raises:
            ValueError: naming every client that the pool does not have.
        """
        if missing := [client for client in authorizer.clients if client not in self.client_ids]:
            raise ValueError(
                f"authorizer {authorizer.name}: {authorizer.user_pool} has no client {', '.join(missing)}; "
                f"it has {', '.join(sorted(self.client_ids)) or 'none'}. Correct authorizer.clients in the contract, "
                "or deploy the service of the user pool first"
            )
        return [self.client_ids[client] for client in authorizer.clients]


def required_issuer(authorizer: JwtAuthorizer, issuer: TokenIssuer | None) -> TokenIssuer:
    """The issuer, which an interface with an authorizer must have been given.

    Raises:
        ValueError: there is none.
    """
    if issuer is None:
        raise ValueError(
            f"authorizer {authorizer.name}: the user pool {authorizer.user_pool} is not known here; "
            "deploy the service that has it first"
        )
    return issuer
