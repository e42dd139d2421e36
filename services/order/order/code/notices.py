"""Function NoticeBoard: keeps what each customer was told last, in order, for the page that shows it."""

from __future__ import annotations

import json
from datetime import datetime

from runtime.cache import Cache
from runtime.messages import Message, PoisonMessageError, queue_handler

KEPT = 20
"""Notices of a customer."""
WEEK = 604_800
"""Seconds, as the contract has it."""

board = Cache("notices", seconds=WEEK)


def _keep(message: Message) -> None:
    try:
        at = datetime.fromisoformat(message.body["at"]).timestamp()
        customer = message.body["customer_id"]
    except (KeyError, TypeError, ValueError):
        raise PoisonMessageError("a notice has a customer_id and a time") from None
    # The same notice is the same text, which is on the board once.
    board.push(customer, json.dumps(message.body, sort_keys=True), score=at, most=KEPT)


handler = queue_handler(_keep)
