"""Function welcome-email: greets people who have registered; the company's mail gateway sends what is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from customers.telling import MAIL
from runtime import log
from runtime.events import event_id, publish
from runtime.messages import of_event
from runtime.validation import validate

SCHEMA = Path(__file__).parent / "schemas" / "user-registered.json"


def handler(event: dict[str, Any], context: Any) -> None:
    """Ask for one mail a person: delivered twice, the event asks for the same mail, which the gateway sends once.

    Raises:
        InvalidRequestException: the event is not what the contract says.
    """
    message = of_event(event, getattr(context, "aws_request_id", ""))
    log.correlate(message.identity)
    validate(message.body, SCHEMA)
    person = message.body
    mail_id = event_id("welcome", person["user_id"])
    mail = {
        "mail_id": mail_id,
        "user_id": person["user_id"],
        "to": person["email"],
        "subject": "Welcome to the platform",
        "text": f"Hello {person['name']},\n\nyour account is ready.\n",
    }
    publish(MAIL, mail, identity=mail_id)
