"""The records that lead the world to the regions (EDGE-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import route53

from components.edge.origin_record import AliasTarget, alias
from contracts.settings.global_layer import DnsSettings, RoutingPolicy

TOKEN = "atoll:edge:TrafficRecords"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One region, as records see it."""

    host: str
    """Name that leads to its load balancer whatever its health is."""
    region: str
    weight_percent: int
    primary: bool
    """Whether it answers alone under the policy `failover`."""
    health_check_id: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class TrafficRecordsArgs:
    """Wiring of the name that clients use."""

    settings: DnsSettings
    zone_id: pulumi.Input[str]
    endpoints: Mapping[str, Endpoint]
    """Stack → region."""
    accelerator: AliasTarget | None = None
    """What the name leads to instead of the regions."""


class TrafficRecords(pulumi.ComponentResource):
    """One record for each region under one name, each with its health check; or one that leads to an accelerator.

    CNAME records with a TTL of their own, and no aliases: an alias to a load balancer lives for 60 seconds whatever one
    asks for, which alone is more than a failover may take (DR-2: 30 seconds). With an accelerator there is one alias,
    whose addresses never change.
    Costs: USD 0.40 per million questions, USD 0.60 with the policy `latency`.
    Does not: answer for a region that is unhealthy, unless every region is: then Route 53 answers as if none were.
    Units: seconds. Source: EDGE-1; https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-problems.html
    """

    host: str
    """Name that clients use."""

    def __init__(self, name: str, *, args: TrafficRecordsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-record-<stack>` for each region, or `{name}-record`."""
        super().__init__(TOKEN, name, None, opts)
        settings = args.settings
        self.host = traffic_host(settings)
        if args.accelerator is not None:
            alias(f"{name}-record", args.zone_id, self.host, "A", args.accelerator, parent=self)
        else:
            for stack, endpoint in args.endpoints.items():
                route53.Record(
                    f"{name}-record-{stack}",
                    zone_id=args.zone_id,
                    name=self.host,
                    type="CNAME",
                    ttl=settings.ttl_seconds,
                    records=[endpoint.host],
                    set_identifier=stack,
                    health_check_id=endpoint.health_check_id,
                    **routing(settings.policy, endpoint),
                    opts=pulumi.ResourceOptions(parent=self),
                )
        self.register_outputs({"host": self.host})


def traffic_host(settings: DnsSettings) -> str:
    """Name that leads to the regions."""
    return f"{settings.record}.{settings.zone}"


def routing(policy: RoutingPolicy, endpoint: Endpoint) -> dict[str, Any]:
    """The input that makes a record one of several under its name."""
    match policy:
        case RoutingPolicy.WEIGHTED:
            weight = route53.RecordWeightedRoutingPolicyArgs(weight=endpoint.weight_percent)
            return {"weighted_routing_policies": [weight]}
        case RoutingPolicy.LATENCY:
            latency = route53.RecordLatencyRoutingPolicyArgs(region=endpoint.region)
            return {"latency_routing_policies": [latency]}
        case RoutingPolicy.FAILOVER:
            role = "PRIMARY" if endpoint.primary else "SECONDARY"
            return {"failover_routing_policies": [route53.RecordFailoverRoutingPolicyArgs(type=role)]}
