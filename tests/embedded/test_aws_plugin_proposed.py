"""The proposed new state, as Terraform's core works it out."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from embedded.aws_plugin.compare import changes, differs_at, normalise, project
from embedded.aws_plugin.mapping.nodes import Attribute, Block, NestedBlock, Nesting
from embedded.aws_plugin.proposed import proposed, proposed_resource
from embedded.aws_plugin.values import UNKNOWN, Props, Value, canonical
from tests.embedded.aws_plugin_strategies import Sample, relaxed, samples


def config_of(block: Block, state: dict[str, Any]) -> dict[str, Any]:
    """The configuration that a state would have come from: what the provider computed is left open."""
    out: dict[str, Any] = {}
    for name, attribute in block.attributes.items():
        out[name] = None if attribute.computed and not attribute.required else state[name]
    for name, nested in block.blocks.items():
        value = state[name]
        if isinstance(value, list):
            out[name] = [config_of(nested.body, item) for item in value]
        elif isinstance(value, dict) and nested.nesting is Nesting.MAP:
            out[name] = {key: config_of(nested.body, item) for key, item in value.items()}
        else:
            out[name] = config_of(nested.body, value) if isinstance(value, dict) else value
    return out


@relaxed
@given(samples(known=True, flags=("r", "o")))
def test_nothing_is_proposed_when_the_configuration_is_what_is_there(sample: Sample) -> None:
    assert proposed(sample.block, sample.state, config_of(sample.block, sample.state)) == sample.state


@relaxed
@given(samples(known=True, flags=("r", "o", "oc", "c")))
def test_computed_values_are_kept_when_the_configuration_leaves_them_open(sample: Sample) -> None:
    out = proposed(sample.block, sample.state, config_of(sample.block, sample.state))
    assert canonical(normalise(sample.block, out)) == canonical(normalise(sample.block, sample.state))


@relaxed
@given(samples(known=True))
def test_proposal_is_the_configuration_when_there_is_no_prior(sample: Sample) -> None:
    assert proposed(sample.block, None, sample.state) == sample.state


@relaxed
@given(samples(flags=("ow",)))
def test_write_only_values_are_never_proposed(sample: Sample) -> None:
    out = proposed(sample.block, None, sample.state)
    assert all(out[name] is None for name in sample.block.attributes)


def test_set_elements_are_paired_by_content_when_their_order_changes() -> None:
    inner = Block({"port": Attribute("port", "port", "number", "r"), "id": Attribute("id", "id", "string", "oc")})
    block = Block(blocks={"rule": NestedBlock("rule", "rules", Nesting.SET, inner)})
    prior: Props = {"rule": [{"port": 80, "id": "a"}, {"port": 443, "id": "b"}]}
    config: Props = {"rule": [{"port": 443, "id": None}, {"port": 22, "id": None}]}
    assert proposed(block, prior, config) == {"rule": [{"port": 443, "id": "b"}, {"port": 22, "id": None}]}


def test_id_is_kept_when_terraform_sets_it() -> None:
    assert proposed_resource(Block(), {"id": "i-1"}, {"id": None}) == {"id": "i-1"}
    assert proposed_resource(Block(), None, {"id": None}) == {"id": None}


@relaxed
@given(samples(known=True), st.randoms())
def test_state_is_unchanged_when_only_the_order_of_sets_differs(sample: Sample, random: Random) -> None:
    assert normalise(sample.block, _shuffled(sample.block, sample.state, random)) == normalise(
        sample.block, sample.state
    )


def _shuffled(block: Block, state: dict[str, Any], random: Random) -> Props:
    out = dict(state)
    for name, nested in block.blocks.items():
        if nested.nesting is Nesting.SET:
            out[name] = random.sample(state[name], len(state[name]))
    for name, attribute in block.attributes.items():
        if attribute.type[0] == "set" and state[name]:
            out[name] = random.sample(state[name], len(state[name]))
    return out


def test_json_texts_are_equal_when_only_their_layout_differs() -> None:
    block = Block({"policy": Attribute("policy", "policy", "string", "o")})
    left = normalise(block, {"policy": '{"b": 1, "a": [2]}'})
    assert left == normalise(block, {"policy": '{"a":[2],"b":1}'})
    assert left != normalise(block, {"policy": '{"a":[3],"b":1}'})
    assert normalise(block, {"policy": "{no json"}) == {"policy": "{no json"}


@relaxed
@given(samples(known=True))
def test_there_is_no_change_between_a_value_and_itself(sample: Sample) -> None:
    assert changes(sample.state, sample.state) == {}


def test_changes_name_the_deepest_places_that_differ() -> None:
    before = {"a": {"x": 1, "y.z": 2}, "l": [1, 2], "gone": "v", "same": True}
    after = {"a": {"x": 1, "y.z": 3}, "l": [1, 5, 6], "new": "v", "same": True}
    assert changes(before, after) == {
        'a["y.z"]': "update",
        "gone": "delete",
        "l[1]": "update",
        "l[2]": "add",
        "new": "add",
    }


def test_unknown_is_a_change_even_from_unknown() -> None:
    assert changes({"a": UNKNOWN}, {"a": UNKNOWN}) == {"a": "update"}


def test_replacement_is_only_where_the_value_really_differs() -> None:
    prior, planned = {"a": "x", "l": [{"p": 1}]}, {"a": "x", "l": [{"p": 2}]}
    assert not differs_at(prior, planned, ("a",))
    assert differs_at(prior, planned, ("l", 0, "p"))
    assert differs_at({"l": []}, planned, ("l", 0, "p"))


def test_refreshed_value_has_only_the_keys_that_were_written() -> None:
    assert project({"a": 1}, {"a": 2, "computed": 3}) == {"a": 2}
    assert project([{"a": 1}], [{"a": 2, "computed": 3}]) == [{"a": 2}]
    assert project([1], [1, 2]) == [1, 2]


def test_refreshed_elements_of_a_set_are_those_they_were_written_as() -> None:
    written: list[Value] = [{"port": 80, "note": "a"}, {"port": 22}]
    actual: list[Value] = [{"port": 22, "note": "", "id": "1"}, {"port": 80, "note": "changed", "id": "2"}]
    assert project(written, actual) == [{"port": 80, "note": "changed"}, {"port": 22}]
    assert project(["b", "a"], ["a", "b"]) == ["b", "a"]


@relaxed
@given(samples(known=True))
def test_refreshed_value_is_the_written_one_when_nothing_has_changed(sample: Sample) -> None:
    assert project(sample.state, sample.state) == sample.state
