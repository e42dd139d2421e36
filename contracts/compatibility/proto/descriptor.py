"""The model from a compiled FileDescriptorSet (`protoc --descriptor_set_out`, `buf build`)."""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2
from google.protobuf.message import DecodeError

from contracts.compatibility.documents import MAX_BYTES, DocumentError
from contracts.compatibility.proto.model import Enum, Field, Message, Method, Schema, default_json_name

_TYPES = {
    1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 6: "fixed64", 7: "fixed32", 8: "bool", 9: "string",
    12: "bytes", 13: "uint32", 15: "sfixed32", 16: "sfixed64", 17: "sint32", 18: "sint64",
}  # fmt: skip
_LABELS = {1: "optional", 2: "required", 3: "repeated"}


def from_descriptor_set(data: bytes, where: str) -> Schema:
    """The model of a serialised FileDescriptorSet.

    Raises:
        DocumentError: too large, or no descriptor set.
    """
    if len(data) > MAX_BYTES:
        raise DocumentError(where, f"{len(data) / 1e6:.1f} MB, and the limit is {MAX_BYTES / 1e6:.0f} MB", "split it")
    files: Any = descriptor_pb2.FileDescriptorSet()
    try:
        files.ParseFromString(data)
    except DecodeError:
        raise DocumentError(where, "no FileDescriptorSet", "make it with protoc --descriptor_set_out") from None
    schema = Schema()
    for file in files.file:
        schema.packages.add(file.package)
        prefix = f"{file.package}." if file.package else ""
        proto3 = file.syntax == "proto3"
        for message in file.message_type:
            _message(schema, message, prefix, proto3)
        for enum in file.enum_type:
            schema.enums[prefix + enum.name] = _enum(enum, closed=not proto3)
        for service in file.service:
            schema.services[prefix + service.name] = {
                m.name: Method(m.input_type[1:], m.output_type[1:], m.client_streaming, m.server_streaming)
                for m in service.method
            }
    return schema


def _message(schema: Schema, source: Any, prefix: str, proto3: bool) -> None:
    name = prefix + source.name
    entries = {f".{name}.{nested.name}": nested for nested in source.nested_type if nested.options.map_entry}
    message = Message(
        reserved=[(r.start, r.end - 1) for r in source.reserved_range], reserved_names={*source.reserved_name}
    )
    for field in source.field:
        entry = entries.get(field.type_name)
        kind = f"map<{_type(entry.field[0])}, {_type(entry.field[1])}>" if entry is not None else _type(field)
        label = _LABELS[field.label]
        if proto3 and label == "optional" and not field.proto3_optional:
            label = ""
        in_oneof = field.HasField("oneof_index") and not field.proto3_optional
        message.fields[field.number] = Field(
            field.number, field.name, kind, "" if in_oneof else label,
            source.oneof_decl[field.oneof_index].name if in_oneof else "",
            field.json_name or default_json_name(field.name),
        )  # fmt: skip
    schema.messages[name] = message
    for nested in source.nested_type:
        if not nested.options.map_entry:
            _message(schema, nested, f"{name}.", proto3)
    for enum in source.enum_type:
        schema.enums[f"{name}.{enum.name}"] = _enum(enum, closed=not proto3)


def _type(field: Any) -> str:
    return _TYPES.get(field.type) or field.type_name.removeprefix(".")


def _enum(source: Any, *, closed: bool) -> Enum:
    enum = Enum(
        reserved=[(r.start, r.end) for r in source.reserved_range],
        reserved_names={*source.reserved_name},
        closed=closed,
    )
    for value in source.value:
        enum.values.setdefault(value.number, []).append(value.name)
    return enum
