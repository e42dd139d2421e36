"""Objects are held to schemas: what is wrong is told with its place, and nothing that is right is refused."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.kubernetes.schemas import Schemas

META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
WIDGET = {
    "type": "object",
    "required": ["spec"],
    "properties": {
        "spec": {
            "type": "object",
            "required": ["size"],
            "properties": {
                "size": {"type": "integer", "minimum": 1, "maximum": 9},
                "mode": {"type": "string", "enum": ["STRICT", "OFF"]},
                "port": {"x-kubernetes-int-or-string": True},
                "memory": {"$ref": "#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity"},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                "items": {"type": "array", "maxItems": 2, "items": {"type": "object", "properties": {"a": {}}}},
                "name": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 4},
                "one": {
                    "type": "object",
                    "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
                    "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
                },
            },
        }
    },
}
SCHEMAS = Schemas(
    definitions={
        META: {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "namespace": {"type": "string"},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            },
        },
        "io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": "string"},
        "io.k8s.api.core.v1.Node": {
            "type": "object",
            "properties": {"spec": {"type": "object"}},
            "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Node"}],
        },
    },
    custom=[
        {
            "spec": {
                "group": "example.org",
                "scope": "Namespaced",
                "names": {"kind": "Widget"},
                "versions": [{"name": "v1", "schema": {"openAPIV3Schema": WIDGET}}],
            }
        }
    ],
    namespaced=frozenset(),
)


def widget(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "example.org/v1",
        "kind": "Widget",
        "metadata": {"name": "a", "namespace": "b"},
        "spec": {"size": 1, **spec},
    }


def told(document: Any) -> list[str]:
    return [str(problem) for problem in SCHEMAS.problems(document)]


@pytest.mark.parametrize(
    "spec",
    [
        {}, {"port": 80}, {"port": "http"}, {"memory": "1Gi"}, {"memory": 1}, {"labels": {"a": "b"}},
        {"free": {"any": [1]}}, {"items": [{"a": 1}]}, {"one": {"a": "x"}}, {"mode": "STRICT", "name": "abcd"},
    ],
)  # fmt: skip
def test_nothing_is_told_when_an_object_is_right(spec: dict[str, Any]) -> None:
    assert told(widget(**spec)) == []


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"sise": 1}, "spec.sise: there is no such field; did you mean size?"),
        ({"size": "1"}, 'spec.size: "1" is not a whole number'),
        ({"size": True}, "spec.size: true is not a whole number"),
        ({"size": 10}, "spec.size: 10 is not from 1 to 9"),
        ({"mode": "LAX"}, 'spec.mode: "LAX" is none of STRICT, OFF'),
        ({"port": 1.5}, "spec.port: 1.5 is neither a whole number nor text"),
        ({"labels": {"a": 1}}, "spec.labels.a: 1 is not text"),
        ({"items": [{"b": 1}]}, "spec.items[0].b: there is no such field"),
        ({"items": [{}, {}, {}]}, "spec.items: has 3 entries; from 0 to 2 are allowed"),
        ({"name": "A"}, 'spec.name: "A" does not match ^[a-z]+$'),
        ({"name": "abcde"}, "spec.name: has 5 characters; from 0 to 4 are allowed"),
        ({"one": {"a": "x", "b": "y"}}, "spec.one: must be exactly one of a, b"),
        ({"one": {}}, "spec.one: must be exactly one of a, b"),
        ({"mode": None}, "spec.mode: has no value; write one, or leave the field out"),
    ],
)
def test_place_and_reason_are_told_when_a_field_is_wrong(spec: dict[str, Any], sentence: str) -> None:
    assert told(widget(**spec)) == [sentence]


def test_missing_field_is_told() -> None:
    body = widget()
    del body["spec"]["size"]
    assert told(body) == ["spec.size: is missing"]


def test_unknown_kind_is_told_with_the_nearest() -> None:
    body = {**widget(), "kind": "Wigdet"}
    assert told(body) == ["kind: there is no Wigdet in example.org/v1; did you mean example.org/v1 Widget?"]


def test_namespace_is_told_when_it_is_missing_or_too_much() -> None:
    assert told({**widget(), "metadata": {"name": "a"}}) == [
        "metadata.namespace: is missing: a Widget lives in a namespace"
    ]
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "a", "namespace": "b"}}
    assert told(node) == ["metadata.namespace: is too much: a Node lives in no namespace"]


@pytest.mark.parametrize("name", ["A", "a_b", "-a", ""])
def test_name_is_told_when_it_is_none(name: str) -> None:
    [sentence] = told({**widget(), "metadata": {"name": name, "namespace": "b"}})
    assert sentence.startswith("metadata.name: ")


def test_text_is_no_object() -> None:
    assert told("text") == ["the object: is no object with apiVersion, kind and metadata"]
