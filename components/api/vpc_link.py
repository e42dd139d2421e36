"""The way of HTTP APIs into the VPC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import apigatewayv2

TOKEN = "atoll:api:VpcLink"


@dataclass(frozen=True, kw_only=True)
class VpcLinkArgs:
    """Wiring of a VPC link."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets, in the zones of the internal load balancer; cannot be changed later."""
    security_group_ids: Sequence[pulumi.Input[str]]
    """Groups of the link's network interfaces: let them out to the load balancer's listener, and nothing in."""


class VpcLink(pulumi.ComponentResource):
    """A VPC link (version 2), which all HTTP APIs of an environment share (API-1).

    Costs nothing. A link that carried no request for 60 days goes to sleep; the next request fails while it wakes.
    Does not: serve REST APIs (`RestVpcLink`) or WebSocket APIs.
    Source: API-1; https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html
    """

    id: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: VpcLinkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        link = apigatewayv2.VpcLink(
            f"{name}-link",
            name=name,
            subnet_ids=list(args.subnet_ids),
            security_group_ids=list(args.security_group_ids),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id, self.arn = link.id, link.arn
        self.register_outputs({"id": self.id, "arn": self.arn})
