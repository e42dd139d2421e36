"""One DynamoDB table in one region (DDB-1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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


class Table(pulumi.ComponentResource):
    """A DynamoDB table, paid for per request or scaled between two bounds.

    Makes the table and, when provisioned, a scalable target and a target-tracking policy (70 %) for reads and one for
    writes; when asked for, contributor insights. Costs requests (or capacity units), GB-months, and GB-months again
    for point-in-time recovery.

    Does not make: replicas in other regions, indexes, DAX.

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
        table = dynamodb.Table(
            name,
            name=f"atoll-{args.environment}-{args.table}",
            billing_mode=settings.billing.value,
            read_capacity=capacity.read_minimum if capacity else None,
            write_capacity=capacity.write_minimum if capacity else None,
            hash_key=settings.partition_key,
            range_key=settings.sort_key,
            attributes=_attributes(settings),
            ttl=(
                dynamodb.TableTtlArgs(attribute_name=settings.time_to_live_attribute, enabled=True)
                if settings.time_to_live_attribute
                else None
            ),
            stream_enabled=True if settings.stream else None,
            stream_view_type="NEW_AND_OLD_IMAGES" if settings.stream else None,
            point_in_time_recovery=dynamodb.TablePointInTimeRecoveryArgs(enabled=settings.point_in_time_recovery),
            server_side_encryption=dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=args.key_arn),
            deletion_protection_enabled=args.protection.deletion_protection,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.protection.protect,
                # Scaling owns the capacity once the table stands.
                ignore_changes=["readCapacity", "writeCapacity"] if capacity else None,
            ),
        )
        if capacity:
            scale(self, name, table, "Read", capacity.read_minimum, capacity.read_maximum)
            scale(self, name, table, "Write", capacity.write_minimum, capacity.write_maximum)
        if settings.contributor_insights:
            dynamodb.ContributorInsights(
                f"{name}-insights", table_name=table.name, opts=pulumi.ResourceOptions(parent=self)
            )
        self.table_name = table.name
        self.arn = table.arn
        self.stream_arn = table.stream_arn if settings.stream else None
        self.register_outputs({"table_name": self.table_name, "arn": self.arn, "stream_arn": self.stream_arn})


def scale(
    parent: pulumi.Resource,
    name: str,
    table: dynamodb.Table,
    direction: Literal["Read", "Write"],
    minimum: int,
    maximum: int,
) -> None:
    """Follow the used share of one kind of a table's capacity between two bounds."""
    child = pulumi.ResourceOptions(parent=parent)
    target = appautoscaling.Target(
        f"{name}-{direction.lower()}",
        service_namespace="dynamodb",
        resource_id=pulumi.Output.concat("table/", table.name),
        scalable_dimension=f"dynamodb:table:{direction}CapacityUnits",
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
    attributes = [dynamodb.TableAttributeArgs(name=settings.partition_key, type=settings.partition_key_type.value)]
    if settings.sort_key and settings.sort_key_type:
        attributes.append(dynamodb.TableAttributeArgs(name=settings.sort_key, type=settings.sort_key_type.value))
    return attributes


def _capacity(args: TableArgs) -> CapacitySettings | None:
    provisioned = args.settings.billing is BillingMode.PROVISIONED
    if provisioned != (args.settings.capacity is not None):
        raise ValueError(
            f"table {args.table} of {args.environment}: billing is {args.settings.billing.value}, "
            f"so tables.{args.table}.capacity "
            + ("must give the bounds to scale between" if provisioned else "must be null")
        )
    return args.settings.capacity
