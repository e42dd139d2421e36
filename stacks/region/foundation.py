"""What everything else in a region stands on."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.edge import LoadBalancer, LoadBalancerArgs
from components.identity import ServiceRoles, ServiceRolesArgs
from components.identity.roles import Scope
from components.network import Endpoints, EndpointsArgs, Group, SecurityGroups, SecurityGroupsArgs, Vpc, VpcArgs
from components.registry import ContractRegistry, ContractRegistryArgs
from components.security import AccountSafeguards
from components.storage import AppBuckets, AppBucketsArgs
from contracts.settings import StackSettings, Tier
from contracts.settings.joined import connected
from contracts.settings.kubernetes import cluster_name
from stacks.region.pair import KeyArns, Pair, make_keys


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """What everything else in a region stands on."""

    keys: KeyArns
    pair: Pair | None
    vpc: Vpc
    groups: SecurityGroups
    roles: ServiceRoles
    buckets: AppBuckets
    balancer: LoadBalancer

    def key(self, purpose: str) -> pulumi.Output[str]:
        """ARN of the key for `purpose`."""
        return self.keys.here[purpose]


def scope_of(settings: StackSettings) -> Scope:
    """Where the region is: what ARN patterns and names are made of."""
    return Scope(settings.environment, settings.region, settings.account.id, settings.account_name)


def make_foundation(settings: StackSettings, pair: Pair | None, opts: pulumi.ResourceOptions) -> Foundation:
    """Keys, network, roles, buckets, the load balancer, and the contract registry where the stack hosts it."""
    name, account = settings.environment, settings.account.id
    AccountSafeguards(name, opts=opts)
    keys = make_keys(settings, pair, opts)
    vpc = Vpc(
        name,
        args=VpcArgs(
            environment=name,
            region=settings.region,
            account_id=account,
            settings=settings.network,
            log_key_arn=keys.here["logs"],
            connected=connected(settings),
            subnet_tags=_cluster_tags(name) if settings.kubernetes else {},
        ),
        opts=opts,
    )
    Endpoints(
        name,
        args=EndpointsArgs(
            environment=name,
            region=settings.region,
            account_id=account,
            settings=settings.network,
            vpc_id=vpc.vpc_id,
            cidr=vpc.cidr,
            route_table_ids=[*vpc.route_table_ids[Tier.PRIVATE], *vpc.route_table_ids[Tier.DATABASE]],
            subnet_ids=vpc.subnet_ids[Tier.PRIVATE],
            organization_id=settings.registry.organization_id,
        ),
        opts=opts,
    )
    groups = SecurityGroups(
        name,
        args=SecurityGroupsArgs(environment=name, vpc_id=vpc.vpc_id, bastion=settings.network.bastion),
        opts=opts,
    )
    roles = ServiceRoles(
        name,
        args=ServiceRolesArgs(
            environment=name, region=settings.region, account_id=account, account_name=settings.account_name
        ),
        opts=opts,
    )
    buckets = AppBuckets(
        name,
        args=AppBucketsArgs(
            settings=settings.storage,
            protection=settings.protection,
            environment=settings.account_name,
            account_id=account,
            region=settings.region,
            key_arn=keys.here["storage"],
            backup_reports=settings.backup is not None and settings.backup.reports,
            distributions=pair is not None,
        ),
        opts=opts,
    )
    balancer = LoadBalancer(
        name,
        args=LoadBalancerArgs(
            settings=settings.edge,
            protection=settings.protection,
            subnet_ids=list(vpc.subnet_ids[Tier.PUBLIC].values()),
            security_group_id=groups.ids[Group.ALB],
            access_log_bucket=buckets.logs.policed_name if settings.edge.access_logs else None,
            log_key_arn=keys.here["logs"],
            account_id=account,
            region=settings.region,
        ),
        opts=opts,
    )
    if settings.registry.host:
        ContractRegistry(
            name,
            args=ContractRegistryArgs(
                environment=name,
                settings=settings.registry,
                keys=settings.keys,
                protection=settings.protection,
                publishing_roles=[settings.account.deploy_role] if settings.account.deploy_role else [],
            ),
            opts=opts,
        )
    return Foundation(keys=keys, pair=pair, vpc=vpc, groups=groups, roles=roles, buckets=buckets, balancer=balancer)


def _cluster_tags(environment: str) -> dict[Tier, dict[str, str]]:
    """Where Karpenter puts nodes, and load balancers go that are declared in the cluster."""
    cluster = {"karpenter.sh/discovery": cluster_name(environment)}
    return {
        Tier.PRIVATE: {"kubernetes.io/role/internal-elb": "1", **cluster},
        Tier.PUBLIC: {"kubernetes.io/role/elb": "1"},
    }
