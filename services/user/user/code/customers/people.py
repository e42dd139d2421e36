"""People in PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runtime.events import event_id, publish
from runtime.outbox import Outbox
from runtime.sql import Database, Row, Transaction

from customers.errors import EmailTakenException, UserNotFoundException
from customers.telling import HAPPENED, REGISTERED

database = Database("users", Path(__file__).parents[1] / "migrations" / "users")
outbox = Outbox(
    database,
    {
        REGISTERED.name: lambda detail, identity: publish(REGISTERED, detail, identity=identity),
        HAPPENED.name: lambda detail, identity: publish(HAPPENED, detail, identity=identity),
    },
)


def register(transaction: Transaction, email: str, name: str, user_id: str | None) -> Row:
    """Register a person once, and let others know.

    Args:
        transaction: in which it happens.
        email: address; one person has it.
        name: what they are called.
        user_id: subject of the user pool; made from the address if None.

    Raises:
        EmailTakenException: another person has this address.
    """
    identity = user_id or event_id("user", email.lower())
    made = transaction.one(
        "INSERT INTO users (id, email, name) VALUES (:id, :email, :name) ON CONFLICT DO NOTHING RETURNING *",
        id=identity,
        email=email,
        name=name,
    )
    if made is None:
        known = transaction.one("SELECT * FROM users WHERE id = :id", id=identity)
        if known is None or known["email"].lower() != email.lower():
            raise EmailTakenException("another person has this id or address")
        return known
    at = made["registered_at"].isoformat()
    told = {"user_id": identity, "email": email, "name": name, "registered_at": at}
    happened = event_id("registered", identity)
    outbox.add(transaction, REGISTERED.name, told, event_id(REGISTERED.name, identity))
    outbox.add(
        transaction,
        HAPPENED.name,
        {"event_id": happened, "user_id": identity, "kind": "registered", "severity": "LOW", "at": at},
        happened,
    )
    return made


def find(transaction: Transaction, user_id: str) -> Row:
    """A person.

    Raises:
        UserNotFoundException: nobody has this id.
    """
    row = transaction.one("SELECT * FROM users WHERE id = :id", id=user_id)
    if row is None:
        raise UserNotFoundException(f"nobody has the id {user_id}")
    return row


def shown(row: Row) -> dict[str, Any]:
    """A person as the contract shows them."""
    return {**row, "registered_at": row["registered_at"].isoformat()}
