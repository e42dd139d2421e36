"""Networks, their ways out and what stands at their edge."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.cost.charges import ONE, Charge, Context, NoPriceError, Rule, required, value
from analysis.office_hours import HOURS_OF_MONTH
from graph.nodes import Node

HTTPS_CHECKS = ("HTTPS", "HTTPS_STR_MATCH")


def _nat_gateway(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("nat-gateway-hour", HOURS_OF_MONTH)
    yield context.charge("nat-gateway-gb", "nat-gb")


def _address(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("public-ipv4-hour", HOURS_OF_MONTH)


def _load_balancer(node: Node, context: Context) -> Iterable[Charge]:
    kind = value(node, "loadBalancerType") or "application"
    prices = {"application": "load-balancer", "network": "network-balancer"}
    if kind not in prices:
        raise NoPriceError("only application and network load balancers are priced")
    yield Charge(f"{prices[kind]}-hour", HOURS_OF_MONTH)
    yield context.charge(f"{prices[kind]}-lcu-hour", "balancer-units", times=HOURS_OF_MONTH)
    if value(node, "internal") is not True:
        # One public address in each zone that it has a subnet in.
        yield Charge("public-ipv4-hour", HOURS_OF_MONTH * len(required(node, "subnets")))


def _endpoint(node: Node, context: Context) -> Iterable[Charge]:
    if value(node, "vpcEndpointType") == "Interface":
        zones = len(required(node, "subnetIds"))
        yield Charge("interface-endpoint-hour", HOURS_OF_MONTH * zones)
        yield context.charge("interface-endpoint-gb", "endpoint-gb", times=zones)


def _transit_attachment(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("transit-attachment-hour", HOURS_OF_MONTH)
    yield context.charge("transit-gb", "transit-gb")


def _vpn(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("vpn-connection-hour", HOURS_OF_MONTH)
    if "transitGatewayId" in node.inputs:
        yield from _transit_attachment(node, context)


def _transit_interface(node: Node, context: Context) -> Iterable[Charge]:
    # Who ordered the connection pays for the hours of its port; the connection is no resource of the program.
    yield context.charge("direct-connect-out-gb", "direct-connect-gb")


def _peering(node: Node, context: Context) -> Iterable[Charge]:
    yield context.charge("peering-gb", "peering-gb")


def _zone(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("hosted-zone-month", ONE)


def _health_check(node: Node, context: Context) -> Iterable[Charge]:
    kind = str(required(node, "type"))
    yield Charge("health-check-month", ONE)
    options = (
        kind in HTTPS_CHECKS,
        kind.endswith("_STR_MATCH"),
        int(value(node, "requestInterval") or 30) == 10,
        value(node, "measureLatency") is True,
    )
    if any(options):
        yield Charge("health-check-option-month", ONE * sum(options))


def _web_acl(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("web-acl-month", ONE)
    yield Charge("web-acl-rule-month", ONE * len(value(node, "rules") or ()))
    yield context.charge("web-acl-requests", "acl-requests")


def _shield(node: Node, context: Context) -> Iterable[Charge]:
    yield Charge("shield-advanced-month", ONE)


RULES: dict[str, Rule] = {
    "aws:directconnect/gatewayAssociation:GatewayAssociation": _transit_attachment,
    "aws:directconnect/transitVirtualInterface:TransitVirtualInterface": _transit_interface,
    "aws:ec2/eip:Eip": _address,
    "aws:ec2/natGateway:NatGateway": _nat_gateway,
    "aws:ec2/vpcEndpoint:VpcEndpoint": _endpoint,
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": _peering,
    "aws:ec2/vpnConnection:VpnConnection": _vpn,
    "aws:ec2transitgateway/peeringAttachment:PeeringAttachment": _transit_attachment,
    # The peer pays for its end as well.
    "aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter": _transit_attachment,
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": _transit_attachment,
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:route53/healthCheck:HealthCheck": _health_check,
    "aws:route53/zone:Zone": _zone,
    # A private DNS namespace is a hosted zone; instances that ECS registers in it are free.
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": _zone,
    "aws:shield/subscription:Subscription": _shield,
    "aws:wafv2/webAcl:WebAcl": _web_acl,
}
"""Resource type → how it is charged."""
