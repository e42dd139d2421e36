"""The wire form keeps everything: unknowns, secrets, assets."""

from __future__ import annotations

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from embedded.aws_plugin import wire
from embedded.aws_plugin.values import UNKNOWN, Secret, Value, has_secret, has_unknown, reveal
from tests.embedded.aws_plugin_strategies import keys, relaxed, wire_values


@relaxed
@given(st.dictionaries(keys, wire_values(), max_size=4))
def test_wire_form_gives_the_same_values_back_when_encoded_and_decoded(props: dict[str, Value]) -> None:
    message = wire.encode(props)
    assert wire.decode(struct_pb2.Struct.FromString(message.SerializeToString())) == props


@relaxed
@given(wire_values())
def test_revealing_takes_off_secrets_and_keeps_unknowns(value: Value) -> None:
    bare = reveal(value)
    assert not has_secret(bare)
    assert has_unknown(bare) == has_unknown(value)


@pytest.mark.parametrize(
    "text",
    [
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    ],
)
def test_every_kind_of_unknown_is_unknown_when_decoded(text: str) -> None:
    message = struct_pb2.Struct()
    message.fields["x"].string_value = text
    assert wire.decode(message) == {"x": UNKNOWN}


def test_output_value_is_secret_or_unknown_when_it_says_so() -> None:
    message = struct_pb2.Struct()
    message.update(
        {
            "secret": {wire.SIGNATURE: wire.OUTPUT, "value": "v", "secret": True},
            "unknown": {wire.SIGNATURE: wire.OUTPUT},
            "plain": {wire.SIGNATURE: wire.OUTPUT, "value": 1.0},
        }
    )
    assert wire.decode(message) == {"secret": Secret("v"), "unknown": UNKNOWN, "plain": 1}


def test_resource_reference_is_its_id_when_decoded() -> None:
    message = struct_pb2.Struct()
    message.update({"r": {wire.SIGNATURE: wire.RESOURCE, "urn": "urn:x", "id": "i-1"}})
    assert wire.decode(message) == {"r": "i-1"}


def test_secret_does_not_show_its_value_when_printed() -> None:
    assert "hunter2" not in repr(Secret("hunter2"))
    assert "hunter2" not in repr({"password": Secret("hunter2")})
