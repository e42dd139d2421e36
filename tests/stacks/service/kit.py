"""Service stacks recorded offline: the sample ones as they stand, and others from edited settings."""

from __future__ import annotations

import json
from functools import cache, partial
from pathlib import Path
from typing import Any

from console.offline import engine_configuration, record_stack
from contracts.services import read
from contracts.services.contract import ServiceContract
from contracts.settings import parse_any
from graph.record import record
from graph.values import UNKNOWN
from stacks import service as service_stack
from tests.kit import GraphView

PROJECT = Path(__file__).resolve().parents[3]
ACCOUNT, OTHER, REGION = "222222222222", "333333333333", "us-east-1"
SERVICES = ("analytics", "events", "inventory", "order", "payment", "user")
FIXTURE = PROJECT / "tests" / "contracts" / "services" / "estate"
RECORDS = "aws:ssm/getParametersByPath:getParametersByPath"
ISSUER = f"oidc.eks.{REGION}.amazonaws.com/id/EXAMPLE"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"
CLUSTER: dict[str, Any] = {
    "name": "dev",
    "arn": f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/dev",
    "version": "1.36",
    "endpoint": "https://example.eks.amazonaws.com",
    "certificate_authority": "example",
    "kubeconfig": "{}",
    "oidc_issuer": ISSUER,
    "oidc_provider_arn": PROVIDER,
    "security_group_id": "sg-0a",
    "node_security_group_id": "sg-0b",
    "node_role_arn": f"arn:aws:iam::{ACCOUNT}:role/nodes",
    "role_arns": {},
}
"""What a region exports of its Kubernetes cluster."""


@cache
def recorded(service: str) -> GraphView:
    """A sample service's stack."""
    return GraphView(record_stack(PROJECT / f"Pulumi.{service}-dev.yaml").graph)


@cache
def contract(service: str) -> ServiceContract:
    """A sample service's contract."""
    found = read(PROJECT / "services").contracts
    return next(each.contract for each in found if each.contract.id.endswith(f"/{service}"))


def region(**changes: Any) -> dict[str, Any]:
    """What a region exports, with ids made up."""
    arn = f"arn:aws:%s:{REGION}:{ACCOUNT}:%s"
    return {
        "schema_version": 1,
        "environment": "dev",
        "region": REGION,
        "account_id": ACCOUNT,
        "vpc_id": "vpc-01",
        "vpc_cidr": "10.3.0.0/16",
        "subnet_ids": {tier: {"us-east-1a": "subnet-01"} for tier in ("public", "private", "database")},
        "security_group_ids": {"database": "sg-0d", "cache": "sg-0c"},
        "load_balancer": {
            "arn": arn % ("elasticloadbalancing", "loadbalancer/app/dev/1"),
            "dns_name": "dev.example",
            "zone_id": "Z35SXDOTRQ7X7K",
            "listener_arn": arn % ("elasticloadbalancing", "listener/app/dev/1/2"),
        },
        "cluster": {
            "arn": arn % ("ecs", "cluster/dev"),
            "name": "dev",
            "namespace_id": "ns-01",
            "namespace_name": "dev.atoll.internal",
            "log_group": "/aws/ecs/app-service-dev",
        },
        "database": {
            "arn": arn % ("rds", "db:dev"),
            "resource_id": "db-ABC123",
            "endpoint": "dev.rds.example",
            "port": 5432,
            "name": "platform_db",
            "secret_arn": arn % ("secretsmanager", "secret:master"),
        },
        "cache": {
            "id": "dev",
            "endpoint": "dev.cache.example",
            "port": 6379,
            "secret_arn": arn % ("secretsmanager", "secret:token"),
        },
        "tables": {},
        "buckets": {
            role: {"name": f"app-{role}-dev-{ACCOUNT}", "arn": f"arn:aws:s3:::app-{role}-dev-{ACCOUNT}"}
            for role in ("assets", "uploads", "backups", "logs")
        },
        "key_arns": {
            purpose: arn % ("kms", f"key/{purpose}")
            for purpose in ("database", "storage", "secrets", "logs", "messaging")
        },
        "log_groups": {},
        "dashboards": {},
        "alarm_topic_arn": arn % ("sns", "alarms"),
        **changes,
    }


def composed(
    service: str,
    *,
    services: Path | None = None,
    exports: dict[str, Any] | None = None,
    records: dict[str, str] | None = None,
    vault: list[str] | None = None,
    **changes: Any,
) -> GraphView:
    """A service's stack from edited settings, in a region whose ids are known; `records` by their path.

    Deployment records are unknown if `records` is left out, and entries of the vault if `vault` is.
    """
    config, _ = engine_configuration(PROJECT / f"Pulumi.{service}-dev.yaml")
    config |= {f"atoll:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in changes.items()}
    settings = parse_any(config, stack=f"{service}-dev")
    program = partial(service_stack.build, settings, **({"services": services} if services else {}))  # pyright: ignore[reportArgumentType]
    entry = json.dumps({"client_id": "id", "client_secret": "word"})
    names = [UNKNOWN] if records is None else list(records)
    values = [UNKNOWN] if records is None else list(records.values())
    found = record(
        program,
        stack=f"{service}-dev",
        account=settings.account.id,
        config=config,
        invokes={
            RECORDS: lambda _: {"names": names, "values": values},
            "aws:secretsmanager/getSecrets:getSecrets": lambda asked: {
                **asked,
                "names": [UNKNOWN] if vault is None else vault,
            },
            "aws:secretsmanager/getSecretVersion:getSecretVersion": lambda asked: {**asked, "secretString": entry},
        },
        stack_outputs={"dev": exports if exports is not None else region()},
        root=PROJECT,
    )
    return GraphView(found.graph)
