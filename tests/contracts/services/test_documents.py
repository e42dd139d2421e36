"""Documents that are large, deep, circular or somewhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.secret_text import is_secret, secret_line
from contracts.services.documents import Documents, resolve
from contracts.services.interfaces import Provides
from contracts.services.operations import has_field, offered


def read(folder: Path, document: Any, name: str = "schema.json") -> Documents:
    text = document if isinstance(document, str) else json.dumps(document)
    (folder / name).write_text(text, encoding="utf-8")
    documents = Documents(folder, "d/s")
    documents.values(name)
    return documents


def test_document_is_refused_when_it_is_over_ten_megabytes(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, '"' + "a" * 10_000_000 + '"').problems
    assert (problem.file, problem.value, problem.allowed) == (
        "d/s/schema.json",
        "10000002 bytes",
        "at most 10000000 bytes",
    )


def test_yaml_is_refused_when_it_is_over_a_megabyte(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, "a: " + "b" * 1_000_000, "openapi.yaml").problems
    assert problem.allowed == "at most 1000000 bytes"


def test_document_is_read_when_it_is_just_under_the_limit(tmp_path: Path) -> None:
    properties = {f"field_{n}": {"$ref": "#/$defs/x"} for n in range(20_000)}
    documents = read(tmp_path, {"properties": properties, "$defs": {"x": {"type": "string"}}})
    assert documents.problems == []


def test_json_is_refused_when_it_is_nested_without_end(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, "[" * 200_000 + "]" * 200_000).problems
    assert problem.value == "nested too deeply"


def test_schema_is_accepted_when_it_is_recursive(tmp_path: Path) -> None:
    tree = {"type": "object", "properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}}
    assert read(tmp_path, tree).problems == []


def test_documents_are_accepted_when_they_refer_to_each_other(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"properties": {"back": {"$ref": "schema.json#/properties/there"}}}')
    assert read(tmp_path, {"properties": {"there": {"$ref": "other.json"}}}).problems == []


def test_references_are_refused_when_two_documents_lead_only_to_each_other(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"$ref": "a.json"}')
    problems = read(tmp_path, {"$ref": "b.json"}, "a.json").problems
    assert {problem.fix for problem in problems} == {"let it lead to a schema: it only leads back to itself"}


@pytest.mark.parametrize("reference", ["/etc/passwd", "../../secret.json", "%2e%2e/outside.json", "file:///etc/passwd"])
def test_reference_is_refused_when_it_leads_out(tmp_path: Path, reference: str) -> None:
    (problem,) = read(tmp_path, {"$ref": reference}).problems
    assert problem.allowed.startswith("a file in the contract's folder")
    assert (problem.line, problem.path) == (1, "$ref")


def test_document_is_refused_when_a_link_leads_out(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside.json").write_text("{}")
    (tmp_path / "inside" / "schema.json").symlink_to(tmp_path / "outside.json")
    documents = Documents(tmp_path / "inside", "d/s")
    assert documents.values("schema.json") is None
    assert documents.problems[0].value == "a file outside the contract's folder"


def test_document_is_refused_when_it_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_bytes(b'{"a": "\xff"}')
    documents = Documents(tmp_path, "d/s")
    documents.values("schema.json")
    assert documents.problems[0].value == "byte 7 is not UTF-8"


@pytest.mark.parametrize(
    ("pointer", "found"), [("", {"a/b": [1, {"~": 2}]}), ("/a~1b/0", 1), ("/a~1b/1/~0", 2), ("/a%2Fb/0", 1)]
)
def test_pointer_leads_to_what_it_names(pointer: str, found: object) -> None:
    assert resolve({"a/b": [1, {"~": 2}]}, pointer) == found


SCHEMA = {
    "properties": {
        "id": {},
        "open": {"type": "object"},
        "items": {"items": {"$ref": "#/$defs/item"}},
        "either": {"properties": {"a": {}}, "anyOf": [{}]},
    },
    "$defs": {"item": {"properties": {"sku": {}, "parts": {"items": {"$ref": "#/$defs/item"}}}}},
}


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("id", True),
        ("nothing", False),
        ("open.anything", True),
        ("items[].sku", True),
        ("items[].price", False),
        ("items[].parts[].parts[].sku", True),
        ("either.b", True),
    ],
)
def test_field_is_looked_up_in_the_schema(path: str, there: bool) -> None:
    assert has_field(SCHEMA, path) == there


@pytest.mark.parametrize("text", ["getOrderV2ByCustomerId", "OrderPlacedEventV2Payload", "arn:aws:sqs:eu-west-1:1:q"])
def test_identifier_is_no_secret_when_it_is_made_of_words(text: str) -> None:
    assert not is_secret(text)


@pytest.mark.parametrize(
    "text", ["AKIA" + "I" * 16, "https://user:password@host/", "ghp_" + "a1B2" * 9, "q7XbR2mZ9vKdT4wLpY8sJ3hN6cF1"]
)
def test_secret_is_found_with_its_line(text: str) -> None:
    assert secret_line(f"a: b\nc: {text}\n") == 2


def test_long_chain_of_references_is_followed_once(tmp_path: Path) -> None:
    chain: dict[str, Any] = {f"n{n}": {"$ref": f"#/$defs/n{n + 1}"} for n in range(50_000)}
    documents = read(tmp_path, {"$defs": chain | {"n50000": {"type": "string"}}})
    assert documents.problems == []


def test_no_more_than_a_hundred_references_are_refused(tmp_path: Path) -> None:
    documents = read(tmp_path, {f"n{n}": {"$ref": f"https://example.com/{n}"} for n in range(10_000)})
    assert len(documents.problems) == 100


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.proto", 'syntax = "proto3";' + "/*" * 500_000),
        ("a.proto", 'syntax = "proto3";' + "{}\n" * 200_000),
        ("a.graphql", '"""' * 300_001),
        ("a.graphql", "type Query\n" * 100_000),
        ("a.graphql", "{" * 300_000),
    ],
    ids=["comments", "brackets", "texts", "heads", "depth"],
)
def test_document_is_read_to_its_end_when_it_is_made_to_go_round(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    documents = Documents(tmp_path, "d/s")
    kind = "grpc" if name.endswith(".proto") else "graphql"
    interface = {"document": name, "container": "x"} if kind == "grpc" else {"document": name, "resolvers": {}}
    assert list(offered(Provides.model_validate({kind: {"x": interface}}), documents)) == []
    assert len(documents.problems) == (1 if text.endswith("{{") else 0)
