from __future__ import annotations

import json
from typing import Any

import pytest

from components.api import FunctionTarget, GraphqlApi, GraphqlApiArgs, Targets
from contracts.services.interfaces import GraphqlInterface
from graph.values import MISSING
from tests.components.api.samples import AUTHORIZER, ISSUER, LOG_KEY, POOL_ID, PROCESS_ARN
from tests.kit import ACCOUNT, REGION, GraphView, record_component

NAME = "dev-order-order-graph"
SCHEMA = "type Query { order(id: ID!): ID }"
CLAUSE: dict[str, Any] = {
    "document": "orders.graphql",
    "resolvers": {
        "Query.order": {"function": "read-orders"},
        "Mutation.cancelOrder": {"function": "read-orders"},
    },
    "authorizer": AUTHORIZER,
    "cache_seconds": 60,
    "log_days": 30,
}
SOURCE = f"{NAME}-source-read-orders"


def record(clause: dict[str, Any] | None = None, **changes: Any) -> GraphView:
    values: dict[str, Any] = {
        "interface": GraphqlInterface.model_validate(clause or CLAUSE),
        "schema": SCHEMA,
        "region": REGION,
        "account_id": ACCOUNT,
        "targets": Targets(functions={"read-orders": FunctionTarget(arn=PROCESS_ARN, name="x")}),
        "issuer": ISSUER,
        "log_key_arn": LOG_KEY,
    }
    return record_component(
        lambda: GraphqlApi(NAME, args=GraphqlApiArgs(**(values | changes))),
        outputs=lambda node: (
            {"id": "api-1", "uris": {"GRAPHQL": "https://g"}}
            if node.type == "aws:appsync/graphQLApi:GraphQLApi"
            else {}
        ),
    )


def test_children_are_exactly_these_when_everything_is_on() -> None:
    record().assert_children(
        NAME,
        [
            ("aws:appsync/graphQLApi:GraphQLApi", f"{NAME}-api"),
            ("aws:iam/role:Role", f"{NAME}-logs"),
            ("aws:iam/rolePolicy:RolePolicy", f"{NAME}-logs-policy"),
            ("aws:cloudwatch/logGroup:LogGroup", f"{NAME}-log"),
            ("aws:appsync/apiCache:ApiCache", f"{NAME}-cache"),
            ("aws:iam/role:Role", f"{NAME}-read-orders"),
            ("aws:iam/rolePolicy:RolePolicy", f"{NAME}-read-orders-policy"),
            ("aws:appsync/dataSource:DataSource", SOURCE),
            ("aws:appsync/resolver:Resolver", f"{NAME}-resolver-Query.order"),
            ("aws:appsync/resolver:Resolver", f"{NAME}-resolver-Mutation.cancelOrder"),
        ],
    )


def test_api_takes_tokens_of_the_clients_when_there_is_an_authorizer() -> None:
    view = record()

    inputs = dict(view.node(f"{NAME}-api").inputs)
    log = inputs.pop("logConfig")
    assert inputs == {
        "name": NAME,
        "schema": SCHEMA,
        "authenticationType": "AMAZON_COGNITO_USER_POOLS",
        "userPoolConfig": {
            "userPoolId": POOL_ID,
            "awsRegion": REGION,
            "defaultAction": "ALLOW",
            "appIdClientRegex": "^(client-1)$",
        },
        "xrayEnabled": True,
        "queryDepthLimit": 10,
    }
    assert (log["fieldLogLevel"], log["excludeVerboseContent"]) == ("ERROR", True)  # type: ignore[index]
    view.assert_wired(f"{NAME}-api", "logConfig.cloudwatchLogsRoleArn", f"{NAME}-logs.arn")


def test_callers_sign_when_there_is_no_authorizer() -> None:
    view = record({**CLAUSE, "authorizer": None}, issuer=None)

    assert view.value(f"{NAME}-api", "authenticationType") == "AWS_IAM"
    assert view.value(f"{NAME}-api", "userPoolConfig") is MISSING
    keys = view.value(f"{NAME}-resolver-Query.order", "cachingConfig.cachingKeys")
    assert keys == ["$context.arguments", "$context.identity.userArn"]


def test_role_calls_that_function_only_when_a_field_needs_it() -> None:
    view = record()

    [statement] = json.loads(str(view.value(f"{NAME}-read-orders-policy", "policy")))["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["lambda:InvokeFunction"], PROCESS_ARN)
    [trust] = json.loads(str(view.value(f"{NAME}-read-orders", "assumeRolePolicy")))["Statement"]
    assert trust["Principal"] == {"Service": "appsync.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:appsync:{REGION}:{ACCOUNT}:apis/*"},
    }
    assert view.value(SOURCE, "name") == "read_orders"
    assert view.value(SOURCE, "type") == "AWS_LAMBDA"
    assert view.value(SOURCE, "lambdaConfig") == {"functionArn": PROCESS_ARN}
    view.assert_wired(SOURCE, "serviceRoleArn", f"{NAME}-read-orders.arn")


def test_field_goes_straight_to_its_function_when_resolved() -> None:
    view = record()

    resolver = f"{NAME}-resolver-Query.order"
    assert (view.value(resolver, "type"), view.value(resolver, "field")) == ("Query", "order")
    assert view.value(resolver, "kind") == "UNIT"
    assert view.value(resolver, "requestTemplate") is MISSING
    view.assert_wired(resolver, "dataSource", f"{SOURCE}.name")
    view.assert_wired(resolver, "apiId", f"{NAME}-api.id")


def test_only_queries_are_cached_and_each_callers_apart_when_there_is_a_cache() -> None:
    view = record()

    inputs = dict(view.node(f"{NAME}-cache").inputs)
    inputs.pop("apiId")
    assert inputs == {
        "type": "SMALL",
        "ttl": 60,
        "apiCachingBehavior": "PER_RESOLVER_CACHING",
        "atRestEncryptionEnabled": True,
        "transitEncryptionEnabled": True,
    }
    assert view.value(f"{NAME}-resolver-Query.order", "cachingConfig") == {
        "ttl": 60,
        "cachingKeys": ["$context.arguments", "$context.identity.sub"],
    }
    assert view.value(f"{NAME}-resolver-Mutation.cancelOrder", "cachingConfig") is MISSING


def test_log_has_the_apis_own_group_when_kept() -> None:
    view = record()

    assert view.node(f"{NAME}-log").inputs == {
        "name": "/aws/appsync/apis/api-1",
        "retentionInDays": 30,
        "kmsKeyId": LOG_KEY,
    }
    [statement] = json.loads(str(view.value(f"{NAME}-logs-policy", "policy")))["Statement"]
    assert statement["Resource"] == f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/appsync/apis/*"


def test_neither_log_nor_cache_is_made_when_the_contract_names_none() -> None:
    view = record({key: CLAUSE[key] for key in ("document", "resolvers", "authorizer")})

    assert view.value(f"{NAME}-api", "logConfig") is MISSING
    assert view.value(f"{NAME}-resolver-Query.order", "cachingConfig") is MISSING
    assert not view.graph.of_type("aws:appsync/apiCache:ApiCache")
    assert not view.graph.of_type("aws:cloudwatch/logGroup:LogGroup")


def test_api_is_refused_when_containers_or_strangers_answer() -> None:
    with pytest.raises(ValueError, match=r"AppSync calls functions only, but containers answer Query.order \(web\)"):
        record({**CLAUSE, "resolvers": {"Query.order": {"container": "web"}}})
    with pytest.raises(ValueError, match=r"Query.order: no function read-orders; there are none"):
        record(targets=Targets())
