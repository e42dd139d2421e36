"""What every format needs so that the same input gives the same bytes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from policies.evidence.model import Evidence

NAMESPACE = uuid5(NAMESPACE_URL, "urn:atoll:evidence")
TOOL = "atoll"
VERSION = "0.1.0"
"""Of the reports' content; changed when their meaning changes."""


def identifier(evidence: Evidence, *parts: str) -> str:
    """A UUIDv5 from the stack and what it stands for."""
    return str(uuid5(NAMESPACE, "/".join((evidence.project, evidence.stack, *parts))))


def identifier_of_report(evidence: Evidence) -> str:
    """A UUIDv5 that changes with the content of the input."""
    said = [(a.urn, a.status, a.says) for c in evidence.controls for a in c.answers]
    frameworks = ",".join(f.id for f in evidence.chosen)
    return identifier(evidence, evidence.commit, evidence.as_of.isoformat(), frameworks, json.dumps(said))


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, without fractions of a second."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def as_json(value: Any) -> str:
    """JSON with sorted keys; UUIDs and dates as text."""

    def plain(item: Any) -> str:
        if isinstance(item, UUID | datetime):
            return str(item)
        return str(item)

    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, default=plain) + "\n"
