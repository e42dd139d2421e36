"""The plain values that travel between Pulumi and Terraform, and what can be asked of any of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, cast


class Unknown:
    """A value that is not known before the deployment has run. There is one instance: `UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<unknown>"

    def __copy__(self) -> Unknown:
        return self

    def __deepcopy__(self, _memo: object) -> Unknown:
        return self


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must never be shown; its repr does not show it either."""

    value: Value

    def __repr__(self) -> str:
        return "Secret(...)"


Value: TypeAlias = "bool | int | float | str | Unknown | Secret | list[Value] | dict[str, Value] | None"
"""What both sides can say. Assets and archives are dicts that carry Pulumi's signature key (`wire.SIGNATURE`)."""

Props: TypeAlias = "dict[str, Value]"


def as_dict(value: Value) -> Props:
    """The value if it is a dict, else an empty dict."""
    return value if isinstance(value, dict) else {}


def as_list(value: Value) -> list[Value]:
    """The value as a list: nothing is empty, anything else that is no list stands alone."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def reveal(value: Value) -> Value:
    """The value without its secret wrappers, at any depth."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    return value


def reveal_all(props: Props) -> Props:
    """`reveal` for a whole property bag."""
    return {key: reveal(item) for key, item in props.items()}


def has_unknown(value: Value) -> bool:
    """Whether anything in the value is unknown."""
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(has_unknown, value))
    return value is UNKNOWN


def has_secret(value: Value) -> bool:
    """Whether anything in the value is secret."""
    if isinstance(value, dict):
        return any(map(has_secret, value.values()))
    if isinstance(value, list):
        return any(map(has_secret, value))
    return isinstance(value, Secret)


def leaves(value: Value) -> Iterator[Value]:
    """Every scalar in the value."""
    if isinstance(value, Secret):
        yield from leaves(value.value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def _plain(value: object) -> object:
    if isinstance(value, Secret):
        return {"\0secret": value.value}
    return {"\0": repr(value)}


def canonical(value: Value) -> str:
    """A text that is equal for equal values, whatever the order of their keys: for comparing, not for storing."""
    return json.dumps(_integral(value), sort_keys=True, default=_plain)


def _integral(value: Value) -> Value:
    """1.0 and 1 are the same number to both protocols."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _integral(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_integral(item) for item in value]
    return value


def same(left: Value, right: Value) -> bool:
    """Whether two values are certainly equal: an unknown is equal to nothing, not even to itself."""
    return canonical(left) == canonical(right) and not has_unknown(left)


def value_of(data: object) -> Value:
    """Parsed JSON or msgpack as a `Value`; only the type changes."""
    return cast(Value, data)
