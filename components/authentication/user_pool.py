"""One Cognito user pool with the applications that sign users in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pulumi
from pulumi_aws import cognito, iam

from components.api.callers import TokenIssuer
from components.authentication.provider_details import (
    ADDED_BY_COGNITO,
    ProviderCredentials,
    provider_details,
    provider_name,
)
from components.authentication.trust import VERSION, sms_statements, sms_trust
from contracts.services.identity import UserPool as UserPoolClause
from contracts.services.identity import UserPoolClient
from contracts.services.naming import role_name, shortened
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:authentication:UserPool"
TEMPORARY_PASSWORD_DAYS = 7
DOMAIN_LIMIT = 63
HOSTED_SCOPES = ("openid",)
"""What a client with a hosted page asks for when its contract names no scope: Cognito wants one at least."""


@dataclass(frozen=True, kw_only=True)
class TokenLifetimes:
    """How long the tokens of all clients last."""

    access_minutes: int = 60
    """5 to 1440."""
    id_minutes: int = 60
    """5 to 1440."""
    refresh_days: int = 30
    """1 to 3650."""


@dataclass(frozen=True, kw_only=True)
class UserPoolArgs:
    """Wiring of a user pool."""

    key: str
    """Name in the contract, which is the pool's own name too; an environment has its own account or its own tags."""
    user_pool: UserPoolClause
    region: str
    account_id: str
    protection: ProtectionSettings
    credentials: Mapping[str, ProviderCredentials] = field(default_factory=dict[str, ProviderCredentials])
    """Provider in the contract → its credentials (`read_credentials`), for every provider but SAML."""
    lifetimes: TokenLifetimes = TokenLifetimes()
    threat_protection: Literal["OFF", "AUDIT", "ENFORCED"] = "OFF"
    """Look for stolen passwords and odd sign-ins; anything but OFF takes the plan PLUS."""
    domain_prefix: str | None = None
    """First label of the hosted sign-in page's address, unique in the region; `<name>-<account>` if None."""


