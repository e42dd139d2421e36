from __future__ import annotations

import json
from typing import Any

import pytest

from components.api import RestApi, RestApiArgs, RestVpcLink, RestVpcLinkArgs, Targets, UrlTarget
from components.api.rest_api import source_path
from components.api.rest_document import expanded, path_parameters
from components.network import NetworkLoadBalancerArgs
from contracts.services.interfaces import Handler, HttpInterface
from graph.values import MISSING
from tests.components.api.samples import AUTHORIZER, ISSUER, LOG_KEY, PROCESS_ARN, TARGETS
from tests.kit import ACCOUNT, REGION, GraphView, record_component

NAME = "dev-order-partner"
ARN = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:api-1"
CLAUSE: dict[str, Any] = {
    "document": "openapi.yaml",
    "exposure": "public",
    "kind": "rest",
    "routes": {
        "ANY /files/{proxy+}": {"container": "files"},
        "GET /web/{id}": {"container": "web"},
        "POST /orders/{id}": {"function": "APIProcessing"},
    },
    "cors": {
        "origins": ["https://platform.company.com"],
        "methods": ["GET", "POST"],
        "headers": ["Content-Type"],
        "max_age_seconds": 60,
        "credentials": True,
    },
    "authorizer": AUTHORIZER | {"scopes": ["orders/read"]},
    "throttling": {"burst": 100, "rate": 50},
    "access_log_days": 30,
    "usage_plans": {
        "gold": {"throttling": {"burst": 50, "rate": 20}, "quota": 10000, "period": "DAY", "keys": ["acme"]},
        "free": {"throttling": {"burst": 5, "rate": 2}, "keys": ["umbrella"]},
    },
}
REST_TARGETS = Targets(
    functions=TARGETS.functions,
    containers={
        "files": UrlTarget(base_url="http://nlb.internal:80", vpc_link_id="link-1", headers={"Host": "files.internal"}),
        "web": UrlTarget(base_url="https://web.example"),
    },
)


def clause(**changes: Any) -> HttpInterface:
    return HttpInterface.model_validate({k: v for k, v in (CLAUSE | changes).items() if v is not None})


def record(interface: HttpInterface | None = None, **changes: Any) -> GraphView:
    values: dict[str, Any] = {
        "interface": interface or clause(),
        "region": REGION,
        "targets": REST_TARGETS,
        "issuer": ISSUER,
        "log_key_arn": LOG_KEY,
    }
    return record_component(
        lambda: RestApi(NAME, args=RestApiArgs(**(values | changes))),
        outputs=lambda node: {"id": "api-1", "executionArn": ARN} if node.type.endswith(":RestApi") else {},
    )


def body(view: GraphView) -> dict[str, Any]:
    return json.loads(str(view.value(f"{NAME}-api", "body")))


def test_children_are_exactly_these_when_everything_is_on() -> None:
    record().assert_children(
        NAME,
        [
            ("aws:apigateway/restApi:RestApi", f"{NAME}-api"),
            ("aws:apigateway/deployment:Deployment", f"{NAME}-deployment"),
            ("aws:apigateway/stage:Stage", f"{NAME}-stage"),
            ("aws:apigateway/methodSettings:MethodSettings", f"{NAME}-methods"),
            ("aws:lambda/permission:Permission", f"{NAME}-permission-POST/orders/{{id}}"),
            ("aws:cloudwatch/logGroup:LogGroup", f"{NAME}-access-log"),
            ("aws:apigateway/apiKey:ApiKey", f"{NAME}-key-acme"),
            ("aws:apigateway/apiKey:ApiKey", f"{NAME}-key-umbrella"),
            ("aws:apigateway/usagePlan:UsagePlan", f"{NAME}-plan-gold"),
            ("aws:apigateway/usagePlan:UsagePlan", f"{NAME}-plan-free"),
            ("aws:apigateway/usagePlanKey:UsagePlanKey", f"{NAME}-plan-gold-acme"),
            ("aws:apigateway/usagePlanKey:UsagePlanKey", f"{NAME}-plan-free-umbrella"),
        ],
    )


