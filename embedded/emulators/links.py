"""Which regions and zones are away, and how far replicas lag behind: what the emulators know of the world outside.

The gateway refuses the calls to a lost region by itself. Replication between regions has no calls: it happens inside
the emulator, which therefore reads the gateway's own list of faults, and a file of lags beside it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from contracts.recovery.actions import Store

FAULTS = "faults.json"
LAGS = "replication.json"
MINUTE = "minute"
"""Key in the file of lags: seconds that stand for a minute of metrics."""


TYPICAL = {Store.DATABASE: 0.5, Store.CACHE: 0.5, Store.TABLES: 0.8, Store.BUCKETS: 3.0}
"""Seconds from a write to its copy where nobody set them: of the size that AWS calls typical, and nothing more."""


@dataclass(frozen=True)
class Away:
    """Patterns of names: ``*`` and ``?`` are wildcards, as in faults."""

    regions: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()

    def region(self, name: str) -> bool:
        """Whether nobody outside reaches this region, and it reaches nobody."""
        return any(fnmatchcase(name, pattern) for pattern in self.regions)

    def zone(self, name: str) -> bool:
        """Whether this zone is down, alone or with its region."""
        return any(fnmatchcase(name, pattern) for pattern in self.zones)


@dataclass
class Links:
    """The links between regions, read from the files of `home` whenever they changed; without a home all are up."""

    home: Path | None = None
    clock: Callable[[], float] = time.time
    away: Away = field(default_factory=Away)
    _read: dict[str, int] = field(default_factory=dict[str, int])
    _lags: dict[Store, float] = field(default_factory=lambda: dict(TYPICAL))
    _minute: float = 60.0

    def change(self) -> tuple[float, Away] | None:
        """When what is away changed since this was last asked, and to what; `None` if it did not."""
        text, moment = self._news(FAULTS)
        if text is None:
            return None
        told = away(json.loads(text or "[]"))
        return None if told == self.away else (min(moment, self.clock()), told)

    def lag(self, store: Store) -> float:
        """Seconds from a write to its copy."""
        text, _ = self._news(LAGS)
        if text is not None:
            told: dict[str, float] = json.loads(text or "{}")
            self._minute = told.pop(MINUTE, 60.0)
            self._lags = TYPICAL | {Store(name): float(value) for name, value in told.items()}
        return self._lags[store]

    def minute(self) -> float:
        """Seconds that stand for a minute of metrics: 60, unless somebody is in a hurry."""
        self.lag(Store.DATABASE)
        return self._minute

    def _news(self, name: str) -> tuple[str | None, float]:
        """The content of a file that changed since it was read (empty when it is gone), and when it did."""
        if self.home is None:
            return None, 0.0
        try:
            found = (self.home / name).stat()
            stamp, moment = found.st_mtime_ns ^ found.st_ino, found.st_mtime
        except FileNotFoundError:
            stamp, moment = 0, self.clock()
        if self._read.get(name, 0) == stamp:
            return None, 0.0
        self._read[name] = stamp
        return ((self.home / name).read_text() if stamp else ""), moment


def away(faults: list[dict[str, Any]]) -> Away:
    """What a list of faults takes away as a whole: a fault of one service or one account is none of them."""
    whole = [row for row in faults if not row.get("service") and not row.get("action") and not row.get("account")]
    regions = {
        row["region"]
        for row in whole
        if row.get("region") and (row.get("error") or row.get("refuse")) and row.get("probability", 1.0) >= 1.0
    }
    return Away(frozenset(regions), frozenset(row["zone"] for row in whole if row.get("zone")))


def set_lags(home: Path, seconds: dict[Store, float], minute: float | None = None) -> dict[Store, float]:
    """Set the lag of some stores, in seconds; those left out keep theirs. Answers all of them.

    `minute` is how many seconds stand for a minute of metrics: alarms then follow sooner than on AWS.
    """
    path = home / LAGS
    known: dict[str, float] = json.loads(path.read_text()) if path.exists() else {}
    minute = known.pop(MINUTE, 60.0) if minute is None else minute
    known.pop(MINUTE, None)
    chosen = TYPICAL | {Store(name): value for name, value in known.items()} | seconds
    negative = [store.value for store, value in chosen.items() if value < 0]
    if negative:
        raise ValueError(f"{', '.join(negative)}: a lag is a number of seconds, 0 or more")
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps({MINUTE: minute} | {store.value: value for store, value in chosen.items()}))
    draft.replace(path)
    return chosen
