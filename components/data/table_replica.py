"""A DynamoDB table that another region's stack has made, as this region has it (DDB-1, DR-1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import dynamodb

from contracts.settings.data import TableSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:data:TableReplica"


@dataclass(frozen=True, kw_only=True)
class TableReplicaArgs:
    """What the replica is wired to."""

    settings: TableSettings
    protection: ProtectionSettings
    environment: str
    table: str
    """Name in the settings; the table is called `atoll-<environment>-<table>` in every region."""
    account_id: str
    region: str
    """This region."""
    primary_arn: pulumi.Input[str]
    """The table that is replicated."""
    key_arn: pulumi.Input[str]
    """Key of server-side encryption in this region."""


class TableReplica(pulumi.ComponentResource):
    """A replica that takes reads and writes like the table itself, typically a second behind; the last writer wins.

    A table with a witness is made in all its regions at once by the stack that has it: its replica is here already,
    and nothing but what watches it is made. Keys, indexes, billing and time to live are the table's own; continuous
    backups and protection are each replica's.

    Costs what the table costs: each write is paid in both regions.

    Does not make: the table. Its stream is not told, for the provider does not know it.

    Source: DDB-1; Amazon DynamoDB Developer Guide, "Global tables: multi-Region replication".
    """

    table_name: pulumi.Output[str]
    """Name, known beforehand."""
    arn: pulumi.Output[str]
    stream_arn: None = None

    def __init__(self, name: str, *, args: TableReplicaArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the replica; the component and its replica are called `<name>-table-<table>`."""
        name = f"{name}-table-{args.table}"
        super().__init__(TOKEN, name, None, opts)
        physical = f"atoll-{args.environment}-{args.table}"
        self.table_name = pulumi.Output.from_input(physical)
        arn = f"arn:aws:dynamodb:{args.region}:{args.account_id}:table/{physical}"
        if args.settings.witness_region is None:
            replica = dynamodb.TableReplica(
                name,
                global_table_arn=args.primary_arn,
                kms_key_arn=args.key_arn,
                point_in_time_recovery=args.settings.point_in_time_recovery,
                deletion_protection_enabled=args.protection.deletion_protection,
                opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
            )
            self.arn, after = replica.arn, [replica]
        else:
            self.arn, after = pulumi.Output.from_input(arn), list[pulumi.Resource]()
        if args.settings.contributor_insights:
            dynamodb.ContributorInsights(
                f"{name}-insights",
                table_name=physical,
                opts=pulumi.ResourceOptions(parent=self, depends_on=after),
            )
        self.register_outputs({"table_name": self.table_name, "arn": self.arn})
