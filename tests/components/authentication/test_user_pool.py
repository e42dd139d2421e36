from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_aws
import pytest

from components.authentication import ProviderCredentials, TokenLifetimes, UserPool, UserPoolArgs
from components.authentication.user_pool import custom_scopes
from contracts.services.identity import UserPool as UserPoolClause
from graph.values import MISSING, Secret
from tests.components.authentication.samples import CLIENT, LOOSE, TIGHT, client, pool_clause
from tests.kit import ACCOUNT, REGION, GraphView, record_component

NAME = "dev-user-platform-users"
POOL = f"{NAME}-pool"
CLIENT_NAME = f"{NAME}-client-web-app-client"
HOSTED = client(callback_urls=["https://platform.company.com/signed-in"], scopes=["openid", "email"])


def record(clause: UserPoolClause | None = None, **changes: Any) -> GraphView:
    def build() -> None:
        values: dict[str, Any] = {
            "key": "platform-users",
            "user_pool": clause or pool_clause(),
            "region": REGION,
            "account_id": ACCOUNT,
            "protection": LOOSE,
        }
        opts = pulumi.ResourceOptions(providers=[pulumi_aws.Provider("aws", region=REGION)])
        UserPool(NAME, args=UserPoolArgs(**(values | changes)), opts=opts)

    return record_component(build)


@pytest.fixture(scope="module")
def view() -> GraphView:
    """Document 002's pool; recorded once, read by many."""
    return record()


def test_children_are_exactly_these_when_document_002_is_recorded(view: GraphView) -> None:
    view.assert_children(
        NAME,
        [
            ("aws:cognito/userPool:UserPool", POOL),
            ("aws:cognito/userPoolClient:UserPoolClient", CLIENT_NAME),
            ("aws:iam/role:Role", f"{NAME}-sms"),
            ("aws:iam/rolePolicy:RolePolicy", f"{NAME}-sms-policy"),
        ],
    )
    for node in view.graph:
        if node.type.startswith("aws:"):
            view.assert_provider(node.name, "aws")


def test_pool_has_exactly_the_parameters_of_document_002_when_recorded(view: GraphView) -> None:
    inputs = dict(view.node(POOL).inputs)
    sms = inputs.pop("smsConfiguration")
    assert inputs == {
        "name": "platform-users",
        "usernameAttributes": ["email"],
        "usernameConfiguration": {"caseSensitive": False},
        "autoVerifiedAttributes": ["email"],
        "userAttributeUpdateSettings": {"attributesRequireVerificationBeforeUpdates": ["email"]},
        "passwordPolicy": {
            "minimumLength": 8,
            "requireUppercase": True,
            "requireLowercase": True,
            "requireNumbers": True,
            "requireSymbols": True,
            "temporaryPasswordValidityDays": 7,
        },
        "mfaConfiguration": "OPTIONAL",
        "softwareTokenMfaConfiguration": {"enabled": True},
        "adminCreateUserConfig": {"allowAdminCreateUserOnly": False},
        "accountRecoverySetting": {"recoveryMechanisms": [{"name": "verified_email", "priority": 1}]},
        "deletionProtection": "INACTIVE",
    }
    assert (sms["externalId"], sms["snsRegion"]) == (NAME, REGION)  # type: ignore[index]
    view.assert_wired(POOL, "smsConfiguration.snsCallerArn", f"{NAME}-sms.arn")


def test_client_has_exactly_the_parameters_of_document_002_when_recorded(view: GraphView) -> None:
    inputs = dict(view.node(CLIENT_NAME).inputs)
    inputs.pop("userPoolId")
    assert inputs == {
        "name": "web-app-client",
        "generateSecret": False,
        "explicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        "readAttributes": ["email", "name", "phone_number"],
        "writeAttributes": ["email", "name", "phone_number"],
        "allowedOauthFlowsUserPoolClient": False,
        "supportedIdentityProviders": ["COGNITO"],
        "preventUserExistenceErrors": "ENABLED",
        "enableTokenRevocation": True,
        "accessTokenValidity": 60,
        "idTokenValidity": 60,
        "refreshTokenValidity": 30,
        "tokenValidityUnits": {"accessToken": "minutes", "idToken": "minutes", "refreshToken": "days"},
    }
    view.assert_wired(CLIENT_NAME, "userPoolId", f"{POOL}.id")


