"""What each environment must reach, in one table.

The field `environment` chooses the row; nothing else in the program asks for its name. prod and staging: 002 (three
zones, multi-AZ), 003 (35-day backups), 004 (a production mirror). dev and on-demand environments hold no real data
and may be as small as they like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import BaseModel

from contracts.settings.base import DeploymentStrategy, NatMode
from contracts.settings.rules.engine import Finding, Path, rule

ALL = "*"
"""In a path: every entry of a mapping."""


@dataclass(frozen=True)
class Floor:
    """The least that one setting must be."""

    path: Path
    """From the section; `*` stands for every entry."""
    holds: Callable[[Any], bool]
    """Whether a value is enough."""
    allowed: str
    """The floor in words."""


def _is(wanted: object) -> Callable[[Any], bool]:
    return lambda value: value == wanted


def _at_least(number: int) -> Callable[[Any], bool]:
    return lambda value: value >= number


def _zones(number: int) -> Callable[[Any], bool]:
    return lambda value: len(value) >= number


def _must_be(path: tuple[str, ...], wanted: bool) -> Floor:
    return Floor(path, _is(wanted), str(wanted).lower())


_MIRROR: tuple[Floor, ...] = (
    Floor(("network", "availability_zones"), _zones(3), "at least 3 zones"),
    Floor(("network", "workload_zones"), _zones(3), "at least 3 zones"),
    Floor(("network", "nat"), lambda value: value is not NatMode.NONE, "per-zone, single or central"),
    Floor(
        ("ecs", "deployment"),
        lambda value: value is not DeploymentStrategy.ROLLING,
        "blue-green or canary, which roll back by themselves",
    ),
    Floor(("database", "backup_retention_days"), _at_least(30), "at least 30 days"),
    Floor(("aurora", "backup_retention_days"), _at_least(30), "at least 30 days"),
    Floor(("aurora", "readers"), _at_least(1), "at least 1, in another zone than the writer"),
    Floor(("dax", "nodes"), _at_least(3), "at least 3 nodes, one in each zone"),
    Floor(("cache", "replicas_per_shard"), _at_least(1), "at least 1, for failover to another zone"),
    Floor(("tables", ALL, "point_in_time_recovery"), _is(True), "true"),
    _must_be(("storage", "backups", "versioning"), True),
    Floor(("secrets", "recovery_window_days"), _at_least(7), "7 to 30 days"),
    _must_be(("database", "multi_az"), True),
)
"""A mirror of production."""

_PROD: tuple[Floor, ...] = (
    *(floor for floor in _MIRROR if floor.path[-1] != "backup_retention_days" and floor.path != ("network", "nat")),
    Floor(("database", "backup_retention_days"), _at_least(35), "35 days"),
    Floor(("aurora", "backup_retention_days"), _at_least(35), "35 days"),
    Floor(("network", "nat"), _is(NatMode.PER_ZONE), "per-zone: one zone's loss must not cut off the others"),
    Floor(("ecs", "scaling", "minimum"), _at_least(2), "at least 2 tasks (004)"),
    Floor(
        ("ecs", "spot_percent"), lambda value: value <= 50, "at most 50: Fargate may take spot tasks away at any time"
    ),
    _must_be(("protection", "protect"), True),
    _must_be(("protection", "deletion_protection"), True),
    _must_be(("protection", "final_snapshot"), True),
    _must_be(("protection", "force_destroy"), False),
    _must_be(("edge", "access_logs"), True),
    _must_be(("edge", "web_acl"), True),
)

FLOORS: dict[str, tuple[Floor, ...]] = {"prod": _PROD, "staging": _MIRROR, "dev": (), "env": ()}
"""Environment → its floors; `env` is every on-demand environment."""


def floors(environment: str) -> tuple[Floor, ...]:
    """The floors of an environment."""
    return FLOORS["env"] if environment.startswith("env-") else FLOORS.get(environment, ())


def _check(environment: str, sections: Mapping[str, Any]) -> Iterator[Finding]:
    for floor in floors(environment):
        for path, value in values_at(floor.path, sections):
            if not floor.holds(value):
                yield Finding(
                    path,
                    value,
                    f"{floor.allowed}, in {environment}",
                    f"change it, or choose another environment: whoever relies on {environment} relies on this",
                )


def _check_section(name: str, environment: str, section: object) -> Iterator[Finding]:
    yield from _check(environment, {name: section})


def values_at(path: Path, sections: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Every value that a path with `*` stands for; nothing where a section is absent."""
    found: list[tuple[Path, Any]] = [((), sections)]
    for part in path:
        nexts: list[tuple[Path, Any]] = []
        for where, holder in found:
            if holder is None:
                continue
            if isinstance(holder, BaseModel):
                nexts.append(((*where, part), getattr(holder, str(part))))
            elif part == ALL:
                nexts += [((*where, key), value) for key, value in holder.items()]
            elif part in holder:
                nexts.append(((*where, part), holder[part]))
        found = nexts
    yield from found


def _register() -> None:
    """One rule a section, so that a mistake in one hides nothing in another."""
    sections = {str(floor.path[0]) for table in FLOORS.values() for floor in table}
    for section in sorted(sections):
        rule("environment", section)(partial(_check_section, section))


_register()
