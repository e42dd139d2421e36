"""Whether two Terraform values mean the same, and where two Pulumi values differ."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum

from embedded.aws_plugin.mapping.nodes import Block, CtyType, Nesting
from embedded.aws_plugin.paths import Step, child
from embedded.aws_plugin.values import Props, Value, canonical, same


class Change(StrEnum):
    """What happens to one property."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


def normalise(body: Block, state: Props) -> Props:
    """The state with sets sorted and JSON texts laid out alike, so that equal states compare equal."""
    out: Props = {}
    for name, value in state.items():
        if name in body.attributes:
            out[name] = normalise_value(value, body.attributes[name].type)
        elif name in body.blocks:
            block = body.blocks[name]

            def one(item: Value, inner: Block = block.body) -> Value:
                return normalise(inner, item) if isinstance(item, dict) else item

            if isinstance(value, list):
                items = [one(item) for item in value]
                out[name] = sorted(items, key=canonical) if block.nesting is Nesting.SET else items
            elif isinstance(value, dict) and block.nesting is Nesting.MAP:
                out[name] = {key: one(item) for key, item in value.items()}
            else:
                out[name] = one(value)
        else:
            out[name] = value
    return out


def normalise_value(value: Value, cty: CtyType) -> Value:
    """`normalise` for one attribute of the given type."""
    if cty == "string" and isinstance(value, str):
        return _json_text(value)
    if isinstance(cty, str) or not isinstance(value, (list, dict)):
        return value
    kind, inner = cty[0], cty[1]
    if isinstance(value, list):
        items = [normalise_value(item, inner) for item in value] if kind in ("list", "set") else value
        return sorted(items, key=canonical) if kind == "set" else items
    if kind == "map":
        return {key: normalise_value(item, inner) for key, item in value.items()}
    if kind == "object":
        return {name: normalise_value(value.get(name), item) for name, item in inner.items()}
    return value


def _json_text(text: str) -> str:
    if text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except ValueError:
        return text


def differs_at(prior: Props, planned: Props, steps: Sequence[Step]) -> bool:
    """Whether two normalised states differ at a Terraform path, or at the deepest place of it that both still have."""
    before: Value = prior
    after: Value = planned
    for step in steps:
        inner_before, inner_after = _follow(before, step), _follow(after, step)
        if inner_before is None or inner_after is None:
            break
        before, after = inner_before[0], inner_after[0]
    return canonical(before) != canonical(after)


def _follow(value: Value, step: Step) -> tuple[Value] | None:
    if isinstance(value, dict) and step in value:
        return (value[str(step)],)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return (value[step],)
    return None


def changes(before: Props, after: Props) -> dict[str, Change]:
    """Pulumi property path -> what happens to it, at the deepest places that differ."""
    out: dict[str, Change] = {}
    _changes(before, after, "", out)
    return out


def _changes(before: Value, after: Value, path: str, out: dict[str, Change]) -> None:
    if same(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            at = child(path, key)
            if after.get(key) is None:
                if before.get(key) is not None:
                    out[at] = Change.DELETE
            elif before.get(key) is None:
                out[at] = Change.ADD
            else:
                _changes(before[key], after[key], at, out)
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            at = child(path, index)
            if index >= len(after):
                out[at] = Change.DELETE
            elif index >= len(before):
                out[at] = Change.ADD
            else:
                _changes(before[index], after[index], at, out)
    else:
        out[path] = Change.UPDATE


def project(written: Value, actual: Value) -> Value:
    """The actual value, cut down to the keys that the program had written: what AWS adds does not become an input."""
    if isinstance(written, dict) and isinstance(actual, dict):
        return {key: project(item, actual[key]) if key in actual else item for key, item in written.items()}
    if isinstance(written, list) and isinstance(actual, list) and len(written) == len(actual):
        return [project(item, found) for item, found in zip(written, _paired(written, actual), strict=True)]
    return actual


def _paired(written: list[Value], actual: list[Value]) -> list[Value]:
    """The actual elements in the order of the written ones they are most like: what comes from a set comes sorted."""
    left, out = list(enumerate(actual)), list[Value]()
    for index, item in enumerate(written):
        best = max(left, key=lambda found: (_likeness(item, found[1]), found[0] == index))
        left.remove(best)
        out.append(best[1])
    return out


def _likeness(written: Value, actual: Value) -> float:
    if isinstance(written, dict) and isinstance(actual, dict):
        return sum(equal(item, actual.get(key)) for key, item in written.items()) / max(1, len(written))
    return float(equal(written, actual))


def is_empty(value: Value) -> bool:
    """Whether a value says nothing: the zero values with which an imported state is full."""
    return value is None or value == "" or value == [] or value == {} or (value == 0 and value is not False)


def equal(left: Value, right: Value) -> bool:
    """Whether two normalised values are equal, unknowns included."""
    return canonical(left) == canonical(right)
