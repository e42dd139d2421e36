"""Functions as they should be."""

from __future__ import annotations

import pulumi
from pulumi_aws import lambda_


def program() -> None:
    """Functions."""
    lambda_.Function(
        "function",
        role="arn:aws:iam::111122223333:role/function",
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("")}),
    )
