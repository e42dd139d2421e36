"""Event schemas: may consumers and producers move on separately?

Backward: those who read with the new schema understand events of the old one (an archive, a slow producer). Forward:
those who read with the old schema understand events of the new one (a slow consumer). Full: both. The words
are those of Avro's schema resolution.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, unique
from typing import Any

from contracts.compatibility.json_schema import Side, compare
from contracts.compatibility.usage import restrict
from contracts.compatibility.verdict import Change, placed


@unique
class Compatibility(StrEnum):
    """Which way events and readers of two versions mix."""

    BACKWARD = "backward"
    FORWARD = "forward"
    FULL = "full"


_READERS = {
    Compatibility.BACKWARD: (Side.NEW,),
    Compatibility.FORWARD: (Side.OLD,),
    Compatibility.FULL: (Side.OLD, Side.NEW),
}


def compare_events(
    old: str | Mapping[str, Any] | bool,
    new: str | Mapping[str, Any] | bool,
    *,
    event: str,
    mode: Compatibility = Compatibility.FORWARD,
    consumer: str = "",
    reads: frozenset[str] | None = None,
    old_documents: Mapping[str, str | Mapping[str, Any]] | None = None,
    new_documents: Mapping[str, str | Mapping[str, Any]] | None = None,
) -> list[Change]:
    """All changes of one event's schema, in the readings that `mode` asks for.

    `reads`: JSON pointers of the fields that the consumer reads; None for all of them. `…_documents` are those that a
    `$ref` may name.

    Raises:
        DocumentError: as `json_schema.compare`.
    """
    found: dict[Change, None] = {}
    for reader in _READERS[mode]:
        changes = compare(
            old,
            new,
            reader=reader,
            closed=True,
            old_documents=old_documents,
            new_documents=new_documents,
            name=event,
        )
        for change in restrict(changes, reads):
            found.setdefault(change)
    refused = {change.path for change in found if change.refuses}
    kept = [change for change in found if change.refuses or change.path not in refused]
    return placed(kept, operation=event, subject="event field", consumer=consumer)
