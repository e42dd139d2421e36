"""Answers in the shape an SDK expects: results and errors in the protocol of the operation that was asked for."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from typing import Any

from moto.core.model import OperationModel, ServiceModel
from moto.core.serialize import SerializationContext, get_serializer_class

from embedded.gateway.catalog import Operation, protocol_of, service_model


class AwsError(Exception):
    """An error as a service reports it; `code` is what the SDK names its exception after."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        """`status` overrides the HTTP status of the service model."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True)
class Answer:
    """A whole HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes


def result(operation: Operation, value: dict[str, Any], *, content_type: str, request_id: str) -> Answer:
    """`value` (members of the output shape) as the response of `operation`."""
    return _serialize(operation.model, value, content_type, request_id)


def error(
    failure: AwsError, *, operation: Operation | None, service: str, content_type: str, request_id: str
) -> Answer:
    """`failure` as a response of `service`; when the operation is not known, any protocol the service speaks."""
    model = operation.model if operation else _nameless_operation(service)
    if model is None:
        body = {"__type": failure.code, "code": failure.code, "message": failure.message}
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": failure.code, "x-amzn-RequestId": request_id}
        return Answer(failure.status or 400, headers, json.dumps(body).encode())
    answer = _serialize(model, failure, content_type, request_id)
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "x-amzn-errortype"}
    return Answer(failure.status or answer.status, headers | {"x-amzn-ErrorType": failure.code}, answer.body)


def _serialize(model: OperationModel, value: Any, content_type: str, request_id: str) -> Answer:
    services: ServiceModel = model.service_model
    protocol = protocol_of(services, content_type)
    serializer = get_serializer_class(services.service_name, protocol)(model, SerializationContext(request_id))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # moto warns of error codes that a service model does not list
        response = serializer.serialize(value)
    body = response["body"]
    headers = {**response["headers"], "x-amzn-RequestId": request_id, "x-amz-request-id": request_id}
    return Answer(response["status_code"], headers, body.encode() if isinstance(body, str) else body)


def _nameless_operation(service: str) -> OperationModel | None:
    model = service_model(service)
    return OperationModel({}, model) if model else None
