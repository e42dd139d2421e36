"""Can A reach B: the ways between them, walked by whole sets of packets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

from analysis.reach.answers import Answer, Blocked, Hop, Partly, Reachable, Undecided, Wall, packet
from analysis.reach.filters import Step, walk
from analysis.reach.network import EPHEMERAL, Network
from analysis.reach.spaces import (
    DST,
    FROM_PORT,
    NAT_PORT,
    PORT,
    SRC,
    Box,
    Range,
    corner,
    merged,
    projection,
    told,
    width,
    without,
)
from analysis.reach.spots import Spot, Way
from analysis.reach.ways import Ways, taken

TOLERATED = 1000
"""One source port in so many may be without an answer: the client tries again from another. CIS 5.1 makes NACLs lose
port 3389, one in 64,512."""
ECHO_REQUEST, ECHO_REPLY = {"icmp": 8, "icmpv6": 128}, {"icmp": 0, "icmpv6": 129}
VERSIONS = (4, 6)
Spots = tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """An end of a question: every spot where it may be."""

    name: str
    spots: Spots
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Passing:
    """Which packets pass, between two spots and over all ways."""

    asked: tuple[Box, ...]
    surely: tuple[Box, ...]
    perhaps: tuple[Box, ...]


@dataclass
class Evaluator:
    """Answers questions about one network; what it has worked out once it keeps."""

    network: Network
    _ways: dict[tuple[Spot, Spot, str, int], tuple[Way, ...]] = field(
        default_factory=dict[tuple[Spot, Spot, str, int], tuple[Way, ...]]
    )
    _answers: dict[tuple[Spots, Spots, str, Range], Answer] = field(
        default_factory=dict[tuple[Spots, Spots, str, Range], Answer]
    )
    _by_kind: dict[tuple[str, int], Ways] = field(default_factory=dict[tuple[str, int], Ways])

    def ask(self, source: Place, target: Place, port: int | Range | None = None, protocol: str = "tcp") -> Answer:
        """Whether one reaches the other: on a port, on all ports of a range, or with ICMP by echo.

        Reachable means from everywhere where the source may be to everywhere where the target may be, by IPv4 or else
        by IPv6, and back; blocked means from nowhere to nowhere by neither.
        """
        unknown = (*self.network.loose, *source.unknown, *target.unknown)
        if unknown:
            return Undecided(tuple(sorted(set(unknown))))
        key = (source.spots, target.spots, protocol, _ports(protocol, port))
        if key not in self._answers:
            self._answers[key] = self._answer(*key)
        return self._answers[key]

    def _answer(self, sources: Spots, targets: Spots, protocol: str, ports: Range) -> Answer:
        answers: list[Answer] = []
        for version in VERSIONS:
            pairs = self._pairs(sources, targets, version)
            if pairs:
                found: list[Answer] = []
                shown: Reachable | None = None  # one path is shown, of all that are open
                for one, other in pairs:
                    found.append(self._between(one, other, version, protocol, ports, shown))
                    shown = shown or next((a for a in found if isinstance(a, Reachable)), None)
                answers.append(_together(found))
        if not answers:
            return Blocked(Wall("addresses", "the two have no IP version in common, or are both outside"), None)
        order = (Reachable, Partly, Undecided, Blocked)
        return min(answers, key=lambda answer: order.index(type(answer)))

    def open_ports(self, source: Place, target: Place, protocol: str = "tcp") -> tuple[tuple[Range, ...], bool]:
        """Ports on which anything of one may reach anything of the other, and whether that is sure.

        Not sure, and then the ports are an upper bound, where it depends on what is unknown.
        """
        if self.network.loose or source.unknown or target.unknown:
            return (_ports(protocol, (0, 65535)),), False
        perhaps: list[Range] = []
        surely: list[Range] = []
        for version in VERSIONS:
            ways = self._ways_of(protocol, version)
            for one, other in self._pairs(source.spots, target.spots, version):
                if ways.shut(one, other):
                    continue
                passing = self.passing(one, other, version, protocol, _ports(protocol, (0, 65535)))
                perhaps += projection(passing.perhaps, PORT)
                surely += projection(passing.surely, PORT)
        return merged(perhaps), merged(perhaps) == merged(surely)

    def _pairs(self, sources: Spots, targets: Spots, version: int) -> list[tuple[Spot, Spot]]:
        """Pairs that can speak one IP version; an AWS service is where its interface endpoints are, if it has any."""
        found: list[tuple[Spot, Spot]] = []
        for one, other in _pairs(sources, targets, version):
            own = taken(self.network, one, other)
            found += [(one, spot) for spot in own if version in spot.versions] if own else [(one, other)]
        return found

    # -- two spots ---------------------------------------------------------------------------------------------

    def ways(self, source: Spot, target: Spot, protocol: str, version: int) -> tuple[Way, ...]:
        """Every way between two spots."""
        key = (source, target, protocol, version)
        if key not in self._ways:
            self._ways[key] = tuple(self._ways_of(protocol, version).between(source, target))
        return self._ways[key]

    def _ways_of(self, protocol: str, version: int) -> Ways:
        kind = (protocol, version)
        if kind not in self._by_kind:
            self._by_kind[kind] = Ways(self.network, _on_wire(protocol, version), version)
        return self._by_kind[kind]

    def passing(self, source: Spot, target: Spot, version: int, protocol: str, ports: Range) -> _Passing:
        """The packets that pass, exactly: surely, and at most."""
        asked = _asked(source, target, version, protocol, ports)
        surely: list[Box] = []
        perhaps: list[Box] = []
        for way in self.ways(source, target, protocol, version):
            sure, _ = walk(way.steps, asked, free=False)
            surely += without(sure, surely)
            if any(step.unknown for step in way.steps):
                maybe, _ = walk(way.steps, asked, free=True)
                perhaps += without(maybe, perhaps)
            else:
                perhaps += without(sure, perhaps)
        return _Passing(tuple(asked), tuple(surely), tuple(perhaps))

    def _between(
        self, source: Spot, target: Spot, version: int, protocol: str, ports: Range, shown: Reachable | None
    ) -> Answer:
        ways = self.ways(source, target, protocol, version)
        passing = self.passing(source, target, version, protocol, ports)
        if not passing.perhaps:
            return _blocked(ways, passing.asked)
        missing = without(passing.asked, passing.surely)
        note = _negligible(passing.asked, missing)
        if note is not None and shown is not None and note == shown.note:
            return shown
        if note is not None:
            return self._reachable(ways, passing.surely, version, protocol, note)
        if without(passing.perhaps, passing.surely):
            names = sorted({name for way in ways for step in way.steps for name in step.unknown})
            return Undecided(tuple(names))
        return self._partly(source, target, version, protocol, ways, passing, missing)

    def _partly(
        self,
        source: Spot,
        target: Spot,
        version: int,
        protocol: str,
        ways: Sequence[Way],
        passing: _Passing,
        missing: Sequence[Box],
    ) -> Answer:
        for dimension, spot in ((SRC, source), (DST, target)):
            one_of = spot.subnet is not None or spot.service is not None
            if one_of and projection(passing.surely, dimension) != projection(passing.asked, dimension):
                where = spot.subnet.name if spot.subnet is not None else "AWS"
                return Undecided((f"the address of something in {where}",))
        opened = self._reachable(ways, passing.surely, version, protocol, "")
        shut = _blocked(ways, missing)
        return Partly(_difference(passing, version), opened, shut)

    def _reachable(
        self, ways: Sequence[Way], boxes: Sequence[Box], version: int, protocol: str, note: str
    ) -> Reachable:
        point = corner(boxes[0])
        for way in ways:
            path: list[Hop] = []
            for step in way.steps:
                entry = step.deciding(point, free=False)
                if entry is None or not entry.allow:
                    break
                path.append(Hop(step.where, entry.name, step.back))
            else:
                return Reachable(tuple(path), packet(_on_wire(protocol, version), version, point), note)
        raise AssertionError("a packet that passes has a way")


def _pairs(sources: Spots, targets: Spots, version: int) -> list[tuple[Spot, Spot]]:
    """Pairs that can speak one IP version; two places outside are not this network's."""
    ones = [one for one in sources if version in one.versions]
    others = [other for other in targets if version in other.versions]
    return [(one, other) for one, other in product(ones, others) if one.subnet or other.subnet]


