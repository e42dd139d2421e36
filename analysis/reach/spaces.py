"""Sets of packets as unions of boxes: exact, so that a question about any port from anywhere has one answer.

A packet that asks and the one that answers it are one point: the asker's address, the other's address, the port asked
for, the port asked from, and the port from which a NAT gateway asks on its behalf. Addresses are integers of one IP
version. Where the protocol is ICMP, the types of request and reply stand in the place of the ports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

Range = tuple[int, int]
"""First and last number, both included."""
Box = tuple[Range, ...]
"""One range for each dimension."""

SRC: Final = 0
DST: Final = 1
PORT: Final = 2
FROM_PORT: Final = 3
NAT_PORT: Final = 4

EVERY_PORT: Final[Range] = (0, 65535)
LAST_ADDRESS: Final = {4: (1 << 32) - 1, 6: (1 << 128) - 1}


def everywhere(version: int) -> Range:
    """Every address of an IP version."""
    return (0, LAST_ADDRESS[version])


def meet(one: Range, other: Range) -> Range | None:
    """What two ranges have in common; None for nothing."""
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return (low, high) if low <= high else None


def narrowed(box: Box, dimension: int, to: Range) -> Box | None:
    """The part of a box that lies within a range of one dimension."""
    common = meet(box[dimension], to)
    if common is None:
        return None
    return box if common == box[dimension] else (*box[:dimension], common, *box[dimension + 1 :])


def cut(box: Box, limits: Iterable[tuple[int, Range]]) -> tuple[Box | None, list[Box]]:
    """The part of a box within limits (dimension, range), and the rest as disjoint boxes."""
    rest: list[Box] = []
    for dimension, limit in limits:
        low, high = box[dimension]
        if high < limit[0] or low > limit[1]:
            return None, [*rest, box]
        if low < limit[0]:
            rest.append((*box[:dimension], (low, limit[0] - 1), *box[dimension + 1 :]))
        if high > limit[1]:
            rest.append((*box[:dimension], (limit[1] + 1, high), *box[dimension + 1 :]))
        box = (*box[:dimension], (max(low, limit[0]), min(high, limit[1])), *box[dimension + 1 :])
    return box, rest


def without(boxes: Iterable[Box], taken: Sequence[Box]) -> list[Box]:
    """What remains of boxes when others are taken away."""
    left = list(boxes)
    if left == taken:
        return []
    for other in taken:
        limits = tuple(enumerate(other))
        left = [piece for box in left for piece in cut(box, limits)[1]]
        if not left:
            break
    return left


def projection(boxes: Iterable[Box], dimension: int) -> tuple[Range, ...]:
    """The numbers of one dimension that occur in boxes, as sorted ranges that do not touch."""
    return merged(box[dimension] for box in boxes)


def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Sorted ranges that neither overlap nor touch."""
    found: list[Range] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def ranges_without(ranges: Iterable[Range], taken: Iterable[Range]) -> tuple[Range, ...]:
    """The numbers of ranges that are in none of others."""
    return projection(without([(one,) for one in ranges], [(one,) for one in taken]), 0)


def common(ones: Iterable[Range], others: Iterable[Range]) -> tuple[Range, ...]:
    """The numbers that two sets of ranges share."""
    others = tuple(others)
    return merged(found for one in ones for other in others if (found := meet(one, other)) is not None)


def holds(box: Box, point: tuple[int, ...]) -> bool:
    """Whether a point lies in a box."""
    return all(low <= number <= high for (low, high), number in zip(box, point, strict=True))


def corner(box: Box) -> tuple[int, ...]:
    """One point of a box."""
    return tuple(low for low, _ in box)


def width(one: Range) -> int:
    """How many numbers a range has."""
    return one[1] - one[0] + 1


def told(ranges: Iterable[Range]) -> str:
    """Ports in a message: `443, 8000-8010`, or `all`."""
    found = merged(ranges)
    return "all" if found == (EVERY_PORT,) else ", ".join(_told(found)) or "none"


def _told(ranges: Iterable[Range]) -> Iterator[str]:
    return (str(low) if low == high else f"{low}-{high}" for low, high in ranges)
