"""Daily sums in DynamoDB. What is counted and that it was counted change together, so that nothing counts twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from botocore.exceptions import ClientError
from runtime.clients import client, error_code
from runtime.log import logger
from runtime.settings import variable

REMEMBERED = 400 * 86_400
"""Seconds that an event is known to have been counted: longer than any archive keeps it for a replay."""
MARK = "counted"
"""Stands in for the day of a mark: an event that comes again after midnight is the same."""
MOST_SUMS = 99
"""Sums in one transaction of DynamoDB, beside the mark; it takes 100 items."""


@dataclass(frozen=True)
class Counted:
    """What one event adds."""

    identity: str
    """The event's id."""
    day: str
    """Day it counts for, `2026-01-31`."""
    sums: Mapping[str, int] = field(default_factory=Counter[str])
    """Metric → what is added."""


def add(counted: Counted) -> bool:
    """Add to the sums of a day, unless this event was added before; whether it was added now.

    An event with more sums than one transaction takes is added in parts, each of them once.

    Raises:
        botocore.exceptions.ClientError: DynamoDB did not take it; adding it again is safe.
    """
    sums = sorted(counted.sums.items())
    added = [
        _part(counted, f"{counted.identity}#{start}", dict(sums[start : start + MOST_SUMS]))
        for start in range(0, len(sums), MOST_SUMS)
    ]
    return any(added)


def day_of(text: str | None) -> str:
    """The UTC day of a time in ISO 8601; today if there is none.

    Raises:
        ValueError: it is no time.
    """
    at = datetime.fromisoformat(text) if text else datetime.now(UTC)
    return at.astimezone(UTC).date().isoformat() if at.tzinfo else at.date().isoformat()


def _part(counted: Counted, mark: str, sums: Mapping[str, int]) -> bool:
    table = variable("METRICS_TABLE")
    put = {
        "TableName": table,
        "Item": {
            "metric": {"S": f"event#{mark}"},
            "day": {"S": MARK},
            "expires_at": {"N": str(int(time.time()) + REMEMBERED)},
        },
        "ConditionExpression": "attribute_not_exists(metric)",
    }
    updates = [
        {
            "Update": {
                "TableName": table,
                "Key": {"metric": {"S": metric}, "day": {"S": counted.day}},
                "UpdateExpression": "ADD amount :more",
                "ExpressionAttributeValues": {":more": {"N": str(more)}},
            }
        }
        for metric, more in sums.items()
    ]
    try:
        client("dynamodb").transact_write_items(TransactItems=[{"Put": put}, *updates])
    except ClientError as error:
        reasons = error.response.get("CancellationReasons", [])
        if error_code(error) == "TransactionCanceledException" and reasons[0].get("Code") == "ConditionalCheckFailed":
            logger.info("counted before", extra={"event_id": counted.identity})
            return False
        raise
    return True
