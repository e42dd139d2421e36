"""`eks:index:Cluster` of pulumi-eks 4, as far as this platform uses it.

Covered: a cluster in API authentication mode without default node group and default security groups, whose CNI,
kube-proxy and CoreDNS are left to the program: service role, cluster, access entries and their policies, OIDC provider.
Names, types, parents and values are those of the component (github.com/pulumi/pulumi-eks, `nodejs/eks`).

Two things are different. The component also makes a Kubernetes provider `<name>-eks-k8s`; in this mode nothing uses it,
and it is left out. The thumbprint of the OIDC provider is read from AWS's server by the component; it is not known here
(and IAM does not use it for EKS's issuers).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.blueprints.model import Blueprint, BlueprintError, Child, JsonText, Made, Part, Undisclosed

TOKEN = "eks:index:Cluster"
CLUSTER_POLICY = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"

_REQUIRED: Mapping[str, Any] = {
    "authenticationMode": "API",
    "skipDefaultNodeGroup": True,
    "skipDefaultSecurityGroups": True,
    "useDefaultVpcCni": True,
    "kubeProxyAddonOptions.enabled": False,
    "corednsAddonOptions.enabled": False,
}
"""Input → the only value it may have: each switches off what the blueprint does not tell."""

_TAKEN = {
    "accessEntries",
    "bootstrapSelfManagedAddons",
    "clusterTags",
    "createOidcProvider",
    "deletionProtection",
    "enabledClusterLogTypes",
    "encryptionConfigKeyArn",
    "endpointPrivateAccess",
    "endpointPublicAccess",
    "kubernetesServiceIpAddressRange",
    "name",
    "publicAccessCidrs",
    "subnetIds",
    "tags",
    "upgradePolicy",
    "version",
    "vpcId",
}
_ADDON_DEFAULTS = {"resolveConflictsOnCreate", "resolveConflictsOnUpdate"}
"""Filled in by the SDK, and without effect on an add-on that is not made."""


def blueprint(name: str, inputs: Mapping[str, Any]) -> Blueprint:
    """What a cluster called `name` consists of.

    Raises:
        BlueprintError: naming each input that is not covered, and what it would have to be.
    """
    if problems := list(_problems(inputs)):
        raise BlueprintError(
            f"{TOKEN} {name!r} is given what its blueprint does not cover: " + "; ".join(problems) + ". "
            "Give it what is covered (contracts/blueprints/eks_cluster.py), or use the official eks plug-in"
        )
    children = [*_service_role(name, inputs), _cluster(name, inputs)]
    for key, entry in _map(inputs, "accessEntries").items():
        children += _access_entry(name, key, entry)
    if inputs.get("createOidcProvider"):
        children.append(_oidc_provider(name))
    return Blueprint(tuple(children), _outputs(bool(inputs.get("createOidcProvider"))))


def _map(inputs: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A property that is a map; empty where it is left out."""
    return inputs.get(name) or {}


def _problems(inputs: Mapping[str, Any]) -> Iterator[str]:
    nested = {path.split(".")[0] for path in _REQUIRED if "." in path}
    for path, wanted in _REQUIRED.items():
        head, _, tail = path.partition(".")
        found: Any = _map(inputs, head).get(tail) if tail else inputs.get(head)
        if found != wanted:
            yield f"{path} is {found!r}, it has to be {wanted!r}"
    for head in sorted(nested):
        extra = set(_map(inputs, head)) - {p.partition(".")[2] for p in _REQUIRED} - _ADDON_DEFAULTS
        yield from (f"{head}.{key} is not known" for key in sorted(extra))
    for key in sorted(set(inputs) - _TAKEN - set(_REQUIRED) - nested):
        if inputs[key] is not None:
            yield f"{key} is not known"
    for key in ("tags", "clusterTags", "accessEntries"):
        if not isinstance(inputs.get(key) or {}, Mapping):
            yield f"{key} has to be known when the program runs"
    if not isinstance(inputs.get("createOidcProvider") or False, bool):
        yield "createOidcProvider has to be known when the program runs"


def _service_role(name: str, inputs: Mapping[str, Any]) -> list[Child]:
    role = f"{name}-eksRole"
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Effect": "Allow",
                "Principal": {"Service": ["eks.amazonaws.com"]},
            }
        ],
    }
    suffix = hashlib.sha1(CLUSTER_POLICY.encode(), usedforsecurity=False).hexdigest()[:8]
    return [
        Child(key="serviceRole", type="eks:index:ServiceRole", name=role, custom=False),
        Child(
            key="role",
            type="aws:iam/role:Role",
            name=f"{role}-role",
            parent="serviceRole",
            inputs={
                "description": "Allows EKS to manage clusters on your behalf.",
                "assumeRolePolicy": JsonText(trust),
                "tags": inputs.get("tags"),
            },
        ),
        Child(
            key="rolePolicy",
            type="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            name=f"{role}-{suffix}",
            parent="serviceRole",
            inputs={"policyArn": CLUSTER_POLICY, "role": Made("role", "id")},
        ),
    ]


