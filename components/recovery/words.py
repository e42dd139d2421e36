"""How Step Functions spells what AWS's APIs spell otherwise; pure.

Its SDK integrations take and give names as the SDK for Java has them: an acronym at the beginning keeps one capital
(`DBClusters` is `DbClusters`), and every name begins with a capital.
Source: AWS Step Functions Developer Guide, "Using AWS SDK integrations".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from contracts.recovery.calls import Argument, Call, Comparison, Path, Read, Where

Asl = dict[str, Any]
SERVICES = {
    "application-autoscaling": "applicationautoscaling",
    "arc-zonal-shift": "arczonalshift",
    "stepfunctions": "sfn",
}
"""Service of the command line → in an SDK integration, where they differ."""
_ACRONYM = re.compile(r"^[A-Z]{2,}(?=[A-Z][a-z])")
_ALL_CAPITALS = re.compile(r"^[A-Z]{2,}$")
FOUND = "$.look.found"


def spelled(name: str) -> str:
    """A field or parameter, as Step Functions spells it."""
    if found := _ACRONYM.match(name) or _ALL_CAPITALS.match(name):
        name = found[0].capitalize() + name[found.end() :]
    return name[0].upper() + name[1:]


def resource(call: Call) -> str:
    """ARN of the integration that makes a call."""
    operation = call.operation[0].lower() + call.operation[1:]
    return f"arn:aws:states:::aws-sdk:{SERVICES.get(call.service, call.service)}:{operation}"


def parameters(call: Call) -> Asl:
    """A call's parameters; what a run is given is taken from its input."""
    return _parameters(call.parameters)


def _parameters(given: Mapping[str, Any]) -> Asl:
    found: Asl = {}
    for name, value in given.items():
        if isinstance(value, Argument):
            found[f"{spelled(name)}.$"] = f"$.arguments.{value.argument}"
        else:
            found[spelled(name)] = value if name in _MAPS else _value(value)
    return found


_MAPS = frozenset({"Metadata"})
"""Parameters whose keys are data, not names."""


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _parameters(cast("Mapping[str, Any]", value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_value(item) for item in cast("Sequence[Any]", value)]
    return value


def selector(read: Read) -> Asl:
    """Takes the value out of the answer, to `$.look.found`."""
    return {"found.$": jsonpath(read.at)}


def jsonpath(path: Path) -> str:
    """A path as JSONPath; a filter makes the result a list."""
    text = "$"
    for part in path:
        match part:
            case Where():
                text += f"[?(@.{spelled(part.field)} == '{part.equals}')]"
            case int():
                text += f"[{part}]"
            case str():
                text += f".{spelled(part)}"
    return text


def holds(read: Read) -> Asl:
    """The condition of a choice that the value found says yes."""
    variable = f"{FOUND}[0]" if any(isinstance(part, Where) for part in read.at) else FOUND
    return {"And": [{"Variable": variable, "IsPresent": True}, {"Variable": variable, **_comparison(read)}]}


def _comparison(read: Read) -> Asl:
    if read.comparison is Comparison.AT_LEAST:
        return {"NumericGreaterThanEquals": read.value}
    match read.value:
        case bool():
            return {"BooleanEquals": read.value}
        case int() | float():
            return {"NumericEquals": read.value}
        case str():
            return {"StringEquals": read.value}


def quoted(text: str) -> str:
    """A text within an intrinsic function."""
    return "".join(f"\\{c}" if c in "'{}\\" else c for c in text)
