"""Who hears of findings (SEC-1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws.cloudwatch._inputs import EventTargetInputTransformerArgs, EventTargetRetryPolicyArgs
from pulumi_aws.cloudwatch.event_rule import EventRule
from pulumi_aws.cloudwatch.event_target import EventTarget
from pulumi_aws.sns.topic import Topic
from pulumi_aws.sns.topic_policy import TopicPolicy
from pulumi_aws.sns.topic_subscription import TopicSubscription

from contracts.settings.detection import FindingsSettings

TOKEN = "atoll:detection:FindingNotices"
LEAST = {"CRITICAL": 9, "HIGH": 7, "MEDIUM": 4, "LOW": 1}
"""Severity of Security Hub → least severity of GuardDuty that is the same."""


@dataclass(frozen=True, kw_only=True)
class FindingNoticesArgs:
    """Wiring of the notices."""

    settings: FindingsSettings
    environment: str
    account_id: str
    region: str
    key_arn: pulumi.Input[str]
    """The messaging key, whose policy lets EventBridge use it."""


def patterns(severities: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Source → pattern of its findings of these severities.

    GuardDuty tells itself, minutes before Security Hub does; all others are heard through Security Hub, once.
    """
    least = min(LEAST[severity] for severity in severities)
    return {
        "guardduty": {
            "source": ["aws.guardduty"],
            "detail-type": ["GuardDuty Finding"],
            "detail": {"severity": [{"numeric": [">=", least]}], "service": {"archived": [False]}},
        },
        "security-hub": {
            "source": ["aws.securityhub"],
            "detail-type": ["Security Hub Findings - Imported"],
            "detail": {
                "findings": {
                    "Severity": {"Label": list(severities)},
                    "ProductName": [{"anything-but": ["GuardDuty"]}],
                    "Workflow": {"Status": ["NEW"]},
                    "RecordState": ["ACTIVE"],
                }
            },
        },
    }


PATHS: dict[str, dict[str, str]] = {
    "guardduty": {
        "severity": "$.detail.severity",
        "title": "$.detail.title",
        "account": "$.account",
        "region": "$.region",
        "id": "$.detail.id",
    },
    "security-hub": {
        "severity": "$.detail.findings[0].Severity.Label",
        "title": "$.detail.findings[0].Title",
        "account": "$.account",
        "region": "$.region",
        "id": "$.detail.findings[0].Id",
    },
}
"""Source → what a notice says, and where it stands in the event."""


class FindingNotices(pulumi.ComponentResource):
    """The topic `atoll-<environment>-findings`, and rules that send it findings of the chosen severities, in words.

    Costs nothing below 1,000 e-mails a month. Each address has to confirm by the link that AWS mails to it.
    Source: SEC-1; Amazon GuardDuty User Guide, "Processing findings with EventBridge"; AWS Security Hub User Guide,
    "EventBridge event types for Security Hub".
    """

    topic_arn: pulumi.Output[str]
    rule_names: list[str]
    """Physical names of the rules."""

    def __init__(self, name: str, *, args: FindingNoticesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-findings`, and a rule with its target for each source."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        topic = Topic(
            f"{name}-findings",
            name=f"atoll-{args.environment}-findings",
            display_name=f"Atoll {args.environment} findings",
            kms_master_key_id=args.key_arn,
            opts=child,
        )
        found = patterns(args.settings.severities)
        self.rule_names = [f"atoll-{args.environment}-findings-{source}" for source in found]
        TopicPolicy(
            f"{name}-findings-policy",
            arn=topic.arn,
            policy=pulumi.Output.json_dumps(topic_policy(topic.arn, self.rule_names, args.region, args.account_id)),
            opts=child,
        )
        for email in args.settings.emails:
            TopicSubscription(f"{name}-findings-{email}", topic=topic.arn, protocol="email", endpoint=email, opts=child)
        for (source, pattern), physical in zip(found.items(), self.rule_names, strict=True):
            rule = EventRule(
                f"{name}-findings-{source}",
                name=physical,
                description=f"Findings of {source} that somebody must hear of",
                event_pattern=json.dumps(pattern),
                opts=child,
            )
            EventTarget(
                f"{name}-findings-{source}-target",
                rule=rule.name,
                target_id="topic",
                arn=topic.arn,
                input_transformer=EventTargetInputTransformerArgs(
                    input_paths=PATHS[source],
                    input_template='"<severity>: <title>. Account <account>, <region>. Finding <id>"',
                ),
                retry_policy=EventTargetRetryPolicyArgs(maximum_event_age_in_seconds=3600, maximum_retry_attempts=8),
                opts=child,
            )
        self.topic_arn = topic.arn
        self.register_outputs({"topic_arn": self.topic_arn})


def topic_policy(topic: pulumi.Input[str], rules: Sequence[str], region: str, account_id: str) -> dict[str, Any]:
    """These rules may publish, nobody may without TLS."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AllowRules",
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": topic,
                "Condition": {
                    "ArnEquals": {"aws:SourceArn": [f"arn:aws:events:{region}:{account_id}:rule/{r}" for r in rules]}
                },
            },
            {
                "Sid": "DenyInsecureTransport",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sns:Publish",
                "Resource": topic,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }
