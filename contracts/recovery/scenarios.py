"""What can go wrong: the scenarios that recovery is computed, planned and rehearsed for (DR-2)."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class Scenario(StrEnum):
    """What is lost. Everything that the name does not say stands: a lost zone loses no data of another zone."""

    ZONE_LOSS = "zone-loss"
    """One availability zone of one region, with every instance, task and disk in it."""
    REGION_LOSS = "region-loss"
    """A whole region: traffic, compute and every copy of data there."""
    DATABASE_FAILURE = "database-failure"
    """The instance that a database is written on; its storage and its readers stand."""
    DNS = "dns"
    """The endpoint of a region stops answering: how long clients are still sent there."""
    ACCIDENTAL_DELETE = "accidental-delete"
    """Rows, objects or files deleted or overwritten by mistake; replication has carried that everywhere."""
    RANSOMWARE = "ransomware"
    """An intruder with the rights of an administrator deletes or encrypts data and whatever backup they can reach."""
