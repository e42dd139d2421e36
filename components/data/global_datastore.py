"""One ElastiCache Global Datastore (CAC-1, DR-1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws.elasticache.global_replication_group import GlobalReplicationGroup

TOKEN = "atoll:data:GlobalDatastore"


@dataclass(frozen=True, kw_only=True)
class GlobalDatastoreArgs:
    """What the datastore is made of."""

    environment: str
    primary_group_id: pulumi.Input[str]
    """Replication group that writes when the datastore is made; its engine, node type and shards are everybody's."""


class GlobalDatastore(pulumi.ComponentResource):
    """The frame that caches of several regions join: one takes writes, the others follow and are read.

    AWS puts five letters of the primary's region before the name. A member of it is promoted by hand or by a recovery
    plan, never by itself; which one writes is no property of the program.

    Costs nothing but the data between regions, USD 0.02 a GB; the members cost what they cost by themselves.

    Does not make: the caches (`RedisCache`; a secondary joins by `global_datastore_id`).

    Source: CAC-1, DR-1; Amazon ElastiCache User Guide, "Replication across AWS Regions using global datastores".
    """

    id: pulumi.Output[str]
    """Id that secondaries join by, with AWS's letters."""

    def __init__(self, name: str, *, args: GlobalDatastoreArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-global-datastore`."""
        super().__init__(TOKEN, name, None, opts)
        datastore = GlobalReplicationGroup(
            f"{name}-global-datastore",
            global_replication_group_id_suffix=f"atoll-{args.environment}",
            primary_replication_group_id=args.primary_group_id,
            global_replication_group_description=f"Caches of {args.environment} in all its regions",
            # After a failover another group is the primary one; made again, the datastore would lose its members.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["primaryReplicationGroupId"]),
        )
        self.id = datastore.global_replication_group_id
        self.register_outputs({"id": self.id})
