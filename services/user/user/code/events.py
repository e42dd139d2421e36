"""What happens to accounts: UserEventProcessor warns and audits, activity-log and registration-counts keep count."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from customers.telling import AUDITED, QUEUE
from runtime import log
from runtime.events import publish, send
from runtime.messages import Message, of_topic, queue_handler
from runtime.validation import validate

SCHEMAS = Path(__file__).parent / "schemas"
ALARMING = {"CRITICAL", "HIGH"}
"""Severities that the person is told of at once."""


def handler(event: dict[str, Any], context: Any) -> None:
    """Audit every event of the topic, and warn the person of what is alarming; a repetition has the same ids.

    Raises:
        InvalidRequestException: an event is not what the contract says.
    """
    for message in of_topic(event):
        log.correlate(message.identity)
        validate(message.body, SCHEMAS / "user-event.json")
        known = message.body
        publish(AUDITED, known, identity=known["event_id"])
        if known["severity"] in ALARMING:
            notice = {"user_id": known["user_id"], "kind": known["kind"]}
            send(QUEUE, notice, identity=known["event_id"], group=known["user_id"])


def _log_activity(message: Message) -> None:
    from customers.people import database

    validate(message.body, SCHEMAS / "user-event.json")
    wanted = {name: message.body[name] for name in ("event_id", "user_id", "kind", "severity")}
    database.transaction(
        lambda t: t.run(
            "INSERT INTO activities (event_id, user_id, kind, severity) "
            "VALUES (:event_id, :user_id, :kind, :severity) ON CONFLICT (event_id) DO NOTHING",
            **wanted,
        )
    )


def _count_registration(message: Message) -> None:
    from customers.people import database

    validate(message.body, SCHEMAS / "user-registered.json")
    day = datetime.fromisoformat(message.body["registered_at"]).date()
    # A row a person and not a counter: an event that comes again, or is replayed, changes nothing.
    database.transaction(
        lambda t: t.run(
            "INSERT INTO registrations (user_id, day) VALUES (:user, :day) ON CONFLICT (user_id) DO NOTHING",
            user=message.body["user_id"],
            day=day,
        )
    )


log_activity = queue_handler(_log_activity)
count_registrations = queue_handler(_count_registration)
