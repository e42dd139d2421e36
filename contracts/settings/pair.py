"""Settings of the pair of regions that serve one environment together (DR-1): who leads, and what is replicated."""

from __future__ import annotations

from enum import StrEnum, unique

from contracts.settings.base import Settings
from contracts.settings.kinds import AddressBlock, LogicalName, Region


@unique
class PairRole(StrEnum):
    """Which of the two stacks makes what spans both; see docs/decisions/0010. It says nothing of who writes: a
    failover moves the writers, and the program leaves them where they are."""

    PRIMARY = "primary"
    """Makes what spans both regions, and reads no other stack."""
    SECONDARY = "secondary"
    """Joins what the primary has made, and reads its outputs."""


class PairSettings(Settings):
    """The other region of the environment, and what is replicated to it. Data between regions costs $0.02 a GB."""

    role: PairRole
    """`primary` or `secondary`."""
    peer_region: Region
    """Region of the other stack."""
    peer_stack: LogicalName | None
    """Stack of the primary, which the secondary reads; null on the primary, which reads nobody."""
    peer_blocks: tuple[AddressBlock, ...]
    """Blocks of the address plan over there, which the global stack joins to the transit gateway here; empty where
    nothing is called over there."""
    database: bool
    """One Aurora Global Database over both, typically less than a second behind: $0.20 a million replicated writes,
    beside the secondary's own instances and storage."""
    cache: bool
    """One Global Datastore over both caches, usually less than a second behind; the secondary's nodes and the way of
    the data are all it costs."""
    tables: bool
    """A replica of each table in the secondary, paid like the table once more: each write counts in both regions."""
    secrets: bool
    """The secrets of database and cache in both regions: $0.40 a month for each replica."""
    images: bool
    """Images in both regions (ECR replication): $0.10 a GB and month in the second."""
    backups: bool
    """Every recovery point is copied to the other region's vault, in either direction; stored once more."""
    volumes: bool
    """Daily snapshots of volumes are copied to the other region, in either direction; stored once more."""

    @property
    def leads(self) -> bool:
        """Whether this stack makes what spans both regions."""
        return self.role is PairRole.PRIMARY