def _cluster(name: str, inputs: Mapping[str, Any]) -> Child:
    key_arn, services = inputs.get("encryptionConfigKeyArn"), inputs.get("kubernetesServiceIpAddressRange")
    self_managed = inputs.get("bootstrapSelfManagedAddons")
    return Child(
        key="cluster",
        type="aws:eks/cluster:Cluster",
        name=f"{name}-eksCluster",
        inputs={
            "name": inputs.get("name"),
            "roleArn": Made("role", "arn"),
            "kubernetesNetworkConfig": {"serviceIpv4Cidr": services, "ipFamily": "ipv4"} if services else None,
            "bootstrapSelfManagedAddons": True if self_managed is None else self_managed,
            "vpcConfig": {
                "subnetIds": inputs.get("subnetIds") or [],
                "endpointPrivateAccess": inputs.get("endpointPrivateAccess"),
                "endpointPublicAccess": inputs.get("endpointPublicAccess"),
                "publicAccessCidrs": inputs.get("publicAccessCidrs"),
            },
            "version": inputs.get("version"),
            "enabledClusterLogTypes": inputs.get("enabledClusterLogTypes"),
            "tags": {"Name": f"{name}-eksCluster", **_map(inputs, "clusterTags"), **_map(inputs, "tags")},
            "encryptionConfig": {"provider": {"keyArn": key_arn}, "resources": ["secrets"]} if key_arn else None,
            "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": True},
            "upgradePolicy": inputs.get("upgradePolicy"),
            "deletionProtection": inputs.get("deletionProtection"),
        },
        depends_on=("role", "rolePolicy"),
        ignore_changes=("accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"),
    )


def _access_entry(name: str, key: str, entry: Mapping[str, Any]) -> Iterator[Child]:
    yield Child(
        key=f"entry {key}",
        type="aws:eks/accessEntry:AccessEntry",
        name=f"{name}-{key}",
        inputs={
            "clusterName": Made("cluster", "name"),
            "principalArn": entry["principalArn"],
            "kubernetesGroups": entry.get("kubernetesGroups"),
            "tags": entry.get("tags"),
            "type": entry.get("type"),
            "userName": entry.get("username"),
        },
        depends_on=("cluster",),
    )
    for policy, association in _map(entry, "accessPolicies").items():
        yield Child(
            key=f"entry {key} {policy}",
            type="aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
            name=f"{name}-{key}-{policy}",
            parent=f"entry {key}",
            inputs={
                "accessScope": association["accessScope"],
                "principalArn": entry["principalArn"],
                "policyArn": association["policyArn"],
                "clusterName": Made("cluster", "name"),
            },
            depends_on=(f"entry {key}",),
        )


def _oidc_provider(name: str) -> Child:
    return Child(
        key="oidcProvider",
        type="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        name=f"{name}-oidcProvider",
        inputs={
            "clientIdLists": ["sts.amazonaws.com"],
            "url": Made("cluster", "identities[0].oidcs[0].issuer"),
            "thumbprintLists": Undisclosed(),
        },
    )


def _outputs(with_oidc: bool) -> dict[str, Any]:
    issuer = Made("cluster", "identities[0].oidcs[0].issuer")
    group = Made("cluster", "vpcConfig.clusterSecurityGroupId")
    kubeconfig = _kubeconfig()
    return {
        "kubeconfig": kubeconfig,
        "kubeconfigJson": JsonText(kubeconfig),
        "eksCluster": Made("cluster"),
        "clusterSecurityGroupId": group,
        "nodeSecurityGroupId": group,
        "clusterIngressRuleId": "",
        "defaultNodeGroupAsgName": "",
        "fargateProfileId": "",
        "fargateProfileStatus": "",
        "oidcProviderArn": Made("oidcProvider", "arn") if with_oidc else "",
        "oidcProviderUrl": issuer,
        "oidcIssuer": Part(issuer, "://", 1),
        "autoModeNodeRoleName": "",
    }


def _kubeconfig() -> dict[str, Any]:
    """How `aws eks update-kubeconfig` would write it: a command that gets a token, no secret."""
    region = Part(Made("cluster", "arn"), ":", 3)
    command = ["--region", region, "eks", "get-token", "--cluster-name", Made("cluster", "name"), "--output", "json"]
    version = "client.authentication.k8s.io/v1beta1"
    environment = [{"name": "KUBERNETES_EXEC_INFO", "value": f'{{"apiVersion": "{version}"}}'}]
    user = {"exec": {"apiVersion": version, "command": "aws", "args": command, "env": environment}}
    server = {
        "server": Made("cluster", "endpoint"),
        "certificate-authority-data": Made("cluster", "certificateAuthority.data"),
    }
    return {
        "apiVersion": "v1",
        "clusters": [{"cluster": server, "name": "kubernetes"}],
        "contexts": [{"context": {"cluster": "kubernetes", "user": "aws"}, "name": "aws"}],
        "current-context": "aws",
        "kind": "Config",
        "users": [{"name": "aws", "user": user}],
    }
