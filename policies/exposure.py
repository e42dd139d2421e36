"""Whether a statement of a resource's policy opens the resource to people whom nobody knows."""

from __future__ import annotations

from policies.documents import Condition, Statement
from policies.internet import is_internet

CALLER_KEYS = (
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalarn",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceowner",  # SNS writes it into the policy of a topic that has none
    "aws:sourcevpc",
    "aws:sourcevpce",
    "kms:calleraccount",
)
"""Condition keys that say who asks, or on whose behalf, or out of which network."""


def open_to_anyone(statement: Statement) -> bool:
    """Whether it allows every principal, and no condition says which account, organization or network asks."""
    return statement.allow and statement.anyone and not any(_limits(statement, c) for c in statement.conditions)


def _limits(statement: Statement, condition: Condition) -> bool:
    if condition.key == "aws:sourceip":
        return condition.operator == "ipaddress" and not is_internet(condition.values)
    return (
        condition.key in CALLER_KEYS
        and statement.condition_on(condition.key)
        and not any(_any_account(value) for value in condition.values)
    )


def _any_account(value: str) -> bool:
    """Whether an ARN leaves its account open, as `arn:aws:iam::*:role/reader` does."""
    parts = value.split(":")
    return parts[0] == "arn" and (len(parts) < 5 or "*" in parts[4] or "?" in parts[4])
