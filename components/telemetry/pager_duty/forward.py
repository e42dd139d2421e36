"""Forwards alarms and alerts from the topic to PagerDuty (Events API v2).

Two kinds of messages come: alarms of CloudWatch as JSON, and alerts of Prometheus as text with message attributes.
One incident an alarm: what belongs together has one `dedup_key`, and an alarm that is well again resolves it. What
PagerDuty does not take is raised, so that Lambda tries again and then keeps the event in the dead-letter queue.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import urllib.error
import urllib.request
from typing import Any, cast

log = logging.getLogger()

TIMEOUT_SECONDS = 10
LONGEST_SUMMARY, LONGEST_KEY = 1024, 255
_SEVERITIES = {"page": "critical", "ticket": "warning"}


class RefusedError(Exception):
    """PagerDuty did not take an event."""


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Forward every record; the integration key is read anew for each call, so that a new one counts at once."""
    boto3: Any = importlib.import_module("boto3")
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET_ID"])["SecretString"]
    events = [incident(record["Sns"]) for record in event["Records"]]
    for each in events:
        send(os.environ["PAGER_DUTY_URL"], {"routing_key": secret.strip(), **each})
        log.info("forwarded %s of %s", each["event_action"], each["dedup_key"])
    return {"forwarded": len(events)}


def incident(message: dict[str, Any]) -> dict[str, Any]:
    """The event of one message, without the key."""
    told = {name: each["Value"] for name, each in message.get("MessageAttributes", {}).items()}
    if told.get("source") == "prometheus":
        return _event(
            key=f"prometheus/{told.get('alert', '')}/{told.get('group', '')}",
            resolved=told.get("status") == "resolved",
            summary=message.get("Subject") or told.get("alert") or "alert",
            source="prometheus",
            severity=_SEVERITIES.get(told.get("severity", ""), "error"),
            details={"message": message["Message"]},
        )
    alarm = _alarm(message["Message"])
    if alarm is None:
        return _event(
            key=message["MessageId"],
            resolved=False,
            summary=message.get("Subject") or message["Message"],
            source=message["TopicArn"],
            severity="warning",
            details={"message": message["Message"]},
        )
    described = alarm.get("AlarmDescription") or ""
    urgency = described[1:].partition("]")[0] if described.startswith("[") else ""
    return _event(
        key=alarm.get("AlarmArn") or alarm["AlarmName"],
        resolved=alarm.get("NewStateValue") == "OK",
        summary=f"{alarm['AlarmName']}: {described}",
        source=alarm.get("AlarmArn") or alarm["AlarmName"],
        severity=_SEVERITIES.get(urgency, "error"),
        details={"reason": alarm.get("NewStateReason"), "since": alarm.get("StateChangeTime")},
    )


def _alarm(text: str) -> dict[str, Any] | None:
    """What CloudWatch says of an alarm; None if this is something else."""
    try:
        told: Any = json.loads(text)
    except ValueError:
        return None
    if not isinstance(told, dict) or "AlarmName" not in told:
        return None
    return cast("dict[str, Any]", told)


def _event(
    *, key: str, resolved: bool, summary: str, source: str, severity: str, details: dict[str, Any]
) -> dict[str, Any]:
    return {
        "event_action": "resolve" if resolved else "trigger",
        "dedup_key": key[:LONGEST_KEY],
        "payload": {
            "summary": summary[:LONGEST_SUMMARY],
            "source": source,
            "severity": severity,
            "custom_details": details,
        },
    }


def send(url: str, event: dict[str, Any]) -> None:
    """Hand one event over.

    Raises:
        RefusedError: no answer, or another than 202; its text is told, the key never.
    """
    request = urllib.request.Request(
        url, data=json.dumps(event).encode(), headers={"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            status = answer.status
    except urllib.error.HTTPError as error:
        said = error.read(500).decode(errors="replace")
        raise RefusedError(f"{event['dedup_key']}: {error.code} {said}") from None
    except OSError as error:
        raise RefusedError(f"{event['dedup_key']}: no answer: {getattr(error, 'reason', error)}") from None
    if status != 202:
        raise RefusedError(f"{event['dedup_key']}: {status} where 202 was promised")
