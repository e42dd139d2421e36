"""Networks, instances and volumes as they should be."""

from __future__ import annotations

import base64
from typing import Any

import pulumi
from pulumi_aws import ebs, ec2, ec2transitgateway, lb, shield, vpc, wafv2

from tests.policies.compliant.named import Named

SERVICES = ("ec2", "ecr.api", "ecr.dkr", "ssm")
KEY = "arn:aws:kms:us-east-1:111122223333:key/volumes"
TOKENS: Any = {"http_tokens": "required", "http_put_response_hop_limit": 1}


def program() -> None:
    """A public VPC, a private one and the default one, with what is in them."""
    network = ec2.Vpc("network", cidr_block="10.0.0.0/16")
    ec2.InternetGateway("internet-gateway", vpc_id=network.id)
    default = ec2.DefaultVpc("default-network")
    private = ec2.Vpc("private-network", cidr_block="10.4.0.0/16")
    for each, name in ((network, "network"), (default, "default-network"), (private, "private-network")):
        _around(each, name)
    _acls(network)
    _groups(network)
    _instances()
    _routes(network)
    ebs.EncryptionByDefault("volumes-encrypted", enabled=True)
    ebs.SnapshotBlockPublicAccess("snapshots-private", state="block-all-sharing")
    ebs.Volume("volume", availability_zone="us-east-1a", size=8, encrypted=True)
    ec2.VpcBlockPublicAccessOptions("internet-blocked", internet_gateway_block_mode="block-bidirectional")
    ec2transitgateway.TransitGateway("transit-gateway")


def _around(network: Any, name: str) -> None:
    """What every VPC has."""
    ec2.DefaultSecurityGroup(f"{name}-closed-group", vpc_id=network.id)
    ec2.FlowLog(
        f"{name}-flow-log",
        vpc_id=network.id,
        traffic_type="ALL",
        log_destination="arn:aws:s3:::flow-logs",
        log_destination_type="s3",
    )
    for zone in "abc":
        ec2.Subnet(
            f"{name}-{zone}",
            vpc_id=network.id,
            cidr_block=f"10.0.{ord(zone)}.0/24",
            availability_zone=f"us-east-1{zone}",
            tags={"Tier": "private"},
        )
    for service in SERVICES:
        ec2.VpcEndpoint(
            f"{name}-{service}",
            vpc_id=network.id,
            service_name=f"com.amazonaws.us-east-1.{service}",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
        )


def _acls(network: ec2.Vpc) -> None:
    entry: Any = {"rule_no": 100, "action": "allow", "protocol": "tcp", "cidr_block": "0.0.0.0/0"}
    https: Any = {**entry, "from_port": 443, "to_port": 443}
    replies: Any = {**entry, "from_port": 1024, "to_port": 3388}
    ec2.NetworkAcl("acl", vpc_id=network.id, ingress=[https, replies])
    ec2.DefaultNetworkAcl("default-acl", default_network_acl_id=network.default_network_acl_id)
    ec2.NetworkAclRule(
        "acl-rule",
        network_acl_id="acl-1",
        rule_number=100,
        rule_action="allow",
        protocol="tcp",
        cidr_block="0.0.0.0/0",
        from_port=443,
        to_port=443,
    )


def _groups(network: ec2.Vpc) -> None:
    """The internet reaches the edge, the edge the application, the application its stores; one more, closed."""
    edge = ec2.SecurityGroup("edge-group", vpc_id=network.id)
    application = ec2.SecurityGroup(
        "application-group",
        vpc_id=network.id,
        ingress=[{"protocol": "tcp", "from_port": 8081, "to_port": 8081, "security_groups": [edge.id]}],
    )
    stores = ec2.SecurityGroup("store-group", vpc_id=network.id)
    balancer = lb.LoadBalancer(
        "edge-balancer",
        load_balancer_type="application",
        security_groups=[edge.id],
        subnets=["subnet-1", "subnet-2", "subnet-3"],
        drop_invalid_header_fields=True,
        desync_mitigation_mode="strictest",
        enable_deletion_protection=True,
        access_logs={"bucket": "log-bucket", "enabled": True},
    )
    wafv2.WebAclAssociation("edge-balancer-waf", resource_arn=balancer.arn, web_acl_arn="arn")
    shield.Protection("edge-balancer-shield", resource_arn=balancer.arn)
    prefixes = ec2.ManagedPrefixList(
        "prefixes", address_family="IPv4", max_entries=5, entries=[{"cidr": "10.1.0.0/16"}]
    )
    ec2.ManagedPrefixListEntry("prefix", prefix_list_id=prefixes.id, cidr="10.2.0.0/16")
    vpc.SecurityGroupIngressRule(
        "edge-https",
        security_group_id=edge.id,
        cidr_ipv4="0.0.0.0/0",
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
    )
    vpc.SecurityGroupIngressRule(
        "application-offices",
        security_group_id=application.id,
        prefix_list_id=prefixes.id,
        ip_protocol="tcp",
        from_port=8443,
        to_port=8443,
    )
    for name, port in (("postgres", 5432), ("redis", 6379)):
        ec2.SecurityGroupRule(
            f"store-{name}",
            type="ingress",
            security_group_id=stores.id,
            source_security_group_id=application.id,
            protocol="tcp",
            from_port=port,
            to_port=port,
        )
    ec2.SecurityGroup("closed-group", vpc_id=network.id)


def _instances() -> None:
    script = base64.b64encode(b"PASSWORD=$(aws ssm get-parameter --name /password)\necho started\n").decode()
    template = ec2.LaunchTemplate(
        "template",
        metadata_options=TOKENS,
        network_interfaces=[{"associate_public_ip_address": "false"}],
        block_device_mappings=[{"device_name": "/dev/xvda", "ebs": {"encrypted": "true", "kms_key_id": KEY}}],
        user_data=script,
    )
    configuration = {"httpTokens": "required"}
    Named("aws:ec2/launchConfiguration:LaunchConfiguration", "configuration", metadataOptions=configuration)
    ec2.Instance(
        "virtual-machine",
        launch_template={"id": template.id},
        associate_public_ip_address=False,
        user_data=pulumi.Output.concat("echo ", template.name),
    )
    subnet = ec2.Subnet("spot-subnet", vpc_id="vpc-elsewhere", cidr_block="10.7.0.0/24")
    ec2.SpotInstanceRequest("spot", metadata_options=TOKENS, subnet_id=subnet.id)
    ec2.DefaultSubnet("default-subnet", availability_zone="us-east-1a", map_public_ip_on_launch=False)


def _routes(network: ec2.Vpc) -> None:
    ec2.Route(
        "route",
        route_table_id="rtb-1",
        vpc_peering_connection_id="pcx-1",
        destination_cidr_block="10.9.4.0/24",
    )
    ec2.RouteTable(
        "route-table",
        vpc_id=network.id,
        routes=[{"cidr_block": "10.9.4.0/24", "vpc_peering_connection_id": "pcx-1"}],
    )
    ec2.DefaultRouteTable("default-route-table", default_route_table_id="rtb-2")