def test_cognito_sends_texts_and_publishes_to_no_topic_when_sms_is_offered(view: GraphView) -> None:
    trust = json.loads(str(view.value(f"{NAME}-sms", "assumeRolePolicy")))
    assert trust["Statement"] == [
        {
            "Sid": "SendForUserPool",
            "Effect": "Allow",
            "Principal": {"Service": "cognito-idp.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"sts:ExternalId": NAME, "aws:SourceAccount": ACCOUNT},
                "ArnLike": {"aws:SourceArn": f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/*"},
            },
        }
    ]
    policy = json.loads(str(view.value(f"{NAME}-sms-policy", "policy")))
    assert [(s["Effect"], s["Action"], s["Resource"]) for s in policy["Statement"]] == [
        ("Allow", ["sns:Publish"], "*"),
        ("Deny", ["sns:Publish"], "arn:aws:sns:*:*:*"),
    ]
    view.assert_wired(f"{NAME}-sms-policy", "role", f"{NAME}-sms.name")


@pytest.mark.parametrize(
    ("types", "sms", "totp"), [(["SOFTWARE_TOKEN_MFA"], False, True), (["SMS_MFA"], True, False), ([], False, False)]
)
def test_only_offered_factors_are_made_when_there_are_fewer(types: list[str], sms: bool, totp: bool) -> None:
    view = record(pool_clause(mfa="ON" if types else "OFF", mfa_types=types))

    assert (view.value(POOL, "smsConfiguration") is not MISSING) is sms
    assert (view.value(POOL, "softwareTokenMfaConfiguration") is not MISSING) is totp
    assert bool(view.graph.of_type("aws:iam/role:Role")) is sms


def test_people_are_invited_when_they_cannot_sign_up() -> None:
    assert record(pool_clause(self_sign_up=False)).value(POOL, "adminCreateUserConfig.allowAdminCreateUserOnly") is True


def test_pool_is_protected_when_settings_say_so() -> None:
    node = record(protection=TIGHT).node(POOL)

    assert node.protect
    assert node.inputs["deletionProtection"] == "ACTIVE"


def test_odd_sign_ins_are_stopped_when_threat_protection_is_on() -> None:
    view = record(threat_protection="ENFORCED")

    assert view.value(POOL, "userPoolTier") == "PLUS"
    assert view.value(POOL, "userPoolAddOns") == {"advancedSecurityMode": "ENFORCED"}


def test_tokens_last_as_long_as_wired_when_lifetimes_are_given() -> None:
    view = record(lifetimes=TokenLifetimes(access_minutes=5, id_minutes=10, refresh_days=1))

    values = [view.value(CLIENT_NAME, f"{kind}TokenValidity") for kind in ("access", "id", "refresh")]
    assert values == [5, 10, 1]


def test_sign_in_page_hands_out_codes_when_there_are_callbacks() -> None:
    view = record(pool_clause(clients=HOSTED))

    assert view.value(CLIENT_NAME, "callbackUrls") == ["https://platform.company.com/signed-in"]
    assert view.value(CLIENT_NAME, "allowedOauthFlowsUserPoolClient") is True
    assert view.value(CLIENT_NAME, "allowedOauthFlows") == ["code"]
    assert view.value(CLIENT_NAME, "allowedOauthScopes") == ["openid", "email"]
    assert view.value(f"{NAME}-domain", "domain") == f"{NAME}-{ACCOUNT}"
    view.assert_wired(f"{NAME}-domain", "userPoolId", f"{POOL}.id")


def test_sign_in_page_has_the_given_label_when_there_is_one() -> None:
    view = record(pool_clause(clients=client(callback_urls=["https://a.example/"])), domain_prefix="atoll-dev")

    assert view.value(f"{NAME}-domain", "domain") == "atoll-dev"
    assert view.value(CLIENT_NAME, "allowedOauthScopes") == ["openid"]


def test_resource_servers_hold_own_scopes_when_clients_name_some() -> None:
    clause = pool_clause(clients=client(callback_urls=["https://a.example/"], scopes=["openid", "orders/read"]))
    view = record(clause)

    server = f"{NAME}-scopes-orders"
    assert view.value(server, "identifier") == "orders"
    assert view.value(server, "scopes[0].scopeName") == "read"
    view.assert_depends(CLIENT_NAME, server)


def test_scopes_are_gathered_by_server_when_several_clients_have_them() -> None:
    clients = {
        "a": CLIENT | {"scopes": ["openid", "orders/write", "https://x.example/api/read"]},
        "b": CLIENT | {"scopes": ["orders/read", "orders/write"]},
    }

    assert custom_scopes(pool_clause(clients=clients)) == {
        "https://x.example/api": ["read"],
        "orders": ["read", "write"],
    }


PROVIDERS: dict[str, Any] = {
    "company": {"kind": "SAML", "metadata_url": "https://sso.company.com/metadata", "attributes": {"email": "mail"}},
    "partner": {"kind": "OIDC", "metadata_url": "https://id.partner.example", "vault_entry": "atoll/partner"},
    "google": {"kind": "Google", "vault_entry": "atoll/google"},
    "facebook": {"kind": "Facebook", "vault_entry": "atoll/facebook"},
    "amazon": {"kind": "LoginWithAmazon", "vault_entry": "atoll/amazon"},
}


def test_providers_vouch_for_users_when_configured() -> None:
    def credentials() -> dict[str, ProviderCredentials]:
        secret = pulumi.Output.secret("s3cr3t")
        return {
            key: ProviderCredentials(client_id=f"{key}-id", client_secret=secret)
            for key in PROVIDERS
            if key != "company"
        }

    def build() -> None:
        UserPool(
            NAME,
            args=UserPoolArgs(
                key="platform-users",
                user_pool=pool_clause(providers=PROVIDERS, clients=HOSTED),
                region=REGION,
                account_id=ACCOUNT,
                protection=LOOSE,
                credentials=credentials(),
            ),
        )

    view = record_component(build)

    names = ["company", "partner", "Google", "Facebook", "LoginWithAmazon"]
    for key, named in zip(PROVIDERS, names, strict=True):
        provider = f"{NAME}-provider-{key}"
        assert view.value(provider, "providerName") == named
        assert view.value(provider, "providerType") == PROVIDERS[key]["kind"]
        view.assert_wired(provider, "userPoolId", f"{POOL}.id")
        view.assert_depends(CLIENT_NAME, provider)
        if key != "company":
            assert view.value(provider, "providerDetails.client_id") == f"{key}-id"
            assert isinstance(view.value(provider, "providerDetails.client_secret"), Secret)
    company = f"{NAME}-provider-company"
    assert view.value(company, "providerDetails") == {"MetadataURL": "https://sso.company.com/metadata"}
    assert view.value(company, "attributeMapping") == {"email": "mail"}
    assert view.value(f"{NAME}-provider-partner", "providerDetails.oidc_issuer") == "https://id.partner.example"
    assert view.value(CLIENT_NAME, "supportedIdentityProviders") == ["COGNITO", *names]


def test_every_provider_without_credentials_is_named_when_some_are_missing() -> None:
    with pytest.raises(ValueError, match=r"no credentials for partner .*google .*facebook .*amazon") as error:
        record(pool_clause(providers=PROVIDERS))

    assert "read_credentials" in str(error.value)
