"""The way of REST APIs into the VPC."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import apigateway

from components.network.network_load_balancer import NetworkLoadBalancer, NetworkLoadBalancerArgs

TOKEN = "atoll:api:RestVpcLink"


@dataclass(frozen=True, kw_only=True)
class RestVpcLinkArgs:
    """Wiring of a VPC link for REST APIs."""

    load_balancer: NetworkLoadBalancerArgs
    """REST APIs reach a network load balancer only; the internal ALB may stand behind it."""


class RestVpcLink(pulumi.ComponentResource):
    """A VPC link (version 1) with the internal network load balancer that it needs (API-2).

    Makes: a `NetworkLoadBalancer` and the link. Costs: the load balancer. Takes some minutes to make and to delete.
    Does not: serve HTTP APIs (`VpcLink`).
    Source: API-2; https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
    """

    id: pulumi.Output[str]
    base_url: pulumi.Output[str]
    """Address for `UrlTarget`: the load balancer's own name, without TLS between link and load balancer."""
    balancer: NetworkLoadBalancer

    def __init__(self, name: str, *, args: RestVpcLinkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        self.balancer = NetworkLoadBalancer(
            f"{name}-front", args=args.load_balancer, opts=pulumi.ResourceOptions(parent=self)
        )
        link = apigateway.VpcLink(
            f"{name}-link",
            name=name,
            description="REST APIs to containers",
            target_arn=self.balancer.arn,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id = link.id
        self.base_url = pulumi.Output.concat("http://", self.balancer.dns_name, f":{args.load_balancer.port}")
        self.register_outputs({"id": self.id, "base_url": self.base_url})
