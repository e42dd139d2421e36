"""Clusters encrypt Kubernetes secrets with a key of the platform."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict, all_of


def check(cluster: Subject) -> Verdict:
    """AWS uses its own key where nobody names one."""
    return all_of(
        cluster.read("encryptionConfig.resources").must_contain("secrets"),
        cluster.read("encryptionConfig.provider.keyArn").must_be_set(),
    )


CONTROL = Control(
    id="eks-secrets-encrypted-with-customer-key",
    title="Clusters encrypt Kubernetes secrets with a key of the platform",
    severity=Severity.MEDIUM,
    rationale="Secrets lie in the cluster's store under a key that nobody can take away.",
    remediation=Remediation(
        summary="Name a key for secrets",
        snippet=(
            'eks.Cluster(\n    name, encryption_config={"resources": ["secrets"], "provider": {"key_arn": key.arn}}\n)'
        ),
    ),
    catalogue=("EKS-03",),
    types=("aws:eks/cluster:Cluster",),
    check=check,
)
