"""Physical names of queues, topics, buses and rules, and their ARNs, known before anything is made.

The name of the component is the name in AWS; nothing is named at random, so that a policy can name what another
stack makes.
"""

from __future__ import annotations

from dataclasses import dataclass

from contracts.services.base import Delivery
from contracts.services.messaging import Queue, Topic

_DOCS = "https://docs.aws.amazon.com"
FIFO_SUFFIX = ".fifo"
DEAD_LETTER_SUFFIX = "-dlq"


@dataclass(frozen=True)
class Limit:
    """How long AWS lets a name be."""

    what: str
    longest: int
    """Characters."""
    source: str
    """Page that says so."""

    def checked(self, name: str) -> str:
        """Return the name.

        Raises:
            ValueError: it is too long; says by how much, and what to shorten.
        """
        if len(name) > self.longest:
            raise ValueError(
                f"{self.what} {name}: the name has {len(name)} characters and AWS takes {self.longest}, see "
                f"{self.source}; "
                f"shorten the environment, the service or the name in the contract by {len(name) - self.longest}"
            )
        return name


QUEUE = Limit("queue", 80, f"{_DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html")
TOPIC = Limit("topic", 256, f"{_DOCS}/sns/latest/api/API_CreateTopic.html")
BUS = Limit("event bus", 256, f"{_DOCS}/eventbridge/latest/APIReference/API_CreateEventBus.html")
RULE = Limit("event rule", 64, f"{_DOCS}/eventbridge/latest/APIReference/API_PutRule.html")
REGISTRY = Limit("schema registry", 64, f"{_DOCS}/eventbridge/latest/schema-reference/v1-registries-name.html")
LONGEST_ARCHIVE = 48
"""Characters. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html"""
LONGEST_TARGET_ID = 64
"""Characters. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html"""


def queue_name(name: str, queue: Queue) -> str:
    """Physical name of the queue of a component; `ValueError` if it or its dead-letter queue's is too long."""
    return QUEUE.checked(_with_suffix(name, queue.type))


def dead_letter_name(name: str, queue: Queue) -> str:
    """Physical name of the dead-letter queue beside it; of the same type, as SQS wants."""
    return QUEUE.checked(_with_suffix(name + DEAD_LETTER_SUFFIX, queue.type))


def topic_name(name: str, topic: Topic) -> str:
    """Physical name of the topic of a component."""
    return TOPIC.checked(_with_suffix(name, topic.type))


def queue_arn(name: str, queue: Queue, *, region: str, account_id: str) -> str:
    """ARN of the queue of a component."""
    return f"arn:aws:sqs:{region}:{account_id}:{queue_name(name, queue)}"


def queue_url(name: str, queue: Queue, *, region: str, account_id: str) -> str:
    """URL of the queue of a component."""
    return f"https://sqs.{region}.amazonaws.com/{account_id}/{queue_name(name, queue)}"


def topic_arn(name: str, topic: Topic, *, region: str, account_id: str) -> str:
    """ARN of the topic of a component."""
    return f"arn:aws:sns:{region}:{account_id}:{topic_name(name, topic)}"


def bus_arn(name: str, *, region: str, account_id: str) -> str:
    """ARN of the event bus of a component."""
    return f"arn:aws:events:{region}:{account_id}:event-bus/{BUS.checked(name)}"


def rule_arn(name: str, bus_name: str, *, region: str, account_id: str) -> str:
    """ARN of the rule of a component; rules on the default bus have no bus in theirs."""
    bus = "" if bus_name == "default" else f"{bus_name}/"
    return f"arn:aws:events:{region}:{account_id}:rule/{bus}{RULE.checked(name)}"


def _with_suffix(name: str, delivery: Delivery) -> str:
    return name + FIFO_SUFFIX if delivery is Delivery.FIFO else name
