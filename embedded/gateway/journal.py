"""The journal: one row for every call, never a body, a secret or a header value."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from enum import StrEnum, unique
from pathlib import Path
from typing import Any


@unique
class Answerer(StrEnum):
    """Who answered a call."""

    MOTO = "moto"
    MINISTACK = "ministack"
    FALLBACK = "fallback"  # no emulator knew the call: answered from the service model
    FAULT = "fault"  # failed on purpose
    GATEWAY = "gateway"  # the gateway itself could not pass the call on


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: `time` in seconds since the epoch, `duration` in milliseconds as the caller felt it.

    `filled` says that the fallback memory added members which the emulator had accepted and not echoed.
    """

    time: float
    account: str
    region: str
    service: str
    action: str
    status: int
    duration: float
    route: str
    request_id: str
    filled: bool = False


_COLUMNS = tuple(field.name for field in fields(Call))
_CREATE = """
create table if not exists calls (
  time real not null, account text not null, region text not null, service text not null, action text not null,
  status integer not null, duration real not null, route text not null, request_id text not null,
  filled integer not null
);
create index if not exists calls_by_time on calls (time);
"""


class Journal:
    """Append-only table of calls. Writes are collected and stored in batches: `flush` runs off the event loop."""

    def __init__(self, path: Path) -> None:
        """Opens (and makes) the file in write-ahead mode, so that readers never block the gateway."""
        self._waiting: list[Call] = []
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.execute("pragma journal_mode=wal")
        self._database.execute(
            "pragma synchronous=off"
        )  # a crash of the machine may lose rows, never the gateway's time
        self._database.executescript(_CREATE)

    def add(self, call: Call) -> None:
        """Note a call; it is on disk after the next `flush`."""
        self._waiting.append(call)

    def flush(self) -> None:
        """Store what is waiting; safe from any thread."""
        with self._lock:
            batch, self._waiting = self._waiting, []
            if batch:
                marks = ", ".join("?" * len(_COLUMNS))
                rows = [tuple(asdict(call).values()) for call in batch]
                self._database.executemany(f"insert into calls ({', '.join(_COLUMNS)}) values ({marks})", rows)
                self._database.commit()

    def counts(self) -> dict[str, Any]:
        """Totals for the status: calls, errors, calls by route, fallback and filled answers by service and action."""
        self.flush()
        with self._lock:
            return count(self._database)

    def clear(self) -> None:
        """Forget every call."""
        with self._lock:
            self._waiting = []
            self._database.execute("delete from calls")
            self._database.commit()

    def close(self) -> None:
        """Store what is waiting and close the file."""
        self.flush()
        self._database.close()


def count(database: sqlite3.Connection) -> dict[str, Any]:
    """See `Journal.counts`."""
    total, errors = database.execute("select count(*), coalesce(sum(status >= 400), 0) from calls").fetchone()
    grouped = "select service || ':' || action, count(*) from calls where {} group by 1 order by 1"
    return {
        "calls": total,
        "errors": errors,
        "by_route": dict(database.execute("select route, count(*) from calls group by 1 order by 1").fetchall()),
        "fallback": dict(database.execute(grouped.format("route = 'fallback'")).fetchall()),
        "filled": dict(database.execute(grouped.format("filled = 1")).fetchall()),
    }


def read(
    path: Path,
    *,
    account: str | None = None,
    region: str | None = None,
    service: str | None = None,
    action: str | None = None,
    route: str | None = None,
    since: float | None = None,
    errors: bool = False,
    limit: int = 1000,
) -> list[Call]:
    """The newest `limit` calls that match, oldest first; ``*`` in a selector is a wildcard.

    `since` is in seconds since the epoch. An absent journal reads as an empty one.
    """
    if not path.exists():
        return []
    wanted = {"account": account, "region": region, "service": service, "action": action, "route": route}
    clauses = [f"{name} glob ?" for name, value in wanted.items() if value is not None]
    values: list[Any] = [value for value in wanted.values() if value is not None]
    if since is not None:
        clauses.append("time >= ?")
        values.append(since)
    if errors:
        clauses.append("status >= 400")
    where = f"where {' and '.join(clauses)}" if clauses else ""
    query = f"select {', '.join(_COLUMNS)} from calls {where} order by rowid desc limit ?"
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return list(reversed(_calls(database.execute(query, (*values, limit)))))
    finally:
        database.close()


def _calls(rows: Iterable[tuple[Any, ...]]) -> list[Call]:
    return [Call(**dict(zip(_COLUMNS[:-1], row[:-1], strict=True)), filled=bool(row[-1])) for row in rows]


def seconds_ago(text: str, now: float | None = None) -> float:
    """The moment that ``90s``, ``10m``, ``2h`` or ``1d`` ago names, in seconds since the epoch."""
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    unit = units.get(text[-1:], 0)
    if not unit or not text[:-1].isdigit():
        raise ValueError(f"{text!r} is not a time span; write a number and s, m, h or d, for example 10m")
    return (time.time() if now is None else now) - int(text[:-1]) * unit
