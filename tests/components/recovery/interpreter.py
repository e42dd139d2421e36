"""The part of the Amazon States Language that plans are compiled to, executed; knows nothing of the compiler.

Source: https://states-language.net/spec.html. Waiting takes no time here; parallel branches run one after the other.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
TaskHandler = Callable[[str, Json], Any]
"""Resource and parameters → result; raises for an error."""
_PART = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]|\[\?\(@\.(\w+) == '([^']*)'\)\]")
LONGEST_RUN = 20_000


class PathError(Exception):
    """Nothing is at a path."""


class FailedError(Exception):
    """The execution ended in a Fail state."""


@dataclass
class Interpreter:
    """Executes machines; remembers which states it was in, and how long it waited."""

    task: TaskHandler
    states: list[str] = field(default_factory=list)
    waited: int = 0

    def run(self, machine: Json, given: Any) -> Any:
        name, data = machine["StartAt"], copy.deepcopy(given)
        while True:
            self.states.append(name)
            assert len(self.states) < LONGEST_RUN, "it does not end"
            state = machine["States"][name]
            following, data = self._do(state, data)
            if following is None:
                return data
            name = following

    def _do(self, state: Json, data: Any) -> tuple[str | None, Any]:
        match state["Type"]:
            case "Fail":
                raise FailedError(state["Error"])
            case "Succeed":
                return None, data
            case "Choice":
                rules = [rule["Next"] for rule in state["Choices"] if _true(rule, data)]
                return (rules or [state["Default"]])[0], data
            case "Wait":
                self.waited += state["Seconds"]
                return state["Next"], data
            case "Pass":
                result = state.get("Result", _filled(state["Parameters"], data) if "Parameters" in state else data)
                data = _put(state, data, result)
                data = _at(state["OutputPath"], data) if "OutputPath" in state else data
            case "Parallel":
                results = [self.run(branch, data) for branch in state["Branches"]]
                data = _put(state, data, results)
            case "Task":
                try:
                    result = self.task(state["Resource"], _filled(state["Parameters"], data))
                    result = _filled(state["ResultSelector"], result) if "ResultSelector" in state else result
                    data = _put(state, data, result)
                except Exception as error:
                    (catch,) = state["Catch"]
                    assert catch["ErrorEquals"] == ["States.ALL"]
                    return catch["Next"], _put(catch, data, {"Error": str(error)})
            case other:
                raise AssertionError(f"no state is of type {other}")
        return (None if state.get("End") else state["Next"]), data


def _put(state: Json, data: Any, result: Any) -> Any:
    path = state.get("ResultPath", "$")
    if path is None:
        return data
    if path == "$":
        return result
    name = path.removeprefix("$.")
    assert "." not in name
    return {**data, name: result}


def _at(path: str, data: Any) -> Any:
    found, several, rest = [data], False, path.removeprefix("$")
    while rest:
        part = _PART.match(rest)
        assert part, f"{path} is no path"
        rest = rest[part.end() :]
        name, index, key, value = part.groups()
        if key is not None:
            several = True
            found = [item for one in found for item in one if item.get(key) == value]
        elif index is not None:
            found = [one[int(index)] for one in found if len(one) > int(index)]
        else:
            found = [one[name] for one in found if name in one]
    if several:
        return found
    if not found:
        raise PathError(path)
    return found[0]


def _true(rule: Json, data: Any) -> bool:
    if "And" in rule:
        return all(_true(each, data) for each in rule["And"])
    if "Or" in rule:
        return any(_true(each, data) for each in rule["Or"])
    (operator,) = rule.keys() - {"Variable", "Next"}
    try:
        found = _at(rule["Variable"], data)
    except PathError:
        assert operator == "IsPresent", f"{rule['Variable']} is not there"
        return False
    wanted = rule[operator]
    match operator:
        case "IsPresent":
            return bool(wanted)
        case "BooleanEquals" | "StringEquals" | "NumericEquals":
            return (type(found) is type(wanted) and found == wanted) or (
                operator == "NumericEquals" and found == wanted
            )
        case "NumericGreaterThanEquals":
            return bool(found >= wanted)
        case other:
            raise AssertionError(f"no comparison is called {other}")


def _filled(template: Any, data: Any) -> Any:
    if isinstance(template, dict):
        return {
            key.removesuffix(".$"): _said(value, data) if key.endswith(".$") else _filled(value, data)
            for key, value in template.items()
        }
    return [_filled(item, data) for item in template] if isinstance(template, list) else template


def _said(expression: str, data: Any) -> Any:
    if expression.startswith("$$."):
        return "token"
    return _at(expression, data) if expression.startswith("$") else _intrinsic(expression, data)


def _intrinsic(expression: str, data: Any) -> Any:
    name, inner = expression.split("(", 1)
    given = [_argument(each, data) for each in _split(inner.removesuffix(")"))]
    match name:
        case "States.MathAdd":
            return given[0] + given[1]
        case "States.Array":
            return given
        case "States.JsonToString":
            return json.dumps(given[0])
        case "States.StringToJson":
            return json.loads(given[0])
        case "States.JsonMerge":
            assert given[2] is False
            return {**given[0], **given[1]}
        case "States.Format":
            template, *rest = given
            return re.sub(r"(?<!\\)\{\}", lambda _: str(rest.pop(0)), template).replace("\\", "")
        case other:
            raise AssertionError(f"no function is called {other}")


def _argument(text: str, data: Any) -> Any:
    if text.startswith("'"):
        inner = text[1:-1]
        return re.sub(r"\\'", "'", inner) if "{}" in inner.replace("\\{", "").replace("\\}", "") else _unquoted(inner)
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isdigit() else _said(text, data)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _split(text: str) -> list[str]:
    """Arguments at the top level of a function."""
    found, depth, quoted, start, at = list[str](), 0, False, 0, 0
    while at < len(text):
        character = text[at]
        if character == "\\":
            at += 1
        elif character == "'":
            quoted = not quoted
        elif not quoted and character in "()":
            depth += 1 if character == "(" else -1
        elif not quoted and depth == 0 and character == ",":
            found.append(text[start:at].strip())
            start = at + 1
        at += 1
    return [*found, text[start:].strip()]
