"""Which ports a rule of a security group or a network ACL speaks of, however it is written."""

from __future__ import annotations

from dataclasses import dataclass

from policies.readings import Reading
from policies.verdicts import Undecided

EVERY = ("-1", "all")
WITH_PORTS = ("tcp", "6", "udp", "17")
ICMP = ("icmp", "1", "icmpv6", "58")
LAST = 65535


@dataclass(frozen=True, slots=True)
class Ports:
    """A range of ports, both ends included; of a protocol without ports there is none."""

    protocol: str
    first: int = 0
    last: int = LAST

    @property
    def none(self) -> bool:
        """Whether the protocol has no ports: ICMP, ESP and the like."""
        return self.protocol not in (*EVERY, *WITH_PORTS)

    @property
    def icmp(self) -> bool:
        """Whether it is ICMP of either IP version."""
        return self.protocol in ICMP

    def within(self, *wanted: int) -> tuple[int, ...]:
        """Those of some ports that are in the range."""
        return () if self.none else tuple(port for port in wanted if self.first <= port <= self.last)

    def only(self, *allowed: int) -> bool:
        """Whether the range has no port beside some."""
        return not self.none and len(self.within(*allowed)) == self.last - self.first + 1

    def __str__(self) -> str:
        if self.none:
            return f"protocol {self.protocol}"
        if (self.first, self.last) == (0, LAST):
            return "every port"
        return f"port {self.first}" if self.first == self.last else f"ports {self.first}-{self.last}"


def read_ports(protocol: Reading, first: Reading, last: Reading) -> Ports | Undecided:
    """The ports of a rule; a protocol without a usable range means every port, as it does for AWS.

    Numbers may be text, and protocols their numbers. `-1` ignores what is written as ports.
    """
    if not protocol.known:
        return protocol.undecided()
    name = "-1" if protocol.missing else str(protocol.value).lower()
    if name not in WITH_PORTS:
        return Ports(name)
    for end in (first, last):
        if not end.known:
            return end.undecided()
    start, stop = _number(first), _number(last)
    return Ports(name) if start is None or stop is None else Ports(name, start, stop)


def _number(reading: Reading) -> int | None:
    try:
        number = int(float(str(reading.value)))
    except ValueError:
        return None
    return number if 0 <= number <= LAST else None
