from __future__ import annotations

import json
from typing import Any

import pytest

from components.api import ApiLogging, ApiLoggingArgs, Targets, WebSocketApi, WebSocketApiArgs
from contracts.services.interfaces import WebSocketInterface
from graph.values import MISSING
from tests.components.api.samples import LOG_KEY, PROCESS_ARN, TARGETS
from tests.kit import ACCOUNT, REGION, GraphView, record_component

NAME = "dev-order-order-status"
ARN = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:api-1"
FUNCTION = {"function": "APIProcessing"}
CLAUSE: dict[str, Any] = {
    "routes": {"$connect": FUNCTION, "$disconnect": FUNCTION, "$default": FUNCTION, "cancel": FUNCTION},
    "throttling": {"burst": 100, "rate": 50},
    "access_log_days": 30,
}


def record(clause: dict[str, Any] | None = None, **changes: Any) -> GraphView:
    values: dict[str, Any] = {
        "interface": WebSocketInterface.model_validate(clause or CLAUSE),
        "region": REGION,
        "targets": TARGETS,
        "log_key_arn": LOG_KEY,
    }
    return record_component(
        lambda: WebSocketApi(NAME, args=WebSocketApiArgs(**(values | changes))),
        outputs=lambda node: {"id": "api-1", "executionArn": ARN} if node.type == "aws:apigatewayv2/api:Api" else {},
    )


def test_children_are_exactly_these_when_everything_is_on() -> None:
    view = record()

    routes = ("$connect", "$disconnect", "$default", "cancel")
    view.assert_children(
        NAME,
        [
            ("aws:apigatewayv2/api:Api", f"{NAME}-api"),
            ("aws:apigatewayv2/integration:Integration", f"{NAME}-integration-APIProcessing"),
            *[("aws:apigatewayv2/route:Route", f"{NAME}-route-{route}") for route in routes],
            *[("aws:lambda/permission:Permission", f"{NAME}-permission-{route}") for route in routes],
            ("aws:apigatewayv2/stage:Stage", f"{NAME}-stage"),
            ("aws:cloudwatch/logGroup:LogGroup", f"{NAME}-access-log"),
        ],
    )


def test_messages_find_their_function_when_they_name_an_action() -> None:
    view = record()

    assert view.node(f"{NAME}-api").inputs == {
        "name": NAME,
        "protocolType": "WEBSOCKET",
        "routeSelectionExpression": "$request.body.action",
    }
    integration = f"{NAME}-integration-APIProcessing"
    assert view.value(integration, "integrationType") == "AWS_PROXY"
    assert view.value(integration, "integrationUri") == (
        f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{PROCESS_ARN}/invocations"
    )
    assert view.value(f"{NAME}-route-cancel", "routeKey") == "cancel"
    view.assert_depends(f"{NAME}-route-cancel", integration)
    assert view.value(f"{NAME}-permission-$connect", "sourceArn") == f"{ARN}/*/$connect"
    assert view.value(f"{NAME}-permission-cancel", "sourceArn") == f"{ARN}/*/cancel"


@pytest.mark.parametrize("who", ["AWS_IAM", "NONE"])
def test_callers_are_asked_once_when_they_connect(who: str) -> None:
    view = record(connect_authorization=who)

    assert view.value(f"{NAME}-route-$connect", "authorizationType") == who
    assert view.value(f"{NAME}-route-$default", "authorizationType") == "NONE"


def test_stage_is_throttled_and_logged_when_the_contract_says_so() -> None:
    view = record()

    assert view.value(f"{NAME}-stage", "name") == "live"
    assert view.value(f"{NAME}-stage", "autoDeploy") is True
    assert view.value(f"{NAME}-stage", "defaultRouteSettings") == {
        "throttlingBurstLimit": 100,
        "throttlingRateLimit": 50,
    }
    view.assert_wired(f"{NAME}-stage", "accessLogSettings.destinationArn", f"{NAME}-access-log.arn")
    line = json.loads(str(view.value(f"{NAME}-stage", "accessLogSettings.format")))
    assert line["connectionId"] == "$context.connectionId"
    assert view.value(f"{NAME}-access-log", "retentionInDays") == 30
    assert view.value(f"{NAME}-access-log", "kmsKeyId") == LOG_KEY


def test_stage_is_unlimited_and_unlogged_when_nothing_is_said() -> None:
    view = record({"routes": {"$connect": FUNCTION}})

    assert view.value(f"{NAME}-stage", "defaultRouteSettings") is MISSING
    assert view.value(f"{NAME}-stage", "accessLogSettings") is MISSING


def test_functions_may_be_given_the_connections_when_the_api_stands() -> None:
    seen: dict[str, str] = {}

    def build() -> None:
        api = WebSocketApi(
            NAME,
            args=WebSocketApiArgs(interface=WebSocketInterface.model_validate(CLAUSE), region=REGION, targets=TARGETS),
        )
        api.manage_connections_arn.apply(lambda value: seen.update(arn=value))
        api.callback_url.apply(lambda value: seen.update(url=value))

    record_component(
        build,
        outputs=lambda node: {"id": "api-1", "executionArn": ARN} if node.type == "aws:apigatewayv2/api:Api" else {},
    )

    assert seen == {
        "arn": f"{ARN}/live/POST/@connections/*",
        "url": f"https://api-1.execute-api.{REGION}.amazonaws.com/live",
    }


def test_everything_is_refused_at_once_when_it_cannot_be_made() -> None:
    with pytest.raises(ValueError, match=r"cancel is answered by the container order-api(.|\n)*no route \$connect"):
        record({"routes": {"cancel": {"container": "order-api"}}})
    with pytest.raises(ValueError, match="no function APIProcessing; there are none"):
        record(targets=Targets())


def test_api_gateway_of_this_account_writes_logs_when_the_region_lets_it() -> None:
    view = record_component(lambda: ApiLogging("dev", args=ApiLoggingArgs(account_id=ACCOUNT, region=REGION)))

    view.assert_children(
        "dev",
        [
            ("aws:iam/role:Role", "dev-api-logs"),
            ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "dev-api-logs-policy"),
            ("aws:apigateway/account:Account", "dev-api-account"),
        ],
    )
    [statement] = json.loads(str(view.value("dev-api-logs", "assumeRolePolicy")))["Statement"]
    assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    view.assert_wired("dev-api-account", "cloudwatchRoleArn", "dev-api-logs.arn")
    view.assert_depends("dev-api-account", "dev-api-logs-policy")
    assert view.value("dev-api-logs-policy", "policyArn") == (
        "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    )
