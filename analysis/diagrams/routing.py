"""Lines between boxes: along lanes ten pixels apart, in right angles, never through a box or a title.

Each line takes the cheapest way on the grid (A*): length, bends and crossings cost. Two lines never share a lane at
the same place, unless they belong to one bundle; they may cross at right angles. A label becomes an obstacle as soon as
it is placed, so no later line runs under it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from analysis.diagrams.geometry import Point, Rect
from analysis.diagrams.layout import BADGE, UNIT, Places

_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))
_STEP, _BEND, _CROSSING, _FOREIGN, _OFF_CENTRE = 10, 45, 60, 8, 3
_SHARED = 4
_ACROSS, _DOWN, _BENT = 1, 2, 4


class Lanes:
    """The grid of one page, with what is taken on it."""

    def __init__(self, places: Places, counted: frozenset[str] = frozenset()) -> None:
        self._counted = counted  # boxes with a number on their upper right corner
        self.columns = places.size[0] // UNIT + 1
        self.rows = places.size[1] // UNIT + 1
        count = self.columns * self.rows
        self._blocked = bytearray(count)
        self._wall = bytearray(count)  # 1: no walking across here, 2: nor down (the side of a group)
        self._group = [0] * count
        self._used: dict[int, dict[str, int]] = {}
        self._labelled: dict[int, str] = {}
        self._ports: dict[Point, str] = {}
        self._boxes = places.boxes
        self._groups: list[Rect] = []
        for rect in sorted(places.groups.values(), key=lambda rect: -rect.width * rect.height):
            self._frame(rect)
        for rect in places.boxes.values():
            self.block(rect)
        for rect in places.titles.values():
            self.block(rect.grown(2))

    def block(self, rect: Rect) -> None:
        """Keep every line off an area."""
        for y in range(max(-(-rect.y // UNIT), 0), min(rect.bottom // UNIT, self.rows - 1) + 1):
            for x in range(max(-(-rect.x // UNIT), 0), min(rect.right // UNIT, self.columns - 1) + 1):
                self._blocked[y * self.columns + x] = 1

    def label(self, rect: Rect, bundle: str) -> None:
        """Keep lines of other bundles off an area."""
        for y in range(max(-(-rect.y // UNIT), 0), min(rect.bottom // UNIT, self.rows - 1) + 1):
            for x in range(max(-(-rect.x // UNIT), 0), min(rect.right // UNIT, self.columns - 1) + 1):
                self._labelled[y * self.columns + x] = bundle

    def _frame(self, rect: Rect) -> None:
        self._groups.append(rect)
        number = len(self._groups)
        left, top, right, bottom = rect.x // UNIT, rect.y // UNIT, rect.right // UNIT, rect.bottom // UNIT
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                at = y * self.columns + x
                self._group[at] = number
                self._wall[at] |= (_ACROSS if y in (top, bottom) else 0) | (_DOWN if x in (left, right) else 0)

    def free(self, area: Rect, but: str) -> bool:
        """Whether no line but those of one bundle runs through an area."""
        for y in range(max(area.y // UNIT, 0), min(-(-area.bottom // UNIT), self.rows - 1) + 1):
            for x in range(max(area.x // UNIT, 0), min(-(-area.right // UNIT), self.columns - 1) + 1):
                used = self._used.get(y * self.columns + x)
                if used and any(bundle != but for bundle in used):
                    return False
        return True

    # -- one line ----------------------------------------------------------------------------------------------

    def route(self, source: str, target: str, bundle: str) -> tuple[Point, ...] | None:
        """The line from one box to another, in pixels, with its bends only; None where there is no way."""
        starts, ends = self._free_doors(source, bundle), dict(self._doors(target, bundle))
        goals: dict[int, list[tuple[int, Point, int]]] = {}
        for (at, way), (door, cost) in ends.items():
            goals.setdefault(at, []).append(((way + 2) % 4, door, cost))
        found = self._search(starts, goals, self._boxes[target], bundle, self._costs(source, target))
        if found is None:
            return None
        self._take(found, bundle)
        return corners([(x * UNIT, y * UNIT) for x, y in found])

    def _costs(self, source: str, target: str) -> list[int]:
        """Group → what one step costs inside: a little more in groups that neither end lies in."""
        own = [rect.holds(self._boxes[source]) or rect.holds(self._boxes[target]) for rect in self._groups]
        return [_STEP, *(_STEP if mine else _STEP + _FOREIGN for mine in own)]

    def _free_doors(self, box: str, bundle: str) -> dict[tuple[int, int], tuple[Point, int]]:
        """Doors of a box; where its bundle has one already, that one alone, so that the lines share their start."""
        doors = dict(self._doors(box, bundle))
        own = {key: door for key, door in doors.items() if self._ports.get(door[0]) == bundle}
        return own or doors

    def _doors(self, box: str, bundle: str) -> Iterator[tuple[tuple[int, int], tuple[Point, int]]]:
        """(grid point outside a side, way out) → (point on the side, cost of not being its middle)."""
        rect = self._boxes[box]
        left, top, right, bottom = rect.x // UNIT, rect.y // UNIT, rect.right // UNIT, rect.bottom // UNIT
        middle_x, middle_y = (left + right) // 2, (top + bottom) // 2
        badge = BADGE // UNIT if box in self._counted else 0
        sides = [((x, top), 3, abs(x - middle_x)) for x in range(left + 1, right - badge)]
        sides += [((x, bottom), 1, abs(x - middle_x)) for x in range(left + 1, right)]
        sides += [((left, y), 2, abs(y - middle_y)) for y in range(top + 1, bottom)]
        sides += [((right, y), 0, abs(y - middle_y)) for y in range(top + 1, bottom)]
        for (x, y), way, off in sides:
            outside = x + _STEPS[way][0], y + _STEPS[way][1]
            at = outside[1] * self.columns + outside[0]
            if self._ports.get((x, y), bundle) == bundle and self._inside(outside) and not self._blocked[at]:
                yield (at, way), ((x, y), off * _OFF_CENTRE)

    def _inside(self, point: Point) -> bool:
        return 0 <= point[0] < self.columns and 0 <= point[1] < self.rows

    def _search(
        self,
        starts: dict[tuple[int, int], tuple[Point, int]],
        goals: dict[int, list[tuple[int, Point, int]]],
        target: Rect,
        bundle: str,
        costs: list[int],
    ) -> list[Point] | None:
        columns = self.columns
        across, down = self._to_go(target)
        best: dict[int, int] = {}
        came: dict[int, int] = {}
        queue: list[tuple[int, int, int]] = []
        for (at, way), (_, cost) in starts.items():
            if not self._enterable(at, way, bundle):
                continue
            state = at * 4 + way
            best[state] = cost
            heapq.heappush(queue, (cost + across[at % columns] + down[at // columns], cost, state))
        final: tuple[int, int, Point] | None = None
        while queue:
            bound, cost, state = heapq.heappop(queue)
            if final is not None and bound >= final[0]:
                break
            if cost > best.get(state, cost):
                continue
            at, way = divmod(state, 4)
            for inwards, door, off in goals.get(at, ()):
                bends = inwards != way
                if (inwards - way) % 4 == 2 or (bends and (self._wall[at] or not self._bendable(at, bundle))):
                    continue
                whole = cost + off + (_BEND if bends else 0)
                if final is None or whole < final[0]:
                    final = (whole, state, door)
            for turn in (way, (way + 1) % 4, (way + 3) % 4):
                step = self._step(at, way, turn, bundle, costs)
                if step is None:
                    continue
                after, price = step
                reached = after * 4 + turn
                if cost + price < best.get(reached, 1 << 30):
                    best[reached] = cost + price
                    came[reached] = state
                    heapq.heappush(
                        queue, (cost + price + across[after % columns] + down[after // columns], cost + price, reached)
                    )
        return None if final is None else self._walked(final[1], final[2], came, starts)

    def _step(self, at: int, way: int, turn: int, bundle: str, costs: list[int]) -> tuple[int, int] | None:
        """The next point and its price, None where a line may not go."""
        if turn != way and (self._wall[at] or not self._bendable(at, bundle)):
            return None
        x, y = at % self.columns + _STEPS[turn][0], at // self.columns + _STEPS[turn][1]
        after = y * self.columns + x
        if not self._inside((x, y)) or self._blocked[after]:
            return None
        along = _DOWN if turn % 2 else _ACROSS
        if self._wall[at] & along and self._wall[after] & along:
            return None  # along the side of a group it would be read as that side
        if not self._enterable(after, turn, bundle):
            return None
        used = self._used.get(after)
        price = costs[self._group[after]]
        if used:
            price = _SHARED if bundle in used else price + _CROSSING * len(used)
        return after, price + (_BEND if turn != way else 0)

    def _bendable(self, at: int, bundle: str) -> bool:
        used = self._used.get(at)
        return not used or all(other == bundle for other in used)

    def _enterable(self, at: int, way: int, bundle: str) -> bool:
        """Whether a line may pass a point in this direction: others may only cross it straight."""
        if self._labelled.get(at, bundle) != bundle:
            return False
        used = self._used.get(at)
        if not used:
            return True
        across = _DOWN if way % 2 == 0 else _ACROSS
        return all(other == bundle or how == across for other, how in used.items())

    def _to_go(self, rect: Rect) -> tuple[list[int], list[int]]:
        """The least that is left to pay from each column, and from each row."""
        left, top, right, bottom = rect.x // UNIT, rect.y // UNIT, rect.right // UNIT, rect.bottom // UNIT
        return (
            [_STEP * max(left - x, 0, x - right) for x in range(self.columns)],
            [_STEP * max(top - y, 0, y - bottom) for y in range(self.rows)],
        )

    def _walked(
        self, state: int, door: Point, came: dict[int, int], starts: dict[tuple[int, int], tuple[Point, int]]
    ) -> list[Point]:
        path = [door]
        while True:
            at = state // 4
            path.append((at % self.columns, at // self.columns))
            if state not in came:
                break
            state = came[state]
        path.append(starts[divmod(state, 4)][0])
        return path[::-1]

    def _take(self, path: list[Point], bundle: str) -> None:
        self._ports[path[0]] = self._ports[path[-1]] = bundle
        for before, here, after in zip(path, path[1:], path[2:], strict=False):
            at = here[1] * self.columns + here[0]
            straight = before[0] == after[0] or before[1] == after[1]
            how = (_DOWN if before[0] == after[0] else _ACROSS) if straight else _BENT
            used = self._used.setdefault(at, {})
            used[bundle] = used.get(bundle, 0) | how


def corners(path: list[Point]) -> tuple[Point, ...]:
    """The ends of a way and the points where it turns."""
    kept = [path[0]]
    for before, here, after in zip(path, path[1:], path[2:], strict=False):
        if not (before[0] == here[0] == after[0] or before[1] == here[1] == after[1]):
            kept.append(here)
    return (*kept, path[-1])
