"""One SQS queue with its dead-letter queue (MSG-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, sqs

from components.messaging.names import dead_letter_name, queue_name
from components.messaging.policies import queue_policy
from contracts.services import messaging
from contracts.services.base import Delivery

TOKEN = "atoll:messaging:Queue"
ALARM_PERIOD_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class QueueArgs:
    """The contract's clause, and what the queue is wired to."""

    queue: messaging.Queue
    key_arn: pulumi.Input[str]
    """Customer-managed key (purpose `messaging`); its policy admits the senders below that are services."""
    topic_arns: Sequence[pulumi.Input[str]] = ()
    """Topics that send to it."""
    rule_arns: Sequence[pulumi.Input[str]] = ()
    """Event rules that send to it."""
    bucket_arns: Sequence[pulumi.Input[str]] = ()
    """Buckets whose notifications arrive in it."""
    sender_arns: Sequence[pulumi.Input[str]] = ()
    """Roles of other accounts that send to it. Each also needs the key, which the key's policy has to grant."""
    dead_letter_topic_arns: Sequence[pulumi.Input[str]] = ()
    """Topics whose undeliverable messages go to the dead-letter queue of this queue."""
    dead_letter_rule_arns: Sequence[pulumi.Input[str]] = ()
    """Event rules whose undeliverable events go to the dead-letter queue of this queue."""
    alarm_topic_arn: pulumi.Input[str] | None = None
    """Topic that is told when messages are given up; nobody is if None."""


class Queue(pulumi.ComponentResource):
    """A standard or FIFO queue, encrypted, reached over TLS alone, with a dead-letter queue where the clause asks.

    Makes the queue and its policy; for `dead_letter`, a queue `<name>-dlq` of the same type that takes given-up
    messages of this queue alone; and, with an alarm topic, an alarm that rings while a message lies in the
    dead-letter queue (in the queue itself, if the clause says that it is one). A dead-letter queue of a FIFO queue
    deduplicates as its source does, so that a redrive changes nothing.

    Roles of this account need an IAM statement and no entry here. Costs USD 0.40 (standard) or 0.50 (FIFO) per
    million requests, a KMS call per 5 minutes and sender or receiver, and USD 0.10 a month for the alarm (us-east-1).

    Raises:
        ValueError: the name is longer than SQS allows.

    Source: MSG-1; Amazon SQS Developer Guide, "Using dead-letter queues in Amazon SQS", "High throughput for FIFO
    queues", "Encryption at rest in Amazon SQS".
    """

    url: pulumi.Output[str]
    arn: pulumi.Output[str]
    queue_name: str
    """Physical name."""
    dead_letter_url: pulumi.Output[str] | None
    """None without a dead-letter queue."""
    dead_letter_arn: pulumi.Output[str] | None
    """None without a dead-letter queue."""

    def __init__(self, name: str, *, args: QueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-queue` and what belongs to it; the queue is called `name` (and `.fifo`) in AWS."""
        super().__init__(TOKEN, name, None, opts)
        self.queue_name = queue_name(name, args.queue)
        given_up = self._dead_letters(name, args)
        queue = self._queue(name, args, given_up)
        if given_up is not None:
            sqs.RedriveAllowPolicy(
                f"{name}-dlq-redrive",
                queue_url=given_up.url,
                redrive_allow_policy=pulumi.Output.json_dumps(
                    {"redrivePermission": "byQueue", "sourceQueueArns": [queue.arn]}
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self._alarm(name, args)
        self.url, self.arn = queue.url, queue.arn
        self.dead_letter_url = given_up.url if given_up else None
        self.dead_letter_arn = given_up.arn if given_up else None
        self.register_outputs(
            {
                "url": self.url,
                "arn": self.arn,
                "queue_name": self.queue_name,
                "dead_letter_url": self.dead_letter_url,
                "dead_letter_arn": self.dead_letter_arn,
            }
        )

    def _queue(self, name: str, args: QueueArgs, given_up: sqs.Queue | None) -> sqs.Queue:
        clause = args.queue
        redrive = (
            {"deadLetterTargetArn": given_up.arn, "maxReceiveCount": clause.dead_letter.after_receives}
            if given_up is not None and clause.dead_letter is not None
            else None
        )
        queue = sqs.Queue(
            f"{name}-queue",
            name=self.queue_name,
            visibility_timeout_seconds=clause.visibility_timeout_seconds,
            message_retention_seconds=clause.retention_seconds,
            receive_wait_time_seconds=clause.receive_wait_seconds,
            delay_seconds=clause.delay_seconds,
            kms_master_key_id=args.key_arn,
            redrive_policy=pulumi.Output.json_dumps(redrive) if redrive else None,
            opts=pulumi.ResourceOptions(parent=self),
            **_fifo(clause),
        )
        policy = queue_policy(
            queue.arn,
            topics=args.topic_arns,
            rules=args.rule_arns,
            buckets=args.bucket_arns,
            principals=args.sender_arns,
        )
        self._policy(f"{name}-policy", queue, policy)
        return queue

    def _dead_letters(self, name: str, args: QueueArgs) -> sqs.Queue | None:
        clause = args.queue
        if clause.dead_letter is None:
            return None
        queue = sqs.Queue(
            f"{name}-dlq",
            name=dead_letter_name(name, clause),
            message_retention_seconds=clause.dead_letter.retention_seconds,
            receive_wait_time_seconds=clause.receive_wait_seconds,
            kms_master_key_id=args.key_arn,
            opts=pulumi.ResourceOptions(parent=self),
            **_fifo(clause),
        )
        policy = queue_policy(queue.arn, topics=args.dead_letter_topic_arns, rules=args.dead_letter_rule_arns)
        self._policy(f"{name}-dlq-policy", queue, policy)
        return queue

    def _policy(self, name: str, queue: sqs.Queue, policy: dict[str, Any]) -> None:
        sqs.QueuePolicy(
            name,
            queue_url=queue.url,
            policy=pulumi.Output.json_dumps(policy),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _alarm(self, name: str, args: QueueArgs) -> None:
        if args.alarm_topic_arn is None:
            return
        watched = dead_letter_name(name, args.queue) if args.queue.dead_letter else self.queue_name
        cloudwatch.MetricAlarm(
            f"{name}-alarm-dead-letters",
            name=f"{watched}-not-empty",
            alarm_description=f"Messages that could not be handled lie in {watched}: read one, repair, redrive.",
            namespace="AWS/SQS",
            metric_name="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": watched},
            statistic="Maximum",
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            period=ALARM_PERIOD_SECONDS,
            evaluation_periods=1,
            # An empty queue that nobody reads falls silent after six hours.
            treat_missing_data="notBreaching",
            alarm_actions=[args.alarm_topic_arn],
            ok_actions=[args.alarm_topic_arn],
            opts=pulumi.ResourceOptions(parent=self),
        )


def _fifo(clause: messaging.Queue) -> dict[str, Any]:
    """What a FIFO queue and its dead-letter queue have in common; nothing for a standard queue."""
    if clause.type is not Delivery.FIFO:
        return {}
    return {
        "fifo_queue": True,
        "content_based_deduplication": clause.content_based_deduplication,
        "deduplication_scope": clause.deduplication_scope.value if clause.deduplication_scope else None,
        "fifo_throughput_limit": clause.throughput_limit.value if clause.throughput_limit else None,
    }
