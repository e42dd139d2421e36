"""The differ against an independent judge: no instance may contradict a pass; and how often it cannot tell."""

from __future__ import annotations

import copy
import random
from collections import Counter
from typing import Any

import jsonschema
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from contracts.compatibility.json_schema import Side, compare

NAMES = ["a", "b", "ab", "c1"]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 6),
    st.sampled_from([0.5, 1.5, 2.0, 3.25]),
    st.sampled_from(["", "a", "ab", "abc", "1", "a1"]),
)
INSTANCES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*NAMES, "z"]), inner, max_size=4),
    max_leaves=6,
)
TYPES = ["null", "boolean", "object", "array", "string", "integer", "number"]


def keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Schemas over a small world, so that random instances hit."""
    small, names = st.integers(0, 4), st.lists(st.sampled_from(NAMES), max_size=2, unique=True)
    branches = st.lists(inner, min_size=1, max_size=2)
    some: dict[str, st.SearchStrategy[Any]] = {
        "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True),
        "enum": st.lists(SCALARS, min_size=1, max_size=3),
        "const": SCALARS,
        "minimum": st.integers(-2, 4),
        "maximum": st.integers(-2, 4) | st.just(2.5),
        "exclusiveMinimum": st.integers(-2, 4),
        "exclusiveMaximum": st.integers(-2, 4),
        "multipleOf": st.sampled_from([1, 2, 3, 6, 0.5]),
        "minLength": small,
        "maxLength": small,
        "pattern": st.sampled_from(["^a", "b$", "^[a-z]+$", "1"]),
        "minItems": small,
        "maxItems": small,
        "uniqueItems": st.booleans(),
        "items": inner,
        "prefixItems": branches,
        "contains": inner,
        "minContains": small,
        "maxContains": small,
        "properties": st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
        "required": names,
        "additionalProperties": inner,
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "1$", "b"]), inner, max_size=2),
        "propertyNames": inner,
        "minProperties": small,
        "maxProperties": small,
        "dependentRequired": st.dictionaries(st.sampled_from(NAMES), names, max_size=1),
        "dependentSchemas": st.dictionaries(st.sampled_from(NAMES), inner, max_size=1),
        "allOf": branches,
        "anyOf": branches,
        "oneOf": branches,
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        "unevaluatedProperties": inner,
        "unevaluatedItems": inner,
        "$ref": st.sampled_from(["#/$defs/one", "#/$defs/two"]),
    }
    return st.lists(st.sampled_from(sorted(some)), max_size=4, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({word: some[word] for word in chosen})
    )


SCHEMAS = st.recursive(st.booleans() | keywords(st.booleans()), keywords, max_leaves=5)
TABLES = st.fixed_dictionaries({"one": SCHEMAS, "two": SCHEMAS})


def endless(definitions: dict[str, Any]) -> bool:
    """Whether a definition leads back to itself: the judge recurses for ever on those that do not descend."""
    return any("$ref" in str(schema) for schema in definitions.values())


def rooted(schema: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    return {"allOf": [schema], "$defs": definitions}


def mutate(schema: Any, roll: random.Random, replacement: Any) -> Any:
    """The same schema with something changed somewhere: values nudged, keywords dropped, subschemas replaced."""
    if not isinstance(schema, dict) or not schema or roll.random() < 0.1:
        return replacement
    changed = copy.deepcopy(schema)
    word = roll.choice(sorted(changed))
    value = changed[word]
    if roll.random() < 0.25:
        del changed[word]
    elif isinstance(value, bool):
        changed[word] = not value
    elif isinstance(value, int):
        changed[word] = max(value + roll.choice([-1, 1]), 1 if word == "multipleOf" else 0)
    elif isinstance(value, dict) and word in ("properties", "patternProperties", "dependentSchemas") and value:
        name = roll.choice(sorted(value))
        value[name] = mutate(value[name], roll, replacement)
    elif isinstance(value, dict) and word not in (
        "dependentRequired",
        "properties",
        "patternProperties",
        "dependentSchemas",
    ):
        changed[word] = mutate(value, roll, replacement)
    elif isinstance(value, list) and word in ("allOf", "anyOf", "oneOf", "prefixItems"):
        index = roll.randrange(len(value))
        value[index] = mutate(value[index], roll, replacement)
    elif isinstance(value, list) and word == "required":
        changed[word] = sorted({*value, "a"} ^ {"b"})
    elif isinstance(value, list) and word == "enum" and len(value) > 1:
        value.pop()
    return changed


def valid(schema: dict[str, Any], instance: Any) -> bool:
    return jsonschema.Draft202012Validator(schema).is_valid(instance)


def passes(old: Any, new: Any, reader: Side) -> bool:
    return not any(change.refuses for change in compare(old, new, reader=reader))


def hold(old: dict[str, Any], new: dict[str, Any], instances: list[Any]) -> None:
    for reader, written, read in ((Side.NEW, old, new), (Side.OLD, new, old)):
        if passes(old, new, reader):
            for instance in instances:
                note(f"{reader} reads {instance!r}: {old} → {new}")
                assert not valid(written, instance) or valid(read, instance)


MANY = settings(
    max_examples=300,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@MANY
@given(
    SCHEMAS,
    SCHEMAS,
    TABLES.filter(lambda table: not endless(table)),
    st.randoms(use_true_random=False),
    st.lists(INSTANCES, min_size=8, max_size=25),
)
def test_no_instance_contradicts_a_pass_when_a_schema_is_mutated(
    schema: Any, replacement: Any, table: dict[str, Any], roll: random.Random, instances: list[Any]
) -> None:
    changed = mutate(schema, roll, replacement)
    hold(rooted(schema, table), rooted(changed, table), instances)


@MANY
@given(SCHEMAS, SCHEMAS, TABLES.filter(lambda table: not endless(table)), st.lists(INSTANCES, min_size=8, max_size=25))
def test_no_instance_contradicts_a_pass_when_two_schemas_have_nothing_in_common(
    one: Any, other: Any, table: dict[str, Any], instances: list[Any]
) -> None:
    hold(rooted(one, table), rooted(other, table), instances)


PLAIN: dict[str, Any] = {"one": {"type": "integer"}, "two": {}}
LINKED = keywords(st.just({"$ref": "#/$defs/node"}) | keywords(st.booleans())).map(
    lambda schema: {
        word: value
        for word, value in schema.items()
        if word
        not in ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$ref", "dependentSchemas", "propertyNames")
    }
)


@MANY
@given(LINKED, LINKED, st.lists(INSTANCES, min_size=8, max_size=25))
def test_no_instance_contradicts_a_pass_when_schemas_are_recursive(one: Any, other: Any, instances: list[Any]) -> None:
    old, new = ({"$ref": "#/$defs/node", "$defs": {**PLAIN, "node": schema}} for schema in (one, other))
    hold(old, new, instances)
    mixed = {"$ref": "#/$defs/node", "$defs": {**PLAIN, "node": {**one, **other}}}
    hold(old, mixed, instances)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SCHEMAS.filter(lambda schema: "$ref" not in str(schema)))
def test_nothing_changed_when_a_schema_is_compared_with_its_copy(schema: Any) -> None:
    for reader in Side:
        assert compare(schema, copy.deepcopy(schema), reader=reader) == []


def records(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with named fields, now and then closed, alone or behind anyOf."""
    one = st.fixed_dictionaries(
        {
            "type": st.just("object"),
            "properties": st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=3),
            "required": st.lists(st.sampled_from(NAMES), max_size=1),
        },
        optional={
            "additionalProperties": st.just(False),
            "maxProperties": st.integers(1, 3),
            "dependentRequired": st.just({"a": ["b"]}),
        },
    )
    return one | st.fixed_dictionaries({"anyOf": st.lists(one, min_size=1, max_size=2)})


