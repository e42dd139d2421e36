from __future__ import annotations

from typing import Any

import pytest

from components.network import (
    NetworkLoadBalancer,
    NetworkLoadBalancerArgs,
    PrivateEndpoint,
    PrivateEndpointArgs,
    PrivateEndpointService,
    PrivateEndpointServiceArgs,
)
from graph.values import MISSING
from tests.kit import ACCOUNT, REGION, GraphView, record_component

ALB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/x/1"
FRONT: dict[str, Any] = {
    "balancer_name": "dev-orders",
    "vpc_id": "vpc-1",
    "subnet_ids": ["subnet-a", "subnet-b"],
    "security_group_ids": ["sg-1"],
    "port": 443,
    "health_path": "/health",
    "load_balancer_arn": ALB,
    "health_protocol": "HTTPS",
}
NAME = "dev-order-private"


def record_front(**changes: Any) -> GraphView:
    return record_component(
        lambda: NetworkLoadBalancer("front", args=NetworkLoadBalancerArgs(**(FRONT | changes))),
    )


def record_service(**changes: Any) -> GraphView:
    values: dict[str, Any] = {
        "load_balancer": NetworkLoadBalancerArgs(**FRONT),
        "consumer_accounts": ["444455556666", "222233334444", "444455556666"],
    }

    def proof(node: Any) -> dict[str, Any]:
        if not node.type.endswith(":VpcEndpointService"):
            return {}
        return {"privateDnsNameConfigurations": [{"name": "_abc", "type": "TXT", "value": "vpce:1"}]}

    return record_component(
        lambda: PrivateEndpointService(NAME, args=PrivateEndpointServiceArgs(**(values | changes))), outputs=proof
    )


def record_endpoint(**changes: Any) -> GraphView:
    values: dict[str, Any] = {
        "service_name": "com.amazonaws.vpce.us-east-1.vpce-svc-1",
        "vpc_id": "vpc-2",
        "subnet_ids": ["subnet-c"],
        "port": 443,
        "callers": {"payment": "sg-payment"},
    }
    return record_component(
        lambda: PrivateEndpoint("dev-orders", args=PrivateEndpointArgs(**(values | changes))),
        outputs=lambda node: (
            {"dnsEntries": [{"dnsName": "vpce-1.example", "hostedZoneId": "Z"}]}
            if node.type.endswith(":VpcEndpoint")
            else {}
        ),
    )


def test_internal_alb_stands_behind_it_when_given() -> None:
    view = record_front()

    view.assert_children(
        "front",
        [
            ("aws:lb/loadBalancer:LoadBalancer", "front-nlb"),
            ("aws:lb/targetGroup:TargetGroup", "front-target"),
            ("aws:lb/listener:Listener", "front-listener"),
            ("aws:lb/targetGroupAttachment:TargetGroupAttachment", "front-attachment"),
        ],
    )
    assert view.node("front-nlb").inputs == {
        "name": "dev-orders",
        "loadBalancerType": "network",
        "internal": True,
        "ipAddressType": "ipv4",
        "subnets": ["subnet-a", "subnet-b"],
        "securityGroups": ["sg-1"],
        "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "off",
        "enableCrossZoneLoadBalancing": True,
        "enableDeletionProtection": False,
    }
    assert view.value("front-target", "targetType") == "alb"
    assert view.value("front-target", "protocol") == "TCP"
    assert view.value("front-target", "port") == 443
    assert view.value("front-target", "healthCheck.protocol") == "HTTPS"
    assert view.value("front-attachment", "targetId") == ALB
    view.assert_wired("front-attachment", "targetGroupArn", "front-target.arn")
    view.assert_depends("front-attachment", "front-listener")
    view.assert_wired("front-listener", "defaultActions[0].targetGroupArn", "front-target.arn")


