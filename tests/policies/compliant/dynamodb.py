"""Tables as they should be."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_aws import appautoscaling, dynamodb

KEY = "arn:aws:kms:us-east-1:111122223333:key/tables"
PEER_KEY = "arn:aws:kms:us-west-2:111122223333:key/tables"
KEPT: Any = {
    "attributes": [{"name": "id", "type": "S"}],
    "hash_key": "id",
    "stream_enabled": True,
    "point_in_time_recovery": {"enabled": True},
    "server_side_encryption": {"enabled": True, "kms_key_arn": KEY},
    "deletion_protection_enabled": True,
}


def program() -> None:
    """A table with its replica inline, and one of scaled capacity whose replica stands beside it."""
    dynamodb.Table(
        "table",
        billing_mode="PAY_PER_REQUEST",
        replicas=[{"region_name": "us-west-2", "kms_key_arn": PEER_KEY, "point_in_time_recovery": True}],
        **KEPT,
    )
    scaled = dynamodb.Table("scaled-table", billing_mode="PROVISIONED", read_capacity=5, write_capacity=5, **KEPT)
    for direction in ("Read", "Write"):
        appautoscaling.Target(
            f"scaled-table-{direction.lower()}",
            service_namespace="dynamodb",
            resource_id=pulumi.Output.concat("table/", scaled.name),
            scalable_dimension=f"dynamodb:table:{direction}CapacityUnits",
            min_capacity=5,
            max_capacity=50,
        )
    dynamodb.TableReplica(
        "table-replica",
        region="us-west-2",
        global_table_arn=scaled.arn,
        kms_key_arn=PEER_KEY,
        point_in_time_recovery=True,
        deletion_protection_enabled=True,
    )
