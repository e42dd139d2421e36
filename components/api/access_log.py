"""Access logs of APIs: one log group each, one JSON object a request."""

from __future__ import annotations

import json

import pulumi
from pulumi_aws import cloudwatch

_COMMON = {
    "requestId": "$context.requestId",
    "requestTime": "$context.requestTime",
    "sourceIp": "$context.identity.sourceIp",
    "userAgent": "$context.identity.userAgent",
    "status": "$context.status",
    "error": "$context.error.message",
}

HTTP_FORMAT = json.dumps(
    _COMMON
    | {
        "routeKey": "$context.routeKey",
        "httpMethod": "$context.httpMethod",
        "path": "$context.path",
        "protocol": "$context.protocol",
        "responseLength": "$context.responseLength",
        "responseLatencyMs": "$context.responseLatency",
        "integrationLatencyMs": "$context.integrationLatency",
        "integrationStatus": "$context.integrationStatus",
        "integrationError": "$context.integrationErrorMessage",
        "authorizerError": "$context.authorizer.error",
        "subject": "$context.authorizer.claims.sub",
    }
)
"""What an HTTP API logs of a request. No token and no query string: both can hold secrets.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html"""

REST_FORMAT = json.dumps(
    _COMMON
    | {
        "resourcePath": "$context.resourcePath",
        "httpMethod": "$context.httpMethod",
        "path": "$context.path",
        "protocol": "$context.protocol",
        "responseLength": "$context.responseLength",
        "responseLatencyMs": "$context.responseLatency",
        "integrationLatencyMs": "$context.integrationLatency",
        "integrationStatus": "$context.integrationStatus",
        "apiKeyId": "$context.identity.apiKeyId",
        "traceId": "$context.xrayTraceId",
    }
)
"""What a REST API logs of a request; the id of an API key, never the key."""

SOCKET_FORMAT = json.dumps(
    _COMMON
    | {
        "routeKey": "$context.routeKey",
        "eventType": "$context.eventType",
        "connectionId": "$context.connectionId",
        "messageId": "$context.messageId",
        "integrationLatencyMs": "$context.integrationLatency",
        "integrationError": "$context.integrationErrorMessage",
    }
)
"""What a WebSocket API logs of a connection or message, without the message."""


def access_log_group(
    name: str, *, days: int, key_arn: pulumi.Input[str] | None, parent: pulumi.Resource
) -> cloudwatch.LogGroup:
    """Make the log group `/aws/vendedlogs/apigateway/<name>`, kept `days` days.

    Below `/aws/vendedlogs/` the log delivery of all APIs shares one resource policy, of which a region has only ten.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
    """
    return cloudwatch.LogGroup(
        f"{name}-access-log",
        name=f"/aws/vendedlogs/apigateway/{name}",
        retention_in_days=days,
        kms_key_id=key_arn,
        opts=pulumi.ResourceOptions(parent=parent),
    )
