"""The schemas of a service's events in EventBridge's registry (EVT-2)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import schemas

from components.messaging.draft4 import DIALECT, Draft4
from components.messaging.names import REGISTRY
from contracts.services.interfaces import Event

TOKEN = "atoll:messaging:EventSchemas"
SCHEMA_TYPE = "JSONSchemaDraft4"
LARGEST_CONTENT = 100_000
"""Characters. https://docs.aws.amazon.com/eventbridge/latest/schema-reference/v1-registries-name-registryname-schemas-name-schemaname.html"""
ENVELOPE: dict[str, dict[str, Any]] = {
    "version": {"type": "string"},
    "id": {"type": "string"},
    "account": {"type": "string"},
    "time": {"type": "string", "format": "date-time"},
    "region": {"type": "string"},
    "resources": {"type": "array", "items": {"type": "string"}},
}
"""What EventBridge puts around the detail, beside its source and type.
https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html"""


@dataclass(frozen=True, kw_only=True)
class EventSchemasArgs:
    """The contract's clauses and documents."""

    service: str
    """Id of the service such as `order/order`."""
    events: Mapping[str, Event]
    """Events that the service provides, by name; at least one."""
    documents: Mapping[str, Any]
    """Path in the contract's folder → values, of the events' documents and all that they refer to."""


class EventSchemas(pulumi.ComponentResource):
    """A schema registry of one service with a schema for each event that it provides.

    A schema is called `<source>@<DetailType>`, as EventBridge calls those that it discovers, and says what a rule's
    target receives: the envelope with the event's source and type, and the contract's document as the detail. An event
    on a topic has no envelope. AWS keeps the earlier versions of a schema that changes. Costs nothing.

    Raises:
        ValueError: draft 4 cannot say something in a document, two events have the same source and type, or a schema
            is larger than AWS takes. Everything is told at once.

    Source: EVT-2; Amazon EventBridge User Guide, "Amazon EventBridge schemas".
    """

    registry_name: str
    """Physical name."""
    schema_arns: dict[str, pulumi.Output[str]]
    """Event → ARN of its schema."""

    def __init__(self, name: str, *, args: EventSchemasArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-registry`, called `name` in AWS, and `{name}-schema-{event}` for each event."""
        contents = schema_contents(args)
        self.registry_name = REGISTRY.checked(name)
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        registry = schemas.Registry(f"{name}-registry", name=name, description=f"Events of {args.service}", opts=child)
        self.schema_arns = {
            event: schemas.Schema(
                f"{name}-schema-{event}",
                name=schema_name(args.events[event]),
                registry_name=registry.name,
                type=SCHEMA_TYPE,
                description=f"{event} of {args.service}",
                content=content,
                opts=child,
            ).arn
            for event, content in contents.items()
        }
        self.register_outputs({"registry_name": self.registry_name, "schema_arns": self.schema_arns})


def schema_name(event: Event) -> str:
    """`order-service@OrderPlaced`; a slash, which the registry does not take, becomes a hyphen."""
    words = "".join(word[:1].upper() + word[1:] for word in event.detail_type.split())
    return f"{event.source}@{words}".replace("/", "-")


def schema_contents(args: EventSchemasArgs) -> dict[str, str]:
    """Event → text of its schema, the same for the same contract.

    Raises:
        ValueError: see `EventSchemas`.
    """
    contents, problems = dict[str, str](), list[str]()
    for name, event in args.events.items():
        draft = Draft4(args.documents)
        made = event_schema(name, event, draft)
        problems += [f"event {name}: {problem}" for problem in draft.problems]
        contents[name] = json.dumps(made, separators=(",", ":"), ensure_ascii=False)
        if (size := len(contents[name])) > LARGEST_CONTENT:
            problems.append(f"event {name}: its schema has {size} characters and AWS takes {LARGEST_CONTENT}; split it")
    counted = Counter(schema_name(event) for event in args.events.values())
    for twice in sorted(name for name, count in counted.items() if count > 1):
        same = ", ".join(name for name, event in args.events.items() if schema_name(event) == twice)
        problems.append(f"events {same}: all are {twice}; give each its own source or detail_type")
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise ValueError(f"the events of {args.service} have no schema in EventBridge's registry:\n{lines}")
    return contents


def event_schema(name: str, event: Event, draft: Draft4) -> dict[str, Any]:
    """The schema of one event as its receivers get it; `draft` notes what it cannot say."""
    detail = draft.refer(event.document)
    head = {"$schema": DIALECT, "title": name}
    if event.bus is None:
        return head | {"allOf": [detail], "definitions": draft.definitions()}
    properties = ENVELOPE | {
        "source": {"type": "string", "enum": [event.source]},
        "detail-type": {"type": "string", "enum": [event.detail_type]},
        "detail": detail,
    }
    return head | {
        "type": "object",
        "required": sorted(properties),
        "properties": properties,
        "definitions": draft.definitions(),
    }
