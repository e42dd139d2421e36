"""Whether a region is answered: what the world sees of it, and whether somebody has taken it out (EDGE-1, DR-3)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, route53

from contracts.settings.global_layer import HealthCheckSettings

TOKEN = "atoll:edge:RegionHealth"
NAMESPACE = "Atoll/Recovery"
METRIC = "RegionEvacuated"
SWITCH_PERIOD_SECONDS = 60
"""Route 53 reads metrics of standard resolution alone."""


@dataclass(frozen=True, kw_only=True)
class RegionHealthArgs:
    """Wiring of the health of one region."""

    settings: HealthCheckSettings
    environment: str
    stack: str
    """Stack of the region, by which the switch is called."""
    host: pulumi.Input[str]
    """Name that leads to the region's load balancer; its certificate is issued for it."""
    elsewhere: pulumi.ProviderResource
    """Provider of the other region, which keeps the switch."""
    elsewhere_region: str
    """That region."""
    topic_arn: pulumi.Input[str] | None
    """Topic in us-east-1, where metrics of Route 53 are, that is told when the region is taken out; None for nobody."""
    elsewhere_topic_arn: pulumi.Input[str] | None
    """Topic in the other region that is told when somebody does so; None for nobody."""


class RegionHealth(pulumi.ComponentResource):
    """Three checks of Route 53 for one region: what it answers, whether it was evacuated, and both together.

    Makes: a check that asks the load balancer over HTTPS from several regions of the world; an alarm in the *other*
    region on the metric `RegionEvacuated`, and a check of it; a calculated check that is healthy while both are; an
    alarm when it is not. To take the region out, put one 1 into the metric, and a 0 to put it back: that needs no
    control plane, and nothing of the region that is taken out. Without data the last state holds, and "in" is the
    first.
    Costs: USD 2.50 for the HTTPS check every 10 seconds, USD 0.50 for each other check, USD 0.20
    for the alarms, a month.
    Does not: move anything by itself; records or an accelerator ask `check_id`.
    Units: seconds. Source: EDGE-1, DR-3;
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    """

    check_id: pulumi.Output[str]
    """The calculated check, which decides."""
    endpoint_check_id: pulumi.Output[str]
    """The check of what the region answers."""

    def __init__(self, name: str, *, args: RegionHealthArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the checks `{name}-endpoint`, `{name}-switch` and `{name}-health`."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        settings = args.settings
        endpoint = route53.HealthCheck(
            f"{name}-endpoint",
            type="HTTPS",
            fqdn=args.host,
            port=443,
            resource_path=settings.path,
            enable_sni=True,
            request_interval=settings.interval_seconds,
            failure_threshold=settings.threshold,
            regions=list(settings.regions),
            measure_latency=False,
            tags={"Name": f"{args.stack}-endpoint"},
            opts=child,
        )
        switch = self._switch(name, args)
        both = route53.HealthCheck(
            f"{name}-health",
            type="CALCULATED",
            child_healthchecks=[endpoint.id, switch.id],
            child_health_threshold=2,
            tags={"Name": args.stack},
            opts=child,
        )
        cloudwatch.MetricAlarm(
            f"{name}-alarm",
            alarm_description=f"The world is led away from {args.stack}: it does not answer, or was evacuated.",
            namespace="AWS/Route53",
            metric_name="HealthCheckStatus",
            dimensions={"HealthCheckId": both.id},
            statistic="Minimum",
            period=60,
            evaluation_periods=1,
            threshold=1,
            comparison_operator="LessThanThreshold",
            # The check has always something to say; silence is trouble.
            treat_missing_data="breaching",
            alarm_actions=[args.topic_arn] if args.topic_arn is not None else [],
            ok_actions=[args.topic_arn] if args.topic_arn is not None else [],
            opts=child,
        )
        self.check_id, self.endpoint_check_id = both.id, endpoint.id
        self.register_outputs({"check_id": self.check_id, "endpoint_check_id": self.endpoint_check_id})

    def _switch(self, name: str, args: RegionHealthArgs) -> route53.HealthCheck:
        alarm = cloudwatch.MetricAlarm(
            f"{name}-evacuated",
            name=switch_alarm(args.environment, args.stack),
            alarm_description=f"Somebody has taken {args.stack} out of the answers.",
            namespace=NAMESPACE,
            metric_name=METRIC,
            dimensions=switch_dimensions(args.environment, args.stack),
            statistic="Maximum",
            period=SWITCH_PERIOD_SECONDS,
            evaluation_periods=1,
            threshold=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            # One value is enough: without a new one the state stays as it is.
            treat_missing_data="ignore",
            alarm_actions=[args.elsewhere_topic_arn] if args.elsewhere_topic_arn is not None else [],
            ok_actions=[args.elsewhere_topic_arn] if args.elsewhere_topic_arn is not None else [],
            opts=pulumi.ResourceOptions(parent=self, provider=args.elsewhere),
        )
        return route53.HealthCheck(
            f"{name}-switch",
            type="CLOUDWATCH_METRIC",
            cloudwatch_alarm_name=alarm.name,
            cloudwatch_alarm_region=args.elsewhere_region,
            insufficient_data_health_status="LastKnownStatus",
            tags={"Name": f"{args.stack}-switch"},
            opts=pulumi.ResourceOptions(parent=self),
        )


def switch_alarm(environment: str, stack: str) -> str:
    """Name of the alarm that says whether a region is taken out."""
    return f"atoll-{environment}-evacuated-{stack}"


def switch_dimensions(environment: str, stack: str) -> dict[str, str]:
    """Dimensions of the metric that takes a region out."""
    return {"Environment": environment, "Stack": stack}
