"""One receiver of an SNS topic (MSG-2)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import lambda_, sns

from components.messaging.receivers import Receivers, missing
from contracts.services.messaging import TopicSubscription

TOKEN = "atoll:messaging:Subscription"


@dataclass(frozen=True, kw_only=True)
class SubscriptionArgs:
    """The contract's clause, the topic, and where the receivers are."""

    subscription: TopicSubscription
    topic_arn: pulumi.Input[str]
    """Topic of this or another service of the account."""
    receivers: Receivers = field(default_factory=Receivers)
    """Where queues and functions are."""


class Subscription(pulumi.ComponentResource):
    """Delivers the messages of a topic to a queue, a function or an e-mail address.

    Makes the subscription and, for a function, the permission that lets this topic alone invoke it. An e-mail address
    has to confirm by the link that AWS sends; until then Pulumi cannot delete the subscription. Costs USD 0.60 per
    million deliveries to functions, USD 2 per 100,000 e-mails; deliveries to queues are free.

    Raises:
        ValueError: the clause names a queue or a function whose ARN is not given, or not exactly one receiver.

    Source: MSG-2; Amazon SNS Developer Guide, "Amazon SNS message filtering", "Amazon SNS dead-letter queues",
    "Amazon SNS raw message delivery".
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: SubscriptionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-subscription`."""
        protocol, endpoint, dead_letter = _receiver(name, args)
        super().__init__(TOKEN, name, None, opts)
        clause, child = args.subscription, pulumi.ResourceOptions(parent=self)
        if protocol == "lambda":
            lambda_.Permission(
                f"{name}-permission",
                action="lambda:InvokeFunction",
                function=endpoint,
                principal="sns.amazonaws.com",
                source_arn=args.topic_arn,
                opts=child,
            )
        subscription = sns.TopicSubscription(
            f"{name}-subscription",
            topic=args.topic_arn,
            protocol=protocol,
            endpoint=endpoint,
            raw_message_delivery=True if clause.raw else None,
            filter_policy=json.dumps(clause.filter_policy, sort_keys=True) if clause.filter_policy else None,
            filter_policy_scope=clause.filter_on if clause.filter_policy else None,
            redrive_policy=(
                pulumi.Output.json_dumps({"deadLetterTargetArn": dead_letter}) if dead_letter is not None else None
            ),
            opts=child,
        )
        self.arn = subscription.arn
        self.register_outputs({"arn": self.arn})


def _receiver(name: str, args: SubscriptionArgs) -> tuple[str, pulumi.Input[str], pulumi.Input[str] | None]:
    """Protocol and endpoint, and the dead-letter queue; everything that is wrong is told at once."""
    clause, queues, functions = args.subscription, args.receivers.queues, args.receivers.functions
    receivers = [
        *([("sqs", queues.get(clause.queue, ""))] if clause.queue else []),
        *([("lambda", functions.get(clause.function, ""))] if clause.function else []),
        *([("email", clause.email)] if clause.email else []),
    ]
    problems = [
        *(missing("queue", clause.queue, queues) if clause.queue else ()),
        *(missing("function", clause.function, functions) if clause.function else ()),
        *(missing("dead-letter queue", clause.dead_letter, queues) if clause.dead_letter else ()),
    ]
    if len(receivers) != 1:
        problems.append(f"it has {len(receivers)} receivers; name exactly one of queue, function and email")
    if clause.raw and not clause.queue:
        problems.append("raw delivery is for queues; remove raw, or put a queue between")
    if problems:
        raise ValueError("\n".join([f"subscription {name} cannot be made:", *(f"  {each}" for each in problems)]))
    [(protocol, endpoint)] = receivers
    return protocol, endpoint, queues[clause.dead_letter] if clause.dead_letter else None
