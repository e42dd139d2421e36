from __future__ import annotations

import json
from typing import Any

import pytest

from components.authentication import IdentityPool, IdentityPoolArgs
from components.identity.statements import allow
from contracts.services.identity import IdentityPool as IdentityPoolClause
from graph.values import MISSING
from tests.kit import REGION, GraphView, record_component

NAME = "dev-user-platform-identity-pool"
POOL = f"{NAME}-pool"
ISSUER = f"cognito-idp.{REGION}.amazonaws.com/{REGION}_Ab1Cd2Ef3"


def record(**changes: Any) -> GraphView:
    clause: dict[str, Any] = {"user_pool": "platform-users", "clients": ["web-app-client"]}
    strangers = changes.pop("allow_unauthenticated", False)
    values: dict[str, Any] = {
        "key": "platform-identity-pool",
        "identity_pool": IdentityPoolClause.model_validate(clause | {"allow_unauthenticated": strangers}),
        "region": REGION,
        "provider_name": ISSUER,
        "client_ids": {"web-app-client": "client-1"},
    }
    return record_component(
        lambda: IdentityPool(NAME, args=IdentityPoolArgs(**(values | changes))),
        outputs=lambda node: {"id": "pool-1"} if node.type == "aws:cognito/identityPool:IdentityPool" else {},
    )


def trust(view: GraphView, kind: str) -> dict[str, Any]:
    [statement] = json.loads(str(view.value(f"{NAME}-{kind}", "assumeRolePolicy")))["Statement"]
    return statement


def test_pool_has_exactly_the_parameters_of_document_002_when_recorded() -> None:
    view = record()

    view.assert_children(
        NAME,
        [
            ("aws:cognito/identityPool:IdentityPool", POOL),
            ("aws:iam/role:Role", f"{NAME}-authenticated"),
            ("aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment", f"{NAME}-roles"),
        ],
    )
    assert view.node(POOL).inputs == {
        "identityPoolName": "platform-identity-pool",
        "allowUnauthenticatedIdentities": False,
        "allowClassicFlow": False,
        "cognitoIdentityProviders": [
            {"clientId": "client-1", "providerName": ISSUER, "serverSideTokenCheck": True},
        ],
    }
    view.assert_wired(f"{NAME}-roles", "identityPoolId", f"{POOL}.id")
    view.assert_wired(f"{NAME}-roles", "roles.authenticated", f"{NAME}-authenticated.arn")
    assert view.value(f"{NAME}-roles", "roles.unauthenticated") is MISSING


def test_only_signed_in_users_of_this_pool_take_the_role_when_recorded() -> None:
    assert trust(record(), "authenticated") == {
        "Sid": "UsersOfPool",
        "Effect": "Allow",
        "Principal": {"Federated": "cognito-identity.amazonaws.com"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {"cognito-identity.amazonaws.com:aud": "pool-1"},
            "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
        },
    }


def test_users_may_do_what_is_stated_when_there_are_statements() -> None:
    statement = allow("ReadOwnFiles", ["s3:GetObject"], "arn:aws:s3:::assets/${cognito-identity.amazonaws.com:sub}/*")
    view = record(statements=[statement])

    policy = f"{NAME}-authenticated-policy"
    assert json.loads(str(view.value(policy, "policy"))) == {"Version": "2012-10-17", "Statement": [statement]}
    view.assert_wired(policy, "role", f"{NAME}-authenticated.name")


def test_strangers_get_a_role_that_may_do_nothing_when_the_contract_lets_them_in() -> None:
    view = record(allow_unauthenticated=True, statements=[allow("X", ["s3:GetObject"], "arn:aws:s3:::x/*")])

    assert view.value(POOL, "allowUnauthenticatedIdentities") is True
    condition = trust(view, "unauthenticated")["Condition"]
    assert condition["ForAnyValue:StringLike"] == {"cognito-identity.amazonaws.com:amr": "unauthenticated"}
    view.assert_wired(f"{NAME}-roles", "roles.unauthenticated", f"{NAME}-unauthenticated.arn")
    [policy] = view.graph.of_type("aws:iam/rolePolicy:RolePolicy")
    assert policy.name == f"{NAME}-authenticated-policy"


def test_client_is_refused_when_the_user_pool_does_not_have_it() -> None:
    with pytest.raises(ValueError, match="platform-users has no client web-app-client; it has none"):
        record(client_ids={})
