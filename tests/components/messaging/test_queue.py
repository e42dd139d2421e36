"""Queues: attributes of the clause, dead letters, exactly the named senders, the alarm (MSG-1)."""

from __future__ import annotations

from typing import Any

import pytest

from components.messaging import Queue, QueueArgs
from contracts.services.base import Delivery
from contracts.services.messaging import DeadLetter, DeduplicationScope, ThroughputLimit
from tests.components.messaging.samples import (
    ALARMS,
    MESSAGING_KEY,
    OTHER_ACCOUNT,
    arn,
    document,
    queue_clause,
    record,
    statements,
)
from tests.kit import GraphView

NAME = "test-order-OrderProcessing"
QUEUE, POLICY = "aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy"
REDRIVE, ALARM = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "aws:cloudwatch/metricAlarm:MetricAlarm"
NOT_FIFO = ("fifoQueue", "contentBasedDeduplication", "deduplicationScope", "fifoThroughputLimit")
ORDER_PROCESSING = queue_clause(visibility_timeout_seconds=300, retention_seconds=1_209_600)
USER_NOTIFICATIONS = queue_clause(
    type=Delivery.FIFO,
    content_based_deduplication=True,
    deduplication_scope=DeduplicationScope.MESSAGE_GROUP,
    throughput_limit=ThroughputLimit.PER_MESSAGE_GROUP,
)


def build(name: str = NAME, **changes: Any) -> GraphView:
    values: dict[str, Any] = {"queue": ORDER_PROCESSING, "key_arn": MESSAGING_KEY}
    return record(lambda: Queue(name, args=QueueArgs(**(values | changes))))


def test_order_processing_has_the_documents_parameters_when_made() -> None:
    view = build()
    view.assert_children(
        NAME,
        [
            (QUEUE, f"{NAME}-queue"),
            (POLICY, f"{NAME}-policy"),
            (QUEUE, f"{NAME}-dlq"),
            (POLICY, f"{NAME}-dlq-policy"),
            (REDRIVE, f"{NAME}-dlq-redrive"),
        ],
    )
    inputs = view.node(f"{NAME}-queue").inputs
    assert inputs["name"] == NAME
    assert inputs["visibilityTimeoutSeconds"] == 300
    assert inputs["messageRetentionSeconds"] == 1_209_600
    assert not [field for field in NOT_FIFO if field in inputs]
    redrive = document(view, f"{NAME}-queue", "redrivePolicy")
    assert redrive == {"deadLetterTargetArn": f"${{{NAME}-dlq.arn}}", "maxReceiveCount": 3}


def test_user_notifications_has_the_documents_parameters_when_made() -> None:
    name = "test-user-UserNotifications"
    view = build(name, queue=USER_NOTIFICATIONS)
    for queue, physical in ((f"{name}-queue", f"{name}.fifo"), (f"{name}-dlq", f"{name}-dlq.fifo")):
        inputs = view.node(queue).inputs
        assert inputs["name"] == physical
        assert inputs["fifoQueue"] is True
        assert inputs["contentBasedDeduplication"] is True
        assert inputs["deduplicationScope"] == "messageGroup"
        assert inputs["fifoThroughputLimit"] == "perMessageGroupId"


def test_both_queues_are_encrypted_and_polled_long_when_made() -> None:
    view = build()
    for queue in (f"{NAME}-queue", f"{NAME}-dlq"):
        assert view.value(queue, "kmsMasterKeyId") == MESSAGING_KEY
        assert view.value(queue, "receiveWaitTimeSeconds") == 20


def test_polling_and_delay_are_the_clauses_when_given() -> None:
    view = build(queue=queue_clause(receive_wait_seconds=5, delay_seconds=60))
    assert view.value(f"{NAME}-queue", "receiveWaitTimeSeconds") == 5
    assert view.value(f"{NAME}-queue", "delaySeconds") == 60
    assert "delaySeconds" not in view.node(f"{NAME}-dlq").inputs


def test_dead_letters_come_from_this_queue_alone_when_redrive_is_allowed() -> None:
    view = build()
    view.assert_wired(f"{NAME}-dlq-redrive", "queueUrl", f"{NAME}-dlq.url")
    assert document(view, f"{NAME}-dlq-redrive", "redriveAllowPolicy") == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [f"${{{NAME}-queue.arn}}"],
    }


def test_dead_letters_are_kept_as_long_as_the_clause_says_when_given() -> None:
    view = build(queue=queue_clause(dead_letter=DeadLetter(after_receives=5, retention_seconds=86_400)))
    assert view.value(f"{NAME}-dlq", "messageRetentionSeconds") == 86_400
    assert document(view, f"{NAME}-queue", "redrivePolicy")["maxReceiveCount"] == 5


