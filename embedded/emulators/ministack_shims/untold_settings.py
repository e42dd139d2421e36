"""Report settings as they were made: nothing that nobody told, and all that somebody did."""

from __future__ import annotations

import json
from typing import Any

from embedded.emulators.ministack_shims import part

REASON = (
    "MiniStack drops a whole bus policy for a statement of its own, and answers defaults that AWS does not have: a "
    "payload version of JWT authorizers, an age of events, 10 records for a stream's batch. Every preview would want "
    "to change them back."
)
STREAM_BATCH = 100
"""Records of a stream that AWS hands to a function at once unless told otherwise."""
Answer = tuple[int, dict[str, str], bytes]

eventbridge, lambda_svc, apigateway = (
    part("services.eventbridge"),
    part("services.lambda_svc"),
    part("services.apigateway"),
)


def _bus_policies() -> None:
    put = eventbridge._put_permission

    def put_permission(data: dict[str, Any]) -> Answer:
        if not data.get("Policy"):
            return put(data)
        eventbridge._event_bus_policies[data.get("EventBusName") or "default"] = json.loads(data["Policy"])
        return eventbridge.json_response({})

    eventbridge._put_permission = put_permission


def _invoke_configs() -> None:
    put = lambda_svc._put_event_invoke_config

    def put_config(name: str, qualifier: str | None, data: dict[str, Any]) -> Answer:
        answer = put(name, qualifier, data)
        function = lambda_svc._functions.get(name)
        made = lambda_svc._event_invoke_config(function, qualifier) if function else None
        if made and "MaximumEventAgeInSeconds" not in data:
            made.pop("MaximumEventAgeInSeconds", None)
        return answer

    lambda_svc._put_event_invoke_config = put_config


def _stream_batches() -> None:
    create = lambda_svc._create_esm

    def create_mapping(data: dict[str, Any]) -> Answer:
        stream = ":sqs:" not in data.get("EventSourceArn", "")
        return create({"BatchSize": STREAM_BATCH, **data} if stream else data)

    lambda_svc._create_esm = create_mapping


def _jwt_authorizers() -> None:
    create = apigateway._create_authorizer

    def create_authorizer(api: str, data: dict[str, Any]) -> Answer:
        status, headers, body = create(api, data)
        told: dict[str, Any] = json.loads(body)
        if status != 201 or told.get("authorizerType") != "JWT":
            return status, headers, body
        for name in ("authorizerPayloadFormatVersion", "authorizerResultTtlInSeconds", "enableSimpleResponses"):
            told.pop(name, None)
            apigateway._authorizers[api][told["authorizerId"]].pop(name, None)
        return status, headers, json.dumps(told).encode()

    apigateway._create_authorizer = create_authorizer


def apply() -> None:
    """Repair the four."""
    _bus_policies()
    _invoke_configs()
    _stream_batches()
    _jwt_authorizers()
