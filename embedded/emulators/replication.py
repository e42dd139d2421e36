"""Copies of data in another region: late by a lag, and not at all while one of the two regions is away.

Nothing runs in the background. What is due is delivered when somebody next calls, in the order in which it would have
happened, so that a run with a fixed clock gives the same result every time.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from contracts.recovery.actions import Store
from embedded.emulators.links import Away, Links

R = TypeVar("R")
RESET = "/moto-api/reset"
"""Path of the call that empties moto."""


@dataclass(frozen=True)
class Change:
    """A write on its way: made at `at` in `source`; `deliver` makes it in `target`. `group` is what it belongs to."""

    store: Store
    group: str
    at: float
    source: str
    target: str
    deliver: Callable[[], object]


class Pump:
    """All replication of one emulator. Calls are serialised by `lock`, which every method takes."""

    def __init__(self, links: Links) -> None:
        """Begins with nothing on its way."""
        self.links = links
        self.lock = threading.RLock()
        self._on_their_way: defaultdict[tuple[Store, str, str, str], deque[Change]] = defaultdict(deque)
        self._listeners: list[Callable[[Away], None]] = []

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.links.clock()

    def listen(self, listener: Callable[[Away], None]) -> None:
        """Call `listener` with what is away from now on, each time that this changes."""
        self._listeners.append(listener)

    def reachable(self, one: str, other: str) -> bool:
        """Whether two regions reach one another."""
        away = self.links.away
        return one == other or not (away.region(one) or away.region(other))

    def send(self, change: Change) -> None:
        """Put a write on its way."""
        with self.lock:
            self._on_their_way[change.store, change.group, change.source, change.target].append(change)

    def settle(self) -> None:
        """Deliver what is due, and take notice of regions that went away or came back."""
        with self.lock:
            change = self.links.change()
            if change:
                moment, away = change
                self._deliver(moment)
                self.links.away = away
                for listener in self._listeners:
                    listener(away)
            self._deliver(self.now())

    def flush(self, store: Store, group: str) -> None:
        """Deliver everything of a group at once, in spite of its lag: what a switchover waits for."""
        with self.lock:
            for (kind, name, source, target), queue in self._on_their_way.items():
                if (kind, name) == (store, group) and self.reachable(source, target):
                    self._drain(queue, float("inf"))

    def drop(self, store: Store, group: str, target: str | None = None) -> int:
        """Forget what is on its way in a group, or to one of its regions, and say how many writes that were."""
        with self.lock:
            queues = [
                queue
                for (kind, name, _, end), queue in self._on_their_way.items()
                if (kind, name) == (store, group) and target in (None, end)
            ]
            dropped = sum(len(queue) for queue in queues)
            for queue in queues:
                queue.clear()
            return dropped

    def behind(self, store: Store, group: str, source: str, target: str) -> float:
        """Seconds that `target` lags behind `source`: the age of the oldest write that is still on its way."""
        with self.lock:
            queue = self._on_their_way.get((store, group, source, target))
            return max(0.0, self.now() - queue[0].at) if queue else 0.0

    def reset(self) -> None:
        """Forget everything on its way: the emulator is empty."""
        with self.lock:
            self._on_their_way.clear()

    def _deliver(self, until: float) -> None:
        for (store, _, source, target), queue in list(self._on_their_way.items()):
            if queue and self.reachable(source, target):
                self._drain(queue, until - self.links.lag(store))

    @staticmethod
    def _drain(queue: deque[Change], made_before: float) -> None:
        while queue and queue[0].at <= made_before:
            queue.popleft().deliver()


PUMP = Pump(Links())
"""Of this process; `attach` leads it to the files of a cloud."""


def attach(home: Path) -> None:
    """Read faults and lags from the files of `home`."""
    PUMP.links.home = home


def settled(application: Callable[[dict[str, Any], Any], R]) -> Callable[[dict[str, Any], Any], R]:
    """The WSGI application, with everything due delivered before each call; an empty emulator has nothing due."""

    @wraps(application)
    def call(environ: dict[str, Any], start_response: Any) -> R:
        if environ.get("PATH_INFO") == RESET:
            PUMP.reset()
        PUMP.settle()
        return application(environ, start_response)

    return call
