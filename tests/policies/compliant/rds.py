"""Databases as they should be."""

from __future__ import annotations

from pulumi_aws import rds


def program() -> None:
    """An instance, and an Aurora cluster."""
    rds.Instance(
        "instance", engine="postgres", engine_version="17.6", instance_class="db.t3.micro", storage_encrypted=True
    )
    rds.Cluster("cluster", engine="aurora-postgresql", engine_version="17.6")
