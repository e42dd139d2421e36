"""The OpenAPI document of which API Gateway makes a REST API: paths, who may call, and what answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.api.callers import TokenIssuer
from components.api.handlers import ContainerTarget, Targets, UrlTarget, function_uri
from contracts.services.interfaces import Cors, Handler, HttpInterface

Document = dict[str, Any]
API_KEY = "api_key"
SIGNATURE = "sigv4"
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
ANY = "x-amazon-apigateway-any-method"
CATCH_ALL = ("ANY /", "ANY /{proxy+}")
"""What the route `$default` stands for in a REST API."""


def rest_document(
    title: str,
    interface: HttpInterface,
    *,
    region: str,
    targets: Targets,
    issuer: TokenIssuer | None,
    timeout_ms: int,
) -> Document:
    """The document as data that may hold outputs; `pulumi.Output.json_dumps` makes it text.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
    """
    security = _security(interface)
    paths: dict[str, dict[str, Any]] = {}
    for route, handler in expanded(interface.routes).items():
        method, _, path = route.partition(" ")
        paths.setdefault(path, {})[ANY if method == "ANY" else method.lower()] = {
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in path_parameters(path)
            ],
            "responses": {"default": {"description": "What the handler answers"}},
            "security": security,
            **_signed(interface),
            "x-amazon-apigateway-integration": _integration(handler, path, region, targets, timeout_ms),
        }
    if interface.cors:
        for methods in paths.values():
            methods.setdefault("options", _preflight(interface.cors))
    return {
        "openapi": "3.0.1",
        "info": {"title": title, "version": "1"},
        "paths": paths,
        "components": {"securitySchemes": _schemes(interface, issuer)},
    }


def expanded(routes: Mapping[str, Handler]) -> dict[str, Handler]:
    """The routes with `$default` written out; a route that the contract names itself wins."""
    found = {route: handler for route, handler in routes.items() if route != "$default"}
    if "$default" in routes:
        found = dict.fromkeys(CATCH_ALL, routes["$default"]) | found
    return found


def path_parameters(path: str) -> list[str]:
    """Names of the parameters of a path, without the `+` of a greedy one."""
    return re.findall(r"\{([^}+]+)\+?\}", path)


def _security(interface: HttpInterface) -> list[dict[str, Sequence[str]]]:
    """What every method asks for; all members of the one object together."""
    asked: dict[str, Sequence[str]] = {}
    if interface.authorizer:
        asked[interface.authorizer.name] = list(interface.authorizer.scopes)
    elif not interface.anonymous:
        asked[SIGNATURE] = []
    if interface.usage_plans:
        asked[API_KEY] = []
    return [asked] if asked else []


def _signed(interface: HttpInterface) -> Document:
    iam = interface.authorizer is None and not interface.anonymous
    return {"x-amazon-apigateway-auth": {"type": "AWS_IAM"}} if iam else {}


def _schemes(interface: HttpInterface, issuer: TokenIssuer | None) -> Document:
    schemes: Document = {}
    if interface.authorizer and issuer:
        schemes[interface.authorizer.name] = {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [issuer.user_pool_arn]},
        }
    elif not interface.anonymous:
        schemes[SIGNATURE] = {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        }
    if interface.usage_plans:
        schemes[API_KEY] = {"type": "apiKey", "name": "x-api-key", "in": "header"}
    return schemes


def _integration(handler: Handler, path: str, region: str, targets: Targets, timeout_ms: int) -> Document:
    if handler.function is not None:
        return {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": function_uri(region, targets.functions[handler.function]),
            "passthroughBehavior": "when_no_match",
            "timeoutInMillis": timeout_ms,
        }
    target = targets.containers[str(handler.container)]
    if isinstance(target, ContainerTarget):
        raise ValueError(
            f"container {handler.container}: a REST API cannot reach a listener of an application load balancer; "
            "hand it a UrlTarget: the address of a RestVpcLink, or of an App Runner service"
        )
    return _http_integration(target, path, timeout_ms)


def _http_integration(target: UrlTarget, path: str, timeout_ms: int) -> Document:
    # `{proxy+}` becomes `{proxy}`: the mapping below says where each parameter comes from.
    wanted = "/{proxy}" if target.strip_prefix and "{proxy+}" in path else path.replace("+}", "}")
    link: Document = (
        {"connectionType": "VPC_LINK", "connectionId": target.vpc_link_id}
        if target.vpc_link_id is not None
        else {"connectionType": "INTERNET"}
    )
    return {
        "type": "http_proxy",
        "httpMethod": "ANY",
        "uri": pulumi.Output.concat(target.base_url, wanted),
        "passthroughBehavior": "when_no_match",
        "timeoutInMillis": timeout_ms,
        "requestParameters": {
            **{f"integration.request.path.{name}": f"method.request.path.{name}" for name in path_parameters(wanted)},
            **{f"integration.request.header.{name}": f"'{value}'" for name, value in target.headers.items()},
        },
        **link,
    }


def _preflight(cors: Cors) -> Document:
    """The answer to a browser's preflight, which no function is bothered with."""
    headers = {
        "Access-Control-Allow-Origin": cors.origins[0],
        "Access-Control-Allow-Methods": ",".join(cors.methods),
        "Access-Control-Allow-Headers": ",".join(cors.headers) or None,
        "Access-Control-Max-Age": str(cors.max_age_seconds) if cors.max_age_seconds else None,
        "Access-Control-Allow-Credentials": "true" if cors.credentials else None,
    }
    given = {name: value for name, value in headers.items() if value is not None}
    return {
        "security": [],
        "responses": {
            "204": {
                "description": "Which requests pages may make",
                "headers": {name: {"schema": {"type": "string"}} for name in given},
            }
        },
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 204}'},
            "responses": {
                "default": {
                    "statusCode": "204",
                    "responseParameters": {
                        f"method.response.header.{name}": f"'{value}'" for name, value in given.items()
                    },
                }
            },
        },
    }
