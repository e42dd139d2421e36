"""What must turn the controls of networks, instances and volumes red."""

from __future__ import annotations

import base64
from typing import Any

from tests.policies.kit import DELETE, Mutation

APPROVED = "ec2-internet-reaches-approved-ports-only"
RISKY = "ec2-high-risk-ports-closed-to-internet"
SSH = "ec2-ssh-closed-to-internet"
RDP = "ec2-rdp-closed-to-internet"
POSTGRES = "ec2-postgresql-reached-by-groups-only"
REDIS = "ec2-redis-reached-by-groups-only"
OPEN = (APPROVED, RISKY, SSH, RDP, POSTGRES, REDIS)
"""Controls of ingress: a rule that opens much turns several of them red."""
ACL = "ec2-network-acl-closed-for-administration"
ALLOW = {"action": "allow"}
USER_DATA = "ec2-user-data-without-secrets"
BY_DEFAULT = (
    ("ebs-encryption-on-by-default", "volumes-encrypted", "enabled", False, "enabled is false, it must be true"),
    (
        "ebs-snapshots-never-public",
        "snapshots-private",
        "state",
        "block-new-sharing",
        'state is "block-new-sharing", it must be "block-all-sharing"',
    ),
)


def _rule(ports: tuple[Any, Any], protocol: str = "tcp", **source: Any) -> dict[str, Any]:
    return {"protocol": protocol, "fromPort": ports[0], "toPort": ports[1], **source}


def _inline(control: str, says: str, *rules: dict[str, Any]) -> Mutation:
    """Rules written into a group that had none."""
    return Mutation(control=control, resource="closed-group", change={"ingress": list(rules)}, says=says, also=OPEN)


def _single(control: str, says: str, **change: Any) -> Mutation:
    """A rule that is a resource of its own, of PostgreSQL until it is changed."""
    return Mutation(control=control, resource="store-postgres", change=change, says=says, also=OPEN)


def _newer(control: str, says: str, **change: Any) -> Mutation:
    """A rule of the newer kind: HTTPS on the edge until it is changed."""
    return Mutation(control=control, resource="edge-https", change=change, says=says, also=OPEN)


