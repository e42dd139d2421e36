"""Functions as they should be."""

from __future__ import annotations

import pulumi
from pulumi_aws import lambda_


def program() -> None:
    """A function that events call, and what belongs to it."""
    function = lambda_.Function(
        "function",
        role="arn:aws:iam::111122223333:role/function",
        runtime="python3.13",
        handler="app.handler",
        code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("")}),
        vpc_config={"subnet_ids": ["subnet-1", "subnet-2"], "security_group_ids": ["sg-1"]},
        environment={"variables": {"DATABASE_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:1:secret:database"}},
    )
    lambda_.FunctionEventInvokeConfig(
        "function-failures",
        function_name=function.name,
        destination_config={"on_failure": {"destination": "arn:aws:sqs:us-east-1:111122223333:failed"}},
    )
    lambda_.Permission(
        "function-permission",
        function=function.name,
        action="lambda:InvokeFunction",
        principal="events.amazonaws.com",
        source_arn="arn:aws:events:us-east-1:111122223333:rule/orders",
    )
    lambda_.FunctionUrl("function-url", function_name=function.name, authorization_type="AWS_IAM")
