"""Rectangles and lines on a page. Pixels; the origin is the upper left corner, y grows downwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

Point: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True, order=True)
class Rect:
    """A rectangle with its upper left corner, width and height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The x of its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The y of its lower side."""
        return self.y + self.height

    @property
    def centre(self) -> Point:
        """Its middle."""
        return self.x + self.width // 2, self.y + self.height // 2

    def overlaps(self, other: Rect) -> bool:
        """Whether both cover a common area; sides that touch do not."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, other: Rect) -> bool:
        """Whether the other one lies within."""
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom

    def grown(self, by: int) -> Rect:
        """The same with a margin all around; a negative one shrinks it."""
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def moved(self, x: int, y: int) -> Rect:
        """The same elsewhere."""
        return Rect(self.x + x, self.y + y, self.width, self.height)


def segments(line: tuple[Point, ...]) -> Iterator[Rect]:
    """The straight parts of a line, each as a rectangle without width or height."""
    for (x1, y1), (x2, y2) in pairwise(line):
        yield Rect(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))


def crosses(line: tuple[Point, ...], area: Rect) -> bool:
    """Whether a line enters the inside of an area; touching its side is not entering."""
    return any(
        part.x < area.right and part.right > area.x and part.y < area.bottom and part.bottom > area.y
        for part in segments(line)
    )
