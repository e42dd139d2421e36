"""How requests reach a service: its target groups and its rule on the HTTPS listener."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pulumi
from pulumi_aws import lb

from components.cluster.containers import SERVICE_PORT

TOKEN = "atoll:cluster:ServiceRoute"

TARGET_GROUP_NAME_LIMIT = 32
DEREGISTRATION_DELAY_SECONDS = 30
"""Time for requests in flight; the default of 300 s would make every rolling deployment five minutes longer."""


@dataclass(frozen=True, kw_only=True)
class ServiceRouteArgs:
    """Wiring of a route."""

    environment: str
    service: str
    path: str
    """Path pattern of the rule, such as `/users/*`."""
    priority: int
    """Priority of the rule, 1 to 50000, unique on the listener."""
    health_path: str
    vpc_id: pulumi.Input[str]
    listener_arn: pulumi.Input[str]
    blue_green: bool
    """Make a second target group, between which CodeDeploy moves the traffic."""


class ServiceRoute(pulumi.ComponentResource):
    """One target group (rolling) or two (blue/green), and a listener rule that forwards a path to it (ECS-1, ECS-3).

    Makes: `blue`, the only target group of a rolling service; `green` for blue/green; the rule. Costs nothing beside
    the load balancer's own hours and capacity units.
    Does not: follow a blue/green deployment. CodeDeploy rewrites the rule's action, so the program ignores changes to
    it. Names of target groups are explicit: 32 characters are too few for a logical name with a random suffix.
    Units: seconds. A target is taken in after 2 good checks (30 s) and out after 3 bad ones (45 s).
    Errors: AWS refuses a priority that another rule of the listener has (`PriorityInUse`).
    Source: ECS-1, EDGE-4;
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """

    blue: lb.TargetGroup
    green: lb.TargetGroup | None
    rule: lb.ListenerRule
    """A service is made after it: ECS takes a target group only once a load balancer uses it."""

    def __init__(self, name: str, *, args: ServiceRouteArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        self.blue = self._target_group(name, args, "blue")
        self.green = self._target_group(name, args, "green") if args.blue_green else None
        self.rule = lb.ListenerRule(
            f"{name}-rule",
            listener_arn=args.listener_arn,
            priority=args.priority,
            conditions=[
                lb.ListenerRuleConditionArgs(path_pattern=lb.ListenerRuleConditionPathPatternArgs(values=[args.path]))
            ],
            actions=[lb.ListenerRuleActionArgs(type="forward", target_group_arn=self.blue.arn)],
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["actions"] if args.blue_green else None),
        )
        self.register_outputs({"target_group_arn": self.blue.arn, "rule_arn": self.rule.arn})

    def _target_group(self, name: str, args: ServiceRouteArgs, color: str) -> lb.TargetGroup:
        return lb.TargetGroup(
            f"{name}-target-{color}",
            name=target_group_name(args.environment, args.service, color),
            vpc_id=args.vpc_id,
            target_type="ip",
            protocol="HTTP",
            port=SERVICE_PORT,
            deregistration_delay=DEREGISTRATION_DELAY_SECONDS,
            health_check=lb.TargetGroupHealthCheckArgs(
                enabled=True,
                protocol="HTTP",
                port="traffic-port",
                path=args.health_path,
                matcher="200",
                interval=15,
                timeout=5,
                healthy_threshold=2,
                unhealthy_threshold=3,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )


def target_group_name(environment: str, service: str, color: str) -> str:
    """Return `<environment>-<service>-<color>`, cut to 32 characters with a digest where it is longer.

    The digest is of the whole name, so that two long names that begin alike stay apart.
    """
    full = f"{environment}-{service}-{color}"
    if len(full) <= TARGET_GROUP_NAME_LIMIT:
        return full
    digest = hashlib.sha256(full.encode()).hexdigest()[:8]
    return f"{full[: TARGET_GROUP_NAME_LIMIT - len(digest) - 1].rstrip('-')}-{digest}"
