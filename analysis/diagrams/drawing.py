"""A page with a place for everything: what the writers draw, and the rules that a picture must keep.

Lines are drawn one after the other, each with its label; where one finds no way or its label no room, the whole page is
laid out again with wider gaps. A page that does not fit A3 in legible letters even so is refused, not shrunk.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from analysis.diagrams.geometry import Point, Rect, crosses, segments
from analysis.diagrams.layout import UNIT, Places, placed
from analysis.diagrams.model import DiagramError, Group, Link, Page, walk
from analysis.diagrams.routing import Lanes, corners
from analysis.diagrams.text import width

LARGEST = (1600, 1110)
"""Pixels of the largest page. A3 is 420 by 297 mm, 404 by 281 within its margins: 0.716 points a pixel at this size."""
SMALLEST_FONT = 10
"""Pixels of the smallest letters: 7.2 points on the largest page."""
HEADER, FOOTER = 50, 50
"""Pixels above for the title and below for the legend."""
LABEL_SIZE, LABEL_HEIGHT = 10, 16
WIDENINGS = (0, 10, 20, 30)


@dataclass(frozen=True, slots=True)
class Line:
    """A link with its way: corners in pixels, and where its label stands."""

    link: Link
    points: tuple[Point, ...]
    label: Rect | None = None
    text: str = ""
    """What stands there: the label, or where that finds no room a number, which the legend explains."""

    @property
    def numbered(self) -> bool:
        """Whether a number stands for the label."""
        return self.label is not None and self.text != self.link.label


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page with places. Everything is in pixels of the page; header and footer are outside ``places``."""

    page: Page
    places: Places
    lines: tuple[Line, ...]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height with header and footer."""
        return self.places.size[0], self.places.size[1] + HEADER + FOOTER


def draw(page: Page) -> Drawing:
    """Give everything of a page its place.

    Raises:
        DiagramError: the page is too full for A3, or for its lines.
    """
    why = ""
    for numbers in (False, True):
        for wider in WIDENINGS:
            places = placed(page, wider=wider)
            if too_large := _too_large(Drawing(page, places, ())):
                why = why or too_large
                break
            lines, why = _lines(page, places, numbers=numbers)
            if lines is not None:
                return Drawing(page, places, lines)
    raise DiagramError(f"diagram {page.key} cannot be drawn on A3: {why}; show less, or group more, in this page")


def _too_large(drawing: Drawing) -> str:
    wide, high = drawing.size
    if wide <= LARGEST[0] and high <= LARGEST[1]:
        return ""
    return f"it is {wide} by {high} pixels, of {LARGEST[0]} by {LARGEST[1]}"


def _lines(page: Page, places: Places, *, numbers: bool) -> tuple[tuple[Line, ...] | None, str]:
    """Lines in the order of the page, or None with the reason. Short ones go first: they have the fewest choices."""
    order = {link.key: number for number, link in enumerate((link for link in page.links if link.label), 1)}
    ahead: list[str] = []
    counted = frozenset(box.key for box in page.boxes if box.count > 1)
    while True:
        lanes, labels, done = Lanes(places, counted), list[Rect](), dict[str, Line]()
        failed = None
        told: set[str] = set()  # bundles that have their label
        left = Counter(link.bundle or link.key for link in page.links if link.label)
        for link in sorted(page.links, key=lambda link: (link.key not in ahead, _distance(link, places), link.key)):
            bundle = link.bundle or link.key
            left[bundle] -= bool(link.label)
            number = str(order.get(link.key)) if numbers and not left[bundle] else ""
            line = _line(link, lanes, places, labels, number, told=bundle in told, last=not left[bundle])
            if isinstance(line, str):
                failed = (link, line)
                break
            if line.label is not None:
                told.add(bundle)
            done[link.key] = line
        if failed is None:
            return _numbered(tuple(done[link.key] for link in page.links)), ""
        if failed[0].key in ahead or len(ahead) >= 3:
            return None, failed[1]
        ahead.append(failed[0].key)


def _numbered(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Numbers that stand for labels, counted anew from 1."""
    found, count = list[Line](), 0
    for line in lines:
        count += line.numbered
        found.append(replace(line, text=str(count)) if line.numbered else line)
    return tuple(found)


def _distance(link: Link, places: Places) -> int:
    one, other = places.boxes[link.source].centre, places.boxes[link.target].centre
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _line(
    link: Link, lanes: Lanes, places: Places, labels: list[Rect], number: str, *, told: bool, last: bool
) -> Line | str:
    """A line with its label, or why there is none. One label serves a bundle: where it has no room, the next may."""
    bundle = link.bundle or link.key
    points = lanes.route(link.source, link.target, bundle)
    if points is None:
        return f"there is no way for the line from {link.source!r} to {link.target!r}"
    if not link.label or told:
        return Line(link, points)
    for text in filter(None, (link.label, number)):
        room = _room_for_label(link, text, points, lanes, places, labels)
        if room is not None:
            labels.append(room)
            lanes.label(room.grown(1), bundle)
            return Line(link, points, room, text)
    if not last:
        return Line(link, points)
    return f"there is no room for {link.label!r} between {link.source!r} and {link.target!r}"


