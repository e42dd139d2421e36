"""A cluster as a whole: exact children, wiring, order and permissions."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from components.eks.pod_permissions import PERMISSIONS
from components.eks.pod_scope import PodScope
from components.identity.roles import Scope
from contracts.workload_identities import SERVICE_ACCOUNTS, PodIdentity
from graph.values import Unknown
from tests.components.eks_program import build
from tests.kit import GraphView, record_component

CLUSTER = "atoll:eks:EksCluster"
NODES = "atoll:eks:EksNodes"
SCOPE = PodScope(
    scope=Scope("staging", "us-west-2", "111111111111"),
    cluster="staging-eks-cluster",
    domain="staging.atoll.example",
    backup_bucket="backups",
    artifact_bucket="artifacts",
    karpenter_queue="staging-karpenter",
    karpenter_node_role="staging-karpenter-nodes",
)
UNSCOPED = {
    "autoscaling:Describe",
    "ec2:Describe",
    "ec2:GetInstanceTypesFromInstanceRequirements",
    "ecr:GetAuthorizationToken",
    "elasticloadbalancing:Describe",
    "pricing:GetProducts",
    "route53:List",
    "xray:",
}
"""Beginnings of actions that AWS cannot limit to a resource."""


@cache
def view() -> GraphView:
    return record_component(build, account="111111111111")


def statements(identity: PodIdentity) -> list[dict[str, Any]]:
    made = PERMISSIONS[identity].statements
    return made(SCOPE) if made else []


def text_of(name: str, path: str) -> str:
    value = view().value(name, path)
    return str(value) if isinstance(value, Unknown) else json.dumps(value) if not isinstance(value, str) else value


def test_cluster_is_expanded_when_it_is_recorded_offline() -> None:
    view().assert_children(
        "staging",
        {("aws:cloudwatch/logGroup:LogGroup", "staging-eks-log-group"), ("eks:index:Cluster", "staging-eks")},
        CLUSTER,
    )
    view().assert_children(
        "staging-eks",
        {
            ("eks:index:ServiceRole", "staging-eks-eksRole"),
            ("aws:eks/cluster:Cluster", "staging-eks-eksCluster"),
            ("aws:eks/accessEntry:AccessEntry", "staging-eks-admin-PlatformAdministrator"),
            ("aws:eks/accessEntry:AccessEntry", "staging-eks-view-PlatformReadOnly"),
            ("aws:eks/accessEntry:AccessEntry", "staging-eks-team-commerce"),
            ("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "staging-eks-oidcProvider"),
        },
        "eks:index:Cluster",
    )
    view().assert_provider("staging-eks-eksCluster", "aws")
    view().assert_wired("staging-eks-eksCluster", "encryptionConfig.provider.keyArn", "key.arn")
    view().assert_wired("staging-eks-eksCluster", "vpcConfig.subnetIds", "subnet-a.id", "subnet-b.id", "subnet-c.id")


def test_outputs_lead_to_the_clusters_children_when_others_take_them() -> None:
    rule = "staging-eks-rule-nodes-ingress-control-plane-tcp-1025"
    view().assert_wired(rule, "referencedSecurityGroupId", "staging-eks-eksCluster.vpcConfig.clusterSecurityGroupId")
    view().assert_depends(rule, "staging-eks-eksCluster", "staging-eks-nodes")


def test_nodes_wait_for_their_network_when_they_are_made() -> None:
    first = ("staging-eks-vpc-cni", "staging-eks-kube-proxy", "staging-eks-eks-pod-identity-agent")
    for group in ("general-purpose", "spot-workloads"):
        depends = {urn.rsplit("::", 1)[-1] for urn in view().node(f"staging-eks-nodes-{group}").dependencies}
        assert depends >= {*first, "staging-eks-node-attachment-AmazonEKSWorkerNodePolicy"}
    later = {urn.rsplit("::", 1)[-1] for urn in view().node("staging-eks-workloads-coredns").dependencies}
    assert later >= {"staging-eks-nodes-general-purpose", "staging-eks-nodes-spot-workloads"}


def test_group_size_is_the_autoscalers_when_the_group_stands() -> None:
    options = view().node("staging-eks-nodes-general-purpose").options
    assert options.ignore_changes == ("scalingConfig.desiredSize",)


def test_node_role_joins_and_pulls_and_nothing_else() -> None:
    for role in ("staging-eks-node", "staging-karpenter-node"):
        attached = {
            node.inputs["policyArn"]
            for node in view().graph
            if node.type.endswith(":RolePolicyAttachment") and node.name.startswith(f"{role}-attachment")
        }
        assert attached == {
            "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
            "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
        }


def test_every_pod_rule_has_both_its_sides() -> None:
    names = {node.name for node in view().graph if "-eks-rule-" in node.name}
    for pair in ("database-{}-nodes-tcp-5432", "cache-{}-nodes-tcp-6379", "nodes-{}-alb-tcp-8080"):
        assert f"staging-eks-rule-{pair.format('ingress')}" in names
    assert {
        "staging-eks-rule-nodes-egress-database-tcp-5432",
        "staging-eks-rule-nodes-egress-cache-tcp-6379",
        "staging-eks-rule-alb-egress-nodes-tcp-8080",
        "staging-eks-rule-nodes-egress-anywhere-443",
    } <= names
    out = [node for node in view().graph if node.inputs.get("cidrIpv4") == "0.0.0.0/0"]
    assert [(node.name, node.inputs["fromPort"]) for node in out] == [
        ("staging-eks-rule-nodes-egress-anywhere-443", 443)
    ]


def test_token_trust_names_issuer_audience_and_one_subject_when_a_pod_uses_irsa() -> None:
    trust = text_of("staging-pod-jenkins-agent-role", "assumeRolePolicy")
    assert '"Action": "sts:AssumeRoleWithWebIdentity"' in trust
    assert '#oidcIssuer}:aud": "sts.amazonaws.com"' in trust
    assert '#oidcIssuer}:sub": "system:serviceaccount:jenkins:jenkins-agent"' in trust
    view().assert_wired(
        "staging-pod-jenkins-agent-role",
        "assumeRolePolicy",
        "staging-eks-oidcProvider.arn",
        "staging-eks.oidcIssuer",
    )
    associations = {node.name for node in view().graph if node.type.endswith(":PodIdentityAssociation")}
    assert "staging-pod-jenkins-agent-association" not in associations


def test_pod_trust_names_cluster_namespace_and_account_when_a_pod_uses_pod_identity() -> None:
    trust = json.loads(text_of("staging-pod-velero-role", "assumeRolePolicy"))
    (statement,) = trust["Statement"]
    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {
        "aws:RequestTag/eks-cluster-name": "staging-eks-cluster",
        "aws:RequestTag/kubernetes-namespace": "velero",
        "aws:RequestTag/kubernetes-service-account": "velero",
    }
    view().assert_wired("staging-pod-velero-association", "roleArn", "staging-pod-velero-role.arn")


def test_karpenter_hears_only_its_rules() -> None:
    policy = text_of("staging-karpenter-queue-policy", "policy")
    for key in ("scheduled-change", "spot-interruption", "rebalance", "state-change", "capacity-reservation"):
        assert f"staging-karpenter-{key}#arn" in policy
        view().assert_wired(f"staging-karpenter-{key}-target", "arn", "staging-karpenter-queue.arn")
    view().assert_wired("staging-karpenter-queue", "kmsMasterKeyId", "key.arn")


def test_every_identity_has_a_service_account_and_permissions_of_its_own() -> None:
    assert set(PERMISSIONS) == set(SERVICE_ACCOUNTS) == set(PodIdentity)
    assert len(set(SERVICE_ACCOUNTS.values())) == len(PodIdentity)
    assert all(p.managed or p.statements for p in PERMISSIONS.values())


@pytest.mark.parametrize("identity", PodIdentity)
def test_permissions_are_exact_actions_on_named_resources(identity: PodIdentity) -> None:
    said = statements(identity)
    assert len({statement["Sid"] for statement in said}) == len(said)
    for statement in said:
        assert not any("*" in action for action in statement["Action"]), statement
        if statement["Resource"] == "*":
            assert all(any(action.startswith(known) for known in UNSCOPED) for action in statement["Action"]), statement


def test_role_is_handed_to_instances_alone_when_karpenter_launches_nodes() -> None:
    (pass_role,) = [s for s in statements(PodIdentity.KARPENTER) if "iam:PassRole" in s["Action"]]
    assert pass_role["Resource"] == "arn:aws:iam::111111111111:role/staging-karpenter-nodes"
    assert pass_role["Condition"] == {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}


def test_nodes_of_this_cluster_alone_can_be_ended_when_karpenter_consolidates() -> None:
    (end,) = [s for s in statements(PodIdentity.KARPENTER) if "ec2:TerminateInstances" in s["Action"]]
    own = {"aws:ResourceTag/kubernetes.io/cluster/staging-eks-cluster": "owned"}
    assert end["Condition"]["StringEquals"] == own


def test_records_outside_the_domain_stay_when_names_are_managed() -> None:
    for identity, types in (
        (PodIdentity.CERT_MANAGER, ["TXT"]),
        (PodIdentity.EXTERNAL_DNS, ["A", "AAAA", "CNAME", "TXT"]),
    ):
        (change,) = [s for s in statements(identity) if "route53:ChangeResourceRecordSets" in s["Action"]]
        condition = change["Condition"]
        names = condition["ForAllValues:StringLike"]["route53:ChangeResourceRecordSetsNormalizedRecordNames"]
        assert names == ["staging.atoll.example", "*.staging.atoll.example"]
        assert condition["ForAllValues:StringEquals"]["route53:ChangeResourceRecordSetsRecordTypes"] == types