def test_holders_of_a_key_are_limited_when_there_are_usage_plans() -> None:
    view = record()

    assert view.value(f"{NAME}-plan-gold", "throttleSettings") == {"burstLimit": 50, "rateLimit": 20}
    assert view.value(f"{NAME}-plan-gold", "quotaSettings") == {"limit": 10000, "period": "DAY"}
    assert view.value(f"{NAME}-plan-free", "quotaSettings") is MISSING
    assert view.value(f"{NAME}-plan-gold", "apiStages[0].apiId") == "api-1"
    view.assert_depends(f"{NAME}-plan-gold", f"{NAME}-stage")
    assert view.value(f"{NAME}-key-acme", "value") is MISSING
    view.assert_wired(f"{NAME}-plan-gold-acme", "keyId", f"{NAME}-key-acme.id")
    view.assert_wired(f"{NAME}-plan-gold-acme", "usagePlanId", f"{NAME}-plan-gold.id")
    assert view.value(f"{NAME}-plan-gold-acme", "keyType") == "API_KEY"


def test_every_method_asks_for_token_and_key_when_both_are_set() -> None:
    document = body(record())

    method = document["paths"]["/orders/{id}"]["post"]
    assert method["security"] == [{"jwt-authorizer": ["orders/read"], "api_key": []}]
    schemes = document["components"]["securitySchemes"]
    assert schemes["jwt-authorizer"]["x-amazon-apigateway-authorizer"] == {
        "type": "cognito_user_pools",
        "providerARNs": [f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{ISSUER.user_pool_id}"],
    }
    assert schemes["api_key"] == {"type": "apiKey", "name": "x-api-key", "in": "header"}


@pytest.mark.parametrize(
    ("anonymous", "security", "auth"), [(False, [{"sigv4": []}], {"type": "AWS_IAM"}), (True, [], None)]
)
def test_methods_ask_for_signatures_or_nothing_when_there_is_no_authorizer(
    anonymous: bool, security: list[Any], auth: Any
) -> None:
    document = body(record(clause(authorizer=None, usage_plans=None, anonymous=anonymous), issuer=None))

    method = document["paths"]["/orders/{id}"]["post"]
    assert method["security"] == security
    assert method.get("x-amazon-apigateway-auth") == auth


def test_function_is_called_from_its_route_only_when_it_answers() -> None:
    view = record()

    integration = body(view)["paths"]["/orders/{id}"]["post"]["x-amazon-apigateway-integration"]
    assert (integration["type"], integration["httpMethod"], integration["timeoutInMillis"]) == (
        "aws_proxy",
        "POST",
        29000,
    )
    assert integration["uri"] == (
        f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{PROCESS_ARN}/invocations"
    )
    permission = f"{NAME}-permission-POST/orders/{{id}}"
    assert view.value(permission, "sourceArn") == f"{ARN}/*/POST/orders/*"


def test_containers_are_reached_by_link_or_address_when_they_answer() -> None:
    paths = body(record())["paths"]

    files = paths["/files/{proxy+}"]["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"]
    assert files["uri"] == "http://nlb.internal:80/{proxy}"
    assert (files["connectionType"], files["connectionId"]) == ("VPC_LINK", "link-1")
    assert files["requestParameters"] == {
        "integration.request.path.proxy": "method.request.path.proxy",
        "integration.request.header.Host": "'files.internal'",
    }
    web = paths["/web/{id}"]["get"]["x-amazon-apigateway-integration"]
    assert web["uri"] == "https://web.example/web/{id}"
    assert web["connectionType"] == "INTERNET"
    assert web["requestParameters"] == {"integration.request.path.id": "method.request.path.id"}


def test_preflight_is_answered_by_the_api_itself_when_pages_may_call() -> None:
    paths = body(record())["paths"]

    preflight = paths["/orders/{id}"]["options"]
    assert preflight["security"] == []
    integration = preflight["x-amazon-apigateway-integration"]
    assert integration["type"] == "mock"
    assert integration["responses"]["default"]["responseParameters"] == {
        "method.response.header.Access-Control-Allow-Origin": "'https://platform.company.com'",
        "method.response.header.Access-Control-Allow-Methods": "'GET,POST'",
        "method.response.header.Access-Control-Allow-Headers": "'Content-Type'",
        "method.response.header.Access-Control-Max-Age": "'60'",
        "method.response.header.Access-Control-Allow-Credentials": "'true'",
    }
    assert "options" not in body(record(clause(cors=None)))["paths"]["/orders/{id}"]


def test_stage_is_traced_throttled_and_logged_when_made() -> None:
    view = record()

    assert view.value(f"{NAME}-stage", "stageName") == "live"
    assert view.value(f"{NAME}-stage", "xrayTracingEnabled") is True
    view.assert_wired(f"{NAME}-stage", "deployment", f"{NAME}-deployment.id")
    view.assert_wired(f"{NAME}-stage", "accessLogSettings.destinationArn", f"{NAME}-access-log.arn")
    assert view.value(f"{NAME}-methods", "methodPath") == "*/*"
    assert view.value(f"{NAME}-methods", "settings") == {
        "loggingLevel": "ERROR",
        "throttlingBurstLimit": 100,
        "throttlingRateLimit": 50,
    }


def test_api_is_deployed_anew_when_its_document_changes() -> None:
    before, same, after = record(), record(), record(timeout_ms=1000)

    def digest(view: GraphView) -> object:
        return view.value(f"{NAME}-deployment", "triggers.document")

    assert digest(before) == digest(same) != digest(after)


def test_nobody_else_gets_in_when_it_is_private() -> None:
    view = record(vpc_endpoint_ids=["vpce-1"])

    assert view.value(f"{NAME}-api", "endpointConfiguration") == {"types": "PRIVATE", "vpcEndpointIds": ["vpce-1"]}
    [statement] = json.loads(str(view.value(f"{NAME}-policy", "policy")))["Statement"]
    assert statement["Resource"] == f"{ARN}/*"
    assert statement["Condition"] == {"StringEquals": {"aws:SourceVpce": ["vpce-1"]}}
    view.assert_depends(f"{NAME}-deployment", f"{NAME}-policy")


def test_domain_takes_the_place_of_its_own_address_when_there_is_one() -> None:
    view = record(clause(domain="partner.company.com"), hosted_zone_id="Z1")

    assert view.value(f"{NAME}-api", "endpointConfiguration.types") == "REGIONAL"
    assert view.value(f"{NAME}-api", "disableExecuteApiEndpoint") is True
    assert view.value(f"{NAME}-domain-mapping", "stage") == "live"
    assert view.value(f"{NAME}-domain-alias", "name") == "partner.company.com"


def test_default_route_takes_every_path_when_the_contract_has_one() -> None:
    default, own = Handler(function="a"), Handler(function="b")

    assert expanded({"$default": default, "GET /x": own}) == {"ANY /": default, "ANY /{proxy+}": default, "GET /x": own}
    assert expanded({"$default": default, "ANY /": own})["ANY /"] is own


def test_parameters_stand_as_stars_in_the_source_when_a_path_has_some() -> None:
    assert source_path("/orders/{id}/lines/{proxy+}") == "/orders/*/lines/*"
    assert path_parameters("/orders/{id}/lines/{proxy+}") == ["id", "proxy"]


def test_everything_is_refused_at_once_when_no_rest_api_can_do_it() -> None:
    plan = {"throttling": {"burst": 1, "rate": 1}, "keys": ["acme"]}
    wrong = clause(
        kind="http",
        usage_plans=None,
        domain="partner.company.com",
        cors={"origins": ["https://a.example", "https://b.example"], "methods": ["GET"]},
        authorizer=AUTHORIZER | {"identity_source": "$request.querystring.token"},
    )
    with pytest.raises(ValueError, match="make an HttpApi of it") as error:
        record(wrong, vpc_endpoint_ids=["vpce-1"])
    for part in ("several origins", "header Authorization only", "no custom domain on the internet"):
        assert part in str(error.value)
    with pytest.raises(ValueError, match=r"usage_plans\.b\.keys: acme is already in a"):
        record(clause(usage_plans={"a": plan, "b": plan}))
    with pytest.raises(ValueError, match="a REST API cannot reach a listener"):
        record(clause(routes={"GET /x": {"container": "order-api"}}), targets=TARGETS)


def test_link_stands_before_a_network_load_balancer_when_made() -> None:
    front = NetworkLoadBalancerArgs(
        balancer_name="dev-rest",
        vpc_id="vpc-1",
        subnet_ids=["subnet-a"],
        security_group_ids=["sg-1"],
        port=80,
        health_path="/",
        load_balancer_arn="arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/x/1",
    )
    view = record_component(lambda: RestVpcLink("dev-rest", args=RestVpcLinkArgs(load_balancer=front)))

    view.assert_children(
        "dev-rest",
        [
            ("atoll:network:NetworkLoadBalancer", "dev-rest-front"),
            ("aws:apigateway/vpcLink:VpcLink", "dev-rest-link"),
        ],
    )
    view.assert_wired("dev-rest-link", "targetArn", "dev-rest-front-nlb.arn")


def test_stage_stands_behind_the_web_acl_of_the_region_when_there_is_one() -> None:
    view = record(web_acl_arn="arn:acl")
    assert view.value(f"{NAME}-web-acl", "webAclArn") == "arn:acl"
    view.assert_wired(f"{NAME}-web-acl", "resourceArn", f"{NAME}-stage.arn")
    assert [node for node in record().graph if node.type.endswith(":WebAclAssociation")] == []
