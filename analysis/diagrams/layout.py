"""Where everything of a page stands.

Boxes are equal tiles on a grid of ten pixels; groups are measured from the inside out and placed from the outside in,
and share out what is left over, so that rows and columns line up. Nothing here is random or iterates until it likes
what it sees: the same page always gives the same places.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from analysis.diagrams.geometry import Rect
from analysis.diagrams.model import Box, DiagramError, Flow, Group, GroupKind, Member, Page, Space, walk
from analysis.diagrams.text import width

UNIT = 10
"""Pixels between lanes; everything stands on multiples of it."""
BOX = (160, 40)
BADGE = 50
"""Pixels at the right of a box's upper side where its number stands, and no line may end."""
TITLE_SIZE = 11
TITLE_HEIGHT = 30
PADDING = 20
GAP = 30
MARGIN = 20
BARE = (GroupKind.PAGE, GroupKind.PLAIN)
"""Kinds of groups that are not drawn: they only arrange."""


@dataclass(frozen=True, slots=True)
class Places:
    """Key → rectangle of each box and group, and of the title of each group that has one."""

    boxes: dict[str, Rect]
    groups: dict[str, Rect]
    titles: dict[str, Rect]
    size: tuple[int, int]


def placed(page: Page, *, wider: int = 0) -> Places:
    """Places of all members; every gap is ``wider`` pixels (a multiple of `UNIT`) wider than need be."""
    work = _Work(wider)
    size = work.measure_all(page.root)
    found = Places({}, {}, {}, (size[0] + 2 * MARGIN, size[1] + 2 * MARGIN))
    work.place(page.root, Rect(MARGIN, MARGIN, *size), found)
    return found


@dataclass
class _Work:
    wider: int
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    least: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])

    def measure_all(self, root: Group) -> tuple[int, int]:
        """Measure until groups that are aligned are equally large.

        Raises:
            DiagramError: a group is aligned with one that it holds, directly or through others: both would only grow.
        """
        aligned = [member for member in walk(root) if isinstance(member, Group) and member.align]
        for _ in range(len(aligned) + 2):
            size = self.measure(root)
            before = dict(self.least)
            for group in aligned:
                self.least[str(group.align)] = _larger(self.least.get(str(group.align), (0, 0)), self.sizes[group.key])
            if before == self.least:
                return size
        names = ", ".join(sorted({str(group.align) for group in aligned}))
        raise DiagramError(f"groups are aligned with what they hold ({names}): give the inner ones another word")

    def measure(self, member: Member) -> tuple[int, int]:
        if not isinstance(member, Group):
            self.sizes[member.key] = BOX
            return BOX
        inner = [self.measure(one) for one in member.members]
        gap = self.gap(member)
        match member.flow:
            case Flow.ROW:
                size = _sum((one[0] for one in inner), gap), _largest(one[1] for one in inner)
            case Flow.COLUMN:
                size = _largest(one[0] for one in inner), _sum((one[1] for one in inner), gap)
            case Flow.GRID:
                rows = -(-len(inner) // member.columns)
                columns = min(member.columns, len(inner))
                cell = _largest(one[0] for one in inner), _largest(one[1] for one in inner)
                size = _sum([cell[0]] * columns, gap), _sum([cell[1]] * rows, gap)
        left, top, right, bottom = self.frame(member)
        size = size[0] + left + right, size[1] + top + bottom
        if member.kind not in BARE:
            size = max(size[0], _up(title_width(member.label) + 2 * UNIT)), size[1]
        if member.align:
            size = _larger(size, self.least.get(member.align, (0, 0)))
        self.sizes[member.key] = size
        return size

    def gap(self, group: Group) -> int:
        return (GAP if group.gap is None else group.gap) + self.wider

    def frame(self, group: Group) -> tuple[int, int, int, int]:
        """Room on the left, above, on the right and below."""
        if group.kind in BARE:
            return 0, 0, 0, 0
        return PADDING, TITLE_HEIGHT, PADDING, PADDING

    def place(self, member: Member, room: Rect, found: Places) -> None:
        if isinstance(member, Space):
            return
        if isinstance(member, Box):
            found.boxes[member.key] = room
            return
        found.groups[member.key] = room
        if member.kind not in BARE:
            found.titles[member.key] = Rect(room.x + 6, room.y + 5, title_width(member.label), 18)
        left, top, right, bottom = self.frame(member)
        inside = Rect(room.x + left, room.y + top, room.width - left - right, room.height - top - bottom)
        for one, place in zip(member.members, self.split(member, inside), strict=True):
            self.place(one, place if isinstance(one, Group) else _centred(one, place), found)

    def split(self, group: Group, room: Rect) -> list[Rect]:
        """The room of each member: what is left over goes to groups, or where there are none, between the boxes."""
        sizes = [self.sizes[member.key] for member in group.members]
        if group.flow is Flow.GRID:
            return _cells(len(sizes), min(group.columns, len(sizes)), room, self.gap(group))
        across = group.flow is Flow.ROW
        lengths = [size[0] if across else size[1] for size in sizes]
        left_over = (room.width if across else room.height) - _sum(lengths, self.gap(group))
        growing = [isinstance(member, Group) for member in group.members]
        if group.packed:
            left_over = 0
        if not any(growing):
            growing = [True] * len(growing)
        lengths = _shared(lengths, growing, left_over)
        places: list[Rect] = []
        at = room.x if across else room.y
        for length in lengths:
            places.append(Rect(at, room.y, length, room.height) if across else Rect(room.x, at, room.width, length))
            at += length + self.gap(group)
        return places


def title_width(label: str) -> int:
    """Pixels of a group's title with its sign."""
    return width(label, TITLE_SIZE, bold=True) + 22


def _centred(member: Box | Space, room: Rect) -> Rect:
    wide = isinstance(member, Box) and member.wide
    size = (room.width if wide else BOX[0]), BOX[1]
    return Rect(room.x + _down((room.width - size[0]) // 2), room.y + _down((room.height - size[1]) // 2), *size)


def _cells(count: int, columns: int, room: Rect, gap: int) -> list[Rect]:
    if not count:
        return []
    rows = -(-count // columns)
    width = _down((room.width - gap * (columns - 1)) // columns)
    height = _down((room.height - gap * (rows - 1)) // rows)
    left = room.x + _down((room.width - _sum([width] * columns, gap)) // 2)
    top = room.y + _down((room.height - _sum([height] * rows, gap)) // 2)
    return [
        Rect(left + (width + gap) * (index % columns), top + (height + gap) * (index // columns), width, height)
        for index in range(count)
    ]


def _shared(lengths: list[int], growing: list[bool], left_over: int) -> list[int]:
    """Lengths with what is left over given to those that may grow, in equal parts."""
    takers = [index for index, grows in enumerate(growing) if grows]
    units = max(left_over, 0) // UNIT
    for place, index in enumerate(takers):
        lengths[index] += UNIT * (units // len(takers) + (place < units % len(takers)))
    return lengths


def _sum(lengths: Iterable[int], gap: int) -> int:
    listed = list(lengths)
    return sum(listed) + gap * max(len(listed) - 1, 0)


def _largest(lengths: Iterable[int]) -> int:
    return max(lengths, default=0)


def _larger(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], other[0]), max(one[1], other[1])


def _up(length: int) -> int:
    return -(-length // UNIT) * UNIT


def _down(length: int) -> int:
    return length // UNIT * UNIT
