"""What really is in an account and region, asked of the cloud and not of anybody's state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import boto3
from botocore.config import Config

Listing = Callable[[Any], Iterable[str]]
Clients = Callable[[str], Any]


def _pages(client: Any, operation: str, key: str, **arguments: Any) -> list[Any]:
    if client.can_paginate(operation):
        return [item for page in client.get_paginator(operation).paginate(**arguments) for item in page.get(key) or []]
    return getattr(client, operation)(**arguments).get(key) or []


def _plain(operation: str, key: str, field: str | None, **arguments: Any) -> Listing:
    """List with one call; `field` is the identifier of an item, None where the item is the identifier."""
    return lambda client: (
        item if field is None else item[field] for item in _pages(client, operation, key, **arguments)
    )


def _own_vpcs(client: Any) -> list[str]:
    return [vpc["VpcId"] for vpc in _pages(client, "describe_vpcs", "Vpcs") if not vpc["IsDefault"]]


def _in_own_vpcs(operation: str, key: str, field: str) -> Listing:
    """List what is in VPCs other than the account's default one, without what AWS makes with each VPC."""

    def listing(client: Any) -> list[str]:
        own = set(_own_vpcs(client))
        items = [item for item in _pages(client, operation, key) if item.get("VpcId") in own]
        return [item[field] for item in items if not _made_with_the_vpc(item)]

    return listing


def _made_with_the_vpc(item: Any) -> bool:
    """Whether AWS made this with the VPC: default security group and NACL, main route table."""
    main = any(association.get("Main") for association in item.get("Associations") or [])
    return item.get("GroupName") == "default" or bool(item.get("IsDefault")) or main


def _live(operation: str, key: str, field: str, gone: tuple[str, ...], state: str = "State") -> Listing:
    return lambda client: (item[field] for item in _pages(client, operation, key) if item[state] not in gone)


def _usable_keys(client: Any) -> list[str]:
    """Customer keys that are not waiting for their deletion: AWS keeps those for the window."""
    aliases = _pages(client, "list_aliases", "Aliases")
    managed = {alias.get("TargetKeyId") for alias in aliases if alias["AliasName"].startswith("alias/aws/")}
    ids = [key["KeyId"] for key in _pages(client, "list_keys", "Keys") if key["KeyId"] not in managed]
    described = [client.describe_key(KeyId=key)["KeyMetadata"] for key in ids]
    return [key["KeyId"] for key in described if key["KeyState"] == "Enabled" and key["KeyManager"] == "CUSTOMER"]


def _own_secrets(client: Any) -> list[str]:
    """Secrets but for those that RDS makes and deletes with its instances."""
    names = [secret["Name"] for secret in _pages(client, "list_secrets", "SecretList")]
    return [name for name in names if not name.startswith("rds!")]


def _own_roles(client: Any) -> list[str]:
    return [
        role["RoleName"]
        for role in _pages(client, "list_roles", "Roles")
        if not role["Path"].startswith("/aws-service-role/")
    ]


def _own_aliases(client: Any) -> list[str]:
    names = [alias["AliasName"] for alias in _pages(client, "list_aliases", "Aliases")]
    return [name for name in names if not name.startswith("alias/aws/")]


def _ecs_clusters(client: Any) -> list[str]:
    """Clusters that still are something: AWS shows deleted ones as INACTIVE for a while."""
    arns = _pages(client, "list_clusters", "clusterArns")
    found = client.describe_clusters(clusters=arns)["clusters"] if arns else []
    return [cluster["clusterArn"] for cluster in found if cluster["status"] == "ACTIVE"]


def _ecs_services(client: Any) -> list[str]:
    return [
        service["serviceArn"]
        for cluster in _ecs_clusters(client)
        for arn in _pages(client, "list_services", "serviceArns", cluster=cluster)
        for service in client.describe_services(cluster=cluster, services=[arn])["services"]
        if service["status"] == "ACTIVE"
    ]


def _listeners(client: Any) -> list[str]:
    balancers = [one["LoadBalancerArn"] for one in _pages(client, "describe_load_balancers", "LoadBalancers")]
    return [
        listener["ListenerArn"]
        for arn in balancers
        for listener in _pages(client, "describe_listeners", "Listeners", LoadBalancerArn=arn)
    ]


