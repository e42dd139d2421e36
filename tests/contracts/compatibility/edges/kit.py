"""Providers and consumers in memory, and what their comparison tells."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from contracts.compatibility.edges import Comparison, compare
from contracts.services import Estate, LoadedContract
from contracts.services.contract import ServiceContract
from contracts.services.documents import Documents
from contracts.settings.yaml_file import Source

Edit = Callable[[dict[str, Any], dict[str, Any]], None]
"""Changes the contract and its documents."""

THING = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "total": {"type": "number"},
        "note": {"type": "string", "maxLength": 100},
        "state": {"enum": ["open", "paid"]},
        "items": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
    },
}
OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "paths": {
        "/things/{id}": {
            "put": {
                "operationId": "putThing",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "request.json"}}}},
                "responses": {
                    "200": {
                        "description": "The thing.",
                        "content": {"application/json": {"schema": {"$ref": "answer.json"}}},
                    }
                },
            },
            "delete": {"operationId": "deleteThing", "responses": {"204": {"description": "Gone."}}},
        }
    },
}
PROTO = """\
syntax = "proto3";
package shop.v1;
import "common.proto";
service Stock { rpc Reserve(Wish) returns (Reservation); rpc Release(Reservation) returns (Done); }
message Wish { string sku = 1; int32 count = 2; }
message Reservation { string id = 1; Money price = 2; }
message Done { bool done = 1; }
"""
COMMON = 'syntax = "proto3";\npackage shop.v1;\nmessage Money { int64 cents = 1; string currency = 2; }\n'
SDL = """\
type Query { thing(id: ID!): Thing other: Other }
type Thing { id: ID! note: String items: [Item!] }
type Item { sku: String count: Int }
type Other { id: ID }
"""
WORKFLOW = {
    "kind": "standard",
    "comment": "Works.",
    "input": "request.json",
    "output": "answer.json",
    "start_at": "Done",
    "timeout_seconds": 3600,
    "states": {"Done": {"type": "succeed"}},
}
PROVIDES: dict[str, Any] = {
    "http": {
        "things": {
            "document": "openapi.json",
            "exposure": "partner",
            "routes": {"ANY /{proxy+}": {"function": "api"}},
            "throttling": {"burst": 100, "rate": 50},
            "domain": "things.example.com",
            "cors": {"origins": ["https://a.example.com"], "methods": ["GET"]},
            "authorizer": {"name": "jwt", "user_pool": "people", "clients": ["web"], "scopes": ["things.read"]},
        }
    },
    "websocket": {"live": {"routes": {"$connect": {"function": "api"}, "say": {"function": "api"}}}},
    "grpc": {"stock": {"document": "stock.proto", "container": "stock"}},
    "graphql": {"graph": {"document": "things.graphql", "resolvers": {"Query.thing": {"function": "api"}}}},
    "events": {"Moved": {"detail_type": "Moved", "source": "things", "document": "event.json", "topic": "moves"}},
    "workflows": {"Work": WORKFLOW},
}
CALLS: dict[str, Any] = {
    "putThing": {"interaction": "sync", "timeout_ms": 500, "sends": ["id", "note"], "reads": ["id", "items[].sku"]},
    "Stock.Reserve": {"interaction": "sync", "timeout_ms": 500, "sends": ["sku"], "reads": ["price.cents"]},
    "Query.thing": {"interaction": "sync", "timeout_ms": 500, "sends": ["id"], "reads": ["id", "items[].sku"]},
    "Work": {"interaction": "async", "sends": ["id"], "reads": ["id"]},
}


def described(contract_id: str, version: str, **parts: Any) -> dict[str, Any]:
    return {
        "id": contract_id,
        "version": version,
        "description": "For tests.",
        "owner": {"team": "team", "email": "team@example.com"},
        "data_classification": "internal",
        "slo": {"availability_percent": 99.9, "latency_p95_ms": 100, "error_rate_percent": 1},
    } | parts


def loaded(contract: Mapping[str, Any], documents: Mapping[str, Any] | None = None) -> LoadedContract:
    texts = {name: text if isinstance(text, str) else json.dumps(text) for name, text in (documents or {}).items()}
    values = {name: value for name, value in (documents or {}).items() if name.endswith(".json")}
    file = f"{contract['id']}/contract.yaml"
    read = Documents(Path(), str(contract["id"]), _texts=dict(texts), _values=values)
    model = ServiceContract.model_validate(contract)
    return LoadedContract(model, file, Path(), frozenset(), read, Source(file))


def provider(version: str, edit: Edit | None = None) -> LoadedContract:
    """`shop/things` with one interface of every kind, as `edit` leaves it."""
    contract = described("shop/things", version, provides=copy.deepcopy(PROVIDES), slo=dict(SLO))
    documents: dict[str, Any] = {
        "openapi.json": copy.deepcopy(OPENAPI),
        "request.json": copy.deepcopy(THING),
        "answer.json": copy.deepcopy(THING),
        "event.json": copy.deepcopy(THING),
        "stock.proto": PROTO,
        "common.proto": COMMON,
        "things.graphql": SDL,
    }
    if edit is not None:
        edit(contract, documents)
    return loaded(contract, documents)


SLO = {"availability_percent": 99.9, "latency_p95_ms": 100, "error_rate_percent": 1}


def consumer(wanted: str = ">=1.0.0", version: str = "1.0.0", **parts: Any) -> LoadedContract:
    """`web/shop`, which uses `shop/things`: every kind of interface, or the `calls` and `events` that are given."""
    calls = parts.pop("calls", CALLS)
    events = parts.pop("events", {"Moved": {"reads": ["id", "items[].sku"]}})
    used = {"version": wanted, "calls": calls, "events": events}
    return loaded(described("web/shop", version, consumes={"shop/things": used}, **parts))


def step(edit: Edit | None, version: str = "2.0.0", **parts: Any) -> Comparison:
    """`shop/things` goes from 1.4.0 to a version, with a consumer."""
    user = consumer(**parts)
    return compare(Estate.of([provider("1.4.0"), user]), Estate.of([provider(version, edit), user]))


def breaks(comparison: Comparison) -> list[str]:
    """What is no longer good for consumers, in words."""
    return [c.sentence() for verdict in comparison.contracts for edge in verdict.edges for c in edge.breaks]
