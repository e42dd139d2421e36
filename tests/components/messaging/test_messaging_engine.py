"""What only a deployment proves: the parts fit, a preview finds nothing to change, messages arrive (MSG-1 … EVT-2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit.project import Project

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
import pulumi_aws

from components.messaging import (
    EventBus, EventBusArgs, EventRule, EventRuleArgs, EventSchemas, EventSchemasArgs, Queue, QueueArgs, Receivers,
    Topic, TopicArgs, names,
)
from components.security import Keys, KeysArgs
from contracts.services.base import Delivery
from contracts.services.interfaces import Event
from contracts.services.messaging import (
    Archive, Bus, BusTarget, DeadLetter, DeduplicationScope, Queue as QueueClause, Rule, RuleTarget, ThroughputLimit,
    Topic as TopicClause, TopicSubscription,
)
from contracts.settings.security import KeySettings, ProtectionSettings

HERE = {"region": "us-east-1", "account_id": "111111111111"}
options = pulumi.ResourceOptions(providers=[pulumi_aws.Provider("aws", region=HERE["region"])])
keys = Keys(
    "test",
    args=KeysArgs(
        environment="test",
        settings=KeySettings(
            purposes=("messaging",), rotation_period_days=365, deletion_window_days=7, multi_region=False
        ),
        protection=ProtectionSettings(
            protect=False, deletion_protection=False, final_snapshot=False, force_destroy=True
        ),
        **HERE,
    ),
    opts=options,
)
key = keys.arns["messaging"]
orders = QueueClause(
    type=Delivery.STANDARD,
    visibility_timeout_seconds=0,
    retention_seconds=1209600,
    receive_wait_seconds=0,
    dead_letter=DeadLetter(after_receives=3),
)
notifications = QueueClause(
    type=Delivery.FIFO,
    content_based_deduplication=True,
    deduplication_scope=DeduplicationScope.MESSAGE_GROUP,
    throughput_limit=ThroughputLimit.PER_MESSAGE_GROUP,
    dead_letter=DeadLetter(after_receives=3),
)
events = TopicClause(
    type=Delivery.STANDARD,
    display_name="User Events Topic",
    subscriptions={
        "orders": TopicSubscription(queue="orders", raw=True, filter_policy={"severity": ["CRITICAL", "HIGH"]}),
        "mail": TopicSubscription(email="alerts@example.com"),
    },
)
ordered = TopicClause(
    type=Delivery.FIFO, content_based_deduplication=True, subscriptions={"queue": TopicSubscription(queue="users")}
)
rule = names.rule_arn("test-registration", "test-application", **HERE)
plain_rule = names.rule_arn("test-queues-alone", "test-discovered", **HERE)
alarms = pulumi_aws.sns.Topic("alarms", opts=pulumi.ResourceOptions(provider=options.providers[0]))
queue = Queue(
    "test-orders",
    args=QueueArgs(
        queue=orders,
        key_arn=key,
        topic_arns=[names.topic_arn("test-events", events, **HERE)],
        rule_arns=[rule, plain_rule],
        dead_letter_rule_arns=[rule],
        alarm_topic_arn=alarms.arn,
    ),
    opts=options,
)
users = Queue(
    "test-users",
    args=QueueArgs(
        queue=notifications,
        key_arn=key,
        topic_arns=[names.topic_arn("test-ordered", ordered, **HERE)],
        rule_arns=[rule, plain_rule],
    ),
    opts=options,
)
receivers = Receivers(
    queues={"orders": queue.arn, "users": users.arn, "dead": queue.dead_letter_arn}, fifo={"users"}
)
topic = Topic(
    "test-events",
    args=TopicArgs(topic=events, key_arn=key, receivers=receivers, publishers={"events.amazonaws.com": [rule]}),
    opts=options,
)
Topic("test-ordered", args=TopicArgs(topic=ordered, key_arn=key, receivers=receivers), opts=options)
bus = EventBus(
    "test-application",
    args=EventBusArgs(
        bus=Bus(
            description="Application domain events",
            event_source_name="com.company.application",
            archive=Archive(retention_days=30, sources=("user-service",)),
            accounts=("333333333333",),
        ),
        key_arn=key,
        dead_letter_arn=queue.dead_letter_arn,
    ),
    opts=options,
)
discovering = Bus(description="Discovered", discover_schemas=True)
discovered = EventBus("test-discovered", args=EventBusArgs(bus=discovering, key_arn=key), opts=options)
waits = Rule(
    bus="application-events",
    sources=("user-service",),
    detail_types=("User Registered",),
    targets={
        "orders": RuleTarget(queue="orders", dead_letter="dead"),
        "users": RuleTarget(queue="users", retry_attempts=3, maximum_age_seconds=3600),
        "topic": RuleTarget(topic="events"),
        "audit": RuleTarget(bus=BusTarget(account="333333333333", region="us-east-1", bus="audit")),
    },
)
EventRule(
    "test-registration",
    args=EventRuleArgs(
        rule=waits,
        bus_name="test-application",
        description="New users",
        receivers=Receivers(queues=receivers.queues, topics={"events": topic.arn}, fifo=receivers.fifo),
        **HERE,
    ),
    opts=pulumi.ResourceOptions(providers=options.providers, depends_on=[bus]),
)
EventRule(
    "test-queues-alone",
    args=EventRuleArgs(
        rule=waits.model_copy(
            update={"targets": {"orders": RuleTarget(queue="orders"), "users": RuleTarget(queue="users")}}
        ),
        bus_name="test-discovered",
        description="What the emulator delivers: not to topics, nor to buses that are not there",
        receivers=receivers,
        **HERE,
    ),
    opts=pulumi.ResourceOptions(providers=options.providers, depends_on=[discovered]),
)
EventSchemas(
    "test-schemas",
    args=EventSchemasArgs(
        service="user/user",
        events={
            "UserRegistered": Event(
                detail_type="User Registered", source="user-service", document="user.json", bus="application-events"
            )
        },
        documents={"user.json": {"type": "object", "properties": {"kind": {"const": "user"}}}},
    ),
    opts=options,
)
pulumi.export("queue", queue.url)
pulumi.export("dead", queue.dead_letter_url)
pulumi.export("users", users.url)
pulumi.export("topic", topic.arn)
pulumi.export("made", [queue.arn, users.arn, topic.arn, bus.arn])
pulumi.export(
    "known",
    [
        names.queue_arn("test-orders", orders, **HERE),
        names.queue_arn("test-users", notifications, **HERE),
        names.topic_arn("test-events", events, **HERE),
        names.bus_arn("test-application", **HERE),
    ],
)
"""


