"""Property values: immutable, three-valued, and free of secrets."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.paths import look_up, parse_path
from graph.values import (
    MISSING,
    SECRET,
    UNKNOWN,
    FrozenList,
    FrozenMap,
    Reference,
    Secret,
    Unknown,
    Value,
    contains_unknown,
    freeze,
    is_unknown,
    join_path,
    walk,
)
from graph.wire import SECRET_SIGNATURE, SIGNATURE, UNKNOWN_TEXT, decode
from tests.kit.strategies import leaves, texts, values

CANARY = "canary-5d1f"


@given(values())
def test_frozen_value_equals_its_copy_when_pickled_or_deep_copied(value: Value) -> None:
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.deepcopy(value) == value
    assert freeze(value) == value
    hash(value)


@given(st.recursive(st.none() | st.integers() | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner)))
def test_frozen_value_equals_plain_data_when_both_hold_the_same(data: object) -> None:
    assert freeze(data) == data


@given(values())
def test_every_path_that_walk_gives_leads_back_to_its_value_when_looked_up(value: Value) -> None:
    for path, inner in walk(value):
        assert look_up(value, path) == inner


@given(st.lists(texts, min_size=1, max_size=4))
def test_keys_survive_when_joined_and_parsed(keys: list[str]) -> None:
    path = ""
    for key in keys:
        path = join_path(path, key)
    assert list(parse_path(path)) == keys


@pytest.mark.parametrize("path", [".a", "a..b", "a[x]", "a[", "[-1]", 'a["b'])
def test_path_is_refused_with_its_position_when_malformed(path: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be read from character \d+"):
        parse_path(path)


def test_look_up_tells_unknown_from_missing_when_the_way_is_blocked() -> None:
    value = freeze({"a": UNKNOWN, "b": [{"c": 1}], "s": SECRET, "n": None})
    assert look_up(value, "a.b[0]") == UNKNOWN
    assert look_up(value, "s.anything") == SECRET
    assert look_up(value, "b[0].c") == 1
    assert look_up(value, "b[1]") is MISSING
    assert look_up(value, "b.c") is MISSING
    assert look_up(value, "n") is None
    assert look_up(value, "zzz") is MISSING


def test_unknown_and_secret_refuse_to_be_a_condition_when_used_as_one() -> None:
    with pytest.raises(TypeError, match="is_unknown"):
        bool(UNKNOWN)
    with pytest.raises(TypeError, match="is_secret"):
        bool(SECRET)


@given(leaves)
def test_unknown_equals_no_known_value_when_compared(value: Value) -> None:
    assert (value == UNKNOWN) == (isinstance(value, Unknown) and not value.parts)
    assert is_unknown(value) == contains_unknown(value)


def test_unknown_names_what_it_is_made_of_when_shown() -> None:
    queue = Reference("urn:q", "arn")
    assert Unknown((queue,)).ref == queue
    assert Unknown((queue, "/*")).ref is None
    assert Unknown((queue, "/*")).references == (queue,)
    assert str(Unknown((queue, "/*"))) == "${urn:q#arn}/*"
    assert str(UNKNOWN) == "<unknown>"


def test_containers_cannot_be_changed_when_frozen() -> None:
    frozen = freeze({"a": [1]})
    assert isinstance(frozen, FrozenMap)
    assert isinstance(frozen["a"], FrozenList)
    with pytest.raises(TypeError):
        frozen["a"] = 2  # pyright: ignore[reportIndexIssue]
    with pytest.raises(TypeError):
        frozen["a"][0] = 2  # pyright: ignore[reportIndexIssue, reportOptionalSubscript]


def test_freeze_names_only_the_type_when_it_refuses_a_value() -> None:
    class Token:
        def __repr__(self) -> str:
            return CANARY

    with pytest.raises(TypeError, match="cannot hold a Token") as refusal:
        freeze({"a": Token()})
    assert CANARY not in str(refusal.value)


@given(values())
def test_nothing_of_a_secret_is_left_when_it_is_decoded(value: Value) -> None:
    clear = {"deep": [CANARY, str(value)], CANARY: 1}
    decoded = decode({"plain": 1, "secret": {SIGNATURE: SECRET_SIGNATURE, "value": clear}})
    assert decoded == {"plain": 1, "secret": Secret()}
    for shown in (repr(decoded), str(decoded), pickle.dumps(decoded).decode("latin-1")):
        assert CANARY not in shown
    with pytest.raises(TypeError) as refusal:
        json.dumps(decoded)
    assert CANARY not in str(refusal.value)


def test_secret_stays_unknown_when_its_value_was_not_known() -> None:
    decoded = decode({SIGNATURE: SECRET_SIGNATURE, "value": UNKNOWN_TEXT})
    assert decoded == Secret(UNKNOWN)
    assert is_unknown(decoded)
    assert decode({SIGNATURE: SECRET_SIGNATURE, "ciphertext": "v1:x"}) == SECRET
    assert decode({SIGNATURE: SECRET_SIGNATURE, "plaintext": f'"{CANARY}"'}) == SECRET
