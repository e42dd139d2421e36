"""Topics and their receivers (MSG-2)."""

from __future__ import annotations

from typing import Any

import pytest

from components.messaging import Receivers, Subscription, SubscriptionArgs, Topic, TopicArgs
from contracts.services.base import Delivery
from contracts.services.messaging import TopicSubscription
from tests.components.messaging.samples import MESSAGING_KEY, arn, document, record, statements, topic_clause
from tests.kit import GraphView

NAME = "test-user-UserEvents"
TOPIC, POLICY = "aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy"
QUEUE_ARN = arn("sqs", "test-user-UserEventProcessing")
DEAD_ARN = arn("sqs", "test-user-Undelivered")
FUNCTION_ARN = arn("lambda", "function:test-user-UserEventProcessor")
RECEIVERS = Receivers(
    queues={"UserEventProcessing": QUEUE_ARN, "Undelivered": DEAD_ARN}, functions={"UserEventProcessor": FUNCTION_ARN}
)
USER_EVENTS = topic_clause(
    {
        "queue": TopicSubscription(queue="UserEventProcessing"),
        "function": TopicSubscription(function="UserEventProcessor", dead_letter="Undelivered"),
        "alerts": TopicSubscription(email="alerts@company.com", filter_policy={"severity": ["CRITICAL", "HIGH"]}),
    },
    display_name="User Events Topic",
)


def build(name: str = NAME, **changes: Any) -> GraphView:
    values: dict[str, Any] = {"topic": USER_EVENTS, "key_arn": MESSAGING_KEY, "receivers": RECEIVERS}
    return record(lambda: Topic(name, args=TopicArgs(**(values | changes))))


def subscribe(**changes: Any) -> GraphView:
    wiring = SubscriptionArgs(
        subscription=TopicSubscription(**changes), topic_arn=arn("sns", "other"), receivers=RECEIVERS
    )
    return record(lambda: Subscription("test", args=wiring))


def test_user_events_has_the_documents_parameters_when_made() -> None:
    view = build()
    view.assert_children(
        NAME,
        [
            (TOPIC, f"{NAME}-topic"),
            (POLICY, f"{NAME}-policy"),
            *(("atoll:messaging:Subscription", f"{NAME}-{key}") for key in ("queue", "function", "alerts")),
        ],
    )
    assert view.node(f"{NAME}-topic").inputs == {
        "name": NAME,
        "displayName": "User Events Topic",
        "kmsMasterKeyId": MESSAGING_KEY,
    }
    for key, protocol, endpoint in (
        ("queue", "sqs", QUEUE_ARN),
        ("function", "lambda", FUNCTION_ARN),
        ("alerts", "email", "alerts@company.com"),
    ):
        view.assert_wired(f"{NAME}-{key}-subscription", "topic", f"{NAME}-topic.arn")
        assert view.value(f"{NAME}-{key}-subscription", "protocol") == protocol
        assert view.value(f"{NAME}-{key}-subscription", "endpoint") == endpoint


def test_mail_is_sent_for_severe_events_alone_when_filtered() -> None:
    view = build()
    assert document(view, f"{NAME}-alerts-subscription", "filterPolicy") == {"severity": ["CRITICAL", "HIGH"]}
    assert view.value(f"{NAME}-alerts-subscription", "filterPolicyScope") == "MessageAttributes"
    assert "filterPolicy" not in view.node(f"{NAME}-queue-subscription").inputs


def test_function_is_invoked_by_this_topic_alone_when_subscribed() -> None:
    view = build()
    inputs = view.node(f"{NAME}-function-permission").inputs
    assert (inputs["action"], inputs["function"], inputs["principal"]) == (
        "lambda:InvokeFunction",
        FUNCTION_ARN,
        "sns.amazonaws.com",
    )
    view.assert_wired(f"{NAME}-function-permission", "sourceArn", f"{NAME}-topic.arn")
    assert document(view, f"{NAME}-function-subscription", "redrivePolicy") == {"deadLetterTargetArn": DEAD_ARN}


def test_order_notifications_has_the_documents_parameters_when_made() -> None:
    name = "test-order-OrderNotifications"
    queue = arn("sqs", "test-order-OrderNotificationQueue.fifo")
    view = build(
        name,
        topic=topic_clause(
            {"queue": TopicSubscription(queue="OrderNotificationQueue")},
            type=Delivery.FIFO,
            content_based_deduplication=True,
        ),
        receivers=Receivers(queues={"OrderNotificationQueue": queue}),
    )
    assert view.node(f"{name}-topic").inputs == {
        "name": f"{name}.fifo",
        "fifoTopic": True,
        "contentBasedDeduplication": True,
        "kmsMasterKeyId": MESSAGING_KEY,
    }
    assert view.value(f"{name}-queue-subscription", "protocol") == "sqs"
    assert view.value(f"{name}-queue-subscription", "endpoint") == queue


def test_nobody_publishes_without_tls_when_no_service_is_named() -> None:
    view = build()
    view.assert_wired(f"{NAME}-policy", "arn", f"{NAME}-topic.arn")
    assert statements(view, f"{NAME}-policy") == {
        "DenyInsecureTransport": {
            "Sid": "DenyInsecureTransport",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": f"${{{NAME}-topic.arn}}",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    }


def test_service_publishes_for_the_named_sources_alone_when_given() -> None:
    rule, alarm = arn("events", "rule/bus/rule"), arn("cloudwatch", "alarm:full")
    publishers = {"events.amazonaws.com": [rule], "cloudwatch.amazonaws.com": [alarm], "s3.amazonaws.com": []}
    found = statements(build(publishers=publishers), f"{NAME}-policy")
    assert found.keys() == {"DenyInsecureTransport", "PublishByEvents", "PublishByCloudwatch"}
    assert found["PublishByEvents"] == {
        "Sid": "PublishByEvents",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": f"${{{NAME}-topic.arn}}",
        "Condition": {"ArnEquals": {"aws:SourceArn": [rule]}},
    }


def test_body_is_filtered_and_delivered_bare_when_the_clause_says_so() -> None:
    view = subscribe(queue="UserEventProcessing", raw=True, filter_on="MessageBody", filter_policy={"size": ["large"]})
    assert view.value("test-subscription", "rawMessageDelivery") is True
    assert view.value("test-subscription", "filterPolicyScope") == "MessageBody"
    assert view.value("test-subscription", "topic") == arn("sns", "other")


def test_everything_wrong_is_told_at_once_when_a_subscription_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be made") as refused:
        subscribe(queue="Gone", email="a@company.com", dead_letter="Lost")
    there = "there are Undelivered, UserEventProcessing"
    assert str(refused.value).splitlines() == [
        "subscription test cannot be made:",
        f"  the queue Gone is not given; {there}",
        f"  the dead-letter queue Lost is not given; {there}",
        "  it has 2 receivers; name exactly one of queue, function and email",
    ]
    with pytest.raises(ValueError, match="raw delivery is for queues"):
        subscribe(function="UserEventProcessor", raw=True)
