from __future__ import annotations

import pytest

from components.observability import AlarmTopic, AlarmTopicArgs
from components.observability.alarm_topic import topic_policy
from tests.components.observability.samples import KEY, TOPIC
from tests.kit import ACCOUNT, REGION, GraphView, record_component


@pytest.fixture(scope="module")
def view() -> GraphView:
    """A topic with one subscriber; recorded once, read by many."""
    args = AlarmTopicArgs(
        environment="test", account_id=ACCOUNT, region=REGION, key_arn=KEY, emails=("team@atoll.example",)
    )
    return record_component(lambda: AlarmTopic("test", args=args))


def test_topic_has_these_children_when_recorded(view: GraphView) -> None:
    view.assert_children(
        "test",
        [
            ("aws:sns/topic:Topic", "test-alarms"),
            ("aws:sns/topicPolicy:TopicPolicy", "test-alarms-policy"),
            ("aws:sns/topicSubscription:TopicSubscription", "test-alarms-team@atoll.example"),
        ],
    )


def test_topic_is_encrypted_when_recorded(view: GraphView) -> None:
    assert view.node("test-alarms").inputs == {
        "name": "atoll-test-alarms",
        "displayName": "Atoll test alarms",
        "kmsMasterKeyId": KEY,
    }


def test_addresses_are_subscribed_by_mail_when_settings_name_them(view: GraphView) -> None:
    name = "test-alarms-team@atoll.example"

    view.assert_wired(name, "topic", "test-alarms.arn")
    assert view.value(name, "protocol") == "email"
    assert view.value(name, "endpoint") == "team@atoll.example"


def test_policy_is_about_the_topic_when_attached(view: GraphView) -> None:
    view.assert_wired("test-alarms-policy", "arn", "test-alarms.arn")
    view.assert_depends("test-alarms-policy", "test-alarms")


def test_only_alarms_of_this_account_publish_when_policy_is_read() -> None:
    assert topic_policy(TOPIC, account_id=ACCOUNT, region=REGION) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AllowAlarms",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": TOPIC,
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": ACCOUNT},
                    "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:*"},
                },
            },
            {
                "Sid": "DenyInsecureTransport",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sns:Publish",
                "Resource": TOPIC,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }
