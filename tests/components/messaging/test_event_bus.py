"""Event buses: archive, discovery, and which other accounts may put what on them (EVT-1, EVT-2)."""

from __future__ import annotations

from typing import Any

import pytest

from components.messaging import EventBus, EventBusArgs
from components.messaging.event_bus import foreign_sources
from contracts.services.messaging import Archive, Bus
from tests.components.messaging.samples import MESSAGING_KEY, OTHER_ACCOUNT, arn, document, record, statements
from tests.kit import GraphView

NAME = "test-events-application-events"
BUS = "aws:cloudwatch/eventBus:EventBus"
APPLICATION = Bus(description="Application domain events", event_source_name="com.company.application")


def build(bus: Bus = APPLICATION, **changes: Any) -> GraphView:
    values: dict[str, Any] = {"key_arn": MESSAGING_KEY}
    return record(lambda: EventBus(NAME, args=EventBusArgs(bus=bus, **(values | changes))))


@pytest.mark.parametrize(
    ("name", "description", "source"),
    [
        ("application-events", "Application domain events", "com.company.application"),
        ("infrastructure-events", "Infrastructure and system events", "com.company.infrastructure"),
        ("platform-events", "Deployments and builds", None),
    ],
)
def test_bus_has_the_documents_name_and_description_when_made(name: str, description: str, source: str | None) -> None:
    bus = Bus(description=description, event_source_name=source)
    view = record(lambda: EventBus(f"test-events-{name}", args=EventBusArgs(bus=bus, key_arn=MESSAGING_KEY)))
    view.assert_children(f"test-events-{name}", [(BUS, f"test-events-{name}-bus")])
    assert view.node(f"test-events-{name}-bus").inputs == {
        "name": f"test-events-{name}",
        "description": description,
        "kmsKeyIdentifier": MESSAGING_KEY,
    }


def test_events_of_the_sources_are_kept_for_replay_when_archived() -> None:
    view = build(APPLICATION.model_copy(update={"archive": Archive(retention_days=30, sources=("order-service",))}))
    archive = f"{NAME}-archive"
    view.assert_wired(archive, "eventSourceArn", f"{NAME}-bus.arn")
    assert view.value(archive, "retentionDays") == 30
    assert view.value(archive, "name") == NAME
    assert view.value(archive, "kmsKeyIdentifier") == MESSAGING_KEY
    assert document(view, archive, "eventPattern") == {"source": ["order-service"]}


def test_every_event_is_kept_when_the_archive_names_no_source() -> None:
    view = build(APPLICATION.model_copy(update={"archive": Archive(retention_days=1)}))
    assert "eventPattern" not in view.node(f"{NAME}-archive").inputs


def test_schemas_are_discovered_under_awss_own_key_when_asked_for() -> None:
    view = build(
        APPLICATION.model_copy(update={"discover_schemas": True, "archive": Archive(retention_days=1)}),
        dead_letter_arn=arn("sqs", "dead"),
    )
    view.assert_wired(f"{NAME}-discoverer", "sourceArn", f"{NAME}-bus.arn")
    assert not {"kmsKeyIdentifier", "deadLetterConfig"} & view.node(f"{NAME}-bus").inputs.keys()
    assert "kmsKeyIdentifier" not in view.node(f"{NAME}-archive").inputs


def test_events_that_cannot_be_encrypted_are_kept_when_a_queue_is_given() -> None:
    view = build(dead_letter_arn=arn("sqs", "dead"))
    assert view.value(f"{NAME}-bus", "deadLetterConfig") == {"arn": arn("sqs", "dead")}


def test_other_account_puts_events_of_the_bus_sources_alone_when_admitted() -> None:
    view = build(
        APPLICATION.model_copy(update={"accounts": (OTHER_ACCOUNT,)}),
        organization_id="o-a1b2c3d4e5",
        foreign_sources=["order-service", "order-service"],
    )
    view.assert_wired(f"{NAME}-policy", "eventBusName", f"{NAME}-bus.name")
    assert statements(view, f"{NAME}-policy") == {
        "PutEventsByOtherAccounts": {
            "Sid": "PutEventsByOtherAccounts",
            "Effect": "Allow",
            "Principal": {"AWS": [f"arn:aws:iam::{OTHER_ACCOUNT}:root"]},
            "Action": "events:PutEvents",
            "Resource": f"${{{NAME}-bus.arn}}",
            "Condition": {
                "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
                "ForAllValues:StringLike": {
                    "events:source": ["com.company.application", "com.company.application.*", "order-service"]
                },
            },
        }
    }


def test_source_is_free_when_the_bus_names_none() -> None:
    view = build(Bus(description="Free", accounts=(OTHER_ACCOUNT,)))
    assert "Condition" not in statements(view, f"{NAME}-policy")["PutEventsByOtherAccounts"]
    assert foreign_sources(Bus(description="Free"), ["order-service"]) == []
