"""One SNS topic with its receivers (MSG-2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import sns

from components.messaging.names import topic_name
from components.messaging.policies import topic_policy
from components.messaging.receivers import Receivers
from components.messaging.subscription import Subscription, SubscriptionArgs
from contracts.services import messaging
from contracts.services.base import Delivery

TOKEN = "atoll:messaging:Topic"


@dataclass(frozen=True, kw_only=True)
class TopicArgs:
    """The contract's clause, and what the topic is wired to."""

    topic: messaging.Topic
    key_arn: pulumi.Input[str]
    """Customer-managed key (purpose `messaging`); its policy admits the publishers below."""
    publishers: Mapping[str, Sequence[pulumi.Input[str]]] = field(
        default_factory=dict[str, "Sequence[pulumi.Input[str]]"]
    )
    """Service principal such as `events.amazonaws.com` → ARNs (rules, alarms, buckets) for which it may publish."""
    receivers: Receivers = field(default_factory=Receivers)
    """Where queues and functions are."""


class Topic(pulumi.ComponentResource):
    """A standard or FIFO topic, encrypted, published to over TLS alone, with a `Subscription` for each receiver.

    Roles of this account need an IAM statement and no entry in `publishers`. The policy of each receiving queue has
    to let this topic send: its ARN is known beforehand (`components.messaging.names.topic_arn`). Costs USD 0.50
    (standard) or 0.30 (FIFO) per million publishes, and what `Subscription` says per delivery.

    Raises:
        ValueError: the name is too long, or a receiver's ARN is not given.

    Source: MSG-2; Amazon SNS Developer Guide, "Message ordering and deduplication strategies using Amazon SNS FIFO
    topics", "Securing Amazon SNS data with server-side encryption".
    """

    arn: pulumi.Output[str]
    topic_name: str
    """Physical name."""

    def __init__(self, name: str, *, args: TopicArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-topic`, its policy, and `{name}-{subscription}` for each receiver."""
        super().__init__(TOKEN, name, None, opts)
        clause, child = args.topic, pulumi.ResourceOptions(parent=self)
        self.topic_name = topic_name(name, clause)
        fifo = clause.type is Delivery.FIFO
        topic = sns.Topic(
            f"{name}-topic",
            name=self.topic_name,
            display_name=clause.display_name,
            fifo_topic=True if fifo else None,
            content_based_deduplication=clause.content_based_deduplication if fifo else None,
            kms_master_key_id=args.key_arn,
            opts=child,
        )
        sns.TopicPolicy(
            f"{name}-policy",
            arn=topic.arn,
            policy=pulumi.Output.json_dumps(topic_policy(topic.arn, args.publishers)),
            opts=child,
        )
        for key, subscription in clause.subscriptions.items():
            wiring = SubscriptionArgs(subscription=subscription, topic_arn=topic.arn, receivers=args.receivers)
            Subscription(f"{name}-{key}", args=wiring, opts=child)
        self.arn = topic.arn
        self.register_outputs({"arn": self.arn, "topic_name": self.topic_name})
