"""Functions users and RegisterUser: who people are. Function deliver-outbox: tells what could not be told at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from customers import people
from customers.telling import own
from runtime.operation import Caller, Handler, Operation
from runtime.validation import text

SCHEMAS = Path(__file__).parent / "schemas"


def _get(request: dict[str, Any], caller: Caller) -> dict[str, Any]:
    user_id = text(request, "id")
    own(caller, user_id)
    return people.shown(people.database.transaction(lambda t: people.find(t, user_id)))


def _register(request: dict[str, Any], caller: Caller) -> dict[str, Any]:
    user_id = request.get("id") if caller.service else caller.person
    row = people.database.transaction(lambda t: people.register(t, request["email"], request["name"], user_id))
    people.outbox.deliver()
    return people.shown(row)


def deliver(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Send what waits in the outbox; called by the clock."""
    return {"sent": people.outbox.deliver()}


handler = Handler(Operation(_get))
register = Handler(Operation(_register, SCHEMAS / "register-user.json"))
