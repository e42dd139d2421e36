"""Kinds of values in contracts: each says once what is allowed, to the validator, in the error and to the editor."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, cast

from contracts import names, schedules, versions
from contracts.services.semver import LONGEST_RANGE, VERSION_PATTERN, Range, Version
from contracts.settings.kind import Kind, between, matching, named, near
from contracts.settings.kinds import CONTRACT_ID as CONTRACT_ID  # the rule about ids is one, here and in settings
from contracts.settings.kinds import ContractId as ContractId

RESOURCE = names.NameKind(
    "resource name",
    r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*",
    40,
    "letters, digits and single hyphens, beginning with a letter",
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html",
)
"""Name of a queue, topic, bus, function …; at most 40, so that the environment and a role fit beside it in 64."""

_ID = rf"{names.LOGICAL.pattern}/{names.LOGICAL.pattern}"
_REFERENCE = rf"({_ID}#)?{RESOURCE.pattern}"
_DOCUMENT = r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\.(ya?ml|json|proto|graphql)"
_ROUTE = r"(ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) /([A-Za-z0-9._~{}+-]+(/[A-Za-z0-9._~{}+-]+)*)?|\$default"
_ORIGIN = r"\*|https://[a-z0-9.-]+(:[0-9]{1,5})?|http://localhost(:[0-9]{1,5})?"


def _shaped(pattern: str, longest: int, otherwise: str = "it does not have this form") -> Callable[[str], str | None]:
    compiled = re.compile(pattern)

    def problem(text: str) -> str | None:
        if unsafe := names.unsafe_characters(text):
            return unsafe
        if len(text) > longest:
            return f"it has {len(text)} characters, {longest} fit"
        return None if compiled.fullmatch(text) else otherwise

    return problem


def _text(pattern: str, allowed: str, longest: int, fix: str) -> Kind:
    return Kind(
        allowed, _shaped(pattern, longest), {"pattern": f"^({pattern})$", "minLength": 1, "maxLength": longest}, fix
    )


def _version_problem(text: str) -> str | None:
    try:
        Version.parse(text)
    except ValueError:
        return "it is no semantic version"
    return None


def _range_problem(text: str) -> str | None:
    try:
        Range.parse(text)
    except ValueError as error:
        return str(error)
    return None


def _runtime_problem(runtime: str) -> str | None:
    known = versions.END_OF_STANDARD_SUPPORT[versions.Engine.LAMBDA]
    return None if runtime in known else near(runtime, list(known)) or "AWS Lambda has no such runtime"


def json_problem(value: Any) -> str | None:
    """Why a value is no condition of EventBridge or SNS: every leaf is a list of alternatives."""
    if not isinstance(value, dict):
        return "it is no mapping"
    for key, item in cast("dict[str, Any]", value).items():
        if isinstance(item, dict):
            if reason := json_problem(item):
                return reason
        elif not isinstance(item, list) or not item:
            return f"{key} is no list of alternatives"
    return None


def _policy_problem(value: dict[str, Any]) -> str | None:
    """SNS: at most five keys, and 150 combinations. https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html"""
    if reason := json_problem(value):
        return reason
    if not 1 <= len(value) <= 5:
        return f"it has {len(value)} keys"
    combinations = 1
    for item in value.values():
        combinations *= len(item) if isinstance(item, list) else 1  # pyright: ignore[reportUnknownArgumentType]
    return None if combinations <= 150 else f"it makes {combinations} combinations"


SemVer = Annotated[
    str,
    Kind(
        "a semantic version such as 1.4.0",
        _version_problem,
        {"pattern": f"^({VERSION_PATTERN})$"},
        "write major.minor.patch, in quotes if YAML takes it for a number",
    ),
]
VersionRange = Annotated[
    str,
    Kind(
        "a range of versions such as ^1.4.0, ~1.4, 1.x, >=1.4.0 <3.0.0, or several joined by ||",
        _range_problem,
        {"minLength": 1, "maxLength": LONGEST_RANGE},
        "correct the range",
    ),
]
ResourceName = Annotated[str, named(RESOURCE)]
ResourceRef = Annotated[
    str,
    _text(
        _REFERENCE, "a name of this contract, or domain/service#name", 90, "write it like order-events or order/order#x"
    ),
]
StoreRef = Annotated[
    str, _text(rf"{_ID}#{RESOURCE.pattern}", "domain/service#store", 90, "write it like order/order#orders")
]
DocumentPath = Annotated[
    str,
    _text(
        _DOCUMENT,
        "a file below the contract's folder, ending in .yaml, .yml, .json, .proto or .graphql",
        200,
        "put the file beside the contract and name it from there",
    ),
]
RouteKey = Annotated[
    str, _text(_ROUTE, "METHOD /path such as GET /orders/{id} or ANY /api/v1/{proxy+}, or $default", 160, "rewrite it")
]
Origin = Annotated[
    str, _text(_ORIGIN, "an origin such as https://platform.example.com", 200, "write scheme and host only")
]
OperationName = Annotated[
    str,
    _text(
        r"[A-Za-z_][A-Za-z0-9_]*([.-][A-Za-z0-9_]+)*",
        "an operation: an operationId, Service.Method, Query.field or a workflow",
        128,
        "copy it from the provider's document",
    ),
]
OperationRef = Annotated[
    str,
    _text(
        rf"{_ID}#[A-Za-z_][A-Za-z0-9_]*([.-][A-Za-z0-9_]+)*",
        "domain/service#operation",
        180,
        "write it like order/payment#capturePayment",
    ),
]
FieldPath = Annotated[
    str,
    _text(
        r"[A-Za-z_$][A-Za-z0-9_$-]*(\[\])?(\.[A-Za-z_$][A-Za-z0-9_$-]*(\[\])?)*",
        "a field such as total.amount or items[].sku",
        200,
        "write the path from the top of the message",
    ),
]
StateName = Annotated[
    str, _text(r"[A-Za-z][A-Za-z0-9]*", "letters and digits, beginning with a letter", 80, "rename it")
]
ErrorName = Annotated[
    str,
    _text(
        r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*", "the name of an error, such as States.TaskFailed", 128, "rewrite it"
    ),
]
DetailType = Annotated[
    str, _text(r"[A-Za-z][A-Za-z0-9 ._/-]*", "words such as User Registered", 128, "use plain letters and spaces")
]
EventSource = Annotated[
    str, _text(r"[A-Za-z][A-Za-z0-9._/-]*", "a source such as user-service or aws.codebuild", 128, "rewrite it")
]
JsonPath = Annotated[str, _text(r"\$(\.[A-Za-z_][A-Za-z0-9_-]*)*", "a path such as $.error", 200, "begin it with $")]
Runtime = Annotated[
    str,
    Kind(
        "a Lambda runtime of contracts/versions.py in standard support",
        _runtime_problem,
        {"enum": list(versions.END_OF_STANDARD_SUPPORT[versions.Engine.LAMBDA])},
        "use a runtime that AWS supports",
    ),
]
CodeEntry = Annotated[
    str, _text(r"[A-Za-z_][A-Za-z0-9_./:]*", "module.function such as app.lambda_handler", 128, "rewrite it")
]
LibraryName = Annotated[
    str, _text(r"[a-z0-9]+(-[a-z0-9]+)*", "the name of a Python package such as pg8000", 64, "write it in lower case")
]
Schedule = Annotated[
    str,
    Kind(
        "cron(…), rate(…) or at(…) as EventBridge Scheduler has them",
        schedules.schedule_problem,
        {"pattern": r"^(cron|rate|at)\(.+\)$"},
        "correct the expression",
    ),
]
FilterPolicy = Annotated[
    dict[str, Any],
    Kind("at most 5 attributes, each with a list of alternatives, at most 150 combinations", _policy_problem),
]
EventPattern = Annotated[
    dict[str, Any], Kind("a pattern whose leaves are lists of alternatives", json_problem, {}, "write [value]")
]
RedisPrefix = Annotated[
    str,
    _text(
        r"[a-z][a-z0-9-]*(:[a-z0-9-]+)*:",
        "words joined by colons, ending in one, such as order:cart:",
        64,
        "end it with :",
    ),
]
ObjectPrefix = Annotated[
    str,
    _text(
        r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9._-]+)*/", "a prefix ending in /, such as orders/", 200, "end it with /"
    ),
]
IndexName = Annotated[
    str, _text(r"[a-z][a-z0-9-]*", "lower-case letters, digits and hyphens, beginning with a letter", 100, "rename it")
]
VariableName = Annotated[str, _text(r"[A-Z][A-Z0-9_]*", "upper-case letters, digits and underscores", 64, "rename it")]
SocketRoute = Annotated[
    str,
    _text(
        r"\$connect|\$disconnect|\$default|[A-Za-z][A-Za-z0-9_-]*",
        "$connect, $disconnect, $default or an action",
        64,
        "rewrite it",
    ),
]
GraphqlField = Annotated[
    str,
    _text(
        r"(Query|Mutation|Subscription)\.[A-Za-z_][A-Za-z0-9_]*",
        "Query.field, Mutation.field or Subscription.field",
        128,
        "rewrite it",
    ),
]
HttpsUrl = Annotated[
    str,
    _text(
        r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?", "an https URL without a query", 500, "rewrite it"
    ),
]
Words = Annotated[
    str,
    Kind(
        "text of 1 to 500 characters",
        lambda text: None if 1 <= len(text.strip()) <= 500 else "it is empty or too long",
        {"minLength": 1, "maxLength": 500},
        "say it in a sentence or two",
    ),
]
HeaderName = Annotated[
    str, matching(r"\*|[A-Za-z0-9-]{1,64}", "a header name, or *", _shaped(r"\*|[A-Za-z0-9-]{1,64}", 64))
]
Scope = Annotated[str, _text(r"[A-Za-z0-9_./:-]+", "an OAuth scope such as orders/read", 128, "rewrite it")]
VaultEntry = Annotated[
    str,
    _text(
        r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*",
        "a name in Secrets Manager such as atoll/google",
        128,
        "write the name, never the value",
    ),
]
Port = Annotated[int, between(1, 65535, "(TCP port)")]
Seconds = Annotated[int, between(1, 86400, "seconds")]
Milliseconds = Annotated[int, between(1, 900_000, "milliseconds")]


def decimal_between(low: float, high: float, unit: str) -> Kind:
    """A number from `low` to `high`."""
    return Kind(
        f"{low:g} to {high:g} {unit}",
        lambda value: None if low <= value <= high else f"it is {'below' if value < low else 'above'} the limit",
        {"minimum": low, "maximum": high},
        f"choose {low:g} to {high:g}",
    )
