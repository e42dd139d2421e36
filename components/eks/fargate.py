"""Pods of a cluster that run on Fargate."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import eks, iam

from contracts.services.naming import role_name
from contracts.settings.kubernetes import FargateProfileSettings

TOKEN = "atoll:eks:EksFargate"
POLICY = "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy"


@dataclass(frozen=True, kw_only=True)
class EksFargateArgs:
    """Wiring of the Fargate profiles of one cluster."""

    environment: str
    region: str
    account_id: str
    cluster_name: str
    profiles: Mapping[str, FargateProfileSettings]
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets."""
    cluster: pulumi.Resource
    """To wait for."""


class EksFargate(pulumi.ComponentResource):
    """Fargate profiles and the role under which Fargate starts their pods (EKS-3).

    The role only pulls images and registers the pod's node; a pod that calls AWS needs an identity by IRSA, for no Pod
    Identity agent runs there. Profiles are made one after the other, as EKS demands.
    Costs: about USD 0.04 a vCPU-hour and 0.004 a GiB-hour of the pods. Does not: let such pods reach the database or
    the cache: they are in the control plane's security group.
    Source: EKS-3; https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html
    """

    role_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: EksFargateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-eks-fargate-role` and `{name}-eks-fargate-<profile>` for each."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = iam.Role(
            f"{name}-eks-fargate-role",
            name=role_name(f"{args.environment}-eks", "fargate", args.region),
            description=f"Fargate starts pods of {args.cluster_name}",
            assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [_trust(args)]}),
            opts=child,
        )
        policy = iam.RolePolicyAttachment(f"{name}-eks-fargate-policy", role=role.name, policy_arn=POLICY, opts=child)
        before: pulumi.Resource = policy
        for profile, settings in args.profiles.items():
            before = eks.FargateProfile(
                f"{name}-eks-fargate-{profile}",
                cluster_name=args.cluster_name,
                fargate_profile_name=profile,
                pod_execution_role_arn=role.arn,
                subnet_ids=list(args.subnet_ids),
                selectors=[
                    eks.FargateProfileSelectorArgs(namespace=settings.namespace, labels=settings.labels or None)
                ],
                opts=pulumi.ResourceOptions(parent=self, depends_on=[before, args.cluster]),
            )
        self.role_arn = role.arn
        self.register_outputs({"role_arn": self.role_arn})


def _trust(args: EksFargateArgs) -> dict[str, object]:
    profiles = f"arn:aws:eks:{args.region}:{args.account_id}:fargateprofile/{args.cluster_name}/*"
    return {
        "Sid": "FargatePods",
        "Effect": "Allow",
        "Principal": {"Service": "eks-fargate-pods.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnLike": {"aws:SourceArn": profiles}, "StringEquals": {"aws:SourceAccount": args.account_id}},
    }
