"""An internal network load balancer: what PrivateLink and REST APIs need in front of containers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import lb

TOKEN = "atoll:network:NetworkLoadBalancer"
DEREGISTRATION_DELAY_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class NetworkLoadBalancerArgs:
    """Wiring of an internal network load balancer."""

    balancer_name: str
    """Physical name, at most 32 characters, unique in account and region."""
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets, one a zone."""
    security_group_ids: Sequence[pulumi.Input[str]]
    """Cannot be added later to a balancer that was made without."""
    port: int
    """TCP port that it listens on, and on which it reaches the target."""
    health_path: str
    """Path that answers with any status below 500, as the ALB's 404 does."""
    load_balancer_arn: pulumi.Input[str] | None = None
    """Internal application load balancer behind it; None for addresses that ECS registers in `target_group_arn`."""
    health_protocol: str = "HTTP"
    """HTTPS where the target ends TLS."""
    deletion_protection: bool = False
    enforce_private_link_rules: bool = False
    """Whether the groups also judge what comes through PrivateLink. Its sources are addresses of other VPCs, which no
    rule here can tell apart; who may connect is said by the endpoint service."""


class NetworkLoadBalancer(pulumi.ComponentResource):
    """An internal NLB with one TCP listener in front of an internal ALB, or of containers by address (NET-6).

    Makes: the balancer (across zones), the target group, the listener; with an ALB its registration. TLS, if any, is
    ended behind it.
    Costs: $16.43 a month and $0.006 per capacity unit and hour (us-east-1).
    Does not: end TLS, keep access logs (only TLS listeners have them).
    Units: seconds. Errors: AWS refuses an ALB as target whose listener does not have the same port.
    Source: NET-6; https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
    """

    arn: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    target_group_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: NetworkLoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        balancer = lb.LoadBalancer(
            f"{name}-nlb",
            name=args.balancer_name,
            load_balancer_type="network",
            internal=True,
            ip_address_type="ipv4",
            subnets=list(args.subnet_ids),
            security_groups=list(args.security_group_ids),
            enforce_security_group_inbound_rules_on_private_link_traffic=(
                "on" if args.enforce_private_link_rules else "off"
            ),
            enable_cross_zone_load_balancing=True,
            enable_deletion_protection=args.deletion_protection,
            opts=child,
        )
        group = lb.TargetGroup(
            f"{name}-target",
            name=args.balancer_name,
            vpc_id=args.vpc_id,
            target_type="ip" if args.load_balancer_arn is None else "alb",
            protocol="TCP",
            port=args.port,
            # An ALB is one target that never leaves; containers come and go.
            deregistration_delay=DEREGISTRATION_DELAY_SECONDS if args.load_balancer_arn is None else None,
            health_check=lb.TargetGroupHealthCheckArgs(
                enabled=True,
                protocol=args.health_protocol,
                port="traffic-port",
                path=args.health_path,
                matcher="200-499",
                interval=15,
                timeout=6,
                healthy_threshold=2,
                unhealthy_threshold=3,
            ),
            opts=child,
        )
        listener = lb.Listener(
            f"{name}-listener",
            load_balancer_arn=balancer.arn,
            port=args.port,
            protocol="TCP",
            default_actions=[lb.ListenerDefaultActionArgs(type="forward", target_group_arn=group.arn)],
            opts=child,
        )
        if args.load_balancer_arn is not None:
            lb.TargetGroupAttachment(
                f"{name}-attachment",
                target_group_arn=group.arn,
                target_id=args.load_balancer_arn,
                port=args.port,
                # AWS takes an ALB into a group only once a listener uses the group.
                opts=pulumi.ResourceOptions(parent=self, depends_on=[listener]),
            )
        self.arn, self.dns_name, self.target_group_arn = balancer.arn, balancer.dns_name, group.arn
        self.register_outputs({"arn": self.arn, "dns_name": self.dns_name, "target_group_arn": self.target_group_arn})
