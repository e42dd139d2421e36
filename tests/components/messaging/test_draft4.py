"""2020-12 in the words of draft 4: what is valid stays valid, what is not stays so, what cannot be said is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator

from components.messaging.draft4 import DEEPEST, DIALECT, Draft4

FILE = "event.json"


def convert(schema: Any, **others: Any) -> tuple[dict[str, Any], list[str]]:
    draft = Draft4({FILE: schema, **{f"{name}.json": value for name, value in others.items()}})
    made = {"$schema": DIALECT, "allOf": [draft.refer(FILE)], "definitions": draft.definitions()}
    return made, draft.problems


def converted(schema: Any, **others: Any) -> dict[str, Any]:
    made, problems = convert(schema, **others)
    assert problems == []
    Draft4Validator.check_schema(made)
    return made


NAMES = st.sampled_from(["a", "b", "c"])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([0.5, -1.5]), st.text("xy", max_size=3)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
COUNTS = st.integers(0, 3)
LEAVES: st.SearchStrategy[Any] = st.sampled_from(
    [True, False, {}, {"type": "integer"}, {"type": "string"}, {"minimum": 1}, {"required": ["a"]}, {"const": 0}]
)


def _values_of(inner: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    """Keyword → values that it takes, with these schemas in them."""
    some = st.lists(inner, min_size=1, max_size=2)
    by_name = st.dictionaries(NAMES, inner, max_size=2)
    return {
        "type": st.one_of(TYPES, st.lists(TYPES, min_size=1, max_size=3, unique=True)),
        "enum": st.lists(SCALARS, max_size=3, unique_by=repr),
        "const": VALUES,
        "minimum": COUNTS,
        "maximum": COUNTS,
        "exclusiveMinimum": COUNTS,
        "exclusiveMaximum": COUNTS,
        "minLength": COUNTS,
        "pattern": st.sampled_from(["x", "^y"]),
        "properties": by_name,
        "patternProperties": st.dictionaries(st.sampled_from(["a", "^b"]), inner, max_size=2),
        "additionalProperties": inner,
        "required": st.lists(NAMES, max_size=2, unique=True),
        "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2, unique=True), max_size=2),
        "dependentSchemas": by_name,
        "items": inner,
        "prefixItems": some,
        "contains": inner,
        "minContains": st.integers(0, 1),
        "maxItems": COUNTS,
        "uniqueItems": st.booleans(),
        "allOf": some,
        "anyOf": some,
        "oneOf": some,
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        "$ref": st.sampled_from(["#/$defs/first", "#/$defs/second"]),
        "title": st.just("A title"),
        "examples": st.just([1]),
    }


def _of(keywords: list[str], inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    values = _values_of(inner)
    return st.fixed_dictionaries({keyword: values[keyword] for keyword in keywords})


def _any_keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    chosen = st.lists(st.sampled_from(sorted(_values_of(inner))), max_size=3, unique=True)
    return chosen.flatmap(lambda keywords: _of(keywords, inner))


SCHEMAS = _any_keywords(st.one_of(LEAVES, _any_keywords(LEAVES)))


def assert_same_values_are_valid(schema: Any, values: list[Any]) -> None:
    made = converted(schema)
    for value in values:
        assert Draft202012Validator(schema).is_valid(value) == Draft4Validator(made).is_valid(value), value


@given(SCHEMAS, SCHEMAS, SCHEMAS, st.lists(VALUES, min_size=1, max_size=5))
def test_same_values_are_valid_when_a_schema_is_converted(top: Any, first: Any, second: Any, values: list[Any]) -> None:
    definitions = {"first": _without_references(first), "second": _without_references(second)}
    assert_same_values_are_valid(top | {"$defs": definitions}, values)


NUMBERS = st.one_of(st.integers(-1, 4), st.just(0.5))
ARRAYS = st.lists(st.one_of(st.integers(0, 1), st.just("x")), max_size=4)
OBJECTS = st.dictionaries(NAMES, st.one_of(st.integers(0, 1), st.just("x")), max_size=3)


@pytest.mark.parametrize(
    ("keywords", "values"),
    [
        (["minimum", "exclusiveMinimum"], NUMBERS),
        (["maximum", "exclusiveMaximum"], NUMBERS),
        (["enum", "const"], SCALARS),
        (["prefixItems", "items"], ARRAYS),
        (["contains", "minContains", "not"], ARRAYS),
        (["dependentRequired", "dependentSchemas"], OBJECTS),
        (["properties", "patternProperties", "additionalProperties"], OBJECTS),
        (["if", "then", "else", "anyOf"], SCALARS),
        (["if", "then"], SCALARS),
        (["$ref", "const"], SCALARS),
        (["$ref", "type", "not"], SCALARS),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
@given(data=st.data())
def test_same_values_are_valid_when_keywords_stand_together(
    data: st.DataObject, keywords: list[str], values: st.SearchStrategy[Any]
) -> None:
    schema = data.draw(_of(keywords, LEAVES))
    definitions = {"first": data.draw(LEAVES), "second": data.draw(LEAVES)}
    assert_same_values_are_valid(schema | {"$defs": definitions}, data.draw(st.lists(values, min_size=1, max_size=4)))


def _without_references(value: Any) -> Any:
    """References in definitions could go round for ever without touching the value."""
    if isinstance(value, dict):
        return {key: _without_references(item) for key, item in value.items() if key != "$ref"}
    return [_without_references(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"const": 1}, {"enum": [1]}),
        ({"minimum": 1, "exclusiveMinimum": 1}, {"minimum": 1, "exclusiveMinimum": True}),
        ({"minimum": 2, "exclusiveMinimum": 1}, {"minimum": 2}),
        ({"exclusiveMaximum": 5}, {"maximum": 5, "exclusiveMaximum": True}),
        ({"prefixItems": [{}], "items": False}, {"items": [{}], "additionalItems": False}),
        ({"dependentRequired": {"a": ["b"], "c": []}}, {"dependencies": {"a": ["b"]}}),
        ({"required": [], "deprecated": True, "unevaluatedProperties": True}, {}),
        ({"properties": {"a": True, "b": False}}, {"properties": {"a": {}, "b": {"not": {}}}}),
        ({"format": "uuid", "description": "An id"}, {"format": "uuid", "description": "An id"}),
    ],
)
def test_keyword_is_said_in_draft_4s_words_when_converted(schema: Any, expected: Any) -> None:
    assert converted(schema)["definitions"]["event"] == expected


def test_recursion_and_other_files_become_definitions_when_referred_to() -> None:
    made = converted(
        {"properties": {"items": {"items": {"$ref": "#/$defs/item"}}, "price": {"$ref": "money.json"}}}
        | {"$defs": {"item": {"properties": {"parts": {"items": {"$ref": "#/$defs/item"}}}}, "unused": {}}},
        money={"$ref": "event.json#/$defs/unused"},
    )
    assert made["definitions"] == {
        "event": {
            "properties": {
                "items": {"items": {"$ref": "#/definitions/item"}},
                "price": {"$ref": "#/definitions/money"},
            }
        },
        "item": {"properties": {"parts": {"items": {"$ref": "#/definitions/item"}}}},
        "money": {"$ref": "#/definitions/unused"},
        "unused": {},
    }


def test_definitions_of_the_same_name_stay_apart_when_two_files_have_them() -> None:
    made = converted(
        {"allOf": [{"$ref": "#/$defs/id"}, {"$ref": "other.json#/$defs/id"}], "$defs": {"id": {"type": "string"}}},
        other={"$defs": {"id": {"type": "integer"}}},
    )
    assert made["definitions"]["id"] == {"type": "string"}
    assert made["definitions"]["id_2"] == {"type": "integer"}


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"unevaluatedProperties": False}, "$: draft 4 has no unevaluatedProperties; write additionalProperties"),
        ({"properties": {"a": {"propertyNames": {"pattern": "x"}}}}, "$.properties.a: draft 4 has no propertyNames"),
        ({"items": [{}]}, "$: items is a list, which 2020-12 does not know; write prefixItems"),
        ({"contains": {}, "minContains": 2}, "$: draft 4 does not count what an array contains"),
        ({"contains": {}, "maxContains": 1}, "$: draft 4 does not count what an array contains"),
        ({"properties": {"a": {"$id": "urn:x"}}}, "$.properties.a: draft 4 has no $id inside a document"),
        ({"allOf": [{"$ref": "#here"}]}, "$.allOf[0].$ref: draft 4 has no anchors such as #here"),
        ({"$dynamicRef": "#here"}, "$: draft 4 has no $dynamicRef; write $ref"),
        ({"dependencies": {"a": ["b"]}}, "$: draft 4 has no dependencies; 2020-12 does not know it"),
        ({"properties": {"a": 1}}, "$.properties.a: it is no schema"),
        ({"properties": []}, "$.properties: it is no mapping"),
        ({"anyOf": {}}, "$.anyOf: it is no list"),
        ({"$ref": "#/$defs/gone"}, "$.$defs.gone: nothing is there"),
    ],
)
def test_schema_is_refused_with_place_and_remedy_when_it_cannot_be_said(schema: Any, message: str) -> None:
    _, [problem] = convert(schema)
    assert problem.startswith(f"{FILE}: {message}")
    assert "; " in problem


def test_every_problem_is_told_when_there_are_several() -> None:
    _, problems = convert({"unevaluatedItems": False, "not": {"unevaluatedItems": False}})
    assert len(problems) == 2


def test_depth_is_bounded_when_a_schema_is_nested_without_end() -> None:
    deep: dict[str, Any] = {}
    for _ in range(DEEPEST + 1):
        deep = {"not": deep}
    _, [problem] = convert(deep)
    assert f"nested deeper than {DEEPEST} levels; move parts of it into $defs" in problem


def test_long_chain_of_references_is_followed_when_it_ends() -> None:
    chain: dict[str, Any] = {f"d{n}": {"items": {"$ref": f"#/$defs/d{n + 1}"}} for n in range(2000)}
    made = converted({"$ref": "#/$defs/d0", "$defs": chain | {"d2000": {"type": "string"}}})
    assert made["definitions"]["d2000"] == {"type": "string"}
