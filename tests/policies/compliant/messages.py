"""Topics, queues and buses as they should be."""

from __future__ import annotations

import json

from pulumi_aws import cloudwatch, sns, sqs

PARTNER = json.dumps(
    {
        "Statement": [
            {
                "Sid": "Partner",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
                "Action": "sns:Subscribe",
                "Resource": "arn:aws:sns:us-east-1:111122223333:topic",
            }
        ]
    }
)


def program() -> None:
    """One of each, open to a partner."""
    topic = sns.Topic("topic", kms_master_key_id="alias/messages", policy=PARTNER)
    sns.TopicPolicy("topic-policy", arn=topic.arn, policy=PARTNER)
    sns.TopicSubscription("subscription", topic=topic.arn, protocol="https", endpoint="https://hooks.example.com")
    queue = sqs.Queue("queue", sqs_managed_sse_enabled=True, policy=PARTNER)
    sqs.QueuePolicy("queue-policy", queue_url=queue.id, policy=PARTNER)
    bus = cloudwatch.EventBus("bus", name="orders")
    cloudwatch.EventBusPolicy("bus-policy", event_bus_name=bus.name, policy=PARTNER)
    cloudwatch.EventPermission(
        "bus-permission", event_bus_name=bus.name, principal="444455556666", statement_id="Partner"
    )
