"""A small, steady load of orders through both regions: who was acknowledged, by which store, when."""

from __future__ import annotations

import itertools
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from console.dr.rehearsal.stores import Client, OrderStore


@dataclass(frozen=True)
class Order:
    """An order that a store has acknowledged."""

    id: str
    region: str
    """Region that it went through."""
    at: float
    """Seconds since the epoch."""


@dataclass
class Load:
    """Orders through every region to every store, one after the other; a customer who is refused tries elsewhere."""

    client: Client
    stores: Sequence[OrderStore]
    regions: Sequence[str]
    pause: float = 0.1
    """Seconds between two rounds of `steadily`."""
    acknowledged: defaultdict[str, list[Order]] = field(default_factory=lambda: defaultdict(list))
    """Store → its orders."""
    refused: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    placing: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    """When orders were placed all the time: from and to, in seconds since the epoch."""
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def round(self, count: int = 1) -> None:
        """So many orders through each region to each store."""
        for _ in range(count):
            for region, store in itertools.product(self.regions, self.stores):
                self._place(store, region, f"{region}-{next(self._numbers):06d}")

    def steadily(self) -> Steady:
        """Orders all the time, while the context lasts."""
        return Steady(self)

    def longest_stop(self, store: str) -> float:
        """The longest time in which orders were placed and a store acknowledged none."""
        times = [order.at for order in self.acknowledged[store]]
        gaps: list[float] = []
        for began, ended in self.placing:
            within = [began, *(moment for moment in times if began <= moment <= ended), ended]
            gaps += [after - before for before, after in itertools.pairwise(within)]
        return max(gaps, default=0.0)

    def _place(self, store: OrderStore, region: str, order: str) -> None:
        """Try the region, then the others, as a customer does who is led elsewhere; the order is the same one."""
        for tried in (region, *(other for other in self.regions if other != region)):
            try:
                store.write(self.client, tried, order)
            except (BotoCoreError, ClientError):
                self.refused[store.name] += 1
                continue
            self.acknowledged[store.name].append(Order(order, tried, time.time()))
            return


class Steady:
    """A thread that places orders; a context manager."""

    def __init__(self, load: Load) -> None:
        """Begins with the context."""
        self._load, self._stop, self._began = load, threading.Event(), 0.0
        self._thread = threading.Thread(target=self._work, daemon=True, name="orders")

    def __enter__(self) -> Steady:
        self._began = time.time()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._load.placing.append((self._began, time.time()))

    def _work(self) -> None:
        while not self._stop.wait(self._load.pause):
            self._load.round()
