"""Alarms on how fast error budgets burn (OBS-6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import cloudwatch

from components.observability.burn_rate import BURN_WINDOWS, MINUTE, BurnWindow, Objective, both, queries

TOKEN = "atoll:observability:BurnRateAlarms"
BREACHES = 3


@dataclass(frozen=True, kw_only=True)
class BurnRateAlarmsArgs:
    """What was promised, and who is told."""

    prefix: str
    """Begins the physical names, such as `atoll-staging-slo`."""
    objectives: Sequence[Objective]
    """Each gets the four pairs of windows."""
    topic_arn: pulumi.Input[str]
    critical: Mapping[str, Objective] = field(default_factory=dict[str, Objective])
    """Service → its error objective, watched in periods of five minutes."""
    recovery: Objective | None = None
    """What must be well again within `recovery_minutes`; None for no such alarm."""
    recovery_minutes: int = 15


class BurnRateAlarms(pulumi.ComponentResource):
    """For each objective four composite alarms: the budget burns 14.4, 6, 3 or 1 times too fast, in both windows.

    14.4 over 1 h and 5 min, 6 over 6 h and 30 min page; 3 over 1 d and 2 h, 1 over 3 d and 6 h are tickets. The alarms
    on one window tell nobody; the composite over both does. A critical service has an alarm of its own when its share
    of failures is above what is allowed for three periods of five minutes; and when every minute of the recovery time
    was bad, the mean time to recovery is missed. No traffic is no alarm. A pair that could never ring because its
    factor times the budget is 100 % or more is left out.

    Costs: USD 0.10 a month for each metric of an alarm and USD 0.50 a composite: about 4.40 for availability, 2.80 for
    latency. Source: OBS-6; Amazon CloudWatch User Guide, "Creating a composite alarm", "Using metric math".
    """

    alarm_names: tuple[str, ...]
    """Those that notify."""

    def __init__(self, name: str, *, args: BurnRateAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        self._name, self._args = name, args
        self._made: dict[str, cloudwatch.MetricAlarm] = {}
        names = [
            self._pair(objective, window)
            for objective in args.objectives
            for window in BURN_WINDOWS
            if objective.is_reachable(window)
        ]
        for service, objective in args.critical.items():
            names.append(
                self._alarm(
                    f"{service}-errors",
                    f"More than {objective.allowed_percent:g} % of the requests of {service} fail.",
                    objective,
                    period=5 * MINUTE,
                    periods=BREACHES,
                    threshold=objective.allowed_percent,
                    actions=[args.topic_arn],
                )
            )
        if args.recovery is not None:
            objective = args.recovery
            names.append(
                self._alarm(
                    "recovery",
                    f"For {args.recovery_minutes} minutes more than {objective.allowed_percent:g} % of "
                    f"{objective.what}: the mean time to recovery is missed.",
                    objective,
                    period=MINUTE,
                    periods=args.recovery_minutes,
                    threshold=objective.allowed_percent,
                    actions=[args.topic_arn],
                )
            )
        self.alarm_names = tuple(names)
        self.register_outputs({"alarm_names": names})

    def _pair(self, objective: Objective, window: BurnWindow) -> str:
        threshold = objective.threshold(window)
        key = f"{objective.key}-burn-{window.key}"
        spans = {"long": window.long_seconds, "short": window.short_seconds}
        of_span = {
            span: self._alarm(
                f"{key}-{span}",
                f"More than {threshold:g} % of {objective.what} in the {span} window.",
                objective,
                period=seconds,
                periods=1,
                threshold=threshold,
                actions=[],
            )
            for span, seconds in spans.items()
        }
        alarm = f"{self._args.prefix}-{key}"
        cloudwatch.CompositeAlarm(
            f"{self._name}-{key}",
            alarm_name=alarm,
            alarm_description=(
                f"[{window.urgency}] {objective.what}: the error budget burns {window.factor:g} times too fast; "
                f"{window.spent_percent:.3g} % of that of 30 days are gone."
            ),
            alarm_rule=both(of_span["long"], of_span["short"]),
            alarm_actions=[self._args.topic_arn],
            ok_actions=[self._args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._made[name] for name in of_span.values()]),
        )
        return alarm

    def _alarm(
        self,
        key: str,
        description: str,
        objective: Objective,
        *,
        period: int,
        periods: int,
        threshold: float,
        actions: list[pulumi.Input[str]],
    ) -> str:
        alarm = f"{self._args.prefix}-{key}"
        self._made[alarm] = cloudwatch.MetricAlarm(
            f"{self._name}-{key}",
            name=alarm,
            alarm_description=description,
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,
            evaluation_periods=periods,
            datapoints_to_alarm=periods,
            treat_missing_data="notBreaching",
            metric_queries=queries(objective, period),
            alarm_actions=actions,
            ok_actions=actions,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return alarm
