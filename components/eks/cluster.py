"""The control plane of an EKS cluster, and who may enter it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_eks as eks
from pulumi_aws import cloudwatch
from pulumi_aws.eks import ClusterUpgradePolicyArgs

from contracts.settings.kubernetes import ClusterAccessSettings, KubernetesSettings, cluster_name
from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:eks:EksCluster"
LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
SERVICE_ADDRESSES = "172.20.0.0/16"
"""Addresses of Kubernetes services; the address plan keeps them free. Left to EKS, it would draw one of two."""
POLICIES = "arn:aws:eks::aws:cluster-access-policy"


@dataclass(frozen=True, kw_only=True)
class EksClusterArgs:
    """Wiring of a cluster."""

    environment: str
    account_id: str
    settings: KubernetesSettings
    protection: ProtectionSettings
    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Zone → private subnet; in at least two zones."""
    vpc_id: pulumi.Input[str]
    secrets_key_arn: pulumi.Input[str]
    """Key that encrypts Kubernetes secrets."""
    logs_key_arn: pulumi.Input[str]


class EksCluster(pulumi.ComponentResource):
    """A control plane that is reached from inside the VPC alone (EKS-1).

    Makes the log group `/aws/eks/<cluster>/cluster` (EKS fixes this name; document 002 calls it
    `/aws/eks/cluster/control-plane`) and, by pulumi-eks, the service role, the cluster, IAM's provider for its service
    accounts, and the access entries. Access is by IAM alone (`API`): there is no `aws-auth` map. The role that makes
    the cluster may do everything in it, as pulumi-eks always grants; it needs no entry, and may not have a second one.
    Costs: USD 0.10 an hour (0.60 in extended support), and ingestion of the logs at about USD 0.50 a GB.
    Does not: make nodes, add-ons or roles for pods; EKS's own add-ons are not bootstrapped, `EksAddons` manages them.
    Deploying it needs the AWS CLI where the official plug-in runs (`aws eks get-token`).
    Errors: what the settings' rules refuse never gets here.
    Source: EKS-1; document 002, "Amazon EKS";
    https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html, …/envelope-encryption.html
    """

    cluster_name: str
    """Physical name, known before the cluster is."""
    resource: pulumi.Resource
    """For those who name the cluster literally and have to wait for it."""
    arn: str
    version: str
    endpoint: pulumi.Output[str]
    certificate_authority: pulumi.Output[str]
    """PEM in base64."""
    kubeconfig: pulumi.Output[str]
    """JSON without a secret: callers get their token with `aws eks get-token`."""
    oidc_issuer: pulumi.Output[str]
    """Without `https://`."""
    oidc_provider_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    """Group that EKS makes for the control plane's interfaces and for pods on Fargate."""
    log_group_name: pulumi.Output[str]

    def __init__(
        self, name: str, *, args: EksClusterArgs, region: str, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the cluster `<environment>-eks-cluster` in `region`."""
        super().__init__(TOKEN, name, None, opts)
        self.cluster_name = cluster_name(args.environment)
        self.version = args.settings.version
        self.arn = f"arn:aws:eks:{region}:{args.account_id}:cluster/{self.cluster_name}"
        logs = cloudwatch.LogGroup(
            f"{name}-eks-log-group",
            name=f"/aws/eks/{self.cluster_name}/cluster",
            retention_in_days=args.settings.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=pulumi.ResourceOptions(parent=self),
        )
        cluster = self._make_cluster(name, args, logs)
        self.resource = cluster
        server = cluster.kubeconfig.apply(lambda config: config["clusters"][0]["cluster"])
        self.endpoint = server["server"]
        self.certificate_authority = server["certificate-authority-data"]
        self.kubeconfig = cluster.kubeconfig_json
        self.oidc_issuer = cluster.oidc_issuer
        self.oidc_provider_arn = cluster.oidc_provider_arn
        self.security_group_id = cluster.cluster_security_group_id
        self.log_group_name = logs.name
        self.register_outputs(
            {
                "cluster_name": self.cluster_name,
                "arn": self.arn,
                "oidc_provider_arn": self.oidc_provider_arn,
                "security_group_id": self.security_group_id,
            }
        )

    def _make_cluster(self, name: str, args: EksClusterArgs, logs: cloudwatch.LogGroup) -> eks.Cluster:
        settings = args.settings
        return eks.Cluster(
            f"{name}-eks",
            name=self.cluster_name,
            version=settings.version,
            vpc_id=args.vpc_id,
            subnet_ids=list(args.subnet_ids.values()),
            endpoint_private_access=True,
            endpoint_public_access=False,
            enabled_cluster_log_types=list(LOG_TYPES),
            encryption_config_key_arn=args.secrets_key_arn,
            kubernetes_service_ip_address_range=SERVICE_ADDRESSES,
            authentication_mode=eks.AuthenticationMode.API,
            access_entries=access_entries(settings.access, args.account_id),
            create_oidc_provider=True,
            deletion_protection=args.protection.deletion_protection,
            upgrade_policy=ClusterUpgradePolicyArgs(
                support_type="EXTENDED" if settings.extended_support else "STANDARD"
            ),
            # Nodes, their groups and the add-ons are ours: pulumi-eks would make CoreDNS before there are nodes, and
            # its CNI knows no Pod Identity.
            skip_default_node_group=True,
            skip_default_security_groups=True,
            bootstrap_self_managed_addons=False,
            use_default_vpc_cni=True,
            kube_proxy_addon_options=eks.KubeProxyAddonOptionsArgs(enabled=False),
            coredns_addon_options=eks.CoreDnsAddonOptionsArgs(enabled=False),
            # EKS would make the log group itself, without key and without an end.
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect, depends_on=[logs]),
        )


def access_entries(access: ClusterAccessSettings, account_id: str) -> dict[str, eks.AccessEntryArgs]:
    """Key → who enters, and with which of EKS's policies."""
    everywhere = {"type": "cluster"}
    entries = {
        f"admin-{role}": _entry(account_id, role, "AmazonEKSClusterAdminPolicy", everywhere)
        for role in access.admin_roles
    }
    entries |= {
        f"view-{role}": _entry(account_id, role, "AmazonEKSViewPolicy", everywhere) for role in access.view_roles
    }
    entries |= {
        f"team-{team}": _entry(
            account_id,
            settings.role,
            "AmazonEKSEditPolicy",
            {"type": "namespace", "namespaces": list(settings.namespaces)},
        )
        for team, settings in access.teams.items()
    }
    return entries


def _entry(account_id: str, role: str, policy: str, scope: Mapping[str, object]) -> eks.AccessEntryArgs:
    association = eks.AccessPolicyAssociationArgs(
        policy_arn=f"{POLICIES}/{policy}",
        access_scope=scope,  # pyright: ignore[reportArgumentType]  # the SDK's own type would load all of pulumi_aws.eks
    )
    return eks.AccessEntryArgs(
        principal_arn=f"arn:aws:iam::{account_id}:role/{role}", access_policies={"policy": association}
    )
