"""The schema registry of a service (EVT-2)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft4Validator

from components.messaging import EventSchemas, EventSchemasArgs
from components.messaging.draft4 import DIALECT
from components.messaging.event_schemas import LARGEST_CONTENT, schema_contents, schema_name
from contracts.services.interfaces import Event
from tests.components.messaging.samples import record

NAME = "test-order-events"
PLACED = Event(
    detail_type="Order Placed", source="order-service", document="order-placed.json", bus="platform/events#application"
)
NOTIFIED = Event(
    detail_type="Order Notification",
    source="order-service",
    document="order-placed.json",
    topic="OrderNotifications",
    group_by="customer_id",
)
DOCUMENT = {
    "type": "object",
    "required": ["order_id"],
    "properties": {"order_id": {"type": "string", "format": "uuid"}, "kind": {"const": "order"}},
}
EVENT = {
    "version": "0",
    "id": "1",
    "account": "111122223333",
    "time": "2026-01-01T00:00:00Z",
    "region": "us-east-1",
    "resources": [],
    "source": "order-service",
    "detail-type": "Order Placed",
    "detail": {"order_id": "a", "kind": "order"},
}


def args(events: dict[str, Event] | None = None, **documents: Any) -> EventSchemasArgs:
    return EventSchemasArgs(
        service="order/order",
        events=events or {"OrderPlaced": PLACED, "OrderNotified": NOTIFIED},
        documents={"order-placed.json": DOCUMENT} | {f"{key}.json": value for key, value in documents.items()},
    )


def test_registry_holds_a_schema_for_each_event_when_made() -> None:
    view = record(lambda: EventSchemas(NAME, args=args()))
    view.assert_children(
        NAME,
        [
            ("aws:schemas/registry:Registry", f"{NAME}-registry"),
            ("aws:schemas/schema:Schema", f"{NAME}-schema-OrderPlaced"),
            ("aws:schemas/schema:Schema", f"{NAME}-schema-OrderNotified"),
        ],
    )
    assert view.value(f"{NAME}-registry", "name") == NAME
    placed = f"{NAME}-schema-OrderPlaced"
    view.assert_wired(placed, "registryName", f"{NAME}-registry.name")
    assert view.value(placed, "type") == "JSONSchemaDraft4"
    assert view.value(placed, "name") == "order-service@OrderPlaced"
    assert view.value(placed, "content") == schema_contents(args())["OrderPlaced"]


def test_schema_judges_the_event_with_its_envelope_when_it_is_on_a_bus() -> None:
    schema = json.loads(schema_contents(args())["OrderPlaced"])
    Draft4Validator.check_schema(schema)
    judge = Draft4Validator(schema)
    assert schema["$schema"] == DIALECT
    assert judge.is_valid(EVENT)
    for changes in ({"source": "user-service"}, {"detail-type": "Other"}, {"detail": {}}, {"detail": {"kind": "x"}}):
        assert not judge.is_valid(EVENT | changes)
    assert not judge.is_valid({key: value for key, value in EVENT.items() if key != "detail"})


def test_schema_judges_the_bare_message_when_the_event_is_on_a_topic() -> None:
    judge = Draft4Validator(json.loads(schema_contents(args())["OrderNotified"]))
    assert judge.is_valid(EVENT["detail"])
    assert not judge.is_valid({"kind": "order"})


def test_name_is_what_the_registry_takes_when_a_source_has_a_slash() -> None:
    event = PLACED.model_copy(update={"source": "com.company/orders", "detail_type": "state changed/now"})
    assert schema_name(event) == "com.company-orders@StateChanged-now"


def test_every_problem_is_told_at_once_when_a_schema_is_refused() -> None:
    broad = PLACED.model_copy(update={"document": "broad.json"})
    events = {"OrderPlaced": PLACED, "Again": broad, "Huge": NOTIFIED.model_copy(update={"document": "huge.json"})}
    huge = {"description": "x" * LARGEST_CONTENT}
    with pytest.raises(ValueError, match="of order/order have no schema") as refused:
        schema_contents(args(events, broad={"unevaluatedProperties": False}, huge=huge))
    _, unsayable, large, twice = str(refused.value).splitlines()
    assert unsayable.startswith("  event Again: broad.json: $: draft 4 has no unevaluatedProperties; write ")
    assert large.startswith("  event Huge: its schema has 100")
    assert large.endswith(f"AWS takes {LARGEST_CONTENT}; split it")
    assert twice == (
        "  events OrderPlaced, Again: all are order-service@OrderPlaced; give each its own source or detail_type"
    )
