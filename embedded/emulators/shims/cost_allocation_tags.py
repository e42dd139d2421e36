"""Activate cost allocation tags."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

import json
from typing import Any

from moto.ce.models import CostExplorerBackend
from moto.ce.responses import CostExplorerResponse

REASON = (
    "moto has no cost allocation tags, and the fallback cannot see that a list of tags with their status and the list "
    "of tags of an account are about the same; nothing is told apart by them here."
)


def apply() -> None:
    """Remember the status of each tag of an account."""

    def statuses(backend: CostExplorerBackend) -> dict[str, str]:
        if not hasattr(backend, "cost_allocation_tags"):
            backend.cost_allocation_tags = {}
        return backend.cost_allocation_tags

    def update(self: CostExplorerResponse) -> str:
        told: list[dict[str, Any]] = json.loads(self.body)["CostAllocationTagsStatus"]
        statuses(self.ce_backend).update({each["TagKey"]: each["Status"] for each in told})
        return json.dumps({"Errors": []})

    def listed(self: CostExplorerResponse) -> str:
        asked = json.loads(self.body)
        found = [
            {"TagKey": key, "Type": "UserDefined", "Status": status}
            for key, status in sorted(statuses(self.ce_backend).items())
            if key in (asked.get("TagKeys") or [key])
            and status == asked.get("Status", status)
            and asked.get("Type", "UserDefined") == "UserDefined"
        ]
        return json.dumps({"CostAllocationTags": found})

    CostExplorerResponse.update_cost_allocation_tags_status = update
    CostExplorerResponse.list_cost_allocation_tags = listed