LISTINGS: dict[str, tuple[str, Listing]] = {
    "aws:ec2/vpc:Vpc": ("ec2", _own_vpcs),
    "aws:ec2/subnet:Subnet": ("ec2", _in_own_vpcs("describe_subnets", "Subnets", "SubnetId")),
    "aws:ec2/securityGroup:SecurityGroup": (
        "ec2",
        _in_own_vpcs("describe_security_groups", "SecurityGroups", "GroupId"),
    ),
    "aws:ec2/routeTable:RouteTable": ("ec2", _in_own_vpcs("describe_route_tables", "RouteTables", "RouteTableId")),
    "aws:ec2/networkAcl:NetworkAcl": ("ec2", _in_own_vpcs("describe_network_acls", "NetworkAcls", "NetworkAclId")),
    "aws:ec2/vpcEndpoint:VpcEndpoint": (
        "ec2",
        _live("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId", ("deleted",)),
    ),
    "aws:ec2/internetGateway:InternetGateway": (
        "ec2",
        _plain("describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ),
    "aws:ec2/natGateway:NatGateway": (
        "ec2",
        _live("describe_nat_gateways", "NatGateways", "NatGatewayId", ("deleted",)),
    ),
    "aws:ec2/eip:Eip": ("ec2", _plain("describe_addresses", "Addresses", "AllocationId")),
    "aws:ec2/flowLog:FlowLog": ("ec2", _plain("describe_flow_logs", "FlowLogs", "FlowLogId")),
    "aws:kms/key:Key": ("kms", _usable_keys),
    "aws:kms/alias:Alias": ("kms", _own_aliases),
    "aws:iam/role:Role": ("iam", _own_roles),
    "aws:secretsmanager/secret:Secret": ("secretsmanager", _own_secrets),
    "aws:ssm/parameter:Parameter": ("ssm", _plain("describe_parameters", "Parameters", "Name")),
    "aws:s3/bucket:Bucket": ("s3", _plain("list_buckets", "Buckets", "Name")),
    "aws:cloudwatch/logGroup:LogGroup": ("logs", _plain("describe_log_groups", "logGroups", "logGroupName")),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": (
        "logs",
        lambda client: (
            f"{one['logGroupName']} {one['filterName']}"
            for one in _pages(client, "describe_metric_filters", "metricFilters")
        ),
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ("cloudwatch", _plain("describe_alarms", "MetricAlarms", "AlarmName")),
    "aws:cloudwatch/dashboard:Dashboard": (
        "cloudwatch",
        _plain("list_dashboards", "DashboardEntries", "DashboardName"),
    ),
    "aws:sns/topic:Topic": ("sns", _plain("list_topics", "Topics", "TopicArn")),
    "aws:sqs/queue:Queue": ("sqs", _plain("list_queues", "QueueUrls", None)),
    "aws:acm/certificate:Certificate": (
        "acm",
        _plain("list_certificates", "CertificateSummaryList", "CertificateArn"),
    ),
    "aws:lb/loadBalancer:LoadBalancer": (
        "elbv2",
        _plain("describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    ),
    "aws:lb/listener:Listener": ("elbv2", _listeners),
    "aws:lb/targetGroup:TargetGroup": ("elbv2", _plain("describe_target_groups", "TargetGroups", "TargetGroupArn")),
    "aws:ecs/cluster:Cluster": ("ecs", _ecs_clusters),
    "aws:ecs/service:Service": ("ecs", _ecs_services),
    "aws:ecr/repository:Repository": ("ecr", _plain("describe_repositories", "repositories", "repositoryName")),
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": (
        "servicediscovery",
        _plain("list_namespaces", "Namespaces", "Id"),
    ),
    "aws:servicediscovery/service:Service": ("servicediscovery", _plain("list_services", "Services", "Id")),
    "aws:appautoscaling/target:Target": (
        "application-autoscaling",
        _plain("describe_scalable_targets", "ScalableTargets", "ResourceId", ServiceNamespace="ecs"),
    ),
    "aws:rds/instance:Instance": ("rds", _plain("describe_db_instances", "DBInstances", "DBInstanceIdentifier")),
    "aws:rds/subnetGroup:SubnetGroup": (
        "rds",
        _plain("describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName"),
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": (
        "elasticache",
        _plain("describe_replication_groups", "ReplicationGroups", "ReplicationGroupId"),
    ),
    "aws:elasticache/subnetGroup:SubnetGroup": (
        "elasticache",
        _plain("describe_cache_subnet_groups", "CacheSubnetGroups", "CacheSubnetGroupName"),
    ),
    "aws:dynamodb/table:Table": ("dynamodb", _plain("list_tables", "TableNames", None)),
    "aws:scheduler/schedule:Schedule": ("scheduler", _plain("list_schedules", "Schedules", "Name")),
    "aws:scheduler/scheduleGroup:ScheduleGroup": (
        "scheduler",
        lambda client: (
            group["Name"]
            for group in _pages(client, "list_schedule_groups", "ScheduleGroups")
            if group["Name"] != "default"
        ),
    ),
}
"""Pulumi type → the service that knows, and how to list what the account has of it, AWS's own defaults left out."""


def inventory(variables: dict[str, str], account: str, region: str) -> dict[str, list[str]]:
    """Pulumi type → sorted identifiers of what is there, in one account and region of the cloud of `variables`."""

    def client(service: str) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=variables["AWS_ENDPOINT_URL"],
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 2}, s3={"addressing_style": "path"}),
        )

    return {kind: sorted(listing(client(service))) for kind, (service, listing) in LISTINGS.items()}
