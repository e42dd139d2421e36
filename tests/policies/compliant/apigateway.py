"""APIs as they should be."""

from __future__ import annotations

from typing import Any

from pulumi_aws import apigateway, apigatewayv2, wafv2

LOGS: Any = {"destination_arn": "arn:aws:logs:us-east-1:111122223333:log-group:api", "format": "$context.requestId"}


def program() -> None:
    """An HTTP API and a REST API."""
    api = apigatewayv2.Api("http-api", protocol_type="HTTP")
    apigatewayv2.Route(
        "http-route", api_id=api.id, route_key="GET /orders", authorization_type="JWT", authorizer_id="authorizer"
    )
    apigatewayv2.Stage("http-stage", api_id="api", access_log_settings=LOGS)
    rest = apigateway.RestApi("rest", endpoint_configuration={"types": "REGIONAL"})
    stage = apigateway.Stage(
        "rest-stage",
        rest_api=rest.id,
        deployment="deployment",
        stage_name="live",
        access_log_settings=LOGS,
        xray_tracing_enabled=True,
    )
    apigateway.MethodSettings(
        "rest-methods",
        rest_api=rest.id,
        stage_name=stage.stage_name,
        method_path="*/*",
        settings={"logging_level": "ERROR", "caching_enabled": True, "cache_data_encrypted": True},
    )
    wafv2.WebAclAssociation("rest-waf", resource_arn=stage.arn, web_acl_arn="arn")