def test_there_is_no_second_queue_when_the_clause_is_a_dead_letter_queue() -> None:
    view = build(queue=queue_clause(dead_letter=None))
    view.assert_children(NAME, [(QUEUE, f"{NAME}-queue"), (POLICY, f"{NAME}-policy")])
    assert "redrivePolicy" not in view.node(f"{NAME}-queue").inputs


@pytest.mark.parametrize("role", ["", "dlq-"])
def test_nobody_reaches_a_queue_without_tls_when_policy_is_made(role: str) -> None:
    view = build()
    target = f"{NAME}-{role.removesuffix('-') or 'queue'}"
    view.assert_wired(f"{NAME}-{role}policy", "queueUrl", f"{target}.url")
    assert statements(view, f"{NAME}-{role}policy") == {
        "DenyInsecureTransport": {
            "Sid": "DenyInsecureTransport",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sqs:*",
            "Resource": f"${{{target}.arn}}",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    }


@pytest.mark.parametrize(
    ("field", "sid", "principal", "source"),
    [
        ("topic_arns", "SendByTopics", "sns.amazonaws.com", arn("sns", "test-user-UserEvents")),
        ("rule_arns", "SendByRules", "events.amazonaws.com", arn("events", "rule/bus/rule")),
        ("bucket_arns", "SendByBuckets", "s3.amazonaws.com", "arn:aws:s3:::app-assets-test"),
    ],
)
def test_service_sends_for_the_named_source_alone_when_given(field: str, sid: str, principal: str, source: str) -> None:
    sources: dict[str, Any] = {field: [source]}
    found = statements(build(**sources), f"{NAME}-policy")
    assert found.keys() == {"DenyInsecureTransport", sid}
    assert found[sid] == {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "sqs:SendMessage",
        "Resource": f"${{{NAME}-queue.arn}}",
        "Condition": {"ArnEquals": {"aws:SourceArn": [source]}},
    }


def test_role_of_another_account_sends_and_nothing_else_when_named() -> None:
    role = f"arn:aws:iam::{OTHER_ACCOUNT}:role/sender"
    found = statements(build(sender_arns=[role]), f"{NAME}-policy")
    assert found["SendByOtherAccounts"] == {
        "Sid": "SendByOtherAccounts",
        "Effect": "Allow",
        "Principal": {"AWS": [role]},
        "Action": "sqs:SendMessage",
        "Resource": f"${{{NAME}-queue.arn}}",
    }


def test_undeliverable_messages_reach_the_dead_letter_queue_alone_when_sources_are_named() -> None:
    topic, rule = arn("sns", "topic"), arn("events", "rule/rule")
    view = build(dead_letter_topic_arns=[topic], dead_letter_rule_arns=[rule])
    found = statements(view, f"{NAME}-dlq-policy")
    assert found["SendByTopics"]["Condition"] == {"ArnEquals": {"aws:SourceArn": [topic]}}
    assert found["SendByRules"]["Condition"] == {"ArnEquals": {"aws:SourceArn": [rule]}}
    assert statements(view, f"{NAME}-policy").keys() == {"DenyInsecureTransport"}


@pytest.mark.parametrize(
    ("clause", "watched"),
    [
        (ORDER_PROCESSING, f"{NAME}-dlq"),
        (USER_NOTIFICATIONS, f"{NAME}-dlq.fifo"),
        (queue_clause(dead_letter=None), NAME),
    ],
)
def test_alarm_rings_while_a_dead_letter_lies_there_when_a_topic_is_given(clause: Any, watched: str) -> None:
    view = build(queue=clause, alarm_topic_arn=ALARMS)
    inputs = dict(view.node(f"{NAME}-alarm-dead-letters", ALARM).inputs)
    description = str(inputs.pop("alarmDescription"))
    assert watched in description
    assert inputs == {
        "name": f"{watched}-not-empty",
        "namespace": "AWS/SQS",
        "metricName": "ApproximateNumberOfMessagesVisible",
        "dimensions": {"QueueName": watched},
        "statistic": "Maximum",
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 0,
        "period": 60,
        "evaluationPeriods": 1,
        "treatMissingData": "notBreaching",
        "alarmActions": [ALARMS],
        "okActions": [ALARMS],
    }


def test_queue_is_refused_with_its_length_when_the_name_is_too_long() -> None:
    name = f"test-order-{'x' * 70}"
    with pytest.raises(
        ValueError, match=rf"queue {name}: the name has 81 characters and AWS takes 80, .*shorten .* 1$"
    ):
        build(name)
    with pytest.raises(ValueError, match=r"-dlq\.fifo: the name has 83 characters"):
        build(f"test-order-{'x' * 63}", queue=USER_NOTIFICATIONS)
