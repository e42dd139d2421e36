"""What a region stack exports, read back as one record."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.addresses import Tier
from contracts.field_docs import field_docs
from contracts.outputs.base import Outputs, OutputsError, StackOutputs
from contracts.outputs.region import RegionOutputs

ACCOUNT = "222222222222"


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:us-east-1:{ACCOUNT}:{rest}"


def exports() -> dict[str, Any]:
    return {
        "schema_version": 1,
        "environment": "dev",
        "region": "us-east-1",
        "account_id": ACCOUNT,
        "vpc_id": "vpc-0a1b",
        "vpc_cidr": "10.3.0.0/16",
        "subnet_ids": {tier: {"us-east-1a": "subnet-01"} for tier in ("public", "private", "database")},
        "security_group_ids": {"alb": "sg-01"},
        "load_balancer": {
            "arn": arn("elasticloadbalancing", "loadbalancer/app/dev/1"),
            "dns_name": "dev.elb.amazonaws.com",
            "zone_id": "Z35SXDOTRQ7X7K",
            "listener_arn": arn("elasticloadbalancing", "listener/app/dev/1/2"),
        },
        "cluster": {
            "arn": arn("ecs", "cluster/dev"),
            "name": "dev",
            "namespace_id": "ns-01",
            "namespace_name": "dev.atoll.internal",
            "log_group": "/aws/ecs/app-service-dev",
        },
        "database": {
            "arn": arn("rds", "db:dev"),
            "resource_id": "db-ABC123",
            "endpoint": "dev.rds.amazonaws.com",
            "port": 5432,
            "name": "platform_db",
            "secret_arn": arn("secretsmanager", "secret:dev"),
        },
        "cache": {
            "id": "dev",
            "endpoint": "dev.cache.amazonaws.com",
            "port": 6379,
            "secret_arn": arn("secretsmanager", "secret:c"),
        },
        "tables": {"events": {"name": "dev-events", "arn": arn("dynamodb", "table/dev-events")}},
        "buckets": {"assets": {"name": "app-assets-dev", "arn": "arn:aws:s3:::app-assets-dev"}},
        "key_arns": {"database": arn("kms", "key/1")},
        "log_groups": {"user": "/aws/ecs/dev/user"},
        "dashboards": {"operations": "dev-operations"},
        "alarm_topic_arn": arn("sns", "dev-alarms"),
    }


def test_exports_are_a_typed_record() -> None:
    found = RegionOutputs.from_exports(exports(), stack="dev")
    assert found.subnet_ids[Tier.PRIVATE] == {"us-east-1a": "subnet-01"}
    assert found.database.port == 5432
    assert found.tables["events"].stream_arn is None


def test_exports_of_a_newer_program_are_read_when_they_say_more() -> None:
    assert RegionOutputs.from_exports(exports() | {"something_new": 1}, stack="dev") == RegionOutputs.from_exports(
        exports(), stack="dev"
    )


def test_every_output_is_told_when_several_are_missing_or_wrong() -> None:
    wrong = exports() | {"vpc_id": "subnet-1", "alarm_topic_arn": "dev-alarms"}
    del wrong["cache"]
    with pytest.raises(OutputsError) as caught:
        RegionOutputs.from_exports(wrong, stack="dev")
    message = str(caught.value)
    assert message.startswith("dev does not export what its readers need:\n")
    assert all(f"  {name}: " in message for name in ("vpc_id", "alarm_topic_arn", "cache"))
    assert message.endswith("atoll stack up dev")
    assert "pydantic" not in message


def test_every_output_describes_itself() -> None:
    models = [*Outputs.__subclasses__(), *StackOutputs.__subclasses__()]
    assert [f"{m.__name__}.{n}" for m in models for n in m.model_fields if n not in field_docs(m)] == []
