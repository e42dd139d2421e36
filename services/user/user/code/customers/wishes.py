"""What people want, in a database of its own; whoever never said anything gets the defaults."""

from __future__ import annotations

from pathlib import Path

from runtime.sql import Database, Row, Transaction

DEFAULTS = {"language": "en", "order_mail": True}

database = Database("preferences", Path(__file__).parents[1] / "migrations" / "preferences")


def find(transaction: Transaction, user_id: str) -> Row:
    """What a person wants."""
    row = transaction.one("SELECT * FROM preferences WHERE id = :id", id=user_id)
    return row or {"id": user_id, **DEFAULTS}


def change(transaction: Transaction, user_id: str, wishes: Row) -> Row:
    """Set what is given, and keep the rest."""
    whole = {name: wishes.get(name) for name in DEFAULTS}
    return transaction.run(
        "INSERT INTO preferences (id, language, order_mail) "
        "VALUES (:id, coalesce(CAST(:language AS text), 'en'), coalesce(CAST(:order_mail AS boolean), true)) "
        "ON CONFLICT (id) DO UPDATE SET "
        "language = coalesce(CAST(:language AS text), preferences.language), "
        "order_mail = coalesce(CAST(:order_mail AS boolean), preferences.order_mail) RETURNING *",
        id=user_id,
        **whole,
    )[0]
