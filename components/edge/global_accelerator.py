"""A way between regions that needs no DNS to fail over (EDGE-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import globalaccelerator as accelerators

from contracts.settings.global_layer import AcceleratorSettings

TOKEN = "atoll:edge:GlobalAccelerator"


@dataclass(frozen=True, kw_only=True)
class AcceleratedRegion:
    """One region behind an accelerator."""

    region: str
    balancer_arn: pulumi.Input[str]
    weight_percent: int


@dataclass(frozen=True, kw_only=True)
class GlobalAcceleratorArgs:
    """Wiring of an accelerator."""

    settings: AcceleratorSettings
    health_path: str
    """Path that is asked; of a load balancer, AWS asks the health of its targets instead."""
    regions: Mapping[str, AcceleratedRegion]
    """Stack → region."""


class GlobalAccelerator(pulumi.ComponentResource):
    """Two addresses for all of the world, which AWS leads to the nearest region that is healthy.

    Makes: the accelerator; a listener for TCP 443; an endpoint group for each region with its load balancer and its
    dial. A client's connection goes to the nearest region for as many percent as its dial says, and elsewhere for the
    rest; a dial of 0 evacuates a region within seconds. Addresses of clients are preserved.
    Costs: USD 18 a month, and USD 0.015 a GB or more on top of data out.
    Does not: serve port 80 (redirects are CloudFront's), nor split exactly: nearness decides first.
    Units: percent, seconds. Source: EDGE-1; https://docs.aws.amazon.com/global-accelerator/latest/dg/
    """

    arn: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]
    """Hosted zone of that name, for alias records."""
    group_arns: dict[str, pulumi.Output[str]]
    """Stack → endpoint group."""

    def __init__(self, name: str, *, args: GlobalAcceleratorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-accelerator`, its listener and `{name}-group-<stack>`."""
        super().__init__(TOKEN, name, None, opts)
        child, settings = pulumi.ResourceOptions(parent=self), args.settings
        accelerator = accelerators.Accelerator(
            f"{name}-accelerator", name=name, enabled=True, ip_address_type="IPV4", opts=child
        )
        listener = accelerators.Listener(
            f"{name}-listener",
            accelerator_arn=accelerator.arn,
            protocol="TCP",
            client_affinity="SOURCE_IP" if settings.client_affinity else "NONE",
            port_ranges=[accelerators.ListenerPortRangeArgs(from_port=443, to_port=443)],
            opts=child,
        )
        self.group_arns = {
            stack: accelerators.EndpointGroup(
                f"{name}-group-{stack}",
                listener_arn=listener.arn,
                endpoint_group_region=one.region,
                traffic_dial_percentage=float(one.weight_percent),
                health_check_protocol="HTTPS",
                health_check_port=443,
                health_check_path=args.health_path,
                health_check_interval_seconds=settings.health_interval_seconds,
                threshold_count=settings.health_threshold,
                endpoint_configurations=[
                    accelerators.EndpointGroupEndpointConfigurationArgs(
                        endpoint_id=one.balancer_arn, weight=128, client_ip_preservation_enabled=True
                    )
                ],
                opts=child,
            ).arn
            for stack, one in args.regions.items()
        }
        self.arn, self.dns_name, self.zone_id = accelerator.arn, accelerator.dns_name, accelerator.hosted_zone_id
        self.register_outputs({"arn": self.arn, "dns_name": self.dns_name, "group_arns": self.group_arns})
