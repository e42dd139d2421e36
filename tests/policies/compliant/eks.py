"""Kubernetes clusters as they should be."""

from __future__ import annotations

from pulumi_aws import eks


def program() -> None:
    """Kubernetes clusters."""
    eks.Cluster(
        "kubernetes",
        role_arn="arn:aws:iam::111122223333:role/eks",
        version="1.35",
        vpc_config={"subnet_ids": ["subnet-1"]},
    )
