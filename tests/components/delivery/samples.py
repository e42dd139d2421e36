"""A delivery of three environments, recorded."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from components.delivery import Delivery, DeliveryArgs
from contracts.settings.delivery import DeliverySettings
from contracts.settings.security import ProtectionSettings
from tests.kit import ACCOUNT, REGION, GraphView, record_component

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0"
STAGES: list[dict[str, Any]] = [
    {
        "name": "development",
        "stacks": ["dev", "order-dev"],
        "account": "222222222222",
        "role": "AtollDeploy",
        "approval": False,
        "tests": ["smoke", "integration"],
    },
    {
        "name": "staging",
        "stacks": ["staging"],
        "account": "333333333333",
        "role": "AtollDeploy",
        "approval": True,
        "tests": ["end-to-end", "performance", "security"],
    },
    {
        "name": "production",
        "stacks": ["prod"],
        "account": "444444444444",
        "role": "AtollDeploy",
        "approval": True,
        "tests": [],
    },
]
WATCH = {"drift_schedule": "cron(17 5 * * ? *)", "timezone": "Europe/Berlin"}


@cache
def view(source: str = "github", *, watched: bool = False) -> GraphView:
    """What it makes for a kind of source, with or without the builds beside the pipeline."""
    settings = DeliverySettings.model_validate(
        {
            "source": {
                "kind": source,
                "repository": "acme/platform" if source == "github" else "platform",
                "branch": "main",
            },
            "stages": STAGES,
            "state": "s3://atoll-state-1/stacks",
            "compute": "BUILD_GENERAL1_SMALL",
            "timeout_minutes": 45,
            "log_retention_days": 30,
            "artifacts_kept_days": 14,
            "watch": WATCH if watched else None,
        }
    )
    args = DeliveryArgs(
        environment="test",
        region=REGION,
        account_id=ACCOUNT,
        settings=settings,
        protection=ProtectionSettings(
            protect=False, deletion_protection=False, final_snapshot=False, force_destroy=True
        ),
        vpc_id="vpc-1",
        subnet_ids=["subnet-a", "subnet-b"],
        storage_key_arn=KEY,
        logs_key_arn=KEY,
        messaging_key_arn=KEY,
        log_bucket="logs",
        pipeline_role_arn=f"arn:aws:iam::{ACCOUNT}:role/CICDPipelineRole-test",
        pipeline_role_name="CICDPipelineRole-test",
        registry_role_arn=f"arn:aws:iam::{ACCOUNT}:role/atoll-registry-reader",
    )
    return record_component(lambda: Delivery("test", args=args))


def statements_of(made: GraphView, policy: str) -> dict[str, dict[str, Any]]:
    """Statements of a policy by their id; what is not known yet stands as it is written."""
    document = made.value(policy, "policy")
    text = document if isinstance(document, str) else "".join(str(part) for part in getattr(document, "parts", ()))
    return {statement["Sid"]: statement for statement in json.loads(text)["Statement"]}
