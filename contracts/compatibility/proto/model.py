"""Protocol buffers as the rules need them: messages by full name, fields by number, services by method."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Field:
    """One field. `type` is a scalar's name, a full type name, or `map<key, value>`; `label` is "" without one."""

    number: int
    name: str
    type: str
    label: str
    oneof: str = ""
    json_name: str = ""


@dataclass
class Message:
    """A message with its fields by number, and what it reserves (ranges inclusive)."""

    fields: dict[int, Field] = field(default_factory=dict[int, Field])
    reserved: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    reserved_names: set[str] = field(default_factory=set[str])


@dataclass
class Enum:
    """An enum; a number may have several names (aliases). `closed` for proto2, whose readers drop new values."""

    values: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    reserved: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    reserved_names: set[str] = field(default_factory=set[str])
    closed: bool = False


@dataclass(frozen=True)
class Method:
    """One call of a service."""

    request: str
    response: str
    client_streams: bool
    server_streams: bool


@dataclass
class Schema:
    """Everything that a set of files declares, by full name without a leading dot."""

    packages: set[str] = field(default_factory=set[str])
    messages: dict[str, Message] = field(default_factory=dict[str, Message])
    enums: dict[str, Enum] = field(default_factory=dict[str, Enum])
    services: dict[str, dict[str, Method]] = field(default_factory=dict[str, dict[str, Method]])


SCALARS = frozenset(
    {"double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32",
     "sfixed64", "bool", "string", "bytes"}
)  # fmt: skip
LAST_NUMBER = 536_870_911
"""Largest field number of a message."""


def default_json_name(name: str) -> str:
    """The name that JSON has for a field: lowerCamelCase, as protoc makes it."""
    parts = name.split("_")
    return parts[0] + "".join(part[:1].upper() + part[1:] for part in parts[1:])