class Deployed(Project):
    """The stack, and what is in its queues."""

    def received(self, url: str) -> list[dict[str, Any]]:
        return self.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])

    def taken(self, url: str) -> list[str]:
        """The bodies of all messages in a queue, which is empty then."""
        bodies: list[str] = []
        while messages := self.received(url):
            for message in messages:
                self.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                bodies.append(message["Body"])
        return bodies


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with Deployed.write(session, tmp_path_factory.mktemp("messaging"), PROGRAM).standing() as project:
        yield project


def test_preview_finds_nothing_to_change_when_everything_is_deployed(deployed: Deployed) -> None:
    deployed.assert_unchanged()


def test_arns_are_the_ones_known_beforehand_when_deployed(deployed: Deployed) -> None:
    outputs = deployed.outputs
    assert outputs["made"] == outputs["known"]


def test_message_is_given_up_after_three_receives_when_nobody_deletes_it(deployed: Deployed) -> None:
    outputs = deployed.outputs
    deployed.taken(outputs["queue"])
    deployed.client("sqs").send_message(QueueUrl=outputs["queue"], MessageBody="poison")
    assert [len(deployed.received(outputs["queue"])) for _ in range(4)] == [1, 1, 1, 0]
    assert deployed.taken(outputs["dead"]) == ["poison"]


def test_severe_message_alone_arrives_bare_when_the_topic_filters(deployed: Deployed) -> None:
    outputs, sns = deployed.outputs, deployed.client("sns")
    deployed.taken(outputs["queue"])
    for severity in ("LOW", "HIGH"):
        attributes = {"severity": {"DataType": "String", "StringValue": severity}}
        sns.publish(TopicArn=outputs["topic"], Message=severity, MessageAttributes=attributes)
    assert deployed.taken(outputs["queue"]) == ["HIGH"]


def test_event_of_the_pattern_arrives_in_both_queues_when_it_is_put_on_the_bus(deployed: Deployed) -> None:
    outputs, events = deployed.outputs, deployed.client("events")
    deployed.taken(outputs["queue"])
    for source in ("user-service", "order-service"):
        entry = {"EventBusName": "test-discovered", "Source": source, "DetailType": "User Registered", "Detail": "{}"}
        assert "EventId" in events.put_events(Entries=[entry])["Entries"][0]
    for queue in ("queue", "users"):
        assert [json.loads(body)["source"] for body in deployed.taken(outputs[queue])] == ["user-service"]
