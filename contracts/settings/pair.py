"""Settings of the pair of regions that serve one environment together (DR-1): who leads, and what is replicated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from contracts.settings.base import Settings
from contracts.settings.kinds import AddressBlock, LogicalName, Region

if TYPE_CHECKING:
    from contracts.settings.stack import StackSettings


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


SWITCHES = ("database", "cache", "tables", "secrets", "images", "backups", "volumes")
"""What may be replicated; both stacks of a pair have to say the same."""

_OTHER_SIDE = {"region": "pair.peer_region", "pair.peer_region": "region"}


def disagreements(stacks: Mapping[str, StackSettings]) -> Iterator[str]:
    """Sentences about every secondary whose pair is none; nothing where each one fits its primary.

    A primary reads nobody and a secondary reads a primary alone, so that no circle of references can be: this is what
    holds a project's stack files to that, as the rules of `contracts.settings.rules.pair` hold each one.

    Args:
        stacks: name → settings of each region stack of the project.
    """
    for name, stack in stacks.items():
        if stack.pair is not None and stack.pair.peer_stack is not None:
            yield from _misfits(name, stack, stack.pair, stack.pair.peer_stack, stacks)


def _misfits(
    name: str, stack: StackSettings, pair: PairSettings, peer_name: str, stacks: Mapping[str, StackSettings]
) -> Iterator[str]:
    peer = stacks.get(peer_name)
    if peer is None:
        yield f"{name} reads {peer_name}, which no stack file is of: write Pulumi.{peer_name}.yaml, or name another"
        return
    if peer.pair is None or not peer.pair.leads:
        what = "is in no pair" if peer.pair is None else f"is secondary to {peer.pair.peer_stack}"
        yield f"{name} reads {peer_name}, which {what}: a secondary reads a primary, or references would go in a circle"
        return
    for what, ours, theirs in (
        ("environment", stack.environment, peer.environment),
        ("account", stack.account.id, peer.account.id),
        ("pair.peer_region", pair.peer_region, peer.region),
        ("region", stack.region, peer.pair.peer_region),
        *((f"pair.{switch}", getattr(pair, switch), getattr(peer.pair, switch)) for switch in SWITCHES),
    ):
        if ours != theirs:
            said = _OTHER_SIDE.get(what, what)
            yield f"{name} has {what} {_text(ours)}, its primary {peer_name} {said} {_text(theirs)}: make them equal"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
