"""What rotates a region's secrets (SEC-3)."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from components.functions import FunctionKeys
from components.identity.statements import Statement, allow
from components.network import Group
from components.security import DatabaseLogin, Rotation, RotatorNetwork, SecretRotator, SecretRotatorArgs
from contracts.settings import StackSettings, Tier
from stacks.region.data import Data
from stacks.region.foundation import Foundation, scope_of
from stacks.region.pair import SharedSecret

ANYWHERE = "0.0.0.0/0"


def function_keys(foundation: Foundation) -> FunctionKeys:
    """Keys of the region's own functions."""
    return FunctionKeys(
        logs=foundation.key("logs"), variables=foundation.key("secrets"), messaging=foundation.key("messaging")
    )


def rotate_cache_token(
    settings: StackSettings, foundation: Foundation, data: Data, opts: pulumi.ResourceOptions
) -> SecretRotator:
    """The cache's token: the first rotation waits for the interval, and no deployment waits for the cache."""
    scope, cache = scope_of(settings), data.cache
    groups = {scope.region: cache.replication_group_id}
    if settings.pair is not None and settings.pair.cache:
        # The other stack's cache, by the name that it has there (`StackSettings.account_name`).
        groups[settings.pair.peer_region] = f"{cache.replication_group_id}-{settings.pair.peer_region}"
    arns = [
        f"arn:aws:elasticache:{region}:{scope.account_id}:replicationgroup:{group}" for region, group in groups.items()
    ]
    followers = [f"{region}/{group}" for region, group in groups.items() if region != scope.region]
    return SecretRotator(
        f"{settings.environment}-rotate-cache-token",
        args=SecretRotatorArgs(
            rotation=Rotation.CACHE_TOKEN,
            scope=scope,
            keys=function_keys(foundation),
            network=_network(settings, foundation, Group.CACHE, cache.port, ANYWHERE),  # ElastiCache's API, too
            settings=settings.secrets,
            secrets={"cache": data.cache_token.arn},
            secrets_key_arn=foundation.key("secrets"),
            at_once=False,
            variables={
                "CACHE_GROUP": cache.replication_group_id,
                "CACHE_HOST": cache.configuration_endpoint,
                "CACHE_PORT": str(cache.port),
                **({"CACHE_FOLLOWERS": " ".join(followers)} if followers else {}),
            },
            statements=[
                allow("SeeCache", ["elasticache:DescribeReplicationGroups"], arns if followers else arns[0]),
                allow("ChangeToken", ["elasticache:ModifyReplicationGroup"], arns if followers else arns[0]),
            ],
        ),
        opts=opts,
    )


def rotate_master(
    settings: StackSettings, foundation: Foundation, data: Data, secret: SharedSecret, opts: pulumi.ResourceOptions
) -> SecretRotator:
    """The master user's own password, where RDS does not rotate it; it changes its own, in the region that writes."""
    inside = "secretsmanager" in settings.network.interface_endpoints
    return SecretRotator(
        f"{settings.environment}-rotate-master",
        args=SecretRotatorArgs(
            rotation=Rotation.DATABASE_LOGIN,
            scope=scope_of(settings),
            keys=function_keys(foundation),
            network=_network(settings, foundation, Group.DATABASE, 5432, foundation.vpc.cidr if inside else ANYWHERE),
            settings=settings.secrets,
            secrets={"master": secret.arn},
            secrets_key_arn=foundation.key("secrets"),
            at_once=False,
            variables={
                "DATABASE_HOST": data.database.address,
                "DATABASE_PORT": data.database.port.apply(str),
                "DATABASE_NAME": settings.relational.database_name,
            },
        ),
        opts=opts,
    )


def rotate_logins(
    settings: StackSettings,
    foundation: Foundation,
    data: Data,
    logins: Mapping[str, DatabaseLogin],
    opts: pulumi.ResourceOptions,
) -> SecretRotator:
    """Logins of the database; the first rotation, which makes the users, is at once."""
    scope = scope_of(settings)
    inside = "secretsmanager" in settings.network.interface_endpoints
    return SecretRotator(
        f"{settings.environment}-rotate-logins",
        args=SecretRotatorArgs(
            rotation=Rotation.DATABASE_LOGIN,
            scope=scope,
            keys=function_keys(foundation),
            network=_network(settings, foundation, Group.DATABASE, 5432, foundation.vpc.cidr if inside else ANYWHERE),
            settings=settings.secrets,
            secrets={key: login.arn for key, login in logins.items()},
            secrets_key_arn=foundation.key("secrets"),
            at_once=True,
            statements=[_read_master(settings, data)],
        ),
        opts=opts,
    )


def _read_master(settings: StackSettings, data: Data) -> Statement:
    """The master user's login: our own secret, or the one that RDS names and tags when it has made the database."""
    read = ["secretsmanager:GetSecretValue"]
    if data.database_secret is not None:
        return allow("ReadMaster", read, data.database_secret.arn)
    kind = "Cluster" if settings.aurora else "Instance"
    made = {f"secretsmanager:ResourceTag/aws:rds:primaryDB{kind}Arn": data.database.arn}
    return allow("ReadMaster", read, scope_of(settings).arn("secretsmanager", "secret:rds!*"), StringEquals=made)


def _network(
    settings: StackSettings, foundation: Foundation, door: Group, port: int, aws: pulumi.Input[str]
) -> RotatorNetwork:
    private = foundation.vpc.subnet_ids[Tier.PRIVATE]
    return RotatorNetwork(
        vpc_id=foundation.vpc.vpc_id,
        subnet_ids=[private[zone] for zone in settings.network.workload_zones],
        door_group_id=foundation.groups.ids[door],
        port=port,
        aws_cidr=aws,
    )
