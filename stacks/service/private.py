"""Containers that are called across accounts: PrivateLink on both sides (NET-6)."""

from __future__ import annotations

import pulumi

from components.network import (
    NetworkLoadBalancerArgs,
    PrivateEndpoint,
    PrivateEndpointArgs,
    PrivateEndpointService,
    PrivateEndpointServiceArgs,
)
from contracts.services.bindings import Use
from contracts.services.naming import RunnerKind
from stacks.service.network import LISTENER_PORT, Network
from stacks.service.plan import Plan
from stacks.service.registry import recorded

LONGEST_BALANCER = 32
"""Characters of a load balancer's name."""


def make_private_endpoints(plan: Plan, network: Network) -> None:
    """An endpoint for each container of another account that is called; `Plan.url_of` then knows its address."""
    if network.security is None:
        return
    for use in plan.service.uses:
        handler = use.endpoint.handler
        if not _is_private(use) or handler is None or (key := plan.endpoint_key(use)) in plan.endpoints:
            continue
        provider = use.provider.contract.id
        record = plan.registry.outputs_of(provider, f"the private address of {handler}")
        endpoint = PrivateEndpoint(
            plan.names.name(key),
            args=PrivateEndpointArgs(
                service_name=record.apply(
                    lambda outputs, name=handler.key, provider=provider: recorded(
                        outputs.endpoint_services, name, "private address", provider, plan.settings.environment
                    )
                ),
                vpc_id=plan.region.value("vpc_id"),
                subnet_ids=plan.region.private_subnets,
                port=LISTENER_PORT,
                callers={plan.names.service: network.security.id},
            ),
            opts=plan.opts,
        )
        plan.endpoints[key] = pulumi.Output.concat("http://", endpoint.dns_name)


def make_endpoint_services(plan: Plan, network: Network) -> dict[str, PrivateEndpointService]:
    """An endpoint service for each container that consumers of other accounts call, open to these accounts alone."""
    if network.entrance is None or network.security is None or network.security.entrance_id is None:
        return {}
    accounts: dict[str, set[str]] = {}
    for uses in plan.service.foreign_callers.values():
        for use in uses:
            if _is_private(use) and use.endpoint.handler is not None:
                accounts.setdefault(use.endpoint.handler.key, set()).add(use.consumer.place.account)
    return {
        container: PrivateEndpointService(
            plan.names.name(f"{container}-private"),
            args=PrivateEndpointServiceArgs(
                load_balancer=NetworkLoadBalancerArgs(
                    balancer_name=f"{plan.names.prefix}-private"[:LONGEST_BALANCER].rstrip("-"),
                    vpc_id=plan.region.value("vpc_id"),
                    subnet_ids=plan.region.private_subnets,
                    security_group_ids=[network.security.entrance_id],
                    port=LISTENER_PORT,
                    health_path=plan.contract.compute.ecs[container].health_path,
                    load_balancer_arn=network.entrance.balancer.arn,
                    deletion_protection=plan.settings.protection.deletion_protection,
                ),
                consumer_accounts=sorted(consumers),
            ),
            opts=plan.opts,
        )
        for container, consumers in sorted(accounts.items())
        if container in plan.contract.compute.ecs
    }


def _is_private(use: Use) -> bool:
    handler = use.endpoint.handler
    if handler is None or handler.kind is not RunnerKind.CONTAINER or not use.foreign:
        return False
    return handler.key in use.provider.contract.compute.ecs