RECORDS = records(st.sampled_from([{"type": "integer"}, {"type": "number"}, {"minimum": 1}, {"enum": [1, "a"]}, {}]))
OBJECTS = st.dictionaries(st.sampled_from(NAMES), SCALARS, max_size=4)


@MANY
@given(RECORDS, RECORDS, st.lists(OBJECTS, min_size=8, max_size=25))
def test_no_instance_of_declared_fields_contradicts_a_pass_when_writers_are_closed(
    old: Any, new: Any, instances: list[Any]
) -> None:
    for reader, written, read in ((Side.NEW, old, new), (Side.OLD, new, old)):
        declared = {
            *written.get("required", ()),
            *(
                name
                for branch in written.get("anyOf", [written])
                for name in (*branch["properties"], *branch["required"])
            ),
        }
        if not any(change.refuses for change in compare(old, new, reader=reader, closed=True)):
            for instance in instances:
                said = {name: value for name, value in instance.items() if name in declared}
                note(f"{reader} reads {said!r}: {old} → {new}")
                assert not valid(written, said) or valid(read, said)


ORDER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^o-[0-9]+$"},
        "total": {"type": "number", "minimum": 0, "maximum": 1000},
        "state": {"enum": ["open", "paid", "sent"]},
        "note": {"type": ["string", "null"], "maxLength": 80},
        "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/line"}},
        "payment": {
            "oneOf": [
                {
                    "type": "object",
                    "properties": {"kind": {"const": "card"}, "number": {"type": "string"}},
                    "required": ["kind", "number"],
                },
                {"type": "object", "properties": {"kind": {"const": "cash"}}, "required": ["kind"]},
            ]
        },
    },
    "required": ["id", "total"],
    "additionalProperties": False,
    "$defs": {
        "line": {
            "type": "object",
            "properties": {"sku": {"type": "string"}, "count": {"type": "integer", "minimum": 1}},
            "required": ["sku"],
        }
    },
}


