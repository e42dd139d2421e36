"""The transactional outbox: what must be told is written with what happened, and sent afterwards until it is taken.

So neither can exist without the other, whatever fails in between. The table is in each service's first migration:

    CREATE TABLE outbox (
        event_id text PRIMARY KEY, channel text NOT NULL, detail jsonb NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(), sent_at timestamptz
    );
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from runtime.log import logger
from runtime.sql import Database, Transaction

BATCH = 50
"""Entries that are sent in one transaction."""

Send = Callable[[dict[str, Any], str], None]
"""Sends a detail under an event id; called again with both if it fails."""


class Outbox:
    """What one database's transactions still have to tell."""

    def __init__(self, database: Database, channels: Mapping[str, Send]) -> None:
        self._database = database
        self._channels = channels

    def add(self, transaction: Transaction, channel: str, detail: dict[str, Any], identity: str) -> None:
        """Note something to be sent when the transaction is done; noting it twice is noting it once."""
        if channel not in self._channels:
            raise ValueError(f"there is no channel {channel}; there are {', '.join(self._channels)}")
        transaction.run(
            "INSERT INTO outbox (event_id, channel, detail) VALUES (:id, :channel, CAST(:detail AS jsonb)) "
            "ON CONFLICT (event_id) DO NOTHING",
            id=identity,
            channel=channel,
            detail=json.dumps(detail),
        )

    def deliver(self, only: tuple[str, ...] = ()) -> int:
        """Send what is waiting, oldest first; returns how many were sent.

        Whoever delivers at the same time skips what this one holds. A failure to send leaves the entry waiting and
        goes on with the next; the service's schedule comes back to it.

        Args:
            only: channels that this function may send to; all of them if left out.
        """
        return self._database.transaction(lambda transaction: self._send(transaction, only or tuple(self._channels)))

    def _send(self, transaction: Transaction, channels: tuple[str, ...]) -> int:
        waiting = transaction.run(
            "SELECT event_id, channel, detail FROM outbox WHERE sent_at IS NULL AND channel = ANY(:channels) "
            "ORDER BY made_at, event_id LIMIT :batch FOR UPDATE SKIP LOCKED",
            channels=list(channels),
            batch=BATCH,
        )
        sent: list[str] = []
        for entry in waiting:
            try:
                self._channels[entry["channel"]](entry["detail"], entry["event_id"])
            except Exception:
                logger.exception("not sent, stays in the outbox", extra={"event_id": entry["event_id"]})
            else:
                sent.append(entry["event_id"])
        transaction.run("UPDATE outbox SET sent_at = now() WHERE event_id = ANY(:ids)", ids=sent)
        return len(sent)
