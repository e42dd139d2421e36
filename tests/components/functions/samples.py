"""Clauses and wiring for the tests of this folder; every value is stated here."""

from __future__ import annotations

from typing import Any

import pulumi

from components.functions import Function, FunctionArgs, FunctionKeys, FunctionNetwork, ObjectSource, StreamSource
from components.identity.roles import Scope
from contracts.services import compute
from tests.kit import ACCOUNT, REGION, GraphView, record_component

SCOPE = Scope("dev", REGION, ACCOUNT)
KEYS = FunctionKeys(
    logs=SCOPE.arn("kms", "key/logs"),
    variables=SCOPE.arn("kms", "key/secrets"),
    messaging=SCOPE.arn("kms", "key/messaging"),
    tables=SCOPE.arn("kms", "key/database"),
)
NETWORK = FunctionNetwork(subnet_ids=["subnet-a", "subnet-b"], security_group_ids=["sg-functions"])
TABLE_ARN = SCOPE.arn("dynamodb", "table/dev-analytics-user-table")
STREAM_ARN = f"{TABLE_ARN}/stream/2026-01-01T00:00:00.000"
QUEUES = {
    name: SCOPE.arn("sqs", f"dev-{name}")
    for name in ("APIProcessingDLQ", "DataProcessingDLQ", "processing-queue", "OrderProcessing")
}


def clause(**changes: Any) -> compute.Function:
    """The smallest function: no network, no traces, nothing that calls it."""
    values: dict[str, Any] = {
        "runtime": "python3.13",
        "handler": "app.handler",
        "timeout_seconds": 10,
        "memory_mib": 256,
        "vpc": False,
        "tracing": False,
    }
    return compute.Function.model_validate(values | changes)


def function_args(function: compute.Function, **changes: Any) -> FunctionArgs:
    """Wiring with everything that a clause of these tests may name."""
    values: dict[str, Any] = {
        "function": function,
        "scope": SCOPE,
        "code": pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(event, context): ...")}),
        "keys": KEYS,
        "network": NETWORK,
        "queue_arns": QUEUES,
        "streams": {"user-table": StreamSource(arn=STREAM_ARN, table_arn=TABLE_ARN)},
        "objects": {"data-bucket": ObjectSource(bucket="app-uploads-dev", prefix="data/")},
    }
    return FunctionArgs(**(values | changes))


def record_function(name: str, function: compute.Function, **changes: Any) -> GraphView:
    """Record one function with this wiring."""
    return record_component(lambda: Function(name, args=function_args(function, **changes)))
