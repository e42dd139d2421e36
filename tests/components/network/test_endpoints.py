"""Endpoints: where they attach, what may pass, who may connect (NET-3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.components.network.samples import dev, inputs_of, production, record_network
from tests.kit import ACCOUNT, REGION, GraphView

OWN = {"aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT}


def statements(view: GraphView, service: str) -> dict[str, dict[str, Any]]:
    document = json.loads(str(view.value(f"test-endpoint-{service}", "policy")))
    return {statement["Sid"]: statement for statement in document["Statement"]}


@pytest.mark.parametrize("service", ["s3", "dynamodb"])
def test_gateway_endpoint_serves_private_and_database_tables_when_made(service: str) -> None:
    view = record_network(dev())
    inputs = inputs_of(view, f"test-endpoint-{service}")
    assert (inputs["vpcEndpointType"], inputs["serviceName"]) == ("Gateway", f"com.amazonaws.{REGION}.{service}")
    view.assert_wired(f"test-endpoint-{service}", "vpcId", "test-vpc.id")
    view.assert_wired(
        f"test-endpoint-{service}",
        "routeTableIds",
        "test-route-table-private-us-east-1a.id",
        "test-route-table-private-us-east-1b.id",
        "test-route-table-database.id",
    )


def test_gateway_policy_admits_only_our_principals_on_our_resources_when_account_is_alone() -> None:
    own = statements(record_network(dev()), "dynamodb")
    assert list(own) == ["OwnPrincipalsOnOwnResources"]
    assert own["OwnPrincipalsOnOwnResources"]["Action"] == "dynamodb:*"
    assert own["OwnPrincipalsOnOwnResources"]["Condition"] == {"StringEquals": OWN}


def test_s3_policy_admits_reading_awss_buckets_when_images_and_packages_are_needed() -> None:
    found = statements(record_network(dev()), "s3")
    assert found.keys() == {"OwnPrincipalsOnOwnResources", "EcrLayers", "AmazonLinux2023"}
    assert found["OwnPrincipalsOnOwnResources"]["Condition"] == {"StringEquals": OWN}
    assert (found["EcrLayers"]["Action"], found["EcrLayers"]["Resource"]) == (
        "s3:GetObject",
        f"arn:aws:s3:::prod-{REGION}-starport-layer-bucket/*",
    )
    assert (found["AmazonLinux2023"]["Action"], found["AmazonLinux2023"]["Resource"]) == (
        "s3:GetObject",
        f"arn:aws:s3:::al2023-repos-{REGION}-de612dc2/*",
    )


def test_policies_trust_the_organization_when_one_is_given() -> None:
    view = record_network(production(), organization_id="o-a1b2c3d4e5")
    assert statements(view, "s3")["OwnPrincipalsOnOwnResources"]["Condition"] == {
        "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "o-a1b2c3d4e5"}
    }
    assert statements(view, "sts")["WebIdentityIntoOwnRoles"]["Condition"] == {
        "StringEquals": {"aws:ResourceOrgID": "o-a1b2c3d4e5"}
    }


@pytest.mark.parametrize(
    ("service", "action"),
    [("ecr.api", "ecr:*"), ("ecr.dkr", "ecr:*"), ("logs", "logs:*"), ("monitoring", "cloudwatch:*"), ("sts", "sts:*")],
)
def test_interface_endpoint_is_private_and_capped_when_made(service: str, action: str) -> None:
    view = record_network(production())
    name = f"test-endpoint-{service}"
    inputs = inputs_of(view, name)
    assert (inputs["vpcEndpointType"], inputs["privateDnsEnabled"]) == ("Interface", True)
    assert inputs["serviceName"] == f"com.amazonaws.{REGION}.{service}"
    zones = ("us-east-1a", "us-east-1b", "us-east-1c")
    view.assert_wired(name, "subnetIds", *(f"test-subnet-private-{zone}.id" for zone in zones))
    view.assert_wired(name, "securityGroupIds", "test-endpoint-security-group.id")
    own = statements(view, service)["OwnPrincipalsOnOwnResources"]
    assert own["Action"] == action
    assert own["Condition"] == {
        "StringEquals": {"aws:PrincipalAccount": ACCOUNT},
        "StringEqualsIfExists": {"aws:ResourceAccount": ACCOUNT},
    }


def test_interface_endpoints_answer_only_the_vpc_on_443_when_made() -> None:
    view = record_network(production())
    owners = {
        node.name: view.wiring(node.name, "securityGroupId")
        for kind in ("Ingress", "Egress")
        for node in view.graph.of_type(f"aws:vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule")
    }
    own = [name for name, owner in owners.items() if owner == {"test-endpoint-security-group.id"}]
    assert own == ["test-endpoint-ingress-https"]
    inputs = inputs_of(view, "test-endpoint-ingress-https")
    assert (inputs["cidrIpv4"], inputs["fromPort"], inputs["toPort"], inputs["ipProtocol"]) == (
        "10.0.0.0/16",
        443,
        443,
        "tcp",
    )


def test_no_group_is_made_when_there_is_no_interface_endpoint() -> None:
    view = record_network(dev())
    assert not [node for node in view.graph.of_type("aws:ec2/securityGroup:SecurityGroup") if "endpoint" in node.name]
    view.assert_children(
        "test",
        {
            ("aws:ec2/vpcEndpoint:VpcEndpoint", "test-endpoint-s3"),
            ("aws:ec2/vpcEndpoint:VpcEndpoint", "test-endpoint-dynamodb"),
        },
        "atoll:network:Endpoints",
    )


def test_pods_may_become_our_roles_only_when_they_ask_sts() -> None:
    found = statements(record_network(production()), "sts")["WebIdentityIntoOwnRoles"]
    assert found["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert found["Condition"] == {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}


@pytest.mark.parametrize("service", ["ecr.api", "ecr.dkr"])
def test_images_of_eks_add_ons_are_read_from_awss_account_by_our_principals(service: str) -> None:
    found = statements(record_network(production()), service)["ImagesOfEksAddOns"]
    assert found["Action"] == [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
    ]
    assert found["Resource"] == f"arn:aws:ecr:{REGION}:602401143452:repository/*"
    assert found["Condition"] == {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
