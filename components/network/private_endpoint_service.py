"""The provider's side of PrivateLink: a service that named accounts reach without the internet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import pulumi
from pulumi_aws import ec2, route53
from pulumi_aws.vpc.endpoint_service_private_dns_verification import EndpointServicePrivateDnsVerification

from components.network.network_load_balancer import NetworkLoadBalancer, NetworkLoadBalancerArgs

TOKEN = "atoll:network:PrivateEndpointService"
VERIFICATION_TTL_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class PrivateEndpointServiceArgs:
    """Wiring of an endpoint service."""

    load_balancer: NetworkLoadBalancerArgs
    """What stands behind the endpoints."""
    consumer_accounts: Sequence[str]
    """Account ids that may connect, and no other."""
    private_dns_name: str | None = None
    """Name by which consumers call it, such as `orders.internal.example.com`; AWS's endpoint names if None."""
    hosted_zone_id: pulumi.Input[str] | None = None
    """Public zone of `private_dns_name`, where it is proven; None when its DNS is kept elsewhere."""


class PrivateEndpointService(pulumi.ComponentResource):
    """A VPC endpoint service that exactly the consumers' accounts may connect to, without being asked each time.

    Makes: an internal NLB (`NetworkLoadBalancer`); the endpoint service; with a name and its zone the TXT record that
    proves the name, and the wait until it is proven.
    Costs: the NLB; consumers pay $0.01 an hour and zone for their endpoint and $0.01 a GB.
    Does not: without the zone, prove the name: put `verification_record` into the DNS; until then consumers cannot
    switch private DNS on.
    Errors: ValueError for no consumer at all, and for account ids that are none.
    Source: NET-6; https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
    """

    service_name: pulumi.Output[str]
    """`com.amazonaws.vpce.<region>.vpce-svc-…`, by which consumers find it."""
    id: pulumi.Output[str]
    balancer: NetworkLoadBalancer
    verification_record: pulumi.Output[str] | None
    """`name type value` of the record that proves the name; None without a name."""

    def __init__(
        self, name: str, *, args: PrivateEndpointServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        principals = allowed_principals(name, args.consumer_accounts)
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.balancer = NetworkLoadBalancer(f"{name}-front", args=args.load_balancer, opts=child)
        service = ec2.VpcEndpointService(
            f"{name}-service",
            network_load_balancer_arns=[self.balancer.arn],
            acceptance_required=False,
            allowed_principals=principals,
            private_dns_name=args.private_dns_name,
            tags={"Name": name},
            opts=child,
        )
        self.service_name, self.id = service.service_name, service.id
        self.verification_record = self._verify(name, args, service) if args.private_dns_name else None
        self.register_outputs(
            {"service_name": self.service_name, "id": self.id, "verification_record": self.verification_record}
        )

    def _verify(
        self, name: str, args: PrivateEndpointServiceArgs, service: ec2.VpcEndpointService
    ) -> pulumi.Output[str]:
        proof = service.private_dns_name_configurations[0]
        # The proof's name is a label below the name's own domain.
        domain = str(args.private_dns_name)
        label = cast("pulumi.Output[str]", proof.name)
        fqdn = pulumi.Output.concat(label, ".", domain)
        if args.hosted_zone_id is not None:
            record = route53.Record(
                f"{name}-proof",
                zone_id=args.hosted_zone_id,
                name=fqdn,
                type="TXT",
                ttl=VERIFICATION_TTL_SECONDS,
                records=[cast("pulumi.Output[str]", proof.value)],
                opts=pulumi.ResourceOptions(parent=self),
            )
            EndpointServicePrivateDnsVerification(
                f"{name}-proven",
                service_id=service.id,
                wait_for_verification=True,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[record]),
            )
        return pulumi.Output.format("{0} TXT {1}", fqdn, cast("pulumi.Output[str]", proof.value))


def allowed_principals(name: str, accounts: Sequence[str]) -> list[str]:
    """The principals of the accounts, sorted, each once.

    Raises:
        ValueError: there is none, or one is no account id (`*` would let in the world).
    """
    wrong = [account for account in accounts if not (len(account) == 12 and account.isdecimal() and account.isascii())]
    if wrong or not accounts:
        raise ValueError(
            f"{name}: consumers are 12-digit account ids, one or more, not {', '.join(map(repr, wrong)) or 'none'}"
        )
    return [f"arn:aws:iam::{account}:root" for account in sorted(set(accounts))]
