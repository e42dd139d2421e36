"""Names that the plug-in makes up: like the official one's, within AWS's limits, and kept."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedded.aws_plugin.mapping.nodes import Attribute, Block, Node
from embedded.aws_plugin.names import DEFAULTS_KEY, Mode, Naming, fill_in, has_fixed_name, make_name
from tests.embedded.aws_plugin_strategies import relaxed


def node(kind: str = "aws_sqs_queue", name: str = "name") -> Node:
    return Node("aws:x:X", kind, Block({name: Attribute(name, name, "string", "oc")}), named=(name,))


def test_name_is_the_logical_one_and_seven_digits_when_none_is_given() -> None:
    inputs = fill_in(node(), {}, {}, Naming("queue", b"seed"))
    assert re.fullmatch(r"queue-[0-9a-f]{7}", str(inputs["name"]))
    assert inputs[DEFAULTS_KEY] == ["name"]


def test_name_is_the_same_when_the_seed_is() -> None:
    assert make_name("aws_sqs_queue", {}, Naming("q", b"1")) == make_name("aws_sqs_queue", {}, Naming("q", b"1"))
    assert make_name("aws_sqs_queue", {}, Naming("q", b"1")) != make_name("aws_sqs_queue", {}, Naming("q", b"2"))


def test_name_is_kept_when_it_was_made_up_before() -> None:
    old = {"name": "queue-1234567", DEFAULTS_KEY: ["name"]}
    assert fill_in(node(), {}, old, Naming("queue"))["name"] == "queue-1234567"


def test_name_is_new_when_the_program_had_given_the_old_one() -> None:
    old = {"name": "mine", DEFAULTS_KEY: []}
    assert fill_in(node(), {}, old, Naming("queue"))["name"] != "mine"


@pytest.mark.parametrize("given_inputs", [{"name": "mine"}, {"namePrefix": "mine-"}])
def test_nothing_is_made_up_when_the_program_gives_a_name_or_prefix(given_inputs: dict) -> None:
    assert fill_in(node(), given_inputs, {}, Naming("queue")) == {**given_inputs, DEFAULTS_KEY: []}


def test_project_setting_decides_when_there_is_one() -> None:
    assert make_name("aws_sqs_queue", {}, Naming("q", mode=Mode.PROPOSED, proposed="exactly")) == "exactly"
    assert make_name("aws_sqs_queue", {}, Naming("q", mode=Mode.DISABLED)) is None


@pytest.mark.parametrize(
    ("kind", "inputs", "pattern"),
    [
        ("aws_sqs_queue", {"fifoQueue": True}, r"Name-.{7}\.fifo"),
        ("aws_kms_alias", {}, r"alias/Name-.{7}"),
        ("aws_s3_bucket", {}, r"name-.{7}"),
        ("aws_rds_cluster", {}, r"name-.{7}"),
    ],
)
def test_name_has_what_its_service_wants(kind: str, inputs: dict, pattern: str) -> None:
    assert re.fullmatch(pattern, str(make_name(kind, inputs, Naming("Name"))))


def test_security_group_is_never_named_like_an_id() -> None:
    assert str(make_name("aws_security_group", {}, Naming("sg-web"))).startswith("group-sg-web-")


@relaxed
@given(st.text("abcdefgh-", min_size=1, max_size=100))
def test_name_fits_when_the_logical_one_is_long(logical: str) -> None:
    assert len(str(make_name("aws_lb", {}, Naming(logical)))) <= 32
    assert "--" not in str(make_name("aws_lb", {}, Naming(logical)))[-9:]


def test_description_is_pulumis_when_aws_must_have_one() -> None:
    body = Block({"description": Attribute("description", "description", "string", "o")})
    inputs = fill_in(Node("t", "aws_security_group", body), {}, {}, Naming("g"))
    assert inputs["description"] == "Managed by Pulumi"


def test_replacement_deletes_first_when_both_would_have_the_name_that_the_program_gave() -> None:
    assert has_fixed_name(node(), {"name": "n", DEFAULTS_KEY: []}, {"name": "n"})
    assert not has_fixed_name(node(), {"name": "n", DEFAULTS_KEY: ["name"]}, {"name": "n"})
    assert not has_fixed_name(node(), {"name": "n2", DEFAULTS_KEY: []}, {"name": "n"})
