"""Pulumi's wire form (`google.protobuf.Struct` with signature keys) to and from plain values.

The signatures are constants of Pulumi's protocol (sdk/go/common/resource). Secrets stay wrapped; unknowns of any type
become `UNKNOWN`; assets and archives stay dicts that carry their signature; a resource reference becomes the id.
"""

from __future__ import annotations

from typing import Final

from google.protobuf import struct_pb2

from embedded.aws_plugin.values import UNKNOWN, Props, Secret, Unknown, Value

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS: Final = frozenset(
    {
        UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


def decode(message: struct_pb2.Struct) -> Props:
    """A property bag from the wire."""
    return {key: _decode(value) for key, value in message.fields.items()}


def encode(props: Props) -> struct_pb2.Struct:
    """A property bag for the wire."""
    message = struct_pb2.Struct()
    for key, value in props.items():
        _encode(message.fields[key], value)
    return message


def is_asset(value: Value) -> bool:
    """Whether the value is an asset or an archive."""
    return isinstance(value, dict) and value.get(SIGNATURE) in (ASSET, ARCHIVE)


def _decode(value: struct_pb2.Value) -> Value:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value in _UNKNOWNS else value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_decode(item) for item in value.list_value.values]
        case "struct_value":
            return _decode_struct(value.struct_value)
        case _:
            return None


def _decode_struct(message: struct_pb2.Struct) -> Value:
    fields = message.fields
    signature = fields[SIGNATURE].string_value if SIGNATURE in fields else ""
    if signature == SECRET:
        return Secret(_decode(fields["value"]))
    if signature == OUTPUT:
        inner = _decode(fields["value"]) if "value" in fields else UNKNOWN
        return Secret(inner) if "secret" in fields and fields["secret"].bool_value else inner
    if signature == RESOURCE:
        return _decode(fields["id"]) if "id" in fields else None
    return decode(message)


def _encode(target: struct_pb2.Value, value: Value) -> None:
    if value is None:
        target.null_value = struct_pb2.NULL_VALUE
    elif isinstance(value, Unknown):
        target.string_value = UNKNOWN_STRING
    elif isinstance(value, Secret):
        target.struct_value.fields[SIGNATURE].string_value = SECRET
        _encode(target.struct_value.fields["value"], value.value)
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, (int, float)):
        target.number_value = value
    elif isinstance(value, str):
        target.string_value = value
    elif isinstance(value, dict):
        target.struct_value.SetInParent()
        for key, item in value.items():
            _encode(target.struct_value.fields[key], item)
    else:
        target.list_value.SetInParent()
        for item in value:
            _encode(target.list_value.values.add(), item)
