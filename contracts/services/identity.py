"""Users of a service's interfaces: Cognito user pools, clients, identity pools and providers (AUTH-1)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from pydantic import Field

from contracts.services.base import Clause
from contracts.services.kinds import HttpsUrl, ResourceName, Scope, VaultEntry
from contracts.settings.kind import between, one_of
from contracts.settings.kinds import AttributeName

Attribute = Annotated[
    str,
    one_of(
        ("email", "name", "phone_number", "given_name", "family_name", "locale", "picture", "preferred_username"),
        "a standard attribute",
    ),
]


@unique
class Mfa(StrEnum):
    """Whether users prove themselves twice."""

    OFF = "OFF"
    OPTIONAL = "OPTIONAL"
    ON = "ON"


class PasswordPolicy(Clause):
    """What a password must look like."""

    minimum_length: Annotated[int, between(6, 99, "characters")]
    """Characters, 6 to 99."""
    uppercase: bool
    """Whether it needs an upper-case letter."""
    lowercase: bool
    """Whether it needs a lower-case letter."""
    numbers: bool
    """Whether it needs a digit."""
    symbols: bool
    """Whether it needs a symbol."""


class UserPoolClient(Clause):
    """One application that signs users in."""

    generate_secret: bool
    """Whether the client has a secret of its own; false for pages in a browser, which could not keep it."""
    auth_flows: tuple[
        Annotated[
            str,
            one_of(
                (
                    "ALLOW_USER_PASSWORD_AUTH",
                    "ALLOW_REFRESH_TOKEN_AUTH",
                    "ALLOW_USER_SRP_AUTH",
                    "ALLOW_CUSTOM_AUTH",
                    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
                ),
                "an authentication flow",
            ),
        ],
        ...,
    ]
    """Flows that the client may use."""
    read_attributes: tuple[Attribute, ...] = ()
    """Attributes that it reads; Cognito's own choice if left out."""
    write_attributes: tuple[Attribute, ...] = ()
    """Attributes that it writes; Cognito's own choice if left out."""
    callback_urls: tuple[HttpsUrl, ...] = ()
    """Where the hosted sign-in page returns to; no hosted page if left out."""
    scopes: tuple[Scope, ...] = ()
    """OAuth scopes that it may ask for; none if left out."""


@unique
class ProviderKind(StrEnum):
    """Who vouches for users."""

    SAML = "SAML"
    OIDC = "OIDC"
    GOOGLE = "Google"
    FACEBOOK = "Facebook"
    AMAZON = "LoginWithAmazon"


class IdentityProvider(Clause):
    """Another place where users sign in."""

    kind: ProviderKind
    """`SAML`, `OIDC`, `Google`, `Facebook` or `LoginWithAmazon`."""
    metadata_url: HttpsUrl | None = None
    """Metadata of a SAML provider, or issuer of an OIDC one; left out for the others."""
    vault_entry: VaultEntry | None = None
    """Name in Secrets Manager of the entry with client id and client secret; left out for SAML."""
    attributes: dict[Attribute, AttributeName] = Field(default_factory=dict[Attribute, AttributeName])
    """Attribute of the pool → attribute of the provider; none if left out."""


class UserPool(Clause):
    """One Cognito user pool."""

    password_policy: PasswordPolicy
    """Which passwords users may choose."""
    mfa: Mfa
    """`OFF`, `OPTIONAL` or `ON`."""
    mfa_types: tuple[Annotated[str, one_of(("SMS_MFA", "SOFTWARE_TOKEN_MFA"), "a second factor")], ...] = ()
    """Second factors on offer; left out exactly when `mfa` is OFF."""
    self_sign_up: bool = True
    """Whether people can register themselves; true if left out."""
    clients: dict[ResourceName, UserPoolClient]
    """Applications that sign users in."""
    providers: dict[ResourceName, IdentityProvider] = Field(default_factory=dict[ResourceName, IdentityProvider])
    """Other places where users sign in; none if left out."""


class IdentityPool(Clause):
    """Lets signed-in users assume an AWS role."""

    user_pool: ResourceName
    """User pool of this contract."""
    clients: tuple[ResourceName, ...]
    """Clients of that pool whose users get the role."""
    allow_unauthenticated: bool = False
    """Whether strangers get a role too; false if left out."""


class Identity(Clause):
    """Everything about users."""

    user_pools: dict[ResourceName, UserPool] = Field(default_factory=dict[ResourceName, UserPool])
    """User pools; none if left out."""
    identity_pools: dict[ResourceName, IdentityPool] = Field(default_factory=dict[ResourceName, IdentityPool])
    """Identity pools; none if left out."""
