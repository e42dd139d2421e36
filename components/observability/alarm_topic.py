"""The topic that alarms speak to (OBS-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import sns

TOKEN = "atoll:observability:AlarmTopic"


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """A service that may speak, on behalf of resources of this account."""

    sid: str
    principal: str
    source: str | None = None
    """ARN pattern of what it speaks for; None where the service sends none."""


@dataclass(frozen=True, kw_only=True)
class AlarmTopicArgs:
    """Who may speak and who listens."""

    environment: str
    account_id: str
    region: str
    key_arn: pulumi.Input[str]
    """Its policy must give `cloudwatch.amazonaws.com` GenerateDataKey* and Decrypt, or alarms are lost silently."""
    emails: Sequence[str]
    publishers: Sequence[Publisher] = ()
    """Who may speak beside CloudWatch's alarms."""


class AlarmTopic(pulumi.ComponentResource):
    """An encrypted SNS topic that CloudWatch alarms of this account publish to, with e-mail subscriptions.

    Each address has to confirm by the link AWS mails to it; until then the subscription is pending and cannot be
    deleted by Pulumi. Costs nothing below 1,000 e-mails a month.

    Source: OBS-1; Amazon SNS Developer Guide, "Example cases for Amazon SNS access control"; CloudWatch User Guide,
    "Alarm actions".
    """

    arn: pulumi.Output[str]
    policed_arn: pulumi.Output[str]
    """The ARN, known only once the policy is attached: for services that try on creation whether they may speak."""

    def __init__(self, name: str, *, args: AlarmTopicArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the topic, its policy and its subscriptions."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        topic = sns.Topic(
            f"{name}-alarms",
            name=f"atoll-{args.environment}-alarms",
            display_name=f"Atoll {args.environment} alarms",
            kms_master_key_id=args.key_arn,
            opts=child,
        )
        policy = sns.TopicPolicy(
            f"{name}-alarms-policy",
            arn=topic.arn,
            policy=pulumi.Output.json_dumps(
                topic_policy(topic.arn, account_id=args.account_id, region=args.region, publishers=args.publishers)
            ),
            opts=child,
        )
        for email in args.emails:
            sns.TopicSubscription(
                f"{name}-alarms-{email}", topic=topic.arn, protocol="email", endpoint=email, opts=child
            )
        self.arn, self.policed_arn = topic.arn, policy.arn
        self.register_outputs({"arn": self.arn})


def topic_policy(
    topic_arn: pulumi.Input[str], *, account_id: str, region: str, publishers: Sequence[Publisher] = ()
) -> dict[str, Any]:
    """Return the resource policy: alarms of this account and these services may publish, nobody may without TLS."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AllowAlarms",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": topic_arn,
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": account_id},
                    "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{region}:{account_id}:alarm:*"},
                },
            },
            *(_publish(topic_arn, account_id, publisher) for publisher in publishers),
            {
                "Sid": "DenyInsecureTransport",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sns:Publish",
                "Resource": topic_arn,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }


def _publish(topic_arn: pulumi.Input[str], account_id: str, publisher: Publisher) -> dict[str, Any]:
    condition: dict[str, Any] = {"StringEquals": {"aws:SourceAccount": account_id}}
    if publisher.source is not None:
        condition["ArnLike"] = {"aws:SourceArn": publisher.source}
    return {
        "Sid": publisher.sid,
        "Effect": "Allow",
        "Principal": {"Service": publisher.principal},
        "Action": "sns:Publish",
        "Resource": topic_arn,
        "Condition": condition,
    }
