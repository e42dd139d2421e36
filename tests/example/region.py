"""What a region stack would have made in an account, as far as service stacks of the example need it to be there.

The example proves services, not regions, whose own deployment has its own tests: so what has no behaviour here is made
by plain calls, and the database and the cache are servers of this machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from contracts.outputs.region import RegionOutputs
from tests.kit.servers import PostgresServer, RedisServer

REGION, ENVIRONMENT = "us-east-1", "dev"
PURPOSES = ("database", "logs", "messaging", "secrets", "storage")
Clients = Callable[[str], Any]


def prepare(client: Clients, account: str, database: PostgresServer, cache: RedisServer) -> dict[str, Any]:
    """Make an account's part of the region; answers the outputs that its stack would export."""
    network = _network(client("ec2"))
    ecs = client("ecs").create_cluster(clusterName="dev-cluster")["cluster"]
    namespace = client("servicediscovery").create_private_dns_namespace(
        Name="dev.atoll.internal", Vpc=network["vpc_id"]
    )
    operation = client("servicediscovery").get_operation(OperationId=namespace["OperationId"])["Operation"]
    topic = client("sns").create_topic(Name="dev-alarms")["TopicArn"]
    bucket = f"app-assets-{ENVIRONMENT}-{account}"
    client("s3").create_bucket(Bucket=bucket)
    login = _secret(client, "dev-database", {"username": database.user, "password": database.password})
    token = _secret(client, "dev-cache", cache.password)
    for path, url in (("database", database.url()), ("cache", cache.url)):
        client("ssm").put_parameter(Name=f"/atoll/{ENVIRONMENT}/{path}/url", Value=url, Type="SecureString")
    _secret(client, "atoll/google", {"client_id": "example", "client_secret": "example"})
    balancer = f"arn:aws:elasticloadbalancing:{REGION}:{account}:loadbalancer/app/dev/0123456789abcdef"
    outputs = {
        "schema_version": RegionOutputs.VERSION,
        "environment": ENVIRONMENT,
        "region": REGION,
        "account_id": account,
        **network,
        "load_balancer": {
            "arn": balancer,
            "dns_name": "dev.us-east-1.elb.amazonaws.com",
            "zone_id": "Z35SXDOTRQ7X7K",
            "listener_arn": balancer.replace(":loadbalancer/", ":listener/") + "/0123456789abcdef",
        },
        "cluster": {
            "arn": ecs["clusterArn"],
            "name": ecs["clusterName"],
            "namespace_id": operation["Targets"]["NAMESPACE"],
            "namespace_name": "dev.atoll.internal",
            "log_group": "/ecs/dev",
        },
        "database": {
            "arn": f"arn:aws:rds:{REGION}:{account}:db:dev",
            "resource_id": "db-EXAMPLE",
            "endpoint": "127.0.0.1",
            "port": database.port,
            "name": "postgres",
            "secret_arn": login,
        },
        "cache": {"id": "dev", "endpoint": "127.0.0.1", "port": cache.port, "secret_arn": token},
        "tables": {},
        "buckets": {"assets": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"}},
        "key_arns": {purpose: _key(client("kms"), purpose) for purpose in PURPOSES},
        "log_groups": {},
        "dashboards": {},
        "alarm_topic_arn": topic,
    }
    RegionOutputs.from_exports(outputs, stack=ENVIRONMENT)  # what a region stack promises is what is made here
    return outputs


def _network(ec2: Any) -> dict[str, Any]:
    vpc = ec2.create_vpc(CidrBlock="10.40.0.0/16")["Vpc"]["VpcId"]
    zones = {f"{REGION}{letter}": f"10.40.{number}.0/24" for number, letter in enumerate("ab")}
    subnets = {
        zone: ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for zone, cidr in zones.items()
    }
    groups = {
        name: ec2.create_security_group(GroupName=f"dev-{name}", Description=name, VpcId=vpc)["GroupId"]
        for name in ("alb", "ecs", "database", "cache")
    }
    return {
        "vpc_id": vpc,
        "vpc_cidr": "10.40.0.0/16",
        "subnet_ids": {"private": subnets},
        "security_group_ids": groups,
    }


def _key(kms: Any, purpose: str) -> str:
    key = kms.create_key(Description=purpose)["KeyMetadata"]
    kms.create_alias(AliasName=f"alias/atoll-{ENVIRONMENT}-{purpose}", TargetKeyId=key["KeyId"])
    return key["Arn"]


def _secret(client: Clients, name: str, value: str | dict[str, str]) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return client("secretsmanager").create_secret(Name=name, SecretString=text)["ARN"]