def places(schema: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all keyword values in a schema."""
    if isinstance(schema, dict):
        return [(*path, key) for key in schema] + [
            p for key, inner in schema.items() for p in places(inner, (*path, key))
        ]
    return [p for i, inner in enumerate(schema) for p in places(inner, (*path, i))] if isinstance(schema, list) else []


def common_mutations() -> list[dict[str, Any]]:
    """Every keyword of an ordinary schema dropped, every bound moved both ways, every list shortened and lengthened."""
    found: list[dict[str, Any]] = []
    for path in places(ORDER):
        if path[-1] in ("$defs", "line"):
            continue
        for edit in ("drop", "up", "down"):
            changed = copy.deepcopy(ORDER)
            parent: Any = changed
            for step in path[:-1]:
                parent = parent[step]
            value = parent[path[-1]]
            if edit == "drop":
                del parent[path[-1]]
            elif isinstance(value, int) and not isinstance(value, bool):
                parent[path[-1]] = value + (1 if edit == "up" else -1)
            elif isinstance(value, list) and all(isinstance(item, str) for item in value) and path[-1] == "enum":
                parent[path[-1]] = [*value, "lost"] if edit == "up" else value[:-1]
            else:
                continue
            found.append(changed)
    return found


def test_unknown_stays_rare_when_mutations_are_common() -> None:
    count: Counter[str] = Counter()
    for changed in common_mutations():
        for reader in Side:
            changes = compare(ORDER, changed, reader=reader)
            assert changes, "a mutation went unseen"
            verdicts = {change.severity for change in changes}
            count["breaking" if "breaking" in verdicts else "unknown" if "unknown" in verdicts else "compatible"] += 1
    # Measured: 62 breaking, 36 compatible, 12 unknown of 110; 7 of the 12 are request fields that went.
    assert count["unknown"] <= 0.12 * count.total()
    assert count["compatible"] >= 0.2 * count.total()