def _on_wire(protocol: str, version: int) -> str:
    return "icmpv6" if protocol == "icmp" and version == 6 else protocol


def _ports(protocol: str, port: int | Range | None) -> Range:
    if protocol.startswith("icmp") or port is None:
        return (0, 65535)
    return (port, port) if isinstance(port, int) else port


def _asked(source: Spot, target: Spot, version: int, protocol: str, ports: Range) -> list[Box]:
    wire = _on_wire(protocol, version)
    nat_ports = EPHEMERAL
    from_ports = source.source_ports
    if wire in ECHO_REQUEST:
        ports = (ECHO_REQUEST[wire], ECHO_REQUEST[wire])
        from_ports = nat_ports = (ECHO_REPLY[wire], ECHO_REPLY[wire])
    return [
        (one, other, ports, from_ports, nat_ports)
        for one, other in product(source.ranges(version), target.ranges(version))
    ]


def _negligible(asked: Iterable[Box], missing: Sequence[Box]) -> str | None:
    """A note about what is missing if it is as good as nothing, else None."""
    lost: list[Range] = []
    whole = next(iter(asked))
    for box in missing:
        narrow = [d for d in (FROM_PORT, NAT_PORT) if box[d] != whole[d]]
        smallest = min(narrow, key=lambda dimension: width(box[dimension]), default=None)
        if smallest is None or width(box[smallest]) * TOLERATED > width(whole[smallest]):
            return None
        lost.append(box[smallest])
    if not lost:
        return ""
    ports = merged(lost)
    if sum(map(width, ports)) * TOLERATED > width(EPHEMERAL):
        return None
    return f"no answer to source port {told(ports)}"


