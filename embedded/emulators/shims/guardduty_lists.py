"""Lists of hostile and of trusted addresses in GuardDuty."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

import json
import uuid
from typing import Any

from moto.guardduty import urls
from moto.guardduty.models import GuardDutyBackend
from moto.guardduty.responses import GuardDutyResponse

REASON = (
    "moto's GuardDuty has no lists, and the fallback forgets a list at once that AWS shows as DELETED for a while; the "
    "provider waits for that."
)
KINDS = {"threat_intel_set": ("threatintelset", "threatIntelSetId"), "ip_set": ("ipset", "ipSetId")}
"""Noun in moto's spelling → word in the path, name of the identifier in the answer."""


def lists(backend: GuardDutyBackend) -> dict[str, dict[str, Any]]:
    """Identifier → what the API tells of a list."""
    return backend.__dict__.setdefault("address_lists", {})


def operations(noun: str, identifier: str) -> dict[str, Any]:
    """The four operations of one kind of list."""

    def found(self: GuardDutyResponse) -> dict[str, Any]:
        return lists(self.guardduty_backend)[self.path.rpartition("/")[2]]

    def keep(one: dict[str, Any], told: dict[str, Any]) -> None:
        if "activate" in told:
            one["status"] = "ACTIVE" if told["activate"] else "INACTIVE"
        one |= {key: told[key] for key in ("name", "format", "location", "tags") if key in told}

    def create(self: GuardDutyResponse) -> str:
        made: dict[str, Any] = {"tags": {}}
        keep(made, json.loads(self.body))
        key = uuid.uuid4().hex
        lists(self.guardduty_backend)[key] = made
        return json.dumps({identifier: key})

    def get(self: GuardDutyResponse) -> str:
        return json.dumps(found(self))

    def update(self: GuardDutyResponse) -> str:
        keep(found(self), json.loads(self.body))
        return json.dumps({})

    def delete(self: GuardDutyResponse) -> str:
        found(self)["status"] = "DELETED"
        return json.dumps({})

    return {f"{each.__name__}_{noun}": each for each in (create, get, update, delete)}


def apply() -> None:
    """Add the operations."""
    for noun, (word, identifier) in KINDS.items():
        for name, operation in operations(noun, identifier).items():
            setattr(GuardDutyResponse, name, operation)
        path = f"{{0}}/detector/(?P<detector_id>[^/]+)/{word}"
        urls.url_paths[f"{path}$"] = GuardDutyResponse.dispatch
        urls.url_paths[f"{path}/(?P<list_id>[^/]+)$"] = GuardDutyResponse.dispatch
