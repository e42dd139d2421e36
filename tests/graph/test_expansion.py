"""Remote components are seen into when a program is recorded."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_eks as eks
import pytest
from pulumi_aws import Provider, ec2

from graph.errors import RecordingError
from graph.values import ResourceReference, Unknown
from tests.kit import GraphView, record_component


def cluster(name: str = "k", opts: pulumi.ResourceOptions | None = None, **changes: Any) -> eks.Cluster:
    inputs: dict[str, Any] = {
        "name": "k-cluster",
        "authentication_mode": eks.AuthenticationMode.API,
        "skip_default_node_group": True,
        "skip_default_security_groups": True,
        "use_default_vpc_cni": True,
        "create_oidc_provider": True,
        "kube_proxy_addon_options": eks.KubeProxyAddonOptionsArgs(enabled=False),
        "coredns_addon_options": eks.CoreDnsAddonOptionsArgs(enabled=False),
    }
    return eks.Cluster(name, **{**inputs, **changes}, opts=opts)


def program() -> None:
    provider = Provider("aws", region="us-east-1")
    opts = pulumi.ResourceOptions(providers=[provider], protect=True)
    vpc = ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(provider=provider))
    subnet = ec2.Subnet("subnet", vpc_id=vpc.id, opts=pulumi.ResourceOptions(provider=provider))
    made = cluster(opts=opts, vpc_id=vpc.id, subnet_ids=[subnet.id])
    ec2.SecurityGroup(
        "group",
        vpc_id=vpc.id,
        tags={"group": made.cluster_security_group_id, "issuer": made.oidc_issuer, "name": made.eks_cluster.name},
        opts=pulumi.ResourceOptions(provider=provider),
    )


@pytest.fixture(scope="module")
def view() -> GraphView:
    return record_component(program)


def test_children_have_parent_provider_and_protection_when_a_component_is_expanded(view: GraphView) -> None:
    view.assert_parent("k-eksCluster", "k")
    view.assert_parent("k-eksRole-role", "k-eksRole")
    view.assert_provider("k-eksCluster", "aws")
    assert view.node("k-eksCluster").protect
    assert view.node("k-eksCluster").source == view.node("k").source


def test_inputs_of_the_component_reach_its_children_with_their_references(view: GraphView) -> None:
    view.assert_wired("k-eksCluster", "vpcConfig.subnetIds", "subnet.id")
    view.assert_wired("k-eksCluster", "roleArn", "k-eksRole-role.arn")
    depends = dict(view.node("k-eksCluster").property_dependencies)
    assert [urn.rsplit("::", 1)[-1] for urn in depends["vpcConfig"]] == ["subnet"]
    assert {urn.rsplit("::", 1)[-1] for urn in view.node("k-eksCluster").dependencies} == {
        "subnet",
        "k-eksRole-role",
        "k-eksRole-4b490823",
    }


def test_outputs_of_the_component_lead_to_its_children(view: GraphView) -> None:
    view.assert_wired("group", "tags.group", "k-eksCluster.vpcConfig.clusterSecurityGroupId")
    view.assert_wired("group", "tags.issuer", "k.oidcIssuer")
    outputs = view.node("k", "eks:index:Cluster").outputs
    assert outputs["eksCluster"] == ResourceReference(view.node("k-eksCluster").urn)
    assert isinstance(outputs["oidcProviderArn"], Unknown)
    assert outputs["autoModeNodeRoleName"] == ""
    assert view.node("k", "eks:index:Cluster").outputs_registered


def test_what_only_the_network_tells_is_unknown_when_recorded(view: GraphView) -> None:
    assert isinstance(view.value("k-oidcProvider", "thumbprintLists"), Unknown)


def test_recording_fails_when_the_blueprint_does_not_cover_an_input() -> None:
    with pytest.raises(RecordingError, match="fargate is not known"):
        record_component(lambda: cluster(fargate=True))
