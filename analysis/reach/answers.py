"""What can be said to the question whether something reaches something."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Hop:
    """One filter on the way, and the rule that lets the packet through."""

    where: str
    rule: str
    back: bool = False
    """Whether it is on the answer's way."""

    def __str__(self) -> str:
        return f"{'←' if self.back else '→'} {self.where}: {self.rule}"


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet that gets through (or does not), as an example."""

    protocol: str
    source: str
    target: str
    from_port: int
    port: int

    def __str__(self) -> str:
        if self.protocol.startswith("icmp"):
            return f"{self.protocol} type {self.port} {self.source} → {self.target}"
        return f"{self.protocol} {_with_port(self.source, self.from_port)} → {_with_port(self.target, self.port)}"


def _with_port(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def packet(protocol: str, version: int, point: tuple[int, ...]) -> Packet:
    """The packet at a point of the space of packets."""
    kind = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
    return Packet(protocol, str(kind(point[0])), str(kind(point[1])), point[3], point[2])


@dataclass(frozen=True, slots=True)
class Reachable:
    """Every packet of the question gets there, and its answer back; the path is that of one example."""

    path: tuple[Hop, ...]
    example: Packet
    note: str = ""
    """What is lost although it is as good as nothing, such as one port in 64,512."""


@dataclass(frozen=True, slots=True)
class Wall:
    """Where a packet ends."""

    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


@dataclass(frozen=True, slots=True)
class Blocked:
    """No packet gets there and its answer back. At least one of the two directions has a wall."""

    forward: Wall | None
    back: Wall | None
    """Where the answer would end, asked on its own; None where only the question has a wall."""


@dataclass(frozen=True, slots=True)
class Partly:
    """Some packets get through and others do not."""

    what: str
    """The difference: which sources, targets, ports or subnets."""
    open: Reachable
    shut: Blocked


@dataclass(frozen=True, slots=True)
class Undecided:
    """The answer depends on values that are known after deployment only: neither reachable nor blocked."""

    properties: tuple[str, ...]


Answer: TypeAlias = Reachable | Blocked | Partly | Undecided


def word(answer: Answer) -> str:
    """One word for an answer."""
    return {Reachable: "reachable", Blocked: "blocked", Partly: "partly", Undecided: "unknown"}[type(answer)]


def lines(answer: Answer) -> Iterator[str]:
    """An answer for people."""
    match answer:
        case Reachable(path, example, note):
            yield f"reachable, for example {example}{f' ({note})' if note else ''}"
            yield from (f"  {hop}" for hop in path)
        case Blocked(forward, back):
            yield "blocked"
            if forward is not None:
                yield f"  → {forward}"
            if back is not None:
                yield f"  ← {back}"
        case Partly(what, opened, shut):
            yield f"partly: {what}"
            yield from (f"  {line}" for line in (*lines(opened), *lines(shut)))
        case Undecided(properties):
            yield "unknown; it depends on"
            yield from (f"  {name}" for name in properties)
