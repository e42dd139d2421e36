"""The internal application load balancer, through which containers are reached inside the VPC."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import lb

from contracts.services.naming import shortened

TOKEN = "atoll:api:InternalLoadBalancer"
NAME_LIMIT = 32


@dataclass(frozen=True, kw_only=True)
class InternalLoadBalancerArgs:
    """Wiring of an internal load balancer."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets in two zones or more."""
    security_group_ids: Sequence[pulumi.Input[str]]
    idle_timeout_seconds: int
    deletion_protection: bool
    certificate_arn: pulumi.Input[str] | None = None
    """Certificate of the listener on 443; None for plain HTTP on 80, inside the VPC's own security groups."""
    tls_policy: str = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    """Security policy, where there is a certificate."""
    access_log_bucket: pulumi.Input[str] | None = None
    """Bucket for access logs, which must already admit ELB; None for no logs."""
    access_log_prefix: str = "internal-alb"


class InternalLoadBalancer(pulumi.ComponentResource):
    """An ALB without a public address that answers 404 until containers add routes to its listener (API-1).

    Makes: the load balancer, and one listener: HTTPS on 443 with a certificate, else HTTP on 80. Headers with invalid
    names are dropped.
    Costs: $16.43 a month and $0.008 per capacity unit and hour.
    Does not: make target groups or rules (`ContainerRoute`, `components.cluster.ServiceRoute`), security groups or
    DNS names.
    Units: seconds.
    Source: API-1; https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html
    """

    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    """`app/<name>/<id>`, the `LoadBalancer` dimension of its metrics."""
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]
    """Hosted zone of the load balancer itself, for alias records."""
    listener_arn: pulumi.Output[str]
    scheme: str
    """`https` or `http`."""
    port: int

    def __init__(
        self, name: str, *, args: InternalLoadBalancerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        secure = args.certificate_arn is not None
        self.scheme, self.port = ("https", 443) if secure else ("http", 80)
        balancer = lb.LoadBalancer(
            f"{name}-alb",
            # Names of load balancers may not begin with "internal-".
            name=shortened(f"{name}-alb", NAME_LIMIT),
            load_balancer_type="application",
            internal=True,
            ip_address_type="ipv4",
            subnets=list(args.subnet_ids),
            security_groups=list(args.security_group_ids),
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            enable_deletion_protection=args.deletion_protection,
            idle_timeout=args.idle_timeout_seconds,
            access_logs=lb.LoadBalancerAccessLogsArgs(
                bucket=args.access_log_bucket, prefix=args.access_log_prefix, enabled=True
            )
            if args.access_log_bucket is not None
            else None,
            opts=child,
        )
        listener = lb.Listener(
            f"{name}-listener",
            load_balancer_arn=balancer.arn,
            port=self.port,
            protocol=self.scheme.upper(),
            ssl_policy=args.tls_policy if secure else None,
            certificate_arn=args.certificate_arn,
            default_actions=[
                lb.ListenerDefaultActionArgs(
                    type="fixed-response",
                    fixed_response=lb.ListenerDefaultActionFixedResponseArgs(
                        status_code="404",
                        content_type="application/json",
                        message_body=json.dumps({"error": "not found"}),
                    ),
                )
            ],
            opts=child,
        )
        self.arn, self.arn_suffix = balancer.arn, balancer.arn_suffix
        self.dns_name, self.zone_id = balancer.dns_name, balancer.zone_id
        self.listener_arn = listener.arn
        self.register_outputs(
            {
                "arn": self.arn,
                "arn_suffix": self.arn_suffix,
                "dns_name": self.dns_name,
                "zone_id": self.zone_id,
                "listener_arn": self.listener_arn,
            }
        )
