"""APIs, events, people who sign in, and the pipeline that delivers all this."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from analysis.cost.charges import Charge, Context, NoPriceError, Rule, required, value
from analysis.office_hours import HOURS_OF_MONTH
from graph.nodes import Node

FREE_BUDGET_ACTIONS = 2
DAYS_OF_MONTH = HOURS_OF_MONTH / 24
_IDENTITY_PROVIDER = "aws:cognito/identityProvider:IdentityProvider"
_CHARGED_PROVIDERS = ("SAML", "OIDC")


def _http_api(node: Node, context: Context) -> Iterable[Charge]:
    if value(node, "protocolType") == "WEBSOCKET":
        yield context.charge("websocket-million", "api-calls")
        yield context.charge("websocket-minutes-million", "socket-minutes")
    else:
        yield context.charge("http-api-million", "api-calls")


def _rest_api(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("rest-api-million", "api-calls")


def _rest_stage(node: Node, context: Context) -> Iterable[Charge]:
    if value(node, "cacheClusterEnabled") is True:
        raise NoPriceError("caches of REST APIs are not priced")
    yield from ()


def _graphql_api(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("appsync-million", "api-calls")


def _graphql_cache(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge(f"appsync-cache:{required(node, 'type')}", HOURS_OF_MONTH)


def _bus(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("custom-events-million", "bus-events")


def _archive(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("event-archive-gb", "archive-gb")
    yield context.charge("event-archive-gb-month", "archive-gb")


def _user_pool(node: Node, context: Context) -> Iterable[Charge]:
    # Ten thousand users a month who sign in directly are free for ever, in the tiers Lite and Essentials.
    if value(node, "userPoolTier") == "PLUS":
        raise NoPriceError("the tier PLUS is not priced")
    if value(node, "smsConfiguration"):
        yield context.charge("sms", "sms")
    providers = context.graph.of_type(_IDENTITY_PROVIDER)
    if any(value(provider, "providerType") in _CHARGED_PROVIDERS for provider in providers):
        yield context.charge("cognito-federated-user-month", "federated-users")


def _build(node: Node, context: Context) -> Iterable[Charge]:
    environment: Any = required(node, "environment")
    yield context.charge(f"codebuild:{environment['type']}:{environment['computeType']}", "build-minutes")


def _pipeline(node: Node, context: Context) -> Iterable[Charge]:
    if value(node, "pipelineType") == "V2":
        yield context.charge("pipeline-minute", "pipeline-minutes")
    else:
        yield Charge("pipeline-month", HOURS_OF_MONTH / HOURS_OF_MONTH)


def _budget_action(node: Node, context: Context) -> Iterable[Charge]:
    context.seen.add(f"budget:{node.urn}")
    if sum(1 for item in context.seen if item.startswith("budget:")) > FREE_BUDGET_ACTIONS:
        yield Charge("budget-action-day", DAYS_OF_MONTH)


RULES: dict[str, Rule] = {
    "aws:apigateway/restApi:RestApi": _rest_api,
    "aws:apigateway/stage:Stage": _rest_stage,
    "aws:apigatewayv2/api:Api": _http_api,
    "aws:appsync/apiCache:ApiCache": _graphql_cache,
    "aws:appsync/graphQLApi:GraphQLApi": _graphql_api,
    "aws:budgets/budgetAction:BudgetAction": _budget_action,
    "aws:cloudwatch/eventArchive:EventArchive": _archive,
    "aws:cloudwatch/eventBus:EventBus": _bus,
    "aws:codebuild/project:Project": _build,
    "aws:codepipeline/pipeline:Pipeline": _pipeline,
    "aws:cognito/userPool:UserPool": _user_pool,
}
"""Resource type → how it is charged."""
