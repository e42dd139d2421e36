from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_aws
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.api import ContainerTarget, FunctionTarget, HttpApi, HttpApiArgs, Targets, TokenIssuer, UrlTarget
from components.api.http_api import preflights
from components.api.permissions import STATEMENT_ID_LIMIT, statement_id
from contracts.services.interfaces import HttpInterface
from graph.values import MISSING
from tests.components.api.samples import (
    AUTHORIZER,
    ISSUER,
    LISTENER,
    LOG_KEY,
    POOL_ID,
    PROCESS_ARN,
    TARGETS,
    http_interface,
)
from tests.kit import ACCOUNT, REGION, GraphView, record_component

NAME = "dev-order-orders"
ROUTE = "aws:apigatewayv2/route:Route"
INTEGRATION = "aws:apigatewayv2/integration:Integration"
PERMISSION = "aws:lambda/permission:Permission"
PROXY = f"{NAME}-route-ANY/api/v1/{{proxy+}}"
PREFLIGHT = f"{NAME}-route-OPTIONS/api/v1/{{proxy+}}"
PROCESS = f"{NAME}-route-POST/api/v1/process"


def record(interface: HttpInterface | None = None, **changes: Any) -> GraphView:
    def build() -> None:
        values: dict[str, Any] = {
            "interface": interface or http_interface(),
            "region": REGION,
            "targets": TARGETS,
            "issuer": ISSUER,
            "log_key_arn": LOG_KEY,
            "hosted_zone_id": "Z1",
        }
        opts = pulumi.ResourceOptions(providers=[pulumi_aws.Provider("aws", region=REGION)])
        HttpApi(NAME, args=HttpApiArgs(**(values | changes)), opts=opts)

    return record_component(build)


@pytest.fixture(scope="module")
def view() -> GraphView:
    """Document 002's API; recorded once, read by many."""
    return record()


def test_children_are_exactly_these_when_everything_is_on(view: GraphView) -> None:
    view.assert_children(
        NAME,
        [
            ("aws:apigatewayv2/api:Api", f"{NAME}-api"),
            ("aws:apigatewayv2/authorizer:Authorizer", f"{NAME}-authorizer"),
            (INTEGRATION, f"{NAME}-integration-container-order-api-proxy"),
            (INTEGRATION, f"{NAME}-integration-function-APIProcessing"),
            (ROUTE, PROXY),
            (ROUTE, PREFLIGHT),
            (ROUTE, PROCESS),
            (PERMISSION, f"{NAME}-permission-POST/api/v1/process"),
            ("aws:apigatewayv2/stage:Stage", f"{NAME}-stage"),
            ("aws:cloudwatch/logGroup:LogGroup", f"{NAME}-access-log"),
            ("atoll:api:ApiDomain", f"{NAME}-domain"),
        ],
    )
    view.assert_children(
        f"{NAME}-domain",
        [
            ("atoll:edge:Certificate", f"{NAME}-domain-tls"),
            ("aws:apigatewayv2/domainName:DomainName", f"{NAME}-domain-name"),
            ("aws:apigatewayv2/apiMapping:ApiMapping", f"{NAME}-domain-mapping"),
            ("aws:route53/record:Record", f"{NAME}-domain-alias"),
        ],
    )
    for node in view.graph:
        if node.type.startswith("aws:"):
            view.assert_provider(node.name, "aws")


def test_api_has_exactly_the_parameters_of_document_002_when_recorded(view: GraphView) -> None:
    assert view.node(f"{NAME}-api").inputs == {
        "name": NAME,
        "protocolType": "HTTP",
        "corsConfiguration": {
            "allowOrigins": ["https://platform.company.com"],
            "allowMethods": ["GET", "POST", "PUT", "DELETE"],
        },
        "disableExecuteApiEndpoint": True,
    }
    authorizer = f"{NAME}-authorizer"
    assert view.value(authorizer, "name") == "jwt-authorizer"
    assert view.value(authorizer, "authorizerType") == "JWT"
    assert view.value(authorizer, "identitySources") == ["$request.header.Authorization"]
    assert view.value(authorizer, "jwtConfiguration") == {
        "issuer": f"https://cognito-idp.{REGION}.amazonaws.com/{POOL_ID}",
        "audiences": ["client-1"],
    }
    view.assert_wired(authorizer, "apiId", f"{NAME}-api.id")
    assert view.value(f"{NAME}-stage", "name") == "$default"
    assert view.value(f"{NAME}-stage", "autoDeploy") is True
    assert view.value(f"{NAME}-stage", "defaultRouteSettings") == {
        "throttlingBurstLimit": 5000,
        "throttlingRateLimit": 10000,
    }
    assert view.value(PROXY, "routeKey") == "ANY /api/v1/{proxy+}"
    assert view.value(PROXY, "authorizationType") == "JWT"
    view.assert_wired(PROXY, "authorizerId", f"{authorizer}.id")
    view.assert_depends(PROXY, f"{NAME}-integration-container-order-api-proxy")


