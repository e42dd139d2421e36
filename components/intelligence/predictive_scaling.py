"""Capacity before the load: scaling by a forecast (AI-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import appautoscaling, autoscaling

from contracts.settings.intelligence import PredictiveScalingSettings

TOKEN = "atoll:intelligence:PredictiveScaling"


@dataclass(frozen=True, kw_only=True)
class PredictiveScalingArgs:
    """What is forecast."""

    settings: PredictiveScalingSettings
    services: Mapping[str, appautoscaling.Target] = field(default_factory=dict[str, appautoscaling.Target])
    """Service → the scalable target that its steps scale."""
    groups: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Node group → name of its Auto Scaling group."""


class PredictiveScaling(pulumi.ComponentResource):
    """A predictive policy for each ECS service and Auto Scaling group, on its CPU, beside what scales it already.

    AWS learns from 14 days (it begins after one) and forecasts 48 hours, anew each six hours. ForecastOnly shows what
    it would do; ForecastAndScale raises the capacity before the hour, and only ever raises it: what is too much goes
    by the steps. It never goes beyond the maximum.

    Costs nothing itself. Source: AI-1; Application Auto Scaling User Guide, "Predictive scaling"; Amazon EC2 Auto
    Scaling User Guide, "Predictive scaling for Amazon EC2 Auto Scaling".
    """

    def __init__(self, name: str, *, args: PredictiveScalingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        settings = args.settings
        for key, target in args.services.items():
            appautoscaling.Policy(
                f"{name}-forecast-{key}",
                policy_type="PredictiveScaling",
                service_namespace=target.service_namespace,
                scalable_dimension=target.scalable_dimension,
                resource_id=target.resource_id,
                predictive_scaling_policy_configuration=appautoscaling.PolicyPredictiveScalingPolicyConfigurationArgs(
                    mode=str(settings.mode),
                    max_capacity_breach_behavior="HonorMaxCapacity",
                    scheduling_buffer_time=settings.buffer_seconds,
                    metric_specifications=[
                        appautoscaling.PolicyPredictiveScalingPolicyConfigurationMetricSpecificationArgs(
                            target_value=str(settings.target_cpu_percent),
                            predefined_metric_pair_specification=appautoscaling.PolicyPredictiveScalingPolicyConfigurationMetricSpecificationPredefinedMetricPairSpecificationArgs(
                                predefined_metric_type="ECSServiceCPUUtilization"
                            ),
                        )
                    ],
                ),
                opts=child,
            )
        for key, group in args.groups.items():
            autoscaling.Policy(
                f"{name}-forecast-{key}",
                autoscaling_group_name=group,
                policy_type="PredictiveScaling",
                predictive_scaling_configuration=autoscaling.PolicyPredictiveScalingConfigurationArgs(
                    mode=str(settings.mode),
                    max_capacity_breach_behavior="HonorMaxCapacity",
                    scheduling_buffer_time=str(settings.buffer_seconds),
                    metric_specification=autoscaling.PolicyPredictiveScalingConfigurationMetricSpecificationArgs(
                        target_value=settings.target_cpu_percent,
                        predefined_metric_pair_specification=autoscaling.PolicyPredictiveScalingConfigurationMetricSpecificationPredefinedMetricPairSpecificationArgs(
                            predefined_metric_type="ASGCPUUtilization"
                        ),
                    ),
                ),
                opts=child,
            )
        self.register_outputs({})
