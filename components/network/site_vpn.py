"""Site-to-site VPN from one device to the transit gateway (NET-5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws.cloudwatch.log_group import LogGroup
from pulumi_aws.ec2._inputs import (
    VpnConnectionTunnel1LogOptionsArgs,
    VpnConnectionTunnel1LogOptionsCloudwatchLogOptionsArgs,
    VpnConnectionTunnel2LogOptionsArgs,
    VpnConnectionTunnel2LogOptionsCloudwatchLogOptionsArgs,
)
from pulumi_aws.ec2.customer_gateway import CustomerGateway
from pulumi_aws.ec2.vpn_connection import VpnConnection

from components.network.edge_routes import Tables, associate, lead, learn
from contracts.settings.connectivity import Segment, TunnelRouting, VpnSiteSettings

TOKEN = "atoll:network:SiteVpn"
CIPHER, DIGEST = "AES256-GCM-16", "SHA2-384"
GROUPS = [20, 21]
"""Diffie-Hellman groups of NIST's curves P-384 and P-521.

https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html
"""
IKE_SECONDS, IPSEC_SECONDS = 28800, 3600


@dataclass(frozen=True, kw_only=True)
class SiteVpnArgs:
    """Wiring of the VPN of one site."""

    gateway_id: pulumi.Input[str]
    """Transit gateway."""
    table_ids: Tables
    """Segment → route table of the gateway."""
    settings: VpnSiteSettings
    log_key_arn: pulumi.Input[str]
    """KMS key of the tunnels' log group: the `logs` key."""
    log_retention_days: int
    known_to: Sequence[Segment]
    """Segments that know the way to the site."""


def tunnel(number: int) -> dict[str, Any]:
    """Options of one of the two tunnels: IKEv2 alone, strong ciphers in both phases, up by itself and up again."""
    options: dict[str, Any] = {
        "ike_versions": ["ikev2"],
        "phase1_encryption_algorithms": [CIPHER],
        "phase1_integrity_algorithms": [DIGEST],
        "phase1_dh_group_numbers": GROUPS,
        "phase1_lifetime_seconds": IKE_SECONDS,
        "phase2_encryption_algorithms": [CIPHER],
        "phase2_integrity_algorithms": [DIGEST],
        "phase2_dh_group_numbers": GROUPS,
        "phase2_lifetime_seconds": IPSEC_SECONDS,
        "dpd_timeout_action": "restart",
        "startup_action": "start",
        "enable_tunnel_lifecycle_control": True,
    }
    return {f"tunnel{number}_{key}": value for key, value in options.items()}


class SiteVpn(pulumi.ComponentResource):
    """Two tunnels from a site's device to the transit gateway, logged, and the ways there.

    What comes from the site follows the edge's table. With `static` routing the segments know the site's networks and
    nothing else; with `bgp` they know whatever the site says, and move to another way by themselves.
    Costs: USD 36.50 a month for the connection and USD 36.50 for its attachment; USD 0.02 a GB.
    Does not: set up the device: its keys and addresses are secrets of the connection, which AWS draws.
    Source: NET-5; https://docs.aws.amazon.com/vpn/latest/s2svpn/VPC_VPN.html
    """

    id: pulumi.Output[str]
    """The connection."""
    attachment_id: pulumi.Output[str]
    tunnel_addresses: tuple[pulumi.Output[str], pulumi.Output[str]]
    """Public addresses of AWS's side, for the device."""

    def __init__(self, name: str, *, args: SiteVpnArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make the VPN `{name}-connection`."""
        super().__init__(TOKEN, name, None, opts)
        child, settings = pulumi.ResourceOptions(parent=self), args.settings
        static = settings.routing is TunnelRouting.STATIC
        device = CustomerGateway(
            f"{name}-device",
            bgp_asn=str(settings.asn),
            ip_address=settings.address,
            type="ipsec.1",
            tags={"Name": f"atoll-{name}"},
            opts=child,
        )
        # Log groups of AWS services under this prefix need no line each in the account's policy for log delivery.
        group = LogGroup(
            f"{name}-log-group",
            name=f"/aws/vendedlogs/{name}",
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_retention_days,
            opts=child,
        )
        first = VpnConnectionTunnel1LogOptionsCloudwatchLogOptionsArgs(
            log_enabled=True, log_group_arn=group.arn, log_output_format="json"
        )
        second = VpnConnectionTunnel2LogOptionsCloudwatchLogOptionsArgs(
            log_enabled=True, log_group_arn=group.arn, log_output_format="json"
        )
        connection = VpnConnection(
            f"{name}-connection",
            customer_gateway_id=device.id,
            transit_gateway_id=args.gateway_id,
            type="ipsec.1",
            static_routes_only=static,
            tunnel1_log_options=VpnConnectionTunnel1LogOptionsArgs(cloudwatch_log_options=first),
            tunnel2_log_options=VpnConnectionTunnel2LogOptionsArgs(cloudwatch_log_options=second),
            tags={"Name": f"atoll-{name}"},
            opts=child,
            **tunnel(1),
            **tunnel(2),
        )
        self.id, self.attachment_id = connection.id, connection.transit_gateway_attachment_id
        self.tunnel_addresses = (connection.tunnel1_address, connection.tunnel2_address)
        associate(name, self.attachment_id, args.table_ids, Segment.EDGE, child)
        if static:
            lead(name, self.attachment_id, args.table_ids, args.known_to, settings.networks, child)
        else:
            learn(name, self.attachment_id, args.table_ids, args.known_to, child)
        self.register_outputs({"id": self.id, "attachment_id": self.attachment_id})
