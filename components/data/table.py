"""One DynamoDB table in one region (DDB-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi
from pulumi_aws import appautoscaling, dynamodb

from contracts.settings.data import BillingMode, CapacitySettings, TableSettings
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:data:Table"
TARGET_UTILISATION_PERCENT = 70
"""Share of provisioned capacity that scaling aims at: bursts have 30 % until the next step."""


@dataclass(frozen=True, kw_only=True)
class TableArgs:
    """What the table is wired to."""

    settings: TableSettings
    protection: ProtectionSettings
    environment: str
    table: str
    """Name in the settings; the table is called `atoll-<environment>-<table>`."""
    key_arn: pulumi.Input[str]
    """Customer-managed key of server-side encryption."""
    replica_key_arns: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Other region → key there, for a global table; the table has a stream of both images then."""
    replicas_elsewhere: bool = False
    """Stacks of other regions make replicas of it (`TableReplica`), which this one leaves alone."""
    resource_policy: pulumi.Input[Mapping[str, Any]] | None = None
    """Who in other accounts may use it, as a policy document; None for this account's IAM policies alone."""


class Table(pulumi.ComponentResource):
    """A DynamoDB table, paid for per request or scaled between two bounds.

    Makes the table with its indexes and replicas and, when provisioned, a scalable target and a target-tracking policy
    (70 %) for reads and one for writes, of the table and of each index; when asked for, contributor insights
    and a resource policy. Costs requests (or capacity units), GB-months, GB-months again for point-in-time recovery and
    for each index, and writes again for each replica.

    Does not make: DAX.

    Raises:
        ValueError: capacity is given for a table paid per request, or missing for a provisioned one.

    Source: Amazon DynamoDB Developer Guide, "Managing throughput capacity automatically", "Point-in-time recovery".
    """

    table_name: pulumi.Output[str]
    arn: pulumi.Output[str]
    stream_arn: pulumi.Output[str] | None
    """None without a stream."""

    def __init__(self, name: str, *, args: TableArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the table; the component and its table are called `<name>-table-<table>`."""
        name = f"{name}-table-{args.table}"
        super().__init__(TOKEN, name, None, opts)
        settings = args.settings
        capacity = _capacity(args)
        stream = settings.stream or bool(args.replica_key_arns) or args.replicas_elsewhere
        strong = settings.witness_region is not None and bool(args.replica_key_arns)
        # Scaling owns the capacity once the table stands, and other stacks the replicas that they make.
        others = [
            *(scaled(indexed=bool(settings.indexes)) if capacity else ()),
            *(["replicas"] * args.replicas_elsewhere),
        ]
        child = pulumi.ResourceOptions(parent=self)
        table = dynamodb.Table(
            name,
            name=f"atoll-{args.environment}-{args.table}",
            billing_mode=settings.billing.value,
            read_capacity=capacity.read_minimum if capacity else None,
            write_capacity=capacity.write_minimum if capacity else None,
            hash_key=settings.partition_key,
            range_key=settings.sort_key,
            attributes=_attributes(settings),
            global_secondary_indexes=_indexes(settings) or None,
            on_demand_throughput=_request_limit(settings),
            ttl=(
                dynamodb.TableTtlArgs(attribute_name=settings.time_to_live_attribute, enabled=True)
                if settings.time_to_live_attribute
                else None
            ),
            stream_enabled=True if stream else None,
            stream_view_type="NEW_AND_OLD_IMAGES" if stream else None,
            point_in_time_recovery=dynamodb.TablePointInTimeRecoveryArgs(enabled=settings.point_in_time_recovery),
            server_side_encryption=dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=args.key_arn),
            deletion_protection_enabled=args.protection.deletion_protection,
            replicas=[
                dynamodb.TableReplicaArgs(
                    region_name=region,
                    kms_key_arn=key,
                    consistency_mode="STRONG" if strong else None,
                    deletion_protection_enabled=args.protection.deletion_protection if strong else None,
                    point_in_time_recovery=settings.point_in_time_recovery,
                    propagate_tags=True,
                )
                for region, key in sorted(args.replica_key_arns.items())
            ]
            or None,
            global_table_witness=(
                dynamodb.TableGlobalTableWitnessArgs(region_name=settings.witness_region) if strong else None
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect, ignore_changes=others or None),
        )
        if capacity:
            scale(self, name, table, "Read", capacity.read_minimum, capacity.read_maximum)
            scale(self, name, table, "Write", capacity.write_minimum, capacity.write_maximum)
        for key, index in settings.indexes.items():
            if index.capacity:
                scale(self, name, table, "Read", index.capacity.read_minimum, index.capacity.read_maximum, index=key)
                scale(self, name, table, "Write", index.capacity.write_minimum, index.capacity.write_maximum, index=key)
        if settings.contributor_insights:
            dynamodb.ContributorInsights(f"{name}-insights", table_name=table.name, opts=child)
        if args.resource_policy is not None:
            dynamodb.ResourcePolicy(
                f"{name}-policy",
                resource_arn=table.arn,
                policy=pulumi.Output.json_dumps(args.resource_policy),
                opts=child,
            )
        self.table_name = table.name
        self.arn = table.arn
        self.stream_arn = table.stream_arn if stream else None
        self.register_outputs({"table_name": self.table_name, "arn": self.arn, "stream_arn": self.stream_arn})


def scaled(*, indexed: bool) -> list[str]:
    """Properties that belong to scaling once a provisioned table stands."""
    own = ["readCapacity", "writeCapacity"]
    return [*own, *(f"globalSecondaryIndexes[*].{name}" for name in own)] if indexed else own


def scale(
    parent: pulumi.Resource,
    name: str,
    table: dynamodb.Table,
    direction: Literal["Read", "Write"],
    minimum: int,
    maximum: int,
    *,
    index: str | None = None,
) -> None:
    """Follow the used share of one kind of capacity, of a table or one of its indexes, between two bounds."""
    child = pulumi.ResourceOptions(parent=parent)
    name = f"{name}-{index}" if index else name
    target = appautoscaling.Target(
        f"{name}-{direction.lower()}",
        service_namespace="dynamodb",
        resource_id=pulumi.Output.concat("table/", table.name, f"/index/{index}" if index else ""),
        scalable_dimension=f"dynamodb:{'index' if index else 'table'}:{direction}CapacityUnits",
        min_capacity=minimum,
        max_capacity=maximum,
        opts=child,
    )
    utilisation = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
        predefined_metric_type=f"DynamoDB{direction}CapacityUtilization"
    )
    appautoscaling.Policy(
        f"{name}-{direction.lower()}-utilisation",
        policy_type="TargetTrackingScaling",
        service_namespace=target.service_namespace,
        resource_id=target.resource_id,
        scalable_dimension=target.scalable_dimension,
        target_tracking_scaling_policy_configuration=appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
            target_value=TARGET_UTILISATION_PERCENT,
            predefined_metric_specification=utilisation,
        ),
        opts=child,
    )


def _attributes(settings: TableSettings) -> list[dynamodb.TableAttributeArgs]:
    """Attributes of every key, each once: the table's own first, then those of indexes by name."""
    own = {settings.partition_key: settings.partition_key_type, settings.sort_key: settings.sort_key_type}
    of_indexes = {
        attribute: kind
        for index in settings.indexes.values()
        for attribute, kind in ((index.partition_key, index.partition_key_type), (index.sort_key, index.sort_key_type))
    }
    kinds = {**own, **dict(sorted(of_indexes.items(), key=lambda item: str(item[0]))), **own}
    return [
        dynamodb.TableAttributeArgs(name=attribute, type=kind.value)
        for attribute, kind in kinds.items()
        if attribute is not None and kind is not None
    ]


def _indexes(settings: TableSettings) -> list[dynamodb.TableGlobalSecondaryIndexArgsDict]:
    """The indexes, as plain mappings: the class warns of `hash_key`, whose successor not every plug-in knows."""
    return [
        {
            "name": name,
            "hash_key": index.partition_key,
            "range_key": index.sort_key,
            "projection_type": "ALL",
            "read_capacity": index.capacity.read_minimum if index.capacity else None,
            "write_capacity": index.capacity.write_minimum if index.capacity else None,
        }
        for name, index in settings.indexes.items()
    ]


def _request_limit(settings: TableSettings) -> dynamodb.TableOnDemandThroughputArgs | None:
    limit = settings.request_limit
    if limit is None:
        return None
    return dynamodb.TableOnDemandThroughputArgs(max_read_request_units=limit.read, max_write_request_units=limit.write)


def _capacity(args: TableArgs) -> CapacitySettings | None:
    provisioned = args.settings.billing is BillingMode.PROVISIONED
    if provisioned != (args.settings.capacity is not None):
        raise ValueError(
            f"table {args.table} of {args.environment}: billing is {args.settings.billing.value}, "
            f"so tables.{args.table}.capacity "
            + ("must give the bounds to scale between" if provisioned else "must be null")
        )
    return args.settings.capacity
