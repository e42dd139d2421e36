"""The service's own security group, and the way in to its containers."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.api import InternalLoadBalancer, InternalLoadBalancerArgs, VpcLink, VpcLinkArgs
from components.functions import FunctionNetwork
from components.network import Group, ServiceSecurity, ServiceSecurityArgs
from contracts.services.reach import Peer, openings
from stacks.service.plan import Plan, routed_containers

IDLE_SECONDS = 60
LISTENER_PORT = 80


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """In front of containers that HTTP routes lead to."""

    balancer: InternalLoadBalancer
    link: VpcLink


@dataclass(frozen=True, kw_only=True)
class Network:
    """Where the service's interfaces are."""

    security: ServiceSecurity | None
    """None for a contract that runs nothing."""
    interfaces: FunctionNetwork | None
    entrance: Entrance | None


def make_network(plan: Plan) -> Network:
    """One group for the service, open for its edges alone; an internal load balancer where routes need one."""
    if not plan.service.workers:
        return Network(security=None, interfaces=None, entrance=None)
    region, name = plan.region, plan.names.prefix
    routed = sorted(routed_containers(plan.service))
    security = ServiceSecurity(
        name,
        args=ServiceSecurityArgs(
            vpc_id=region.value("vpc_id"),
            vpc_cidr=region.value("vpc_cidr"),
            openings=openings(plan.service),
            groups={
                Peer.DATABASE: region.value("security_group_ids", Group.DATABASE.value),
                Peer.CACHE: region.value("security_group_ids", Group.CACHE.value),
            },
            listener_ports=dict.fromkeys(routed, LISTENER_PORT),
        ),
        opts=plan.opts,
    )
    subnets = region.private_subnets
    interfaces = FunctionNetwork(subnet_ids=subnets, security_group_ids=[security.id])
    entrance = _entrance(plan, security.entrance_id, subnets) if security.entrance_id is not None else None
    return Network(security=security, interfaces=interfaces, entrance=entrance)


def _entrance(plan: Plan, group: pulumi.Output[str], subnets: list[pulumi.Output[str]]) -> Entrance:
    name = plan.names.prefix
    balancer = InternalLoadBalancer(
        name,
        args=InternalLoadBalancerArgs(
            subnet_ids=subnets,
            security_group_ids=[group],
            idle_timeout_seconds=IDLE_SECONDS,
            deletion_protection=plan.settings.protection.deletion_protection,
        ),
        opts=plan.opts,
    )
    link = VpcLink(name, args=VpcLinkArgs(subnet_ids=subnets, security_group_ids=[group]), opts=plan.opts)
    return Entrance(balancer=balancer, link=link)
