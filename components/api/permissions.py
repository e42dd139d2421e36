"""Permissions of an API to call functions: one for each route, for that route's ARN and no other."""

from __future__ import annotations

import hashlib
import re

import pulumi
from pulumi_aws import lambda_

from components.api.handlers import FunctionTarget

STATEMENT_ID_LIMIT = 100


def invoke_permission(
    name: str,
    route: str,
    *,
    target: FunctionTarget,
    source_arn: pulumi.Input[str],
    parent: pulumi.Resource,
    principal: str = "apigateway.amazonaws.com",
) -> lambda_.Permission:
    """Let the route of the API `name` call a function; the resource is `<name>-permission-<route>`."""
    return lambda_.Permission(
        f"{name}-permission-{route}",
        statement_id=statement_id(name, route),
        action="lambda:InvokeFunction",
        function=target.name,
        qualifier=target.alias,
        principal=principal,
        source_arn=source_arn,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def statement_id(name: str, route: str) -> str:
    """Return a statement id that says the API and tells routes apart: letters, digits, `-` and `_`, at most 100."""
    digest = hashlib.sha256(f"{name} {route}".encode()).hexdigest()[:8]
    readable = re.sub(r"[^A-Za-z0-9]+", "-", f"{name}-{route}").strip("-")
    return f"{readable[: STATEMENT_ID_LIMIT - len(digest) - 1].rstrip('-')}-{digest}"


def http_route_arn(execution_arn: pulumi.Input[str], route: str) -> pulumi.Output[str]:
    """The ARN under which an HTTP API calls for a route such as `GET /orders/{id}`.

    The stage is `*`: an API here has one. A route for any method is called under each of them.
    """
    method, _, path = route.partition(" ")
    if not path:
        return pulumi.Output.concat(execution_arn, "/*/", route)
    return pulumi.Output.concat(execution_arn, "/*/", "*" if method == "ANY" else method, path)
