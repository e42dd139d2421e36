"""Databases as they should be."""

from __future__ import annotations

from pulumi_aws import rds


def program() -> None:
    """An instance."""
    rds.Instance("instance", instance_class="db.t3.micro", storage_encrypted=True)