def _user_data(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


OPENINGS = (
    # Ports beside the approved ones, in the three kinds of rules and all spellings.
    _inline(
        APPROVED,
        "its rule ingress[0] opens port 8443 to the internet; approved are 80, 443",
        _rule((8443, 8443), cidrBlocks=["0.0.0.0/0"]),
    ),
    _inline(
        APPROVED,
        "its rule ingress[0] opens ports 80-443 to the internet; approved are 80, 443",
        _rule(("80", "443"), ipv6CidrBlocks=["::/0"]),
    ),
    _inline(
        APPROVED,
        "its rule ingress[0] opens every port to the internet; approved are 80, 443",
        _rule((0, 0), "-1", cidrBlocks=["10.0.0.0/8", "64.0.0.0/2"]),
    ),
    _inline(
        APPROVED,
        "its rule ingress[0] opens protocol 50 to the internet; approved are 80, 443",
        _rule((0, 0), "50", cidrBlocks=["0.0.0.0/0"]),
    ),
    _inline(
        APPROVED,
        "its rules together open port 7000 to the internet",
        *(_rule((7000, 7000), cidrBlocks=[f"{first}.0.0.0/8"]) for first in (3, 4)),
    ),
    _inline(
        APPROVED,
        "its rule ingress[0] opens port 443 of closed-group to the internet, which is around no load balancer",
        _rule((443, 443), cidrBlocks=["0.0.0.0/0"]),
    ),
    _newer(APPROVED, "it opens ports 440-443 to the internet; approved are 80, 443", fromPort="440", ipProtocol="6"),
    _newer(
        APPROVED,
        "it opens every port to the internet; approved are 80, 443",
        ipProtocol="-1",
        cidrIpv4=None,
        cidrIpv6="2000::/3",
    ),
    Mutation(
        control=APPROVED,
        resource="edge-https",
        remove=("edge-balancer",),
        says="it opens port 443 of edge-group to the internet, which is around no load balancer",
    ),
    # High-risk ports.
    _single(
        RISKY,
        "it opens port 5432 to the internet",
        cidrBlocks=["0.0.0.0/1", "128.0.0.0/1"],
    ),
    _single(RISKY, "it opens port 3306 to the internet", fromPort=3300, toPort=3310, cidrBlocks=["128.0.0.0/1"]),
    _newer(RISKY, "it opens ports 8080, 8088 to the internet", fromPort=8000, toPort=8100),
    Mutation(
        control=RISKY,
        resource="application-offices",
        change={"fromPort": 9200, "toPort": 9200, "prefixListId": "pl-1"},
        undecided=True,
        also=OPEN,
    ),
    # SSH and RDP.
    _inline(SSH, "its rule ingress[0] opens port 22 to the internet", _rule((20, 25), cidrBlocks=["0.0.0.0/0"])),
    _inline(SSH, "its rule ingress[0] opens port 22 to the internet", _rule((22, 22), ipv6CidrBlocks=["::/0"])),
    _inline(SSH, "its rule ingress[0] opens port 22 to the internet", _rule((None, None), cidrBlocks=["0.0.0.0/0"])),
    _inline(SSH, "its rule ingress[0] opens port 22 to the internet", _rule((22, 22), cidrBlocks=["everywhere"])),
    _inline(
        SSH,
        "its rules together open port 22 to the internet",
        _rule((22, 22), cidrBlocks=["5.0.0.0/8"]),
        _rule((0, 100), cidrBlocks=["7.0.0.0/8"]),
    ),
    _newer(SSH, "it opens port 22 to the internet", fromPort=22, toPort=22),
    _newer(SSH, "it opens port 22 to the internet", fromPort="0", toPort="1024", cidrIpv4="128.0.0.0/1"),
    Mutation(
        control=APPROVED,
        resource="application-offices",
        of="prefixes",
        change={"entries": [{"cidr": "0.0.0.0/1"}, {"cidr": "128.0.0.0/1"}]},
        says="it opens port 8443 to the internet; approved are 80, 443",
        also=OPEN,
    ),
    Mutation(
        control=APPROVED,
        resource="application-offices",
        of="prefix",
        change={"cidr": "::/0"},
        says="it opens port 8443 to the internet; approved are 80, 443",
        also=OPEN,
    ),
    _inline(RDP, "its rule ingress[0] opens port 3389 to the internet", _rule((3389, 3389), "17", cidrBlocks=["::/0"])),
    _newer(RDP, "it opens port 3389 to the internet", fromPort=3000, toPort=4000),
    # Databases and caches.
    _inline(
        POSTGRES,
        "its rule ingress[0] admits addresses to port 5432, it must admit security groups alone",
        _rule((0, 65535), cidrBlocks=["10.0.0.0/16"]),
    ),
    _single(
        POSTGRES,
        "it admits addresses to port 5432, it must admit security groups alone",
        cidrBlocks=["10.0.0.0/16"],
        sourceSecurityGroupId=None,
    ),
    Mutation(
        control=POSTGRES,
        resource="store-postgres",
        of="application-group",
        change={"ingress": [_rule((8443, 8443), cidrBlocks=["0.0.0.0/0"])]},
        says="it admits application-group to port 5432, which the internet reaches",
        also=OPEN,
    ),
    Mutation(
        control=RISKY,
        resource="store-postgres",
        of="application-group",
        change={"ingress": [_rule((5000, 6000), cidrBlocks=["0.0.0.0/0"])]},
        says="it admits application-group, which the internet reaches on port 5432",
        also=OPEN,
    ),
    Mutation(
        control=REDIS,
        resource="store-redis",
        change={"cidrBlocks": ["10.0.0.5/32"]},
        says="it admits addresses to port 6379, it must admit security groups alone",
    ),
    _newer(
        REDIS,
        "it admits addresses to port 6379, it must admit security groups alone",
        fromPort=6000,
        toPort=7000,
        cidrIpv4=None,
        cidrIpv6="fd00::/8",
    ),
    # What cannot be read.
    *(
        Mutation(control=control, resource=resource, unknown=(path,), also=OPEN)
        for control, resource, path in (
            (APPROVED, "closed-group", "ingress"),
            (APPROVED, "edge-https", "fromPort"),
            (APPROVED, "edge-https", "securityGroupId"),
            (RISKY, "edge-https", "toPort"),
            (SSH, "edge-https", "ipProtocol"),
            (SSH, "store-postgres", "type"),
            (RDP, "closed-group", "ingress"),
            (POSTGRES, "store-postgres", "cidrBlocks"),
            (REDIS, "store-redis", "fromPort"),
        )
    ),
)
ACLS = (
    *(
        Mutation(
            control=ACL, resource="acl", change={"ingress": [{"ruleNo": 1, "action": "allow", **entry}]}, says=says
        )
        for entry, says in (
            (
                {"protocol": "-1", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 0},
                "its entry ingress[0] admits the internet to 22 and 3389",
            ),
            (
                {"protocol": "6", "ipv6CidrBlock": "::/0", "fromPort": "20", "toPort": "30"},
                "its entry ingress[0] admits the internet to 22",
            ),
            (
                {"protocol": "tcp", "cidrBlock": "128.0.0.0/1", "fromPort": 1024, "toPort": 65535},
                "its entry ingress[0] admits the internet to 3389",
            ),
        )
    ),
    Mutation(
        control=ACL,
        resource="default-acl",
        change={
            "ingress": [
                {
                    "ruleNo": n,
                    "action": "allow",
                    "protocol": "tcp",
                    "cidrBlock": f"{n}.0.0.0/8",
                    "fromPort": 22,
                    "toPort": 22,
                }
                for n in (3, 4)
            ]
        },
        says="its entries together admit the internet to 22",
    ),
    Mutation(
        control=ACL,
        resource="acl-rule",
        change={"fromPort": 0, "toPort": 100},
        says="it admits the internet to 22",
    ),
    Mutation(
        control=ACL,
        resource="acl-rule",
        change={"egress": "true"},
        says="it is about what goes out",
        not_applicable=True,
    ),
    Mutation(control=ACL, resource="acl", unknown=("ingress",)),
    Mutation(control=ACL, resource="acl-rule", unknown=("egress",)),
    Mutation(control=ACL, resource="acl-rule", unknown=("toPort",)),
)
VPCS = (
    Mutation(
        control="ec2-default-security-group-closed",
        resource="network",
        remove=("network-closed-group",),
        says="its default security group is as AWS made it, open to itself and to everywhere",
    ),
    Mutation(
        control="ec2-default-security-group-closed",
        resource="network",
        of="network-closed-group",
        change={"egress": [_rule((0, 0), "-1", self=True)]},
        says='egress is [{"fromPort": 0, "protocol": "-1", "self": true, "toPort": 0}], it must not be set',
    ),
    Mutation(
        control="ec2-default-security-group-closed",
        resource="network",
        of="network-closed-group",
        unknown=("ingress",),
    ),
    Mutation(
        control="ec2-vpc-flow-logged",
        resource="network",
        remove=("network-flow-log",),
        says="it has no flow log",
    ),
    Mutation(
        control="ec2-vpc-flow-logged",
        resource="network",
        of="network-flow-log",
        change={"trafficType": "ACCEPT"},
        says='trafficType is "ACCEPT", it must be one of "ALL", "REJECT"',
    ),
    Mutation(
        control="ec2-vpc-flow-logged",
        resource="network",
        of="network-flow-log",
        change={"logDestination": DELETE},
        says="logDestination is not set",
    ),
    Mutation(control="ec2-vpc-flow-logged", resource="network", of="network-flow-log", unknown=("vpcId",)),
    Mutation(
        control="ec2-vpc-has-endpoint-for-ec2",
        resource="network",
        remove=("network-ec2",),
        says="it has no interface endpoint for ec2",
    ),
    Mutation(
        control="ec2-vpc-has-endpoint-for-ec2",
        resource="network",
        of="network-ec2",
        change={"serviceName": "com.amazonaws.us-east-1.not.ec2"},
        says="it has no interface endpoint for ec2",
    ),
    Mutation(
        control="ec2-vpc-has-endpoint-for-ec2",
        resource="network",
        of="network-ec2",
        change={"privateDnsEnabled": DELETE},
        says="network-ec2 has no private DNS, so that clients do not find it",
    ),
    Mutation(
        control="ec2-vpc-has-endpoint-for-ec2",
        resource="network",
        of="network-ec2",
        unknown=("privateDnsEnabled",),
    ),
    Mutation(
        control="ec2-vpc-has-endpoints-for-workloads",
        resource="network",
        of="network-ssm",
        change={"vpcEndpointType": "Gateway"},
        says="it has no interface endpoint for ssm",
    ),
    Mutation(
        control="ec2-vpc-has-endpoints-for-workloads",
        resource="network",
        remove=("network-ecr.api", "network-ecr.dkr"),
        says="it has no interface endpoint for ecr.api; it has no interface endpoint for ecr.dkr",
    ),
    Mutation(
        control="ec2-vpc-has-endpoints-for-workloads",
        resource="network",
        of="network-ssm",
        unknown=("serviceName",),
        also=("ec2-vpc-has-endpoint-for-ec2",),
    ),
    Mutation(
        control="ec2-subnets-span-zones",
        resource="network",
        of="network-a",
        change={"availabilityZone": "us-east-1b"},
        says="its subnets private are in 2 zones, they must be in at least 3",
    ),
    Mutation(
        control="ec2-subnets-span-zones",
        resource="network",
        of="network-a",
        change={"tags": {}},
        says="its subnets private are in 2 zones, they must be in at least 3; "
        "its subnets without a tier are in 1 zones, they must be in at least 3",
    ),
    Mutation(control="ec2-subnets-span-zones", resource="network", of="network-a", unknown=("availabilityZone",)),
    Mutation(control="ec2-subnets-span-zones", resource="network", of="network-a", unknown=("vpcId",)),
    Mutation(
        control="ec2-private-vpc-blocks-internet",
        resource="compliant",
        remove=("internet-blocked",),
        says="private-network is private, and nothing keeps it so",
    ),
    Mutation(
        control="ec2-private-vpc-blocks-internet",
        resource="compliant",
        of="internet-blocked",
        change={"internetGatewayBlockMode": "off"},
        says='internetGatewayBlockMode is "off", it must be one of "block-bidirectional", "block-ingress"',
    ),
    Mutation(
        control="ec2-private-vpc-blocks-internet",
        resource="compliant",
        of="internet-blocked",
        unknown=("internetGatewayBlockMode",),
    ),
    Mutation(
        control="ec2-private-vpc-blocks-internet",
        resource="compliant",
        remove=("private-network",),
        says="the stack has no private VPC",
        not_applicable=True,
    ),
)
PLACES = (
    Mutation(
        control="ec2-subnet-without-public-addresses",
        resource="network-a",
        change={"mapPublicIpOnLaunch": "true"},
        says='mapPublicIpOnLaunch is "true", it must be false',
    ),
    Mutation(
        control="ec2-subnet-without-public-addresses",
        resource="default-subnet",
        change={"mapPublicIpOnLaunch": DELETE},
        says="mapPublicIpOnLaunch is true, it must be false",
    ),
    Mutation(control="ec2-subnet-without-public-addresses", resource="network-a", unknown=("mapPublicIpOnLaunch",)),
    Mutation(
        control="ec2-transit-gateway-attachments-accepted-by-hand",
        resource="transit-gateway",
        change={"autoAcceptSharedAttachments": "enable"},
        says='autoAcceptSharedAttachments is "enable", it must be "disable"',
    ),
    Mutation(
        control="ec2-transit-gateway-attachments-accepted-by-hand",
        resource="transit-gateway",
        unknown=("autoAcceptSharedAttachments",),
    ),
    *(
        Mutation(control="ec2-peering-routes-narrow", resource=resource, change=change, says=says)
        for resource, change, says in (
            (
                "route",
                {"destinationCidrBlock": "10.9.0.0/16"},
                "it routes 10.9.0.0/16 over a peering connection, it must be /20 or narrower",
            ),
            (
                "route",
                {"destinationIpv6CidrBlock": "2600::/56"},
                "it routes 2600::/56 over a peering connection, it must be /60 or narrower",
            ),
            (
                "route-table",
                {"routes[0].cidrBlock": "10.0.0.0/8"},
                "it routes 10.0.0.0/8 over a peering connection, it must be /20 or narrower",
            ),
        )
    ),
    Mutation(
        control="ec2-peering-routes-narrow",
        resource="route",
        change={"destinationPrefixListId": "pl-1"},
        undecided=True,
    ),
    Mutation(control="ec2-peering-routes-narrow", resource="route-table", unknown=("routes",)),
    Mutation(
        control="ec2-peering-routes-narrow",
        resource="route",
        change={"vpcPeeringConnectionId": DELETE},
        says="it leads over no peering connection",
        not_applicable=True,
    ),
)
MACHINES = (
    *(
        mutation
        for control, resource in (
            ("ec2-launch-template-requires-tokens", "template"),
            ("ec2-launch-template-requires-tokens", "configuration"),
            ("ec2-instance-requires-tokens", "spot"),
        )
        for mutation in (
            Mutation(
                control=control,
                resource=resource,
                change={"metadataOptions.httpTokens": "optional"},
                says='metadataOptions.httpTokens is "optional", it must be "required"',
                also=("ec2-instance-requires-tokens",),
            ),
            Mutation(
                control=control,
                resource=resource,
                change={"metadataOptions": DELETE},
                says='metadataOptions.httpTokens is "optional", it must be "required"',
                also=("ec2-instance-requires-tokens",),
            ),
            Mutation(
                control=control,
                resource=resource,
                change={"metadataOptions.httpPutResponseHopLimit": "3"},
                says='metadataOptions.httpPutResponseHopLimit is "3", it must be at most 2',
                also=("ec2-instance-requires-tokens",),
            ),
            Mutation(
                control=control,
                resource=resource,
                unknown=("metadataOptions",),
                also=("ec2-instance-requires-tokens",),
            ),
        )
    ),
    Mutation(
        control="ec2-instance-requires-tokens",
        resource="virtual-machine",
        of="template",
        change={"metadataOptions.httpTokens": DELETE},
        says='metadataOptions.httpTokens is "optional", it must be "required"',
        also=("ec2-launch-template-requires-tokens",),
    ),
    Mutation(
        control="ec2-instance-without-public-address",
        resource="virtual-machine",
        change={"associatePublicIpAddress": "true"},
        says='associatePublicIpAddress is "true", it must be false',
    ),
    Mutation(
        control="ec2-instance-without-public-address",
        resource="virtual-machine",
        change={"associatePublicIpAddress": DELETE},
        says="associatePublicIpAddress is not set, so that its subnet decides",
    ),
    Mutation(
        control="ec2-instance-without-public-address",
        resource="spot",
        of="spot-subnet",
        change={"mapPublicIpOnLaunch": True},
        says="associatePublicIpAddress is not set, and its subnet spot-subnet hands out public addresses",
        also=("ec2-subnet-without-public-addresses",),
    ),
    Mutation(
        control="ec2-instance-without-public-address", resource="virtual-machine", unknown=("associatePublicIpAddress",)
    ),
    Mutation(
        control="ec2-launch-template-without-public-address",
        resource="template",
        change={"networkInterfaces": [{}, {"associatePublicIpAddress": "true"}]},
        says='networkInterfaces[1].associatePublicIpAddress is "true", it must be false',
    ),
    Mutation(
        control="ec2-launch-template-without-public-address",
        resource="configuration",
        change={"associatePublicIpAddress": True},
        says="associatePublicIpAddress is true, it must be false",
    ),
    Mutation(control="ec2-launch-template-without-public-address", resource="template", unknown=("networkInterfaces",)),
    Mutation(
        control="ec2-launch-template-volumes-encrypted",
        resource="template",
        change={"blockDeviceMappings[0].ebs.encrypted": DELETE},
        says="blockDeviceMappings[0].ebs.encrypted is not set, it must be true",
    ),
    Mutation(
        control="ec2-launch-template-volumes-encrypted",
        resource="template",
        change={"blockDeviceMappings[0].ebs.kmsKeyId": DELETE},
        says="blockDeviceMappings[0].ebs.kmsKeyId is not set",
    ),
    Mutation(control="ec2-launch-template-volumes-encrypted", resource="template", unknown=("blockDeviceMappings",)),
    Mutation(
        control="ec2-launch-template-volumes-encrypted",
        resource="template",
        change={"blockDeviceMappings": [{"deviceName": "/dev/sdb", "virtualName": "ephemeral0"}]},
        says="it maps no volume",
        not_applicable=True,
    ),
    Mutation(
        control="ebs-volume-encrypted",
        resource="volume",
        change={"encrypted": DELETE},
        says="encrypted is false, it must be true",
    ),
    Mutation(control="ebs-volume-encrypted", resource="volume", unknown=("encrypted",)),
    *(
        mutation
        for control, resource, path, value, says in BY_DEFAULT
        for mutation in (
            Mutation(control=control, resource="compliant", of=resource, change={path: value}, says=says),
            Mutation(control=control, resource="compliant", of=resource, unknown=(path,)),
        )
    ),
    Mutation(
        control="ebs-encryption-on-by-default",
        resource="compliant",
        remove=("volumes-encrypted",),
        says="the stack does not turn encryption of new volumes on",
    ),
    Mutation(
        control="ebs-snapshots-never-public",
        resource="compliant",
        remove=("snapshots-private",),
        says="the stack does not block public sharing of snapshots",
    ),
    *(
        Mutation(control=USER_DATA, resource=resource, change=change, says=says)
        for resource, change, says in (
            (
                "template",
                {"userData": _user_data("#!/bin/sh\nexport DB_PASSWORD='hunter2'\n")},
                "line 2 of userData sets DB_PASSWORD in clear",
            ),
            ("virtual-machine", {"userData": '{"apiKey": "abc"}'}, "line 1 of userData sets apiKey in clear"),
            (
                "virtual-machine",
                {"userDataBase64": _user_data("connect postgres://admin:hunter2@database/orders")},
                "line 1 of userDataBase64 looks like a secret",
            ),
            (
                "configuration",
                {"userData": "aws configure set x AKIA" + "IOSFODNN7EXAMPLE"},
                "line 1 of userData looks like a secret",
            ),
        )
    ),
    Mutation(control=USER_DATA, resource="template", unknown=("userData",)),
    Mutation(control=USER_DATA, resource="template", change={"userData": "H4sIAAAAAAAA"}, undecided=True),
)
MUTATIONS = (*OPENINGS, *ACLS, *VPCS, *PLACES, *MACHINES)
