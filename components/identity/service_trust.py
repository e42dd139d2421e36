"""Trust policies for services of AWS, which act for this account alone (no confused deputy)."""

from __future__ import annotations

from typing import Any

import pulumi


def service_trust(sid: str, principal: str, account_id: str, source_arn: pulumi.Input[str]) -> dict[str, Any]:
    """A service takes the role on behalf of one account's resources, and of nobody else's.

    Args:
        sid: name of the statement.
        principal: the service, such as `states.amazonaws.com`.
        account_id: account whose resources it acts for.
        source_arn: those resources; `*` stands for any part of an ARN.

    Source: AWS IAM User Guide, "The confused deputy problem".
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": sid,
                "Effect": "Allow",
                "Principal": {"Service": principal},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": account_id},
                    "ArnLike": {"aws:SourceArn": source_arn},
                },
            }
        ],
    }
