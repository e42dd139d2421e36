"""Filters on a packet's way, all of one shape: a list of entries, of which the first that matches decides.

Routes are such a list (longest prefix first), network ACLs are (by number), security groups are (in any order, for
they only allow). What is unknown is tried both ways: strictly, as if it let nothing through, and freely, as if it let
everything through. Where both agree the answer does not depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.reach.network import (
    ALL_PROTOCOLS,
    ICMP_TYPES,
    Acl,
    AclEntry,
    Group,
    GroupRule,
    Route,
    RouteTable,
    TransitRoute,
    Via,
)
from analysis.reach.spaces import EVERY_PORT, PORT, Box, Range, cut, everywhere


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a filter."""

    name: str
    limits: tuple[tuple[int, Range], ...]
    """What it matches: ranges of dimensions; none for everything."""
    allow: bool
    unknown: tuple[str, ...] = ()
    """With anything here it may match nothing, or anything within its limits."""

    def holds(self, point: tuple[int, ...]) -> bool:
        """Whether it matches a packet."""
        return all(low <= point[dimension] <= high for dimension, (low, high) in self.limits)


@dataclass(frozen=True, slots=True)
class Step:
    """One filter on a way."""

    where: str
    back: bool
    """Whether it judges the answer rather than the question."""
    entries: tuple[Entry, ...]
    missing: str
    """What to say of a packet that no entry matches."""

    @property
    def unknown(self) -> tuple[str, ...]:
        """Everything unknown in it."""
        return tuple(name for entry in self.entries for name in entry.unknown)

    def deciding(self, point: tuple[int, ...], *, free: bool) -> Entry | None:
        """The entry that decides about a packet."""
        return next((e for e in self.entries if _counts(e, free=free) and e.holds(point)), None)


def _counts(entry: Entry, *, free: bool) -> bool:
    return not entry.unknown or entry.allow == free


def passed(step: Step, boxes: Sequence[Box], *, free: bool) -> list[Box]:
    """What a filter lets through."""
    through: list[Box] = []
    left = list(boxes)
    for entry in step.entries:
        if not _counts(entry, free=free):
            continue
        rest: list[Box] = []
        for box in left:
            taken, others = cut(box, entry.limits)
            rest += others
            if taken is not None and entry.allow:
                through.append(taken)
        left = rest
        if not left:
            break
    return through


def walk(steps: Iterable[Step], boxes: Sequence[Box], *, free: bool) -> tuple[list[Box], Step | None]:
    """What passes all filters, and the first filter after which nothing is left."""
    left = list(boxes)
    for step in steps:
        left = passed(step, left, free=free)
        if not left:
            return [], step
    return left, None


def wall(where: str, reason: str, *, back: bool = False, unknown: tuple[str, ...] = ()) -> Step:
    """A filter that lets nothing through; or, where that is unknown, everything or nothing."""
    entries = (Entry(reason, (), allow=True, unknown=unknown),) if unknown else ()
    return Step(where, back, entries, reason)


# -- security groups -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end, as a security group's rule sees it."""

    groups: frozenset[str] = frozenset()
    """Its groups, where it is met by its private address."""
    service: str | None = None
    """The AWS service that it is, met by an address of its managed prefix list."""


@dataclass(frozen=True, slots=True)
class GroupRules:
    """One direction of a group, so that the rules for one peer are found without reading all of them."""

    group: Group
    by_group: Mapping[str, tuple[GroupRule, ...]]
    """Peer's group → rules that name it and nothing else."""
    others: tuple[GroupRule, ...]

    @staticmethod
    def of(group: Group, rules: Iterable[GroupRule]) -> GroupRules:
        """Sort the rules of a group."""
        by_group: dict[str, tuple[GroupRule, ...]] = {}
        others: list[GroupRule] = []
        for rule in rules:
            if len(rule.groups) == 1 and not (rule.blocks or rule.services or rule.unknown):
                (peer,) = rule.groups
                by_group[peer] = (*by_group.get(peer, ()), rule)
            else:
                others.append(rule)
        return GroupRules(group, by_group, tuple(others))

    def about(self, peer: Peer) -> Iterator[GroupRule]:
        """Rules that may be about a peer."""
        for key in sorted(peer.groups):
            yield from self.by_group.get(key, ())
        yield from self.others


def group_step(
    groups: Sequence[GroupRules], *, egress: bool, peer: Peer, protocol: str, version: int, address: int
) -> Step:
    """What the groups of an interface let out or in; ``address`` is the dimension of the other end's address."""
    direction = "egress" if egress else "ingress"
    entries: list[Entry] = []
    for rules in groups:
        for rule in rules.about(peer):
            entries += _of_rule(rule, peer, protocol, version, address)
        if unknown := rules.group.unknown:
            entries.append(Entry(f"{rules.group.name}, unknown", (), allow=True, unknown=unknown))
    held = ", ".join(rules.group.name for rules in groups) or "no security group"
    return Step(f"{direction} of {held}", False, tuple(entries), f"no {direction} rule of {held} lets it")


