"""Watch who asks for which keys of a table, and stop watching."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.dynamodb.responses import DynamoHandler

REASON = (
    "moto knows no contributor insights; the fallback remembers that they were switched on, of a table and of its "
    "index as if they were one, and does not understand that DISABLE ends them, so that no destroy ends."
)
_STATE = {"ENABLE": "ENABLED", "DISABLE": "DISABLED"}


def apply() -> None:
    """Add the two actions; what is watched is kept on the table."""

    def update(self: DynamoHandler) -> ActionResult:
        told: dict[str, Any] = self.body
        watched = _watched(self)
        watched[told.get("IndexName")] = _STATE[told["ContributorInsightsAction"]]
        return ActionResult(_answer(told, watched))

    def describe(self: DynamoHandler) -> ActionResult:
        told: dict[str, Any] = self.body
        return ActionResult(_answer(told, _watched(self)))

    DynamoHandler.update_contributor_insights = update  # type: ignore[attr-defined]
    DynamoHandler.describe_contributor_insights = describe  # type: ignore[attr-defined]


def _watched(handler: DynamoHandler) -> dict[str | None, str]:
    """Index, or None for the table itself → state; an unknown table is refused as by any other action."""
    table = handler.dynamodb_backend.get_table(handler.body["TableName"].rsplit("/", 1)[-1])
    return table.__dict__.setdefault("contributor_insights", {})


def _answer(told: dict[str, Any], watched: dict[str | None, str]) -> dict[str, Any]:
    index = {"IndexName": told["IndexName"]} if told.get("IndexName") else {}
    state = watched.get(told.get("IndexName"), "DISABLED")
    return {"TableName": told["TableName"], **index, "ContributorInsightsStatus": state}
