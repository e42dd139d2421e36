"""Timestamps of JSON answers as numbers."""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Callable, Iterable
from typing import Any

from botocore.model import Shape
from moto.core.utils import get_service_model

REASON = (
    "Some moto backends answer a JSON-protocol call with ISO 8601 text where the protocol wants seconds since the "
    "epoch. botocore reads both; the Go SDK, and so the Terraform provider, refuses the text."
)

# X-Amz-Target prefix of the backends seen to do it, and the service model that names their timestamp members.
_SERVICES = {
    "AmazonDMSv20160101": "dms",
    "AmazonDAXV3": "dax",
    "AmazonAthena": "athena",
    "AWS242ServiceCatalogService": "servicecatalog",
    "AWSBudgetServiceGateway": "budgets",
    "AWSGlue": "glue",
    "AmazonSSM": "ssm",
    "CodeBuild_20161006": "codebuild",
    "CodeCommit_20150413": "codecommit",
    "CodeDeploy_20141006": "codedeploy",
    "CodePipeline_20150709": "codepipeline",
    "SageMaker": "sagemaker",
    "WorkspacesService": "workspaces",
}


def with_numbers(value: Any, shape: Shape | None) -> Any:
    """`value` with every ISO timestamp that `shape` declares turned into seconds since the epoch."""
    if value is None or shape is None:
        return value
    if shape.type_name == "timestamp" and isinstance(value, str):
        return _seconds(value)
    if shape.type_name == "structure" and isinstance(value, dict):
        return {key: with_numbers(item, shape.members.get(key)) for key, item in value.items()}  # type: ignore[attr-defined]
    if shape.type_name == "list" and isinstance(value, list):
        return [with_numbers(item, shape.member) for item in value]  # type: ignore[attr-defined]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: with_numbers(item, shape.value) for key, item in value.items()}  # type: ignore[attr-defined]
    return value


def _seconds(text: str) -> float | str:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


@functools.cache
def _output_shape(target: str) -> Shape | None:
    prefix, _, action = target.rpartition(".")
    if prefix not in _SERVICES:
        return None
    model = get_service_model(_SERVICES[prefix])
    return model.operation_model(action).output_shape if action in model.operation_names else None


def wrap(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Rewrite the successful answers of the services above; everything else passes untouched."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        shape = _output_shape(environ.get("HTTP_X_AMZ_TARGET", ""))
        if shape is None:
            return application(environ, start_response)
        started: dict[str, Any] = {}

        def hold(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            started.update(status=status, headers=headers)

        body = b"".join(application(environ, hold))
        if started["status"].startswith("200") and body:
            body = json.dumps(with_numbers(json.loads(body), shape)).encode()
        headers = [(name, text) for name, text in started["headers"] if name.lower() != "content-length"]
        start_response(started["status"], [*headers, ("Content-Length", str(len(body)))])
        return [body]

    return answer
