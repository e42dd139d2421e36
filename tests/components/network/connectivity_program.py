"""The program that test_connectivity_engine.py deploys: two VPCs at a transit gateway, and all that leads elsewhere."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import pulumi
import pulumi_aws

from components.network import Vpc, VpcArgs
from contracts.settings import StackSettings
from stacks.region.connectivity import make_connectivity
from stacks.region.foundation import Foundation

config = pulumi.Config("atoll")
given: dict[str, Any] = json.loads(config.require("settings"))
settings = StackSettings.model_validate(given)
account, region = settings.account.id, settings.region
provider = pulumi_aws.Provider("aws", region=region)
opts = pulumi.ResourceOptions(providers=[provider])
key = pulumi_aws.kms.Key("logs", enable_key_rotation=True, opts=pulumi.ResourceOptions(provider=provider))
vpc = Vpc(
    settings.environment,
    args=VpcArgs(
        environment=settings.environment,
        region=region,
        account_id=account,
        settings=settings.network,
        log_key_arn=key.arn,
    ),
    opts=opts,
)
make_connectivity(settings, cast("Foundation", SimpleNamespace(vpc=vpc, key=lambda _: key.arn)), opts)
