"""Whether the two stacks of a pair say the same of each other: what no stack file shows alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.settings.pair import PairSettings
from contracts.settings.stack import StackSettings

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