def test_containers_register_themselves_when_there_is_no_alb() -> None:
    view = record_front(load_balancer_arn=None, enforce_private_link_rules=True)

    assert view.value("front-target", "targetType") == "ip"
    assert view.value("front-target", "deregistrationDelay") == 30
    assert not view.graph.of_type("aws:lb/targetGroupAttachment:TargetGroupAttachment")
    assert view.value("front-nlb", "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic") == "on"


def test_exactly_the_consumers_may_connect_when_made() -> None:
    view = record_service()

    view.assert_children(
        NAME,
        [
            ("atoll:network:NetworkLoadBalancer", f"{NAME}-front"),
            ("aws:ec2/vpcEndpointService:VpcEndpointService", f"{NAME}-service"),
        ],
    )
    service = f"{NAME}-service"
    assert view.value(service, "acceptanceRequired") is False
    assert view.value(service, "allowedPrincipals") == [
        "arn:aws:iam::222233334444:root",
        "arn:aws:iam::444455556666:root",
    ]
    assert view.value(service, "privateDnsName") is MISSING
    view.assert_wired(service, "networkLoadBalancerArns", f"{NAME}-front-nlb.arn")


def test_name_is_proven_when_its_zone_is_known() -> None:
    view = record_service(private_dns_name="orders.company.com", hosted_zone_id="Z1")

    assert view.value(f"{NAME}-service", "privateDnsName") == "orders.company.com"
    proof = f"{NAME}-proof"
    assert view.value(proof, "name") == "_abc.orders.company.com"
    assert view.value(proof, "type") == "TXT"
    assert view.value(proof, "records") == ["vpce:1"]
    assert view.value(f"{NAME}-proven", "waitForVerification") is True
    view.assert_wired(f"{NAME}-proven", "serviceId", f"{NAME}-service.id")
    view.assert_depends(f"{NAME}-proven", proof)


def test_nothing_is_proven_when_dns_is_elsewhere() -> None:
    view = record_service(private_dns_name="orders.company.com")

    assert not view.graph.of_type("aws:route53/record:Record")
    assert not view.graph.of_type("*PrivateDnsVerification")


@pytest.mark.parametrize("accounts", [[], ["*"], ["444455556666", "44445555666"], ["arn:aws:iam::444455556666:root"]])
def test_service_is_refused_when_consumers_are_no_accounts(accounts: list[str]) -> None:
    with pytest.raises(ValueError, match=f"{NAME}: consumers are 12-digit account ids"):
        record_service(consumer_accounts=accounts)


def test_only_callers_reach_the_endpoint_when_made() -> None:
    view = record_endpoint()

    view.assert_children(
        "dev-orders",
        [
            ("aws:ec2/securityGroup:SecurityGroup", "dev-orders-security-group"),
            ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "dev-orders-ingress-payment"),
            ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "dev-orders-egress-payment"),
            ("aws:ec2/vpcEndpoint:VpcEndpoint", "dev-orders-endpoint"),
        ],
    )
    ingress, egress = "dev-orders-ingress-payment", "dev-orders-egress-payment"
    for rule in (ingress, egress):
        assert (view.value(rule, "fromPort"), view.value(rule, "toPort"), view.value(rule, "ipProtocol")) == (
            443,
            443,
            "tcp",
        )
    assert view.value(ingress, "referencedSecurityGroupId") == "sg-payment"
    view.assert_wired(ingress, "securityGroupId", "dev-orders-security-group.id")
    assert view.value(egress, "securityGroupId") == "sg-payment"
    view.assert_wired(egress, "referencedSecurityGroupId", "dev-orders-security-group.id")
    endpoint = "dev-orders-endpoint"
    assert view.value(endpoint, "vpcEndpointType") == "Interface"
    assert view.value(endpoint, "serviceName") == "com.amazonaws.vpce.us-east-1.vpce-svc-1"
    assert view.value(endpoint, "privateDnsEnabled") is False
    view.assert_wired(endpoint, "securityGroupIds", "dev-orders-security-group.id")


def test_providers_name_leads_here_when_it_is_proven() -> None:
    assert record_endpoint(private_dns=True).value("dev-orders-endpoint", "privateDnsEnabled") is True
