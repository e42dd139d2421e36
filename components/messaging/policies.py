"""Resource policies of queues, topics and buses: pure functions, one statement per need.

Source: Amazon SQS Developer Guide, "Access management for encrypted Amazon SQS queues with least privilege
policies"; Amazon SNS Developer Guide, "Example cases for Amazon SNS access control"; Amazon EventBridge User Guide,
"Permissions for event buses", "Using resource-based policies", "Using IAM policy conditions".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

Statement = dict[str, Any]


def document(*statements: Statement | None) -> dict[str, Any]:
    """A policy of the statements that are there."""
    return {"Version": "2012-10-17", "Statement": [statement for statement in statements if statement]}


def deny_plain_http(action: str, resource: pulumi.Input[str]) -> Statement:
    """Refuse every request that does not come over TLS, whoever sends it."""
    return {
        "Sid": "DenyInsecureTransport",
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": resource,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def allow_service(
    sid: str, principal: str, action: str, resource: pulumi.Input[str], sources: Sequence[pulumi.Input[str]]
) -> Statement | None:
    """Let a service act for exactly these resources; nothing if there are none."""
    if not sources:
        return None
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": action,
        "Resource": resource,
        "Condition": {"ArnEquals": {"aws:SourceArn": list(sources)}},
    }


def allow_principals(
    sid: str, action: str, resource: pulumi.Input[str], principals: Sequence[pulumi.Input[str]]
) -> Statement | None:
    """Let exactly these roles act; nothing if there are none."""
    if not principals:
        return None
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": list(principals)},
        "Action": action,
        "Resource": resource,
    }


def queue_policy(
    queue_arn: pulumi.Input[str],
    *,
    topics: Sequence[pulumi.Input[str]] = (),
    rules: Sequence[pulumi.Input[str]] = (),
    buckets: Sequence[pulumi.Input[str]] = (),
    principals: Sequence[pulumi.Input[str]] = (),
) -> dict[str, Any]:
    """Who may send to a queue besides the account's own roles, and nobody without TLS."""
    send = "sqs:SendMessage"
    return document(
        deny_plain_http("sqs:*", queue_arn),
        allow_service("SendByTopics", "sns.amazonaws.com", send, queue_arn, topics),
        allow_service("SendByRules", "events.amazonaws.com", send, queue_arn, rules),
        allow_service("SendByBuckets", "s3.amazonaws.com", send, queue_arn, buckets),
        allow_principals("SendByOtherAccounts", send, queue_arn, principals),
    )


def topic_policy(topic_arn: pulumi.Input[str], publishers: Mapping[str, Sequence[pulumi.Input[str]]]) -> dict[str, Any]:
    """Which services may publish to a topic besides the account's own roles, and nobody without TLS.

    `publishers` is service principal → ARNs that it may act for.
    """
    publish = "sns:Publish"
    return document(
        deny_plain_http(publish, topic_arn),
        *(
            allow_service(f"PublishBy{_sid(principal)}", principal, publish, topic_arn, publishers[principal])
            for principal in sorted(publishers)
        ),
    )


def bus_policy(
    bus_arn: pulumi.Input[str], *, accounts: Sequence[str], sources: Sequence[str] = (), organization_id: str | None
) -> dict[str, Any]:
    """Which other accounts may put events on a bus: of these sources (patterns) alone, if there are any."""
    conditions: dict[str, Any] = {}
    if organization_id:
        conditions["StringEquals"] = {"aws:PrincipalOrgID": organization_id}
    if sources:
        # A request holds up to ten events, each with its source: all of them have to be allowed ones.
        conditions["ForAllValues:StringLike"] = {"events:source": list(sources)}
    statement: Statement = {
        "Sid": "PutEventsByOtherAccounts",
        "Effect": "Allow",
        "Principal": {"AWS": [f"arn:aws:iam::{account}:root" for account in accounts]},
        "Action": "events:PutEvents",
        "Resource": bus_arn,
    }
    return document(statement | ({"Condition": conditions} if conditions else {}))


def _sid(principal: str) -> str:
    """`events.amazonaws.com` → `Events`."""
    return "".join(part.capitalize() for part in principal.removesuffix(".amazonaws.com").replace("-", ".").split("."))
