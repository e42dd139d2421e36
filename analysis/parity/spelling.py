"""Values as either side would write them: regions, networks and counterparts by their place, not by their name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Network

from analysis.parity.sides import HERE, THERE, Item, Pair, Side, neutral
from graph.nodes import STACK_REFERENCE_TYPE
from graph.values import FrozenList, FrozenMap, Secret, Unknown, Value


class Either:
    """A region or a network: the same on both sides if it is so by its place there, or if it is the very same."""

    __slots__ = ("absolute", "relative")

    def __init__(self, relative: str, absolute: str) -> None:
        self.relative, self.absolute = relative, absolute

    def __eq__(self, other: object) -> bool:
        same = isinstance(other, Either)
        return same and (other.relative == self.relative or other.absolute == self.absolute)

    def __hash__(self) -> int:
        return hash(Either)  # what is equal has one hash; which of the two makes it so is not known here

    def __repr__(self) -> str:
        return self.relative


class _FromThePeer:
    """An output of the other stack, of which only the name is known here: like whatever stands there."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _FromThePeer | tuple)

    def __hash__(self) -> int:
        return hash(_FromThePeer)

    def __repr__(self) -> str:
        return "<from the peer>"


_FROM_THE_PEER = _FromThePeer()


def _pieces(text: str, home: Pair) -> object:
    """A text as either side would write it: as it is, or in pieces with the regions between."""
    text = neutral(text, home)
    if HERE not in text and THERE not in text:
        return text
    regions = {HERE: home.left_region, THERE: home.right_region}
    return tuple(
        Either(piece, regions[piece]) if piece in regions else piece for piece in re.split(f"({HERE}|{THERE})", text)
    )


class Spelling:
    """How the two sides of a pair write values."""

    def __init__(self, pair: Pair, left: Side, right: Side) -> None:
        self.pair, self.left, self.right = pair, left, right

    def plain(self, side: Side, value: Value, item: Item) -> object:
        """A value as either side would write it; lists do not depend on their order."""
        home = self.pair if item.stack == self.pair.left else self.pair.flipped()
        match value:
            case Secret():
                return "<secret>"
            case Unknown():
                return self._wiring(side, value, item)
            case str():
                return self._block(side, value) or _pieces(value, home)
            case FrozenList():
                return tuple(sorted((self.plain(side, one, item) for one in _unordered(value)), key=repr))
            case FrozenMap():
                return tuple((key, self.plain(side, one, item)) for key, one in value.items())
            case _:
                return value

    def _block(self, side: Side, text: str) -> Either | None:
        """An address block by its place in a network of its own or the other side; None for any other text."""
        if "/" not in text or not text[0].isdigit():
            return None
        try:
            block = IPv4Network(text)
        except ValueError:
            return None
        for owner in (self.left, self.right):
            for network, name in owner.networks:
                if block.subnet_of(network):
                    offset = int(block.network_address) - int(network.network_address)
                    whose = "own" if owner is side else "other"
                    return Either(f"{whose} {name}+{offset}/{block.prefixlen}", text)
        return None

    def _wiring(self, side: Side, value: Unknown, item: Item) -> object:
        """What an unknown is made of: texts, and the counterpart's key for each resource."""
        home = self.pair if item.stack == self.pair.left else self.pair.flipped()
        parts: list[object] = []
        for part in value.parts:
            if isinstance(part, str):
                parts.append(_pieces(part, home))
                continue
            made = side.origin(item.stack, part)
            if made is None or made[0].node.type == STACK_REFERENCE_TYPE:
                parts.append(_FROM_THE_PEER)  # an output of the other stack: what a secondary is given by the primary
            else:
                parts.append((side.key(made[0])[1], made[1]))
        return tuple(parts)


def _unordered(value: FrozenList) -> Iterable[Value]:
    """A list of rules without their numbers where all of them do the same, so that their order means nothing."""
    rules = [one for one in value if isinstance(one, FrozenMap) and "ruleNo" in one]
    if len(rules) < len(value) or len({rule.get("action") for rule in rules}) > 1:
        return value
    return [FrozenMap((key, one) for key, one in rule.items() if key != "ruleNo") for rule in rules]
