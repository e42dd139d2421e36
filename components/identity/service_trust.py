"""Trust policies for services of AWS, which act for this account alone (no confused deputy)."""

from __future__ import annotations

from typing import Any

import pulumi


def service_trust(
    sid: str, principal: str, account_id: str, source_arn: pulumi.Input[str] | None = None, *, exact: bool = False
) -> dict[str, Any]:
    """The trust policy of a role that one service takes; arguments as those of `trust_statement`."""
    return {
        "Version": "2012-10-17",
        "Statement": [trust_statement(sid, principal, account_id, source_arn, exact=exact)],
    }


def trust_statement(
    sid: str, principal: str, account_id: str, source_arn: pulumi.Input[str] | None = None, *, exact: bool = False
) -> dict[str, Any]:
    """A service takes the role on behalf of one account's resources, and of nobody else's.

    Args:
        sid: name of the statement.
        principal: the service, such as `states.amazonaws.com`.
        account_id: account whose resources it acts for.
        source_arn: those resources, `*` standing for any part of an ARN; all of the account if None, for services
            that do not say for which they act.
        exact: whether it is one whole ARN, in which `*` stands for nothing.

    Source: AWS IAM User Guide, "The confused deputy problem".
    """
    equals: dict[str, Any] = {"aws:SourceAccount": account_id}
    condition: dict[str, Any] = {"StringEquals": equals}
    if source_arn is not None and exact:
        equals["aws:SourceArn"] = source_arn
    elif source_arn is not None:
        condition["ArnLike"] = {"aws:SourceArn": source_arn}
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "sts:AssumeRole",
        "Condition": condition,
    }
