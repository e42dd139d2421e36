"""One EventBridge rule with its targets (EVT-1, EVT-2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, iam, lambda_

from components.identity.statements import Statement, allow
from components.messaging.names import RULE, rule_arn
from components.messaging.receivers import Receivers
from components.messaging.rule_targets import Kind, Target, targets_of
from contracts.services.messaging import Rule
from contracts.services.naming import role_name

TOKEN = "atoll:messaging:EventRule"


@dataclass(frozen=True, kw_only=True)
class EventRuleArgs:
    """The contract's clause, the bus, and where the targets are."""

    rule: Rule
    bus_name: str
    """Physical name of the bus in this account and region; `default` for AWS's own events."""
    region: str
    account_id: str
    description: str
    """What the rule is for; shown in the console."""
    receivers: Receivers = field(default_factory=Receivers)
    """Where the targets are."""
    foreign_bus_names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Target's name → physical name of its foreign bus; the clause's name for it where left out."""


class EventRule(pulumi.ComponentResource):
    """Sends the events of a pattern to functions, queues, topics, workflows and buses of other accounts.

    Makes the rule and a target for each receiver with its own retries and dead-letter queue; for a function, the
    permission that lets this rule alone invoke it; for workflows and foreign buses, one role that EventBridge takes
    for this rule alone and that may do exactly that. Events reach a FIFO queue in one message group, named after the
    rule: EventBridge has one fixed group per target, so the order is kept over all of the rule's events. Such a
    queue needs `content_based_deduplication`, for EventBridge sends no deduplication id.

    Costs nothing for rules; USD 1 per million events sent to another account's bus.

    Raises:
        ValueError: the name is too long; a target's ARN is not given; a dead-letter queue is FIFO or a target a FIFO
            topic, which EventBridge does not deliver to. Everything is told at once.

    Source: EVT-1, EVT-2; Amazon EventBridge User Guide, "Event bus targets", "Using dead-letter queues to process
    undelivered events", "Sending and receiving events between AWS accounts".
    """

    arn: pulumi.Output[str]
    role_arn: pulumi.Output[str] | None
    """Role of workflow and bus targets; None if there are none."""

    def __init__(self, name: str, *, args: EventRuleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-rule` and `{name}-target-{target}` for each target; the rule is called `name` in AWS."""
        RULE.checked(name)
        targets = targets_of(name, args.rule, args.receivers, args.foreign_bus_names)
        super().__init__(TOKEN, name, None, opts)
        rule = cloudwatch.EventRule(
            f"{name}-rule",
            name=name,
            description=args.description,
            event_bus_name=args.bus_name,
            event_pattern=json.dumps(event_pattern(args.rule)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        grants = self._role(name, args, targets)
        for target in targets:
            self._target(name, rule, target, grants)
        self.arn = rule.arn
        self.register_outputs({"arn": self.arn, "role_arn": self.role_arn})

    def _target(self, name: str, rule: cloudwatch.EventRule, target: Target, grants: list[pulumi.Resource]) -> None:
        child = pulumi.ResourceOptions(parent=self)
        if target.kind is Kind.FUNCTION:
            lambda_.Permission(
                f"{name}-permission-{target.key}",
                action="lambda:InvokeFunction",
                function=target.arn,
                principal="events.amazonaws.com",
                source_arn=rule.arn,
                opts=child,
            )
        cloudwatch.EventTarget(
            f"{name}-target-{target.key}",
            rule=rule.name,
            event_bus_name=rule.event_bus_name,
            target_id=target.key,
            arn=target.arn,
            role_arn=self.role_arn if target.kind.action else None,
            sqs_target=(
                cloudwatch.EventTargetSqsTargetArgs(message_group_id=target.message_group)
                if target.message_group
                else None
            ),
            retry_policy=cloudwatch.EventTargetRetryPolicyArgs(
                maximum_retry_attempts=target.retry_attempts,
                maximum_event_age_in_seconds=target.maximum_age_seconds,
            ),
            dead_letter_config=(
                cloudwatch.EventTargetDeadLetterConfigArgs(arn=target.dead_letter_arn)
                if target.dead_letter_arn is not None
                else None
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=grants if target.kind.action else None),
        )

    def _role(self, name: str, args: EventRuleArgs, targets: list[Target]) -> list[pulumi.Resource]:
        """Make the role that targets need, if any does; what has to stand before they deliver."""
        statements = role_statements(targets)
        self.role_arn = None
        if not statements:
            return []
        child = pulumi.ResourceOptions(parent=self)
        arn = rule_arn(name, args.bus_name, region=args.region, account_id=args.account_id)
        role = iam.Role(
            f"{name}-role",
            name=role_name(name, "events", args.region),
            description=f"EventBridge for the targets of {name}",
            assume_role_policy=json.dumps(trust(arn, args.account_id)),
            opts=child,
        )
        self.role_arn = role.arn
        policy = iam.RolePolicy(
            f"{name}-role-policy",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
            opts=child,
        )
        return [policy]


def event_pattern(rule: Rule) -> dict[str, Any]:
    """The events that a rule waits for; a part that the clause leaves empty matches everything."""
    pattern: dict[str, Any] = {
        "source": list(rule.sources),
        "detail-type": list(rule.detail_types),
        "detail": rule.detail or {},
    }
    return {key: value for key, value in pattern.items() if value}


def trust(rule: str, account_id: str) -> dict[str, Any]:
    """Who may take the role of a rule: EventBridge, for this rule."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "DeliverForThisRule",
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": account_id}, "ArnEquals": {"aws:SourceArn": rule}},
            }
        ],
    }


def role_statements(targets: list[Target]) -> list[Statement]:
    """What the role of a rule may do: start exactly its workflows, put events on exactly its foreign buses."""
    return [
        allow(kind.sid, [kind.action], [target.arn for target in targets if target.kind is kind])
        for kind in Kind
        if kind.action and any(target.kind is kind for target in targets)
    ]
