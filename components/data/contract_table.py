"""One DynamoDB table of a service, as its contract says (DDB-1, DB-4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import dynamodb

from components.data.table import scale, scaled
from contracts.services.stores import DynamoStore, Key
from contracts.settings.data import BillingMode
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:data:ContractTable"


@dataclass(frozen=True, kw_only=True)
class ContractTableArgs:
    """Wiring of a table."""

    store: DynamoStore
    """The contract's clause."""
    protection: ProtectionSettings
    key_arn: pulumi.Input[str]
    """Customer-managed key of server-side encryption; a multi-region key where there are replicas."""
    region: str
    replica_regions: Sequence[str] = ()
    """Other regions of the environment, for a table that is replicated."""


class ContractTable(pulumi.ComponentResource):
    """A table called `<name>`, with its indexes, stream, expiry and replicas.

    Makes the table and, when provisioned, a scalable target and a target-tracking policy (70 %) for reads and one for
    writes, of the table and of each index, which has the table's own bounds. A replicated table has a stream of both
    images, which global tables want, and the same key in each region. Costs requests (or capacity units), GB-months,
    GB-months again for point-in-time recovery, and writes again for each replica.

    Source: Amazon DynamoDB Developer Guide, "Using Global Secondary Indexes in DynamoDB", "Global tables".
    """

    table_name: pulumi.Output[str]
    arn: pulumi.Output[str]
    stream_arn: pulumi.Output[str] | None
    """None without a stream."""

    def __init__(self, name: str, *, args: ContractTableArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        store = args.store
        capacity = store.capacity if store.billing is BillingMode.PROVISIONED else None
        replicas = args.replica_regions if store.replicated else ()
        stream = "NEW_AND_OLD_IMAGES" if replicas else store.stream
        table = dynamodb.Table(
            f"{name}-table",
            name=name,
            billing_mode=store.billing.value,
            read_capacity=capacity.read_minimum if capacity else None,
            write_capacity=capacity.write_minimum if capacity else None,
            hash_key=store.partition_key.attribute,
            range_key=store.sort_key.attribute if store.sort_key else None,
            attributes=[
                dynamodb.TableAttributeArgs(name=attribute, type=kind) for attribute, kind in _attributes(store)
            ],
            global_secondary_indexes=_indexes(store) or None,
            ttl=(
                dynamodb.TableTtlArgs(attribute_name=store.time_to_live, enabled=True) if store.time_to_live else None
            ),
            stream_enabled=True if stream else None,
            stream_view_type=str(stream) if stream else None,
            point_in_time_recovery=dynamodb.TablePointInTimeRecoveryArgs(enabled=store.point_in_time_recovery),
            server_side_encryption=dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=args.key_arn),
            deletion_protection_enabled=args.protection.deletion_protection,
            replicas=[_replica(args, region) for region in replicas] or None,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.protection.protect,
                # Scaling owns the capacity once the table stands.
                ignore_changes=scaled(indexed=bool(store.indexes)) if capacity else None,
            ),
        )
        if capacity:
            scale(self, name, table, "Read", capacity.read_minimum, capacity.read_maximum)
            scale(self, name, table, "Write", capacity.write_minimum, capacity.write_maximum)
            for index in store.indexes:
                scale(self, name, table, "Read", capacity.read_minimum, capacity.read_maximum, index=index)
                scale(self, name, table, "Write", capacity.write_minimum, capacity.write_maximum, index=index)
        self.table_name, self.arn = table.name, table.arn
        self.stream_arn = table.stream_arn if stream else None
        self.register_outputs({"table_name": self.table_name, "arn": self.arn, "stream_arn": self.stream_arn})


def _attributes(store: DynamoStore) -> list[tuple[str, str]]:
    """Attributes of every key, each once, sorted by name: DynamoDB wants exactly these."""
    keys: list[Key | None] = [store.partition_key, store.sort_key]
    for index in store.indexes.values():
        keys += [index.partition_key, index.sort_key]
    return sorted({key.attribute: key.type.value for key in keys if key is not None}.items())


def _indexes(store: DynamoStore) -> list[dynamodb.TableGlobalSecondaryIndexArgsDict]:
    """The indexes, as plain mappings: the class warns of `hash_key`, whose successor not every plug-in knows."""
    capacity = store.capacity if store.billing is BillingMode.PROVISIONED else None
    return [
        {
            "name": name,
            "hash_key": index.partition_key.attribute,
            "range_key": index.sort_key.attribute if index.sort_key else None,
            "projection_type": "INCLUDE" if index.projects else "ALL",
            "non_key_attributes": list(index.projects) or None,
            "read_capacity": capacity.read_minimum if capacity else None,
            "write_capacity": capacity.write_minimum if capacity else None,
        }
        for name, index in store.indexes.items()
    ]


def _replica(args: ContractTableArgs, region: str) -> dynamodb.TableReplicaArgs:
    """A copy in another region, encrypted with the same multi-region key there."""
    key = pulumi.Output.from_input(args.key_arn).apply(lambda arn: arn.replace(f":{args.region}:", f":{region}:", 1))
    return dynamodb.TableReplicaArgs(
        region_name=region,
        kms_key_arn=key,
        point_in_time_recovery=args.store.point_in_time_recovery,
        propagate_tags=True,
    )
