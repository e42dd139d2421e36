"""A cluster's entry in ArgoCD: how to reach it, what it wants, and what of it AWS drew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.core.v1 import Secret

from components.kubernetes.shapes import Spec, meta
from contracts.kubernetes.parts import PREFIX

TOKEN = "atoll:kubernetes:ClusterEntry"
OWN_CLUSTER = "https://kubernetes.default.svc"
"""Address by which ArgoCD reaches the cluster that it runs on."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How another cluster is entered."""

    server: pulumi.Input[str]
    """Address of its API server."""
    certificate_authority: pulumi.Input[str]
    """PEM in base64."""
    name: pulumi.Input[str]
    """Name that EKS knows it by."""
    role: str
    """Role that ArgoCD assumes."""


@dataclass(frozen=True, kw_only=True)
class ClusterEntryArgs:
    """What the entry says."""

    cluster: str
    """Name in ArgoCD, and folder below `gitops/clusters`."""
    environment: str
    switches: frozenset[str]
    """Components that it wants."""
    values: Mapping[str, pulumi.Input[str]]
    """What charts are told about it; nothing secret."""
    reach: Reach | None = None
    """How it is entered; None for the cluster that ArgoCD runs on."""


class ClusterEntry(pulumi.ComponentResource):
    """A secret that ArgoCD reads as a cluster, from which the ApplicationSets' cluster generators make Applications.

    Components are switched by labels, and told what the program alone knows by annotations: so nothing that AWS drew
    is ever copied into Git by hand. It holds no credential: ArgoCD enters other clusters by a role. Costs nothing.
    https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#clusters
    """

    name: pulumi.Output[str]

    def __init__(self, name: str, *, args: ClusterEntryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        labels = {
            "argocd.argoproj.io/secret-type": "cluster",
            f"{PREFIX}/environment": args.environment,
            **{f"{PREFIX}/{switch}": "true" for switch in sorted(args.switches)},
        }
        metadata: Spec = {
            **meta(f"cluster-{args.cluster}", labels=labels),
            "annotations": {f"{PREFIX}/{key}": value for key, value in sorted(args.values.items())},
        }
        entry = Secret(
            f"{name}-entry",
            metadata=metadata,
            type="Opaque",
            string_data={
                "name": args.cluster,
                "server": args.reach.server if args.reach else OWN_CLUSTER,
                "config": _config(args.reach),
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.name = entry.metadata["name"]
        self.register_outputs({"name": self.name})


def _config(reach: Reach | None) -> pulumi.Output[str]:
    if reach is None:
        return pulumi.Output.json_dumps({"tlsClientConfig": {"insecure": False}})
    return pulumi.Output.json_dumps(
        {
            "awsAuthConfig": {"clusterName": reach.name, "roleARN": reach.role},
            "tlsClientConfig": {"insecure": False, "caData": reach.certificate_authority},
        }
    )
