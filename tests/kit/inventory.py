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


def _default_is_aws_own(operation: str, key: str, field: str, flag: str) -> Listing:
    return lambda client: (item[field] for item in _pages(client, operation, key) if not item.get(flag))


def _own_vpcs(client: Any) -> list[str]:
    return [vpc["VpcId"] for vpc in _pages(client, "describe_vpcs", "Vpcs") if not vpc["IsDefault"]]


def _in_own_vpcs(operation: str, key: str, field: str) -> Listing:
    """List what is in VPCs other than the account's default one, without what AWS makes with each VPC."""

    def listing(client: Any) -> list[str]:
        own = set(_own_vpcs(client))
        items = [item for item in _pages(client, operation, key) if item.get("VpcId") in own]
        return [item[field] for item in items if item.get("GroupName") != "default" and not item.get("IsDefault")]

    return listing


def _live(operation: str, key: str, field: str, gone: tuple[str, ...], state: str = "State") -> Listing:
    return lambda client: (item[field] for item in _pages(client, operation, key) if item[state] not in gone)


def _usable_keys(client: Any) -> list[str]:
    """Customer keys that are not waiting for their deletion: AWS keeps those for the window."""
    ids = [key["KeyId"] for key in _pages(client, "list_keys", "Keys")]
    described = [client.describe_key(KeyId=key)["KeyMetadata"] for key in ids]
    return [key["KeyId"] for key in described if key["KeyState"] == "Enabled" and key["KeyManager"] == "CUSTOMER"]


def _own_roles(client: Any) -> list[str]:
    return [
        role["RoleName"]
        for role in _pages(client, "list_roles", "Roles")
        if not role["Path"].startswith("/aws-service-role/")
    ]


def _own_aliases(client: Any) -> list[str]:
    names = [alias["AliasName"] for alias in _pages(client, "list_aliases", "Aliases")]
    return [name for name in names if not name.startswith("alias/aws/")]


def _ecs_services(client: Any) -> list[str]:
    clusters = _pages(client, "list_clusters", "clusterArns")
    return [arn for cluster in clusters for arn in _pages(client, "list_services", "serviceArns", cluster=cluster)]


def _listeners(client: Any) -> list[str]:
    balancers = [one["LoadBalancerArn"] for one in _pages(client, "describe_load_balancers", "LoadBalancers")]
    return [
        listener["ListenerArn"]
        for arn in balancers
        for listener in _pages(client, "describe_listeners", "Listeners", LoadBalancerArn=arn)
    ]


LISTINGS: dict[str, tuple[str, Listing]] = {
    "VPC": ("ec2", _own_vpcs),
    "subnet": ("ec2", _in_own_vpcs("describe_subnets", "Subnets", "SubnetId")),
    "security group": ("ec2", _in_own_vpcs("describe_security_groups", "SecurityGroups", "GroupId")),
    "route table": ("ec2", _in_own_vpcs("describe_route_tables", "RouteTables", "RouteTableId")),
    "network ACL": ("ec2", _in_own_vpcs("describe_network_acls", "NetworkAcls", "NetworkAclId")),
    "VPC endpoint": ("ec2", _live("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId", ("deleted",))),
    "internet gateway": ("ec2", _plain("describe_internet_gateways", "InternetGateways", "InternetGatewayId")),
    "NAT gateway": ("ec2", _live("describe_nat_gateways", "NatGateways", "NatGatewayId", ("deleted",))),
    "address": ("ec2", _plain("describe_addresses", "Addresses", "AllocationId")),
    "flow log": ("ec2", _plain("describe_flow_logs", "FlowLogs", "FlowLogId")),
    "key": ("kms", _usable_keys),
    "alias": ("kms", _own_aliases),
    "role": ("iam", _own_roles),
    "secret": ("secretsmanager", _plain("list_secrets", "SecretList", "Name")),
    "parameter": ("ssm", _plain("describe_parameters", "Parameters", "Name")),
    "bucket": ("s3", _plain("list_buckets", "Buckets", "Name")),
    "log group": ("logs", _plain("describe_log_groups", "logGroups", "logGroupName")),
    "metric filter": ("logs", _plain("describe_metric_filters", "metricFilters", "filterName")),
    "alarm": ("cloudwatch", _plain("describe_alarms", "MetricAlarms", "AlarmName")),
    "dashboard": ("cloudwatch", _plain("list_dashboards", "DashboardEntries", "DashboardName")),
    "topic": ("sns", _plain("list_topics", "Topics", "TopicArn")),
    "queue": ("sqs", _plain("list_queues", "QueueUrls", None)),
    "certificate": ("acm", _plain("list_certificates", "CertificateSummaryList", "CertificateArn")),
    "load balancer": ("elbv2", _plain("describe_load_balancers", "LoadBalancers", "LoadBalancerArn")),
    "listener": ("elbv2", _listeners),
    "target group": ("elbv2", _plain("describe_target_groups", "TargetGroups", "TargetGroupArn")),
    "ECS cluster": ("ecs", _plain("list_clusters", "clusterArns", None)),
    "ECS service": ("ecs", _ecs_services),
    "repository": ("ecr", _plain("describe_repositories", "repositories", "repositoryName")),
    "namespace": ("servicediscovery", _plain("list_namespaces", "Namespaces", "Id")),
    "discovery service": ("servicediscovery", _plain("list_services", "Services", "Id")),
    "scalable target": (
        "application-autoscaling",
        _plain("describe_scalable_targets", "ScalableTargets", "ResourceId", ServiceNamespace="ecs"),
    ),
    "database": ("rds", _plain("describe_db_instances", "DBInstances", "DBInstanceIdentifier")),
    "database subnet group": ("rds", _plain("describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName")),
    "cache": ("elasticache", _plain("describe_replication_groups", "ReplicationGroups", "ReplicationGroupId")),
    "table": ("dynamodb", _plain("list_tables", "TableNames", None)),
    "schedule": ("scheduler", _plain("list_schedules", "Schedules", "Name")),
    "schedule group": (
        "scheduler",
        lambda client: (
            group["Name"]
            for group in _pages(client, "list_schedule_groups", "ScheduleGroups")
            if group["Name"] != "default"
        ),
    ),
}
"""What is counted → the service that knows, and how to list it."""


def inventory(variables: dict[str, str], account: str, region: str) -> dict[str, list[str]]:
    """Kind → sorted identifiers of what is there, in one account and region of the cloud that `variables` lead to."""

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
