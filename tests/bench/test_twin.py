"""The Terraform twin of a stack: arguments, references, order, and what is left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded.aws_plugin.errors import PluginError
from embedded.aws_plugin.mapping.nodes import Attribute, Block, NestedBlock, Nesting, Node
from embedded.aws_plugin.wire import SECRET, SIGNATURE
from tests.bench import twin

PROVIDER = "urn:pulumi:s::p::pulumi:providers:aws::main"
OBJECTS = ["list", ["object", {"port": "number", "note": "string"}]]


def attribute(name: str, pulumi: str, kind: Any = "string", flags: str = "o") -> Attribute:
    return Attribute(name, pulumi, kind, flags)


def block(*members: Attribute, **nested: NestedBlock) -> Block:
    return Block({member.name: member for member in members}, nested)


RULE = NestedBlock("rule", "rules", Nesting.LIST, block(attribute("to", "to"), attribute("why", "why")))
NODES = {
    "aws:t/topic:Topic": Node("aws:t/topic:Topic", "aws_topic", block(attribute("name", "name")), has_id=True),
    "aws:t/role:Role": Node(
        "aws:t/role:Role",
        "aws_role",
        block(
            attribute("topic_arn", "topicArn"),
            attribute("policy", "policy"),
            attribute("weight", "weight", "number"),
            attribute("ports", "ports", OBJECTS),
            attribute("arn", "arn", flags="c"),
            rule=RULE,
        ),
        has_id=True,
    ),
}
PROVIDER_NODE = Node("pulumi:providers:aws", "aws", block(attribute("region", "region"), attribute("token", "token")))


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:s::p::aws:t/{kind.lower()}:{kind}::{name}"


def resource(kind: str, name: str, inputs: Any = None, returned: Any = None, **more: Any) -> dict[str, Any]:
    remembered = json.dumps({"state": returned or {"id": name}, "private": "", "region": "us-east-1"})
    hidden = {SIGNATURE: SECRET, "plaintext": json.dumps(remembered)}
    return {
        "urn": urn(kind, name),
        "type": f"aws:t/{kind.lower()}:{kind}",
        "custom": True,
        "inputs": inputs or {},
        "outputs": {"__terraform": hidden},
        "provider": f"{PROVIDER}::id",
    } | more


def provider(inputs: Any = None) -> dict[str, Any]:
    return {"urn": PROVIDER, "type": "pulumi:providers:aws", "custom": True, "inputs": inputs or {}}


def made(*states: dict[str, Any], of: dict[str, Any] | None = None) -> twin.Twin:
    export = {"deployment": {"resources": [of or provider(), *states]}}
    return twin.make(export, NODES.__getitem__, PROVIDER_NODE, {"AWS_REGION": "us-east-1"})


def role_of(*states: dict[str, Any]) -> dict[str, Any]:
    return made(*states).document["resource"]["aws_role"]["r"]


TOPIC = resource("Topic", "t", {"name": "news"}, {"id": "arn:aws:t:news", "arn": "arn:aws:t:news", "name": "news"})


def test_output_becomes_a_reference_when_an_input_takes_it_whole() -> None:
    role = resource("Role", "r", {"topicArn": "arn:aws:t:news"}, propertyDependencies={"topicArn": [TOPIC["urn"]]})
    assert role_of(TOPIC, role) == {"topic_arn": "${aws_topic.t.id}"}


def test_output_becomes_a_reference_when_it_stands_inside_a_text() -> None:
    role = resource(
        "Role", "r", {"policy": '{"on":"arn:aws:t:news/*"}'}, propertyDependencies={"policy": [TOPIC["urn"]]}
    )
    assert role_of(TOPIC, role) == {"policy": '{"on":"${aws_topic.t.id}/*"}'}


def test_short_output_is_no_reference_when_it_stands_inside_a_text_by_accident() -> None:
    role = resource("Role", "r", {"policy": "newsworthy"}, propertyDependencies={"policy": [TOPIC["urn"]]})
    assert role_of(TOPIC, role) == {"policy": "newsworthy", "depends_on": ["aws_topic.t"]}


def test_equal_text_stays_when_the_input_does_not_depend_on_the_resource() -> None:
    assert role_of(TOPIC, resource("Role", "r", {"topicArn": "arn:aws:t:news"})) == {"topic_arn": "arn:aws:t:news"}


def test_order_is_kept_when_a_dependency_leaves_no_trace_in_a_value() -> None:
    role = resource("Role", "r", {"weight": 3}, dependencies=[TOPIC["urn"]])
    assert role_of(TOPIC, role) == {"weight": 3, "depends_on": ["aws_topic.t"]}


def test_nested_output_is_reached_when_it_is_the_only_element() -> None:
    topic = resource("Topic", "t", {}, {"id": "t", "owner": [{"name": "somebody"}], "many": ["first-of", "second-of"]})
    told = dict(twin.returned_texts({"owner": [{"name": "somebody"}], "many": ["a", "b"]}, "aws_topic.t"))
    assert told == {"somebody": "one(aws_topic.t.owner).name"}
    role = resource("Role", "r", {"topicArn": "somebody"}, propertyDependencies={"topicArn": [topic["urn"]]})
    assert role_of(topic, role) == {"topic_arn": "${one(aws_topic.t.owner).name}"}


def test_secret_is_given_to_terraform_when_the_export_shows_it() -> None:
    secret = {SIGNATURE: SECRET, "plaintext": '"hunter2"'}
    assert role_of(resource("Role", "r", {"policy": secret})) == {"policy": "hunter2"}


def test_text_that_looks_like_a_template_is_escaped() -> None:
    assert role_of(resource("Role", "r", {"policy": "${aws:username} %{x}"})) == {"policy": "$${aws:username} %%{x}"}


def test_blocks_lose_nulls_and_attributes_keep_them() -> None:
    role = role_of(resource("Role", "r", {"rules": [{"to": "a"}], "ports": [{"port": 1}]}))
    assert role == {"rule": [{"to": "a"}], "ports": [{"port": 1, "note": None}]}


def test_names_stay_apart_when_terraform_cannot_tell_them_apart() -> None:
    blocks = made(resource("Topic", "a.b"), resource("Topic", "a_b"), resource("Topic", "1")).document["resource"]
    assert set(blocks["aws_topic"]) == {"a_b", "a_b-2", "_1"}


def test_kinds_count_what_terraform_will_make_and_the_rest_is_named() -> None:
    other = {"urn": "urn:pulumi:s::p::random:x:X::x", "type": "random:x:X", "custom": True}
    found = made(TOPIC, resource("Topic", "u"), other, resource("Topic", "read", external=True))
    assert found.kinds == {"aws_topic": 2}
    assert found.left_out == {other["urn"]: "random is another provider"}


def test_provider_is_configured_as_the_plug_in_configures_it() -> None:
    found = made(TOPIC, of=provider({"region": "eu-west-1", "version": "7.51.1"}))
    assert found.document["provider"] == {"aws": {"region": "eu-west-1"}}


def test_twin_is_refused_when_resources_belong_to_two_providers() -> None:
    with pytest.raises(PluginError, match="exactly one AWS provider"):
        made(TOPIC, resource("Topic", "u", provider="urn:pulumi:s::p::pulumi:providers:aws::other::id"))


def test_twin_is_refused_when_another_plug_in_deployed_the_stack() -> None:
    with pytest.raises(PluginError, match="not deployed by the stand-in"):
        made(TOPIC | {"outputs": {}})
