"""Step scaling of one ECS service on average CPU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import appautoscaling, cloudwatch

from contracts.settings.compute import StepScalingSettings

TOKEN = "atoll:cluster:StepScaling"
DIMENSION = "ecs:service:DesiredCount"
PERIOD_SECONDS = 60

Direction = Literal["out", "in"]


@dataclass(frozen=True, kw_only=True)
class StepScalingArgs:
    """Wiring of step scaling."""

    settings: StepScalingSettings
    cluster_name: pulumi.Input[str]
    service_name: pulumi.Input[str]
    recovery_scales: bool = False
    """A recovery plan raises the minimum while the other region is away: the program makes it and then leaves it."""


class StepScaling(pulumi.ComponentResource):
    """004's scaling rule, exactly: CPU above 70 % for 2 minutes adds a task, below 40 % for 5 minutes removes one
    (ECS-2).

    Makes: the scalable target with the bounds; and, where the bounds leave room, one policy and one alarm each way.
    With minimum = maximum (dev) there is nothing to decide, so neither policies nor alarms are made.
    Costs: $0.10 a month for each alarm; the rest is free.
    Units: CPU in percent of what the tasks reserve, averaged over the service; periods of 60 s. The cooldown of a
    direction is its alarm's window (120 s out, 300 s in): a breach that lasts adds one task per window, not one per
    minute.
    Does not: hold the count at `minimum` by itself. A scheduler that sets the service's desired count to 0 (COST-3) is
    not overruled: without tasks there is no CPU metric, and missing data is not a breach.
    Where recovery scales, another minimum in the settings reaches a service that is there by
    `aws application-autoscaling register-scalable-target`, or with a new one.
    Errors: AWS refuses minimum > maximum.
    Source: ECS-2, document 004 "Right-Sizing and Auto-Scaling";
    https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
    """

    resource_id: pulumi.Output[str]
    """`service/<cluster>/<service>`: what a scheduler names to change the bounds."""
    target: appautoscaling.Target
    alarm_arns: tuple[pulumi.Output[str], ...]

    def __init__(self, name: str, *, args: StepScalingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        settings = args.settings
        self.target = appautoscaling.Target(
            f"{name}-target",
            service_namespace="ecs",
            scalable_dimension=DIMENSION,
            resource_id=pulumi.Output.concat("service/", args.cluster_name, "/", args.service_name),
            min_capacity=settings.minimum,
            max_capacity=settings.maximum,
            # Else the next update in the middle of a failover would make the survivor small again.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["min_capacity"] if args.recovery_scales else None),
        )
        self.resource_id = self.target.resource_id
        if settings.minimum < settings.maximum:
            self.alarm_arns = (
                self._scale(name, args, "out", threshold=settings.scale_out_cpu, minutes=settings.scale_out_minutes),
                self._scale(name, args, "in", threshold=settings.scale_in_cpu, minutes=settings.scale_in_minutes),
            )
        else:
            self.alarm_arns = ()
        self.register_outputs({"resource_id": self.resource_id, "alarm_arns": list(self.alarm_arns)})

    def _scale(
        self, name: str, args: StepScalingArgs, direction: Direction, *, threshold: int, minutes: int
    ) -> pulumi.Output[str]:
        """Make the policy and the alarm of one direction; return the alarm's ARN."""
        out = direction == "out"
        child = pulumi.ResourceOptions(parent=self)
        # The interval is relative to the alarm's threshold: everything above it (out) or below it (in).
        step = appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustmentArgs(
            scaling_adjustment=1 if out else -1,
            metric_interval_lower_bound="0" if out else None,
            metric_interval_upper_bound=None if out else "0",
        )
        policy = appautoscaling.Policy(
            f"{name}-scale-{direction}",
            policy_type="StepScaling",
            service_namespace=self.target.service_namespace,
            scalable_dimension=self.target.scalable_dimension,
            resource_id=self.target.resource_id,
            step_scaling_policy_configuration=appautoscaling.PolicyStepScalingPolicyConfigurationArgs(
                adjustment_type="ChangeInCapacity",
                metric_aggregation_type="Average",
                cooldown=minutes * PERIOD_SECONDS,
                step_adjustments=[step],
            ),
            opts=child,
        )
        alarm = cloudwatch.MetricAlarm(
            f"{name}-cpu-{'high' if out else 'low'}",
            alarm_description=f"CPU {'>' if out else '<'} {threshold} % for {minutes} min: "
            f"{'add' if out else 'remove'} one task",
            namespace="AWS/ECS",
            metric_name="CPUUtilization",
            dimensions={"ClusterName": args.cluster_name, "ServiceName": args.service_name},
            statistic="Average",
            period=PERIOD_SECONDS,
            evaluation_periods=minutes,
            datapoints_to_alarm=minutes,
            comparison_operator="GreaterThanThreshold" if out else "LessThanThreshold",
            threshold=threshold,
            treat_missing_data="notBreaching",
            alarm_actions=[policy.arn],
            opts=child,
        )
        return alarm.arn