def test_container_is_reached_through_the_vpc_link_when_a_route_names_it(view: GraphView) -> None:
    inputs = dict(view.node(f"{NAME}-integration-container-order-api-proxy").inputs)
    inputs.pop("apiId")
    assert inputs == {
        "integrationType": "HTTP_PROXY",
        "integrationMethod": "ANY",
        "integrationUri": LISTENER,
        "connectionType": "VPC_LINK",
        "connectionId": "link-1",
        "payloadFormatVersion": "1.0",
        "requestParameters": {"overwrite:path": "/$request.path.proxy"},
        "timeoutMilliseconds": 30000,
    }


def test_container_keeps_path_host_and_tls_when_wired_so() -> None:
    target = ContainerTarget(
        listener_arn=LISTENER,
        vpc_link_id="link-1",
        strip_prefix=False,
        headers={"Host": "order-api.internal"},
        server_name="internal.company.com",
    )
    view = record(targets=Targets(functions=TARGETS.functions, containers={"order-api": target}), timeout_ms=5000)

    integration = f"{NAME}-integration-container-order-api"
    assert view.value(integration, "requestParameters") == {"overwrite:header.Host": "order-api.internal"}
    assert view.value(integration, "tlsConfig") == {"serverNameToVerify": "internal.company.com"}
    assert view.value(integration, "timeoutMilliseconds") == 5000


def test_function_is_called_by_proxy_payload_two_when_a_route_names_it(view: GraphView) -> None:
    inputs = dict(view.node(f"{NAME}-integration-function-APIProcessing").inputs)
    inputs.pop("apiId")
    assert inputs == {
        "integrationType": "AWS_PROXY",
        "integrationMethod": "POST",
        "integrationUri": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{PROCESS_ARN}/invocations",
        "payloadFormatVersion": "2.0",
        "timeoutMilliseconds": 30000,
    }


def test_permission_is_for_that_route_only_when_a_function_answers() -> None:
    routes = {
        "POST /api/v1/process": {"function": "APIProcessing"},
        "ANY /files/{proxy+}": {"function": "APIProcessing"},
        "$default": {"function": "APIProcessing"},
    }
    view = record_known(http_interface(routes=routes, cors=None))
    arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:api-1"

    for key, source in {
        "POST/api/v1/process": f"{arn}/*/POST/api/v1/process",
        "ANY/files/{proxy+}": f"{arn}/*/*/files/{{proxy+}}",
        "$default": f"{arn}/*/$default",
    }.items():
        permission = f"{NAME}-permission-{key}"
        assert view.value(permission, "sourceArn") == source
        assert view.value(permission, "function") == "dev-order-APIProcessing"
        assert view.value(permission, "action") == "lambda:InvokeFunction"
        assert view.value(permission, "principal") == "apigateway.amazonaws.com"
        assert view.value(permission, "qualifier") is MISSING


def record_known(interface: HttpInterface, **changes: Any) -> GraphView:
    """Record with an API whose execution ARN is known, as it is after the first deployment."""

    def outputs(node: Any) -> dict[str, Any]:
        if node.type == "aws:apigatewayv2/api:Api":
            return {"id": "api-1", "executionArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:api-1"}
        return {}

    values: dict[str, Any] = {"interface": interface, "region": REGION, "targets": TARGETS, "issuer": ISSUER}
    return record_component(lambda: HttpApi(NAME, args=HttpApiArgs(**(values | changes))), outputs=outputs)


