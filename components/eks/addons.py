"""The add-ons of a cluster that EKS manages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws.eks.addon import Addon

from contracts import catalogue
from contracts.settings.kubernetes import KubernetesSettings

TOKEN = "atoll:eks:EksAddons"

BEFORE_NODES = ("eks-pod-identity-agent", "vpc-cni", "kube-proxy")
"""Without these no node becomes ready: their pods run on every node, and wait for none."""
AFTER_NODES = ("coredns", "aws-ebs-csi-driver", "aws-efs-csi-driver")
"""These are only up when their pods run somewhere."""

CONFIGURATIONS: Mapping[str, Mapping[str, Any]] = {
    # A prefix of 16 addresses for each address that a node asks for: four times the pods on a small node.
    "vpc-cni": {"enableNetworkPolicy": "true", "env": {"ENABLE_PREFIX_DELEGATION": "true"}},
    "coredns": {"autoScaling": {"enabled": True, "minReplicas": 2, "maxReplicas": 10}},
}
"""Add-on → its configuration, where it is not the default's."""


@dataclass(frozen=True, kw_only=True)
class EksAddonsArgs:
    """Which add-ons, in which release."""

    cluster_name: str
    version: str
    """Kubernetes version."""
    names: Sequence[str]
    """Names of add-ons in `catalogue.EKS_ADDONS`."""
    after: Sequence[pulumi.Resource]
    """To wait for: the cluster and the roles of their pods, or the nodes that they run on."""


class EksAddons(pulumi.ComponentResource):
    """Add-ons in the releases that belong to the Kubernetes version (EKS-1).

    The CNI enforces network policies. Releases are pinned, so that nothing moves without a change here; what somebody
    changed in the cluster by hand is overwritten.
    Costs nothing. Does not give them roles: their service accounts have pod identities, which have to be made before.
    Source: EKS-1; https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html,
    …/cni-network-policy-configure.html, …/cni-increase-ip-addresses.html
    """

    resources: list[pulumi.Resource]
    """To wait for."""

    def __init__(self, name: str, *, args: EksAddonsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-<add-on>` for each."""
        super().__init__(TOKEN, name, None, opts)
        releases = catalogue.EKS_ADDONS[args.version]
        self.resources = [
            Addon(
                f"{name}-{addon}",
                cluster_name=args.cluster_name,
                addon_name=addon,
                addon_version=releases[addon],
                configuration_values=json.dumps(CONFIGURATIONS[addon], sort_keys=True)
                if addon in CONFIGURATIONS
                else None,
                resolve_conflicts_on_create="OVERWRITE",
                resolve_conflicts_on_update="OVERWRITE",
                opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
            )
            for addon in args.names
        ]
        self.register_outputs({})


def addons_after_nodes(settings: KubernetesSettings) -> tuple[str, ...]:
    """Add-ons that need nodes, with those that the settings ask for."""
    asked = {"amazon-cloudwatch-observability": settings.cloudwatch_observability, "adot": settings.adot}
    return (*AFTER_NODES, *(name for name, wanted in asked.items() if wanted))
