"""Functions GetPreferences and SetPreferences: what people want."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from customers import wishes
from customers.telling import HAPPENED, own
from runtime.events import event_id, publish
from runtime.operation import Caller, Handler, Operation
from runtime.validation import text


def _read(request: dict[str, Any], caller: Caller) -> dict[str, Any]:
    user_id = text(request, "id")
    own(caller, user_id)
    return wishes.database.transaction(lambda t: wishes.find(t, user_id))


def _write(request: dict[str, Any], caller: Caller) -> dict[str, Any]:
    user_id = text(request, "id")
    own(caller, user_id)
    row = wishes.database.transaction(lambda t: wishes.change(t, user_id, request))
    # Whoever asks again, because this could not be sent, tells of the same thing under the same id.
    identity = event_id("preferences", user_id, json.dumps(row, sort_keys=True))
    publish(
        HAPPENED,
        {"event_id": identity, "user_id": user_id, "kind": "preferences-changed", "severity": "LOW"},
        identity=identity,
    )
    return row


read = Handler(Operation(_read))
write = Handler(Operation(_write, Path(__file__).parent / "schemas" / "set-preferences.json"))
