"""Properties of all settings: they survive both ways in, and nothing that is wrong with them ends in another error."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.settings import SettingsError, StackSettings, load, parse
from tests.kit.settings import plain, stack_settings, stack_values, to_config, to_yaml

WRONG: list[Any] = [
    None,
    True,
    -1,
    3.5,
    "",
    "\u0430dmin",
    "a\x00b",
    "../x",
    [],
    [[]],
    {},
    {"x": {"y": 1}},
    [1, "a"],
    10**30,
]
"""A value of every type and the unpleasant ones; at any one place at most some of them are right."""
slow = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@slow
@given(stack_settings())
def test_settings_come_back_the_same_when_written_to_a_stack_file(
    tmp_path_factory: pytest.TempPathFactory, found: StackSettings
) -> None:
    file = tmp_path_factory.mktemp("stack") / "Pulumi.test.yaml"
    file.write_text(to_yaml(plain(found)), encoding="utf-8")
    assert load(file) == found


@slow
@given(stack_settings())
def test_settings_come_back_the_same_when_the_engine_hands_them_over(found: StackSettings) -> None:
    assert parse(to_config(plain(found)), stack="test") == found


@slow
@given(st.data())
def test_only_a_settings_error_is_raised_when_any_value_is_replaced(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    values = copy.deepcopy(stack_values())
    holder, key = data.draw(st.sampled_from(list(places(values))))
    before, wrong = holder[key], data.draw(st.sampled_from(WRONG))
    holder[key] = wrong
    file = tmp_path_factory.mktemp("stack") / "Pulumi.test.yaml"
    file.write_text(to_yaml(values), encoding="utf-8")
    outcomes = [outcome(lambda: load(file)), outcome(lambda: parse(to_config(values), stack="test"))]
    if type(before) is not type(wrong) and wrong not in (None, [], {}):
        assert outcomes == [False, False]


@slow
@given(st.data())
def test_an_unknown_key_is_refused_when_it_is_put_into_any_section(data: st.DataObject) -> None:
    values = copy.deepcopy(stack_values())
    sections = [
        holder for holder, _ in places(values) if isinstance(holder, dict) and holder is not values.get("tables")
    ]
    holder = data.draw(st.sampled_from(sections))
    holder["no_such_setting"] = 1
    with pytest.raises(SettingsError, match="no_such_setting"):
        parse(to_config(values), stack="test")


@given(st.dictionaries(st.text(), st.text(), max_size=5))
def test_only_a_settings_error_is_raised_when_the_configuration_is_anything(config: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(config, stack="test")
    assert "Traceback" not in str(caught.value)
    assert "pydantic" not in str(caught.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text()
    | st.sampled_from(
        [
            "a: [",
            "&a [*a]",
            "? [1]\n: 2",
            "config: 3",
            "config: {atoll:layer: !!timestamp x}",
            "- a",
            "a: !x y",
            "\t",
            "config: &c {a: *c}",
        ]
    )
)
def test_only_a_settings_error_is_raised_when_the_file_is_anything(tmp_path: Path, text: str) -> None:
    file = tmp_path / "Pulumi.test.yaml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(SettingsError):
        load(file)


def places(value: Any) -> Any:
    """Every holder with every key in it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield value, key
        yield from places(item)


def outcome(read: Any) -> bool:
    """Whether it was read; anything but a SettingsError gets through to the test."""
    try:
        read()
    except SettingsError as refused:
        told = str(refused)
    else:
        return True
    assert "    fix      " in told
    assert "pydantic" not in told
    return False
