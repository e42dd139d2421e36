"""Roles of the pods that call AWS."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import eks, iam

from components.eks.pod_permissions import PERMISSIONS
from components.eks.pod_scope import PodScope
from components.identity.workload_role import WorkloadRole, WorkloadRoleArgs
from contracts.services.naming import role_name
from contracts.workload_identities import SERVICE_ACCOUNTS, IdentityMode, PodIdentity, ServiceAccount

TOKEN = "atoll:eks:PodIdentities"
_PROVIDER, _ISSUER = "<provider>", "<issuer>"


@dataclass(frozen=True, kw_only=True)
class PodIdentitiesArgs:
    """Wiring of the pod identities of one cluster."""

    scope: PodScope
    modes: Mapping[PodIdentity, IdentityMode]
    """Identity → how its pods get their role."""
    cluster: pulumi.Resource
    """To wait for."""
    oidc_issuer: pulumi.Input[str]
    """Without `https://`."""
    oidc_provider_arn: pulumi.Input[str]


class PodIdentities(pulumi.ComponentResource):
    """One role for each of the platform's pods that calls AWS, which its service account alone can take (IAM-3).

    With Pod Identity an association gives the role to the service account; the trust policy names cluster, namespace
    and account, so that an association with another one is refused. With IRSA it names the cluster's issuer, the
    audience `sts.amazonaws.com` and the one subject, and the service account has to carry the annotation
    `eks.amazonaws.com/role-arn`. No pod works under its node's role. Costs nothing.
    Source: IAM-3; https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html, …/pod-id-role.html,
    …/associate-service-account-role.html
    """

    role_arns: dict[str, pulumi.Output[str]]
    """Identity → ARN of its role."""
    resources: dict[PodIdentity, pulumi.Resource]
    """Identity → what makes its role usable, to wait for."""

    def __init__(self, name: str, *, args: PodIdentitiesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-pod-<identity>` for each."""
        super().__init__(TOKEN, name, None, opts)
        self._args = args
        self.role_arns, self.resources = {}, {}
        for identity, mode in args.modes.items():
            self._make(f"{name}-pod-{identity}", identity, mode)
        self.register_outputs({"role_arns": self.role_arns})

    def _make(self, name: str, identity: PodIdentity, mode: IdentityMode) -> None:
        args, permissions, account = self._args, PERMISSIONS[identity], SERVICE_ACCOUNTS[identity]
        scope = args.scope.scope
        irsa = mode is IdentityMode.IRSA
        role = WorkloadRole(
            name,
            args=WorkloadRoleArgs(
                role=role_name(f"{scope.environment}-eks", identity, scope.region),
                description=f"Pods of {account.namespace}/{account.name} in {args.scope.cluster}",
                trust=taken_by_token(args.oidc_provider_arn, args.oidc_issuer, account)
                if irsa
                else [taken_by_pods(args.scope, account)],
                statements=permissions.statements(args.scope) if permissions.statements else (),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        for policy in permissions.managed:
            iam.RolePolicyAttachment(
                f"{name}-attachment-{policy.rsplit('/', 1)[-1]}",
                role=role.name,
                policy_arn=f"arn:aws:iam::aws:policy/{policy}",
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.role_arns[identity.value] = role.arn
        self.resources[identity] = role
        if not irsa:
            self.resources[identity] = eks.PodIdentityAssociation(
                f"{name}-association",
                cluster_name=args.scope.cluster,
                namespace=account.namespace,
                service_account=account.name,
                role_arn=role.arn,
                opts=pulumi.ResourceOptions(parent=self, depends_on=[args.cluster]),
            )


def taken_by_pods(scope: PodScope, account: ServiceAccount) -> dict[str, Any]:
    """Pod Identity takes the role for this service account of this cluster; the agent says whose pod it is by tags."""
    return {
        "Sid": "PodIdentity",
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {
            "StringEquals": {
                "aws:RequestTag/eks-cluster-name": scope.cluster,
                "aws:RequestTag/kubernetes-namespace": account.namespace,
                "aws:RequestTag/kubernetes-service-account": account.name,
            }
        },
    }


def taken_by_token(
    provider_arn: pulumi.Input[str], issuer: pulumi.Input[str], account: ServiceAccount
) -> pulumi.Output[str]:
    """The trust policy: whoever has a token of the cluster's issuer for exactly this service account takes the role.

    Text, because its keys hold the issuer, which is known only when the cluster stands.
    """
    subject = f"system:serviceaccount:{account.namespace}:{account.name}"
    statement = {
        "Sid": "ServiceAccountToken",
        "Effect": "Allow",
        "Principal": {"Federated": _PROVIDER},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{_ISSUER}:aud": "sts.amazonaws.com", f"{_ISSUER}:sub": subject}},
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    filled: dict[str, pulumi.Input[str]] = {_PROVIDER: provider_arn, _ISSUER: issuer}
    return pulumi.Output.concat(*(filled.get(part, part) for part in re.split(f"({_PROVIDER}|{_ISSUER})", text)))