def _of_rule(rule: GroupRule, peer: Peer, protocol: str, version: int, address: int) -> Iterable[Entry]:
    if rule.protocol not in (None, ALL_PROTOCOLS, protocol):
        return
    ports = EVERY_PORT if rule.protocol == ALL_PROTOCOLS else rule.ports
    limit = ((PORT, ports),) if ports not in (EVERY_PORT, ICMP_TYPES) else ()
    unknown = rule.unknown
    if rule.protocol is None:
        yield Entry(rule.name, (), allow=True, unknown=unknown)
        return
    if rule.groups & peer.groups or (peer.service is not None and peer.service in rule.services):
        yield Entry(rule.name, limit, allow=True)
    for block in rule.blocks:
        if block.version == version:
            yield Entry(rule.name, ((address, block.range), *limit), allow=True)
    if unknown:
        yield Entry(rule.name, limit, allow=True, unknown=unknown)


# -- network ACLs ----------------------------------------------------------------------------------------------


def acl_step(acl: Acl, *, egress: bool, back: bool, protocol: str, version: int, address: int, port: int) -> Step:
    """What crosses the border of a subnet; ``address`` and ``port`` are the dimensions that the entries compare."""
    direction = "out" if egress else "in"
    entries = [
        found
        for entry in sorted(acl.egress if egress else acl.ingress, key=lambda entry: entry.number)
        if (found := _of_acl(acl, entry, protocol, version, address, port)) is not None
    ]
    if acl.unknown:
        entries.insert(0, Entry(f"{acl.name}, unknown", (), allow=False, unknown=acl.unknown))
        entries.append(Entry(f"{acl.name}, unknown", (), allow=True, unknown=acl.unknown))
    return Step(f"network ACL {acl.name}, {direction}", back, tuple(entries), f"no entry of {acl.name} ({direction})")


def _of_acl(acl: Acl, entry: AclEntry, protocol: str, version: int, address: int, port: int) -> Entry | None:
    if entry.protocol not in (None, ALL_PROTOCOLS, protocol):
        return None
    if entry.block is not None and entry.block.version != version:
        return None
    limits: list[tuple[int, Range]] = []
    if entry.block is not None and entry.block.range != everywhere(version):
        limits.append((address, entry.block.range))
    if entry.protocol is not None and entry.protocol != ALL_PROTOCOLS:
        limits.append((port, entry.ports))
    does = "allows" if entry.allow else "denies"
    return Entry(f"entry {entry.number} {does}", tuple(limits), entry.allow, entry.unknown)


# -- routes ----------------------------------------------------------------------------------------------------


def route_step(
    table: RouteTable, version: int, address: int, accepts: Callable[[Route], bool], *, back: bool, to: str
) -> Step:
    """The table sends a packet by a route that is accepted; of equal prefixes the VPC's own route wins."""
    routes = [route for route in table.routes if route.block is None or route.block.version == version]
    routes.sort(key=lambda route: (route.block is not None, -_prefix(route), route.via is not Via.LOCAL))
    entries: list[Entry] = []
    for route in routes:
        unknown = route.unknown
        allow = accepts(route)
        if route.via is Via.OPAQUE:
            allow, unknown = True, (*unknown, f"{route.name}: what it leads to does with packets")
        limits = ((address, route.block.range),) if route.block is not None else ()
        entries.append(Entry(f"{route.block or 'unknown'} → {route.name}", limits, allow, unknown))
    if table.unknown:
        entries.insert(0, Entry(f"{table.name}, unknown", (), allow=False, unknown=table.unknown))
        entries.append(Entry(f"{table.name}, unknown", (), allow=True, unknown=table.unknown))
    return Step(f"route table {table.name}", back, tuple(entries), f"{table.name} has no route to {to}")


def _prefix(route: Route | TransitRoute) -> int:
    return route.block.prefix if route.block is not None else 0


def transit_step(
    name: str, routes: Iterable[TransitRoute], version: int, address: int, attachment: str, *, back: bool, to: str
) -> Step:
    """A transit gateway's table sends a packet to one attachment. ``routes``: static ones before propagated ones."""
    chosen = [route for route in routes if route.block is None or route.block.version == version]
    chosen.sort(key=lambda route: (route.block is not None, -_prefix(route)))  # stable: static ones stay first
    entries = tuple(
        Entry(
            f"{route.block or 'unknown'} → {route.name}",
            ((address, route.block.range),) if route.block is not None else (),
            route.attachment == attachment,
            route.unknown,
        )
        for route in chosen
    )
    return Step(f"transit gateway table {name}", back, entries, f"{name} has no route to {to}")
