"""Functions notify-teams and build-notifications: deployments and builds in words that people read."""

from __future__ import annotations

from typing import Any

from runtime import log
from runtime.events import Event, publish
from runtime.messages import Message, of_event

NOTIFIED = Event("TeamNotified", "platform-events", "Team Notification", attributes=("severity",))
LONGEST_SUBJECT = 100
"""Characters of an e-mail's subject in SNS."""
SEVERITIES = {"FAILED": "HIGH", "FAILURE": "HIGH", "STOPPED": "HIGH", "ABORTED": "HIGH"}
"""State of a deployment or a build → severity; LOW for all others."""


def teams(event: dict[str, Any], context: Any) -> None:
    """Tell of a deployment.

    Raises:
        KeyError: the event says neither which pipeline nor in which state.
    """
    message = _begun(event, context)
    pipeline, state = str(message.body["pipeline"]), str(message.body["state"])
    where = f" in {message.body['environment']}" if message.body.get("environment") else ""
    _tell(message, state, f"Deployment of {pipeline}{where}: {state.lower()}", message.body.get("url"))


def builds(event: dict[str, Any], context: Any) -> None:
    """Tell of a build that has failed or was stopped.

    Raises:
        KeyError: the event says neither which project nor in which state.
    """
    message = _begun(event, context)
    project, state = str(message.body["project-name"]), str(message.body["build-status"])
    further: dict[str, dict[str, Any]] = message.body.get("additional-information") or {}
    _tell(message, state, f"Build of {project}: {state.lower()}", further.get("logs", {}).get("deep-link"))


def _begun(event: dict[str, Any], context: Any) -> Message:
    message = of_event(event, getattr(context, "aws_request_id", ""))
    log.correlate(message.identity)
    return message


def _tell(message: Message, state: str, told: str, link: Any) -> None:
    notice = {
        # The event's own id: whoever hears of it twice can see that it is one notice.
        "notice_id": message.identity,
        "severity": SEVERITIES.get(state.upper(), "LOW"),
        "subject": told[:LONGEST_SUBJECT],
        "text": told,
    }
    publish(NOTIFIED, notice | ({"link": str(link)} if link else {}), identity=message.identity)
