"""Caches as they should be."""

from __future__ import annotations

from pulumi_aws import elasticache


def program() -> None:
    """Caches."""
    elasticache.ReplicationGroup("cache", description="Cache", engine="redis", engine_version="7.1")
