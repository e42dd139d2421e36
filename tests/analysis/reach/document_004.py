"""Document 004's matrix as it is written there, as a small program: its services cannot call each other."""

from __future__ import annotations

from pulumi_aws import ec2, ecs, elasticache, lb, rds

ANYWHERE = "0.0.0.0/0"


def build() -> None:
    """One zone of 004's production VPC, with the security groups of its section "Network Security"."""
    vpc = ec2.Vpc("production-vpc", cidr_block="10.0.0.0/16")
    gateway = ec2.InternetGateway("production-gateway", vpc_id=vpc.id)
    subnets = {
        tier: ec2.Subnet(f"production-{tier}", vpc_id=vpc.id, cidr_block=cidr, availability_zone="us-east-2a")
        for tier, cidr in (("public", "10.0.1.0/24"), ("private", "10.0.10.0/24"), ("data", "10.0.20.0/24"))
    }
    address = ec2.Eip("production-nat-address", domain="vpc")
    nat = ec2.NatGateway("production-nat", subnet_id=subnets["public"].id, allocation_id=address.id)
    routes = {
        "public": [ec2.RouteTableRouteArgs(cidr_block=ANYWHERE, gateway_id=gateway.id)],
        "private": [ec2.RouteTableRouteArgs(cidr_block=ANYWHERE, nat_gateway_id=nat.id)],
        "data": [],
    }
    for tier, subnet in subnets.items():
        table = ec2.RouteTable(f"production-{tier}-table", vpc_id=vpc.id, routes=routes[tier])
        ec2.RouteTableAssociation(f"production-{tier}-association", subnet_id=subnet.id, route_table_id=table.id)
    groups = {
        name: ec2.SecurityGroup(f"production-{name}-group", vpc_id=vpc.id) for name in ("alb", "ecs", "rds", "redis")
    }
    _rules(groups)
    lb.LoadBalancer(
        "production-alb",
        load_balancer_type="application",
        security_groups=[groups["alb"].id],
        subnets=[subnets["public"].id],
    )
    for service in ("api-gateway", "user"):
        ecs.Service(
            f"production-{service}",
            network_configuration=ecs.ServiceNetworkConfigurationArgs(
                subnets=[subnets["private"].id], security_groups=[groups["ecs"].id]
            ),
        )
    databases = rds.SubnetGroup("production-databases", subnet_ids=[subnets["data"].id])
    rds.Instance(
        "production-database",
        instance_class="db.r6g.large",
        db_subnet_group_name=databases.name,
        vpc_security_group_ids=[groups["rds"].id],
    )
    caches = elasticache.SubnetGroup("production-caches", subnet_ids=[subnets["data"].id])
    elasticache.ReplicationGroup(
        "production-cache",
        description="sessions",
        subnet_group_name=caches.name,
        security_group_ids=[groups["redis"].id],
    )


def _rules(groups: dict[str, ec2.SecurityGroup]) -> None:
    def rule(name: str, direction: str, port: int, *, group: str | None = None) -> None:
        of, _, _ = name.partition("-")
        ec2.SecurityGroupRule(
            f"production-{direction}-{name}-{port}",
            type=direction,
            security_group_id=groups[of].id,
            protocol="tcp",
            from_port=port,
            to_port=port,
            source_security_group_id=groups[group].id if group else None,
            cidr_blocks=None if group else [ANYWHERE],
        )

    rule("alb-internet", "ingress", 80)
    rule("alb-internet", "ingress", 443)
    rule("alb-ecs", "egress", 8080, group="ecs")
    rule("ecs-alb", "ingress", 8080, group="alb")
    # "Self: All traffic (inter-service communication)": in, and no word about out.
    ec2.SecurityGroupRule(
        "production-ingress-ecs-self",
        type="ingress",
        security_group_id=groups["ecs"].id,
        protocol="-1",
        from_port=0,
        to_port=0,
        self=True,
    )
    rule("ecs-rds", "egress", 5432, group="rds")
    rule("ecs-redis", "egress", 6379, group="redis")
    rule("ecs-internet", "egress", 443)
    rule("rds-ecs", "ingress", 5432, group="ecs")
    rule("redis-ecs", "ingress", 6379, group="ecs")
