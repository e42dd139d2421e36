"""Pulumi's shapes to Terraform's and back, for any schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given

from embedded.aws_plugin import wire
from embedded.aws_plugin.compare import normalise
from embedded.aws_plugin.errors import ShapeError
from embedded.aws_plugin.mapping.nodes import (
    Attribute,
    Block,
    NestedBlock,
    Nesting,
    Node,
    block_from_json,
    block_to_json,
)
from embedded.aws_plugin.shapes import block_to_pulumi, block_to_terraform, resource_to_terraform
from embedded.aws_plugin.values import UNKNOWN, Props, Secret, canonical, has_secret, has_unknown
from tests.embedded.aws_plugin_strategies import Sample, relaxed, samples


@relaxed
@given(samples())
def test_terraform_value_survives_the_way_to_pulumi_and_back(sample: Sample) -> None:
    props = block_to_pulumi(sample.block, sample.state)
    again = block_to_terraform(sample.block, props)
    assert canonical(normalise(sample.block, _comparable(sample.block, again))) == canonical(
        normalise(sample.block, _comparable(sample.block, sample.state))
    )


@relaxed
@given(samples())
def test_pulumi_value_survives_the_way_to_terraform_and_back(sample: Sample) -> None:
    props = block_to_pulumi(sample.block, sample.state)
    again = block_to_pulumi(sample.block, block_to_terraform(sample.block, props))
    assert canonical(again) == canonical(props)


@relaxed
@given(samples())
def test_unknowns_stay_unknown_when_converted(sample: Sample) -> None:
    props = block_to_pulumi(sample.block, sample.state)
    assert has_unknown(block_to_terraform(sample.block, props)) == has_unknown(sample.state)


@relaxed
@given(samples())
def test_every_member_is_present_when_converted_from_nothing(sample: Sample) -> None:
    config = block_to_terraform(sample.block, {})
    assert set(config) == {*sample.block.attributes, *sample.block.blocks}


@relaxed
@given(samples(flags=("os",)))
def test_sensitive_values_are_secret_when_asked_for(sample: Sample) -> None:
    plain = block_to_pulumi(sample.block, sample.state)
    marked = block_to_pulumi(sample.block, sample.state, secrets=True)
    for name, attribute in sample.block.attributes.items():
        if sample.state[name] is not None and attribute.pulumi in plain:
            assert marked[attribute.pulumi] == Secret(plain[attribute.pulumi])
    assert not has_secret(plain)


@relaxed
@given(samples(flags=("c",)))
def test_computed_attributes_never_come_from_a_program(sample: Sample) -> None:
    config = block_to_terraform(sample.block, block_to_pulumi(sample.block, sample.state))
    assert all(config[name] is None for name in sample.block.attributes)


@relaxed
@given(samples())
def test_block_survives_the_map_file(sample: Sample) -> None:
    assert block_from_json(json.loads(json.dumps(block_to_json(sample.block)))) == sample.block


def _comparable(block: Block, state: dict) -> dict:
    """Null and "no element" are one in Pulumi where a list stands for an optional value."""
    out = dict(state)
    for name, attribute in block.attributes.items():
        if attribute.single and not out[name]:
            out[name] = None
        elif attribute.single:
            out[name] = [_without_nulls(item) for item in out[name]]
    for name, nested in block.blocks.items():
        value = out[name]
        if isinstance(value, list):
            out[name] = [_comparable(nested.body, item) for item in value]
        elif isinstance(value, dict) and nested.nesting is Nesting.MAP:
            out[name] = {key: _comparable(nested.body, item) for key, item in value.items()}
        elif isinstance(value, dict):
            out[name] = _comparable(nested.body, value)
    return out


def _without_nulls(item: object) -> object:
    return {key: value for key, value in item.items() if value is not None} if isinstance(item, dict) else item


def block(**attributes: Attribute) -> Block:
    return Block(attributes=attributes)


def test_scalars_become_what_the_schema_wants() -> None:
    body = block(
        port=Attribute("port", "port", "number", "o"),
        flag=Attribute("flag", "flag", "bool", "o"),
        text=Attribute("text", "text", "string", "o"),
        policy=Attribute("policy", "policy", "string", "o"),
    )
    given_props = {"port": "8080", "flag": "true", "text": 7, "policy": {"a": [1]}}
    assert block_to_terraform(body, given_props) == {"port": 8080, "flag": True, "text": "7", "policy": '{"a": [1]}'}


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("number", "many", "rules[0].port: expected a number, got a string"),
        ("bool", "perhaps", "rules[0].port: expected true or false, got a string"),
        (["map", "string"], "hunter2", "rules[0].port: expected a map, got a string"),
    ],
)
def test_error_names_the_path_and_not_the_value_when_a_value_does_not_fit(kind: str, value: str, reason: str) -> None:
    rule = NestedBlock("rule", "rules", Nesting.LIST, block(port=Attribute("port", "port", kind, "o")))
    with pytest.raises(ShapeError) as caught:
        block_to_terraform(Block(blocks={"rule": rule}), {"rules": [{"port": value}]})
    assert str(caught.value) == reason


def test_json_of_an_unknown_is_unknown() -> None:
    body = block(policy=Attribute("policy", "policy", "string", "o"))
    assert block_to_terraform(body, {"policy": {"a": UNKNOWN}}) == {"policy": UNKNOWN}


def test_equal_elements_of_a_set_become_one_but_unknown_ones_stay() -> None:
    body = block(ids=Attribute("ids", "ids", ["set", "string"], "o"))
    assert block_to_terraform(body, {"ids": ["a", "a", UNKNOWN, UNKNOWN]}) == {"ids": ["a", UNKNOWN, UNKNOWN]}


def test_timeouts_are_null_unless_one_is_given() -> None:
    node = Node("aws:x:X", "aws_x", Block(), has_id=True, timeouts=("create", "delete"))
    assert resource_to_terraform(node, {}) == {"id": None, "timeouts": None}
    given_timeouts = resource_to_terraform(node, {}, {"create": "90s"})
    assert given_timeouts["timeouts"] == {"create": "90s", "delete": None}


def test_archive_becomes_the_same_zip_when_its_content_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    body = block(filename=Attribute("filename", "code", "string", "o", asset=True))
    archive: Props = {wire.SIGNATURE: wire.ARCHIVE, "assets": {"a.py": {wire.SIGNATURE: wire.ASSET, "text": "print()"}}}
    first = Path(str(block_to_terraform(body, {"code": archive})["filename"]))
    content = first.read_bytes()
    first.unlink()
    second = Path(str(block_to_terraform(body, {"code": archive})["filename"]))
    assert (second, second.read_bytes()) == (first, content)


def test_asset_without_content_has_the_path_of_its_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    body = block(source=Attribute("source", "source", "string", "o", asset=True))
    whole: Props = {wire.SIGNATURE: wire.ASSET, "hash": "abc", "text": "hello"}
    path = block_to_terraform(body, {"source": whole})["source"]
    assert block_to_terraform(body, {"source": {wire.SIGNATURE: wire.ASSET, "hash": "abc"}})["source"] == path
    assert Path(str(path)).read_text() == "hello"
