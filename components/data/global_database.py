"""One Aurora Global Database (DB-2, DR-1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws.rds.global_cluster import GlobalCluster

from components.data.aurora_cluster import ENGINE
from contracts.settings.aurora import AuroraSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:data:GlobalDatabase"


@dataclass(frozen=True, kw_only=True)
class GlobalDatabaseArgs:
    """What the global database is made of."""

    settings: AuroraSettings
    protection: ProtectionSettings
    environment: str
    """Its identifier becomes `atoll-<environment>`; clusters join by it."""


class GlobalDatabase(pulumi.ComponentResource):
    """The frame that clusters of several regions join: one writes, the others follow, typically within a second.

    Which one writes is no property of the program: a failover or switchover changes it, and the next preview finds
    nothing to do. Its engine version leads those of the clusters, which follow it by themselves.

    Costs USD 0.20 per million replicated writes; the clusters cost what they cost by themselves.

    Does not make: the clusters (`AuroraCluster.global_cluster_id`), nor choose a limit to how far a secondary may lag
    (`rds.global_db_rpo`), which would stop the writer when the other region is lost.

    Source: DB-2, DR-1; Amazon Aurora User Guide, "Using Amazon Aurora Global Database".
    """

    id: pulumi.Output[str]
    """Identifier that clusters join by."""
    arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: GlobalDatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-global-database`."""
        super().__init__(TOKEN, name, None, opts)
        cluster = GlobalCluster(
            f"{name}-global-database",
            global_cluster_identifier=f"atoll-{args.environment}",
            engine=ENGINE,
            engine_version=args.settings.engine_version,
            database_name=args.settings.database_name,
            storage_encrypted=True,
            deletion_protection=args.protection.deletion_protection,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
        )
        self.id, self.arn = cluster.id, cluster.arn
        self.register_outputs({"id": self.id, "arn": self.arn})
