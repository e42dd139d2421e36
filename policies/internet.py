"""Whether addresses are, taken together, a good part of the internet, in however small pieces they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

from graph.values import FrozenList, Presence, Secret, Unknown, Value
from policies.readings import Reading
from policies.subject import Subject
from policies.verdicts import Undecided

PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"
PREFIX_LIST_ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"
PRIVATE = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)
"""RFC 1918, 6598, 4193 and local addresses: nobody comes from there over the internet."""
MOST_IPV4 = 2**24
"""A rule may admit as many public addresses as one /8 has, the largest block that one organization owns."""
MOST_IPV6 = 2**112
NARROW = re.compile(r"/(1[6-9]|[2-9]\d|1[0-2]\d)$")
"""End of a CIDR that is narrow in either IP version, whatever its address."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a rule lets traffic come from, by address."""

    cidrs: tuple[str, ...] = ()
    unknown: tuple[Undecided, ...] = ()
    """What of it cannot be read."""

    def __add__(self, other: Sources) -> Sources:
        return Sources(self.cidrs + other.cidrs, self.unknown + other.unknown)

    def internet(self) -> bool | Undecided:
        """Whether it is the internet; Undecided where what cannot be read might make it so."""
        if _is_internet(self.cidrs):
            return True
        return self.unknown[0] if self.unknown else False


def is_internet(cidrs: Iterable[str]) -> bool:
    """Whether public addresses of some CIDRs are more than a single organization has. What is no CIDR counts."""
    return _is_internet(tuple(cidrs))


@lru_cache(maxsize=4096)  # a few ranges stand in most rules, and several controls ask of each
def _is_internet(cidrs: tuple[str, ...]) -> bool:
    four: list[IPv4Network] = []
    six: list[IPv6Network] = []
    for text in cidrs:
        try:
            network = ip_network(text.strip(), strict=False)
        except ValueError:
            return True
        if isinstance(network, IPv4Network):
            if not any(isinstance(p, IPv4Network) and network.subnet_of(p) for p in PRIVATE):
                four.append(network)
        elif not any(isinstance(p, IPv6Network) and network.subnet_of(p) for p in PRIVATE):
            six.append(network)
    return (
        sum(network.num_addresses for network in collapse_addresses(four)) > MOST_IPV4
        or sum(network.num_addresses for network in collapse_addresses(six)) > MOST_IPV6
    )


def addresses(*readings: Reading) -> Sources:
    """CIDRs of properties that hold one or a list of them."""
    cidrs: list[str] = []
    unknown: list[Undecided] = []
    for reading in readings:
        for value in _items(reading.value):
            if isinstance(value, Unknown | Secret):
                text = value.parts[-1] if isinstance(value, Unknown) and value.parts else ""
                if not (isinstance(text, str) and NARROW.search(text)):
                    unknown.append(reading.undecided())
            elif value is not None:
                cidrs.append(str(value))
    return Sources(tuple(cidrs), tuple(unknown))


def prefix_lists(resource: Subject, *readings: Reading) -> Sources:
    """CIDRs of the prefix lists that properties name; a list that the stack does not make cannot be read."""
    found = Sources()
    for reading in readings:
        wanted = [value for value in _items(reading.value) if value is not None]
        lists = [other for other in resource.referred(reading.path) if other.type == PREFIX_LIST]
        if len(lists) < len(wanted):
            found += Sources(unknown=(Undecided(f"{reading.path}: entries of a prefix list"),))
        for each in lists:
            found += _entries(each)
    return found


def _entries(prefix_list: Subject) -> Sources:
    blocks = prefix_list.blocks("entries")
    if blocks is None:
        return Sources(unknown=(Undecided(f"entries of {prefix_list}"),))
    extra = prefix_list.companions(PREFIX_LIST_ENTRY, "prefixListId")
    found = addresses(*(block.read("cidr") for block in blocks), *(entry.read("cidr") for entry in extra.certain))
    return found + Sources(unknown=tuple(Undecided(f"prefixListId of {entry}") for entry in extra.possible))


def _items(value: Value | Presence) -> Iterator[Value]:
    if isinstance(value, FrozenList):
        yield from value
    elif value is not None and not isinstance(value, Presence):
        yield value