def _blocked(ways: Sequence[Way], boxes: Sequence[Box]) -> Blocked:
    """The first wall of each direction; of several ways that which comes furthest."""
    best: tuple[int, Blocked] | None = None
    for way in ways:
        ahead = [step for step in way.steps if not step.back]
        behind = [step for step in way.steps if step.back]
        _, first = walk(ahead, boxes, free=True)
        _, second = walk(behind, boxes, free=True)
        if first is None and second is None:  # each direction has packets, but none has both
            left, _ = walk(ahead, boxes, free=True)
            _, second = walk(behind, left, free=True)
        blocked = Blocked(_wall(first, boxes), _wall(second, boxes))
        depth = way.steps.index(first) if first is not None else len(way.steps)
        if best is None or depth > best[0]:
            best = (depth, blocked)
    return best[1] if best is not None else Blocked(Wall("network", "there is no way"), None)


def _wall(step: Step | None, boxes: Sequence[Box]) -> Wall | None:
    if step is None:
        return None
    entry = step.deciding(corner(boxes[0]), free=True)
    return Wall(step.where, entry.name if entry is not None and not entry.allow else step.missing)


def _difference(passing: _Passing, version: int) -> str:
    for dimension, what in ((PORT, "ports"), (FROM_PORT, "source ports"), (NAT_PORT, "source ports of NAT")):
        found = projection(passing.surely, dimension)
        if found != projection(passing.asked, dimension):
            return f"only {what} {told(found)}"
    for dimension, what in ((SRC, "source"), (DST, "target")):
        if projection(passing.surely, dimension) != projection(passing.asked, dimension):
            return f"only some addresses of the {what} (IPv{version})"
    return "some combinations of addresses and ports"


def _together(found: Sequence[Answer]) -> Answer:
    """One answer about all subnets of both ends."""
    kinds = {type(answer) for answer in found}
    if len(kinds) == 1 and kinds != {Undecided}:
        return found[0]
    if Undecided in kinds:
        return Undecided(tuple(sorted({n for a in found if isinstance(a, Undecided) for n in a.properties})))
    if (partly := next((a for a in found if isinstance(a, Partly)), None)) is not None:
        return partly
    opened = next(answer for answer in found if isinstance(answer, Reachable))
    shut = next(answer for answer in found if isinstance(answer, Blocked))
    return Partly("only between some subnets", opened, shut)
