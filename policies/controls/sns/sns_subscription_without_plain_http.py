"""No subscription is delivered over plain HTTP."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(subscription: Subject) -> Verdict:
    """A subscription always says its protocol."""
    return subscription.read("protocol").must_not_be("http")


CONTROL = Control(
    id="sns-subscription-without-plain-http",
    title="No subscription is delivered over plain HTTP",
    severity=Severity.HIGH,
    rationale="Messages, and the link that confirms the subscription, pass the internet in clear.",
    remediation=Remediation(
        summary="Deliver over HTTPS",
        snippet=(
            "sns.TopicSubscription(\n"
            '    name, topic=topic.arn, protocol="https", endpoint="https://hooks.example.com",\n'
            ")"
        ),
    ),
    catalogue=("SNS-03",),
    types=("aws:sns/topicSubscription:TopicSubscription",),
    check=check,
)
