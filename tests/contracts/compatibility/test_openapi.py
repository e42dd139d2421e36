"""Two OpenAPI documents: what each change does to everyone, and to one consumer."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contracts.compatibility.events import Compatibility, compare_events
from contracts.compatibility.openapi import compare_openapi
from contracts.compatibility.usage import Uses, touches
from contracts.compatibility.verdict import refuse

ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "total"],
    "properties": {
        "id": {"type": "string"},
        "total": {"type": "number"},
        "lines": {
            "type": "array",
            "items": {"type": "object", "properties": {"sku": {"type": "string"}, "price": {"type": "integer"}}},
        },
    },
}
API: dict[str, Any] = {
    "openapi": "3.1.0",
    "servers": [{"url": "/v1"}],
    "security": [{"jwt": ["read"]}],
    "paths": {
        "/orders/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {
                "operationId": "getOrder",
                "parameters": [{"name": "expand", "in": "query", "schema": {"enum": ["lines"]}}],
                "responses": {
                    "200": {
                        "headers": {"ETag": {"required": True, "schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
                    },
                    "404": {"description": "none"},
                },
            },
        },
        "/orders": {
            "post": {
                "operationId": "placeOrder",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}
                        }
                    }
                },
                "responses": {"201": {"description": "made"}},
            }
        },
    },
    "components": {
        "schemas": {"Order": ORDER},
        "securitySchemes": {"jwt": {"type": "http", "scheme": "bearer"}},
    },
}

Edit = Callable[[dict[str, Any]], Any]


def edited(edit: Edit) -> dict[str, Any]:
    changed = copy.deepcopy(API)
    edit(changed)
    return changed


def get(api: dict[str, Any]) -> dict[str, Any]:
    return api["paths"]["/orders/{id}"]["get"]


def post(api: dict[str, Any]) -> dict[str, Any]:
    return api["paths"]["/orders"]["post"]


def body(api: dict[str, Any]) -> dict[str, Any]:
    return post(api)["requestBody"]["content"]["application/json"]["schema"]


def order(api: dict[str, Any]) -> dict[str, Any]:
    return api["components"]["schemas"]["Order"]


def rename_parameter(api: dict[str, Any]) -> None:
    item = api["paths"].pop("/orders/{id}")
    item["parameters"][0]["name"] = "order"
    api["paths"]["/orders/{order}"] = item


CASES: list[tuple[Edit, str, str]] = [
    (lambda a: a["paths"].pop("/orders"), "breaking", "`POST /orders` was removed"),
    (lambda a: a["paths"].update({"/x": {"get": {}}}), "compatible", "`GET /x` was added"),
    (
        lambda a: order(a)["properties"].pop("total"),
        "breaking",
        "`GET /orders/{id}` response 200 field /total was removed",
    ),
    (
        lambda a: order(a)["properties"].update(note={"type": "string"}),
        "compatible",
        "response 200 field /note was added",
    ),
    (lambda a: order(a)["required"].remove("total"), "breaking", "/total is no longer required"),
    (
        lambda a: order(a)["properties"]["lines"]["items"]["properties"].update(price={"type": "number"}),
        "breaking",
        "/lines/*/price type went from integer to number",
    ),
    (lambda a: body(a)["properties"].update(note={"type": "string"}), "compatible", "request field /note was added"),
    (
        lambda a: (body(a)["properties"].update(who={}), body(a)["required"].append("who")),
        "breaking",
        "/who is required now",
    ),
    (
        lambda a: body(a)["properties"]["sku"].update(maxLength=3),
        "breaking",
        "request field /sku maxLength 3 was added",
    ),
    (lambda a: post(a)["requestBody"].update(required=True), "breaking", "is required now"),
    (
        lambda a: post(a)["requestBody"].update(content={"text/csv": {}}),
        "breaking",
        "content type application/json was removed",
    ),
    (lambda a: get(a)["parameters"][0].update(required=True), "breaking", "query parameter expand is required now"),
    (
        lambda a: get(a)["parameters"][0]["schema"].update(enum=["lines", "customer"]),
        "compatible",
        "value 'customer' is new",
    ),
    (lambda a: get(a)["parameters"][0].update({"in": "header"}), "breaking", "moved to another place"),
    (lambda a: get(a)["parameters"][0].update(explode=False), "breaking", "is spelled form now, was form exploded"),
    (lambda a: get(a)["parameters"].clear(), "unknown", "query parameter expand was removed"),
    (
        lambda a: get(a)["parameters"].append({"name": "t", "in": "query", "required": True}),
        "breaking",
        "added and is required",
    ),
    (lambda a: get(a)["parameters"].append({"name": "t", "in": "query"}), "compatible", "query parameter t was added"),
    (lambda a: get(a)["responses"].pop("404"), "breaking", "response 404 was removed"),
    (lambda a: get(a)["responses"].update({"202": {}}), "breaking", "response 202 is new"),
    (lambda a: get(a)["responses"].update({"429": {}}), "compatible", "response 429 was added"),
    (
        lambda a: get(a)["responses"].update({"default": get(a)["responses"].pop("404")}),
        "compatible",
        "response default was added",
    ),
    (lambda a: get(a)["responses"]["200"].pop("headers"), "breaking", "header etag was removed"),
    (lambda a: a.update(security=[{"jwt": ["read", "admin"]}]), "breaking", "is no longer enough"),
    (lambda a: a.update(security=[{"jwt": ["read"]}, {"key": []}]), "compatible", "can be called with key as well"),
    (
        lambda a: a["components"]["securitySchemes"]["jwt"].update(scheme="basic"),
        "breaking",
        "scheme jwt: scheme changed",
    ),
    (lambda a: a.update(servers=[{"url": "/v2"}]), "breaking", "no longer answers at /v1"),
    (lambda a: get(a).update(operationId="fetchOrder"), "breaking", "operationId went from 'getOrder' to 'fetchOrder'"),
    (lambda a: get(a).update(deprecated=True), "compatible", "is deprecated"),
]


@pytest.mark.parametrize(("edit", "severity", "said"), CASES, ids=[said[:40] for _, _, said in CASES])
def test_verdict_names_operation_and_part_when_one_thing_changes(edit: Edit, severity: str, said: str) -> None:
    changes = compare_openapi(API, edited(edit))
    hits = [change for change in changes if said in change.sentence()]
    assert [change.severity for change in hits][:1] == [severity], [change.sentence() for change in changes]
    assert any(change.refuses for change in changes) is (severity != "compatible")


def test_nothing_changed_when_only_a_path_parameter_is_renamed() -> None:
    assert compare_openapi(API, API) == []
    assert not [change for change in compare_openapi(API, edited(rename_parameter)) if change.refuses]


WEB = Uses("order/web", {"GET /orders/{order}": frozenset({"/lines/*/price", "/id"})})


def test_change_is_compatible_for_a_consumer_when_it_is_outside_of_its_use() -> None:
    for edit in (lambda a: order(a)["properties"].pop("total"), lambda a: a["paths"].pop("/orders")):
        changes = compare_openapi(API, edited(edit), uses=WEB)
        assert not [change for change in changes if change.refuses]


def test_refusal_names_the_consumer_when_it_reads_the_field() -> None:
    new = edited(lambda a: order(a)["properties"]["lines"]["items"]["properties"].pop("price"))
    assert refuse("1.4.0", "1.5.0", compare_openapi(API, new, uses=WEB)) == (
        "1.4.0 → 1.5.0, but `GET /orders/{id}` response 200 field /lines/*/price was removed, "
        "which consumer order/web reads: needs 2.0.0"
    )
    by_id = Uses("order/app", {"getOrder": None})
    assert [c.consumer for c in compare_openapi(API, new, uses=by_id) if c.refuses] == ["order/app"]


def test_use_is_no_pass_when_the_old_version_never_had_it() -> None:
    (change,) = compare_openapi(API, API, uses=Uses("a/b", {"GET /gone": None}))
    assert change.severity == "unknown"


@pytest.mark.parametrize(
    ("pointer", "read", "met"),
    [
        ("/a", "/a", True),
        ("/a", "/a/b", True),
        ("/a/b", "/a", True),
        ("", "/a", True),
        ("/a/*/c", "/a/0/c", True),
        ("/ab", "/a", False),
        ("/a/b", "/a/c", False),
    ],
)
def test_change_meets_a_read_when_one_lies_within_the_other(pointer: str, read: str, met: bool) -> None:
    assert touches(pointer, frozenset({read})) is met


EVENT = {"type": "object", "properties": {"id": {"type": "string"}, "state": {"enum": ["new"]}}, "required": ["id"]}


@pytest.mark.parametrize(
    ("edit", "refusing"),
    [
        (lambda e: e["properties"]["state"]["enum"].append("old"), {"forward", "full"}),
        (lambda e: e["required"].append("state"), {"backward", "full"}),
        (lambda e: e["properties"].update(note={"type": "string"}), set()),
        (lambda e: e["properties"].pop("state"), {"forward", "backward", "full"}),
        (lambda e: e["required"].clear(), {"forward", "full"}),
    ],
)
def test_event_is_judged_by_its_mode_when_its_schema_changes(edit: Edit, refusing: set[str]) -> None:
    new = copy.deepcopy(EVENT)
    edit(new)
    modes = {
        mode.value
        for mode in Compatibility
        if any(change.refuses for change in compare_events(EVENT, new, event="order.placed", mode=mode))
    }
    assert modes == refusing


def test_event_change_is_compatible_when_the_consumer_does_not_read_the_field() -> None:
    new = {**EVENT, "properties": {"id": {"type": "string"}}}
    kept = compare_events(EVENT, new, event="order.placed", consumer="a/b", reads=frozenset({"/id"}))
    lost = compare_events(EVENT, new, event="order.placed", consumer="a/b", reads=frozenset({"/state"}))
    assert not any(change.refuses for change in kept)
    assert [change.sentence() for change in lost if change.refuses] == [
        "`order.placed` event field /state was removed, which consumer a/b reads"
    ]
