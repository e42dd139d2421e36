"""How requests at the internal load balancer find one container."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import lb

from components.cluster.service_route import DEREGISTRATION_DELAY_SECONDS, TARGET_GROUP_NAME_LIMIT
from contracts.services.naming import shortened

TOKEN = "atoll:api:ContainerRoute"


@dataclass(frozen=True, kw_only=True)
class ContainerRouteArgs:
    """Wiring of a route to a container."""

    vpc_id: pulumi.Input[str]
    listener_arn: pulumi.Input[str]
    priority: int
    """Priority of the rule, 1 to 50000, unique on the listener."""
    port: int
    """TCP port of the container."""
    health_path: str
    """Path that answers 200; for gRPC the full name of a method, such as `/grpc.health.v1.Health/Check`."""
    hosts: Sequence[str] = ()
    """Host names, such as `order-api.dev.internal`; every host if empty."""
    paths: Sequence[str] = ()
    """Path patterns, such as `/orders/*`; every path if empty."""
    protocol: Literal["HTTP1", "GRPC"] = "HTTP1"
    """GRPC needs a listener with TLS."""


class ContainerRoute(pulumi.ComponentResource):
    """One target group for a container's addresses, and the listener rule that forwards hosts or paths to it (API-1).

    Costs nothing beside the load balancer's own hours and capacity units.
    Does not: register addresses (ECS and the Kubernetes load balancer controller do), or shift traffic between two
    groups (`components.cluster.ServiceRoute`).
    Units: seconds. Errors: ValueError without host and path, which would take the traffic of all containers; AWS
    refuses a priority that another rule has (`PriorityInUse`).
    Source: API-1; https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
    """

    target_group_arn: pulumi.Output[str]
    target_group_arn_suffix: pulumi.Output[str]
    rule: lb.ListenerRule
    """A service is made after it: ECS takes a target group only once a load balancer uses it."""

    def __init__(self, name: str, *, args: ContainerRouteArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        if not (args.hosts or args.paths):
            raise ValueError(f"{name}: a route needs hosts or paths; without either it would take every request")
        super().__init__(TOKEN, name, None, opts)
        group = lb.TargetGroup(
            f"{name}-target",
            name=shortened(name, TARGET_GROUP_NAME_LIMIT),
            vpc_id=args.vpc_id,
            target_type="ip",
            protocol="HTTP",
            protocol_version=args.protocol,
            port=args.port,
            deregistration_delay=DEREGISTRATION_DELAY_SECONDS,
            health_check=lb.TargetGroupHealthCheckArgs(
                enabled=True,
                protocol="HTTP",
                port="traffic-port",
                path=args.health_path,
                matcher="0" if args.protocol == "GRPC" else "200",
                interval=15,
                timeout=5,
                healthy_threshold=2,
                unhealthy_threshold=3,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.rule = lb.ListenerRule(
            f"{name}-rule",
            listener_arn=args.listener_arn,
            priority=args.priority,
            conditions=_conditions(args),
            actions=[lb.ListenerRuleActionArgs(type="forward", target_group_arn=group.arn)],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.target_group_arn, self.target_group_arn_suffix = group.arn, group.arn_suffix
        self.register_outputs({"target_group_arn": self.target_group_arn, "rule_arn": self.rule.arn})


def _conditions(args: ContainerRouteArgs) -> list[lb.ListenerRuleConditionArgs]:
    conditions: list[lb.ListenerRuleConditionArgs] = []
    if args.hosts:
        hosts = lb.ListenerRuleConditionHostHeaderArgs(values=list(args.hosts))
        conditions.append(lb.ListenerRuleConditionArgs(host_header=hosts))
    if args.paths:
        paths = lb.ListenerRuleConditionPathPatternArgs(values=list(args.paths))
        conditions.append(lb.ListenerRuleConditionArgs(path_pattern=paths))
    return conditions
