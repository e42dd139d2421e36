"""Which recovery points there are of a store: how often, where they lie, and who can delete them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from analysis.recovery.rhythm import DAY, longest_gap
from analysis.recovery.spans import Least, Span, Sum, Term, setting, unknown
from analysis.recovery.terms import published
from analysis.recovery.world import Place, World, items, number
from graph.values import MISSING, FrozenList, FrozenMap, Unknown, Value

_PLAN = "aws:backup/plan:Plan"
_SELECTION = "aws:backup/selection:Selection"
_VAULT = "aws:backup/vault:Vault"
_LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
_AUTOMATIC = "aws:efs/backupPolicy:BackupPolicy"
START_WINDOW_MINUTES = 480
"""What AWS Backup takes where no start window is given.
https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html"""
COMPLETION_WINDOW_MINUTES = 10_080
"""The same for the completion window: a week."""


@dataclass(frozen=True)
class Point:
    """The recovery points of one rule in one vault."""

    age: Span
    """How old the newest may be."""
    region: str
    """Region of the vault; empty where it is not known."""
    locked: bool
    """Whether nobody, no administrator either, can delete one before its time."""


class Backups:
    """What AWS Backup and the services' own schedules keep."""

    def __init__(self, world: World) -> None:
        """Read the plans of a world when they are asked for."""
        self._world = world
        self._known: dict[str, tuple[Point, ...]] = {}

    def of(self, store: Place) -> tuple[Point, ...]:
        """The recovery points of a store."""
        if store.node.urn not in self._known:
            self._known[store.node.urn] = self._found(store)
        return self._known[store.node.urn]

    def _found(self, store: Place) -> tuple[Point, ...]:
        found = [point for plan in self._plans_of(store) for point in self._points(plan)]
        for policy in self._world.of(_AUTOMATIC):
            if self._world.same(policy, "fileSystemId", store):
                found += self._automatic(policy)
        return tuple(found)

    def beyond(self, store: Place, region: str) -> Span | None:
        """The youngest point of a store outside a region; None where there is none."""
        return _youngest(point.age for point in self.of(store) if point.region and point.region != region)

    def nearby(self, store: Place) -> Span | None:
        """The youngest point of a store anywhere; None where there is none."""
        return _youngest(point.age for point in self.of(store))

    def locked(self, store: Place) -> Span | None:
        """The youngest point that no administrator can delete; None where there is none."""
        return _youngest(point.age for point in self.of(store) if point.locked)

    def _plans_of(self, store: Place) -> Iterator[Place]:
        for selection in self._world.of(_SELECTION):
            if selection.region == store.region and self._selects(selection, store):
                plan = self._world.target(selection, "planId", _PLAN)
                if plan is not None:
                    yield plan

    def _selects(self, selection: Place, store: Place) -> bool:
        resources = selection.value("resources")
        for item in resources if isinstance(resources, FrozenList) else ():
            named = item == "*" or self._world.pointed(selection.stack, item, (store.node.type,)) == store
            if named and self._tagged(selection, store):
                return True
        return False

    def _tagged(self, selection: Place, store: Place) -> bool:
        """Whether a store has the tags that a selection asks for; with none asked for, it has."""
        tags = store.graph.tags_all(store.node)
        return all(
            tags.get(str(wanted.get("key")).removeprefix("aws:ResourceTag/")) == wanted.get("value")
            for condition in items(selection.value("conditions"))
            for wanted in items(condition.get("stringEquals", MISSING))
        )

    def _points(self, plan: Place) -> Iterator[Point]:
        for index, rule in enumerate(items(plan.value("rules"))):
            source = plan.source(f"rules[{index}]")
            age = self._age(rule, source)
            yield self._point(plan, age, rule.get("targetVaultName"))
            for copy in items(rule.get("copyActions", MISSING)):
                yield self._point(plan, Sum(age, published("backup-copy")), copy.get("destinationVaultArn"))

    def _age(self, rule: FrozenMap, source: str) -> Term:
        what = f"age of the newest recovery point ({rule.get('ruleName', 'rule')})"
        if rule.get("enableContinuousBackup") is True:
            return published("database-log-lag")
        schedule = rule.get("schedule")
        gap = longest_gap(schedule) if isinstance(schedule, str) else None
        start = number(rule.get("startWindow", MISSING), START_WINDOW_MINUTES)
        completion = number(rule.get("completionWindow", MISSING), COMPLETION_WINDOW_MINUTES)
        if gap is None or start is None or completion is None:
            return unknown(what, f"{source}: its schedule or windows cannot be read before deployment", source)
        return setting(
            "backup-age",
            what,
            0,
            gap / 2,
            gap + (start + completion) * 60,
            source,
            advice="back up more often, with shorter windows, or continuously",
        )

    def _point(self, plan: Place, age: Span, vault: Value) -> Point:
        if isinstance(vault, str) and vault.startswith("arn:"):
            region, name = vault.split(":")[3], vault.rsplit(":", 1)[-1]
            return Point(age, region, self._is_locked(name, region))
        if isinstance(vault, str):
            return Point(age, plan.region, self._is_locked(vault, plan.region))
        found = self._world.pointed(plan.stack, vault, (_VAULT,)) if isinstance(vault, Unknown) else None
        if found is None:
            return Point(age, "", locked=False)
        return Point(age, found.region, self._is_locked(str(found.value("name")), found.region))

    def _is_locked(self, name: str, region: str) -> bool:
        return (name, region) in self._locked_for_good

    @cached_property
    def _locked_for_good(self) -> frozenset[tuple[str, str]]:
        """Vaults with a compliance lock. Governance keeps nobody out who may administer Backup."""
        found: set[tuple[str, str]] = set()
        for lock in self._world.of(_LOCK):
            vault = self._world.target(lock, "backupVaultName", _VAULT)
            name = vault.value("name") if vault is not None else lock.value("backupVaultName")
            if isinstance(name, str) and number(lock.value("changeableForDays")) is not None:
                found.add((name, lock.region))
        return frozenset(found)

    def _automatic(self, policy: Place) -> Iterator[Point]:
        if policy.value("backupPolicy.status") == "ENABLED":
            age = setting(
                "backup-age",
                "age of the newest automatic backup of EFS, made daily",
                0,
                DAY / 2,
                DAY + (START_WINDOW_MINUTES + COMPLETION_WINDOW_MINUTES) * 60,
                policy.source("backupPolicy.status"),
                advice="add the file system to a backup plan that runs more often",
            )
            yield Point(age, policy.region, locked=False)


def _youngest(ages: Iterator[Span]) -> Span | None:
    """The one that loses least."""
    found = tuple(dict.fromkeys(ages))
    if len(found) > 1:
        return Least(*found)
    return next(iter(found), None)