def test_alias_is_called_and_permitted_when_the_target_has_one() -> None:
    target = FunctionTarget(arn=f"{PROCESS_ARN}:live", name="dev-order-APIProcessing", alias="live")
    view = record(targets=Targets(functions={"APIProcessing": target}, containers=TARGETS.containers))

    assert view.value(f"{NAME}-permission-POST/api/v1/process", "qualifier") == "live"
    uri = view.value(f"{NAME}-integration-function-APIProcessing", "integrationUri")
    assert str(uri).endswith(f"{PROCESS_ARN}:live/invocations")


def test_preflight_asks_nobody_when_any_method_needs_a_token(view: GraphView) -> None:
    assert view.value(PREFLIGHT, "routeKey") == "OPTIONS /api/v1/{proxy+}"
    assert view.value(PREFLIGHT, "authorizationType") == "NONE"
    assert view.value(PREFLIGHT, "authorizerId") is MISSING


@pytest.mark.parametrize(
    ("changes", "added"),
    [
        ({}, ["OPTIONS /api/v1/{proxy+}"]),
        ({"cors": None}, []),
        ({"authorizer": None, "anonymous": True}, []),
        ({"authorizer": None}, ["OPTIONS /api/v1/{proxy+}"]),
        ({"routes": {"GET /x": {"function": "APIProcessing"}}}, []),
        ({"routes": {"$default": {"function": "APIProcessing"}}}, ["OPTIONS /{proxy+}"]),
        ({"routes": {"ANY /x": {"function": "a"}, "OPTIONS /x": {"function": "b"}}}, []),
    ],
)
def test_preflight_routes_are_added_when_browsers_need_them(changes: dict[str, Any], added: list[str]) -> None:
    assert list(preflights(http_interface(**changes))) == added


@pytest.mark.parametrize(
    ("changes", "kind"), [({"authorizer": None}, "AWS_IAM"), ({"authorizer": None, "anonymous": True}, "NONE")]
)
def test_routes_ask_for_signatures_or_nothing_when_there_is_no_authorizer(changes: dict[str, Any], kind: str) -> None:
    view = record(http_interface(**changes), issuer=None)

    for route in (PROXY, PROCESS):
        assert view.value(route, "authorizationType") == kind
        assert view.value(route, "authorizerId") is MISSING
    assert not list(view.graph.of_type("aws:apigatewayv2/authorizer:Authorizer"))


def test_scopes_are_asked_for_when_the_authorizer_has_them() -> None:
    view = record(http_interface(authorizer=AUTHORIZER | {"scopes": ["orders/read"]}))

    assert view.value(PROCESS, "authorizationScopes") == ["orders/read"]
    assert view.value(PREFLIGHT, "authorizationScopes") is MISSING


def test_each_request_is_logged_as_json_when_there_is_an_access_log(view: GraphView) -> None:
    group = f"{NAME}-access-log"
    assert view.node(group).inputs == {
        "name": f"/aws/vendedlogs/apigateway/{NAME}",
        "retentionInDays": 30,
        "kmsKeyId": LOG_KEY,
    }
    view.assert_wired(f"{NAME}-stage", "accessLogSettings.destinationArn", f"{group}.arn")
    line = json.loads(str(view.value(f"{NAME}-stage", "accessLogSettings.format")))
    assert line["requestId"] == "$context.requestId"
    assert line["status"] == "$context.status"
    assert not [value for value in line.values() if "authorization" in value.lower() or "querystring" in value.lower()]


def test_domain_is_regional_with_tls_12_and_leads_to_the_stage_when_there_is_one(view: GraphView) -> None:
    domain = f"{NAME}-domain"
    assert view.value(f"{domain}-name", "domainName") == "api.company.com"
    assert view.value(f"{domain}-name", "domainNameConfiguration.endpointType") == "REGIONAL"
    assert view.value(f"{domain}-name", "domainNameConfiguration.securityPolicy") == "TLS_1_2"
    view.assert_depends(f"{domain}-name", f"{domain}-tls-issued", f"{domain}-tls-validation")
    view.assert_wired(f"{domain}-mapping", "apiId", f"{NAME}-api.id")
    view.assert_wired(f"{domain}-mapping", "domainName", f"{domain}-name.id")
    assert view.value(f"{domain}-mapping", "stage") == "$default"
    view.assert_depends(f"{domain}-mapping", f"{NAME}-stage")
    assert view.value(f"{domain}-alias", "zoneId") == "Z1"
    assert view.value(f"{domain}-alias", "name") == "api.company.com"
    view.assert_depends(f"{domain}-alias", f"{domain}-name")


