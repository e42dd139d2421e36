"""Bad documents end in one error that says where, why and what to do; never in a traceback or a hang."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.compatibility.documents import DocumentError
from contracts.compatibility.events import compare_events
from contracts.compatibility.graphql import compare_graphql
from contracts.compatibility.json_schema import Side, compare
from contracts.compatibility.openapi import compare_openapi
from contracts.compatibility.proto import compare_proto


def nested(depth: int) -> Any:
    schema: Any = {}
    for _ in range(depth):
        schema = {"not": schema}
    return schema


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdefg", "bcdefgh", strict=True)
)
CYCLE = "a: &a\n  b: *a\n"
SCHEMAS: list[tuple[Any, str]] = [
    ('{"type": ', "not JSON at line 1"),
    ("type: [string", "not YAML at line"),
    ("{" + '"a":{' * 5000, "nested deeper"),
    ('{"a": 1, "a": 2}', "stands twice"),
    ("[" * 100_000, "nested deeper"),
    ("- " * 5_000 + "a", "nested deeper"),
    (BOMB, "more than 200,000 values"),
    (CYCLE, "nested deeper"),
    (nested(500), "nested deeper"),
    ('{"description": "' + "x" * 10_000_000 + '"}', "the limit is 2 MB"),
    ({"$ref": "https://example.com/a.json"}, "names a URL"),
    ({"$ref": "../../other/a.json"}, "outside of the set"),
    ({"$ref": "/etc/passwd"}, "absolute path"),
    ({"$ref": "#/$defs/gone"}, "nothing is at"),
    ({"$ref": "#gone"}, "there is no $anchor"),
    ({"type": "strng"}, "no JSON type"),
    ({"items": [{"type": "string"}]}, "use prefixItems"),
    ({"minimum": 1, "exclusiveMinimum": True}, "write a number"),
    ({"properties": {"a~/b": 3}}, "/properties/a~0~1b"),
    ({"required": "a"}, "property names"),
    ({"minLength": -1}, "0 or more"),
    ({"multipleOf": 0}, "above 0"),
    ({"anyOf": []}, "one schema or more"),
    ({"const": float("nan")}, "no JSON value"),
    ({"minimum": 10**400}, "no JSON value"),
    ({"$defs": {"a": {"$id": "other", "type": "string"}}}, "inner $id"),
    ({"enum": [object()]}, "no JSON value"),
    ([], "no schema"),
    (None, "no schema"),
]


@pytest.mark.parametrize(("schema", "said"), SCHEMAS, ids=[said[:20] for _, said in SCHEMAS])
def test_schema_is_refused_when_it_is_malformed(schema: Any, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        compare(schema, {"type": "string"}, reader=Side.NEW, name="order.json")
    assert said in str(caught.value)
    assert "order.json (old)" in caught.value.where
    assert caught.value.fix
    assert len(str(caught.value)) < 1000


def test_comparison_ends_when_references_multiply() -> None:
    """2⁶⁰ ways through the schema: each pair is compared once."""
    definitions: dict[str, Any] = {
        f"n{i}": {"properties": {k: {"$ref": f"#/$defs/n{i + 1}"} for k in "ab"}} for i in range(30)
    }
    old, new = (
        {"$ref": "#/$defs/n0", "$defs": {**definitions, "n30": {"type": kind}}} for kind in ("integer", "string")
    )
    changes = compare(old, new, reader=Side.NEW)
    assert any(change.refuses for change in changes)


def test_comparison_ends_when_a_reference_leads_only_to_itself() -> None:
    loop = {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}
    assert any(change.refuses for change in compare({"type": "string"}, loop, reader=Side.NEW))


def test_pattern_is_not_run_when_it_could_take_for_ever() -> None:
    new = {"type": "object", "patternProperties": {"^(a+)+$": {"type": "string"}}}
    old = {"type": "object", "properties": {"a" * 60 + "!": {"type": "integer"}}}
    assert any(change.refuses for change in compare(old, new, reader=Side.NEW))


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("openapi: 3.0.3\npaths: {}", "only 3.1"),
        ("a: 1", "no OpenAPI document"),
        ("openapi: 3.1.0\npaths: []", "paths holds a list"),
        ("openapi: 3.1.0\npaths: {/a: {get: {parameters: [{name: a}]}}}", "no name, or is in none"),
        ("openapi: 3.1.0\npaths: {/a: {get: {parameters: 3}}}", "parameters holds a number"),
        ("openapi: 3.1.0\npaths: {/a: {get: {responses: {200: {$ref: 'http://x.test/y'}}}}}", "names a URL"),
        ("openapi: 3.1.0\npaths: {/a: {$ref: '#/paths/~1a'}}", "without an end"),
        (
            "openapi: 3.1.0\npaths: {/a: {get: {responses: {200: {content: {a/b: {schema: {type: x}}}}}}}}",
            "no JSON type",
        ),
    ],
)
def test_openapi_is_refused_when_it_is_malformed(document: str, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        compare_openapi(document, document)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("type Query {", "no valid SDL at line 1"),
        ("type Query { a: Gone }", "Gone"),
        ("type A { a: Int } type A { b: Int } type Query { a: A }", "no valid SDL"),
        ("type Query { a: " + "[" * 20_000 + "Int", "SDL"),
        ("#" * 3_000_000, "the limit is 2 MB"),
        ("type Query { a: Int @gone }", "gone"),
        ("", "Syntax Error"),
    ],
)
def test_sdl_is_refused_when_it_is_malformed(text: str, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        compare_graphql(text, "type Query { a: Int }")
    assert said in str(caught.value) or "nested" in str(caught.value)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('syntax = "proto3"; message A { int32 a = 1; ', "in the middle"),
        ('syntax = "proto3"; message A { Gone a = 1; }', "declared nowhere"),
        ('syntax = "proto3"; message A { int32 a = 1; int32 b = 1; }', "stands twice"),
        ('syntax = "proto3"; message A { int32 a = 0; }', "not between"),
        ('syntax = "proto3"; import "../x.proto";', "not in the set"),
        ('edition = "2023";', "not compared"),
        ("message A { extensions 4 to 9; }", "not compared"),
        ("message A {" * 100, "nested deeper"),
        ('syntax = "proto3"; message A { int32 = 1; }', "no name"),
        ("message A { } message A { }", "declared twice"),
        ("message ` { }", "cannot stand here"),
        ("/" * 3_000_000, "the limit is 2 MB"),
        (b"\xff\xff\xff", "no FileDescriptorSet"),
        (b"x" * 3_000_000, "the limit is 2 MB"),
    ],
)
def test_proto_is_refused_when_it_is_malformed(source: str | bytes, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        compare_proto(source, source)
    assert said in str(caught.value)


def test_event_is_named_when_its_schema_is_malformed() -> None:
    with pytest.raises(DocumentError) as caught:
        compare_events("{", {}, event="order.placed")
    assert caught.value.where.startswith("order.placed")
