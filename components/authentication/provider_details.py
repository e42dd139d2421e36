"""What Cognito is told about each kind of identity provider, and where its client secret comes from."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import secretsmanager

from contracts.services.identity import IdentityProvider, ProviderKind

SCOPES: dict[ProviderKind, str] = {
    ProviderKind.OIDC: "openid email profile",
    ProviderKind.GOOGLE: "openid email profile",
    ProviderKind.FACEBOOK: "public_profile,email",
    ProviderKind.AMAZON: "profile",
}
"""Kind → the least scopes from which a profile with an e-mail address is made."""

ADDED_BY_COGNITO: tuple[str, ...] = (
    "ActiveEncryptionCertificate",
    "SLORedirectBindingURI",
    "SSORedirectBindingURI",
    "attributes_url",
    "attributes_url_add_attributes",
    "authorize_url",
    "jwks_uri",
    "token_request_method",
    "token_url",
)
"""Details that Cognito finds out and tells besides those it was given; each would show as a change for ever."""


@dataclass(frozen=True, kw_only=True)
class ProviderCredentials:
    """How the user pool identifies itself to a provider; both are secret in Pulumi's sense, encrypted in the state."""

    client_id: pulumi.Input[str]
    client_secret: pulumi.Input[str]


def read_credentials(vault_entry: str, opts: pulumi.InvokeOptions | None = None) -> ProviderCredentials:
    """Read an entry of Secrets Manager, a JSON object with `client_id` and `client_secret`.

    Cognito takes the secret as text and resolves no reference to Secrets Manager, so that the deployment has to read
    it. Both parts are marked secret: state, plans and logs hold them encrypted or not at all. The entry must exist
    before the first preview; a rotated one is taken over at the next deployment.

    Raises (when the values are awaited):
        ValueError: the entry is no such object; the message does not show what it is.
    """
    version = secretsmanager.get_secret_version_output(secret_id=vault_entry, opts=opts)
    text = pulumi.Output.secret(version.secret_string)
    return ProviderCredentials(
        client_id=text.apply(lambda value: _member(value, "client_id", vault_entry)),
        client_secret=text.apply(lambda value: _member(value, "client_secret", vault_entry)),
    )


def provider_details(
    provider: IdentityProvider, credentials: ProviderCredentials | None
) -> dict[str, pulumi.Input[str]]:
    """The details of a provider as the Cognito API names them.

    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html
    """
    if provider.kind is ProviderKind.SAML:
        return {"MetadataURL": str(provider.metadata_url)}
    if credentials is None:
        raise ValueError(f"{provider.kind.value}: no credentials were read from {provider.vault_entry}")
    details: dict[str, pulumi.Input[str]] = {
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "authorize_scopes": SCOPES[provider.kind],
    }
    if provider.kind is ProviderKind.OIDC:
        details |= {"oidc_issuer": str(provider.metadata_url), "attributes_request_method": "GET"}
    return details


def provider_name(key: str, kind: ProviderKind) -> str:
    """The name of a provider in the pool: the contract's own, but for the three that Cognito names itself."""
    return key if kind in {ProviderKind.SAML, ProviderKind.OIDC} else kind.value


def _member(text: str, member: str, vault_entry: str) -> str:
    try:
        value = json.loads(text)[member]
    except (ValueError, TypeError, LookupError):
        value = None
    if not isinstance(value, str) or not value:
        # Without its cause: that quotes the text.
        raise ValueError(
            f"secret {vault_entry}: it is no JSON object with a text {member!r}; store "
            '{"client_id": "…", "client_secret": "…"} under that name'
        ) from None
    return value