def _room_for_label(
    link: Link, text: str, points: tuple[Point, ...], lanes: Lanes, places: Places, labels: list[Rect]
) -> Rect | None:
    """A place on the line: on its longest part, as near to the middle as may be, off everything else."""
    size = width(text, LABEL_SIZE) + 8, LABEL_HEIGHT
    obstacles = [*places.boxes.values(), *places.titles.values(), *(label.grown(2) for label in labels)]
    whole = Rect(0, 0, *places.size)
    found: list[tuple[int, int, int, Rect]] = []
    for order, part in enumerate(segments(points)):
        level = part.height == 0
        long = part.width if level else part.height
        if (level and long < size[0] + 2 * UNIT) or (not level and long < size[1] + UNIT):
            continue
        middle = part.centre
        reach = (long - (size[0] if level else size[1])) // 2 // UNIT
        for off in sorted(range(-reach, reach + 1), key=lambda off: (abs(off), off)):
            at = (middle[0] + off * UNIT, middle[1]) if level else (middle[0], middle[1] + off * UNIT)
            area = Rect(at[0] - size[0] // 2, at[1] - size[1] // 2, *size)
            if not whole.holds(area) or any(area.grown(2).overlaps(other) for other in obstacles):
                continue
            if not lanes.free(area.grown(1), link.bundle or link.key):
                continue
            framed = sum(_on_side(area, group) for group in places.groups.values())
            found.append((framed * 1000 + abs(off) * UNIT + (0 if level else 60) - long // 2, order, off, area))
    return min(found)[3] if found else None


def _on_side(area: Rect, group: Rect) -> bool:
    return area.overlaps(group) and not group.holds(area)


def pieces(lines: tuple[Line, ...]) -> list[tuple[tuple[Point, ...], ...]]:
    """For each line, the parts that no line of its bundle has drawn before: a dashed line drawn twice is a full one."""
    drawn: set[tuple[str, Point, Point]] = set()
    found: list[tuple[tuple[Point, ...], ...]] = []
    for line in lines:
        bundle = line.link.bundle or line.link.key
        parts: list[list[Point]] = []
        for one, other in pairwise(_every_step(line.points)):
            key = (bundle, min(one, other), max(one, other))
            if key in drawn:
                continue
            drawn.add(key)
            if parts and parts[-1][-1] == one:
                parts[-1].append(other)
            else:
                parts.append([one, other])
        found.append(tuple(corners(part) for part in parts))
    return found


def _every_step(points: tuple[Point, ...]) -> list[Point]:
    steps = [points[0]]
    for x, y in points[1:]:
        while steps[-1] != (x, y):
            at = steps[-1]
            steps.append((at[0] + _unit(x - at[0]), at[1] + _unit(y - at[1])))
    return steps


def _unit(length: int) -> int:
    return max(-UNIT, min(UNIT, length))


# -- what a picture must keep ----------------------------------------------------------------------------------


def faults(drawing: Drawing) -> tuple[str, ...]:
    """Everything about a picture that a reader would trip over, in words; none for a good one."""
    return (*_faults_of_boxes(drawing), *_faults_of_lines(drawing), *filter(None, [_too_large(drawing)]))


def _faults_of_boxes(drawing: Drawing) -> list[str]:
    places, found = drawing.places, list[str]()
    for (one, area), (other, second) in combinations(places.boxes.items(), 2):
        if area.overlaps(second):
            found.append(f"boxes {one} and {other} overlap")
    for group in (member for member in walk(drawing.page.root) if isinstance(member, Group)):
        frame = places.groups[group.key]
        rects = {**places.boxes, **places.groups}
        inner = {member.key: rects[member.key] for member in group.members if member.key in rects}
        found += [f"{key} leaves its group {group.key}" for key, rect in inner.items() if not frame.holds(rect)]
        for (one, area), (other, second) in combinations(inner.items(), 2):
            if area.overlaps(second):
                found.append(f"{one} and {other} overlap in {group.key}")
        title = places.titles.get(group.key)
        if title is not None:
            found += [
                f"the title of {group.key} lies over {key}" for key, rect in inner.items() if title.overlaps(rect)
            ]
            if not frame.holds(title):
                found.append(f"the title of {group.key} leaves its frame")
    return found


def _faults_of_lines(drawing: Drawing) -> list[str]:
    places, found = drawing.places, list[str]()
    whole = Rect(0, 0, *places.size)
    for line in drawing.lines:
        ends = (line.link.source, line.link.target)
        for key, rect in places.boxes.items():
            if crosses(line.points, rect.grown(-1) if key in ends else rect):
                found.append(f"{line.link.key} runs through {key}")
        found += [
            f"{line.link.key} runs through the title of {key}"
            for key, title in places.titles.items()
            if crosses(line.points, title)
        ]
        if not all(whole.holds(part) for part in segments(line.points)):
            found.append(f"{line.link.key} leaves the page")
        strangers = [
            other
            for other in drawing.lines
            if other is not line and not (other.link.bundle and other.link.bundle == line.link.bundle)
        ]
        found += [
            f"{line.link.key} and {other.link.key} share a lane"
            for other in strangers
            if line.link.key < other.link.key and _on_top(line.points, other.points)
        ]
        if line.label is None:
            continue
        label = line.label
        covered = [*places.boxes.items(), *((f"title of {key}", rect) for key, rect in places.titles.items())]
        found += [f"the label of {line.link.key} lies over {key}" for key, rect in covered if label.overlaps(rect)]
        if not whole.holds(label):
            found.append(f"the label of {line.link.key} leaves the page")
        for other in strangers:
            if crosses(other.points, label):
                found.append(f"{other.link.key} runs under the label of {line.link.key}")
            if other.label is not None and other.label.overlaps(label):
                found.append(f"the labels of {other.link.key} and {line.link.key} overlap")
    return found


def _on_top(one: tuple[Point, ...], other: tuple[Point, ...]) -> bool:
    """Whether two lines run on top of each other for a while."""
    for part in segments(one):
        for second in segments(other):
            level = part.height == 0 == second.height and part.y == second.y
            upright = part.width == 0 == second.width and part.x == second.x
            if level and part.x < second.right and second.x < part.right:
                return True
            if upright and part.y < second.bottom and second.y < part.bottom:
                return True
    return False
