"""X-Ray: which requests are traced, how traces are grouped, and what encrypts them (OBS-5)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import xray

from contracts.settings.monitoring import TracingSettings

TOKEN = "atoll:telemetry:Tracing"


@dataclass(frozen=True, kw_only=True)
class TracingArgs:
    """What is traced."""

    environment: str
    settings: TracingSettings
    latency_objective_milliseconds: int
    """Slower requests are a group of their own."""
    key_arn: pulumi.Input[str]
    """Encrypts traces; its policy admits use through `xray`."""


@dataclass(frozen=True, kw_only=True)
class SamplingPlan:
    """One rule, asked in the order of priorities."""

    key: str
    priority: int
    path: str
    fixed_rate: float
    """Share beyond the reservoir, 0 to 1."""
    reservoir: int
    """Requests a second and host."""
    attributes: tuple[tuple[str, str], ...] = ()


def sampling(settings: TracingSettings) -> list[SamplingPlan]:
    """Nothing of health checks, every request that someone marks for debugging, and a share of the rest."""
    return [
        SamplingPlan(key="health", priority=10, path="*/health*", fixed_rate=0, reservoir=0),
        SamplingPlan(
            key="debug",
            priority=20,
            path="*",
            fixed_rate=1,
            reservoir=1,
            attributes=(("http.request.header.x-debug-trace", "1"),),
        ),
        SamplingPlan(
            key="rest",
            priority=9000,
            path="*",
            fixed_rate=settings.sampling_percent / 100,
            reservoir=settings.reservoir_per_second,
        ),
    ]


def group_filters(objective_milliseconds: int) -> dict[str, str]:
    """Group → filter expression: failures, throttled requests, slow ones."""
    return {
        "failures": "fault = true OR error = true",
        "throttled": "throttle = true",
        "slow": f"responsetime > {objective_milliseconds / 1000:g}",
    }


class Tracing(pulumi.ComponentResource):
    """Sampling rules, groups of traces (with metrics and, for failures, insights by setting), encryption by our key.

    Encryption is a setting of account and region, not of an environment: two stacks in one account and region share
    it, so only one of them may switch tracing on. Destroying the stack leaves the setting: X-Ray has no deletion of it.

    Costs: USD 5 for a million traces recorded, USD 0.50 for a million read; insights USD 1 for a million traces
    recorded. Source: OBS-5; AWS X-Ray Developer Guide, "Configuring sampling rules", "Configuring groups", "Data
    protection".
    """

    group_arns: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, *, args: TracingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        for plan in sampling(args.settings):
            xray.SamplingRule(
                f"{name}-sampling-{plan.key}",
                rule_name=f"atoll-{args.environment}-{plan.key}"[:32],
                version=1,
                priority=plan.priority,
                fixed_rate=plan.fixed_rate,
                reservoir_size=plan.reservoir,
                host="*",
                http_method="*",
                url_path=plan.path,
                resource_arn="*",
                service_name="*",
                service_type="*",
                attributes=dict(plan.attributes) or None,
                opts=child,
            )
        self.group_arns = {
            key: xray.Group(
                f"{name}-traces-{key}",
                group_name=f"atoll-{args.environment}-{key}"[:32],
                filter_expression=expression,
                insights_configuration=xray.GroupInsightsConfigurationArgs(
                    insights_enabled=args.settings.insights and key == "failures", notifications_enabled=False
                ),
                opts=child,
            ).arn
            for key, expression in group_filters(args.latency_objective_milliseconds).items()
        }
        xray.EncryptionConfig(f"{name}-traces-encryption", type="KMS", key_id=args.key_arn, opts=child)
        self.register_outputs({"group_arns": self.group_arns})
