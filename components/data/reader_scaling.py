"""Readers of an Aurora cluster that come and go with the load (DB-3)."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_aws import appautoscaling, rds

from contracts.settings.aurora import ReaderScalingSettings

SCALE_IN_SECONDS = 600
"""How long a reader that was added stays at least: it takes minutes to come up, and its memory starts empty."""
SCALE_OUT_SECONDS = 300


def scale_readers(
    parent: pulumi.Resource,
    name: str,
    cluster: rds.Cluster,
    minimum: int,
    scaling: ReaderScalingSettings,
    instances: Sequence[pulumi.Resource],
) -> None:
    """Follow the average CPU of the readers, their connections, or both, from `minimum` up.

    Source: Amazon Aurora User Guide, "Amazon Aurora Auto Scaling with Aurora Replicas".
    """
    target = appautoscaling.Target(
        f"{name}-database-readers",
        service_namespace="rds",
        resource_id=pulumi.Output.concat("cluster:", cluster.cluster_identifier),
        scalable_dimension="rds:cluster:ReadReplicaCount",
        min_capacity=minimum,
        max_capacity=scaling.maximum,
        # A target that finds fewer readers than its minimum adds some of its own.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(instances)),
    )
    goals = {
        "cpu": ("RDSReaderAverageCPUUtilization", scaling.cpu_percent),
        "connections": ("RDSReaderAverageDatabaseConnections", scaling.connections),
    }
    for key, (metric, goal) in goals.items():
        if goal is None:
            continue
        appautoscaling.Policy(
            f"{name}-database-readers-{key}",
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            resource_id=target.resource_id,
            scalable_dimension=target.scalable_dimension,
            target_tracking_scaling_policy_configuration=appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
                target_value=goal,
                scale_in_cooldown=SCALE_IN_SECONDS,
                scale_out_cooldown=SCALE_OUT_SECONDS,
                predefined_metric_specification=(
                    appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
                        predefined_metric_type=metric
                    )
                ),
            ),
            opts=pulumi.ResourceOptions(parent=parent),
        )
