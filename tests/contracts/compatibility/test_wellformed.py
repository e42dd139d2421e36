"""Documents that their own language refuses are refused with the contract, and not when a second version comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.compatibility.wellformed import malformed
from contracts.services import read
from contracts.services.scaffold import Shape, create
from tests.contracts.services.kit import edit

PROJECT = Path(__file__).parents[3]
GRPC = """\
  grpc:
    calls: {document: calls.proto, container: worker}
"""
GRAPHQL = """\
  graphql:
    graph: {document: graph.graphql, resolvers: {Query.item: {function: get-item}}, log_days: 30}
"""
EVENT = """\
  events:
    Kept: {detail_type: Item Kept, source: hello, document: kept.json, topic: kept}
"""
WORKER = """\
  ecs:
    worker: {image: v1, cpu: 256, memory_mib: 512, scaling: {minimum: 1, maximum: 1}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new service that also has gRPC, GraphQL and an event."""
    create(tmp_path, "demo/hello", Shape.REST)
    edit(tmp_path, "demo/hello/contract.yaml", "provides:\n", f"provides:\n{GRPC}{GRAPHQL}{EVENT}")
    edit(tmp_path, "demo/hello/contract.yaml", "compute:\n", f"compute:\n{WORKER}")
    home = tmp_path / "demo" / "hello"
    text = home.joinpath("contract.yaml").read_text(encoding="utf-8")
    home.joinpath("contract.yaml").write_text(f"{text}\nmessaging:\n  topics: {{kept: {{type: standard}}}}\n")
    home.joinpath("calls.proto").write_text(
        'syntax = "proto3";\nservice Calls { rpc Get(Item) returns (Item); }\nmessage Item { string id = 1; }\n'
    )
    home.joinpath("graph.graphql").write_text("type Query { item(id: ID!): Item }\ntype Item { id: ID! }\n")
    home.joinpath("kept.json").write_text('{"type": "object", "properties": {"id": {"type": "string"}}}')
    return tmp_path


def test_nothing_is_found_when_every_document_is_whole(folder: Path) -> None:
    assert list(malformed(read(folder).contracts)) == []
    assert list(malformed(read(PROJECT / "services").contracts)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "calls.proto",
            "string id = 1;",
            "string id = 1; string name = 1;",
            "demo/hello/calls.proto:3  (the file)\n"
            "    found    field number 1 stands twice in Item\n"
            "    allowed  proto3\n"
            "    fix      mend the declaration (protoc says more)",
        ),
        ("calls.proto", "returns (Item)", "returns (Thing)", "'Thing' is declared nowhere"),
        ("calls.proto", "rpc Get", "call Get", "demo/hello/calls.proto:2  (the file)"),
        ("graph.graphql", "): Item }", "): Thing }", "no valid SDL: Unknown type 'Thing'."),
        ("graph.graphql", "id: ID! }", "id ID! }", "no valid SDL at line 2, column 16"),
        (
            "kept.json",
            '"type": "string"',
            '"type": "strng"',
            "demo/hello/kept.json  /properties/id/type\n"
            "    found    holds no JSON type: 'strng'\n"
            "    allowed  JSON Schema 2020-12\n",
        ),
        ("openapi.yaml", "required: [name]", "required: name", "demo/hello/openapi.yaml"),
        ("openapi.yaml", "in: path, required: true", "required: true", "has no name, or is in none"),
    ],
)
def test_document_is_refused_with_its_place_when(folder: Path, file: str, old: str, new: str, told: str) -> None:
    edit(folder, f"demo/hello/{file}", old, new)
    [finding] = malformed(read(folder).contracts)
    assert finding.kind.refuses
    assert told in str(finding.problem)
    assert finding.contracts == ("demo/hello",)
