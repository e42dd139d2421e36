"""The program that test_eks_engine.py deploys: a cluster with everything that belongs to it, in a small network."""

import pulumi
import pulumi_aws
from pulumi_aws import ec2, kms

from components.eks import (
    BEFORE_NODES,
    EksAddons,
    EksAddonsArgs,
    EksCluster,
    EksClusterArgs,
    EksFargate,
    EksFargateArgs,
    EksNetwork,
    EksNetworkArgs,
    EksNodes,
    EksNodesArgs,
    Karpenter,
    KarpenterArgs,
    PodIdentities,
    PodIdentitiesArgs,
    PodScope,
    addons_after_nodes,
)
from components.identity.roles import Scope
from contracts.settings.kubernetes import KubernetesSettings
from contracts.settings.security import ProtectionSettings

REGION, ACCOUNT, NAME = "us-west-2", "111111111111", "staging"
SETTINGS = KubernetesSettings.model_validate(
    {
        "version": "1.35",
        "extended_support": False,
        "log_retention_days": 30,
        "node_groups": {
            "general-purpose": {
                "instance_types": ("m5.large", "m5.xlarge", "m5a.large"),
                "capacity": "ON_DEMAND",
                "minimum": 3,
                "maximum": 10,
                "desired": 5,
                "disk_gib": 50,
            },
            "spot-workloads": {
                "instance_types": ("m5.large", "m4.large", "c5.large"),
                "capacity": "SPOT",
                "minimum": 0,
                "maximum": 20,
                "desired": 5,
                "disk_gib": 50,
            },
        },
        "fargate_profiles": {"batch": {"namespace": "batch", "labels": {}}},
        "cluster_autoscaler": True,
        "karpenter": True,
        "cloudwatch_observability": True,
        "adot": True,
        "access": {
            "admin_roles": ("PlatformAdministrator",),
            "view_roles": ("PlatformReadOnly",),
            "teams": {"commerce": {"role": "CommerceDeveloper", "namespaces": ("commerce",)}},
        },
        "identities": ("load-balancer-controller", "external-secrets", "velero"),
        "irsa_identities": ("jenkins-agent",),
    }
)


def build() -> None:
    """Everything of a cluster."""
    opts = pulumi.ResourceOptions(providers=[pulumi_aws.Provider("aws", region=REGION)])
    child = pulumi.ResourceOptions(provider=opts.providers[0])  # pyright: ignore
    key = kms.Key("key", opts=child)
    vpc = ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=child)
    subnets = {
        f"{REGION}{zone}": ec2.Subnet(
            f"subnet-{zone}",
            vpc_id=vpc.id,
            cidr_block=f"10.0.{index}.0/24",
            availability_zone=f"{REGION}{zone}",
            opts=child,
        ).id
        for index, zone in enumerate("abc")
    }
    groups = {
        name: ec2.SecurityGroup(f"group-{name}", vpc_id=vpc.id, description=name, opts=child).id
        for name in ("alb", "database", "cache")
    }
    cluster = EksCluster(
        NAME,
        args=EksClusterArgs(
            environment=NAME,
            account_id=ACCOUNT,
            settings=SETTINGS,
            protection=ProtectionSettings(
                protect=False, deletion_protection=False, final_snapshot=False, force_destroy=True
            ),
            subnet_ids=subnets,
            vpc_id=vpc.id,
            secrets_key_arn=key.arn,
            logs_key_arn=key.arn,
        ),
        region=REGION,
        opts=opts,
    )
    network = EksNetwork(
        NAME,
        args=EksNetworkArgs(
            environment=NAME,
            cluster_name=cluster.cluster_name,
            vpc_id=vpc.id,
            control_plane_group_id=cluster.security_group_id,
            load_balancer_group_id=groups["alb"],
            database_group_id=groups["database"],
            cache_group_id=groups["cache"],
            fargate=True,
        ),
        opts=opts,
    )
    identities = PodIdentities(
        NAME,
        args=PodIdentitiesArgs(
            scope=PodScope(
                scope=Scope(NAME, REGION, ACCOUNT),
                cluster=cluster.cluster_name,
                domain="staging.atoll.example",
                backup_bucket="backups",
                artifact_bucket="artifacts",
                karpenter_queue=f"{NAME}-karpenter",
                karpenter_node_role=f"{NAME}-karpenter-nodes-{REGION}",
            ),
            modes=SETTINGS.modes,
            cluster=cluster.resource,
            oidc_issuer=cluster.oidc_issuer,
            oidc_provider_arn=cluster.oidc_provider_arn,
        ),
        opts=opts,
    )
    first = EksAddons(
        f"{NAME}-eks",
        args=EksAddonsArgs(
            cluster_name=cluster.cluster_name,
            version=SETTINGS.version,
            names=BEFORE_NODES,
            after=[cluster.resource, *identities.resources.values()],
        ),
        opts=opts,
    )
    nodes = EksNodes(
        NAME,
        args=EksNodesArgs(
            environment=NAME,
            region=REGION,
            cluster_name=cluster.cluster_name,
            version=SETTINGS.version,
            groups=SETTINGS.node_groups,
            subnet_ids=list(subnets.values()),
            security_group_id=network.node_group_id,
            volume_key_arn=key.arn,
            autoscaler=True,
            after=first.resources,
        ),
        opts=opts,
    )
    EksAddons(
        f"{NAME}-eks-workloads",
        args=EksAddonsArgs(
            cluster_name=cluster.cluster_name,
            version=SETTINGS.version,
            names=addons_after_nodes(SETTINGS),
            after=nodes.resources,
        ),
        opts=opts,
    )
    EksFargate(
        NAME,
        args=EksFargateArgs(
            environment=NAME,
            region=REGION,
            account_id=ACCOUNT,
            cluster_name=cluster.cluster_name,
            profiles=SETTINGS.fargate_profiles,
            subnet_ids=list(subnets.values()),
            cluster=cluster.resource,
        ),
        opts=opts,
    )
    Karpenter(
        NAME,
        args=KarpenterArgs(
            environment=NAME,
            region=REGION,
            account_id=ACCOUNT,
            cluster_name=cluster.cluster_name,
            cluster=cluster.resource,
            key_arn=key.arn,
        ),
        opts=opts,
    )
    pulumi.export("kubeconfig", cluster.kubeconfig)
    pulumi.export("endpoint", cluster.endpoint)
    pulumi.export("certificate_authority", cluster.certificate_authority)
    pulumi.export("issuer", cluster.oidc_issuer)
    pulumi.export("security_group", cluster.security_group_id)


if __name__ == "__main__":
    build()
