"""Shield Advanced for what has no region (EDGE-3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import shield

from components.edge.shield_protection import ShieldProtection, ShieldProtectionArgs
from contracts.settings.edge import ShieldSettings

TOKEN = "atoll:edge:ShieldedEdge"


@dataclass(frozen=True, kw_only=True)
class ShieldedEdgeArgs:
    """Wiring of the protections."""

    settings: ShieldSettings
    domain: str
    """Name that is asked whether the application is healthy."""
    entrance_arn: pulumi.Input[str]
    """Where viewers come in: the distribution, or the accelerator."""
    firewall: pulumi.Resource | None
    """Web ACL before it; None where there is none."""
    further: Mapping[str, pulumi.Input[str]]
    """Stable key → ARN of what else is protected: the zone, the accelerator behind a distribution."""


class ShieldedEdge(pulumi.ComponentResource):
    """Protections by Shield Advanced of the entrance, which knows from a health check when an attack hurts, the zone
    and whatever else has no region.

    Costs: USD 3,000 a month for the organization, for a year at least; more protections cost nothing more.
    Does not: protect the regions' load balancers; their own stacks do (`edge.shield`).
    Source: EDGE-3; https://docs.aws.amazon.com/waf/latest/developerguide/ddos-protections-by-resource-type.html
    """

    def __init__(self, name: str, *, args: ShieldedEdgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the protections `{name}-entrance` and `{name}-<key>`."""
        super().__init__(TOKEN, name, None, opts)
        entrance = ShieldProtection(
            f"{name}-entrance",
            args=ShieldProtectionArgs(
                settings=args.settings,
                domain=args.domain,
                resource_arn=args.entrance_arn,
                firewall=args.firewall,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        for key, arn in args.further.items():
            shield.Protection(
                f"{name}-{key}",
                name=f"{name}-{key}",
                resource_arn=arn,
                # Shield takes protections once the account subscribes, which the first one sees to.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[entrance]),
            )
        self.register_outputs({})