class UserPool(pulumi.ComponentResource):
    """A user pool whose members sign in with their verified e-mail address (AUTH-1).

    Makes: the pool, named as in the contract; for SMS as second factor a role by which Cognito sends text messages
    (external id = the component's name); identity providers; for scopes such as `orders/read` a resource server; one
    client for each application, named as in the contract; where a client has callback URLs the hosted sign-in page.
    Accounts are recovered by verified e-mail. Clients do not tell whether a user exists, and their refresh tokens can
    be revoked; hosted sign-in hands out codes, never tokens in an address.
    Costs: plan ESSENTIALS, $0.015 a monthly active user beyond 10,000; PLUS (threat protection) $0.020 for each;
    text messages by country, from about $0.01 each.
    Does not: send e-mail through SES (Cognito's own sender gives 50 a day), take SMS out of the SNS sandbox (an
    account does that once), brand the hosted page, or make triggers. The e-mail sign-in cannot be changed on a pool.
    Units: minutes, days.
    Errors: ValueError for providers whose credentials are missing, naming them all.
    Source: AUTH-1; https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools.html
    """

    id: pulumi.Output[str]
    arn: pulumi.Output[str]
    provider_name: pulumi.Output[str]
    """`cognito-idp.<region>.amazonaws.com/<id>`, for identity pools."""
    client_ids: dict[str, pulumi.Output[str]]
    """Client in the contract → its id."""
    issuer: TokenIssuer
    """The pool as the authorizers of APIs want it."""
    hosted_domain: pulumi.Output[str] | None
    """Host name of the sign-in page; None without one."""

    def __init__(self, name: str, *, args: UserPoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(args)
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        sms_role = self._make_sms_role() if "SMS_MFA" in args.user_pool.mfa_types else None
        pool = self._make_pool(sms_role)
        providers = self._make_providers(pool)
        servers = self._make_resource_servers(pool)
        self.client_ids = {
            key: self._make_client(key, client, pool, [*providers, *servers]).id
            for key, client in args.user_pool.clients.items()
        }
        self.id, self.arn, self.provider_name = pool.id, pool.arn, pool.endpoint
        self.issuer = TokenIssuer(
            user_pool_id=pool.id, client_ids=self.client_ids, region=args.region, account_id=args.account_id
        )
        hosted = any(client.callback_urls for client in args.user_pool.clients.values())
        self.hosted_domain = self._make_domain(pool) if hosted else None
        self.register_outputs(
            {
                "id": self.id,
                "arn": self.arn,
                "provider_name": self.provider_name,
                "client_ids": self.client_ids,
                "hosted_domain": self.hosted_domain,
            }
        )

    def _make_sms_role(self) -> iam.Role:
        args = self._args
        role = iam.Role(
            f"{self._name}-sms",
            name=role_name(self._name, "sms", args.region),
            description=f"Sends the text messages of the user pool {args.key}",
            assume_role_policy=json.dumps(sms_trust(args.account_id, args.region, self._name)),
            opts=self._child,
        )
        iam.RolePolicy(
            f"{self._name}-sms-policy",
            name="send-text-messages",
            role=role.name,
            policy=json.dumps({"Version": VERSION, "Statement": sms_statements()}),
            opts=self._child,
        )
        return role

    def _make_pool(self, sms_role: iam.Role | None) -> cognito.UserPool:
        clause, args = self._args.user_pool, self._args
        policy = clause.password_policy
        return cognito.UserPool(
            f"{self._name}-pool",
            name=args.key,
            username_attributes=["email"],
            username_configuration=cognito.UserPoolUsernameConfigurationArgs(case_sensitive=False),
            auto_verified_attributes=["email"],
            # A new address counts only once it is proven, so that a slip locks nobody out.
            user_attribute_update_settings=cognito.UserPoolUserAttributeUpdateSettingsArgs(
                attributes_require_verification_before_updates=["email"]
            ),
            password_policy=cognito.UserPoolPasswordPolicyArgs(
                minimum_length=policy.minimum_length,
                require_uppercase=policy.uppercase,
                require_lowercase=policy.lowercase,
                require_numbers=policy.numbers,
                require_symbols=policy.symbols,
                temporary_password_validity_days=TEMPORARY_PASSWORD_DAYS,
            ),
            mfa_configuration=clause.mfa.value,
            software_token_mfa_configuration=cognito.UserPoolSoftwareTokenMfaConfigurationArgs(enabled=True)
            if "SOFTWARE_TOKEN_MFA" in clause.mfa_types
            else None,
            sms_configuration=cognito.UserPoolSmsConfigurationArgs(
                external_id=self._name, sns_caller_arn=sms_role.arn, sns_region=args.region
            )
            if sms_role
            else None,
            admin_create_user_config=cognito.UserPoolAdminCreateUserConfigArgs(
                allow_admin_create_user_only=not clause.self_sign_up
            ),
            account_recovery_setting=cognito.UserPoolAccountRecoverySettingArgs(
                recovery_mechanisms=[
                    cognito.UserPoolAccountRecoverySettingRecoveryMechanismArgs(name="verified_email", priority=1)
                ]
            ),
            # New pools are ESSENTIALS unless they ask for more.
            user_pool_tier=None if args.threat_protection == "OFF" else "PLUS",
            user_pool_add_ons=None
            if args.threat_protection == "OFF"
            else cognito.UserPoolUserPoolAddOnsArgs(advanced_security_mode=args.threat_protection),
            deletion_protection="ACTIVE" if args.protection.deletion_protection else "INACTIVE",
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
        )

    def _make_providers(self, pool: cognito.UserPool) -> list[cognito.IdentityProvider]:
        return [
            cognito.IdentityProvider(
                f"{self._name}-provider-{key}",
                user_pool_id=pool.id,
                provider_name=provider_name(key, provider.kind),
                provider_type=provider.kind.value,
                provider_details=provider_details(provider, self._args.credentials.get(key)),
                attribute_mapping=dict(provider.attributes) or None,
                opts=pulumi.ResourceOptions(
                    parent=self, ignore_changes=[f"providerDetails.{detail}" for detail in ADDED_BY_COGNITO]
                ),
            )
            for key, provider in self._args.user_pool.providers.items()
        ]

    def _make_resource_servers(self, pool: cognito.UserPool) -> list[cognito.ResourceServer]:
        return [
            cognito.ResourceServer(
                f"{self._name}-scopes-{server}",
                user_pool_id=pool.id,
                identifier=server,
                name=server,
                scopes=[
                    cognito.ResourceServerScopeArgs(scope_name=scope, scope_description=f"{scope} of {server}")
                    for scope in scopes
                ],
                opts=self._child,
            )
            for server, scopes in custom_scopes(self._args.user_pool).items()
        ]

    def _make_client(
        self, key: str, client: UserPoolClient, pool: cognito.UserPool, needed: list[pulumi.Resource]
    ) -> cognito.UserPoolClient:
        lifetimes, hosted = self._args.lifetimes, bool(client.callback_urls)
        providers = self._args.user_pool.providers
        return cognito.UserPoolClient(
            f"{self._name}-client-{key}",
            name=key,
            user_pool_id=pool.id,
            generate_secret=client.generate_secret,
            explicit_auth_flows=list(client.auth_flows),
            read_attributes=list(client.read_attributes) or None,
            write_attributes=list(client.write_attributes) or None,
            callback_urls=list(client.callback_urls) or None,
            allowed_oauth_flows_user_pool_client=hosted,
            allowed_oauth_flows=["code"] if hosted else None,
            allowed_oauth_scopes=list(client.scopes or HOSTED_SCOPES) if hosted else None,
            supported_identity_providers=["COGNITO", *(provider_name(k, p.kind) for k, p in providers.items())]
            if hosted
            else ["COGNITO"],
            prevent_user_existence_errors="ENABLED",
            enable_token_revocation=True,
            access_token_validity=lifetimes.access_minutes,
            id_token_validity=lifetimes.id_minutes,
            refresh_token_validity=lifetimes.refresh_days,
            token_validity_units=cognito.UserPoolClientTokenValidityUnitsArgs(
                access_token="minutes", id_token="minutes", refresh_token="days"
            ),
            # Cognito refuses a client that names a provider or a scope it does not know yet.
            opts=pulumi.ResourceOptions(parent=self, depends_on=needed),
        )

    def _make_domain(self, pool: cognito.UserPool) -> pulumi.Output[str]:
        args = self._args
        prefix = args.domain_prefix or shortened(f"{self._name}-{args.account_id}".lower(), DOMAIN_LIMIT)
        domain = cognito.UserPoolDomain(f"{self._name}-domain", domain=prefix, user_pool_id=pool.id, opts=self._child)
        return pulumi.Output.concat(domain.domain, f".auth.{args.region}.amazoncognito.com")


def custom_scopes(pool: UserPoolClause) -> dict[str, list[str]]:
    """Resource server → its scopes, from scopes of clients such as `orders/read`; Cognito's own have no slash."""
    found: dict[str, set[str]] = {}
    for client in pool.clients.values():
        for scope in client.scopes:
            server, slash, short = scope.rpartition("/")
            if slash:
                found.setdefault(server, set()).add(short)
    return {server: sorted(scopes) for server, scopes in sorted(found.items())}


def _check(args: UserPoolArgs) -> None:
    missing = [
        f"{key} ({provider.vault_entry})"
        for key, provider in args.user_pool.providers.items()
        if provider.vault_entry is not None and key not in args.credentials
    ]
    if missing:
        raise ValueError(
            f"user pool {args.key}: no credentials for {', '.join(missing)}; "
            "hand read_credentials(<vault entry>) of each to the component"
        )
