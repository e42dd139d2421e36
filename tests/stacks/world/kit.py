"""Records the global stack on outputs of two regions, as a deployment would have drawn them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from contracts.outputs.region import RegionOutputs
from contracts.settings import GlobalStackSettings, load_any
from contracts.settings.connectivity import Segment
from graph.record import Recording, record
from stacks import world
from tests.kit import GraphView

FILE = Path(__file__).parents[3] / "Pulumi.global.yaml"
ACCOUNT = "444444444444"
REGIONS = {"prod": "us-east-1", "prod-west": "us-west-2"}


def settings(**changes: Any) -> GlobalStackSettings:
    """Those of the project without its recovery plans, with parts replaced."""
    found = load_any(FILE)
    assert isinstance(found, GlobalStackSettings)
    parts: dict[str, Any] = {name: getattr(found, name) for name in GlobalStackSettings.model_fields}
    return GlobalStackSettings.model_validate(parts | {"recovery_plans": None} | changes)


def outputs(stack: str) -> dict[str, Any]:
    """What a region stack exports."""
    place = REGIONS[stack]
    arn = f"arn:aws:rds:{place}:{ACCOUNT}:db:x"
    number = str(list(REGIONS).index(stack))
    tables = {segment.value: f"tgw-rtb-{number}{index}" for index, segment in enumerate(Segment)}
    return {
        "schema_version": RegionOutputs.VERSION,
        "environment": "prod",
        "region": place,
        "account_id": ACCOUNT,
        "vpc_id": f"vpc-{number}",
        "vpc_cidr": "10.0.0.0/16",
        "subnet_ids": {},
        "security_group_ids": {},
        "load_balancer": {
            "arn": f"arn:aws:elasticloadbalancing:{place}:{ACCOUNT}:loadbalancer/app/{stack}/1",
            "dns_name": f"{stack}.{place}.elb.amazonaws.com",
            "zone_id": "Z35SXDOTRQ7X7K",
            "listener_arn": arn,
        },
        "database": {"arn": arn, "resource_id": "db-X", "endpoint": "x", "port": 5432, "name": "x", "secret_arn": arn},
        "cache": {"id": "x", "endpoint": "x", "port": 6379, "secret_arn": arn},
        "tables": {},
        "buckets": {
            role: {"name": f"app-{role}-{stack}", "arn": f"arn:aws:s3:::app-{role}-{stack}"}
            for role in ("assets", "uploads", "backups", "logs")
        },
        "key_arns": {
            purpose: f"arn:aws:kms:{place}:{ACCOUNT}:key/{purpose}" for purpose in ("logs", "storage", "messaging")
        },
        "log_groups": {},
        "dashboards": {},
        "alarm_topic_arn": f"arn:aws:sns:{place}:{ACCOUNT}:alarms",
        "transit_gateway": {"id": f"tgw-{number}", "arn": arn, "table_ids": tables, "peering_ids": {}},
    }


def recorded(found: GlobalStackSettings, exports: Mapping[str, Mapping[str, Any]] | None = None) -> Recording:
    """The stack of these settings on these outputs.

    Raises:
        pulumi.RunError: the outputs do not fit.
    """
    given = exports if exports is not None else {stack: outputs(stack) for stack in REGIONS}
    return record(
        lambda: world.build(found),
        stack="global",
        account=ACCOUNT,
        config={},
        stack_outputs={stack: dict(values) for stack, values in given.items()},
    )


@cache
def whole() -> Recording:
    """The stack of the project."""
    return recorded(settings())


def view() -> GraphView:
    """Its graph."""
    return GraphView(whole().graph)
