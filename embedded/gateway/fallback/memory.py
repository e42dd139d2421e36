"""What was told: records of resources, on disk in the cloud's home.

A record belongs to the fallback (it is all there is of the resource) or to an emulator (the memory only adds what the
emulator does not echo). Values keep the types of the service model, so times and bytes are marked in the JSON.
"""

from __future__ import annotations

import base64
import datetime
import json
import os
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum, unique
from pathlib import Path
from typing import Any

from embedded.gateway.fallback.naming import Role, lookup, own_role, related, role_of, singular
from embedded.gateway.fallback.plain import is_items, is_members

# Members that stand for whatever resource is meant.
_ANY_RESOURCE = frozenset({"identifier", "resource", "resourcearn", "resourceid", "resourcename"})


@unique
class Owner(StrEnum):
    """Who answers for a resource."""

    FALLBACK = "fallback"
    EMULATOR = "emulator"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a resource lives."""

    account: str
    region: str
    service: str


@dataclass(kw_only=True)
class Record:
    """One resource: `data` by member name, `tags` apart because every operation spells them differently."""

    place: Place
    noun: str
    owner: Owner
    data: dict[str, Any]
    tags: dict[str, str] = field(default_factory=dict[str, str])
    number: int = 0

    def own(self, role: Role) -> str | None:
        """The resource's own ARN, id or name."""
        named = ((own_role(name, self.noun), value) for name, value in self.data.items())
        return next((value for found, value in named if found is role and isinstance(value, str)), None)

    def first(self, members: Iterable[str]) -> str | None:
        """The first of some members that is a word."""
        return next((value for name in members if isinstance(value := self.data.get(name), str)), None)

    @property
    def identifiers(self) -> frozenset[str]:
        """Every value that may stand for this resource."""
        return frozenset(value for role in Role if (value := self.own(role)))

    def matches(self, asked: dict[str, Any]) -> bool:
        """Whether every identifier in `asked` (strings or lists of strings) allows this record.

        A member that the record has is compared to it; otherwise one that names this kind of resource is compared to
        all its identifiers. Identifiers of unrelated things are no reason to refuse, nor is a bare ``name`` that this
        kind does not have, as long as something else matches.
        """
        matched = unsure = False
        for name, value in asked.items():
            wanted = {value} if isinstance(value, str) else set(value)
            if not wanted:
                continue
            known = lookup(self.data, name)
            mine: set[str] = set()
            if known is not None and isinstance(self.data[known], str):
                mine.add(self.data[known])
            if own_role(name, self.noun) or singular(name).lower() in _ANY_RESOURCE:
                mine |= self.identifiers
            role = own_role(name, self.noun)
            if mine & wanted:
                matched = True
            elif role and known is None and self.own(role) is None:
                unsure = True
            elif mine:
                return False
        return matched or not unsure


def identifying(members: dict[str, Any]) -> dict[str, Any]:
    """The members that identify something: strings and lists of strings with a name, id or ARN suffix."""
    return {
        name: value
        for name, value in members.items()
        if role_of(name)
        and (isinstance(value, str) or (is_items(value) and all(isinstance(item, str) for item in value)))
    }


class Memory:
    """The table of records. Every change is stored at once; reads come from the copy in memory."""

    def __init__(self, path: Path) -> None:
        """Loads what `path` holds; the file is readable by its owner alone, because inputs may hold secrets."""
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.execute("pragma journal_mode=wal")
        self._database.execute("pragma synchronous=off")
        self._database.execute("create table if not exists records (number integer primary key, body text not null)")
        self._lock = threading.Lock()
        self._records: dict[int, Record] = {}
        for number, body in self._database.execute("select number, body from records order by number"):
            self._records[number] = _decode(number, json.loads(body))

    def find(self, place: Place, noun: str, asked: dict[str, Any] | None = None) -> list[Record]:
        """The records of a kind in a place that `asked` allows, oldest first; exact nouns hide related ones."""
        near = [
            record
            for record in self._records.values()
            if record.place == place and related(record.noun, noun) and record.matches(asked or {})
        ]
        return [record for record in near if record.noun.lower() == noun.lower()] or near

    @property
    def has_own(self) -> bool:
        """Whether any resource is the fallback's alone."""
        return any(record.owner is Owner.FALLBACK for record in self._records.values())

    def nouns(self, place: Place) -> set[str]:
        """The kinds of resources remembered in a place."""
        return {record.noun for record in self._records.values() if record.place == place}

    def identified(self, place: Place, identifier: str) -> Record | None:
        """The record that `identifier` (usually an ARN) stands for, whatever its kind."""
        for record in self._records.values():
            if record.place == place and identifier in record.identifiers:
                return record
        return None

    def keep(self, record: Record) -> Record:
        """Store a new or changed record."""
        body = json.dumps(_encode(record))
        with self._lock:
            if not record.number:
                record.number = self._database.execute("insert into records (body) values (?)", (body,)).lastrowid or 0
            else:
                self._database.execute("update records set body = ? where number = ?", (body, record.number))
            self._database.commit()
            self._records[record.number] = record
        return record

    def forget(self, records: Iterable[Record]) -> None:
        """Remove records."""
        with self._lock:
            for record in records:
                self._records.pop(record.number, None)
                self._database.execute("delete from records where number = ?", (record.number,))
            self._database.commit()

    def clear(self) -> None:
        """Remove everything."""
        self.forget(list(self._records.values()))

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _encode(record: Record) -> dict[str, Any]:
    place = record.place
    return {
        "place": [place.account, place.region, place.service],
        "noun": record.noun,
        "owner": record.owner.value,
        "tags": record.tags,
        "data": _plain(record.data),
    }


def _decode(number: int, body: dict[str, Any]) -> Record:
    account, region, service = body["place"]
    return Record(
        place=Place(account=account, region=region, service=service),
        noun=body["noun"],
        owner=Owner(body["owner"]),
        data=_typed(body["data"]),
        tags=body["tags"],
        number=number,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if is_members(value):
        return {str(key): _plain(item) for key, item in value.items()}
    if is_items(value):
        return [_plain(item) for item in value]
    return value


def _typed(value: Any) -> Any:
    if is_items(value):
        return [_typed(item) for item in value]
    if is_members(value):
        if set(value) == {"$time"}:
            return datetime.datetime.fromisoformat(value["$time"])
        if set(value) == {"$bytes"}:
            return base64.b64decode(value["$bytes"])
        return {key: _typed(item) for key, item in value.items()}
    return value
