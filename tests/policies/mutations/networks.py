"""What must turn the controls of VPCs, subnets, routes and network ACLs red."""

from __future__ import annotations

from tests.policies.kit import DELETE, Mutation

ACL = "ec2-network-acl-closed-for-administration"
ALLOW = {"action": "allow"}

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
        change={"egress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}]},
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
MUTATIONS = (*ACLS, *VPCS, *PLACES)