def test_nothing_is_proven_or_led_here_when_dns_is_elsewhere() -> None:
    view = record(hosted_zone_id=None)

    assert not list(view.graph.of_type("aws:route53/record:Record"))
    view.assert_wired(
        f"{NAME}-domain-name", "domainNameConfiguration.certificateArn", f"{NAME}-domain-tls-certificate.arn"
    )


def test_own_address_is_open_and_unlimited_when_nothing_else_is_said() -> None:
    view = record(http_interface(domain=None, throttling=None, access_log_days=None, cors=None))

    assert view.value(f"{NAME}-api", "disableExecuteApiEndpoint") is False
    assert view.value(f"{NAME}-api", "corsConfiguration") is MISSING
    assert view.value(f"{NAME}-stage", "defaultRouteSettings") is MISSING
    assert view.value(f"{NAME}-stage", "accessLogSettings") is MISSING
    assert not list(view.graph.of_type("aws:cloudwatch/logGroup:LogGroup"))
    assert not list(view.graph.of_type("atoll:api:ApiDomain"))


def test_every_missing_target_is_named_when_targets_are_incomplete() -> None:
    with pytest.raises(ValueError, match=f"{NAME}: what answers") as error:
        record(targets=Targets())

    assert "ANY /api/v1/{proxy+}: no container order-api; there are none" in str(error.value)
    assert "POST /api/v1/process: no function APIProcessing; there are none" in str(error.value)


def test_client_is_refused_when_the_pool_does_not_have_it() -> None:
    issuer = TokenIssuer(user_pool_id=POOL_ID, client_ids={"other": "2"}, region=REGION, account_id=ACCOUNT)

    with pytest.raises(ValueError, match="platform-users has no client web-app-client; it has other"):
        record(issuer=issuer)
    with pytest.raises(ValueError, match="deploy the service that has it first"):
        record(issuer=None)


def test_interface_is_refused_when_it_is_of_another_kind() -> None:
    with pytest.raises(ValueError, match="make a RestApi of it"):
        record(http_interface(kind="rest"))


@given(st.text(min_size=1, max_size=150), st.text(max_size=150))
def test_statement_id_is_accepted_and_unique_when_made_of_anything(name: str, route: str) -> None:
    made = statement_id(name, route)

    assert 0 < len(made) <= STATEMENT_ID_LIMIT
    assert all(c.isascii() and (c.isalnum() or c in "-_") for c in made)
    assert made != statement_id(name, route + "/x")


def test_address_on_the_internet_gets_the_path_when_a_container_has_one() -> None:
    routes = {"ANY /web/{proxy+}": {"container": "web"}, "GET /status": {"container": "web"}}
    targets = Targets(containers={"web": UrlTarget(base_url="https://x.awsapprunner.com")})
    view = record(http_interface(routes=routes, cors=None), targets=targets)

    proxy = f"{NAME}-integration-container-web-proxy"
    assert view.value(proxy, "integrationUri") == "https://x.awsapprunner.com/{proxy}"
    assert view.value(proxy, "connectionType") == "INTERNET"
    assert view.value(proxy, "requestParameters") is MISSING
    whole = f"{NAME}-integration-container-web"
    assert view.value(whole, "integrationUri") == "https://x.awsapprunner.com"
    assert view.value(whole, "requestParameters") == {"overwrite:path": "$request.path"}


def test_link_of_rest_apis_is_refused_when_an_http_api_gets_one() -> None:
    container = UrlTarget(base_url="http://nlb", vpc_link_id="link-1")

    with pytest.raises(ValueError, match="container order-api: HTTP APIs take no link of REST APIs"):
        record(targets=Targets(functions=TARGETS.functions, containers={"order-api": container}))
