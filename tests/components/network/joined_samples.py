"""Recordings of what joins networks, from the golden stack's settings; each variant once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pulumi

from components.network import Vpc, VpcArgs
from contracts.settings import StackSettings, load
from stacks.region.connectivity import make_connectivity
from stacks.region.foundation import Foundation
from tests.kit import GraphView, record_component

GOLDEN = Path(__file__).parents[2] / "stacks" / "region" / "Pulumi.all-enabled.yaml"
LOG_KEY = "arn:aws:kms:us-west-2:333333333333:key/logs"


@cache
def golden() -> StackSettings:
    """Everything is on: NAT is central, VPN and a line reach workloads, both sides of peerings are here."""
    settings = load(GOLDEN)
    assert isinstance(settings, StackSettings)
    return settings


def changed(**sections: Any) -> StackSettings:
    """The golden settings with other sections, which are not judged."""
    return golden().model_copy(update=sections)


def record_joined(settings: StackSettings) -> GraphView:
    """The graph of what joins the stack's VPC to others."""

    def program() -> None:
        name, account = settings.environment, settings.account.id
        vpc = Vpc(
            name,
            args=VpcArgs(
                environment=name,
                region=settings.region,
                account_id=account,
                settings=settings.network,
                log_key_arn=LOG_KEY,
            ),
        )
        foundation = SimpleNamespace(vpc=vpc, key=lambda _: LOG_KEY)  # pyright: ignore[reportUnknownLambdaType]
        make_connectivity(settings, cast("Foundation", foundation), pulumi.ResourceOptions())

    return record_component(program)
